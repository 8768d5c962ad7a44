package money_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/money"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{
		"0": 0, "-0": 0, "1": 1_000_000, "+1.5": 1_500_000, "-12.34": -12_340_000, "0.000001": 1, ".5": 500_000, "7.": 7_000_000,
		"1.5000000000": 1_500_000, "9223372036854.775807": math.MaxInt64, "0004000000": 4_000_000_000_000,
	} {
		if got, err := money.Parse(in); err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v, want %d", in, got, err, want)
		}
	}
	for in, want := range map[string]error{
		"": money.ErrMalformed, "1e6": money.ErrMalformed, "1,000": money.ErrMalformed, " 1": money.ErrMalformed, "-": money.ErrMalformed,
		".": money.ErrMalformed, "0x10": money.ErrMalformed, "0.0000001": money.ErrTooFine, "9223372036854.775808": money.ErrTooLarge,
		"99999999999999999999": money.ErrTooLarge,
	} {
		if _, err := money.Parse(in); !errors.Is(err, want) {
			t.Errorf("Parse(%q): %v, want %v", in, err, want)
		}
	}
}

func TestWritten(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"-0": "0", "-0.00": "0.00", "0.00": "0.00", "-0.01": "-0.01", "12.50": "12.50", "+5": "5", ".5": "0.5", "7.": "7", "-.0": "0",
		"0004": "0004", "": "0",
	} {
		micro, _ := money.Parse(in) // "" stands for a text that is not known
		if got := money.Written(in, micro); got != want {
			t.Errorf("Written(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFormatIsReadAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "micro")
		got, err := money.Parse(money.Format(n))
		if err != nil || got != n {
			t.Fatalf("%d is written %q and read %d, %v", n, money.Format(n), got, err)
		}
	})
}

func TestRounded(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		in     string
		digits int
		want   string
	}{
		{"0.005", 2, "0.01"},
		{"-0.005", 2, "-0.01"},
		{"0.0049", 2, "0.00"},
		{"-0.0049", 2, "0.00"},
		{"2.5", 0, "3"},
		{"-2.5", 0, "-3"},
		{"1/3", 2, "0.33"},
		{"-2/3", 3, "-0.667"},
		{"0", 0, "0"},
		{"12", 4, "12.0000"},
		{"999.995", 2, "1000.00"},
	} {
		r, _ := new(big.Rat).SetString(row.in)
		if got := money.Rounded(r, row.digits); got != row.want {
			t.Errorf("%s to %d digits is %s, want %s", row.in, row.digits, got, row.want)
		}
	}
}

func TestSignificant(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"1": "1", "0": "0", "1/3": "0.333333333333", "1000/3": "333.333333333", "1/300": "0.00333333333333", "2.7": "2.7",
		"-1/3": "-0.333333333333", "1000000000000/7": "142857142857", "0.845376564367945": "0.845376564368", "9999999999999/10": "1000000000000",
	} {
		r, _ := new(big.Rat).SetString(in)
		got, exact := money.Significant(r, 12)
		if shown, _ := new(big.Rat).SetString(want); got != want || exact != (shown.Cmp(r) == 0) {
			t.Errorf("%s is %s (exact: %t), want %s", in, got, exact, want)
		}
	}
}
