package iati

import (
	"regexp"
	"slices"
	"strings"

	"acs-aec.org/hub/internal/i18n"
)

// undetermined is the language of a narrative that does not say it.
const undetermined = i18n.Lang("und")

var baseLanguage = regexp.MustCompile(`^[a-z]{2,3}$`)

// spokenIn is the language that texts with a tag are kept under.
func spokenIn(tag string) i18n.Lang {
	if l, ok := i18n.Parse(tag); ok {
		return l
	}
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if !baseLanguage.MatchString(base) {
		return undetermined
	}
	return i18n.Lang(base)
}

// text gathers the narratives of some elements by language. The text in the
// activity's language is authentic, or else the first. A language that is neither
// official nor authentic has no place and is reported.
func (c *check) text(most int, between string, of ...*node) i18n.Text {
	type utterance struct {
		lang i18n.Lang
		said string
	}
	parts, met := map[i18n.Lang][]string{}, map[utterance]bool{}
	var order []i18n.Lang
	for _, n := range of {
		if n == nil {
			continue
		}
		for _, v := range n.all("narrative") {
			said := v.content()
			if said == "" {
				continue
			}
			l := spokenIn(c.language(v))
			if parts[l] == nil {
				order = append(order, l)
			}
			if u := (utterance{l, said}); !met[u] {
				met[u] = true
				parts[l] = append(parts[l], said)
			}
		}
	}
	if len(order) == 0 {
		return i18n.Text{}
	}
	t := i18n.Text{Authentic: order[0]}
	if own := spokenIn(c.root.get(xmlLang)); parts[own] != nil {
		t.Authentic = own
	}
	for _, l := range order {
		whole := strings.Join(parts[l], between)
		if len(whole) > most {
			c.once("text-too-long", of[0], most)
			whole = clip(whole, most)
		}
		switch {
		case l == i18n.EN:
			t.EN = whole
		case l == i18n.ES:
			t.ES = whole
		case l == i18n.FR:
			t.FR = whole
		case l == t.Authentic:
			t.Other = whole
		case !slices.Contains(c.languages, string(l)):
			c.languages = append(c.languages, string(l))
		}
	}
	return t
}

// line is a short text: a name, a title.
func (c *check) line(most int, of *node) i18n.Text { return c.text(most, " / ", of) }
