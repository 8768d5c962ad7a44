package i18n

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Text is a text in several languages. The authentic one prevails; the others
// are translations. Other holds an authentic text in a language that is not an
// official one, as imported data has it.
type Text struct {
	EN, ES, FR string
	Other      string
	Authentic  Lang // may be a language that is not official
	Origins    Origins
	Peers      *Peers `json:"-"` // nil where the text stands alone
}

// Peers are the same texts of rows that were read together, so that what is
// looked up for one is looked up for all.
type Peers struct {
	// Origins are those of all texts.
	Origins func() []Origins
	// Once computes what the key names once for all rows.
	Once func(key any, compute func() (any, error)) (any, error)
}

// Origins says of translations who made them.
type Origins map[Lang]Origin

// Origin says who made a translation, and when.
type Origin struct {
	Maker  Maker      `json:"maker"`
	Person *uuid.UUID `json:"person,omitempty"`
	At     time.Time  `json:"at"`
}

// Maker is what kind of translator made a text.
type Maker string

// The makers.
const (
	ByPerson  Maker = "PERSON"  // a person of the hub wrote it
	BySource  Maker = "SOURCE"  // it comes from the published source
	ByMachine Maker = "MACHINE" // a machine translated it
)

// Get is the text in exactly this language, "" if there is none.
func (t Text) Get(l Lang) string {
	switch l {
	case EN:
		return t.EN
	case ES:
		return t.ES
	case FR:
		return t.FR
	}
	return ""
}

// In is the text in the language that is asked for, or the authentic one, or any
// that there is.
func (t Text) In(l Lang) string {
	if s := t.Get(l); s != "" {
		return s
	}
	if t.Other != "" {
		return t.Other
	}
	s, _ := Pick(l, t.Authentic, t.Get)
	return s
}

// Speak is the text in the language of an argument, or of the context without
// one.
func (t Text) Speak(ctx context.Context, in *Lang) string {
	if in != nil {
		return t.In(*in)
	}
	return t.In(From(ctx))
}

// TextInput is a text as a person gives it: nil leaves a language as it is, an
// empty text takes a translation away.
type TextInput struct {
	En, Es, Fr *string
	Authentic  *Lang
}

// Set sets the text in an official language.
func (t *Text) Set(l Lang, s string) {
	switch l {
	case EN:
		t.EN = s
	case ES:
		t.ES = s
	case FR:
		t.FR = s
	}
}
