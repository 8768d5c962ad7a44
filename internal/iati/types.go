package iati

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

var (
	decimalPattern  = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`)
	integerPattern  = regexp.MustCompile(`^[+-]?[0-9]+$`)
	nameToken       = regexp.MustCompile(`^[\pL\pN._:·-]+$`)
	dateTimePattern = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$`)
	datePattern     = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?$`)
)

// valid says whether a text is of a type of the schema. White space around it does
// no harm, as in XSD.
func valid(typ, text string) bool {
	text = strings.TrimSpace(text)
	switch typ {
	case "string", "anyURI":
		return true
	case "date":
		_, ok := day(text)
		return ok
	case "dateTime":
		_, ok := moment(text)
		return ok
	case "decimal":
		return decimalPattern.MatchString(text)
	case "boolean":
		return text == "true" || text == "false" || text == "1" || text == "0"
	case "int":
		_, err := strconv.ParseInt(text, 10, 32)
		return err == nil
	case "nonNegativeInteger":
		return integerPattern.MatchString(text) && (text[0] != '-' || strings.Trim(text, "-0") == "")
	case "positiveInteger":
		return integerPattern.MatchString(text) && text[0] != '-' && strings.Trim(text, "+0") != ""
	case "NMTOKEN":
		return nameToken.MatchString(text)
	}
	return false
}

// typeNames says in words what the types are.
var typeNames = map[string]i18n.Message{
	"date":               {EN: "a date (YYYY-MM-DD, from the year 1000 on)", ES: "una fecha (AAAA-MM-DD, desde el año 1000)", FR: "une date (AAAA-MM-JJ, à partir de l'an 1000)"},
	"dateTime":           {EN: "a date and time", ES: "una fecha y hora", FR: "une date et heure"},
	"decimal":            {EN: "a decimal number", ES: "un número decimal", FR: "un nombre décimal"},
	"boolean":            {EN: "true or false", ES: "verdadero o falso (true, false)", FR: "vrai ou faux (true, false)"},
	"int":                {EN: "a whole number", ES: "un número entero", FR: "un nombre entier"},
	"nonNegativeInteger": {EN: "a whole number from 0", ES: "un número entero desde 0", FR: "un nombre entier à partir de 0"},
	"positiveInteger":    {EN: "a whole number from 1", ES: "un número entero desde 1", FR: "un nombre entier à partir de 1"},
	"NMTOKEN":            {EN: "a name", ES: "un nombre", FR: "un nom"},
}

func typeName(typ string) i18n.Message { return typeNames[typ] }

// day reads an XSD date. A time zone does not move the day that was published.
func day(text string) (date.Date, bool) {
	m := datePattern.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return "", false
	}
	d, err := date.Parse(m[1])
	return d, err == nil
}

// moment reads an XSD dateTime; without a time zone it counts as UTC.
func moment(text string) (time.Time, bool) {
	m := dateTimePattern.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return time.Time{}, false
	}
	zone := m[4]
	if zone == "" {
		zone = "Z"
	}
	t, err := time.Parse("2006-01-02T15:04:05Z07:00", m[1]+"T"+m[2]+zone)
	return t, err == nil
}

// number reads a decimal exactly, whatever its length up to a hundred characters.
func number(text string) (*big.Rat, bool) {
	if len(text) > 100 || !decimalPattern.MatchString(text) {
		return nil, false
	}
	return new(big.Rat).SetString(strings.TrimSuffix(text, "."))
}
