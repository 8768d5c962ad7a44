package table

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"acs-aec.org/hub/internal/date"
)

var (
	serialDay = regexp.MustCompile(`^[0-9]{1,6}(\.0+)?$`)
	clock     = regexp.MustCompile(`^T[0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|[+-][0-2][0-9]:?[0-5][0-9])?$`)
	exponent  = regexp.MustCompile(`^-?[0-9](\.[0-9]{1,20})?[eE][+-]?[0-9]{1,2}$`)
)

// DayOf reads a day: YYYY-MM-DD, or the number that a spreadsheet keeps for one.
// Other forms are ambiguous (03/04/2026) and no days.
func (t *Reader) DayOf(cell string) (date.Date, bool) {
	if d, err := date.Parse(cell); err == nil {
		return d, true
	}
	if i := strings.IndexByte(cell, 'T'); i == len(time.DateOnly) { // a moment: its day
		d, err := date.Parse(cell[:i])
		return d, err == nil && clock.MatchString(cell[i:])
	}
	if !t.Spreadsheet || !serialDay.MatchString(cell) {
		return "", false
	}
	whole, _, _ := strings.Cut(cell, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 61 || n > 2_958_465 { // 1900-03-01 to 9999-12-31
		return "", false
	}
	from := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if t.Dates1904 {
		from = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	d, err := date.Parse(from.AddDate(0, 0, n).Format(time.DateOnly))
	return d, err == nil
}

// NumberOf is the text of a number: as it stands, or written out where it is in
// exponential notation, as programs write small and large ones. Nothing is rounded;
// what is no number, such as 1,234.5 or 1.234,5, which may mean two things, is false.
func (*Reader) NumberOf(cell string) (string, bool) {
	if decimal.MatchString(cell) {
		return cell, true
	}
	if !exponent.MatchString(cell) {
		return "", false
	}
	r, ok := new(big.Rat).SetString(cell)
	if !ok {
		return "", false
	}
	s := r.FloatString(120) // more than the exponent and the digits can need
	return strings.TrimSuffix(strings.TrimRight(s, "0"), "."), true
}
