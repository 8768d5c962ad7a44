package graph_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/opportunity"
	"acs-aec.org/hub/internal/viewer"
)

const (
	opportunityFields = `id source sourceId title description eligibility donor { name } agreement { title } opens closes isOpen minimum { amount currency }
		maximum { amount } area countries { iso2 } sectors { vocabulary code percentage } url status statusReason nextStatuses revision viewerCanEdit viewerCanMove`
	identifyOpportunity = `mutation($in: IdentifyOpportunityInput!) { identifyOpportunity(input: $in) { opportunity { ` + opportunityFields + ` } cursor eventIds } }`
	editOpportunity     = `mutation($in: EditOpportunityInput!) { editOpportunity(input: $in) { opportunity { ` + opportunityFields + ` } eventIds } }`
)

func (w *world) addOpportunity(tb testing.TB, title string, more vars) uuid.UUID {
	tb.Helper()
	in := vars{"source": "Test", "title": vars{"en": title}}
	maps.Copy(in, more)
	return w.ask(tb, w.Secretariat, identifyOpportunity, vars{"in": in}).ok().id("identifyOpportunity.opportunity.id")
}

// moveOpportunity moves an opportunity by a verb, as in "Screen".
func (w *world) moveOpportunity(tb testing.TB, v *viewer.Viewer, verb string, in vars) *answer {
	tb.Helper()
	a := w.ask(tb, v, fmt.Sprintf(`mutation($in: %[1]sOpportunityInput!) { moved: %[2]sOpportunity(input: $in) { opportunity { %[3]s } eventIds } }`,
		verb, string(verb[0]-'A'+'a')+verb[1:], opportunityFields), vars{"in": in})
	a.Data = map[string]any{"moved": a.at("moved.opportunity")}
	return a
}

func TestIdentifyOpportunity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.addCountry(t, "JM", vars{"en": "Jamaica"}, nil)
		w.addCountry(t, "TT", vars{"en": "Trinidad and Tobago"}, nil)
		signed, draft := w.signed(t, "Signed", "2020", w.Donor), w.draft(t, "Draft", w.Donor)
		lapsed := w.signed(t, "Lapsed", "2019", w.Donor)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Agreement.Update().Where(agreement.ID(lapsed)).SetValidTo("2025").Exec(ctx)
		})
		with := func(more vars) vars {
			in := vars{
				"source": " Portal ", "sourceId": "C-1", "title": vars{"en": "Coastal resilience", "es": "Resiliencia costera"}, "description": vars{"en": "Grants"},
				"eligibility": vars{"en": "Intergovernmental bodies"}, "donorId": w.Donor, "agreementId": signed, "opens": "2026-11-01", "closes": "2026-12-31",
				"minimum": vars{"amount": "100000.00", "currency": "USD"}, "maximum": vars{"amount": "250000", "currency": "USD"}, "area": "CARIBBEAN_SEA",
				"countries": []any{"TT", "JM"}, "sectors": []any{vars{"vocabulary": "1", "code": "14015"}}, "url": "https://example.org/calls/1",
			}
			maps.Copy(in, more)
			return vars{"in": in}
		}
		w.onlySecretariat(t, identifyOpportunity, with(nil))
		w.tells(t, func() {
			for field, bad := range map[string]vars{
				"input.source": {"source": " "}, "input.title": {"title": vars{"en": ""}}, "input.closes": {"closes": "2026-10-31"},
				"input.donorId": {"donorId": w.NewID(id.Organisation)}, "input.agreementId": {"agreementId": draft},
				"input.maximum.amount": {"maximum": vars{"amount": "1", "currency": "USD"}}, "input.maximum.currency": {"maximum": vars{"amount": "1", "currency": "EUR"}},
				"input.minimum.amount": {"minimum": vars{"amount": "-1", "currency": "USD"}}, "input.countries[1]": {"countries": []any{"TT", "TT"}},
				"input.countries[0]": {"countries": []any{"ZZ"}}, "input.sectors[0].code": {"sectors": []any{vars{"vocabulary": "1", "code": "1"}}},
			} {
				w.ask(t, w.Secretariat, identifyOpportunity, with(bad)).refused("INVALID_INPUT", field)
			}
			w.ask(t, w.Secretariat, identifyOpportunity, with(vars{"agreementId": lapsed})).refused("INVALID_INPUT", "input.agreementId")
			w.ask(t, w.Secretariat, identifyOpportunity, with(vars{"donorId": signed})).refused("INVALID_INPUT")
		})
		w.tells(t, func() {
			in := with(vars{"idempotencyKey": "k"})
			for range 2 {
				w.ask(t, w.Secretariat, identifyOpportunity, in).ok().is("identifyOpportunity.opportunity.source", "Portal").
					is("identifyOpportunity.opportunity.minimum.amount", "100000.00").is("identifyOpportunity.opportunity.maximum.amount", "250000").
					is("identifyOpportunity.opportunity.countries.0.iso2", "TT").is("identifyOpportunity.opportunity.countries.1.iso2", "JM").
					is("identifyOpportunity.opportunity.sectors.0.code", "14015").is("identifyOpportunity.opportunity.sectors.0.percentage", nil).
					is("identifyOpportunity.opportunity.donor.name", "Donor").is("identifyOpportunity.opportunity.agreement.title", "Signed").
					is("identifyOpportunity.opportunity.area", "CARIBBEAN_SEA").is("identifyOpportunity.opportunity.isOpen", true).
					is("identifyOpportunity.opportunity.status", "IDENTIFIED").is("identifyOpportunity.opportunity.nextStatuses.0", "SCREENED").
					is("identifyOpportunity.opportunity.url", "https://example.org/calls/1").is("identifyOpportunity.opportunity.revision", 1.0)
			}
		}, "OpportunityIdentified")
		w.ask(t, w.Secretariat, identifyOpportunity, with(nil)).refused("ALREADY_EXISTS", "input.sourceId")
		w.ask(t, w.Secretariat, identifyOpportunity, with(vars{"source": "Elsewhere"})).ok()
		for range 2 { // those without an identifier in their source are never the same
			w.ask(t, w.Secretariat, identifyOpportunity, with(vars{"sourceId": nil, "donorId": nil, "agreementId": nil, "closes": nil, "opens": nil})).ok().
				is("identifyOpportunity.opportunity.isOpen", true).is("identifyOpportunity.opportunity.donor", nil)
		}
	})
}

