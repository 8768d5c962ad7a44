package export

import (
	"iter"
	"math/big"
	"slices"
	"strings"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/table"
)

// Sum is a column of amounts to be added up, and the column of their currencies, by
// their keys. Without a column of currencies all of it is of one.
type Sum struct{ Amount, Currency string }

// mostCurrencies is how many currencies a list has totals of, so that what files
// invent as currencies does not fill the memory.
const mostCurrencies = 500

var (
	msgTotal   = i18n.Message{EN: "Total", ES: "Total", FR: "Total"}
	msgFurther = i18n.Message{
		EN: "Further currencies are not added up", ES: "Otras monedas no se suman", FR: "D'autres devises ne sont pas additionnées",
	}
)

// Totalled gives the sheet a row of totals for each currency, in their order: the
// sums of the cells of the list as they are written, exactly. They are added up while
// the rows pass; no row is held.
func (s Sheet) Totalled(l i18n.Lang, sums ...Sum) Sheet {
	t := &totals{columns: len(s.Columns), lang: l, by: map[string][]*big.Rat{}}
	at := func(key string) int {
		return slices.IndexFunc(s.Columns, func(c table.Column) bool { return c.Key == key })
	}
	for _, sum := range sums {
		t.amounts, t.currencies = append(t.amounts, at(sum.Amount)), append(t.currencies, at(sum.Currency))
	}
	rows := s.Rows
	s.Rows = t.watch(rows)
	s.Totals = t.rows
	return s
}

// totals are the sums so far: of each currency one for each column.
type totals struct {
	columns             int
	lang                i18n.Lang
	amounts, currencies []int // where they stand; -1: nowhere
	by                  map[string][]*big.Rat
	further             bool
}

func (t *totals) watch(rows iter.Seq2[[]table.Cell, error]) iter.Seq2[[]table.Cell, error] {
	return func(yield func([]table.Cell, error) bool) {
		for cells, err := range rows {
			if err == nil {
				t.add(cells)
			}
			if !yield(cells, err) {
				return
			}
		}
	}
}

func (t *totals) add(cells []table.Cell) {
	for i, at := range t.amounts {
		amount, ok := new(big.Rat).SetString(string(cells[at]))
		if !ok {
			continue // an empty cell
		}
		currency := ""
		if c := t.currencies[i]; c >= 0 {
			currency = string(cells[c])
		}
		sums := t.by[currency]
		if sums == nil {
			if len(t.by) >= mostCurrencies {
				t.further = true
				continue
			}
			sums = make([]*big.Rat, len(t.amounts))
			t.by[currency] = sums
		}
		if sums[i] == nil {
			sums[i] = new(big.Rat)
		}
		sums[i].Add(sums[i], amount)
	}
}

// rows are the rows of totals.
func (t *totals) rows() [][]table.Cell {
	currencies := make([]string, 0, len(t.by))
	for c := range t.by {
		currencies = append(currencies, c)
	}
	slices.Sort(currencies)
	out := make([][]table.Cell, 0, len(currencies)+1)
	for _, c := range currencies {
		cells := make([]table.Cell, t.columns)
		cells[0] = table.Cell(msgTotal.In(t.lang))
		for i, sum := range t.by[c] {
			if sum == nil {
				continue
			}
			cells[t.amounts[i]] = table.Cell(decimal(sum))
			if at := t.currencies[i]; at >= 0 {
				cells[at] = table.Cell(c)
			}
		}
		out = append(out, cells)
	}
	if t.further {
		cells := make([]table.Cell, t.columns)
		cells[0] = table.Cell(msgFurther.In(t.lang))
		out = append(out, cells)
	}
	return out
}

// decimal writes a sum of decimal numbers with all of its digits.
func decimal(r *big.Rat) string {
	digits, _ := r.FloatPrec() // it ends: so do its terms
	s := r.FloatString(digits)
	if strings.Trim(s, "-0.") == "" {
		return "0"
	}
	return s
}
