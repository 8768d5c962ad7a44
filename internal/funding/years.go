package funding

import (
	"errors"
	"math/big"
	"math/bits"
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

// tenTo18 is what sums are written and read by: two of its digits' lengths fit 128 bits.
const tenTo18 = 1_000_000_000_000_000_000

// write writes the numbers of a year.
func (t *tally) write(b []byte) []byte {
	high, low, negative := t.high, t.low, t.high>>63 == 1
	if negative {
		var borrow uint64
		low, borrow = bits.Sub64(0, low, 0)
		high, _ = bits.Sub64(0, high, borrow)
	}
	if t.rest != nil || high >= tenTo18 {
		b = t.whole(new(big.Int)).Append(b, 10)
	} else {
		if negative {
			b = append(b, '-')
		}
		top, rest := bits.Div64(high, low, tenTo18)
		if top == 0 {
			b = strconv.AppendUint(b, rest, 10)
		} else {
			b = strconv.AppendUint(b, top, 10)
			from := len(b)
			b = strconv.AppendUint(b, tenTo18+rest, 10)
			b = append(b[:from], b[from+1:]...) // the one that keeps the zeros
		}
	}
	counts := [...]int64{t.count, t.leads, t.bareCode, t.bare, t.assumedCode, t.assumed}
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
func (t *tally) read(numbers string) error {
	sum, rest, more := strings.Cut(numbers, ",")
	if err := t.readSum(sum); err != nil {
		return err
	}
	var counts [6]int64
	if err := readCounts(&counts, rest, more); err != nil {
		return err
	}
	t.count, t.leads, t.bareCode = t.count+counts[0], t.leads+counts[1], t.bareCode+counts[2]
	t.bare, t.assumedCode, t.assumed = t.bare+counts[3], t.assumedCode+counts[4], t.assumed+counts[5]
	return nil
}

// readSum adds a whole number as it is written.
func (t *tally) readSum(text string) error {
	digits, negative := strings.CutPrefix(text, "-")
	if digits == "" {
		return errYears
	}
	if len(digits) > 2*mostDigits {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			return errYears
		}
		if t.rest != nil { // which may be somebody else's too
			n.Add(n, t.rest)
		}
		t.rest = n
		return nil
	}
	split := max(0, len(digits)-mostDigits)
	top, ok := plainDigits(digits[:split])
	rest, well := plainDigits(digits[split:])
	if !ok || !well {
		return errYears
	}
	high, low := bits.Mul64(top, tenTo18)
	var carry uint64
	low, carry = bits.Add64(low, rest, 0)
	high += carry
	if negative {
		t.low, carry = bits.Sub64(t.low, low, 0)
		t.high, _ = bits.Sub64(t.high, high, carry)
		return nil
	}
	t.low, carry = bits.Add64(t.low, low, 0)
	t.high, _ = bits.Add64(t.high, high, carry)
	return nil
}

// plainDigits reads at most mostDigits digits, 0 for none.
func plainDigits(digits string) (n uint64, ok bool) {
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
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

// mostDigits is how many digits a count has at most, and how many always fit 64 bits.
const mostDigits = 18

// changedYears are the sums of a row with changes to some of its years, which stand in
// order. What does not change is not looked at.
func changedYears(text string, changes []yearChange) (string, error) {
	b := append(make([]byte, 0, len(text)+40*len(changes)), '{')
	year := func(name string) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), name...), `":[`...)
	}
	change := func(c yearChange, numbers string) error {
		t := *c.by
		if numbers != "" {
			if err := t.read(numbers); err != nil {
				return err
			}
		}
		if !t.zero() {
			year(c.year)
			b = append(t.write(b), ']')
		}
		return nil
	}
	err := eachYear(text, func(name, numbers string) error {
		for len(changes) > 0 && changes[0].year < name {
			if err := change(changes[0], ""); err != nil {
				return err
			}
			changes = changes[1:]
		}
		if len(changes) > 0 && changes[0].year == name {
			if numbers == "" {
				return errYears
			}
			next := changes[0]
			changes = changes[1:]
			return change(next, numbers)
		}
		year(name)
		b = append(append(b, numbers...), ']')
		return nil
	})
	if err != nil {
		return "", err
	}
	for _, c := range changes {
		if err := change(c, ""); err != nil {
			return "", err
		}
	}
	return string(append(b, '}')), nil
}
