package graph_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const (
	agreementFields = `id number kind title description status statusReason signedOn validFrom validTo parties { id organisation { name } } nextStatuses revision viewerCanEdit viewerCanMove`
	draftAgreement  = `mutation($in: DraftAgreementInput!) { draftAgreement(input: $in) { agreement { ` + agreementFields + ` } cursor eventIds } }`
	editAgreement   = `mutation($in: EditAgreementInput!) { editAgreement(input: $in) { agreement { ` + agreementFields + ` } eventIds } }`
)

// moveAgreement is the mutation of a move by its name, as in "sign".
func moveAgreement(verb string) (query, field string) {
	field = map[string]string{
		"negotiate": "negotiateAgreement", "sign": "signAgreement", "force": "bringAgreementIntoForce", "expire": "expireAgreement", "terminate": "terminateAgreement",
	}[verb]
	input := string(field[0]-'a'+'A') + field[1:] + "Input"
	return fmt.Sprintf(`mutation($in: %s!) { %s(input: $in) { agreement { %s } cursor eventIds } }`, input, field, agreementFields), field
}

func (w *world) moves(tb testing.TB, v *viewer.Viewer, verb string, in vars) *answer {
	tb.Helper()
	query, field := moveAgreement(verb)
	a := w.ask(tb, v, query, vars{"in": in})
	a.Data = map[string]any{"moved": a.at(field + ".agreement")}
	return a
}

func (w *world) draft(tb testing.TB, title string, parties ...any) uuid.UUID {
	tb.Helper()
	in := vars{"kind": "MEMORANDUM_OF_UNDERSTANDING", "title": vars{"en": title}, "partyIds": parties}
	return w.ask(tb, w.Secretariat, draftAgreement, vars{"in": in}).ok().id("draftAgreement.agreement.id")
}

func (w *world) negotiated(tb testing.TB, title string, parties ...any) uuid.UUID {
	tb.Helper()
	u := w.draft(tb, title, parties...)
	w.moves(tb, w.Secretariat, "negotiate", vars{"id": u, "expectedRevision": 1}).ok()
	return u
}

func (w *world) signed(tb testing.TB, title, on string, parties ...any) uuid.UUID {
	tb.Helper()
	u := w.negotiated(tb, title, parties...)
	w.moves(tb, w.Secretariat, "sign", vars{"id": u, "expectedRevision": 2, "signedOn": on}).ok()
	return u
}

func TestDraftAgreement(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		good := vars{
			"kind": "PROTOCOL", "title": vars{"en": "Protocol", "fr": "Protocole"}, "description": vars{"en": "On hurricanes"}, "number": " ACS/1 ",
			"partyIds": []any{w.Other, w.Donor}, "validFrom": "2020", "validTo": "2020-01", "idempotencyKey": "once",
		}
		with := func(more vars) vars {
			in := maps.Clone(good)
			delete(in, "idempotencyKey")
			maps.Copy(in, more)
			return vars{"in": in}
		}
		w.onlySecretariat(t, draftAgreement, with(nil))
		w.tells(t, func() {
			for range 2 {
				w.ask(t, w.Secretariat, draftAgreement, vars{"in": good}).ok().is("draftAgreement.agreement.status", "DRAFT").is("draftAgreement.agreement.number", "ACS/1").
					is("draftAgreement.agreement.parties.0.organisation.name", "Other donor").is("draftAgreement.agreement.parties.1.organisation.name", "Donor").
					is("draftAgreement.agreement.nextStatuses.0", "NEGOTIATING").is("draftAgreement.agreement.nextStatuses.1", "TERMINATED").
					is("draftAgreement.agreement.viewerCanMove", true).is("draftAgreement.agreement.description", "On hurricanes")
			}
		}, "AgreementDrafted")
		w.tells(t, func() {
			for field, bad := range map[string]vars{
				"input.title": {"title": vars{"authentic": "es", "en": "x"}}, "input.number": {"number": "\t"}, "input.validTo": {"number": nil, "validTo": "2019-12"},
			} {
				w.ask(t, w.Secretariat, draftAgreement, with(bad)).refused("INVALID_INPUT", field)
			}
			for _, parties := range [][]any{{}, {w.Donor, w.Donor}, {w.NewID(id.Organisation)}, {w.Partner.Person}, slices.Repeat([]any{w.Donor}, 51)} {
				w.ask(t, w.Secretariat, draftAgreement, with(vars{"number": nil, "partyIds": parties})).refused("INVALID_INPUT", "input.partyIds")
			}
			w.ask(t, w.Secretariat, draftAgreement, with(nil)).refused("ALREADY_EXISTS", "input.number")
		})
	})
}

