package graph_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/budget"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

const (
	organisationFields = `id name identifier typeCode kinds aliases country { iso2 } status mergedInto { id } revision viewerCanEdit`
	createOrganisation = `mutation($in: CreateOrganisationInput!) { createOrganisation(input: $in) { organisation { ` + organisationFields + ` } cursor eventIds } }`
	editOrganisation   = `mutation($in: EditOrganisationInput!) { editOrganisation(input: $in) { organisation { ` + organisationFields + ` } eventIds } }`
	mergeOrganisation  = `mutation($in: MergeOrganisationInput!) { mergeOrganisation(input: $in) { organisation { ` + organisationFields + ` } cursor eventIds } }`
)

func (w *world) addOrganisation(tb testing.TB, in vars) uuid.UUID {
	tb.Helper()
	return w.ask(tb, w.Secretariat, createOrganisation, vars{"in": in}).ok().id("createOrganisation.organisation.id")
}

func TestOrganisationsAreWrittenByTheSecretariat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.addCountry(t, "KR", vars{"en": "Republic of Korea"}, nil)
		kr := w.ask(t, w.Nobody, `{ countries { nodes { id } } }`, nil).ok().id("countries.nodes.0.id")
		in := vars{"in": vars{
			"name": vars{"en": "Korea International Cooperation Agency"}, "identifier": " KR-GOV-051 ", "typeCode": "10",
			"kinds": []any{"AGENCY", "DONOR", "AGENCY"}, "aliases": []any{"KOICA", "Koica", "한국국제협력단"}, "countryId": kr,
		}}
		w.onlySecretariat(t, createOrganisation, in)
		var u uuid.UUID
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, createOrganisation, in).ok().is("createOrganisation.organisation.identifier", "KR-GOV-051").
				is("createOrganisation.organisation.kinds.0", "DONOR").is("createOrganisation.organisation.kinds.1", "AGENCY").
				is("createOrganisation.organisation.kinds.2", nil).is("createOrganisation.organisation.aliases.1", "한국국제협력단").
				is("createOrganisation.organisation.aliases.2", nil).is("createOrganisation.organisation.country.iso2", "KR").
				is("createOrganisation.organisation.status", "ACTIVE").is("createOrganisation.organisation.viewerCanEdit", true)
			u = a.id("createOrganisation.organisation.id")
		}, "OrganisationCreated")
		w.tells(t, func() {
			name := vars{"en": "X"}
			for field, bad := range map[string]vars{
				"input.name":       {"name": vars{}},
				"input.typeCode":   {"name": name, "typeCode": "99"},
				"input.identifier": {"name": name, "identifier": ""},
				"input.countryId":  {"name": name, "countryId": w.NewID(id.Country)},
				"input.aliases":    {"name": name, "aliases": slices.Repeat([]string{"a"}, 21)},
			} {
				w.ask(t, w.Secretariat, createOrganisation, vars{"in": bad}).refused("INVALID_INPUT", field)
			}
			w.ask(t, w.Secretariat, createOrganisation, vars{"in": vars{"name": name, "identifier": "KR-GOV-051"}}).refused("ALREADY_EXISTS", "input.identifier")
		})
		edit := func(more vars) vars {
			in := vars{"id": u, "expectedRevision": 1}
			for k, v := range more {
				in[k] = v
			}
			return vars{"in": in}
		}
		w.onlySecretariat(t, editOrganisation, edit(vars{"typeCode": "40"}))
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editOrganisation, edit(vars{"kinds": []any{"AGENCY", "DONOR"}, "typeCode": "10"})).ok().is("editOrganisation.organisation.revision", 1.0)
			w.ask(t, w.Secretariat, editOrganisation, edit(vars{"kinds": nil})).refused("INVALID_INPUT", "input.kinds")
			w.ask(t, w.Secretariat, editOrganisation, edit(vars{"expectedRevision": 3})).refused("CONFLICT")
			w.ask(t, w.Secretariat, editOrganisation, edit(vars{"id": w.NewID(id.Organisation)})).refused("NOT_FOUND")
		})
		w.lists(t, w.Nobody, "organisations", `filter: {text: "koica"}`, "typeCode", "10")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editOrganisation, edit(vars{"typeCode": nil, "countryId": nil, "aliases": []any{}, "identifier": nil, "kinds": []any{}})).ok().
				is("editOrganisation.organisation.revision", 2.0).is("editOrganisation.organisation.typeCode", nil).is("editOrganisation.organisation.country", nil).
				is("editOrganisation.organisation.identifier", nil).is("editOrganisation.organisation.kinds.0", nil)
		}, "OrganisationEdited")
		w.lists(t, w.Nobody, "organisations", `filter: {text: "koica"}`, "id")
	})
}

func TestOrganisationListsFilterAndOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		fr := w.addCountry(t, "FR", vars{"en": "France"}, nil)
		w.addOrganisation(t, vars{"name": vars{"en": "French Development Agency", "fr": "Agence Française de Développement"}, "identifier": "FR-3", "kinds": []any{"DONOR", "AGENCY"}, "countryId": fr, "aliases": []any{"AFD"}})
		w.addOrganisation(t, vars{"name": vars{"es": "Banco Centroamericano de Integración Económica"}, "identifier": "XM-DAC-47112", "kinds": []any{"PARTNER"}, "aliases": []any{"CABEI"}})
		w.addOrganisation(t, vars{"name": vars{"en": "100%_Green"}, "kinds": []any{"IMPLEMENTER"}})
		list := func(args string, want ...string) {
			t.Helper()
			w.lists(t, w.Nobody, "organisations", args, "name", want...)
		}
		const cabei = "Banco Centroamericano de Integración Económica"
		for _, v := range w.Viewers() {
			w.lists(t, v, "organisations", "", "name", "100%_Green", cabei, "Donor", "French Development Agency", "Other donor")
		}
		list("orderBy: {field: NAME, direction: DESC}", "Other donor", "French Development Agency", "Donor", cabei, "100%_Green")
		list("orderBy: {field: CREATED_AT, direction: DESC}", "100%_Green", cabei, "French Development Agency", "Other donor", "Donor")
		list("orderBy: {field: IDENTIFIER}", "Donor", "Other donor", "100%_Green", "French Development Agency", cabei)
		list(`filter: {text: "FRANCAISE de"}`, "French Development Agency")
		list(`filter: {text: "afd"}`, "French Development Agency")
		list(`filter: {text: "xm-dac"}`, cabei)
		list(`filter: {text: "%_"}`, "100%_Green")
		list(`filter: {text: "agency fr"}`)
		list(`filter: {kind: DONOR}`, "Donor", "French Development Agency", "Other donor")
		list(`filter: {kind: AGENCY}`, "French Development Agency")
		list(`filter: {kind: ACS}`)
		list(`filter: {identifier: "FR-3"}`, "French Development Agency")
		list(`filter: {identifier: "fr-3"}`)
		list(fmt.Sprintf("filter: {countryId: %q}", id.Format(fr)), "French Development Agency")
		list(`filter: {status: MERGED}`)
		w.lists(t, w.Nobody, "organisations", `filter: {kind: DONOR}, orderBy: {field: IDENTIFIER, direction: DESC}`, "identifier", "FR-3", "null", "null")
		a := w.askIn(t, w.Nobody, i18n.FR, `{ organisations(filter: {kind: AGENCY}) { nodes { name in: name(in: es) } } }`, nil).ok()
		a.is("organisations.nodes.0.name", "Agence Française de Développement").is("organisations.nodes.0.in", "French Development Agency")
	})
}

func TestAgreementsOfOrganisationsCostTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const query = `query($n: Int) { organisations(first: $n, filter: {text: "party"}) { nodes { name memberships { kind } mergedInto { id }
			agreements(first: 1) { totalCount nodes { title parties { organisation { name } } viewerCanMove } pageInfo { hasNextPage } } last: agreements(last: 1) { edges { cursor node { title } } } } } }`
		var parties []any
		for i := range 6 {
			parties = append(parties, w.addOrganisation(t, vars{"name": vars{"en": fmt.Sprintf("Party %d", i)}}))
		}
		for i := range 4 {
			w.signed(t, fmt.Sprintf("Agreement %d", i), fmt.Sprintf("201%d", i), parties...)
		}
		w.draft(t, "Draft", parties[5])
		few := w.statements(func() { w.ask(t, w.Nobody, query, vars{"n": 2}).ok() })
		var a *answer
		many := w.statements(func() { a = w.ask(t, w.Nobody, query, vars{"n": 6}).ok() })
		if few != many {
			t.Errorf("%d statements for two organisations, %d for six", few, many)
		}
		a.is("organisations.nodes.5.agreements.totalCount", 4.0).is("organisations.nodes.5.agreements.nodes.0.title", "Agreement 3").
			is("organisations.nodes.5.agreements.pageInfo.hasNextPage", true).is("organisations.nodes.5.agreements.nodes.0.parties.4.organisation.name", "Party 4").
			is("organisations.nodes.0.last.edges.0.node.title", "Agreement 0").is("organisations.nodes.5.agreements.nodes.0.viewerCanMove", false)
		const one = `query($u: ID!, $after: String) { node(id: $u) { ... on Organisation { agreements(first: 3, after: $after) { totalCount nodes { title } pageInfo { hasNextPage endCursor } } } } }`
		first := w.ask(t, w.Secretariat, one, vars{"u": parties[5]}).ok().is("node.agreements.totalCount", 5.0).is("node.agreements.pageInfo.hasNextPage", true)
		w.ask(t, w.Secretariat, one, vars{"u": parties[5], "after": first.at("node.agreements.pageInfo.endCursor")}).ok().
			is("node.agreements.nodes.1.title", "Draft").is("node.agreements.nodes.2", nil)
	})
}

