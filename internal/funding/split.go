package funding

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"acs-aec.org/hub/internal/money"
)

// What stands in the place of a code.
const (
	// Unallocated is money that no place or sector is stated for, or whose percentages
	// don't share it out.
	Unallocated = "UNALLOCATED"
	// Regional is, among countries, money that is stated for a region.
	Regional = "REGIONAL"
	// National is, among regions, money that is stated for a country.
	National = "NATIONAL"
)

// Reason is why money is Unallocated.
type Reason string

// The reasons.
const (
	NotStated  Reason = "NOT_STATED" // nothing of the kind, or of the vocabulary
	WrongSum   Reason = "WRONG_SUM"  // the percentages make neither 99 to 101, nor does one stand alone
	Unreadable Reason = "UNREADABLE" // a percentage is no number, or below zero
)

// Axis is along what money is split.
type Axis string

// The axes.
const (
	Place    Axis = "PLACE"    // countries and regions
	Sector   Axis = "SECTOR"   // sectors of a vocabulary
	Category Axis = "CATEGORY" // the DAC's sectors by their first three digits
	Goal     Axis = "GOAL"     // the Sustainable Development Goals
)

// Vocabularies of sectors and regions.
const (
	dac           = "1" // five digits; of regions, the DAC's
	dacCategories = "2" // three digits
	sdgGoals      = "7"
	sdgTargets    = "8"
	tagGoals      = "2" // of tags
	tagTargets    = "3"
)

// tagged stands before the vocabulary of a tag among those of sectors.
const tagged = "tag "

// Tag is a tag of an activity in the place of a sector: it states no percentage, and
// is looked at where no sector of a goal or a target is stated.
func Tag(vocabulary, code string) Stated { return Stated{Vocabulary: tagged + vocabulary, Code: code} }

// Stated is a share as it was published or recorded.
type Stated struct {
	Vocabulary, Code string
	// Published is the percentage as it was written, "" for none, Micro its millionths
	// where they tell it exactly.
	Published string
	Micro     *int64
}

// Part is what part of its owner's money is for a code: Numerator of Denominator.
type Part struct {
	Axis                   Axis
	Vocabulary             string
	Code, Region           string
	Numerator, Denominator int64
	// Leads is true for one of the owner's in the axis and vocabulary; LeadsCode and
	// LeadsRegion for one of those with its code, its region.
	Leads, LeadsCode, LeadsRegion bool
	Reason                        Reason
}

// whole is one hundred per cent as numerators count them.
const whole = int64(100_000_000_000_000)

// Places are the parts of countries and regions. Countries and the DAC's regions
// share a whole. Regions of other vocabularies tell the same money apart in another
// way: they count where the countries do not make a whole without them, and where
// there are neither countries nor regions of the DAC's; of several such vocabularies
// the first.
func Places(countries, regions []Stated) []Part {
	of := vocabularies(regions)
	if len(of) == 0 || of[0] == dac {
		return placed(countries, regions, dac)
	}
	if len(countries) > 0 {
		alone := placed(countries, nil, "")
		if alone[0].Reason == "" {
			return alone
		}
		for _, v := range of {
			if together := placed(countries, regions, v); together[0].Reason == "" {
				return together
			}
		}
		return alone
	}
	return placed(nil, regions, of[0])
}

// vocabularies are those of regions in their order, the DAC's before all others.
func vocabularies(regions []Stated) (out []string) {
	for _, r := range regions {
		switch v := cmp.Or(r.Vocabulary, dac); {
		case slices.Contains(out, v):
		case v == dac:
			out = slices.Insert(out, 0, v)
		default:
			out = append(out, v)
		}
	}
	return out
}

// placed are the parts that countries have together with the regions of a vocabulary.
func placed(countries, regions []Stated, of string) []Part {
	var all []piece
	for _, c := range countries {
		all = append(all, piece{c, c.Code, National})
	}
	for _, r := range regions {
		v := cmp.Or(r.Vocabulary, dac)
		if v != of {
			continue
		}
		code := r.Code
		if v != dac {
			code = v + ":" + r.Code
		}
		all = append(all, piece{r, Regional, code})
	}
	return divide(Place, "", all)
}

