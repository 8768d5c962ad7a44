package graph_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

func TestBodiesAsEachViewerSeesThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const list = `query($f: BodyFilter, $o: BodyOrder) { bodies(filter: $f, orderBy: $o) { nodes { code viewerSits viewerCanEdit
			seats { totalCount nodes { role current votes viewerCanEdit person { name } } } posts { title person { name } } } totalCount } }`
		sits := map[string]string{"committee": "SC-DRR", "chair": "SC-DRR", "council": "CNR", "bureau": "BUR", "secretariat": "SEC"}
		for name, v := range w.Viewers() {
			a := w.ask(t, v, list, nil).ok().is("bodies.totalCount", 5.0).is("bodies.nodes.2.seats.totalCount", 2.0)
			if got := a.all("bodies.nodes.*.code"); !slices.Equal(got, []string{"BUR", "CNR", "SC-DRR", "SC-TRADE", "SEC"}) {
				t.Errorf("%s sees %v", name, got)
			}
			// Everybody sees the seats; who holds them, only who may see the person.
			seats := w.ask(t, v, `query($f: SeatFilter) { seats(filter: $f) { totalCount nodes { id person { name } } } }`, vars{"f": vars{"bodyId": w.CouncilBody}}).ok().is("seats.totalCount", 1.0)
			if may := len(v.Seats) > 0; (seats.at("seats.nodes.0.person") != nil) != may {
				t.Errorf("%s: %s", name, seats.raw)
			}
			for i, c := range a.all("bodies.nodes.*.code") {
				at := fmt.Sprintf("bodies.nodes.%d.", i)
				a.is(at+"viewerSits", sits[name] == c).is(at+"viewerCanEdit", name == "secretariat")
			}
			mine := w.ask(t, v, list, vars{"f": vars{"mine": true}}).ok().all("bodies.nodes.*.code")
			if sits[name] == "" && len(mine) != 0 || sits[name] != "" && !slices.Equal(mine, []string{sits[name]}) {
				t.Errorf("%s: mine are %v", name, mine)
			}
			w.ask(t, v, list, vars{"f": vars{"mine": false}}).ok().is("bodies.totalCount", float64(5-len(mine)))
		}
		for _, c := range []struct {
			f, o vars
			want []string
		}{
			{vars{"kind": "SPECIAL_COMMITTEE"}, nil, []string{"SC-DRR", "SC-TRADE"}},
			{vars{"code": "CNR"}, nil, []string{"CNR"}},
			{vars{"status": "DISSOLVED"}, nil, []string{}},
			{vars{"text": "sc-t"}, nil, []string{"SC-TRADE"}},
			{vars{"text": "BÓDY bur"}, nil, []string{"BUR"}},
			{vars{"text": "_"}, nil, []string{}},
			{vars{"parentId": w.SecretariatBody}, nil, []string{}},
			{vars{"kind": "SPECIAL_COMMITTEE"}, vars{"field": "CODE", "direction": "DESC"}, []string{"SC-TRADE", "SC-DRR"}},
			{nil, vars{"field": "CREATED_AT"}, []string{"SEC", "SC-DRR", "SC-TRADE", "CNR", "BUR"}},
		} {
			if got := w.ask(t, w.Nobody, list, wanting(vars{}, c.f, c.o)).ok().all("bodies.nodes.*.code"); !slices.Equal(got, c.want) {
				t.Errorf("%v in order %v: %v, want %v", c.f, c.o, got, c.want)
			}
		}
	})
}

