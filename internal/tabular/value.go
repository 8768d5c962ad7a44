package tabular

import (
	"math/big"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/table"
)

var (
	msgCells = i18n.Message{
		EN: "The row has %d cells, the header %d.", ES: "La fila tiene %d celdas; el encabezado, %d.", FR: "La ligne a %d cellules, l'en-tête %d.",
	}
	msgEmpty = i18n.Message{
		EN: "%q must not be empty.", ES: "%q no puede estar vacío.", FR: "%q ne peut être vide.",
	}
	msgLong = i18n.Message{
		EN: "The text has more than %d characters.", ES: "El texto tiene más de %d caracteres.", FR: "Le texte a plus de %d caractères.",
	}
	msgNumber = i18n.Message{
		EN: "%q is no number. Write 1234.5, without thousands separators, with a decimal point and at most six decimals.",
		ES: "%q no es un número. Escriba 1234.5, sin separadores de miles, con punto decimal y seis decimales como máximo.",
		FR: "%q n'est pas un nombre. Écrivez 1234.5, sans séparateur de milliers, avec un point décimal et six décimales au plus.",
	}
	msgExact = i18n.Message{
		EN: "%q cannot be kept exactly: it has more than six decimals or is too large.",
		ES: "%q no se puede guardar con exactitud: tiene más de seis decimales o es demasiado grande.",
		FR: "%q ne peut être conservé exactement : il a plus de six décimales ou est trop grand.",
	}
	msgDay = i18n.Message{
		EN: "%q is no day. Write 2026-11-26: 03/04/2026 may mean two.", ES: "%q no es un día. Escriba 2026-11-26: 03/04/2026 puede significar dos.",
		FR: "%q n'est pas un jour. Écrivez 2026-11-26 : 03/04/2026 peut en désigner deux.",
	}
	msgYear = i18n.Message{EN: "%q is no year.", ES: "%q no es un año.", FR: "%q n'est pas une année."}
	msgCode = i18n.Message{
		EN: "%q is not known here. Write a code or a name of the list %s.", ES: "%q no se conoce aquí. Escriba un código o un nombre de la lista %s.",
		FR: "%q n'est pas connu ici. Écrivez un code ou un nom de la liste %s.",
	}
	msgCurrency = i18n.Message{
		EN: "%q is no currency code, such as USD.", ES: "%q no es un código de moneda, como USD.", FR: "%q n'est pas un code de devise, tel que USD.",
	}
	msgTruth = i18n.Message{
		EN: "Write yes or no, instead of %q.", ES: "Escriba sí o no, en lugar de %q.", FR: "Écrivez oui ou non, au lieu de %q.",
	}
	msgAddress = i18n.Message{
		EN: "%q is no web address that begins with https://.", ES: "%q no es una dirección web que empiece por https://.",
		FR: "%q n'est pas une adresse web qui commence par https://.",
	}
	msgWord = i18n.Message{
		EN: "%q has spaces or line breaks in it.", ES: "%q contiene espacios o saltos de línea.", FR: "%q contient des espaces ou des sauts de ligne.",
	}
)

var (
	currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)
	yearDigits   = regexp.MustCompile(`^[12][0-9]{3}$`)
)

