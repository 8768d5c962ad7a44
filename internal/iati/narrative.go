package iati

import (
	"context"
	"slices"
	"strings"

	"acs-aec.org/hub/internal/i18n"
)

// Narrative is a text as it was published.
type Narrative struct {
	// Lang is the tag of its language, its own or the nearest around it; "" where
	// none is told.
	Lang string `json:"lang,omitempty"`
	Text string `json:"text"`
}

// Narratives are a text in the languages in which it was published, in the order
// of the file.
type Narratives []Narrative

// narratives are those of some elements, without those that say nothing.
func (c *check) narratives(of ...*node) Narratives {
	var out Narratives
	for _, n := range of {
		if n == nil {
			continue
		}
		for _, v := range n.children {
			if v.name != "narrative" {
				continue
			}
			if said := v.content(); said != "" {
				out = append(out, Narrative{Lang: tag(c.language(v)), Text: said})
			}
		}
	}
	return out
}

// tag writes a tag of two letters as the lists have it; capitals say nothing.
func tag(lang string) string {
	if len(lang) == 2 {
		return strings.ToLower(lang)
	}
	return lang
}

// Text gathers the narratives by language, those of one language joined. The text
// in the given language is authentic, or else the first. One whole is cut at a
// character where it is longer than so many bytes; languages that are neither
// official nor authentic have no place in it.
func (ns Narratives) Text(language string, most int, between string) i18n.Text {
	t, _ := ns.gather(language, most, between)
	return t
}

func (ns Narratives) gather(language string, most int, between string) (t i18n.Text, cut bool) {
	put := func(l i18n.Lang, whole string) {
		if len(whole) > most {
			whole, cut = clip(whole, most), true
		}
		switch l {
		case i18n.EN:
			t.EN = whole
		case i18n.ES:
			t.ES = whole
		case i18n.FR:
			t.FR = whole
		case t.Authentic:
			t.Other = whole
		}
	}
	switch len(ns) {
	case 0:
		return t, false
	case 1:
		t.Authentic = spokenIn(ns[0].Lang)
		put(t.Authentic, ns[0].Text)
		return t, cut
	}
	parts := map[i18n.Lang][]string{}
	var order []i18n.Lang
	for _, n := range ns {
		l := spokenIn(n.Lang)
		if parts[l] == nil {
			order = append(order, l)
		}
		if !slices.Contains(parts[l], n.Text) {
			parts[l] = append(parts[l], n.Text)
		}
	}
	t.Authentic = order[0]
	if own := spokenIn(language); parts[own] != nil {
		t.Authentic = own
	}
	for _, l := range order {
		put(l, strings.Join(parts[l], between))
	}
	return t, cut
}

// Written are the narratives that a text is published as: the authentic one, then
// English, Spanish and French as far as there are.
func Written(t i18n.Text) Narratives {
	var out Narratives
	add := func(l i18n.Lang, said string) {
		if said == "" {
			return
		}
		if l == undetermined {
			l = ""
		}
		out = append(out, Narrative{Lang: string(l), Text: said})
	}
	own := t.Get(t.Authentic)
	if own == "" {
		own = t.Other
	}
	add(t.Authentic, own)
	for _, l := range i18n.Langs {
		if l != t.Authentic {
			add(l, t.Get(l))
		}
	}
	return out
}

// Beside are the narratives if the text alone does not give them again, else nil.
func (ns Narratives) Beside(t i18n.Text) Narratives {
	if slices.Equal(ns, Written(t)) {
		return nil
	}
	return ns
}

// named are the narratives of a name if the name alone, in the language, does not
// give them again.
func (ns Narratives) named(name, language string) Narratives {
	if slices.Equal(ns, nameIn(name, language)) {
		return nil
	}
	return ns
}

// Name is what the class is called, and its names where the name alone, in the
// activity's language, does not give them again.
func (k Class) Name(language string) (string, Narratives) {
	t := k.Names.Text(language, MaxName, " / ")
	name := t.In(t.Authentic)
	return name, k.Names.named(name, language)
}

// Named are the narratives of a name: those that were published, if they were kept,
// or the name in the activity's language.
func Named(name string, published Narratives, language string) Narratives {
	if published != nil {
		return published
	}
	return nameIn(name, language)
}

func nameIn(name, language string) Narratives {
	if name == "" {
		return nil
	}
	return Narratives{{Lang: language, Text: name}}
}

// alike says whether two texts say the same in each language.
func alike(a, b i18n.Text) bool {
	return a.EN == b.EN && a.ES == b.ES && a.FR == b.FR && a.Other == b.Other &&
		(a.Authentic == b.Authentic || len(Written(a)) == 0)
}

// Language is that of the narrative.
func (n Narrative) Language() i18n.Lang { return i18n.Lang(n.Lang) }

// All are the narratives one by one.
func (ns Narratives) All() []Narrative { return ns }

// Speak is the text in the language of an argument, or of the context without one.
func (ns Narratives) Speak(ctx context.Context, in *i18n.Lang) string {
	return ns.Text("", MaxDescription, "\n\n").Speak(ctx, in)
}
