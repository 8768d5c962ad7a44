package exchange

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"acs-aec.org/hub/ent/generated/ent/exchangerate"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

// Limits of a file.
const (
	MaxBytes = 1 << 20
	maxRates = 5000
)

// line is a rate as a file has it.
type line struct {
	number    int
	of        of
	published string
	quote     exchangerate.Quote
	perUSD    *big.Rat
}

// sheet is a file that was read.
type sheet struct {
	lines            []line
	errors, warnings []Issue // the first of each
	counts           map[Severity]int
	thisYear, width  int
	seen             map[of]line
}

func (s *sheet) add(severity Severity, number int, m i18n.Message, args ...any) {
	list := &s.warnings
	if severity == Error {
		list = &s.errors
	}
	if s.counts[severity]++; len(*list) < maxIssues {
		*list = append(*list, Issue{severity, number, m, args})
	}
}

// issues are what is wrong, in the order of the file: errors before anything else
// if there is not room for all.
func (s *sheet) issues() []Issue {
	all := slices.Concat(s.errors, s.warnings)
	all = all[:min(len(all), maxIssues)]
	slices.SortStableFunc(all, func(a, b Issue) int { return cmp.Compare(a.Line, b.Line) })
	return all
}

// columns are the places of what a line holds.
type columns struct {
	currency, year, value int
	quote                 exchangerate.Quote
}

// read reads a file of comma-separated values (semicolons do too). Whatever is
// wrong becomes an issue; it never fails.
func read(content []byte, today date.Date) *sheet {
	s := &sheet{seen: map[of]line{}, counts: map[Severity]int{}}
	s.thisYear, _ = strconv.Atoi(string(today[:4]))
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	switch {
	case len(content) > MaxBytes:
		s.add(Error, 1, msgTooLarge, maxRates)
		return s
	case !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0:
		s.add(Error, 1, msgNoText)
		return s
	}
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	if first, _, _ := bytes.Cut(content, []byte("\n")); !bytes.ContainsRune(first, ',') && bytes.ContainsRune(first, ';') {
		r.Comma = ';'
	}
	var at *columns
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			s.add(Error, wrong.StartLine, msgNoCSV)
			return s // what follows may be inside of a quotation
		}
		number, _ := r.FieldPos(0)
		if at == nil {
			if at = columnsOf(cells); at == nil {
				s.add(Error, number, msgColumns)
				return s
			}
			s.width = len(cells)
			continue
		}
		if len(s.lines) >= maxRates {
			s.add(Error, number, msgTooLarge, maxRates)
			return s
		}
		s.line(number, cells, at)
	}
	if len(s.lines) == 0 && len(s.errors) == 0 {
		s.add(Error, 1, msgEmptyFile)
	}
	return s
}

// columnsOf reads the names of the columns; nil if what is needed is not among them,
// or there twice.
func columnsOf(cells []string) *columns {
	at := &columns{currency: -1, year: -1, value: -1}
	set := func(place *int, i int) bool {
		free := *place < 0
		*place = i
		return free
	}
	for i, name := range cells {
		ok := true
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "currency":
			ok = set(&at.currency, i)
		case "year", "date":
			ok = set(&at.year, i)
		case "lcu_per_usd", "units_per_usd":
			ok, at.quote = set(&at.value, i), exchangerate.QuotePerUSD
		case "usd_per_unit", "usd_per_lcu":
			ok, at.quote = set(&at.value, i), exchangerate.QuoteInUSD
		}
		if !ok {
			return nil
		}
	}
	if at.currency < 0 || at.year < 0 || at.value < 0 {
		return nil
	}
	return at
}

var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

// line reads a line of the file.
func (s *sheet) line(number int, cells []string, at *columns) {
	if len(cells) != s.width {
		s.add(Error, number, msgCells, len(cells), s.width)
		return
	}
	l := line{number: number, quote: at.quote, published: strings.TrimSpace(cells[at.value]), of: of{currency: strings.TrimSpace(cells[at.currency])}}
	if !currencyCode.MatchString(l.of.currency) {
		s.add(Error, number, msgCurrency, shorten(l.of.currency))
		return
	}
	year, ok := s.yearOf(strings.TrimSpace(cells[at.year]))
	if !ok {
		s.add(Error, number, msgYear, shorten(cells[at.year]), s.thisYear)
		return
	}
	l.of.year = year
	var err error
	if l.perUSD, err = perUSD(l.published, l.quote); err != nil {
		s.add(Error, number, msgNumber, shorten(l.published))
		return
	}
	if l.of.currency == Base {
		if l.perUSD.Cmp(big.NewRat(1, 1)) != 0 {
			s.add(Error, number, msgBase, l.published)
		}
		return // it says nothing
	}
	if before, dup := s.seen[l.of]; dup {
		if before.perUSD.Cmp(l.perUSD) != 0 {
			s.add(Error, number, msgTwice, l.of.currency, l.of.year, before.number)
		}
		return
	}
	if !codelist.Find(codelist.Currency).Has(l.of.currency) {
		s.add(Warning, number, msgUnknown, l.of.currency)
	}
	s.seen[l.of], s.lines = l, append(s.lines, l)
}

// yearOf reads a year, or the year of a date.
func (s *sheet) yearOf(text string) (int, bool) {
	if d, err := date.ParsePartial(text); err == nil {
		year, err := strconv.Atoi(string(d[:4]))
		return year, err == nil && year >= 1900 && year <= s.thisYear
	}
	return 0, false
}

// shorten keeps a sentence a sentence, whatever stands in a cell.
func shorten(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
