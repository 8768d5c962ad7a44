package command

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"
)

var (
	msgTextMissing = i18n.Message{
		EN: "Give the text in the language that prevails.", ES: "Indique el texto en el idioma que prevalece.",
		FR: "Indiquez le texte dans la langue qui fait foi.",
	}
	msgEmpty   = i18n.Message{EN: "Write something here.", ES: "Escriba algo aquí.", FR: "Écrivez quelque chose ici."}
	msgTooLong = i18n.Message{
		EN: "This is too long: at most %d characters.", ES: "Es demasiado largo: %d caracteres como máximo.",
		FR: "C'est trop long : %d caractères au maximum.",
	}
	msgControl = i18n.Message{
		EN: "This text holds characters that can't be shown.", ES: "Este texto contiene caracteres que no se pueden mostrar.",
		FR: "Ce texte contient des caractères qui ne peuvent pas être affichés.",
	}
)

// Trim is a text without outer spaces. One that shows nothing is empty: it has
// only spaces, characters that have no width or form, and accents without a
// letter.
func Trim(s string) string {
	if !strings.ContainsFunc(s, shown) {
		return ""
	}
	return strings.TrimSpace(s)
}

// shown says whether a character alone is something to see.
func shown(r rune) bool {
	const brailleBlank = '\u2800'
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S, unicode.Co) && r != brailleBlank &&
		!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// Line checks a text of one line that must be there: no outer spaces, at most
// limit characters.
func Line(field, s string, limit int) (string, error) {
	s = strings.Join(strings.Fields(Trim(s)), " ")
	if s == "" {
		return "", apperr.Invalid(field, msgEmpty)
	}
	return s, Fits(field, s, limit)
}

// Optional checks a text that may be missing or empty; one that shows nothing is
// empty.
func Optional(field string, s *string, limit int) (string, error) {
	if s == nil {
		return "", nil
	}
	text := Trim(*s)
	return text, Fits(field, text, limit)
}

// Fits refuses a text that is longer than limit characters or that no database
// keeps.
func Fits(field, s string, limit int) error {
	if utf8.RuneCountInString(s) > limit {
		return apperr.Invalid(field, msgTooLong, limit).With("limit", limit)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f }) {
		return apperr.Invalid(field, msgControl)
	}
	return nil
}

// Text makes a new text of what a person gave, at most limit characters in each
// language. The authentic language is the first that is given, unless the person
// names one. A nil input is an empty text, which is refused if it must be there.
func Text(ctx context.Context, field string, in *i18n.TextInput, limit int, must bool, now time.Time) (i18n.Text, error) {
	text, _, err := EditText(ctx, field, i18n.Text{}, in, limit, must, now)
	return text, err
}

// EditText is the text with the person's changes, and whether there are any: a
// language that is nil stays, a text that is empty or shows nothing takes a
// translation away. New and
// changed translations carry the person and the moment.
func EditText(ctx context.Context, field string, before i18n.Text, in *i18n.TextInput, limit int, must bool, now time.Time) (i18n.Text, bool, error) {
	if in == nil {
		if must && before.In(before.Authentic) == "" {
			return before, false, apperr.Invalid(field, msgTextMissing)
		}
		if before.Authentic == "" {
			before.Authentic = i18n.EN
		}
		return before, false, nil
	}
	text := before
	given := map[i18n.Lang]*string{i18n.EN: in.En, i18n.ES: in.Es, i18n.FR: in.Fr}
	changed := map[i18n.Lang]bool{}
	for _, l := range i18n.Langs {
		if given[l] == nil {
			continue
		}
		s := Trim(*given[l])
		if err := Fits(field+"."+string(l), s, limit); err != nil {
			return before, false, err
		}
		if s != before.Get(l) {
			changed[l] = true
			text.Set(l, s)
		}
	}
	switch {
	case in.Authentic != nil:
		text.Authentic = *in.Authentic
	case before.Get(before.Authentic) == "" && before.Other == "":
		text.Authentic = i18n.EN
		for _, l := range i18n.Langs {
			if text.Get(l) != "" {
				text.Authentic = l
				break
			}
		}
	}
	any := text.Get(i18n.EN) != "" || text.Get(i18n.ES) != "" || text.Get(i18n.FR) != ""
	if (must || any) && text.Get(text.Authentic) == "" && text.Other == "" {
		return before, false, apperr.Invalid(field, msgTextMissing)
	}
	text.Origins = origins(ctx, before, text, changed, now)
	return text, len(changed) > 0 || text.Authentic != before.Authentic, nil
}

// origins says of each translation who made it.
func origins(ctx context.Context, before, text i18n.Text, changed map[i18n.Lang]bool, now time.Time) i18n.Origins {
	out := i18n.Origins{}
	for _, l := range i18n.Langs {
		if text.Get(l) == "" || l == text.Authentic {
			continue
		}
		if old, ok := before.Origins[l]; ok && !changed[l] {
			out[l] = old
			continue
		}
		o := i18n.Origin{Maker: i18n.ByPerson, At: now}
		if v := viewer.From(ctx); v.SignedIn() {
			o.Person = &v.Person
		} else if v.IsSystem() {
			o.Maker = i18n.BySource
		}
		out[l] = o
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