func TestCreateEditDissolveBody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const create = `mutation($in: CreateBodyInput!) { createBody(input: $in) { body { id code name kind decisionRule demonstration status revision names { text(in: "fr") } } eventIds } }`
		in := vars{"code": "COM", "name": vars{"en": "Commission", "fr": "Commission du littoral"}, "kind": "OTHER", "decisionRule": "CONSENSUS", "idempotencyKey": "1"}
		const edit = `mutation($in: EditBodyInput!) { editBody(input: $in) { body { name decisionRule revision viewerCanEdit } eventIds } }`
		const dissolve = `mutation($in: DissolveBodyInput!) { dissolveBody(input: $in) { body { status revision viewerCanEdit } } }`
		w.tells(t, func() {
			for name, v := range w.Viewers() {
				if name != "secretariat" {
					w.ask(t, v, create, vars{"in": in}).refused(refusal(v))
					w.ask(t, v, edit, vars{"in": vars{"id": w.OtherCommittee, "expectedRevision": 1}}).refused(refusal(v))
					w.ask(t, v, dissolve, vars{"in": vars{"id": w.OtherCommittee, "expectedRevision": 1}}).refused(refusal(v))
				}
			}
		})
		var u uuid.UUID
		w.tells(t, func() {
			for range 2 {
				a := w.askIn(t, w.Secretariat, i18n.FR, create, vars{"in": in}).ok().is("createBody.body.name", "Commission du littoral").
					is("createBody.body.decisionRule", "CONSENSUS").is("createBody.body.status", "ACTIVE").is("createBody.body.revision", 1.0)
				u = a.id("createBody.body.id")
			}
		}, "BodyCreated")
		w.tells(t, func() {
			for _, bad := range []struct {
				in          vars
				code, field string
			}{
				{vars{"code": "COM", "name": vars{"en": "X"}, "kind": "OTHER"}, "ALREADY_EXISTS", "input.code"},
				{vars{"code": " ", "name": vars{"en": "X"}, "kind": "OTHER"}, "INVALID_INPUT", "input.code"},
				{vars{"code": "X", "name": vars{}, "kind": "OTHER"}, "INVALID_INPUT", "input.name"},
				{vars{"code": "X", "name": vars{"en": "X"}, "kind": "OTHER", "parentId": w.NewID(id.Body)}, "INVALID_INPUT", "input.parentId"},
			} {
				w.ask(t, w.Secretariat, create, vars{"in": bad.in}).refused(bad.code, bad.field)
			}
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": w.NewID(id.Body), "expectedRevision": 1}}).refused("NOT_FOUND")
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": u, "expectedRevision": 2}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": u, "expectedRevision": 1, "parentId": u}}).refused("INVALID_INPUT", "input.parentId")
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": u, "expectedRevision": 1, "decisionRule": "CONSENSUS"}}).ok().is("editBody.body.revision", 1.0)
			w.ask(t, w.Secretariat, dissolve, vars{"in": vars{"id": w.SpecialCommittee, "expectedRevision": 1}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, dissolve, vars{"in": vars{"id": w.SecretariatBody, "expectedRevision": 1}}).refused("CONFLICT")
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": u, "expectedRevision": 1, "decisionRule": nil, "name": vars{"en": "Shore Commission"}}}).ok().
				is("editBody.body.decisionRule", nil).is("editBody.body.name", "Shore Commission").is("editBody.body.revision", 2.0)
			w.ask(t, w.Secretariat, dissolve, vars{"in": vars{"id": u, "expectedRevision": 2}}).ok().is("dissolveBody.body.status", "DISSOLVED").is("dissolveBody.body.viewerCanEdit", false)
		}, "BodyEdited", "BodyDissolved")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": u, "expectedRevision": 3, "decisionRule": "MAJORITY"}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, dissolve, vars{"in": vars{"id": u, "expectedRevision": 3}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, assignSeat, vars{"in": vars{"bodyId": u, "role": "MEMBER"}}).refused("CONFLICT", "input.bodyId")
		})
		// What happened with a body is public.
		w.ask(t, w.Nobody, `query($b: ID!) { eventLog(in: {bodyId: $b}) { envelopes { event { __typename ... on BodyEdited { body { code } changes { field before after } } } } } }`, vars{"b": u}).ok().
			is("eventLog.envelopes.0.event.__typename", "BodyCreated").is("eventLog.envelopes.1.event.body.code", "COM").
			is("eventLog.envelopes.1.event.changes.1.before", "CONSENSUS").is("eventLog.envelopes.2.event.__typename", "BodyDissolved")
	})
}