// TestWhoSeesOpportunities asks every door: seats and posts see all, the donor's
// people what is offered, nobody else anything.
func TestWhoSeesOpportunities(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ours := w.addOpportunity(t, "Ours", vars{"donorId": w.Donor, "sourceId": "1"})
		theirs := w.addOpportunity(t, "Theirs", vars{"donorId": w.Other})
		w.moveOpportunity(t, w.Secretariat, "Dismiss", vars{"id": ours, "expectedRevision": 1, "reason": "Too small."}).ok()
		const query = `query($ours: ID!, $theirs: ID!, $donor: ID!, $other: ID!) {
			one: opportunity(id: $ours) { title isOpen status statusReason nextStatuses revision viewerCanEdit viewerCanMove }
			two: opportunity(id: $theirs) { title } node(id: $theirs) { ... on Opportunity { title } }
			all: opportunities { totalCount nodes { title } }
			dismissed: opportunities(filter: {status: [DISMISSED]}) { totalCount } identified: opportunities(filter: {status: [IDENTIFIED]}) { totalCount }
			donor: node(id: $donor) { ... on Organisation { opportunities { totalCount } } }
			other: node(id: $other) { ... on Organisation { opportunities { totalCount nodes { id } } } }
			named: opportunities(filter: {text: "theirs"}) { totalCount } by: opportunities(filter: {donorId: $other}) { totalCount }
			eventLog(in: {everything: true}) { envelopes { event { __typename ... on OpportunityMoved { from to reason opportunity { title } } } } }
		}`
		in := vars{"ours": ours, "theirs": theirs, "donor": w.Donor, "other": w.Other}
		for name, v := range w.Viewers() {
			a := w.ask(t, v, query, in).ok()
			switch name {
			case "nobody", "stranger":
				a.is("one", nil).is("two", nil).is("node", nil).is("all.totalCount", 0.0).is("donor.opportunities.totalCount", 0.0).
					is("named.totalCount", 0.0).is("by.totalCount", 0.0).is("dismissed.totalCount", 0.0).is("eventLog.envelopes.0", nil)
			case "partner":
				a.is("one.title", "Ours").is("one.isOpen", true).is("one.status", nil).is("one.statusReason", nil).is("one.nextStatuses.0", nil).
					is("one.revision", nil).is("one.viewerCanEdit", false).is("two", nil).is("node", nil).is("all.totalCount", 1.0).
					is("dismissed.totalCount", 0.0).is("identified.totalCount", 0.0).is("donor.opportunities.totalCount", 1.0).
					is("other.opportunities.totalCount", 0.0).is("other.opportunities.nodes.0", nil).is("named.totalCount", 0.0).
					is("by.totalCount", 0.0).is("eventLog.envelopes.0", nil)
			default:
				a.is("one.status", "DISMISSED").is("one.statusReason", "Too small.").is("one.revision", 2.0).is("one.viewerCanEdit", name == "secretariat").
					is("one.viewerCanMove", false).is("two.title", "Theirs").is("all.totalCount", 2.0).is("dismissed.totalCount", 1.0).
					is("identified.totalCount", 1.0).is("other.opportunities.totalCount", 1.0).is("named.totalCount", 1.0).is("by.totalCount", 1.0).
					is("eventLog.envelopes.2.event.to", "DISMISSED").is("eventLog.envelopes.2.event.reason", "Too small.").
					is("eventLog.envelopes.2.event.opportunity.title", "Ours")
			}
		}
	})
}

