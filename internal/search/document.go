package search

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/i18n"
)

// A place is where a thing stands in the order of time: milliseconds, then what
// orders identifiers within one, then a few bits that keep apart what several nodes
// write at once.
const placeBits = 15

func placeOf(at time.Time, source uuid.UUID) int64 {
	within := int64(source[6]&0xf)<<8 | int64(source[7])
	return at.UnixMilli()<<placeBits | within<<3 | int64(source[15]&7)
}

// placesFrom is the first place of a moment.
func placesFrom(at time.Time) int64 { return at.UnixMilli() << placeBits }

// timeOf is the moment of a place.
func timeOf(place int64) time.Time { return time.UnixMilli(place >> placeBits).UTC() }

// Facets are words of a document that no text has: their letters begin no stem. They
// only narrow what the index finds; the statement's own conditions decide.
func threadFacet(u uuid.UUID) string { return "t" + tail(u) }

const (
	facetMessage = "kmessage"
	facetThread  = "kthread"
)

// tail writes the random half of an identifier.
func tail(u uuid.UUID) string {
	n := uint64(0)
	for _, b := range u[8:] {
		n = n<<8 | uint64(b)
	}
	return strconv.FormatUint(n, 36)
}

// builder makes the words of a document.
type builder struct {
	out   strings.Builder
	stems map[i18n.Lang]map[string]string // words that occurred
}

func newBuilder(facets ...string) *builder {
	b := &builder{stems: map[i18n.Lang]map[string]string{}}
	b.out.WriteByte(' ')
	for _, f := range facets {
		b.add(f)
	}
	return b
}

func (b *builder) add(s string) {
	b.out.WriteString(s)
	b.out.WriteByte(' ')
}

// text adds a text in a language; subject says that it is about what the discussion
// is about.
func (b *builder) text(l i18n.Lang, text string, subject bool) {
	letter := letterOf[l]
	if subject {
		letter = subjectLetterOf[l]
	}
	known := b.stems[l]
	if known == nil {
		known = map[string]string{}
		b.stems[l] = known
	}
	for _, w := range wordsOf(text) {
		s, ok := known[w.folded]
		if !ok {
			s = stem(l, w.folded)
			known[w.folded] = s
		}
		b.add(letter + s)
	}
}

// texts adds a text in each language that it has. One in another language is added
// in all three, as if it were in each.
func (b *builder) texts(t i18n.Text, subject bool) {
	for _, l := range i18n.Langs {
		b.text(l, t.Get(l), subject)
		b.text(l, t.Other, subject)
	}
}

// name adds a text that is in no language.
func (b *builder) name(s string, subject bool) { b.texts(i18n.Text{Other: s}, subject) }

// String is the words, each between spaces.
func (b *builder) String() string { return b.out.String() }
