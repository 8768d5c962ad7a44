package funding_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/funding"
)

// What is written is JSON: whoever reads JSON finds in it the sums of all changes, and
// no year of which nothing is left.
func TestYearsOfARowAreJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := "{}"
		want := map[string][7]int64{}
		year := rapid.SampledFrom([]string{"", "0000", "1999", "2015", "2016", "2049"})
		number := rapid.OneOf(rapid.Int64Range(-3, 3), rapid.Int64Range(-1<<60, 1<<60))
		for range rapid.IntRange(0, 8).Draw(t, "changes") {
			changes := map[string][7]int64{}
			for range rapid.IntRange(1, 4).Draw(t, "years") {
				var n [7]int64
				for i := range n {
					n[i] = number.Draw(t, "n") % (1 << 40)
				}
				changes[year.Draw(t, "year")] = n
			}
			if rapid.IntRange(0, 3).Draw(t, "back") == 0 { // takes away what is there
				changes = map[string][7]int64{}
				for y, n := range want {
					for i := range n {
						n[i] = -n[i]
					}
					changes[y] = n
				}
			}
			var err error
			if text, err = funding.Changed(text, changes); err != nil {
				t.Fatal(err)
			}
			for y, n := range changes {
				sum := want[y]
				for i := range n {
					sum[i] += n[i]
				}
				want[y] = sum
				if sum == [7]int64{} {
					delete(want, y)
				}
			}
		}
		got := map[string][]int64{}
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(text, err)
		}
		if len(got) != len(want) {
			t.Fatalf("%s, want %v", text, want)
		}
		for y, n := range got {
			var full [7]int64
			copy(full[:], n)
			if full != want[y] || len(n) > 7 || len(n) == 0 {
				t.Fatalf("%s: %s, want %v", text, y, want[y])
			}
		}
	})
}

// Sums of any size are written as they are added up.
func TestSumsOfManyDigits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := new(big.Int)
		sums := rapid.SliceOfN(rapid.StringMatching(`-?(0|[1-9][0-9]{0,44}|[1-9]0{10,40}|9{17,38})`), 1, 6).Draw(t, "sums")
		for _, s := range sums {
			n, ok := new(big.Int).SetString(s, 10)
			if !ok {
				t.Fatal(s)
			}
			want.Add(want, n)
		}
		if got, err := funding.Written(sums); err != nil || got != want.String() {
			t.Fatalf("%v make %s, want %s: %v", sums, got, want, err)
		}
	})
}

func TestBrokenYearsAreAnError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "[]", "{", `{"2015"}`, `{"2015":[}`, `{"2015":[x]}`, `{"2015":[1,]}`, `{"2015":[1,2,3,4,5,6,7,8]}`, `{"2015":[]}`, `{"2015":[1]`} {
		if got, err := funding.Changed(text, map[string][7]int64{"2015": {1}}); err == nil {
			t.Errorf("%s was read as %s", text, got)
		}
	}
}

// Sums of any length are read exactly.
func TestSumsAreReadExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want, _ := new(big.Int).SetString(rapid.StringMatching(`-?[1-9][0-9]{0,50}`).Draw(t, "sum"), 10)
		times := rapid.IntRange(0, 50).Draw(t, "times")
		got, err := funding.Scanned(want.String(), times)
		if err != nil || got.Cmp(want.Mul(want, big.NewInt(int64(times)))) != 0 {
			t.Fatal(got, want, err)
		}
	})
	for _, text := range []string{"", "-", "1.5", "x", fmt.Sprint("1", "e", "5"), "--1", "+1"} {
		if got, err := funding.Scanned(text, 1); err == nil {
			t.Errorf("%q was read as %s", text, got)
		}
	}
}

// Amounts times parts are added exactly, of any size.
func TestTalliesAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{0, -1, 1, -1 << 63, 1<<63 - 1}))
		numerator := rapid.OneOf(rapid.Int64Range(0, 1_000_000_001), rapid.Int64())
		want := new(big.Int)
		var list [][3]int64
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			x := [3]int64{amount.Draw(t, "amount"), numerator.Draw(t, "numerator"), rapid.SampledFrom([]int64{-1, 1}).Draw(t, "sign")}
			list = append(list, x)
			p := big.NewInt(x[0])
			want.Add(want, p.Mul(p, big.NewInt(x[1])).Mul(p, big.NewInt(x[2])))
		}
		if got := funding.Tallied(list); got.Cmp(want) != 0 {
			t.Fatal(list, got, want)
		}
	})
}