func TestTheLifeOfAnAgreement(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.draft(t, "Memorandum", w.Donor)
		seen := func(by ...string) {
			t.Helper()
			for name, v := range w.Viewers() {
				want := any(nil)
				total := 0.0
				if slices.Contains(by, name) || by[0] == "all" {
					want, total = "Memorandum", 1
				}
				a := w.ask(t, v, `query($u: ID!) { node(id: $u) { ... on Agreement { title viewerCanEdit viewerCanMove } } agreements { totalCount nodes { title } }
					filtered: agreements(filter: {text: "memo"}, orderBy: {field: TITLE}) { totalCount }
					organisations(filter: {text: "donor"}) { nodes { agreements { totalCount nodes { title } } } } }`, vars{"u": u}).ok()
				a.is("node.title", want).is("agreements.nodes.0.title", want).is("agreements.totalCount", total).is("filtered.totalCount", total).
					is("organisations.nodes.0.agreements.totalCount", total).is("organisations.nodes.0.agreements.nodes.0.title", want)
				if want != nil {
					a.is("node.viewerCanEdit", name == "secretariat")
				}
			}
		}
		told := func(v *viewer.Viewer) int {
			return len(w.ask(t, v, `{ eventLog(in: {everything: true}) { envelopes { event { __typename } } } }`, nil).ok().all("eventLog.envelopes.*.event.__typename"))
		}
		refusedToOthers := func(verb string, in vars) {
			t.Helper()
			w.tells(t, func() {
				for name, v := range w.Viewers() {
					a := w.ask(t, v, `query($u: ID!) { node(id: $u) { id } }`, vars{"u": u}).ok()
					switch {
					case name == "secretariat":
					case name == "nobody":
						w.moves(t, v, verb, in).refused("UNAUTHENTICATED")
					case a.at("node") == nil:
						w.moves(t, v, verb, in).refused("NOT_FOUND")
					default:
						w.moves(t, v, verb, in).refused("FORBIDDEN")
					}
				}
				stale := maps.Clone(in)
				stale["expectedRevision"] = in["expectedRevision"].(int) - 1
				a := w.moves(t, w.Secretariat, verb, stale).refused("CONFLICT")
				if a.Errors[0].Extensions["currentRevision"] != float64(in["expectedRevision"].(int)) {
					t.Errorf("no current revision: %s", a.raw)
				}
			})
		}
		conflicts := func(revision int, verbs ...string) {
			t.Helper()
			more := map[string]vars{"sign": {"signedOn": "2020"}, "terminate": {"reason": "x"}}
			w.tells(t, func() {
				for _, verb := range verbs {
					in := vars{"id": u, "expectedRevision": revision}
					maps.Copy(in, more[verb])
					w.moves(t, w.Secretariat, verb, in).refused("CONFLICT")
				}
			})
		}
		seen("secretariat", "bureau")
		conflicts(1, "sign", "force", "expire")
		refusedToOthers("negotiate", vars{"id": u, "expectedRevision": 1})
		w.tells(t, func() {
			w.moves(t, w.Secretariat, "negotiate", vars{"id": u, "expectedRevision": 1}).ok().is("moved.status", "NEGOTIATING").is("moved.revision", 2.0)
		}, "AgreementMoved")
		seen("secretariat", "bureau", "partner")
		conflicts(2, "negotiate", "force", "expire")
		refusedToOthers("sign", vars{"id": u, "expectedRevision": 2, "signedOn": "2026"})
		w.tells(t, func() {
			w.moves(t, w.Secretariat, "sign", vars{"id": u, "expectedRevision": 2, "signedOn": "2026-11-24"}).refused("INVALID_INPUT", "input.signedOn")
			w.moves(t, w.Secretariat, "sign", vars{"id": u, "expectedRevision": 2, "signedOn": "2026-12"}).refused("INVALID_INPUT", "input.signedOn")
		})
		if n := told(w.Nobody); n != 0 {
			t.Errorf("nobody was told %d events of a negotiation", n)
		}
		w.tells(t, func() {
			w.moves(t, w.Secretariat, "sign", vars{"id": u, "expectedRevision": 2, "signedOn": "2026-11-23"}).ok().is("moved.status", "SIGNED").is("moved.signedOn", "2026-11-23")
		}, "AgreementMoved")
		seen("all")
		if a, b := told(w.Nobody), told(w.Bureau); a != 1 || b != 3 {
			t.Errorf("nobody was told %d events, the Bureau %d", a, b)
		}
		conflicts(3, "negotiate", "sign", "expire")
		refusedToOthers("force", vars{"id": u, "expectedRevision": 3})
		w.tells(t, func() {
			w.moves(t, w.Secretariat, "force", vars{"id": u, "expectedRevision": 3, "validFrom": "2027"}).refused("INVALID_INPUT", "input.validFrom")
		})
		w.tells(t, func() {
			w.moves(t, w.Secretariat, "force", vars{"id": u, "expectedRevision": 3}).ok().is("moved.status", "IN_FORCE").is("moved.validFrom", "2026-11-23")
		}, "AgreementMoved")
		seen("all")
		conflicts(4, "negotiate", "sign", "force")
		refusedToOthers("expire", vars{"id": u, "expectedRevision": 4, "validTo": "2026"})
		w.tells(t, func() {
			w.moves(t, w.Secretariat, "expire", vars{"id": u, "expectedRevision": 4}).refused("INVALID_INPUT", "input.validTo")
			w.moves(t, w.Secretariat, "expire", vars{"id": u, "expectedRevision": 4, "validTo": "2026-11-22"}).refused("INVALID_INPUT", "input.validTo")
		})
		w.tells(t, func() {
			w.moves(t, w.Secretariat, "expire", vars{"id": u, "expectedRevision": 4, "validTo": "2026-11"}).ok().is("moved.status", "EXPIRED").is("moved.validTo", "2026-11").
				is("moved.nextStatuses.0", nil).is("moved.viewerCanMove", false).is("moved.viewerCanEdit", true)
		}, "AgreementMoved")
		seen("all")
		conflicts(5, "negotiate", "sign", "force", "expire", "terminate")
	})
}