func TestTheLifeOfAnOpportunity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.addOpportunity(t, "Call", vars{"donorId": w.Donor, "closes": "2026-11-23"}) // today
		verbs := []string{"Screen", "Shortlist", "Pursue", "Win"}
		for step, verb := range verbs {
			in := vars{"id": u, "expectedRevision": step + 1}
			w.tells(t, func() {
				for name, v := range w.Viewers() {
					switch name {
					case "secretariat":
					case "nobody":
						w.moveOpportunity(t, v, verb, in).refused("UNAUTHENTICATED")
					case "stranger":
						w.moveOpportunity(t, v, verb, in).refused("NOT_FOUND")
					default:
						w.moveOpportunity(t, v, verb, in).refused("FORBIDDEN")
					}
				}
				for _, other := range append(verbs, "Reopen") {
					if other != verb {
						w.moveOpportunity(t, w.Secretariat, other, in).refused("CONFLICT")
					}
				}
				w.moveOpportunity(t, w.Secretariat, verb, vars{"id": u, "expectedRevision": step + 2}).refused("CONFLICT")
				w.moveOpportunity(t, w.Secretariat, "Dismiss", vars{"id": u, "expectedRevision": step + 1, "reason": " "}).refused("INVALID_INPUT", "input.reason")
			})
			w.tells(t, func() { w.moveOpportunity(t, w.Secretariat, verb, in).ok() }, "OpportunityMoved")
		}
		w.ask(t, w.Council, `query($u: ID!) { opportunity(id: $u) { status nextStatuses viewerCanMove } }`, vars{"u": u}).ok().
			is("opportunity.status", "WON").is("opportunity.nextStatuses.0", nil)
	})
}

