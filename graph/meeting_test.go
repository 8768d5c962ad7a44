package graph_test

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const (
	meetingFields  = `id body { code } reference title starts ends timeZone place link openToObservers status statusReason nextStatuses revision viewerCanEdit viewerCanMove`
	conveneMeeting = `mutation($in: ConveneMeetingInput!) { conveneMeeting(input: $in) { meeting { ` + meetingFields + ` } cursor eventIds } }`
	editMeeting    = `mutation($in: EditMeetingInput!) { editMeeting(input: $in) { meeting { ` + meetingFields + ` } eventIds } }`
)

// meet are the fields of a meeting of a body.
func meet(in uuid.UUID, title string, more vars) vars {
	out := vars{"bodyId": in, "title": vars{"en": title}, "starts": "2026-12-01T14:00:00Z", "ends": "2026-12-01T21:30:00Z"}
	maps.Copy(out, more)
	return vars{"in": out}
}

func (w *world) convened(tb testing.TB, in uuid.UUID, title string, more vars) uuid.UUID {
	tb.Helper()
	return w.ask(tb, w.Secretariat, conveneMeeting, meet(in, title, more)).ok().id("conveneMeeting.meeting.id")
}

// moveMeeting moves a meeting by a verb, as in "Open".
func (w *world) moveMeeting(tb testing.TB, v *viewer.Viewer, verb string, in vars) *answer {
	tb.Helper()
	a := w.ask(tb, v, fmt.Sprintf(`mutation($in: %[1]sMeetingInput!) { moved: %[2]sMeeting(input: $in) { meeting { %[3]s } eventIds } }`,
		verb, string(verb[0]-'A'+'a')+verb[1:], meetingFields), vars{"in": in})
	a.Data = map[string]any{"moved": a.at("moved.meeting")}
	return a
}

func TestConveneMeeting(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.tells(t, func() {
			for name, v := range w.Viewers() {
				switch name {
				case "secretariat", "chair":
				case "nobody":
					w.ask(t, v, conveneMeeting, meet(w.SpecialCommittee, "M", nil)).refused("UNAUTHENTICATED")
				default:
					w.ask(t, v, conveneMeeting, meet(w.SpecialCommittee, "M", nil)).refused("FORBIDDEN")
				}
			}
			w.ask(t, w.Chair, conveneMeeting, meet(w.CouncilBody, "M", nil)).refused("FORBIDDEN")
			for field, bad := range map[string]vars{
				"input.title": {"title": vars{"en": " "}}, "input.ends": {"ends": "2026-12-01T14:00:00Z"}, "input.timeZone": {"timeZone": "Mars/Olympus"},
				"input.bodyId": {"bodyId": w.NewID(id.Body)},
			} {
				w.ask(t, w.Secretariat, conveneMeeting, meet(w.SpecialCommittee, "M", bad)).refused("INVALID_INPUT", field)
			}
			w.ask(t, w.Secretariat, conveneMeeting, meet(w.SpecialCommittee, "M", vars{"ends": "2027-01-02T14:00:00Z"})).refused("INVALID_INPUT", "input.ends")
			w.ask(t, w.Secretariat, conveneMeeting, meet(w.SpecialCommittee, "M", vars{"timeZone": "Local"})).refused("INVALID_INPUT", "input.timeZone")
		})
		in := vars{
			"reference": "7", "timeZone": "America/Bogota", "place": " Cartagena ", "link": "https://meet.example.org/7", "title": vars{"en": "Seventh", "es": "Séptima"},
			"idempotencyKey": "k", "starts": "2026-12-01T09:00:00-05:00",
		}
		w.tells(t, func() {
			for range 2 {
				w.ask(t, w.Chair, conveneMeeting, meet(w.SpecialCommittee, "", in)).ok().is("conveneMeeting.meeting.body.code", "SC-DRR").
					is("conveneMeeting.meeting.starts", "2026-12-01T14:00:00.000000Z").is("conveneMeeting.meeting.timeZone", "America/Bogota").
					is("conveneMeeting.meeting.place", "Cartagena").is("conveneMeeting.meeting.link", "https://meet.example.org/7").
					is("conveneMeeting.meeting.status", "PLANNED").is("conveneMeeting.meeting.openToObservers", false).
					is("conveneMeeting.meeting.nextStatuses.0", "OPEN").is("conveneMeeting.meeting.viewerCanEdit", true)
			}
		}, "MeetingConvened")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, conveneMeeting, meet(w.SpecialCommittee, "M", vars{"reference": "7"})).refused("ALREADY_EXISTS", "input.reference")
		})
		w.ask(t, w.Secretariat, conveneMeeting, meet(w.CouncilBody, "M", vars{"reference": "7"})).ok().
			is("conveneMeeting.meeting.timeZone", "America/Port_of_Spain").is("conveneMeeting.meeting.link", nil)
		w.convened(t, w.CouncilBody, "Without", nil)
		w.convened(t, w.CouncilBody, "Without too", nil)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Body.Update().Where(body.ID(w.OtherCommittee)).SetStatus(body.StatusDissolved).Exec(ctx)
		})
		w.ask(t, w.Secretariat, conveneMeeting, meet(w.OtherCommittee, "M", nil)).refused("INVALID_INPUT", "input.bodyId")
		const may = `query($b: ID!) { node(id: $b) { ... on Body { viewerCanConvene } } }`
		w.ask(t, w.Secretariat, may, vars{"b": w.OtherCommittee}).ok().is("node.viewerCanConvene", false)
		w.ask(t, w.Chair, may, vars{"b": w.SpecialCommittee}).ok().is("node.viewerCanConvene", true)
		w.ask(t, w.Committee, may, vars{"b": w.SpecialCommittee}).ok().is("node.viewerCanConvene", false)
	})
}