func TestTerminatingAnAgreement(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for from, revision := range map[string]int{"draft": 1, "negotiating": 2, "signed": 3, "in force": 4} {
			var u uuid.UUID
			switch from {
			case "draft":
				u = w.draft(t, from, w.Donor)
			case "negotiating":
				u = w.negotiated(t, from, w.Donor)
			case "signed":
				u = w.signed(t, from, "2020", w.Donor)
			case "in force":
				u = w.signed(t, from, "2020", w.Donor)
				w.moves(t, w.Secretariat, "force", vars{"id": u, "expectedRevision": 3, "validFrom": "2021-02"}).ok().is("moved.validFrom", "2021-02")
			}
			w.tells(t, func() {
				w.moves(t, w.Secretariat, "terminate", vars{"id": u, "expectedRevision": revision, "reason": " "}).refused("INVALID_INPUT", "input.reason")
			})
			w.tells(t, func() {
				w.moves(t, w.Secretariat, "terminate", vars{"id": u, "expectedRevision": revision, "reason": " No money. "}).ok().
					is("moved.status", "TERMINATED").is("moved.statusReason", "No money.")
			}, "AgreementMoved")
		}
		w.lists(t, w.Nobody, "agreements", "orderBy: {field: TITLE}", "title", "in force", "signed")
		w.lists(t, w.Partner, "agreements", "orderBy: {field: TITLE}", "title", "in force", "signed")
		w.lists(t, w.Bureau, "agreements", "orderBy: {field: TITLE}", "title", "draft", "in force", "negotiating", "signed")
		a := w.ask(t, w.Bureau, `{ eventLog(in: {everything: true}) { envelopes { event { ... on AgreementMoved { from to reason agreement { title } } } } } }`, nil).ok()
		if got := a.all("eventLog.envelopes.*.event.reason"); slices.Index(got, "No money.") < 0 {
			t.Errorf("no reason: %s", a.raw)
		}
	})
}