func TestMergingMovesWhatRefersToAnOrganisation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		alone := w.signed(t, "Alone", "2019", w.Donor)
		both := w.signed(t, "Both", "2020", w.Other, w.Donor)
		w.addMembership(t, vars{"organisationId": w.Donor}, "OBSERVER", "2001", "2003")
		w.addMembership(t, vars{"organisationId": w.Donor}, "OBSERVER", "2010", nil)
		w.addMembership(t, vars{"organisationId": w.Other}, "OBSERVER", "2015", nil)
		var act, part, tr, th, admitted, again, planned, board, donor, hold uuid.UUID
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			now := w.Time()
			act, part, tr, th, admitted, again = w.NewID(id.Activity), w.NewID(id.Participant), w.NewID(id.Transaction), w.NewID(id.Thread), w.NewID(id.Audience), w.NewID(id.Audience)
			tx.Activity.Create().SetID(act).SetCreatedAt(now).SetUpdatedAt(now).SetIatiIdentifier("X-1").SetOrigin(activity.OriginImported).SetStatusCode("2").
				SetReportingID(w.Donor).ExecX(ctx)
			tx.ActivityParticipant.Create().SetID(part).SetCreatedAt(now).SetActivityID(act).SetRoleCode("1").SetOrganisationID(w.Donor).SetPosition(0).ExecX(ctx)
			tx.Transaction.Create().SetID(tr).SetCreatedAt(now).SetUpdatedAt(now).SetActivityID(act).SetPosition(0).SetTypeCode("2").
				SetProviderID(w.Donor).SetReceiverID(w.Donor).ExecX(ctx)
			tx.Thread.Create().SetID(th).SetCreatedAt(now).SetUpdatedAt(now).SetOrganisationID(w.Donor).SetTitleText(i18n.Text{EN: "On it", Authentic: i18n.EN}).ExecX(ctx)
			tx.ThreadAudience.Create().SetID(admitted).SetCreatedAt(now).SetThreadID(th).SetOrganisationID(w.Donor).ExecX(ctx)
			planned, board, donor, hold = w.NewID(id.Budget), w.NewID(id.Dashboard), w.NewID(id.AidDonor), w.NewID(id.Hold)
			tx.Budget.Create().SetID(planned).SetCreatedAt(now).SetActivityID(act).SetKind(budget.KindPlannedDisbursement).SetPosition(0).
				SetProviderID(w.Donor).SetReceiverID(w.Donor).ExecX(ctx)
			tx.Dashboard.Create().SetID(board).SetCreatedAt(now).SetUpdatedAt(now).SetOwnerID(w.Secretariat.Person).SetAudience("ORGANISATION").
				SetOrganisationID(w.Donor).SetTitleText(i18n.Text{EN: "For the donor", Authentic: i18n.EN}).ExecX(ctx)
			tx.AidDonor.Create().SetID(donor).SetCreatedAt(now).SetUpdatedAt(now).SetName("Donor").SetNameKey("donor").SetOrganisationID(w.Donor).ExecX(ctx)
			tx.LegalHold.Create().SetID(hold).SetCreatedAt(now).SetOrganisationID(w.Donor).SetReason("A case").ExecX(ctx)
			other := w.NewID(id.Thread)
			tx.Thread.Create().SetID(other).SetCreatedAt(now).SetUpdatedAt(now).SetOrganisationID(w.Other).SetTitleText(i18n.Text{EN: "On the other", Authentic: i18n.EN}).ExecX(ctx)
			tx.ThreadAudience.Create().SetID(again).SetCreatedAt(now).SetThreadID(other).SetOrganisationID(w.Donor).ExecX(ctx)
			tx.ThreadAudience.Create().SetID(w.NewID(id.Audience)).SetCreatedAt(now).SetThreadID(other).SetOrganisationID(w.Other).ExecX(ctx)
			return nil
		})
		merge := func(more vars) vars {
			in := vars{"id": w.Donor, "expectedRevision": 1, "intoId": w.Other}
			for k, v := range more {
				in[k] = v
			}
			return vars{"in": in}
		}
		w.onlySecretariat(t, mergeOrganisation, merge(nil))
		w.tells(t, func() {
			w.ask(t, w.Secretariat, mergeOrganisation, merge(vars{"intoId": w.Donor})).refused("INVALID_INPUT", "input.intoId")
			w.ask(t, w.Secretariat, mergeOrganisation, merge(vars{"intoId": w.NewID(id.Organisation)})).refused("INVALID_INPUT", "input.intoId")
			w.ask(t, w.Secretariat, mergeOrganisation, merge(vars{"id": w.NewID(id.Organisation)})).refused("NOT_FOUND")
			w.ask(t, w.Secretariat, mergeOrganisation, merge(vars{"expectedRevision": 2})).refused("CONFLICT")
		})
		w.lists(t, w.Nobody, "organisations", "", "name", "Donor", "Other donor")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, mergeOrganisation, merge(nil)).ok().is("mergeOrganisation.organisation.status", "MERGED").
				is("mergeOrganisation.organisation.mergedInto.id", id.Format(w.Other)).is("mergeOrganisation.organisation.revision", 2.0).
				is("mergeOrganisation.organisation.viewerCanEdit", false)
		}, "OrganisationMerged")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, mergeOrganisation, merge(vars{"expectedRevision": 2})).refused("CONFLICT")
			w.ask(t, w.Secretariat, editOrganisation, vars{"in": vars{"id": w.Donor, "expectedRevision": 2, "typeCode": "10"}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, mergeOrganisation, vars{"in": vars{"id": w.Other, "expectedRevision": 1, "intoId": w.Donor}}).refused("INVALID_INPUT", "input.intoId")
			w.ask(t, w.Secretariat, recordMember, vars{"in": vars{"of": vars{"organisationId": w.Donor}, "kind": "OBSERVER"}}).refused("INVALID_INPUT", "input.of.organisationId")
			w.ask(t, w.Secretariat, draftAgreement, vars{"in": vars{"kind": "OTHER", "title": vars{"en": "X"}, "partyIds": []any{w.Donor}}}).refused("INVALID_INPUT", "input.partyIds")
		})
		w.lists(t, w.Nobody, "organisations", "", "name", "Other donor")
		w.lists(t, w.Nobody, "organisations", "filter: {status: MERGED}", "name", "Donor")
		const parties = `query($a: ID!) { node(id: $a) { ... on Agreement { parties { organisation { name } } } } }`
		w.ask(t, w.Nobody, parties, vars{"a": alone}).ok().is("node.parties.0.organisation.name", "Other donor")
		w.ask(t, w.Nobody, parties, vars{"a": both}).ok().is("node.parties.0.organisation.name", "Other donor").is("node.parties.1", nil)
		const members = `query($o: ID!) { node(id: $o) { ... on Organisation { memberships { from } } } }`
		w.ask(t, w.Nobody, members, vars{"o": w.Donor}).ok().is("node.memberships.0.from", "2010").is("node.memberships.1", nil)
		w.ask(t, w.Nobody, members, vars{"o": w.Other}).ok().is("node.memberships.0.from", "2001").is("node.memberships.1.from", "2015").is("node.memberships.2", nil)
		ctx, c := w.System(), w.DB.Client
		for what, got := range map[string]*uuid.UUID{
			"reporting": c.Activity.GetX(ctx, act).ReportingID, "participant": c.ActivityParticipant.GetX(ctx, part).OrganisationID,
			"provider": c.Transaction.GetX(ctx, tr).ProviderID, "receiver": c.Transaction.GetX(ctx, tr).ReceiverID,
			"subject": c.Thread.GetX(ctx, th).OrganisationID, "admission": c.ThreadAudience.GetX(ctx, admitted).OrganisationID,
			"person":           c.Person.GetX(ctx, w.Partner.Person).OrganisationID,
			"provider planned": c.Budget.GetX(ctx, planned).ProviderID, "receiver planned": c.Budget.GetX(ctx, planned).ReceiverID,
			"dashboard": c.Dashboard.GetX(ctx, board).OrganisationID, "statistics": c.AidDonor.GetX(ctx, donor).OrganisationID,
			"hold": c.LegalHold.GetX(ctx, hold).OrganisationID,
		} {
			if got == nil || *got != w.Other {
				t.Errorf("%s still refers to %v", what, got)
			}
		}
		if left := c.ThreadAudience.GetX(ctx, again); left.EndedAt == nil || *left.OrganisationID != w.Donor {
			t.Errorf("the second admission to one discussion: %v", left)
		}
	})
}
