package graph_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// walk reads a list at once, and by pages of two in both directions, and checks
// that all are the same. It gives the values of a field of the entries.
func (w *world) walk(tb testing.TB, v *viewer.Viewer, list, args, field string) []string {
	tb.Helper()
	if args != "" {
		args += ", "
	}
	query := fmt.Sprintf(`query($first: Int, $after: String, $last: Int, $before: String) {
		list: %s(%sfirst: $first, after: $after, last: $last, before: $before) {
			nodes { v: %s } edges { cursor } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
		} }`, list, args, field)
	whole := w.ask(tb, v, query, vars{"first": 100}).ok()
	all := whole.all("list.nodes.*.v")
	whole.is("list.totalCount", float64(len(all))).is("list.pageInfo.hasNextPage", false).is("list.pageInfo.hasPreviousPage", false)
	var forwards, backwards []string
	var cursor any
	for {
		a := w.ask(tb, v, query, vars{"first": 2, "after": cursor}).ok()
		forwards = append(forwards, a.all("list.nodes.*.v")...)
		if a.at("list.pageInfo.hasNextPage") != true {
			break
		}
		cursor = a.at("list.pageInfo.endCursor")
	}
	cursor = nil
	for {
		a := w.ask(tb, v, query, vars{"last": 2, "before": cursor}).ok()
		backwards = append(a.all("list.nodes.*.v"), backwards...)
		if a.at("list.pageInfo.hasPreviousPage") != true {
			break
		}
		cursor = a.at("list.pageInfo.startCursor")
	}
	if !slices.Equal(forwards, all) || !slices.Equal(backwards, all) {
		tb.Errorf("%s(%s): at once %v, forwards %v, backwards %v", list, args, all, forwards, backwards)
	}
	return all
}

// lists checks what a list holds, in order.
func (w *world) lists(tb testing.TB, v *viewer.Viewer, list, args, field string, want ...string) {
	tb.Helper()
	if got := w.walk(tb, v, list, args, field); !slices.Equal(got, want) {
		tb.Errorf("%s(%s) is %v, want %v", list, args, got, want)
	}
}

const (
	createCountry = `mutation($in: CreateCountryInput!) { createCountry(input: $in) { country { id iso2 name revision group { code } viewerCanEdit } cursor eventIds } }`
	editCountry   = `mutation($in: EditCountryInput!) { editCountry(input: $in) { country { id name revision group { code } } cursor eventIds } }`
	createGroup   = `mutation($in: CreateCountryGroupInput!) { createCountryGroup(input: $in) { countryGroup { id code name revision viewerCanEdit } cursor eventIds } }`
	editGroup     = `mutation($in: EditCountryGroupInput!) { editCountryGroup(input: $in) { countryGroup { name revision } eventIds } }`
	recordMember  = `mutation($in: RecordMembershipInput!) { recordMembership(input: $in) { membership { id kind from to note current revision viewerCanEdit country { iso2 } organisation { name } } cursor eventIds } }`
	editMember    = `mutation($in: EditMembershipInput!) { editMembership(input: $in) { membership { kind from to note current revision } eventIds } }`
)

func (w *world) addCountry(tb testing.TB, code string, name vars, group any) uuid.UUID {
	tb.Helper()
	in := vars{"iso2": code, "name": name, "groupId": group}
	return w.ask(tb, w.Secretariat, createCountry, vars{"in": in}).ok().id("createCountry.country.id")
}

func (w *world) addGroup(tb testing.TB, code, name string) uuid.UUID {
	tb.Helper()
	return w.ask(tb, w.Secretariat, createGroup, vars{"in": vars{"code": code, "name": vars{"en": name}}}).ok().id("createCountryGroup.countryGroup.id")
}

func (w *world) addMembership(tb testing.TB, of vars, kind string, from, to any) {
	tb.Helper()
	in := vars{"of": of, "kind": kind, "from": from, "to": to}
	w.ask(tb, w.Secretariat, recordMember, vars{"in": in}).ok()
}

// onlySecretariat checks that a mutation is refused to everybody else, and that
// nothing is told then.
func (w *world) onlySecretariat(t *testing.T, query string, in vars) {
	t.Helper()
	w.tells(t, func() {
		for name, v := range w.Viewers() {
			switch name {
			case "secretariat":
			case "nobody":
				w.ask(t, v, query, in).refused("UNAUTHENTICATED")
			default:
				w.ask(t, v, query, in).refused("FORBIDDEN")
			}
		}
	})
}

