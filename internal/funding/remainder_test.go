package funding_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/money"
)

// Rounded parts make the rounded whole, and each is within one unit of what it is.
func TestRoundedPartsMakeTheRoundedWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.IntRange(0, 4).Draw(t, "digits")
		parts := make([]*big.Rat, rapid.IntRange(0, 30).Draw(t, "n"))
		exact := new(big.Rat)
		for i := range parts {
			if rapid.IntRange(0, 9).Draw(t, "none") == 0 {
				continue
			}
			parts[i] = big.NewRat(rapid.Int64Range(-1e9, 1e9).Draw(t, "n"), rapid.Int64Range(1, 1e6).Draw(t, "d"))
			exact.Add(exact, parts[i])
		}
		out, whole := funding.Apportion(parts, digits)
		unit := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
		sum := new(big.Rat)
		for i, p := range out {
			if (p == nil) != (parts[i] == nil) {
				t.Fatal("a part came or went")
			}
			if p == nil {
				continue
			}
			sum.Add(sum, p)
			if d := new(big.Rat).Sub(p, parts[i]); d.Abs(d).Cmp(unit) >= 0 {
				t.Fatalf("%s became %s", parts[i], p)
			}
		}
		if sum.Cmp(whole) != 0 || money.Rounded(whole, digits) != money.Rounded(exact, digits) {
			t.Fatalf("parts make %s, the whole is %s of %s", sum, whole, exact)
		}
	})
}

func TestTiesGoToTheFirst(t *testing.T) {
	t.Parallel()
	third := big.NewRat(100, 3)
	out, _ := funding.Apportion([]*big.Rat{third, third, third}, 2)
	for i, want := range []string{"33.34", "33.33", "33.33"} {
		if got := out[i].FloatString(2); got != want {
			t.Errorf("part %d is %s", i, got)
		}
	}
}