// TestAnOpportunityClosesByItself: from the day after its last one on it is closed,
// by every door, before the log tells it, and the log tells it once.
func TestAnOpportunityClosesByItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := opportunity.New(w.Runner)
		last := vars{"closes": "2026-11-23"}
		early, pursued := w.addOpportunity(t, "Early", last), w.addOpportunity(t, "Pursued", last)
		w.addOpportunity(t, "Later", vars{"closes": "2026-11-24"})
		w.addOpportunity(t, "Whenever", nil)
		for i, verb := range []string{"Screen", "Shortlist", "Pursue"} {
			w.moveOpportunity(t, w.Secretariat, verb, vars{"id": pursued, "expectedRevision": i + 1}).ok()
		}
		pass := func() {
			t.Helper()
			if err := s.PassTime(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		const query = `query($u: ID!) { opportunity(id: $u) { status isOpen nextStatuses revision } closed: opportunities(filter: {status: [CLOSED]}) { nodes { title } totalCount }
			early: opportunities(filter: {status: [IDENTIFIED, SCREENED]}) { totalCount } pursued: opportunities(filter: {status: [PURSUED]}) { totalCount } }`
		w.Clock.Set(time.Date(2026, 11, 24, 3, 59, 0, 0, time.UTC)) // still the 23rd in Port of Spain
		w.tells(t, pass)
		w.ask(t, w.Council, query, vars{"u": early}).ok().is("opportunity.status", "IDENTIFIED").is("opportunity.isOpen", true).
			is("closed.totalCount", 0.0).is("early.totalCount", 3.0)
		w.Clock.Set(time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC))
		closed := func(revision float64) {
			t.Helper()
			w.ask(t, w.Council, query, vars{"u": early}).ok().is("opportunity.status", "CLOSED").is("opportunity.isOpen", false).
				is("opportunity.nextStatuses.0", nil).is("opportunity.revision", revision).is("closed.totalCount", 1.0).
				is("closed.nodes.0.title", "Early").is("early.totalCount", 2.0).is("pursued.totalCount", 1.0)
		}
		closed(1)
		w.tells(t, func() {
			w.moveOpportunity(t, w.Secretariat, "Screen", vars{"id": early, "expectedRevision": 1}).refused("CONFLICT")
			w.moveOpportunity(t, w.Secretariat, "Reopen", vars{"id": early, "expectedRevision": 1}).refused("CONFLICT")
		})
		w.tells(t, func() { pass(); pass() }, "OpportunityClosed")
		closed(2)
		w.ask(t, w.Bureau, `{ eventLog(in: {everything: true}, first: 100) { envelopes { actor { name } event { ... on OpportunityClosed { from opportunity { title } } } } } }`, nil).ok().
			is("eventLog.envelopes.7.event.from", "IDENTIFIED").is("eventLog.envelopes.7.event.opportunity.title", "Early").is("eventLog.envelopes.7.actor", nil)
		// It comes back only if the day was put off.
		w.moveOpportunity(t, w.Secretariat, "Reopen", vars{"id": early, "expectedRevision": 2}).refused("CONFLICT")
		w.ask(t, w.Secretariat, editOpportunity, vars{"in": vars{"id": early, "expectedRevision": 2, "closes": "2026-12-01"}}).ok().
			is("editOpportunity.opportunity.status", "CLOSED").is("editOpportunity.opportunity.nextStatuses.0", "IDENTIFIED")
		w.moveOpportunity(t, w.Secretariat, "Reopen", vars{"id": early, "expectedRevision": 3}).ok().is("moved.status", "IDENTIFIED")
		w.tells(t, pass)
	})
}

func TestEditOpportunity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.addCountry(t, "JM", vars{"en": "Jamaica"}, nil)
		signed := w.signed(t, "Signed", "2020", w.Donor)
		u := w.addOpportunity(t, "Call", vars{"sourceId": "1", "donorId": w.Donor, "agreementId": signed, "countries": []any{"JM"}, "area": "TRADE"})
		w.addOpportunity(t, "Other", vars{"sourceId": "2"})
		edit := func(more vars) vars {
			in := vars{"id": u, "expectedRevision": 1}
			maps.Copy(in, more)
			return vars{"in": in}
		}
		w.tells(t, func() {
			w.ask(t, w.Nobody, editOpportunity, edit(vars{"area": "TRANSPORT"})).refused("UNAUTHENTICATED")
			w.ask(t, w.Stranger, editOpportunity, edit(vars{"area": "TRANSPORT"})).refused("NOT_FOUND")
			w.ask(t, w.Partner, editOpportunity, edit(vars{"area": "TRANSPORT"})).refused("FORBIDDEN")
			w.ask(t, w.Chair, editOpportunity, edit(vars{"area": "TRANSPORT"})).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, editOpportunity, edit(vars{"expectedRevision": 9, "area": "TRANSPORT"})).refused("CONFLICT")
			w.ask(t, w.Secretariat, editOpportunity, edit(vars{"source": nil})).refused("INVALID_INPUT", "input.source")
			w.ask(t, w.Secretariat, editOpportunity, edit(vars{"countries": nil})).refused("INVALID_INPUT", "input.countries")
			w.ask(t, w.Secretariat, editOpportunity, edit(vars{"sourceId": "2"})).refused("ALREADY_EXISTS", "input.sourceId")
			w.ask(t, w.Secretariat, editOpportunity, edit(vars{"area": "TRADE", "countries": []any{"JM"}, "donorId": w.Donor})).ok().
				is("editOpportunity.opportunity.revision", 1.0)
		})
		// What it names already may have ended since.
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Agreement.Update().Where(agreement.ID(signed)).SetStatus(agreement.StatusExpired).Exec(ctx)
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editOpportunity, edit(vars{
				"title": vars{"fr": "Appel"}, "sourceId": nil, "donorId": w.Other, "area": nil, "countries": []any{},
				"sectors": []any{vars{"vocabulary": "1", "code": "14015"}}, "maximum": vars{"amount": "5", "currency": "EUR"}, "closes": "2027-01-31",
			})).ok().is("editOpportunity.opportunity.revision", 2.0).is("editOpportunity.opportunity.sourceId", nil).is("editOpportunity.opportunity.area", nil).
				is("editOpportunity.opportunity.donor.name", "Other donor").is("editOpportunity.opportunity.countries.0", nil).
				is("editOpportunity.opportunity.closes", "2027-01-31").is("editOpportunity.opportunity.agreement.title", "Signed")
		}, "OpportunityEdited")
		const changes = `{ eventLog(in: {everything: true}, first: 100) { envelopes { event { ... on OpportunityEdited { changes { field before after } } } } } }`
		for _, v := range []*viewer.Viewer{w.Council, w.Partner} {
			a := w.ask(t, v, changes, nil).ok()
			seen := false
			for i := range 20 {
				if a.at(fmt.Sprintf("eventLog.envelopes.%d.event.changes.0.field", i)) == "title" {
					seen = true
					a.is(fmt.Sprintf("eventLog.envelopes.%d.event.changes.3.field", i), "closes").is(fmt.Sprintf("eventLog.envelopes.%d.event.changes.4.after", i), "5 EUR")
				}
			}
			if seen != (v == w.Council) {
				t.Errorf("the change is seen: %v: %s", seen, a.raw)
			}
		}
		// Whose call it was follows the donor, who was merged into another.
		w.ask(t, w.Secretariat, mergeOrganisation, vars{"in": vars{"id": w.Other, "intoId": w.Donor, "expectedRevision": 1}}).ok()
		w.ask(t, w.Partner, `{ opportunities { nodes { title donor { name } } } }`, nil).ok().is("opportunities.nodes.0.donor.name", "Donor")
	})
}

func TestOpportunityListsFilterAndOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.addCountry(t, "JM", vars{"en": "Jamaica"}, nil)
		w.addCountry(t, "TT", vars{"en": "Trinidad and Tobago"}, nil)
		signed := w.signed(t, "Signed", "2020", w.Donor)
		w.addOpportunity(t, "Árboles", vars{"closes": "2027-02-01", "donorId": w.Donor, "agreementId": signed, "countries": []any{"JM"}})
		w.addOpportunity(t, "Boats", vars{"closes": "2026-12-01", "area": "TRANSPORT", "source": "Portal", "sourceId": "X-9"})
		w.addOpportunity(t, "Coral", vars{"countries": []any{"TT", "JM"}})
		list := func(args string, want ...string) {
			t.Helper()
			w.lists(t, w.Committee, "opportunities", args, "title", want...)
		}
		list("", "Coral", "Boats", "Árboles")
		list("orderBy: {field: CLOSES, direction: DESC}", "Árboles", "Boats", "Coral")
		list("orderBy: {field: TITLE}", "Árboles", "Boats", "Coral")
		list("orderBy: {field: CREATED_AT, direction: DESC}", "Coral", "Boats", "Árboles")
		list("filter: {area: TRANSPORT}", "Boats")
		list(`filter: {country: "JM"}`, "Coral", "Árboles")
		list(`filter: {country: "TT"}`, "Coral")
		list(`filter: {closesFrom: "2026-12-01", closesBy: "2026-12-31"}`, "Boats")
		list(`filter: {closesFrom: "2026-12-02"}`, "Árboles")
		list(`filter: {donorId: "`+id.Format(w.Donor)+`"}`, "Árboles")
		list(`filter: {agreementId: "`+id.Format(signed)+`"}`, "Árboles")
		list(`filter: {source: "Portal"}`, "Boats")
		list(`filter: {text: "arbol"}`, "Árboles")
		list(`filter: {text: "x-9"}`, "Boats")
		list(`filter: {status: []}`)
		list(`filter: {status: [IDENTIFIED, WON]}`, "Coral", "Boats", "Árboles")
		w.lists(t, w.Nobody, "opportunities", "", "title")
		w.lists(t, w.Partner, "opportunities", "", "title", "Árboles")
		w.ask(t, w.Bureau, `query($a: ID!) { node(id: $a) { ... on Agreement { opportunities { totalCount nodes { title } } } } }`, vars{"a": signed}).ok().
			is("node.opportunities.totalCount", 1.0).is("node.opportunities.nodes.0.title", "Árboles")
	})
}