func TestCountriesAreWrittenByTheSecretariat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		group := w.addGroup(t, "OECS", "Organisation of Eastern Caribbean States")
		in := vars{"in": vars{"iso2": "LC", "name": vars{"en": " Saint  Lucia ", "fr": "Sainte-Lucie"}, "groupId": group}}
		w.onlySecretariat(t, createCountry, in)
		w.lists(t, w.Nobody, "countries", "", "iso2")
		var u uuid.UUID
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, createCountry, in).ok().is("createCountry.country.iso2", "LC").is("createCountry.country.revision", 1.0).
				is("createCountry.country.group.code", "OECS").is("createCountry.country.viewerCanEdit", true)
			u = a.id("createCountry.country.id")
		}, "CountryCreated")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, createCountry, in).refused("ALREADY_EXISTS", "input.iso2")
			w.ask(t, w.Secretariat, createCountry, vars{"in": vars{"iso2": "jm", "name": vars{"en": "Jamaica"}}}).refused("INVALID_INPUT")
			w.ask(t, w.Secretariat, createCountry, vars{"in": vars{"iso2": "JM", "name": vars{"en": " "}}}).refused("INVALID_INPUT", "input.name")
			w.ask(t, w.Secretariat, createCountry, vars{"in": vars{"iso2": "JM", "name": vars{"en": "J"}, "groupId": w.NewID(id.CountryGroup)}}).refused("INVALID_INPUT", "input.groupId")
			w.ask(t, w.Secretariat, createCountry, vars{"in": vars{"iso2": "JM", "name": vars{"en": "J"}, "groupId": w.Donor}}).refused("INVALID_INPUT", "input.groupId")
		})
		edit := func(more vars) vars {
			in := vars{"id": u, "expectedRevision": 1}
			for k, v := range more {
				in[k] = v
			}
			return vars{"in": in}
		}
		w.onlySecretariat(t, editCountry, edit(vars{"name": vars{"en": "X"}}))
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editCountry, edit(nil)).ok().is("editCountry.country.revision", 1.0).is("editCountry.eventIds.0", nil)
			w.ask(t, w.Secretariat, editCountry, edit(vars{"expectedRevision": 7})).refused("CONFLICT")
			w.ask(t, w.Secretariat, editCountry, edit(vars{"id": w.NewID(id.Country)})).refused("NOT_FOUND")
			w.ask(t, w.Secretariat, editCountry, edit(vars{"name": vars{"en": ""}})).refused("INVALID_INPUT", "input.name")
		})
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, editCountry, edit(vars{"name": vars{"es": "Santa Lucía"}, "groupId": nil})).ok()
			a.is("editCountry.country.revision", 2.0).is("editCountry.country.group", nil)
			log := w.ask(t, w.Nobody, `{ eventLog(in: {everything: true}) { envelopes { event { __typename ... on CountryEdited { country { iso2 } changes { field before after } } } } } }`, nil).ok()
			log.is("eventLog.envelopes.2.event.country.iso2", "LC").is("eventLog.envelopes.2.event.changes.1.field", "group").
				is("eventLog.envelopes.2.event.changes.1.before", id.Format(group)).is("eventLog.envelopes.2.event.changes.0.after", nil)
		}, "CountryEdited")
		w.onlySecretariat(t, editGroup, vars{"in": vars{"id": group, "expectedRevision": 1, "name": vars{"en": "X"}}})
		w.onlySecretariat(t, createGroup, vars{"in": vars{"code": "X", "name": vars{"en": "X"}}})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, createGroup, vars{"in": vars{"code": "OECS", "name": vars{"en": "X"}}}).refused("ALREADY_EXISTS", "input.code")
			w.ask(t, w.Secretariat, createGroup, vars{"in": vars{"code": " ", "name": vars{"en": "X"}}}).refused("INVALID_INPUT", "input.code")
			w.ask(t, w.Secretariat, editGroup, vars{"in": vars{"id": group, "expectedRevision": 2, "name": vars{"en": "X"}}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, editGroup, vars{"in": vars{"id": group, "expectedRevision": 1}}).ok().is("editCountryGroup.countryGroup.revision", 1.0)
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editGroup, vars{"in": vars{"id": group, "expectedRevision": 1, "name": vars{"en": "OECS states"}}}).ok().is("editCountryGroup.countryGroup.revision", 2.0)
		}, "CountryGroupEdited")
	})
}

