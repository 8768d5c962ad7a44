package funding

import (
	"math/big"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/exchange"
)

// Summary answers a Query.
type Summary struct {
	Query Query
	// Dimensions are those of the rows' keys, in order: the ones that were asked for,
	// and the currency where nothing is converted.
	Dimensions []Dimension
	// Measures are the columns of every row, in order.
	Measures []Measure
	Rows     []*Row
	// Overlapping says that money may be in several rows: they don't make the totals.
	Overlapping bool
	// RowCount is how many rows there are in all; Truncated says that some are not in
	// Rows, and Others are what those make together.
	RowCount  int
	Truncated bool
	Others    []*Amount
	// Totals are the figures of everything, one for each measure, and for each currency
	// where nothing is converted.
	Totals []*Amount
	// Count is how many transactions are in the totals, each once.
	Count int
	// Excluded are the internal flows, which are in no row and no total.
	Excluded Excluded
	Notes    Notes
}

// Row is a row of a summary.
type Row struct {
	Keys []*Key
	// Amounts are one for each of the summary's measures.
	Amounts []*Amount
	// Count is how many transactions have a part in the row, with an amount that counts.
	Count int
	// NotConverted is what has no part in the amounts, for want of a rate.
	NotConverted []*NotConverted

	cells    map[Measure]*sum
	currency string
}

// Key is what a row is of in one dimension.
type Key struct {
	Dimension Dimension
	// Code is the key as clients name it: nil for what has none of the dimension. Rows
	// are named by their identifiers, organisations that are not known here by "ref:"
	// or "name:" and what was published.
	Code *string
	// ID is the row's, of a dimension whose keys are rows.
	ID *uuid.UUID
	// Name is what the key is called in the language of the context.
	Name string
	// Of the row, what there is to see.
	Programme    *ent.Programme
	Activity     *ent.Activity
	Organisation *ent.Organisation
	Agreement    *ent.Agreement
	Country      *ent.Country
}

// Amount is a figure.
type Amount struct {
	Measure  Measure
	Currency string
	exact    fraction // n is nil where nothing is added up
	// Figure is what is shown: with those of its siblings it makes the figure of the
	// whole. "" where nothing is added up.
	Figure string
	// Share is the part of the total in per cent with four decimals, which makes 100
	// with those of its siblings; "" where there is none.
	Share string
	// Count is of the transactions that were added up.
	Count int
}

// Exact is the sum before it is rounded; nil where nothing is added up.
func (a *Amount) Exact() *big.Rat { return a.exact.rat() }

// Excluded are the internal flows.
type Excluded struct {
	// Query is whose answer they are left out of.
	Query   Query
	Amounts []*Amount
	// NotConverted is what is in no amount for want of a rate, and WithoutAmount counts
	// those whose amount could not be read.
	NotConverted  []*NotConverted
	WithoutAmount int
	Count         int
}

// NotConverted is money in a currency that is in no figure.
type NotConverted struct {
	Currency string
	Exact    *big.Rat
	Figure   string
	Count    int
	Reason   exchange.Reason
}

// Notes say how sure the figures are.
type Notes struct {
	// Query is whose answer they are about.
	Query        Query
	NotConverted []*NotConverted
	// DatesAssumed counts the transactions that were converted by the year of their
	// date, for want of a value date.
	DatesAssumed int
	// WithoutDate counts those without a date, WithoutAmount those without an amount
	// that could be read exactly, which are in no figure.
	WithoutDate, WithoutAmount int
	// Unallocated is money that the dimensions of the rows don't share out, and why.
	Unallocated []*Issue
	// CountriesNotReported are the members of the ACS that no row is of; nil where rows
	// are not of countries.
	CountriesNotReported []*ent.Country
}

// Issue is why money is Unallocated.
type Issue struct {
	Dimension Dimension
	Reason    Reason
	Amounts   []*Amount
	Count     int
}
