package tabular

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// Mapping says where the fields of a kind come from, by their keys.
type Mapping map[string]Source

// Source is where a field comes from: a column or a constant, not both.
type Source struct {
	// Column is the name of the column as it stands in the header.
	Column string `json:"column,omitempty"`
	// Constant stands for each row.
	Constant string `json:"constant,omitempty"`
	// Times multiplies an amount, exactly: "1000000" where the table tells millions.
	Times string `json:"times,omitempty"`
	// Codes says what words of the table mean: "Donación" → "3".
	Codes map[string]string `json:"codes,omitempty"`
}

// Limits of a mapping.
const (
	maxWord  = 400
	maxCodes = 500
)

var (
	msgNoField = i18n.Message{
		EN: "There is no field %q in a table of %s. Fields: %s.", ES: "No hay ningún campo %q en una tabla de %s. Campos: %s.",
		FR: "Il n'y a pas de champ %q dans un tableau de %s. Champs : %s.",
	}
	msgSource = i18n.Message{
		EN: "Name either a column or a constant for %q.", ES: "Indique una columna o una constante para %q.",
		FR: "Indiquez soit une colonne, soit une constante pour %q.",
	}
	msgTimes = i18n.Message{
		EN: "%q can be multiplied by a positive number only, and only if it is an amount.", ES: "%q solo se puede multiplicar por un número positivo, y solo si es un importe.",
		FR: "%q ne peut être multiplié que par un nombre positif, et seulement si c'est un montant.",
	}
	msgLongMapping = i18n.Message{
		EN: "The mapping of %q is too long: words have at most %d characters, and there are at most %d of them.",
		ES: "La correspondencia de %q es demasiado larga: las palabras tienen como máximo %d caracteres y hay como máximo %d.",
		FR: "La correspondance de %q est trop longue : les mots ont au plus %d caractères, et il y en a au plus %d.",
	}
	msgNoMapping = i18n.Message{
		EN: "The mapping is no JSON such as {\"amount\": {\"column\": \"Value\", \"times\": \"1000000\"}, \"currency\": {\"constant\": \"USD\"}}.",
		ES: "La correspondencia no es JSON como {\"amount\": {\"column\": \"Valor\", \"times\": \"1000000\"}, \"currency\": {\"constant\": \"USD\"}}.",
		FR: "La correspondance n'est pas du JSON tel que {\"amount\": {\"column\": \"Valeur\", \"times\": \"1000000\"}, \"currency\": {\"constant\": \"USD\"}}.",
	}
)

// ParseMapping reads a mapping from JSON. INVALID_INPUT says what is wrong with it.
func ParseMapping(k *Kind, text []byte) (Mapping, error) {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	var m Mapping
	if err := d.Decode(&m); err != nil || d.More() {
		return nil, apperr.Invalid("mapping", msgNoMapping)
	}
	return m, m.Check(k)
}

// Check says what is wrong with a mapping for a kind of table: INVALID_INPUT.
func (m Mapping) Check(k *Kind) error {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		s, f := m[key], k.field(key)
		if f == nil {
			keys := make([]string, len(k.Fields))
			for i, f := range k.Fields {
				keys[i] = f.Key
			}
			return apperr.Invalid("mapping", msgNoField, shorten(key), k.Title, strings.Join(keys, ", "))
		}
		if (s.Column == "") == (s.Constant == "") {
			return apperr.Invalid("mapping", msgSource, key)
		}
		if s.Times != "" {
			t, ok := rational(s.Times)
			if !ok || t.Sign() <= 0 || f.Form != Amount && f.Form != Measured {
				return apperr.Invalid("mapping", msgTimes, key)
			}
		}
		long := len(s.Codes) > maxCodes || len([]rune(s.Column)) > maxWord || len([]rune(s.Constant)) > maxWord
		for word, code := range s.Codes {
			long = long || len([]rune(word)) > maxWord || len([]rune(code)) > maxWord
		}
		if long {
			return apperr.Invalid("mapping", msgLongMapping, key, maxWord, maxCodes)
		}
	}
	return nil
}

// rational reads a short decimal number.
func rational(s string) (*big.Rat, bool) {
	if len(s) > 30 || strings.ContainsAny(s, "eE/_xXpP") {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// place is where a field comes from in one table.
type place struct {
	*Field
	column   int // -1: the constant
	title    string
	constant string
	times    *big.Rat
	codes    map[string]string // by folded word
}

// places finds the columns of the fields. What is missing is said in one sentence.
func places(k *Kind, m Mapping, header []string) ([]place, *i18n.Message, []any) {
	byName, twice := map[string]int{}, map[string]bool{}
	for i, name := range header {
		folded := fold(name)
		if _, there := byName[folded]; there {
			twice[folded] = true
		}
		byName[folded] = i
	}
	var out []place
	var missing []string
	for i := range k.Fields {
		f := &k.Fields[i]
		s, mapped := m[f.Key]
		p := place{Field: f, column: -1, constant: s.Constant}
		names := []string{s.Column}
		if !mapped {
			names = []string{f.Key, f.Title.EN, f.Title.ES, f.Title.FR}
		}
		if !mapped || s.Column != "" {
			for _, name := range names {
				at, there := byName[fold(name)]
				if !there {
					continue
				}
				if twice[fold(name)] {
					return nil, &msgTwice, []any{shorten(header[at])}
				}
				p.column, p.title = at, header[at]
				break
			}
		}
		if p.column < 0 && p.constant == "" {
			switch {
			case mapped:
				return nil, &msgNoColumn, []any{shorten(s.Column), strings.Join(shortened(header), ", ")}
			case f.Required:
				missing = append(missing, f.Key)
			}
			continue
		}
		if s.Times != "" {
			p.times, _ = rational(s.Times)
		}
		for word, code := range s.Codes {
			if p.codes == nil {
				p.codes = map[string]string{}
			}
			p.codes[fold(word)] = code
		}
		out = append(out, p)
	}
	if missing != nil {
		return nil, &msgMissing, []any{strings.Join(missing, ", "), strings.Join(shortened(header), ", ")}
	}
	return out, nil, nil
}

var (
	msgTwice = i18n.Message{
		EN: "Two columns are called %q.", ES: "Dos columnas se llaman %q.", FR: "Deux colonnes s'appellent %q.",
	}
	msgNoColumn = i18n.Message{
		EN: "There is no column %q. Columns: %s.", ES: "No hay ninguna columna %q. Columnas: %s.", FR: "Il n'y a pas de colonne %q. Colonnes : %s.",
	}
	msgMissing = i18n.Message{
		EN: "These fields come from no column: %s. Columns: %s. Name the columns in a mapping.",
		ES: "Estos campos no vienen de ninguna columna: %s. Columnas: %s. Indique las columnas en una correspondencia.",
		FR: "Ces champs ne viennent d'aucune colonne : %s. Colonnes : %s. Indiquez les colonnes dans une correspondance.",
	}
)

// fold makes names of columns comparable.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' || r == '.' || r == '\'' || r == '’' {
			return -1
		}
		return r
	}, i18n.Fold(s))
}

// shorten keeps a sentence a sentence, whatever stands in a cell.
func shorten(s string) string {
	const most = 40
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func shortened(names []string) []string {
	out := make([]string, 0, min(len(names), 30))
	for _, n := range names[:min(len(names), 30)] {
		out = append(out, fmt.Sprintf("%q", shorten(n)))
	}
	return out
}