func TestCreationIsIdempotent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		in := vars{"in": vars{"iso2": "JM", "name": vars{"en": "Jamaica"}, "idempotencyKey": "k"}}
		var wait sync.WaitGroup
		ids := make([]string, 4)
		w.tells(t, func() {
			for i := range ids {
				wait.Go(func() {
					a := w.ask(t, w.Secretariat, createCountry, in)
					ids[i], _ = a.at("createCountry.country.id").(string)
				})
			}
			wait.Wait()
		}, "CountryCreated")
		if ids[0] == "" || slices.ContainsFunc(ids, func(s string) bool { return s != ids[0] }) {
			t.Errorf("four with one key: %v", ids)
		}
		in["in"].(vars)["iso2"] = "TT"
		w.ask(t, w.Secretariat, createCountry, in).refused("IDEMPOTENCY_KEY_REUSED")
		in["in"].(vars)["idempotencyKey"] = ""
		w.ask(t, w.Secretariat, createCountry, in).refused("INVALID_INPUT", "input.idempotencyKey")
		w.lists(t, w.Nobody, "countries", "", "iso2", "JM")
	})
}

func TestCountryListsFilterAndOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		g3, other := w.addGroup(t, "G3", "Group of Three"), w.addGroup(t, "CA", "América Central")
		do := w.addCountry(t, "DO", vars{"en": "Dominican Republic", "es": "República Dominicana"}, nil)
		mx := w.addCountry(t, "MX", vars{"en": "Mexico", "es": "México", "fr": "Mexique"}, g3)
		w.addCountry(t, "HT", vars{"fr": "Haïti", "en": "Haiti"}, other)
		w.addCountry(t, "ES", vars{"en": "Spain", "es": "España"}, other)
		co := w.addCountry(t, "CO", vars{"en": "Colombia"}, g3)
		w.addMembership(t, vars{"countryId": do}, "MEMBER", "1994", nil)
		w.addMembership(t, vars{"countryId": mx}, "OBSERVER", "1990", "1994-06")
		w.addMembership(t, vars{"countryId": mx}, "MEMBER", "1994-07-24", nil)
		w.addMembership(t, vars{"countryId": co}, "MEMBER", nil, "2026-11-22")
		for _, v := range w.Viewers() {
			w.lists(t, v, "countries", "", "iso2", "CO", "DO", "HT", "MX", "ES")
		}
		w.lists(t, w.Nobody, "countries", "orderBy: {field: NAME, direction: DESC}", "iso2", "ES", "MX", "HT", "DO", "CO")
		w.lists(t, w.Nobody, "countries", "orderBy: {field: ISO2}", "iso2", "CO", "DO", "ES", "HT", "MX")
		w.lists(t, w.Nobody, "countries", `filter: {text: "MEX"}`, "iso2", "MX")
		w.lists(t, w.Nobody, "countries", `filter: {text: "republica"}`, "iso2", "DO")
		w.lists(t, w.Nobody, "countries", `filter: {text: "%"}`, "iso2")
		w.lists(t, w.Nobody, "countries", `filter: {text: "ht"}`, "iso2", "HT")
		w.lists(t, w.Nobody, "countries", `filter: {iso2: ["MX", "ES", "XX"]}`, "iso2", "MX", "ES")
		w.lists(t, w.Nobody, "countries", `filter: {iso2: []}`, "iso2")
		w.lists(t, w.Nobody, "countries", fmt.Sprintf("filter: {groupId: %q}", id.Format(g3)), "iso2", "CO", "MX")
		w.lists(t, w.Nobody, "countries", `filter: {membership: MEMBER}`, "iso2", "DO", "MX")
		w.lists(t, w.Nobody, "countries", `filter: {membership: OBSERVER}`, "iso2")
		w.ask(t, w.Nobody, `query($c: [CountryCode!]) { countries(filter: {iso2: $c}) { totalCount } }`, vars{"c": slices.Repeat([]string{"MX"}, 101)}).refused("INVALID_INPUT", "filter.iso2")
		w.lists(t, w.Nobody, "countryGroups", "", "code", "CA", "G3")
		w.lists(t, w.Nobody, "countryGroups", "orderBy: {field: CODE, direction: DESC}", "code", "G3", "CA")
		w.lists(t, w.Nobody, "countryGroups", `filter: {text: "america"}`, "code", "CA")
		w.lists(t, w.Nobody, "countryGroups", `filter: {code: "G3"}`, "code", "G3")
		w.lists(t, w.Nobody, "countryGroups", fmt.Sprintf("filter: {countryId: %q}", id.Format(mx)), "code", "G3")
		w.lists(t, w.Nobody, "countryGroups", fmt.Sprintf("filter: {countryId: %q}", id.Format(do)), "code")
		a := w.askIn(t, w.Nobody, i18n.ES, `{ countries { nodes { name in: name(in: fr) names { authentic translations { language text } } membershipKind } } }`, nil).ok()
		if got := a.all("countries.nodes.*.name"); !slices.Equal(got, []string{"Colombia", "España", "Haiti", "México", "República Dominicana"}) {
			t.Errorf("in Spanish: %v", got)
		}
		a.is("countries.nodes.0.membershipKind", nil).is("countries.nodes.3.membershipKind", "MEMBER").is("countries.nodes.3.in", "Mexique").
			is("countries.nodes.3.names.translations.0.language", "es")
	})
}

func TestNestedListsOfCountriesCostTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const query = `query($n: Int) { countryGroups(first: $n) { totalCount nodes { code a: countries(first: 1) { nodes { iso2 name membershipKind memberships { kind } group { code } } totalCount }
			b: countries(last: 2) { edges { node { iso2 } } pageInfo { hasPreviousPage } } } } }`
		n := 0
		for g := range 6 {
			group := w.addGroup(t, fmt.Sprintf("G%d", g), fmt.Sprintf("Group %d", g))
			for range 4 {
				u := w.addCountry(t, fmt.Sprintf("%c%c", 'A'+n/20, 'A'+n%20), vars{"en": fmt.Sprintf("Country %02d", n)}, group)
				w.addMembership(t, vars{"countryId": u}, "MEMBER", nil, nil)
				n++
			}
		}
		few := w.statements(func() { w.ask(t, w.Nobody, query, vars{"n": 2}).ok() })
		many := w.statements(func() {
			w.ask(t, w.Nobody, query, vars{"n": 50}).ok().is("countryGroups.nodes.5.a.nodes.0.iso2", "BA").is("countryGroups.nodes.5.a.totalCount", 4.0).
				is("countryGroups.nodes.5.b.edges.1.node.iso2", "BD").is("countryGroups.nodes.5.b.pageInfo.hasPreviousPage", true).
				is("countryGroups.nodes.3.a.nodes.0.membershipKind", "MEMBER")
		})
		if few != many {
			t.Errorf("%d statements for two groups, %d for six", few, many)
		}
	})
}

func TestMembershipsDoNotOverlap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		jm := w.addCountry(t, "JM", vars{"en": "Jamaica"}, nil)
		in := vars{"in": vars{"of": vars{"countryId": jm}, "kind": "MEMBER", "from": "2000-03", "to": "2010", "note": " As published. "}}
		w.onlySecretariat(t, recordMember, in)
		var u uuid.UUID
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, recordMember, in).ok().is("recordMembership.membership.note", "As published.").is("recordMembership.membership.current", false).
				is("recordMembership.membership.country.iso2", "JM").is("recordMembership.membership.organisation", nil).is("recordMembership.membership.from", "2000-03")
			u = a.id("recordMembership.membership.id")
		}, "MembershipRecorded")
		w.tells(t, func() {
			for _, p := range [][2]any{{nil, nil}, {"2010-12-31", nil}, {nil, "2000-03-01"}, {"2005", "2006"}, {"1990", "2020"}, {"2010", "2011"}, {"2000", "2000"}} {
				in := vars{"of": vars{"countryId": jm}, "kind": "OBSERVER", "from": p[0], "to": p[1]}
				w.ask(t, w.Secretariat, recordMember, vars{"in": in}).refused("CONFLICT", "input.from")
			}
		})
		w.addMembership(t, vars{"countryId": jm}, "OBSERVER", "2000", "2000-02")
		w.ask(t, w.Secretariat, recordMember, vars{"in": vars{"of": vars{"countryId": jm}, "kind": "ASSOCIATE", "from": "2011-01-01"}}).ok().is("recordMembership.membership.current", true)
		w.ask(t, w.Secretariat, recordMember, vars{"in": vars{"of": vars{"organisationId": w.Donor}, "kind": "OBSERVER"}}).ok().is("recordMembership.membership.organisation.name", "Donor")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, recordMember, vars{"in": vars{"of": vars{"countryId": jm}, "kind": "MEMBER", "from": "1990", "to": "1989-12"}}).refused("INVALID_INPUT", "input.to")
			w.ask(t, w.Secretariat, recordMember, vars{"in": vars{"of": vars{"countryId": w.NewID(id.Country)}, "kind": "MEMBER"}}).refused("INVALID_INPUT", "input.of.countryId")
			w.ask(t, w.Secretariat, recordMember, vars{"in": vars{"of": vars{"organisationId": w.NewID(id.Organisation)}, "kind": "MEMBER"}}).refused("INVALID_INPUT", "input.of.organisationId")
		})
		edit := func(more vars) vars {
			in := vars{"id": u, "expectedRevision": 1}
			for k, v := range more {
				in[k] = v
			}
			return vars{"in": in}
		}
		w.onlySecretariat(t, editMember, edit(vars{"note": "x"}))
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editMember, edit(vars{"to": nil})).refused("CONFLICT", "input.from")
			w.ask(t, w.Secretariat, editMember, edit(vars{"to": "1999"})).refused("INVALID_INPUT", "input.to")
			w.ask(t, w.Secretariat, editMember, edit(vars{"kind": nil})).refused("INVALID_INPUT", "input.kind")
			w.ask(t, w.Secretariat, editMember, edit(vars{"expectedRevision": 2})).refused("CONFLICT")
			w.ask(t, w.Secretariat, editMember, edit(vars{"id": w.NewID(id.Membership)})).refused("NOT_FOUND")
			w.ask(t, w.Secretariat, editMember, edit(vars{"to": "2010", "kind": "MEMBER"})).ok().is("editMembership.membership.revision", 1.0)
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editMember, edit(vars{"to": "2009", "note": nil})).ok().is("editMembership.membership.to", "2009").is("editMembership.membership.revision", 2.0).is("editMembership.membership.note", "")
		}, "MembershipEdited")
		const both = `query($id: ID!) { node(id: $id) { ... on Country { membershipKind memberships { kind from } } } }`
		w.ask(t, w.Nobody, both, vars{"id": jm}).ok().is("node.membershipKind", "ASSOCIATE")
		w.Clock.Set(time.Date(2009, 12, 31, 12, 0, 0, 0, time.UTC))
		w.ask(t, w.Nobody, both, vars{"id": jm}).ok().is("node.membershipKind", "MEMBER")
		w.Clock.Set(time.Date(2010, 1, 1, 12, 0, 0, 0, time.UTC))
		w.ask(t, w.Nobody, both, vars{"id": jm}).ok().is("node.membershipKind", nil)
	})
}

