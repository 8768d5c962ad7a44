// Package i18n speaks the three official languages of the ACS: English, Spanish and French.
package i18n

import (
	"context"
	"fmt"

	"golang.org/x/text/language"
)

// Lang is one of the three languages.
type Lang string

// The official languages.
const (
	EN Lang = "en"
	ES Lang = "es"
	FR Lang = "fr"
)

// Langs are the official languages in the order in which they stand in for each other.
var Langs = []Lang{EN, ES, FR}

// Parse reads a language tag; only the three official languages are known.
func Parse(s string) (Lang, bool) {
	tag, err := language.Parse(s)
	if err != nil {
		return "", false
	}
	base, conf := tag.Base()
	if conf == language.No {
		return "", false
	}
	switch l := Lang(base.String()); l {
	case EN, ES, FR:
		return l, true
	}
	return "", false
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.Spanish, language.French})

// FromAcceptLanguage picks the best official language for an Accept-Language header; English if
// none fits.
func FromAcceptLanguage(header string) Lang {
	if header == "" || len(header) > 1000 {
		return EN
	}
	_, i := language.MatchStrings(matcher, header)
	return Langs[i]
}

type ctxKey struct{}

// With returns a context whose texts are in the given language.
func With(ctx context.Context, l Lang) context.Context { return context.WithValue(ctx, ctxKey{}, l) }

// From is the language of the context; English if none was set.
func From(ctx context.Context) Lang {
	if l, ok := ctx.Value(ctxKey{}).(Lang); ok {
		return l
	}
	return EN
}

// Message is a sentence in three languages. Each form takes the same arguments in the same order
// (fmt verbs; %[n]v where the order differs).
type Message struct{ EN, ES, FR string }

// In writes the sentence in the language.
func (m Message) In(l Lang, args ...any) string {
	s := m.EN
	switch l {
	case ES:
		s = m.ES
	case FR:
		s = m.FR
	}
	if len(args) == 0 {
		return s
	}
	for i, a := range args {
		if t, ok := a.(Message); ok {
			args[i] = t.In(l)
		}
	}
	return fmt.Sprintf(s, args...)
}

// Pick returns the first text that is there: in the wanted language, in the authentic one, in any.
func Pick(want, authentic Lang, text func(Lang) string) (string, Lang) {
	for _, l := range []Lang{want, authentic, EN, ES, FR} {
		if s := text(l); s != "" {
			return s, l
		}
	}
	return "", authentic
}