const (
	assignSeat = `mutation($in: AssignSeatInput!) { assignSeat(input: $in) { seat { id role from to current votes revision person { name } body { code } } eventIds } }`
	editSeat   = `mutation($in: EditSeatInput!) { editSeat(input: $in) { seat { id role from to current votes revision person { name } } eventIds } }`
	endSeat    = `mutation($in: EndSeatInput!) { endSeat(input: $in) { seat { from to current revision } eventIds } }`
)

func TestSeats(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		state := w.NewID(id.Country)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Country.Create().SetID(state).SetIso2("JM").SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).
				SetNameText(i18n.Text{EN: "Jamaica", Authentic: i18n.EN}).Exec(ctx)
		})
		in := vars{"bodyId": w.OtherCommittee, "role": "MEMBER", "countryId": state, "personId": w.Stranger.Person, "idempotencyKey": "k"}
		row := w.DB.Client.Seat.Query().Where(seat.PersonID(w.Chair.Person)).OnlyX(w.System())
		w.tells(t, func() {
			for name, v := range w.Viewers() {
				if name != "secretariat" {
					w.ask(t, v, assignSeat, vars{"in": in}).refused(refusal(v))
					w.ask(t, v, editSeat, vars{"in": vars{"id": row.ID, "expectedRevision": 1}}).refused(refusal(v))
					w.ask(t, v, endSeat, vars{"in": vars{"id": row.ID, "expectedRevision": 1}}).refused(refusal(v))
				}
			}
		})
		var u uuid.UUID
		w.tells(t, func() {
			for range 2 {
				a := w.ask(t, w.Secretariat, assignSeat, vars{"in": in}).ok().is("assignSeat.seat.from", "2026-11-23").is("assignSeat.seat.to", nil).
					is("assignSeat.seat.current", true).is("assignSeat.seat.votes", true).is("assignSeat.seat.person.name", "Stranger")
				u = a.id("assignSeat.seat.id")
			}
		}, "SeatAssigned")
		w.tells(t, func() {
			for _, bad := range []struct {
				in          vars
				code, field string
			}{
				{vars{"bodyId": w.NewID(id.Body), "role": "MEMBER"}, "INVALID_INPUT", "input.bodyId"},
				{vars{"bodyId": w.SecretariatBody, "role": "MEMBER"}, "INVALID_INPUT", "input.bodyId"},
				{vars{"bodyId": w.OtherCommittee, "role": "MEMBER", "countryId": state, "organisationId": w.Donor}, "INVALID_INPUT", "input.organisationId"},
				{vars{"bodyId": w.OtherCommittee, "role": "MEMBER", "personId": w.NewID(id.Person)}, "INVALID_INPUT", "input.personId"},
				{vars{"bodyId": w.OtherCommittee, "role": "MEMBER", "countryId": w.NewID(id.Country)}, "INVALID_INPUT", "input.countryId"},
				{vars{"bodyId": w.OtherCommittee, "role": "MEMBER", "from": "2026-11-23", "to": "2026-11-22"}, "INVALID_INPUT", "input.to"},
				{vars{"bodyId": w.OtherCommittee, "role": "CLERK", "votes": true}, "INVALID_INPUT", "input.votes"},
				{vars{"bodyId": w.OtherCommittee, "role": "MEMBER", "countryId": state}, "CONFLICT", "input.votes"},
				{vars{"bodyId": w.SpecialCommittee, "role": "CHAIR"}, "CONFLICT", "input.role"},
			} {
				w.ask(t, w.Secretariat, assignSeat, vars{"in": bad.in}).refused(bad.code, bad.field)
			}
			w.ask(t, w.Secretariat, editSeat, vars{"in": vars{"id": u, "expectedRevision": 2}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, editSeat, vars{"in": vars{"id": u, "expectedRevision": 1, "role": nil}}).refused("INVALID_INPUT", "input.role")
			w.ask(t, w.Secretariat, editSeat, vars{"in": vars{"id": u, "expectedRevision": 1, "to": "2026-01-01"}}).refused("INVALID_INPUT", "input.to")
			w.ask(t, w.Secretariat, editSeat, vars{"in": vars{"id": w.NewID(id.Seat), "expectedRevision": 1}}).refused("NOT_FOUND")
			w.ask(t, w.Secretariat, editSeat, vars{"in": vars{"id": u, "expectedRevision": 1, "role": "MEMBER"}}).ok().is("editSeat.seat.revision", 1.0)
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editSeat, vars{"in": vars{"id": u, "expectedRevision": 1, "role": "CLERK", "from": nil, "personId": w.Partner.Person}}).ok().
				is("editSeat.seat.votes", false).is("editSeat.seat.from", nil).is("editSeat.seat.person.name", "Partner").is("editSeat.seat.revision", 2.0)
			w.ask(t, w.Secretariat, editSeat, vars{"in": vars{"id": u, "expectedRevision": 2, "personId": nil, "to": "2026-12-31"}}).ok().is("editSeat.seat.person", nil)
			w.ask(t, w.Secretariat, endSeat, vars{"in": vars{"id": u, "expectedRevision": 3, "to": "2027-01-01"}}).refused("INVALID_INPUT", "input.to")
			w.ask(t, w.Secretariat, endSeat, vars{"in": vars{"id": u, "expectedRevision": 3, "to": "2026-11-30"}}).ok().is("endSeat.seat.to", "2026-11-30").is("endSeat.seat.current", true)
			w.ask(t, w.Secretariat, endSeat, vars{"in": vars{"id": u, "expectedRevision": 4}}).ok().is("endSeat.seat.to", "2026-11-22").is("endSeat.seat.current", false)
			w.ask(t, w.Secretariat, endSeat, vars{"in": vars{"id": u, "expectedRevision": 5}}).refused("CONFLICT")
		}, "SeatEdited", "SeatEdited", "SeatEnded", "SeatEnded")
		// A seat that began only today can be ended at once too.
		a := w.ask(t, w.Secretariat, assignSeat, vars{"in": vars{"bodyId": w.OtherCommittee, "role": "CHAIR"}}).ok()
		w.ask(t, w.Secretariat, endSeat, vars{"in": vars{"id": a.id("assignSeat.seat.id"), "expectedRevision": 1}}).ok().is("endSeat.seat.current", false)
		// The log says that a holder changed, never who it was.
		w.ask(t, w.Nobody, `query($b: ID!) { eventLog(in: {bodyId: $b}) { envelopes { event { ... on SeatEdited { seat { person { name } } changes { field before after } } } } } }`, vars{"b": w.OtherCommittee}).ok().
			is("eventLog.envelopes.1.event.changes.1.field", "person").is("eventLog.envelopes.1.event.changes.1.before", nil).is("eventLog.envelopes.1.event.changes.1.after", nil)
	})
}