func TestMembershipListsKnowWhatHoldsOnADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		of := func(code string) vars { return vars{"countryId": w.addCountry(t, code, vars{"en": code}, nil)} }
		a := of("AA")
		w.addMembership(t, a, "OBSERVER", nil, "2005-06")
		w.addMembership(t, a, "MEMBER", "2005-07", nil)
		w.addMembership(t, of("BB"), "ASSOCIATE", "2026", nil)
		w.addMembership(t, of("CC"), "MEMBER", "2026-11-24", nil)
		w.addMembership(t, vars{"organisationId": w.Donor}, "OBSERVER", "1999-12-31", "2026-11-23")
		list := func(args string, want ...string) {
			t.Helper()
			w.lists(t, w.Nobody, "memberships", args, "from", want...)
		}
		list("", "null", "1999-12-31", "2005-07", "2026", "2026-11-24")
		list("orderBy: {field: VALID_FROM, direction: DESC}", "2026-11-24", "2026", "2005-07", "1999-12-31", "null")
		list("orderBy: {field: CREATED_AT}", "null", "2005-07", "2026", "2026-11-24", "1999-12-31")
		list("filter: {current: true}", "1999-12-31", "2005-07", "2026")
		list("filter: {current: false}", "null", "2026-11-24")
		list(`filter: {on: "2005-06-30"}`, "null", "1999-12-31")
		list(`filter: {on: "2005-07-01"}`, "1999-12-31", "2005-07")
		list(`filter: {on: "2026-01-01"}`, "1999-12-31", "2005-07", "2026")
		list(`filter: {kind: MEMBER, current: true}`, "2005-07")
		list(fmt.Sprintf("filter: {countryId: %q}", id.Format(a["countryId"].(uuid.UUID))), "null", "2005-07")
		list(fmt.Sprintf("filter: {organisationId: %q}", id.Format(w.Donor)), "1999-12-31")
		w.lists(t, w.Nobody, "organisations", "filter: {membership: OBSERVER}", "name", "Donor")
		w.Clock.Set(time.Date(2026, 11, 24, 3, 59, 0, 0, time.UTC)) // still the 23rd in Port of Spain
		list("filter: {current: true}", "1999-12-31", "2005-07", "2026")
		w.Clock.Set(time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC))
		list("filter: {current: true}", "2005-07", "2026", "2026-11-24")
		w.lists(t, w.Nobody, "organisations", "filter: {membership: OBSERVER}", "name")
	})
}
