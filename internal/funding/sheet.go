package funding

import (
	"crypto/sha256"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/fundingrollup"
)

// sheetKey is what one row of kept sums is of. The year is within it.
type sheetKey struct {
	scope       fundingrollup.Scope
	party       string
	dimension   fundingrollup.Dimension
	code        string
	reason      Reason
	typeCode    string
	currency    string
	period      string
	rateYear    string
	internal    bool
	denominator int64
}

// periodYears is how many years one row has at most: so that a row stays short,
// whatever dates are published.
const periodYears = 50

// noRateYear stands for a flow with a year and no date for its rate: "" says that both
// are the same.
const noRateYear = "-"

// sheet is the row that the key is in.
func (k *rollupKey) sheet() sheetKey {
	s := sheetKey{
		scope: k.scope, party: k.party, dimension: k.dimension, code: k.code, reason: k.reason, typeCode: k.typeCode, currency: k.currency,
		period: periodOf(k.year), internal: k.internal, denominator: k.denominator,
	}
	switch k.rateYear {
	case k.year:
	case "":
		s.rateYear = noRateYear
	default:
		s.rateYear = k.rateYear
	}
	return s
}

// of is the key of one year of the row.
func (s *sheetKey) of(year string) rollupKey {
	return rollupKey{
		scope: s.scope, party: s.party, dimension: s.dimension, code: s.code, reason: s.reason, year: year, typeCode: s.typeCode, currency: s.currency,
		rateYear: rateYearOf(s.rateYear, year), internal: s.internal, denominator: s.denominator,
	}
}

// rateYearOf is the year of the rate of flows of a year in a row.
func rateYearOf(ofRow, year string) string {
	switch ofRow {
	case "":
		return year
	case noRateYear:
		return ""
	}
	return ofRow
}

// periodOf is the period of a year.
func periodOf(year string) string {
	n, err := strconv.Atoi(year)
	if err != nil {
		return year
	}
	return fmt.Sprintf("%04d", n/periodYears*periodYears)
}

// sheetSpace sets the digests of keys apart from others.
var sheetSpace = uuid.MustParse("8f6f2f0e-6f1f-4f0e-9b0a-3c2d5c1f7a61")

// id is the digest of the key: nobody can make two keys with one, which would mix
// their sums.
func (s *sheetKey) id() uuid.UUID {
	b := append(make([]byte, 0, 200), sheetSpace[:]...)
	for _, part := range [...]string{
		string(s.scope), s.party, string(s.dimension), s.code, string(s.reason), s.typeCode, s.currency, s.period, s.rateYear,
		strconv.FormatBool(s.internal), strconv.FormatInt(s.denominator, 10),
	} {
		b = append(append(b, part...), 0)
	}
	sum := sha256.Sum256(b)
	id := uuid.UUID(sum[:16])
	id[6] = id[6]&0x0f | 0x80 // version 8: of one's own making
	id[8] = id[8]&0x3f | 0x80
	return id
}

// sheet is changes of one row.
type sheet struct {
	key   sheetKey
	id    uuid.UUID
	name  string       // the id as text
	years []yearChange // in order
}

// yearChange is what one year changes by.
type yearChange struct {
	year string
	by   *tally
}
