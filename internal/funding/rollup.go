package funding

import (
	"encoding/hex"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/fundingrollup"
)

// key is of what a kept sum is.
type rollupKey struct {
	scope       fundingrollup.Scope
	party       string
	dimension   fundingrollup.Dimension
	code        string
	reason      Reason
	year        string
	typeCode    string
	currency    string
	rateYear    string
	internal    bool
	denominator int64
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// flow is a transaction with everything that sums depend on.
type flow struct {
	id                          uuid.UUID
	typeCode, year, rateYear    string
	currency                    string
	micro                       *int64
	assumed                     bool
	provider, receiver          string // keys
	public, counterpart         bool   // the activity is public; there is a counterpart here
	counterpartPublic           bool
	programme, agreement        string
	places, sectors, categories []portion
}

// portion is a share of a flow.
type portion struct {
	code                   string
	reason                 Reason
	numerator, denominator int64
	leads, leadsCode       bool
}

// commonWhole is the denominator of parts that fit it: of percentages with up to six
// decimals that make one hundred. Parts of one denominator make one sum.
const commonWhole = 100_000_000

// common writes the portion with the denominator that most have.
func (p portion) common() portion {
	if p.denominator > 0 && commonWhole%p.denominator == 0 {
		p.numerator, p.denominator = p.numerator*(commonWhole/p.denominator), commonWhole
	}
	return p
}

// nothing is the portion of what states nothing.
var nothing = []portion{portion{code: Unallocated, reason: NotStated, numerator: 1, denominator: 1, leads: true, leadsCode: true}.common()}

// undivided is the portion along a dimension that does not split.
func undivided(code string) []portion {
	return []portion{{code: code, numerator: 1, denominator: 1, leads: true, leadsCode: true}}
}

// How an organisation takes part in the flows of a sum, and what the key of such a
// sum begins with. A flow that somebody gives and receives is in a sum of its own.
const (
	gave    = "P"
	got     = "R"
	gaveGot = "B"
)

// partyOf is the key of sums of one organisation.
func partyOf(how string, u uuid.UUID) string { return how + hex.EncodeToString(u[:]) }

// partiesOf are the keys of sums that a flow is in: of everything, and of those who
// gave and received it and are known here.
func partiesOf(provider, receiver string) []string {
	out := []string{""}
	known := func(key string) (uuid.UUID, bool) {
		if len(key) != 36 { // the only form that keys have
			return uuid.Nil, false
		}
		u, err := uuid.Parse(key)
		return u, err == nil
	}
	from, ok := known(provider)
	if ok && provider == receiver {
		return append(out, partyOf(gaveGot, from))
	}
	if ok {
		out = append(out, partyOf(gave, from))
	}
	if to, ok := known(receiver); ok {
		out = append(out, partyOf(got, to))
	}
	return out
}

// entry is where a flow counts in a scope, and with which sign.
type entry struct {
	scope    fundingrollup.Scope
	internal bool
	sign     int64
}

// scopes are the sums that the flow is in. Those of the scope All are what is to be
// added to those of the scope Public for whoever sees every activity: flows of
// activities that are not public, and flows whose counterpart is not public, which
// are internal for them.
func (f *flow) scopes(sign int64) []entry {
	switch {
	case !f.public:
		return []entry{{fundingrollup.ScopeAll, f.counterpart, sign}}
	case f.counterpart && !f.counterpartPublic:
		return []entry{{fundingrollup.ScopePublic, false, sign}, {fundingrollup.ScopeAll, false, -sign}, {fundingrollup.ScopeAll, true, sign}}
	}
	return []entry{{fundingrollup.ScopePublic, f.counterpartPublic, sign}}
}