func TestSeatFiltersAndOrders(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		give := func(role, from, to string) {
			in := vars{"bodyId": w.OtherCommittee, "role": role, "from": from}
			if to != "" {
				in["to"] = to
			}
			a := w.ask(t, w.Secretariat, assignSeat, vars{"in": in}).ok()
			if from == "2000-01-01" {
				w.ask(t, w.Secretariat, editSeat, vars{"in": vars{"id": a.id("assignSeat.seat.id"), "expectedRevision": 1, "from": nil}}).ok()
			}
		}
		give("MEMBER", "2025-01-01", "")
		give("CLERK", "2024-01-01", "2024-12-31")
		give("CHAIR", "2027-01-01", "")
		give("RAPPORTEUR", "2000-01-01", "")
		give("VICE_CHAIR", "2025-01-01", "2026-11-23")
		const list = `query($b: ID!, $f: SeatFilter, $o: SeatOrder, $first: Int, $after: String) { node(id: $b) { ... on Body {
			seats(filter: $f, orderBy: $o, first: $first, after: $after) { totalCount nodes { role } pageInfo { hasNextPage endCursor } } } } }`
		for _, c := range []struct {
			f, o vars
			want []string
		}{
			{nil, nil, []string{"RAPPORTEUR", "CLERK", "MEMBER", "VICE_CHAIR", "CHAIR"}},
			{nil, vars{"field": "VALID_FROM", "direction": "DESC"}, []string{"CHAIR", "VICE_CHAIR", "MEMBER", "CLERK", "RAPPORTEUR"}},
			{nil, vars{"field": "ROLE"}, []string{"CHAIR", "VICE_CHAIR", "RAPPORTEUR", "MEMBER", "CLERK"}},
			{nil, vars{"field": "ROLE", "direction": "DESC"}, []string{"CLERK", "MEMBER", "RAPPORTEUR", "VICE_CHAIR", "CHAIR"}},
			{nil, vars{"field": "CREATED_AT"}, []string{"MEMBER", "CLERK", "CHAIR", "RAPPORTEUR", "VICE_CHAIR"}},
			{vars{"current": true}, nil, []string{"RAPPORTEUR", "MEMBER", "VICE_CHAIR"}},
			{vars{"current": false}, nil, []string{"CLERK", "CHAIR"}},
			{vars{"on": "2024-12-31"}, nil, []string{"RAPPORTEUR", "CLERK"}},
			{vars{"votes": false}, nil, []string{"CLERK"}},
			{vars{"role": "CHAIR", "votes": true}, nil, []string{"CHAIR"}},
		} {
			var got []string
			v := wanting(vars{"b": w.OtherCommittee, "first": 2}, c.f, c.o)
			for {
				a := w.ask(t, w.Nobody, list, v).ok().is("node.seats.totalCount", float64(len(c.want)))
				got = append(got, a.all("node.seats.nodes.*.role")...)
				if a.at("node.seats.pageInfo.hasNextPage") != true {
					break
				}
				v["after"] = a.at("node.seats.pageInfo.endCursor")
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v in order %v: %v, want %v", c.f, c.o, got, c.want)
			}
		}
		// Two aliases of a nested list are two lists.
		w.ask(t, w.Nobody, `{ bodies { nodes { code now: seats(filter: {current: true}, orderBy: {field: ROLE}) { totalCount nodes { role } } all: seats(first: 1, orderBy: {field: ROLE}) { totalCount nodes { role } } } } }`, nil).ok().
			is("bodies.nodes.3.code", "SC-TRADE").is("bodies.nodes.3.now.totalCount", 3.0).is("bodies.nodes.3.now.nodes.0.role", "VICE_CHAIR").
			is("bodies.nodes.3.all.totalCount", 5.0).is("bodies.nodes.3.all.nodes.0.role", "CHAIR").is("bodies.nodes.3.all.nodes.1", nil)
	})
}