// value reads the text of a field. A rule says that it can't.
func (p place) value(t *table.Reader, text string) (value, rule string, m i18n.Message, args []any) {
	if p.Most > 0 && len([]rune(text)) > p.Most {
		return "", "too-long", msgLong, []any{p.Most}
	}
	wrong := func(rule string, m i18n.Message, more ...any) (string, string, i18n.Message, []any) {
		return "", rule, m, append([]any{shorten(text)}, more...)
	}
	switch p.Form {
	case Free:
	case Line:
		return strings.Join(strings.Fields(text), " "), "", m, nil
	case Code:
		if strings.ContainsAny(text, " \t\r\n") {
			return wrong("code", msgWord)
		}
	case Amount, Measured:
		n, ok := t.NumberOf(text)
		if !ok {
			return wrong("number", msgNumber)
		}
		if n, ok = times(n, p.times, p.Form == Measured); !ok {
			return wrong("inexact", msgExact)
		}
		return n, "", m, nil
	case Day:
		d, ok := t.DayOf(text)
		if !ok {
			return wrong("day", msgDay)
		}
		return string(d), "", m, nil
	case Year:
		text = strings.TrimSuffix(text, ".0")
		if !yearDigits.MatchString(text) {
			return wrong("year", msgYear)
		}
		return text, "", m, nil
	case Currency:
		if text = strings.ToUpper(text); !currencyCode.MatchString(text) || !codelist.Find(codelist.Currency).Has(text) {
			return wrong("currency", msgCurrency)
		}
		return text, "", m, nil
	case Country:
		code, ok := named(codelist.Country, text)
		if !ok {
			return wrong("country", msgCode, codelist.Country)
		}
		return code, "", m, nil
	case Listed:
		code, ok := named(p.Codes, text)
		if !ok {
			return wrong("code", msgCode, p.Codes)
		}
		return code, "", m, nil
	case Truth:
		switch fold(text) {
		case "1", "true", "yes", "si", "oui", "verdadero", "vrai", "y", "s", "o":
			return "true", "", m, nil
		case "0", "false", "no", "non", "falso", "faux", "n":
			return "false", "", m, nil
		}
		return wrong("truth", msgTruth)
	case Address:
		u, err := url.Parse(text)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
			return wrong("address", msgAddress)
		}
	case List:
		var codes []string
		for part := range strings.SplitSeq(text, ";") {
			if part = strings.TrimSpace(part); part != "" {
				codes = append(codes, part)
			}
		}
		return strings.Join(codes, ";"), "", m, nil
	}
	return text, "", m, nil
}

// times multiplies a number, exactly or, if that is enough, to six decimals; false if
// the product can't be kept.
func times(number string, by *big.Rat, rounded bool) (string, bool) {
	if by == nil {
		if _, err := money.Parse(number); err == nil || !rounded {
			return number, err == nil
		}
		by = big.NewRat(1, 1)
	}
	r, ok := new(big.Rat).SetString(number)
	if !ok {
		return "", false
	}
	r.Mul(r, by)
	digits := r.FloatString(20)
	if rounded {
		digits = money.Rounded(r, 6)
		r, _ = new(big.Rat).SetString(digits)
	}
	if back, ok := new(big.Rat).SetString(digits); !ok || back.Cmp(r) != 0 {
		return "", false
	}
	if strings.Contains(digits, ".") {
		digits = strings.TrimSuffix(strings.TrimRight(digits, "0"), ".")
	}
	_, err := money.Parse(digits)
	return digits, err == nil
}

// words are the codes of lists by their folded names.
var words sync.Map // list → map[string]string

// named is the code that a text is, or that it is the name of in a language. A name
// of several codes is none.
func named(list, text string) (string, bool) {
	l := codelist.Find(list)
	if l == nil {
		return "", false
	}
	if code := strings.TrimSuffix(text, ".0"); l.Has(code) { // spreadsheets make numbers of codes
		return code, true
	}
	if up := strings.ToUpper(text); l.Has(up) {
		return up, true
	}
	known, ok := words.Load(list)
	if !ok {
		byName := map[string]string{}
		for _, i := range l.Items() {
			for _, lang := range i18n.Langs {
				name := fold(i.Names.Get(lang))
				if other, twice := byName[name]; twice && other != i.Code {
					byName[name] = ""
				} else if name != "" {
					byName[name] = i.Code
				}
			}
		}
		known, _ = words.LoadOrStore(list, byName)
	}
	code := known.(map[string]string)[fold(text)] //nolint:forcetypeassert // only this function stores
	return code, code != ""
}

// Number reads the whole number of a value that was checked; 0 if there is none.
func (r Record) Number(key string) int {
	n, err := strconv.Atoi(r.Values[key])
	if err != nil {
		return 0
	}
	return n
}
