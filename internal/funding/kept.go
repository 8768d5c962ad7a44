package funding

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/fundingrollup"
	"acs-aec.org/hub/internal/viewer"
)

// reading is how a query is answered from the sums that are kept.
type reading struct {
	scopes    []fundingrollup.Scope
	parties   []string
	dimension fundingrollup.Dimension
	codes     []string // nil: all
	from, to  string   // years; "": no bound
}

// keptBy are the dimensions that sums are kept by.
var keptBy = map[Dimension]fundingrollup.Dimension{
	Country: fundingrollup.DimensionCountry, SectorOf: fundingrollup.DimensionSector, SectorCategory: fundingrollup.DimensionCategory,
	Provider: fundingrollup.DimensionProvider, Receiver: fundingrollup.DimensionReceiver, Programme: fundingrollup.DimensionProgramme,
	Area: fundingrollup.DimensionProgramme, Agreement: fundingrollup.DimensionAgreement,
}

// divides says whether a flow can be in several sums of the dimension.
func divides(d fundingrollup.Dimension) bool {
	return d == fundingrollup.DimensionCountry || d == fundingrollup.DimensionSector || d == fundingrollup.DimensionCategory
}

// kept says how the query is answered from the sums that are kept; false where it
// must be added up. Those are of all activities that the viewer sees, by year, type
// and currency and by one dimension more, of everything or of what organisations
// gave or received.
func (q Query) kept(v *viewer.Viewer) (reading, bool) {
	r := reading{scopes: []fundingrollup.Scope{fundingrollup.ScopePublic}, parties: []string{""}, dimension: fundingrollup.DimensionNothing}
	if v.Secretariat() || v.Sits(viewer.Council) || v.Sits(viewer.ExecutiveBureau) { // as access.Activities has it
		r.scopes = append(r.scopes, fundingrollup.ScopeAll)
	}
	f := q.Filter
	if f.selects() || f.Vanished || f.Markers != nil || f.Humanitarian != nil || f.Goals != nil || f.Regions != nil || f.Keys != nil {
		return r, false
	}
	ok := true
	by := func(d fundingrollup.Dimension, codes []string) {
		ok = ok && (r.dimension == fundingrollup.DimensionNothing || r.dimension == d && r.codes == nil)
		r.dimension = d
		if codes != nil {
			// Of several, a flow that is in two of them would count twice.
			ok = ok && (len(codes) == 1 || !divides(d))
			r.codes = codes
		}
	}
	for _, d := range q.GroupBy {
		switch k, there := keptBy[d]; {
		case d == Year || d == TransactionType || d == Currency:
		case !there, d == SectorOf && q.vocabulary() != dac:
			return r, false
		default:
			by(k, nil)
		}
	}
	if slices.Contains(q.GroupBy, Programme) && slices.Contains(q.GroupBy, Area) {
		return r, false
	}
	if f.Countries != nil {
		by(fundingrollup.DimensionCountry, f.Countries)
	}
	if f.Sectors != nil {
		if f.Sectors.Vocabulary != dac && f.Sectors.Vocabulary != "" {
			return r, false
		}
		by(fundingrollup.DimensionSector, f.Sectors.Codes)
	}
	ok = r.of(f, by) && ok
	if f.From != nil {
		if !strings.HasSuffix(string(*f.From), "-01-01") {
			return r, false
		}
		r.from = string(*f.From)[:4]
	}
	if f.To != nil {
		if !strings.HasSuffix(string(*f.To), "-12-31") {
			return r, false
		}
		r.to = string(*f.To)[:4]
	}
	return r, ok
}

// of decides on the organisations: one condition is that of the sums, and another
// one of their dimension. Sums of several that gave, or of several that received,
// have no flow in common.
func (r *reading) of(f Filter, by func(fundingrollup.Dimension, []string)) bool {
	all := true
	sums := func(ids []uuid.UUID, how ...string) {
		all, r.parties = false, []string{}
		for _, u := range ids {
			for _, h := range how {
				r.parties = append(r.parties, partyOf(h, u))
			}
		}
	}
	if f.Parties != nil {
		if len(f.Parties) > 1 {
			return false
		}
		sums(f.Parties, gave, got, gaveGot)
	}
	for _, side := range []struct {
		ids       []uuid.UUID
		how       string
		dimension fundingrollup.Dimension
	}{{f.Providers, gave, fundingrollup.DimensionProvider}, {f.Receivers, got, fundingrollup.DimensionReceiver}} {
		switch {
		case side.ids == nil:
		case all:
			sums(side.ids, side.how, gaveGot)
		default:
			by(side.dimension, keysOf(side.ids))
		}
	}
	return true
}
