package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"acs-aec.org/hub/internal/i18n"
)

// wordLimit is how many characters of a word count: what agrees so far is the same
// word.
const wordLimit = 64

// word is a word of a text.
type word struct {
	// folded is the word without accents and capitals; only letters and digits.
	folded string
	// start and end are its place in the text, in bytes.
	start, end int
}

// wordsOf are the words of a text in order. A word is letters and digits in a row;
// marks belong to the letter before them, everything else parts words.
func wordsOf(text string) []word {
	var out []word
	start := -1
	add := func(end int) {
		if start >= 0 {
			if f := fold(text[start:end]); f != "" {
				out = append(out, word{folded: f, start: start, end: end})
			}
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			if start < 0 {
				start = i
			}
		case start >= 0 && unicode.IsMark(r):
		default:
			add(i)
		}
	}
	add(len(text))
	return out
}

// ligatures are letters that people also write with two, and no decomposition
// parts.
var ligatures = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ø", "o", "ł", "l", "đ", "d", "ı", "i")

// fold writes a word without accents and capitals, cut at wordLimit. It is "" for
// what has neither letter nor digit then.
func fold(s string) string {
	if plain(s) {
		return cut(s)
	}
	s = ligatures.Replace(i18n.Fold(s))
	return cut(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return -1
		}
		return r
	}, s))
}

// plain says whether a word is folded already.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

func cut(s string) string {
	n := 0
	for i := range s {
		if n == wordLimit {
			return s[:i]
		}
		n++
	}
	return s
}
