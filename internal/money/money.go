// Package money keeps amounts exact: the text as it was written, and an integer
// of millionths. Nothing is ever rounded in silence, and no float is involved.
package money

import (
	"errors"
	"math"
	"math/big"
	"regexp"
	"strings"
)

// Micro is how many units one whole has.
const Micro = 1_000_000

// decimals is how many digits after the point an amount can have.
const decimals = 6

var (
	// ErrMalformed says that a text is no decimal number.
	ErrMalformed = errors.New("money: not a decimal number")
	// ErrTooFine says that a number has more than six decimals that are not zero.
	ErrTooFine = errors.New("money: more than six decimals")
	// ErrTooLarge says that a number does not fit 64 bits of millionths.
	ErrTooLarge = errors.New("money: too large")
)

var pattern = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`)

// Parse reads a decimal number as millionths. Zeros behind the sixth decimal do
// no harm; anything else there is ErrTooFine.
func Parse(s string) (int64, error) {
	if len(s) > MostCharacters || !pattern.MatchString(s) {
		return 0, ErrMalformed
	}
	negative := s[0] == '-'
	whole, fraction, _ := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > decimals {
		return 0, ErrTooFine
	}
	digits := whole + fraction + strings.Repeat("0", decimals-len(fraction))
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		return 0, ErrMalformed
	}
	if negative {
		n.Neg(n)
	}
	if !n.IsInt64() || n.Int64() == math.MinInt64 {
		return 0, ErrTooLarge
	}
	return n.Int64(), nil
}

// MostCharacters is how many characters of a number are kept as they were written.
const MostCharacters = 100

// Exact reads a decimal number whatever its digits; false for what is none, and for
// what is longer than what is kept.
func Exact(s string) (*big.Rat, bool) {
	if len(s) > MostCharacters || !pattern.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(strings.TrimSuffix(s, "."))
}

// Format writes millionths as a decimal number without needless zeros.
func Format(micro int64) string { return FormatBig(big.NewInt(micro)) }

// plain is a number as the hub writes it; sources also write +5 and .5.
var plain = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// Written is a number as it was published, with the decimals that it has there,
// if that is how the hub writes numbers, or else as its millionths say. Zero has
// no sign.
func Written(published string, micro int64) string {
	if !plain.MatchString(published) {
		return Format(micro)
	}
	if micro == 0 {
		return strings.TrimPrefix(published, "-")
	}
	return published
}

// FormatBig writes a sum of millionths as a decimal number without needless
// zeros.
func FormatBig(micro *big.Int) string {
	whole, rest := new(big.Int).QuoRem(new(big.Int).Abs(micro), big.NewInt(Micro), new(big.Int))
	s := whole.String()
	if f := rest.String(); f != "0" {
		s += "." + strings.TrimRight(strings.Repeat("0", decimals-len(f))+f, "0")
	}
	if micro.Sign() < 0 {
		s = "-" + s
	}
	return s
}

// Rounded writes a rational number with so many digits after the point, rounded
// once, half away from zero. Zero has no sign.
func Rounded(r *big.Rat, digits int) string {
	s := r.FloatString(digits)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// Significant writes a rational number by its first digits that are not zero, and
// says whether that is the whole of it. It is for showing a rate; nothing is
// computed with it.
func Significant(r *big.Rat, digits int) (string, bool) {
	size := new(big.Rat).Abs(r)
	places := digits
	for ten, limit := big.NewRat(10, 1), big.NewRat(1, 1); size.Cmp(limit) >= 0 && places > 0; limit.Mul(limit, ten) {
		places--
	}
	if size.Sign() > 0 {
		for ten, limit := big.NewRat(1, 10), big.NewRat(1, 10); size.Cmp(limit) < 0; limit.Mul(limit, ten) {
			places++
		}
	}
	s := Rounded(r, places)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	shown, _ := new(big.Rat).SetString(s)
	return s, shown.Cmp(r) == 0
}
