package funding

import (
	"slices"
	"strings"
)

// Dimension is what money can be grouped by.
type Dimension string

// The dimensions.
const (
	Year            Dimension = "YEAR"
	Quarter         Dimension = "QUARTER"
	TransactionType Dimension = "TRANSACTION_TYPE"
	Currency        Dimension = "CURRENCY"
	Status          Dimension = "ACTIVITY_STATUS"
	Programme       Dimension = "PROGRAMME"
	Area            Dimension = "PRIORITY_AREA"
	Activity        Dimension = "ACTIVITY"
	Provider        Dimension = "PROVIDER"
	Receiver        Dimension = "RECEIVER"
	Reporting       Dimension = "REPORTING_ORGANISATION"
	Agreement       Dimension = "AGREEMENT"
	Country         Dimension = "RECIPIENT_COUNTRY"
	Region          Dimension = "REGION"
	SectorOf        Dimension = "SECTOR"
	SectorCategory  Dimension = "SECTOR_CATEGORY"
	SDG             Dimension = "SDG"
	Marker          Dimension = "MARKER"
	Significance    Dimension = "MARKER_SIGNIFICANCE"
	Goals           Dimension = "SDG_NAMED"
)

var dimensions = []Dimension{
	Year, Quarter, TransactionType, Currency, Status, Programme, Area, Activity, Provider, Receiver, Reporting, Agreement,
	Country, Region, SectorOf, SectorCategory, SDG, Marker, Significance, Goals,
}

func (d Dimension) known() bool { return slices.Contains(dimensions, d) }

// splits says whether the dimension splits money by shares.
func (d Dimension) splits() bool {
	return slices.Contains([]Dimension{Country, Region, SectorOf, SectorCategory, SDG}, d)
}

// entity says whether the keys are identifiers of rows, or of organisations that
// are not known here what is published of them.
func (d Dimension) entity() bool {
	return slices.Contains([]Dimension{Programme, Activity, Provider, Receiver, Reporting, Agreement}, d)
}

// What begins the key of an organisation that is not known here: its published
// identifier, or else its published name.
const (
	byRef  = "ref:"
	byName = "name:"
)

// quarterOf is the quarter of a month: 2020-Q2 of 2020-05.
func quarterOf(month string) string {
	year, m, ok := strings.Cut(month, "-")
	if !ok || len(m) != 2 || m < "01" || m > "12" {
		return year
	}
	n := int(m[0]-'0')*10 + int(m[1]-'0')
	return year + "-Q" + string(rune('1'+(n-1)/3))
}

// months are the first and the last month of a quarter; false for what is none.
func months(quarter string) (first, last string, ok bool) {
	year, q, ok := strings.Cut(quarter, "-Q")
	if !ok || len(year) != 4 || len(q) != 1 || q < "1" || q > "4" {
		return "", "", false
	}
	all := [][2]string{{"01", "03"}, {"04", "06"}, {"07", "09"}, {"10", "12"}}[q[0]-'1']
	return year + "-" + all[0], year + "-" + all[1], true
}
