package notification

import (
	"strings"
	"unicode"

	"acs-aec.org/hub/internal/i18n"
)

// telling are words that are common in one of the languages and in no other.
var telling = map[i18n.Lang]string{
	i18n.EN: " the and of to is that for with this we you are not be will have has from by as our your it please thank ",
	i18n.ES: " el los las y que una por para con no está del al es se su lo como gracias muy usted pero más también ",
	i18n.FR: " les des et est une pour avec dans ce qui du au aux nous vous pas je il ne sur merci mais sont cette votre notre ",
}

// languageIn is the language that a text seems to be written in; the other one if
// that can't be told.
func languageIn(text string, other i18n.Lang) i18n.Lang {
	seen := map[i18n.Lang]int{}
	for i, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if i == 300 {
			break
		}
		for l, words := range telling {
			if strings.Contains(words, " "+word+" ") {
				seen[l]++
			}
		}
	}
	best := other
	for _, l := range i18n.Langs {
		if seen[l] > seen[best] {
			best = l
		}
	}
	if best != other && (seen[best] < 3 || seen[best] < 2*seen[other]) {
		return other
	}
	return best
}
