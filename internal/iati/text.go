package iati

import (
	"regexp"
	"strings"

	"acs-aec.org/hub/internal/i18n"
)

// undetermined is the language of a narrative that does not say it.
const undetermined = i18n.Lang("und")

var baseLanguage = regexp.MustCompile(`^[a-z]{2,3}$`)

// spokenIn is the language that texts with a tag are kept under.
func spokenIn(tag string) i18n.Lang {
	switch l := i18n.Lang(tag); l {
	case i18n.EN, i18n.ES, i18n.FR:
		return l
	}
	if l, ok := i18n.Parse(tag); ok {
		return l
	}
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if !baseLanguage.MatchString(base) {
		return undetermined
	}
	return i18n.Lang(base)
}

// text gathers narratives by language and reports what had to be cut. See
// Narratives.Text.
func (c *check) text(said Narratives, most int, between string, at *node) i18n.Text {
	t, cut := said.gather(c.spoken, most, between)
	if cut {
		c.once("text-too-long", at, most)
	}
	return t
}

// name is the name that an element has, and what was published where the name
// alone does not give it again.
func (c *check) name(of *node) (i18n.Text, Narratives) {
	said := c.narratives(of)
	t := c.text(said, MaxName, " / ", of)
	return t, said.named(t.In(t.Authentic), c.spoken)
}