// TestProposalsAimAtOpportunities: the edge, the filter and the list are for who
// sees both ends.
func TestProposalsAimAtOpportunities(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		u, gone := w.addOpportunity(t, "Call", nil), w.addOpportunity(t, "Gone", nil)
		w.moveOpportunity(t, w.Secretariat, "Dismiss", vars{"id": gone, "expectedRevision": 1, "reason": "No."}).ok()
		w.tells(t, func() {
			w.ask(t, w.Committee, draftProposal, w.complete("P-9", vars{"opportunityId": gone})).refused("INVALID_INPUT", "input.opportunityId")
			w.ask(t, w.Committee, draftProposal, w.complete("P-9", vars{"opportunityId": w.NewID(id.Opportunity)})).refused("INVALID_INPUT", "input.opportunityId")
		})
		p := w.drafted(t, "P-1", vars{"opportunityId": u})
		const query = `query($p: ID!, $u: ID!) { proposal(id: $p) { opportunity { title } } proposals(filter: {opportunityId: $u}) { totalCount }
			opportunity(id: $u) { proposals { totalCount nodes { reference } } } }`
		in := vars{"p": p, "u": u}
		w.ask(t, w.Committee, query, in).ok().is("proposal.opportunity.title", "Call").is("proposals.totalCount", 1.0).is("opportunity.proposals.nodes.0.reference", "P-1")
		w.ask(t, w.Council, query, in).ok().is("proposal", nil).is("proposals.totalCount", 0.0).is("opportunity.proposals.totalCount", 0.0)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Proposal.UpdateOneID(p).SetStatus("FINANCED").Exec(ctx)
		})
		w.ask(t, w.Nobody, query, in).ok().is("proposal.opportunity", nil).is("proposals.totalCount", 0.0).is("opportunity", nil)
		w.ask(t, w.Council, query, in).ok().is("proposal.opportunity.title", "Call").is("proposals.totalCount", 1.0)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Proposal.UpdateOneID(p).SetStatus("DRAFT").Exec(ctx)
		})
		w.ask(t, w.Committee, editProposal, vars{"in": vars{"id": p, "expectedRevision": 1, "opportunityId": gone}}).refused("INVALID_INPUT", "input.opportunityId")
		w.ask(t, w.Committee, editProposal, vars{"in": vars{"id": p, "expectedRevision": 1, "opportunityId": nil}}).ok()
		w.ask(t, w.Committee, query, in).ok().is("proposal.opportunity", nil).is("proposals.totalCount", 0.0)
	})
}

func TestWhatIsUnderOpportunitiesCostsTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.addCountry(t, "JM", vars{"en": "Jamaica"}, nil)
		w.addCountry(t, "TT", vars{"en": "Trinidad and Tobago"}, nil)
		const query = `query($n: Int) { opportunities(first: $n) { nodes { title donor { name } agreement { title } countries { iso2 name } sectors { item { name } } status isOpen
			proposals(first: 1) { totalCount nodes { title } } threads(first: 1) { totalCount nodes { title } } viewerCanMove } } }`
		for i := range 6 {
			u := w.addOpportunity(t, fmt.Sprintf("Call %d", i), vars{
				"donorId": w.Donor, "countries": []any{[]any{"JM", "TT"}[i%2]}, "sectors": []any{vars{"vocabulary": "1", "code": "14015"}},
			})
			w.Write(t, func(ctx context.Context, tx *ent.Client) error {
				now, title := w.Time(), i18n.Text{EN: fmt.Sprintf("On %d", i), Authentic: i18n.EN}
				th := w.NewID(id.Thread)
				tx.Thread.Create().SetID(th).SetCreatedAt(now).SetUpdatedAt(now).SetOpportunityID(u).SetTitleText(title).ExecX(ctx)
				tx.ThreadAudience.Create().SetID(w.NewID(id.Audience)).SetCreatedAt(now).SetThreadID(th).SetBodyID(w.SpecialCommittee).ExecX(ctx)
				tx.Proposal.Create().SetID(w.NewID(id.Proposal)).SetCreatedAt(now).SetUpdatedAt(now).SetReference(title.EN).SetOpportunityID(u).
					SetSponsorID(w.SpecialCommittee).SetTitleText(title).ExecX(ctx)
				return nil
			})
		}
		few := w.statements(func() { w.ask(t, w.Committee, query, vars{"n": 2}).ok() })
		var a *answer
		many := w.statements(func() { a = w.ask(t, w.Committee, query, vars{"n": 6}).ok() })
		if few != many {
			t.Errorf("%d statements for two opportunities, %d for six", few, many)
		}
		a.is("opportunities.nodes.5.threads.totalCount", 1.0).is("opportunities.nodes.5.proposals.totalCount", 1.0).is("opportunities.nodes.5.countries.0.iso2", "TT")
	})
}