func TestEditAgreement(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		third := w.addOrganisation(t, vars{"name": vars{"en": "Third"}})
		u := w.draft(t, "Memorandum", w.Donor, w.Other)
		w.ask(t, w.Secretariat, draftAgreement, vars{"in": vars{"kind": "OTHER", "title": vars{"en": "X"}, "number": "1", "partyIds": []any{w.Donor}}}).ok()
		edit := func(revision int, more vars) vars {
			in := vars{"id": u, "expectedRevision": revision}
			maps.Copy(in, more)
			return vars{"in": in}
		}
		w.tells(t, func() {
			w.ask(t, w.Nobody, editAgreement, edit(1, vars{"number": "2"})).refused("UNAUTHENTICATED")
			w.ask(t, w.Partner, editAgreement, edit(1, vars{"number": "2"})).refused("NOT_FOUND")
			w.ask(t, w.Bureau, editAgreement, edit(1, vars{"number": "2"})).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, editAgreement, edit(2, vars{"number": "2"})).refused("CONFLICT")
			w.ask(t, w.Secretariat, editAgreement, edit(1, vars{"number": "1"})).refused("ALREADY_EXISTS", "input.number")
			w.ask(t, w.Secretariat, editAgreement, edit(1, vars{"kind": nil})).refused("INVALID_INPUT", "input.kind")
			w.ask(t, w.Secretariat, editAgreement, edit(1, vars{"partyIds": nil})).refused("INVALID_INPUT", "input.partyIds")
			w.ask(t, w.Secretariat, editAgreement, edit(1, vars{"partyIds": []any{}})).refused("INVALID_INPUT", "input.partyIds")
			w.ask(t, w.Secretariat, editAgreement, edit(1, vars{"partyIds": []any{w.NewID(id.Organisation)}})).refused("INVALID_INPUT", "input.partyIds")
			w.ask(t, w.Secretariat, editAgreement, edit(1, vars{"validFrom": "2020-05", "validTo": "2020-04-30"})).refused("INVALID_INPUT", "input.validTo")
			w.ask(t, w.Secretariat, editAgreement, edit(1, vars{"partyIds": []any{w.Donor, w.Other}, "number": nil})).ok().is("editAgreement.agreement.revision", 1.0)
		})
		before := w.ask(t, w.Secretariat, `query($u: ID!) { node(id: $u) { ... on Agreement { parties { id } } } }`, vars{"u": u}).ok()
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, editAgreement, edit(1, vars{
				"partyIds": []any{third, w.Other}, "number": "2", "kind": "OTHER", "title": vars{"es": "Memorando"}, "description": vars{"en": "New"}, "validFrom": "2020", "validTo": "2020",
			})).ok().is("editAgreement.agreement.revision", 2.0).is("editAgreement.agreement.parties.0.organisation.name", "Third").
				is("editAgreement.agreement.parties.1.organisation.name", "Other donor").is("editAgreement.agreement.parties.2", nil).
				is("editAgreement.agreement.kind", "OTHER").is("editAgreement.agreement.description", "New").is("editAgreement.agreement.validTo", "2020")
			if a.at("editAgreement.agreement.parties.1.id") != before.at("node.parties.1.id") {
				t.Error("a party that stays got another identifier")
			}
		}, "AgreementEdited")
		w.moves(t, w.Secretariat, "negotiate", vars{"id": u, "expectedRevision": 2}).ok()
		w.ask(t, w.Partner, editAgreement, edit(3, vars{"number": "3"})).refused("NOT_FOUND")
		w.ask(t, w.Secretariat, editAgreement, edit(3, vars{"partyIds": []any{w.Donor}})).ok()
		w.ask(t, w.Partner, editAgreement, edit(4, vars{"number": "3"})).refused("FORBIDDEN")
		w.moves(t, w.Secretariat, "sign", vars{"id": u, "expectedRevision": 4, "signedOn": "2020"}).ok()
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editAgreement, edit(5, vars{"partyIds": []any{w.Other}, "number": "3"})).refused("CONFLICT")
			w.ask(t, w.Secretariat, editAgreement, edit(5, vars{"partyIds": []any{w.Donor}})).ok().is("editAgreement.agreement.revision", 5.0)
		})
		w.ask(t, w.Secretariat, editAgreement, edit(5, vars{"validTo": nil, "number": nil})).ok().is("editAgreement.agreement.validTo", nil).is("editAgreement.agreement.number", nil)
		public := w.ask(t, w.Nobody, `{ eventLog(in: {everything: true}) { envelopes { event { __typename ... on AgreementEdited { changes { field before after } } } } } }`, nil).ok()
		if got := public.all("eventLog.envelopes.*.event.__typename"); !slices.Equal(got, []string{"OrganisationCreated", "AgreementMoved", "AgreementEdited"}) {
			t.Errorf("nobody was told %v", got)
		}
		public.is("eventLog.envelopes.2.event.changes.0.field", "number").is("eventLog.envelopes.2.event.changes.0.before", "2").is("eventLog.envelopes.2.event.changes.0.after", nil)
	})
}

func TestAgreementListsFilterAndOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, a := range []struct {
			title, signed string
			to            any
			party         uuid.UUID
		}{
			{"Année", "2019", "2026", w.Donor},
			{"Month", "2019-05", "2026-06", w.Donor},
			{"Day", "2019-05-20", "2026-06-15", w.Other},
			{"January", "2020-01", nil, w.Other},
			{"New year", "2020-01-01", "2030", w.Other},
		} {
			in := vars{"kind": "PROTOCOL", "title": vars{"en": a.title}, "number": "N/" + a.title, "partyIds": []any{a.party}, "validTo": a.to}
			u := w.ask(t, w.Secretariat, draftAgreement, vars{"in": in}).ok().id("draftAgreement.agreement.id")
			w.moves(t, w.Secretariat, "negotiate", vars{"id": u, "expectedRevision": 1}).ok()
			w.moves(t, w.Secretariat, "sign", vars{"id": u, "expectedRevision": 2, "signedOn": a.signed}).ok()
		}
		w.draft(t, "Draft", w.Donor)
		list := func(args string, want ...string) {
			t.Helper()
			w.lists(t, w.Nobody, "agreements", args, "title", want...)
		}
		list("", "New year", "January", "Day", "Month", "Année")
		list("orderBy: {field: SIGNED_ON}", "Année", "Month", "Day", "January", "New year")
		list("orderBy: {field: TITLE, direction: DESC}", "New year", "Month", "January", "Day", "Année")
		list("orderBy: {field: CREATED_AT}", "Année", "Month", "Day", "January", "New year")
		list("orderBy: {field: VALID_TO}", "January", "Année", "Month", "Day", "New year")
		w.lists(t, w.Secretariat, "agreements", "", "title", "New year", "January", "Day", "Month", "Année", "Draft")
		w.lists(t, w.Secretariat, "agreements", "filter: {status: [DRAFT]}", "title", "Draft")
		list("filter: {status: [DRAFT]}")
		list("filter: {status: [SIGNED, DRAFT], kind: OTHER}")
		list(`filter: {text: "ANNEE"}`, "Année")
		list(`filter: {text: "n/day"}`, "Day")
		list(fmt.Sprintf("filter: {partyId: %q}", id.Format(w.Donor)), "Month", "Année")
		for from, want := range map[string][]string{
			"2019-01-01": {"New year", "January", "Day", "Month", "Année"}, "2019-01-02": {"New year", "January", "Day", "Month"},
			"2019-05-01": {"New year", "January", "Day", "Month"}, "2019-05-02": {"New year", "January", "Day"}, "2020-01-01": {"New year", "January"}, "2020-01-02": {},
		} {
			list(fmt.Sprintf("filter: {signedFrom: %q}", from), want...)
		}
		for to, want := range map[string][]string{
			"2018-12-31": {}, "2019-01-01": {"Année"}, "2019-04-30": {"Année"}, "2019-05-01": {"Month", "Année"}, "2019-05-20": {"Day", "Month", "Année"},
			"2020-01-01": {"New year", "January", "Day", "Month", "Année"},
		} {
			list(fmt.Sprintf("filter: {signedTo: %q}", to), want...)
		}
		for by, want := range map[string][]string{
			"2026-06-14": {}, "2026-06-15": {"Day"}, "2026-06-29": {"Day"}, "2026-06-30": {"Day", "Month"}, "2026-12-30": {"Day", "Month"},
			"2026-12-31": {"Day", "Month", "Année"}, "2030-06-30": {"Day", "Month", "Année"}, "2031-01-01": {"New year", "Day", "Month", "Année"},
		} {
			list(fmt.Sprintf("filter: {expiringBy: %q}", by), want...)
		}
	})
}