// SectorParts are the parts of sectors in each vocabulary, by the DAC's categories
// and by the goals. Tags name goals alone: one has all, and no parts follow from
// several.
func SectorParts(stated []Stated) []Part {
	var order []string
	of := map[string][]piece{}
	for _, s := range stated {
		v := cmp.Or(s.Vocabulary, dac)
		if of[v] == nil {
			order = append(order, v)
		}
		of[v] = append(of[v], piece{s, s.Code, ""})
	}
	var out []Part
	for _, v := range order {
		if strings.HasPrefix(v, tagged) {
			continue
		}
		out = append(out, divide(Sector, v, of[v])...)
	}
	switch {
	case of[dac] != nil:
		out = append(out, divide(Category, "", recoded(of[dac], categoryOf))...)
	case of[dacCategories] != nil:
		out = append(out, divide(Category, "", of[dacCategories])...)
	}
	switch {
	case of[sdgGoals] != nil:
		out = append(out, divide(Goal, "", of[sdgGoals])...)
	case of[sdgTargets] != nil:
		out = append(out, divide(Goal, "", recoded(of[sdgTargets], goalOf))...)
	case of[tagged+tagGoals] != nil:
		out = append(out, divide(Goal, "", distinct(of[tagged+tagGoals]))...)
	case of[tagged+tagTargets] != nil:
		out = append(out, divide(Goal, "", distinct(recoded(of[tagged+tagTargets], goalOf)))...)
	}
	return out
}

// distinct keeps the first piece of each code.
func distinct(in []piece) []piece {
	var out []piece
	for _, p := range in {
		if !slices.ContainsFunc(out, func(o piece) bool { return o.code == p.code }) {
			out = append(out, p)
		}
	}
	return out
}

// categoryOf is the category of a five-digit sector.
func categoryOf(code string) string {
	letters := []rune(code) // as the database counts them: publishers write any
	if len(letters) <= 3 || code == Unallocated {
		return code
	}
	return string(letters[:3])
}

// goalOf is the goal of a target such as 13.1.
func goalOf(target string) string {
	goal, _, _ := strings.Cut(target, ".")
	return goal
}

// piece is a share with the codes under which it stands.
type piece struct {
	Stated
	code, region string
}

func recoded(in []piece, to func(string) string) []piece {
	out := slices.Clone(in)
	for i := range out {
		out[i].code = to(out[i].code)
	}
	return out
}

// divide turns what shares a whole into parts of it.
func divide(axis Axis, vocabulary string, all []piece) []Part {
	if len(all) == 0 {
		return nil
	}
	type codes struct{ code, region string }
	sums := map[codes]int64{}
	total, reason := int64(0), Reason("")
	for _, p := range all {
		n, stated, ok := p.numerator()
		if !ok {
			reason = Unreadable
			break
		}
		if !stated && len(all) == 1 {
			n = whole
		}
		sums[codes{clip(p.code, longestCode), clip(p.region, longestRegion)}] += n
		if total += n; total > most {
			break // no sum of so much is right, and none may overflow
		}
	}
	if reason == "" && (total < whole/100*99 || total > whole/100*101) {
		reason = WrongSum
	}
	if reason != "" {
		p := Part{
			Axis: axis, Vocabulary: vocabulary, Code: Unallocated, Numerator: 1, Denominator: 1,
			Leads: true, LeadsCode: true, LeadsRegion: true, Reason: reason,
		}
		if axis == Place {
			p.Region = Unallocated
		}
		return []Part{p}
	}
	divisor := total
	var out []Part
	for k, n := range sums {
		if n == 0 {
			continue
		}
		divisor = gcd(divisor, n)
		out = append(out, Part{Axis: axis, Vocabulary: vocabulary, Code: k.code, Region: k.region, Numerator: n, Denominator: total})
	}
	slices.SortFunc(out, func(a, b Part) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Region, b.Region)) })
	seenCode, seenRegion := map[string]bool{}, map[string]bool{}
	for i := range out {
		p := &out[i]
		p.Numerator, p.Denominator = p.Numerator/divisor, p.Denominator/divisor
		p.Leads, p.LeadsCode, p.LeadsRegion = i == 0, !seenCode[p.Code], !seenRegion[p.Region]
		seenCode[p.Code], seenRegion[p.Region] = true, true
	}
	return out
}

// The longest codes that are kept, in bytes; longer ones are cut.
const (
	longestCode   = 200
	longestRegion = 230
)

func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && s[limit]&0xc0 == 0x80 { // not within a character
		limit--
	}
	return s[:limit]
}

// most is more than any percentage that means something: sums can't overflow.
const most = 10 * whole

// numerator is the percentage as a part of whole; stated is false where there is
// none, ok where it can't be one.
func (s Stated) numerator() (n int64, stated, ok bool) {
	if s.Micro != nil {
		if *s.Micro < 0 {
			return 0, true, false
		}
		const scale = whole / 100_000_000
		return min(*s.Micro, most/scale) * scale, true, true
	}
	if s.Published == "" {
		return 0, false, true
	}
	r, ok := new(big.Rat).SetString(s.Published)
	if !ok || r.Sign() < 0 || len(s.Published) > money.MostCharacters || strings.ContainsAny(s.Published, "eEpPxX/_") {
		return 0, true, false
	}
	r.Mul(r, new(big.Rat).SetInt64(whole/100))
	i, ok := new(big.Int).SetString(r.FloatString(0), 10)
	if !ok {
		return 0, true, false
	}
	if !i.IsInt64() || i.Int64() > most {
		return most, true, true
	}
	return i.Int64(), true, true
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
