package funding

import (
	"errors"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// The sums of a row by year are JSON, as the schema has it: such as
//
//	{"2019":[1250000000,2,2],"2020":[-4,1]}
//
// It is written and read by what is here, with years in order and without spaces, and
// read by anything that reads JSON.

var errYears = errors.New("funding: the sums of a year cannot be read")

// eachYear hands over the years of a row and the numbers of each as they are written.
func eachYear(text string, f func(year, numbers string) error) error {
	rest, ok := strings.CutPrefix(text, "{")
	if !ok {
		return errYears
	}
	for rest != "}" {
		rest, ok = strings.CutPrefix(strings.TrimPrefix(rest, ","), `"`)
		if !ok {
			return errYears
		}
		year, after, ok := strings.Cut(rest, `":[`)
		if !ok {
			return errYears
		}
		end := strings.IndexByte(after, ']')
		if end < 0 {
			return errYears
		}
		if err := f(year, after[:end]); err != nil {
			return err
		}
		rest = after[end+1:]
	}
	return nil
}

// write writes the numbers of a year.
func (r *rollup) write(b []byte) []byte {
	b = r.sum.Append(b, 10)
	counts := [...]int64{r.count, r.leads, r.bareCode, r.bare, r.assumedCode, r.assumed}
	last := len(counts)
	for last > 0 && counts[last-1] == 0 {
		last--
	}
	for _, n := range counts[:last] {
		b = strconv.AppendInt(append(b, ','), n, 10)
	}
	return b
}

// read adds the numbers of a year.
func (r *rollup) read(numbers string) error {
	sum, rest, more := strings.Cut(numbers, ",")
	x, ok := new(big.Int).SetString(sum, 10)
	if !ok {
		return errYears
	}
	r.sum.Add(r.sum, x)
	var counts [6]int64
	if err := readCounts(&counts, rest, more); err != nil {
		return err
	}
	r.count, r.leads, r.bareCode = r.count+counts[0], r.leads+counts[1], r.bareCode+counts[2]
	r.bare, r.assumedCode, r.assumed = r.bare+counts[3], r.assumedCode+counts[4], r.assumed+counts[5]
	return nil
}

// readCounts reads the numbers after the sum.
func readCounts(counts *[6]int64, rest string, more bool) error {
	for i := 0; more; i++ {
		if i == len(counts) {
			return errYears
		}
		at, negative := 0, rest != "" && rest[0] == '-'
		if negative {
			at++
		}
		first, n := at, int64(0)
		for ; at < len(rest) && rest[at] != ','; at++ {
			if rest[at] < '0' || rest[at] > '9' {
				return errYears
			}
			n = n*10 + int64(rest[at]-'0')
		}
		if at == first || at-first > mostDigits {
			return errYears
		}
		if negative {
			n = -n
		}
		counts[i] = n
		if more = at < len(rest); more {
			rest = rest[at+1:]
		}
	}
	return nil
}

// mostDigits is how many digits a count has at most.
const mostDigits = 18

// changedYears are the sums of a row with changes to some of its years. What does not
// change is not looked at.
func changedYears(text string, changes map[string]*rollup) (string, error) {
	type year struct{ name, numbers string }
	years := make([]year, 0, 32)
	err := eachYear(text, func(name, numbers string) error {
		if changes[name] == nil {
			years = append(years, year{name, numbers})
			return nil
		}
		return changes[name].read(numbers)
	})
	if err != nil {
		return "", err
	}
	for name, r := range changes {
		if !r.zero() {
			years = append(years, year{name, string(r.write(nil))})
		}
	}
	slices.SortFunc(years, func(a, b year) int { return strings.Compare(a.name, b.name) })
	b := make([]byte, 0, len(text)+64)
	b = append(b, '{')
	for i, y := range years {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), y.name...), `":[`...)
		b = append(append(b, y.numbers...), ']')
	}
	return string(append(b, '}')), nil
}
