package funding_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/funding"
)

// A sum of fractions, however many denominators they have, is that of the rationals.
func TestSumsOfFractionsAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want, n := new(big.Rat), rapid.IntRange(0, 300).Draw(t, "n")
		fractions := make([][2]int64, n)
		for i := range fractions {
			f := [2]int64{rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "numerator"), rapid.Int64Range(1, 150).Draw(t, "denominator")}
			fractions[i] = f
			want.Add(want, big.NewRat(f[0], f[1]))
		}
		if got := funding.Sum(fractions); got.Cmp(want) != 0 {
			t.Fatalf("%v is %v, want %v", fractions, got, want)
		}
	})
}
