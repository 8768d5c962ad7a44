// Package scalar reads and writes the scalars of the schema.
package scalar

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

// Malformed stands for an identifier that is none. No entity has it: node and
// nodes answer it with null, the directive idOf refuses it elsewhere.
var Malformed = uuid.Max

// MarshalID writes an identifier.
func MarshalID(u uuid.UUID) graphql.Marshaler { return quoted(id.Format(u)) }

// UnmarshalID reads an identifier; what is none becomes Malformed.
func UnmarshalID(v any) (uuid.UUID, error) {
	s, ok := v.(string)
	if !ok {
		return Malformed, nil
	}
	u, err := id.Parse(s)
	if err != nil {
		return Malformed, nil //nolint:nilerr // told by the directive idOf, or read as null
	}
	return u, nil
}

// MarshalString writes a text.
func MarshalString(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalString reads a text. U+0000, which PostgreSQL cannot keep or compare,
// is refused.
func UnmarshalString(v any) (string, error) {
	s, err := graphql.UnmarshalString(v)
	if err == nil && strings.ContainsRune(s, 0) {
		return "", apperr.Invalid("", msgNull)
	}
	return s, err
}

// MarshalDateTime writes a moment in UTC with microseconds.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return quoted(t.UTC().Format("2006-01-02T15:04:05.000000Z07:00"))
}

// UnmarshalDateTime reads a moment.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if ok {
		t, err := time.Parse(time.RFC3339Nano, s)
		if t = t.UTC(); err == nil && t.Year() >= 1 && t.Year() <= 9999 { // what every database and reader takes
			return t.Truncate(time.Microsecond), nil
		}
	}
	return time.Time{}, apperr.Invalid("", msgDateTime)
}

// MarshalDate writes a day.
func MarshalDate(d date.Date) graphql.Marshaler { return quoted(string(d)) }

// UnmarshalDate reads a day.
func UnmarshalDate(v any) (date.Date, error) {
	s, ok := v.(string)
	if ok {
		if d, err := date.Parse(s); err == nil {
			return d, nil
		}
	}
	return "", apperr.Invalid("", msgDate)
}

// MarshalTimeOfDay writes a time of the day.
func MarshalTimeOfDay(t date.TimeOfDay) graphql.Marshaler { return quoted(t.String()) }

// UnmarshalTimeOfDay reads a time of the day.
func UnmarshalTimeOfDay(v any) (date.TimeOfDay, error) {
	s, ok := v.(string)
	if ok {
		if t, err := date.ParseTimeOfDay(s); err == nil {
			return t, nil
		}
	}
	return 0, apperr.Invalid("", msgTimeOfDay)
}

// MarshalPartialDate writes a date as precisely as it is known.
func MarshalPartialDate(d date.Partial) graphql.Marshaler { return quoted(string(d)) }

// UnmarshalPartialDate reads a date as precisely as it is known.
func UnmarshalPartialDate(v any) (date.Partial, error) {
	s, ok := v.(string)
	if ok {
		if d, err := date.ParsePartial(s); err == nil {
			return d, nil
		}
	}
	return "", apperr.Invalid("", msgPartialDate)
}

// MarshalLanguageTag writes a language.
func MarshalLanguageTag(l i18n.Lang) graphql.Marshaler { return quoted(string(l)) }

// UnmarshalLanguageTag reads one of the official languages.
func UnmarshalLanguageTag(v any) (i18n.Lang, error) {
	s, ok := v.(string)
	if ok {
		if l, known := i18n.Parse(s); known {
			return l, nil
		}
	}
	return "", apperr.Invalid("", msgLanguage)
}

var (
	decimal  = regexp.MustCompile(`^-?[0-9]{1,30}(\.[0-9]{1,30})?$`)
	currency = regexp.MustCompile(`^[A-Z]{3}$`)
	country  = regexp.MustCompile(`^[A-Z]{2}$`)
	email    = regexp.MustCompile(`^[^\s@<>"(),:;\\\[\]]{1,64}@[^\s@<>"(),:;\\\[\]]{1,190}$`)
	web      = regexp.MustCompile(`^https?://[^\s/]{1,300}(/\S*)?$`)
)

// MarshalDecimal writes an exact number.
func MarshalDecimal(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalDecimal reads an exact number, as a string or as it stands in the
// text of the request; never by way of a float.
func UnmarshalDecimal(v any) (string, error) {
	switch n := v.(type) {
	case string:
		return match(n, decimal, msgDecimal)
	case json.Number:
		return match(n.String(), decimal, msgDecimal)
	case int64:
		return strconv.FormatInt(n, 10), nil
	case int:
		return strconv.Itoa(n), nil
	}
	return "", apperr.Invalid("", msgDecimal)
}

// MarshalCurrencyCode writes a currency.
func MarshalCurrencyCode(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalCurrencyCode reads a currency.
func UnmarshalCurrencyCode(v any) (string, error) { return match(v, currency, msgCurrency) }

// MarshalCountryCode writes a country.
func MarshalCountryCode(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalCountryCode reads a country.
func UnmarshalCountryCode(v any) (string, error) { return match(v, country, msgCountry) }

// MarshalEmailAddress writes an address.
func MarshalEmailAddress(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalEmailAddress reads an address; capitals do not matter in ours.
func UnmarshalEmailAddress(v any) (string, error) {
	s, err := match(v, email, msgEmail)
	return strings.ToLower(s), err
}

// MarshalURL writes a web address.
func MarshalURL(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalURL reads a web address.
func UnmarshalURL(v any) (string, error) { return match(v, web, msgURL) }

// MarshalMarkdown writes a text.
func MarshalMarkdown(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalMarkdown reads a text.
func UnmarshalMarkdown(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	return "", apperr.Invalid("", msgText)
}

// MarshalEventCursor writes a position.
func MarshalEventCursor(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalEventCursor reads a position; the log says what it is worth.
func UnmarshalEventCursor(v any) (string, error) {
	if s, ok := v.(string); ok && len(s) <= 200 {
		return s, nil
	}
	return "", apperr.Invalid("", msgCursor)
}

func match(v any, pattern *regexp.Regexp, refusal i18n.Message) (string, error) {
	if s, ok := v.(string); ok && pattern.MatchString(s) {
		return s, nil
	}
	return "", apperr.Invalid("", refusal)
}

// quoted writes a JSON string.
func quoted(s string) graphql.Marshaler { return graphql.MarshalString(s) }
