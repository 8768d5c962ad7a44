package search

import (
	"slices"
	"strings"
	"unicode"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
)

const (
	queryLimit = 300 // characters
	termLimit  = 20  // words
	// prefixLimit is the least of a word that stands for all words that begin so.
	prefixLimit = 3
)

var (
	msgNothing = i18n.Message{
		EN: "Name a word to search for.", ES: "Indique una palabra que buscar.", FR: "Indiquez un mot à chercher.",
	}
	msgOnlyWithout = i18n.Message{
		EN: "Name a word that must be there, too: not only what must not.", ES: "Indique también una palabra que deba estar: no solo las que no.",
		FR: "Indiquez aussi un mot qui doit y être, pas seulement ce qui ne doit pas.",
	}
	msgTerms = i18n.Message{
		EN: "Search for at most %d words at a time.", ES: "Busque %d palabras como máximo a la vez.", FR: "Cherchez au plus %d mots à la fois.",
	}
	msgPrefix = i18n.Message{
		EN: "Write at least %d letters before the asterisk.", ES: "Escriba al menos %d letras antes del asterisco.",
		FR: "Écrivez au moins %d lettres avant l'astérisque.",
	}
)

// term is a part of a question: a word, the beginning of one, or words in a row.
type term struct {
	words  []string // folded; more than one: in this order, nothing between them
	quoted bool     // stood in quotes: it is never left out
	prefix bool     // the word is the beginning of one
	not    bool     // must not be there
}

// parse reads a question:
//
//	fisheries fund      both words, anywhere
//	"special fund"      in a row
//	-loan -"soft loan"  not there
//	environ*            words that begin so
//
// What parts words in a text parts them here: SN/2026/014 is three words, all of
// which must be there. It returns INVALID_INPUT for what asks for nothing, for too
// much, and for a beginning that is too short.
func parse(field, text string) ([]term, error) {
	if err := command.Fits(field, text, queryLimit); err != nil {
		return nil, err
	}
	var terms []term
	count, wanted := 0, false
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimLeftFunc(rest, unicode.IsSpace) {
		not := false
		if after, ok := strings.CutPrefix(rest, "-"); ok && startsTerm(after) {
			rest, not = after, true
		}
		var part string
		var quoted bool
		part, rest, quoted = next(rest)
		found, err := termsOf(field, part, quoted, not)
		if err != nil {
			return nil, err
		}
		for _, t := range found {
			count += len(t.words)
			wanted = wanted || !t.not
			terms = append(terms, t)
		}
	}
	switch {
	case count > termLimit:
		return nil, apperr.Invalid(field, msgTerms, termLimit).With("limit", termLimit)
	case len(terms) == 0:
		return nil, apperr.Invalid(field, msgNothing)
	case !wanted:
		return nil, apperr.Invalid(field, msgOnlyWithout)
	}
	return terms, nil
}

// startsTerm says whether what follows a hyphen is something to leave out.
func startsTerm(s string) bool { return s != "" && !strings.ContainsRune(" \t\r\n-", rune(s[0])) }

// quotes are the pairs of marks between which words stand in a row.
var quotes = map[rune]rune{'"': '"', '“': '”', '„': '“', '«': '»'}

// next cuts the next part off a question: what stands in quotes, or up to the next
// space or quote. A quote that is not closed goes to the end.
func next(s string) (part, rest string, quoted bool) {
	runes := []rune(s)
	if end, ok := quotes[runes[0]]; ok {
		if i := slices.Index(runes[1:], end); i >= 0 {
			return string(runes[1 : i+1]), string(runes[i+2:]), true
		}
		return string(runes[1:]), "", true
	}
	i := slices.IndexFunc(runes, func(r rune) bool { return unicode.IsSpace(r) || quotes[r] != 0 })
	if i < 0 {
		return s, "", false
	}
	return string(runes[:i]), string(runes[i:]), false
}

// termsOf are the terms of a part. What must not be there is one term: words of it
// may be there alone.
func termsOf(field, part string, quoted, not bool) ([]term, error) {
	var all []string
	for _, w := range wordsOf(part) {
		all = append(all, w.folded)
	}
	if len(all) == 0 {
		return nil, nil
	}
	if quoted || not && len(all) > 1 {
		return []term{{words: all, quoted: true, not: not}}, nil
	}
	out := make([]term, len(all))
	for i, w := range all {
		out[i] = term{words: []string{w}, not: not}
	}
	if strings.HasSuffix(part, "*") {
		last := &out[len(out)-1]
		if len([]rune(last.words[0])) < prefixLimit {
			return nil, apperr.Invalid(field, msgPrefix, prefixLimit).With("limit", prefixLimit)
		}
		last.prefix = true
	}
	return out, nil
}
