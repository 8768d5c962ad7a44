package codelist

import (
	"regexp"
	"slices"
	"strings"

	"acs-aec.org/hub/internal/i18n"
)

// Filter says which codes of a list. What is nil does not restrict.
type Filter struct {
	// Text is a part of the code or of a name in any language; accents and capitals do
	// not matter.
	Text   *string
	Status *Status
	// Parent is the code of what they belong to.
	Parent *string
	// Codes are those to give.
	Codes []string
}

// Search gives the codes that the filter admits, in the order of the source.
func (l *List) Search(f Filter) []*Item {
	var text string
	if f.Text != nil {
		text = i18n.Fold(*f.Text)
	}
	folded := l.keys()
	var out []*Item
	for _, i := range l.items {
		switch {
		case f.Status != nil && i.Status != *f.Status:
		case f.Parent != nil && (i.Parent == nil || i.Parent.Code != *f.Parent):
		case f.Codes != nil && !slices.Contains(f.Codes, i.Code):
		case text != "" && !folded[i].contain(text):
		default:
			out = append(out, i)
		}
	}
	return out
}

// Search gives the lists whose name or title in any language contains the text; all
// for nil.
func Search(text *string) []*List {
	if text == nil {
		return All()
	}
	folded := i18n.Fold(*text)
	var out []*List
	for _, l := range All() {
		if keysOf(l.Name, l.Names).contain(folded) {
			out = append(out, l)
		}
	}
	return out
}

// keys are the folded forms of a code and of its names.
type keys struct {
	code  string
	names map[i18n.Lang]string
}

func keysOf(code string, names i18n.Text) keys {
	k := keys{code: i18n.Fold(code), names: map[i18n.Lang]string{}}
	for _, l := range i18n.Langs {
		k.names[l] = i18n.Fold(names.Get(l))
	}
	return k
}

func (k keys) contain(text string) bool {
	for _, l := range i18n.Langs {
		if strings.Contains(k.names[l], text) {
			return true
		}
	}
	return strings.Contains(k.code, text)
}

func (l *List) makeKeys() map[*Item]keys {
	out := make(map[*Item]keys, len(l.items))
	for _, i := range l.items {
		out[i] = keysOf(i.Code, i.Names)
	}
	return out
}

// NameKey orders codes of a list by their names in a language, those of one name by
// their codes. No two codes of a list have the same.
func (i *Item) NameKey(in i18n.Lang) string {
	return i.List.keys()[i].names[in] + "\x00" + i.CodeKey()
}

// TitleKey orders lists by what they are called in a language. No two have the
// same.
func (l *List) TitleKey(in i18n.Lang) string { return i18n.Fold(l.Names.Get(in)) + "\x00" + l.Name }

var digits = regexp.MustCompile(`[0-9]+`)

// CodeKey orders codes of a list, numbers in them by their value: 9 before 10. No
// two codes of a list have the same.
func (i *Item) CodeKey() string {
	return digits.ReplaceAllStringFunc(i.Code, func(n string) string {
		const width = 8
		return strings.Repeat("0", max(0, width-len(n))) + n
	}) + "\x00" + i.Code
}