// TestWhoSeesMeetings asks every door.
func TestWhoSeesMeetings(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		shut := w.convened(t, w.SpecialCommittee, "Shut", vars{"link": "https://meet.example.org/s"})
		open := w.convened(t, w.SpecialCommittee, "Open", vars{"openToObservers": true, "link": "https://meet.example.org/o"})
		const query = `query($shut: ID!, $open: ID!, $body: ID!) {
			shut: meeting(id: $shut) { title link } node(id: $shut) { ... on Meeting { title } } open: meeting(id: $open) { title link viewerCanEdit }
			all: meetings { totalCount } of: meetings(filter: {bodyId: $body}) { totalCount nodes { title } } named: meetings(filter: {text: "shut"}) { totalCount }
			body: node(id: $body) { ... on Body { meetings(filter: {status: [PLANNED]}) { totalCount nodes { title } } } }
			eventLog(in: {everything: true}) { envelopes { event { __typename ... on MeetingConvened { meeting { title } } } } }
			ofBody: eventLog(in: {bodyId: $body}) { envelopes { event { ... on MeetingConvened { meeting { title } } } } }
			ofOpen: eventLog(in: {meetingId: $open}) { envelopes { event { ... on MeetingConvened { meeting { title } } } } }
		}`
		in := vars{"shut": shut, "open": open, "body": w.SpecialCommittee}
		for name, v := range w.Viewers() {
			a := w.ask(t, v, query, in).ok()
			member := name == "committee" || name == "chair" || name == "secretariat"
			link := any("https://meet.example.org/o")
			if name == "nobody" {
				link = nil
			}
			a.is("open.title", "Open").is("open.link", link).is("open.viewerCanEdit", name == "chair" || name == "secretariat").
				is("ofOpen.envelopes.0.event.meeting.title", "Open").is("ofOpen.envelopes.1", nil)
			if member {
				a.is("shut.title", "Shut").is("shut.link", "https://meet.example.org/s").is("node.title", "Shut").is("all.totalCount", 2.0).is("of.totalCount", 2.0).
					is("named.totalCount", 1.0).is("body.meetings.totalCount", 2.0).is("eventLog.envelopes.0.event.meeting.title", "Shut").
					is("ofBody.envelopes.0.event.meeting.title", "Shut").is("ofBody.envelopes.1.event.meeting.title", "Open")
			} else {
				a.is("shut", nil).is("node", nil).is("all.totalCount", 1.0).is("of.totalCount", 1.0).is("named.totalCount", 0.0).
					is("body.meetings.totalCount", 1.0).is("eventLog.envelopes.0.event.meeting.title", "Open").is("eventLog.envelopes.1", nil).
					is("ofBody.envelopes.0.event.meeting.title", "Open").is("ofBody.envelopes.1", nil)
			}
			log := w.ask(t, v, `query($u: ID!) { eventLog(in: {meetingId: $u}) { envelopes { id } } }`, vars{"u": shut})
			if member {
				log.ok()
			} else {
				log.refused("NOT_FOUND")
			}
		}
		w.ask(t, w.Secretariat, `query($u: ID!) { eventLog(in: {meetingId: $u}) { envelopes { id } } }`, vars{"u": w.Donor}).refused("INVALID_INPUT")
	})
}