func TestStaffPosts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const assign = `mutation($in: AssignStaffPostInput!) { assignStaffPost(input: $in) { staffPost { id title from current person { name } body { code } } } }`
		const edit = `mutation($in: EditStaffPostInput!) { editStaffPost(input: $in) { staffPost { title from to current revision } } }`
		in := vars{"bodyId": w.SecretariatBody, "personId": w.Stranger.Person, "title": vars{"en": "Director", "es": "Directora"}, "idempotencyKey": "k"}
		w.tells(t, func() {
			for name, v := range w.Viewers() {
				if name != "secretariat" {
					w.ask(t, v, assign, vars{"in": in}).refused(refusal(v))
				}
			}
		})
		var u uuid.UUID
		w.tells(t, func() {
			for range 2 {
				a := w.askIn(t, w.Secretariat, i18n.ES, assign, vars{"in": in}).ok().is("assignStaffPost.staffPost.title", "Directora").
					is("assignStaffPost.staffPost.from", "2026-11-23").is("assignStaffPost.staffPost.person.name", "Stranger").is("assignStaffPost.staffPost.body.code", "SEC")
				u = a.id("assignStaffPost.staffPost.id")
			}
		}, "StaffPostAssigned")
		w.tells(t, func() {
			for _, bad := range []struct {
				in          vars
				code, field string
			}{
				{vars{"bodyId": w.CouncilBody, "personId": w.Stranger.Person, "title": vars{"en": "X"}}, "INVALID_INPUT", "input.bodyId"},
				{vars{"bodyId": w.SecretariatBody, "personId": w.NewID(id.Person), "title": vars{"en": "X"}}, "INVALID_INPUT", "input.personId"},
				{vars{"bodyId": w.SecretariatBody, "personId": w.Stranger.Person, "title": vars{"en": " "}}, "INVALID_INPUT", "input.title"},
				{vars{"bodyId": w.SecretariatBody, "personId": w.Stranger.Person, "title": vars{"en": "X"}, "to": "2026-11-22"}, "INVALID_INPUT", "input.to"},
			} {
				w.ask(t, w.Secretariat, assign, vars{"in": bad.in}).refused(bad.code, bad.field)
			}
			w.ask(t, w.Stranger, edit, vars{"in": vars{"id": u, "expectedRevision": 1, "to": "2026-12-31"}}).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": u, "expectedRevision": 2, "to": "2026-12-31"}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": u, "expectedRevision": 1, "to": "2026-11-22"}}).refused("INVALID_INPUT", "input.to")
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": u, "expectedRevision": 1, "from": "2026-11-23"}}).ok().is("editStaffPost.staffPost.revision", 1.0)
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": u, "expectedRevision": 1, "from": "2026-01-01", "to": "2026-11-22", "title": vars{"en": "Head"}}}).ok().
				is("editStaffPost.staffPost.current", false).is("editStaffPost.staffPost.title", "Head").is("editStaffPost.staffPost.revision", 2.0)
		}, "StaffPostEdited")
		// Only posts in force stand in the body.
		w.ask(t, w.Nobody, `query($b: ID!) { node(id: $b) { ... on Body { posts { title person { name } } } } }`, vars{"b": w.SecretariatBody}).ok().
			is("node.posts.0.title", "Officer").is("node.posts.0.person", nil).is("node.posts.1", nil)
	})
}

// What bodies have costs the same for five and for fifty, with five seats or
// fifty each.
func TestBodyStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const list = `{ bodies(first: 100) { totalCount edges { cursor node { name names { translations { language } } parent { code } viewerSits viewerCanEdit
			posts { title person { name } } seats(first: 100) { totalCount nodes { current person { name organisation { name } } country { name } body { code } } } } } } }`
		add := func(bodies, seats int) {
			for i := range bodies {
				b := w.AddBody(t, fmt.Sprintf("B%s", id.Format(w.NewID(id.Body))[24:]), body.KindOther)
				for range seats {
					w.AddSeat(t, w.AddPerson(t, "Member", w.Donor), b, viewer.OtherBody, seat.RoleMember)
				}
				if i == 0 {
					w.AddPost(t, w.Secretariat, b)
				}
			}
		}
		add(5, 5)
		few := w.statements(func() { w.ask(t, w.Secretariat, list, nil).ok() })
		add(45, 1)
		add(1, 50)
		many := w.statements(func() { w.ask(t, w.Secretariat, list, nil).ok().is("bodies.totalCount", 56.0) })
		if few != many {
			t.Errorf("%d statements for five, %d for fifty", few, many)
		}
	})
}