func TestTheLifeOfAMeeting(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.convened(t, w.SpecialCommittee, "Meeting", nil)
		refused := func(verb string, in vars) {
			t.Helper()
			w.tells(t, func() {
				for name, v := range w.Viewers() {
					switch name {
					case "secretariat", "chair":
					case "nobody":
						w.moveMeeting(t, v, verb, in).refused("UNAUTHENTICATED")
					case "committee":
						w.moveMeeting(t, v, verb, in).refused("FORBIDDEN")
					default:
						w.moveMeeting(t, v, verb, in).refused("NOT_FOUND")
					}
				}
			})
		}
		at := func(revision int) vars { return vars{"id": u, "expectedRevision": revision} }
		refused("Open", at(1))
		w.moveMeeting(t, w.Secretariat, "Close", at(1)).refused("CONFLICT")
		w.moveMeeting(t, w.Chair, "Open", at(2)).refused("CONFLICT")
		w.moveMeeting(t, w.Chair, "Cancel", vars{"id": u, "expectedRevision": 1, "reason": ""}).refused("INVALID_INPUT", "input.reason")
		w.tells(t, func() {
			w.moveMeeting(t, w.Chair, "Open", at(1)).ok().is("moved.status", "OPEN").is("moved.revision", 2.0)
		}, "MeetingOpened")
		refused("Close", at(2))
		w.moveMeeting(t, w.Chair, "Cancel", vars{"id": u, "expectedRevision": 2, "reason": "No."}).refused("CONFLICT")
		w.tells(t, func() {
			w.moveMeeting(t, w.Secretariat, "Close", at(2)).ok().is("moved.viewerCanEdit", false).is("moved.viewerCanMove", false)
		}, "MeetingClosed")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editMeeting, vars{"in": vars{"id": u, "expectedRevision": 3, "place": "X"}}).refused("CONFLICT")
		})
		off := w.convened(t, w.SpecialCommittee, "Off", nil)
		w.tells(t, func() {
			w.moveMeeting(t, w.Chair, "Cancel", vars{"id": off, "expectedRevision": 1, "reason": " Storm. "}).ok().
				is("moved.status", "CANCELLED").is("moved.statusReason", "Storm.").is("moved.nextStatuses.0", nil)
		}, "MeetingCancelled")
		w.ask(t, w.Committee, `query($u: ID!) { eventLog(in: {meetingId: $u}) { envelopes { event { ... on MeetingCancelled { reason } } } } }`, vars{"u": off}).ok().
			is("eventLog.envelopes.1.event.reason", "Storm.").is("eventLog.envelopes.2", nil)
	})
}

func TestEditMeeting(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.convened(t, w.SpecialCommittee, "Meeting", vars{"reference": "1", "openToObservers": true})
		w.convened(t, w.SpecialCommittee, "Other", vars{"reference": "2"})
		edit := func(more vars) vars {
			in := vars{"id": u, "expectedRevision": 1}
			maps.Copy(in, more)
			return vars{"in": in}
		}
		w.tells(t, func() {
			w.ask(t, w.Nobody, editMeeting, edit(vars{"place": "X"})).refused("UNAUTHENTICATED")
			w.ask(t, w.Stranger, editMeeting, edit(vars{"place": "X"})).refused("FORBIDDEN")
			w.ask(t, w.Committee, editMeeting, edit(vars{"place": "X"})).refused("FORBIDDEN")
			w.ask(t, w.Chair, editMeeting, edit(vars{"expectedRevision": 5, "place": "X"})).refused("CONFLICT")
			for field, bad := range map[string]vars{
				"input.starts": {"starts": nil}, "input.ends": {"ends": "2026-11-30T00:00:00Z"}, "input.timeZone": {"timeZone": ""},
				"input.openToObservers": {"openToObservers": nil},
			} {
				w.ask(t, w.Chair, editMeeting, edit(bad)).refused("INVALID_INPUT", field)
			}
			w.ask(t, w.Chair, editMeeting, edit(vars{"reference": "2"})).refused("ALREADY_EXISTS", "input.reference")
			w.ask(t, w.Chair, editMeeting, edit(vars{"starts": "2026-12-01T14:00:00Z", "place": nil})).ok().is("editMeeting.meeting.revision", 1.0)
		})
		w.tells(t, func() {
			w.ask(t, w.Chair, editMeeting, edit(vars{
				"title": vars{"fr": "Réunion"}, "reference": nil, "starts": "2026-12-02T14:00:00Z", "ends": "2026-12-02T16:00:00Z",
				"link": "https://meet.example.org/x", "openToObservers": false,
			})).ok().is("editMeeting.meeting.reference", nil).is("editMeeting.meeting.starts", "2026-12-02T14:00:00.000000Z").
				is("editMeeting.meeting.openToObservers", false)
		}, "MeetingEdited")
		const log = `query($u: ID!) { eventLog(in: {meetingId: $u}) { envelopes { event { __typename ... on MeetingEdited { meeting { title } changes { field before after } } } } } }`
		w.ask(t, w.Committee, log, vars{"u": u}).ok().is("eventLog.envelopes.1.event.changes.2.field", "starts").
			is("eventLog.envelopes.1.event.changes.2.after", "2026-12-02T14:00:00.000000Z").is("eventLog.envelopes.1.event.changes.4.field", "link").
			is("eventLog.envelopes.1.event.changes.4.after", nil).is("eventLog.envelopes.1.event.changes.5.after", "false")
		w.ask(t, w.Council, log, vars{"u": u}).refused("NOT_FOUND")
		// What was public stays in the log of everything; what it is about is not told any more.
		w.ask(t, w.Council, `{ eventLog(in: {everything: true}) { envelopes { event { ... on MeetingConvened { meeting { title } } } } } }`, nil).ok().
			is("eventLog.envelopes.0.event.meeting", nil).is("eventLog.envelopes.1", nil)
	})
}

func TestMeetingListsFilterAndOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.convened(t, w.SpecialCommittee, "Árbol", vars{"starts": "2026-12-03T10:00:00Z", "ends": "2026-12-03T12:00:00Z"})
		w.convened(t, w.SpecialCommittee, "Beta", vars{"starts": "2026-12-01T10:00:00Z", "ends": "2026-12-01T12:00:00Z", "reference": "Q/5"})
		w.convened(t, w.CouncilBody, "Council", vars{"starts": "2026-12-02T10:00:00Z", "ends": "2026-12-02T12:00:00Z"})
		w.moveMeeting(t, w.Secretariat, "Cancel", vars{"id": w.convened(t, w.SpecialCommittee, "Zero", nil), "expectedRevision": 1, "reason": "x"}).ok()
		list := func(args string, want ...string) {
			t.Helper()
			w.lists(t, w.Secretariat, "meetings", args, "title", want...)
		}
		list("", "Beta", "Zero", "Council", "Árbol")
		list("orderBy: {field: STARTS, direction: DESC}", "Árbol", "Council", "Zero", "Beta")
		list("orderBy: {field: TITLE}", "Árbol", "Beta", "Council", "Zero")
		list("orderBy: {field: CREATED_AT}", "Árbol", "Beta", "Council", "Zero")
		list("filter: {status: [CANCELLED]}", "Zero")
		list(`filter: {bodyId: "`+id.Format(w.CouncilBody)+`"}`, "Council")
		list(`filter: {from: "2026-12-02T12:00:00Z"}`, "Council", "Árbol")
		list(`filter: {from: "2026-12-02T12:00:00.000001Z"}`, "Árbol")
		list(`filter: {to: "2026-12-02T10:00:00Z"}`, "Beta", "Zero", "Council")
		list(`filter: {to: "2026-12-02T09:59:59.999Z"}`, "Beta", "Zero")
		list(`filter: {text: "arbol"}`, "Árbol")
		list(`filter: {text: "q/5"}`, "Beta")
		w.lists(t, w.Council, "meetings", "", "title", "Council")
		w.lists(t, w.Nobody, "meetings", "", "title")
	})
}

func TestWhatIsUnderMeetingsCostsTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const query = `query($n: Int) { meetings(first: $n) { nodes { title body { name meetings(first: 1) { totalCount } } threads(first: 1) { totalCount nodes { title } } viewerCanMove } } }`
		for i := range 6 {
			u := w.convened(t, []uuid.UUID{w.SpecialCommittee, w.CouncilBody}[i%2], fmt.Sprintf("Meeting %d", i), vars{"openToObservers": true})
			w.Write(t, func(ctx context.Context, tx *ent.Client) error {
				now, th := w.Time(), w.NewID(id.Thread)
				tx.Thread.Create().SetID(th).SetCreatedAt(now).SetUpdatedAt(now).SetMeetingID(u).SetTitleText(i18n.Text{EN: "On it", Authentic: i18n.EN}).ExecX(ctx)
				tx.ThreadAudience.Create().SetID(w.NewID(id.Audience)).SetCreatedAt(now).SetThreadID(th).SetBodyID(w.SpecialCommittee).ExecX(ctx)
				return nil
			})
		}
		few := w.statements(func() { w.ask(t, w.Committee, query, vars{"n": 2}).ok() })
		var a *answer
		many := w.statements(func() { a = w.ask(t, w.Committee, query, vars{"n": 6}).ok() })
		if few != many {
			t.Errorf("%d statements for two meetings, %d for six", few, many)
		}
		a.is("meetings.nodes.5.threads.totalCount", 1.0).is("meetings.nodes.5.body.meetings.totalCount", 3.0)
	})
}
