package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/notice"
	"acs-aec.org/hub/internal/viewer"
)

const noticeFields = `fragment N on Notice { id revision status reference title content contentHtml acknowledgeBy voidReason dispatchedAt
	body { id } dispatchedBy { id } subject { __typename ... on Organisation { id } ... on Thread { id } ... on Proposal { id } }
	addressees { id seat { id } vacant holder { id } holderAtDispatch { id } deliveredAt openedAt acknowledgedAt remark overdue }
	notAcknowledged { seat { id } overdue } register { totalCount nodes { kind means remark seat { id } person { id } } }
	viewerCanEdit viewerCanDispatch viewerCanVoid viewerCanAcknowledge }`

const (
	draftNotice       = `mutation($in: DraftNoticeInput!) { draftNotice(input: $in) { notice { ...N } cursor eventIds } } ` + noticeFields
	editNotice        = `mutation($in: EditNoticeInput!) { editNotice(input: $in) { notice { ...N } eventIds } } ` + noticeFields
	discardNotice     = `mutation($in: DiscardNoticeInput!) { discardNotice(input: $in) { discardedId eventIds } }`
	dispatchNotice    = `mutation($in: DispatchNoticeInput!) { dispatchNotice(input: $in) { notice { ...N } eventIds } } ` + noticeFields
	voidNotice        = `mutation($in: VoidNoticeInput!) { voidNotice(input: $in) { notice { ...N } eventIds } } ` + noticeFields
	openNotice        = `mutation($in: OpenNoticeInput!) { openNotice(input: $in) { notice { ...N } eventIds } } ` + noticeFields
	acknowledgeNotice = `mutation($in: AcknowledgeNoticeInput!) { acknowledgeNotice(input: $in) { notice { ...N } eventIds } } ` + noticeFields
	readNotice        = `query($id: ID!) { notice(id: $id) { ...N } node(id: $id) { id } } ` + noticeFields
)

// seatOf is the first seat of a viewer.
func seatOf(v *viewer.Viewer) uuid.UUID { return v.Seats[0].ID }

// convening is a notice to seats; more are name and value.
func convening(body uuid.UUID, seats []any, more ...any) vars {
	in := vars{
		"bodyId": body, "title": vars{"en": "Meeting", "es": "Reunión"}, "content": vars{"en": "**Come** on Friday.", "fr": "Venez vendredi."},
		"seatIds": seats,
	}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return vars{"in": in}
}

// noticed drafts a notice as the viewer.
func (w *world) noticed(tb testing.TB, v *viewer.Viewer, in vars) uuid.UUID {
	tb.Helper()
	return w.ask(tb, v, draftNotice, in).ok().id("draftNotice.notice.id")
}

// dispatched drafts a notice and dispatches it.
func (w *world) dispatched(tb testing.TB, v *viewer.Viewer, in vars) uuid.UUID {
	tb.Helper()
	u := w.noticed(tb, v, in)
	w.ask(tb, v, dispatchNotice, at(u, 1)).ok()
	return u
}

func only(u uuid.UUID) vars { return vars{"in": vars{"id": u}} }

// TestANoticeGoesItsWay from the draft to void, with what each step tells.
func TestANoticeGoesItsWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		seats := []any{seatOf(w.Council), seatOf(w.Bureau)}
		var u uuid.UUID
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, draftNotice, convening(w.SecretariatBody, seats, "subjectId", w.Donor, "acknowledgeBy", "2026-12-01")).ok()
			u = a.id("draftNotice.notice.id")
			a.is("draftNotice.notice.status", "DRAFT").is("draftNotice.notice.reference", nil).is("draftNotice.notice.subject.id", id.Format(w.Donor)).
				is("draftNotice.notice.contentHtml", "<p><strong>Come</strong> on Friday.</p>\n").is("draftNotice.notice.viewerCanDispatch", true)
		}, "NoticeDrafted")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editNotice, at(u, 1, "title", vars{"en": "Session"}, "subjectId", nil)).ok().
				is("editNotice.notice.title", "Session").is("editNotice.notice.subject", nil).is("editNotice.notice.revision", 2.0)
		}, "NoticeEdited")
		w.tells(t, func() { // the same again changes nothing
			w.ask(t, w.Secretariat, editNotice, at(u, 2, "title", vars{"en": "Session"}, "seatIds", []any{seats[1], seats[0]})).ok().
				is("editNotice.notice.revision", 2.0)
		})
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, dispatchNotice, at(u, 2)).ok()
			a.is("dispatchNotice.notice.reference", "SEC/2026/001").is("dispatchNotice.notice.status", "DISPATCHED").
				is("dispatchNotice.notice.dispatchedBy.id", id.Format(w.Secretariat.Person)).
				is("dispatchNotice.notice.register.totalCount", 2.0).is("dispatchNotice.notice.viewerCanEdit", false)
			if got := a.all("dispatchNotice.notice.addressees.*.holderAtDispatch.id"); !slices.Equal(got, []string{id.Format(w.Council.Person), id.Format(w.Bureau.Person)}) {
				t.Errorf("held by %v", got)
			}
		}, "NoticeDispatched", "NoticeDelivered", "NoticeDelivered")
		w.tells(t, func() { // reading enters nothing
			w.ask(t, w.Council, readNotice, vars{"id": u}).ok().is("notice.viewerCanAcknowledge", true).is("notice.register.totalCount", 1.0)
		})
		w.tells(t, func() { w.ask(t, w.Council, openNotice, only(u)).ok() }, "NoticeOpened")
		w.tells(t, func() { w.ask(t, w.Council, openNotice, only(u)).ok() })
		w.tells(t, func() {
			a := w.ask(t, w.Council, acknowledgeNotice, at(u, 0, "remark", "Seen", "expectedRevision", nil))
			a.refused("INVALID_INPUT") // there is no such field
			a = w.ask(t, w.Council, acknowledgeNotice, vars{"in": vars{"id": u, "remark": " Seen "}}).ok()
			a.is("acknowledgeNotice.notice.viewerCanAcknowledge", false).is("acknowledgeNotice.notice.addressees.0.remark", "Seen").
				is("acknowledgeNotice.notice.register.totalCount", 3.0).is("acknowledgeNotice.notice.register.nodes.2.kind", "ACKNOWLEDGED").
				is("acknowledgeNotice.notice.register.nodes.2.means", "SESSION")
		}, "NoticeAcknowledged")
		w.tells(t, func() { w.ask(t, w.Council, acknowledgeNotice, vars{"in": vars{"id": u, "remark": "Again"}}).ok() })
		w.tells(t, func() { // acknowledging is opening; a program has a token
			program := *w.Bureau
			program.Session = w.NewID(id.Token)
			w.ask(t, &program, acknowledgeNotice, only(u)).ok()
		}, "NoticeOpened", "NoticeAcknowledged")
		a := w.ask(t, w.Secretariat, readNotice, vars{"id": u}).ok().is("notice.register.totalCount", 6.0).is("notice.register.nodes.5.means", "TOKEN")
		if got := a.at("notice.notAcknowledged").([]any); len(got) > 0 {
			t.Errorf("%v have not acknowledged", got)
		}
		w.tells(t, func() {
			w.ask(t, w.Secretariat, voidNotice, at(u, 3, "reason", "another day")).ok().is("voidNotice.notice.reference", "SEC/2026/001").
				is("voidNotice.notice.status", "VOID").is("voidNotice.notice.voidReason", "another day").is("voidNotice.notice.register.totalCount", 6.0)
		}, "NoticeVoided", "NoticeRecalled", "NoticeRecalled")
		w.tells(t, func() {
			w.ask(t, w.Council, acknowledgeNotice, only(u)).refused("CONFLICT")
			w.ask(t, w.Secretariat, voidNotice, at(u, 4, "reason", "again")).refused("CONFLICT")
			w.ask(t, w.Secretariat, dispatchNotice, at(u, 4)).refused("CONFLICT")
		})
		var gone uuid.UUID
		w.tells(t, func() {
			gone = w.noticed(t, w.Chair, convening(w.SpecialCommittee, seats))
			w.ask(t, w.Chair, discardNotice, at(gone, 1)).ok().is("discardNotice.discardedId", id.Format(gone))
		}, "NoticeDrafted", "NoticeDiscarded")
		w.ask(t, w.Chair, readNotice, vars{"id": gone}).ok().is("notice", nil).is("node", nil)
	})
}

// TestWhoSeesANotice goes through every door for every viewer.
func TestWhoSeesANotice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		earlier := w.AddPerson(t, "Earlier", uuid.Nil)
		held := w.AddSeat(t, &viewer.Viewer{Person: earlier.Person}, w.CouncilBody, viewer.Council, seat.RoleMember)
		draft := w.noticed(t, w.Chair, convening(w.SpecialCommittee, []any{seatOf(w.Council)}))
		u := w.dispatched(t, w.Chair, convening(w.SpecialCommittee, []any{seatOf(w.Bureau), seatOf(held)}, "acknowledgeBy", "2026-12-01"))
		w.ask(t, held, openNotice, only(u)).ok()
		// The seat passes on to somebody else.
		later := w.AddPerson(t, "Later", uuid.Nil)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Seat.UpdateOneID(seatOf(held)).SetPersonID(later.Person).Exec(ctx)
		})
		later.Seats = held.Seats
		viewers := w.Viewers()
		viewers["earlier"], viewers["later"] = earlier, later
		ref := "SC-DRR/2026/001"
		const doors = `query($id: ID!, $ids: [ID!]!, $ref: String!, $body: ID!) {
			notice(id: $id) { register { totalCount nodes { seat { id } } } addressees { deliveredAt overdue } notAcknowledged { seat { id } } }
			node(id: $id) { id } nodes(ids: $ids) { id }
			notices { totalCount nodes { id } } byTitle: notices(filter: { text: "meeting" }, orderBy: { field: TITLE }) { totalCount }
			byReference: notices(filter: { reference: $ref }) { totalCount } byBody: notices(filter: { bodyId: $body, year: 2026 }) { totalCount }
			mine: notices(filter: { addressedToMe: true }) { totalCount } waiting: notices(filter: { notAcknowledgedByMe: true }) { totalCount }
			notWaiting: notices(filter: { notAcknowledgedByMe: false }) { totalCount }
			viewer { noticesToAcknowledge }
			eventLog(in: { bodyId: $body }) { envelopes { event { __typename
				... on NoticeDelivered { notice { id } seat { id } person { id } } ... on NoticeDispatched { notice { id } } ... on NoticeOpened { seat { id } } } } } }`
		for name, v := range viewers {
			issuer := name == "secretariat" || name == "chair"
			addressee := name == "bureau" || name == "later"
			a := w.ask(t, v, doors, vars{"id": u, "ids": []uuid.UUID{u, draft}, "ref": ref, "body": w.SpecialCommittee}).ok()
			seen, all := 0.0, 0.0
			if issuer || addressee {
				seen = 1
			}
			all = seen
			if issuer {
				all = 2
			}
			if (a.at("notice") != nil) != (seen > 0) || (a.at("node") != nil) != (seen > 0) || (a.at("nodes.0") != nil) != (seen > 0) || (a.at("nodes.1") != nil) != issuer {
				t.Errorf("%s: %s", name, a.raw)
			}
			mine := 0.0
			if addressee {
				mine = 1
			}
			a.is("notices.totalCount", all).is("byTitle.totalCount", all).is("byReference.totalCount", seen).is("byBody.totalCount", seen).
				is("mine.totalCount", mine).is("waiting.totalCount", mine).is("notWaiting.totalCount", all-mine)
			if name != "nobody" {
				a.is("viewer.noticesToAcknowledge", mine)
			}
			want := map[string][]string{
				"chair":       {"NoticeDrafted", "NoticeDrafted", "NoticeDispatched", "NoticeDelivered", "NoticeDelivered", "NoticeOpened"},
				"secretariat": {"NoticeDrafted", "NoticeDrafted", "NoticeDispatched", "NoticeDelivered", "NoticeDelivered", "NoticeOpened"},
				"bureau":      {"NoticeDelivered"},
				"later":       {"NoticeDelivered", "NoticeOpened"},
			}[name]
			if got := a.all("eventLog.envelopes.*.event.__typename"); !slices.Equal(got, want) {
				t.Errorf("%s is told %v, want %v", name, got, want)
			}
			switch name {
			case "chair", "secretariat":
				a.is("notice.register.totalCount", 3.0)
				if got := len(a.at("notice.notAcknowledged").([]any)); got != 2 {
					t.Errorf("%s: %d have not acknowledged", name, got)
				}
			case "bureau":
				a.is("notice.register.totalCount", 1.0).is("notice.addressees.0.overdue", false).is("notice.addressees.1.overdue", nil).
					is("notice.addressees.1.deliveredAt", nil)
				if got := a.all("notice.notAcknowledged.*.seat.id"); !slices.Equal(got, []string{id.Format(seatOf(w.Bureau))}) {
					t.Errorf("bureau: %v have not acknowledged", got)
				}
			case "later": // what the seat's earlier holder did is the seat's
				a.is("notice.register.totalCount", 2.0)
			}
		}
		// An earlier holder's hands are tied, and a stranger finds nothing.
		w.tells(t, func() {
			w.ask(t, earlier, acknowledgeNotice, only(u)).refused("NOT_FOUND")
			w.ask(t, w.Committee, openNotice, only(u)).refused("NOT_FOUND")
			w.ask(t, w.Chair, acknowledgeNotice, only(u)).refused("FORBIDDEN")
			w.ask(t, w.Bureau, voidNotice, at(u, 2, "reason", "no")).refused("FORBIDDEN")
			w.ask(t, w.Bureau, editNotice, at(u, 2)).refused("FORBIDDEN")
			w.ask(t, w.Council, editNotice, at(draft, 1)).refused("NOT_FOUND") // addressed, but not dispatched
			w.ask(t, w.Nobody, openNotice, only(u)).refused("UNAUTHENTICATED")
			for _, v := range []*viewer.Viewer{w.Committee, w.Council, w.Partner, w.Stranger} {
				w.ask(t, v, draftNotice, convening(w.SpecialCommittee, []any{seatOf(w.Bureau)})).refused("FORBIDDEN")
			}
		})
		w.tells(t, func() { w.ask(t, later, acknowledgeNotice, only(u)).ok() }, "NoticeOpened", "NoticeAcknowledged")
		// A secret subject stays one, also to the filter.
		th := w.opened(t, w.Chair, w.SpecialCommittee, ofBody(w.SpecialCommittee))
		about := w.dispatched(t, w.Chair, convening(w.SpecialCommittee, []any{seatOf(w.Bureau)}, "subjectId", th))
		const bySubject = `query($id: ID!, $th: ID!) { notice(id: $id) { subject { __typename } } notices(filter: { subjectId: $th }) { totalCount } }`
		w.ask(t, w.Bureau, bySubject, vars{"id": about, "th": th}).ok().is("notice.subject", nil).is("notices.totalCount", 0.0)
		w.ask(t, w.Chair, bySubject, vars{"id": about, "th": th}).ok().is("notice.subject.__typename", "Thread").is("notices.totalCount", 1.0)
	})
}

// TestNoticesThatAreRefused change nothing and tell nothing.
func TestNoticesThatAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ended := w.NewID(id.Seat)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Seat.Create().SetID(ended).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.CouncilBody).SetRole(seat.RoleMember).
				SetValidTo("2026-11-22").Exec(ctx)
		})
		one := []any{seatOf(w.Council)}
		w.regional(t)
		hidden := w.drafted(t, "P-1", nil) // the chair's own committee's
		many := make([]any, 61)
		for i := range many {
			many[i] = seatOf(w.Council)
		}
		u := w.noticed(t, w.Secretariat, convening(w.SecretariatBody, one, "acknowledgeBy", "2026-11-24"))
		w.tells(t, func() {
			for field, in := range map[string]vars{
				"input.seatIds[0]":    convening(w.SecretariatBody, []any{w.NewID(id.Seat)}),
				"input.seatIds[1]":    convening(w.SecretariatBody, []any{one[0], one[0]}),
				"input.seatIds":       convening(w.SecretariatBody, []any{}),
				"input.acknowledgeBy": convening(w.SecretariatBody, one, "acknowledgeBy", "2026-11-22"),
				"input.title":         convening(w.SecretariatBody, one, "title", vars{"en": " "}),
				"input.content":       convening(w.SecretariatBody, one, "content", vars{}),
				"input.content.en":    convening(w.SecretariatBody, one, "content", vars{"en": strings.Repeat("x", 20_001)}),
				"input.bodyId":        convening(w.NewID(id.Body), one),
				"input.subjectId":     convening(w.SecretariatBody, one, "subjectId", w.NewID(id.Thread)),
			} {
				w.ask(t, w.Secretariat, draftNotice, in).refused("INVALID_INPUT", field)
			}
			w.ask(t, w.Secretariat, draftNotice, convening(w.SecretariatBody, []any{ended})).refused("INVALID_INPUT", "input.seatIds[0]")
			w.ask(t, w.Secretariat, draftNotice, convening(w.SecretariatBody, many)).refused("INVALID_INPUT", "input.seatIds")
			w.ask(t, w.Secretariat, draftNotice, convening(w.SecretariatBody, one, "subjectId", seatOf(w.Chair))).refused("INVALID_INPUT")
			w.ask(t, w.Bureau, draftNotice, convening(w.BureauBody, one)).refused("FORBIDDEN") // a member, no chair
			w.ask(t, w.Secretariat, editNotice, at(u, 2, "title", vars{"en": "X"})).refused("CONFLICT")
			w.ask(t, w.Secretariat, dispatchNotice, at(u, 7)).refused("CONFLICT")
			w.ask(t, w.Secretariat, voidNotice, at(u, 1, "reason", "a draft")).refused("CONFLICT")
			w.ask(t, w.Secretariat, voidNotice, at(u, 1, "reason", " ")).refused("INVALID_INPUT", "input.reason")
			w.ask(t, w.Secretariat, openNotice, only(u)).refused("FORBIDDEN")
		})
		// A chair of another committee can't name what that committee may not see.
		other := w.AddSeat(t, w.AddPerson(t, "Other", uuid.Nil), w.OtherCommittee, viewer.SpecialCommittee, seat.RoleChair)
		w.ask(t, other, draftNotice, convening(w.OtherCommittee, one, "subjectId", hidden)).refused("INVALID_INPUT", "input.subjectId")
		// A day that passes before the dispatch, a seat that ends before it.
		w.Clock.Add(48 * time.Hour)
		w.tells(t, func() { w.ask(t, w.Secretariat, dispatchNotice, at(u, 1)).refused("INVALID_INPUT", "acknowledgeBy") })
		w.ask(t, w.Secretariat, editNotice, at(u, 1, "acknowledgeBy", nil, "seatIds", []any{seatOf(w.Bureau), one[0]})).ok()
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Seat.UpdateOneID(seatOf(w.Bureau)).SetValidTo("2026-11-24").Exec(ctx)
		})
		w.tells(t, func() { w.ask(t, w.Secretariat, dispatchNotice, at(u, 2)).refused("INVALID_INPUT", "seatIds[0]") })
		w.ask(t, w.Secretariat, readNotice, vars{"id": u}).ok().is("notice.status", "DRAFT").is("notice.revision", 2.0).is("notice.register.totalCount", 0.0)
		// The same key is the same notice; another wish under it is refused.
		in := convening(w.SecretariatBody, one, "idempotencyKey", "k")
		first := w.ask(t, w.Secretariat, draftNotice, in).ok()
		w.tells(t, func() {
			if again := w.ask(t, w.Secretariat, draftNotice, in).ok(); again.id("draftNotice.notice.id") != first.id("draftNotice.notice.id") {
				t.Error("the same key made another notice")
			}
			w.ask(t, w.Secretariat, draftNotice, convening(w.SecretariatBody, one, "idempotencyKey", "k", "acknowledgeBy", "2026-12-01")).refused("IDEMPOTENCY_KEY_REUSED")
		})
	})
}

// TestVacantSeats are shown as such, and whoever comes to hold one sees the notice.
func TestVacantSeats(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		empty := w.NewID(id.Seat)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Seat.Create().SetID(empty).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.CouncilBody).SetRole(seat.RoleMember).Exec(ctx)
		})
		u := w.dispatched(t, w.Secretariat, convening(w.SecretariatBody, []any{empty, seatOf(w.Council)}))
		w.ask(t, w.Secretariat, readNotice, vars{"id": u}).ok().is("notice.addressees.0.vacant", true).is("notice.addressees.0.holder", nil).
			is("notice.addressees.0.deliveredAt", nil).is("notice.addressees.1.vacant", false).is("notice.register.totalCount", 1.0)
		v := w.AddPerson(t, "New", uuid.Nil)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Seat.UpdateOneID(empty).SetPersonID(v.Person).Exec(ctx)
		})
		v.Seats = []viewer.Seat{{ID: empty, Body: w.CouncilBody, BodyKind: viewer.Council, Role: "MEMBER"}}
		w.ask(t, v, acknowledgeNotice, only(u)).ok()
		w.ask(t, w.Secretariat, readNotice, vars{"id": u}).ok().is("notice.addressees.0.vacant", false).is("notice.addressees.0.holder.id", id.Format(v.Person)).
			is("notice.addressees.0.holderAtDispatch", nil).is("notice.register.totalCount", 3.0)
	})
}

// TestADayForAcknowledgementPasses once, whoever looks.
func TestADayForAcknowledgementPasses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := notice.New(w.Runner)
		pass := func() {
			for range 2 {
				if err := s.PassTime(w.System()); err != nil {
					t.Fatal(err)
				}
			}
		}
		seats := []any{seatOf(w.Council), seatOf(w.Bureau), seatOf(w.Committee)}
		u := w.dispatched(t, w.Secretariat, convening(w.SecretariatBody, seats, "acknowledgeBy", "2026-11-24"))
		void := w.dispatched(t, w.Secretariat, convening(w.SecretariatBody, seats, "acknowledgeBy", "2026-11-24"))
		w.dispatched(t, w.Secretariat, convening(w.SecretariatBody, seats))
		w.noticed(t, w.Secretariat, convening(w.SecretariatBody, seats, "acknowledgeBy", "2026-11-24"))
		w.ask(t, w.Secretariat, voidNotice, at(void, 2, "reason", "no")).ok()
		w.ask(t, w.Bureau, acknowledgeNotice, only(u)).ok()
		w.Clock.Set(time.Date(2026, 11, 25, 3, 59, 59, 0, time.UTC)) // the day lasts in Port of Spain
		w.tells(t, pass)
		w.ask(t, w.Secretariat, readNotice, vars{"id": u}).ok().is("notice.addressees.0.overdue", false)
		w.Clock.Set(time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC))
		w.ask(t, w.Secretariat, readNotice, vars{"id": u}).ok().is("notice.addressees.0.overdue", true).is("notice.addressees.1.overdue", false)
		w.tells(t, pass, "NoticeUnacknowledged", "NoticeUnacknowledged")
		w.Clock.Add(24 * time.Hour)
		w.tells(t, pass)
		const told = `{ eventLog(in: { everything: true }) { envelopes { event { __typename ... on NoticeUnacknowledged { seat { id } person { id } notice { id } } } } } }`
		for name, v := range w.Viewers() {
			n := 0
			for _, kind := range w.ask(t, v, told, nil).ok().all("eventLog.envelopes.*.event.__typename") {
				if kind == "NoticeUnacknowledged" {
					n++
				}
			}
			if want := map[string]int{"secretariat": 2, "council": 1, "committee": 1}[name]; n != want {
				t.Errorf("%s is told %d times, want %d", name, n, want)
			}
		}
		w.ask(t, w.Council, acknowledgeNotice, only(u)).ok() // late, but it counts
		w.ask(t, w.Secretariat, readNotice, vars{"id": u}).ok().is("notice.addressees.0.overdue", false)
	})
}

// TestListsOfNotices run in every order, and cost as many statements for many
// notices as for few.
func TestListsOfNotices(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		seats := []any{seatOf(w.Council), seatOf(w.Bureau)}
		for i := range 3 {
			in := convening(w.SecretariatBody, seats, "title", vars{"en": fmt.Sprintf("Notice %d", 3-i)}, "subjectId", w.Donor)
			if i < 2 {
				in["in"].(vars)["acknowledgeBy"] = date.Date(fmt.Sprintf("2026-12-0%d", 5-i))
			}
			w.dispatched(t, w.Secretariat, in)
			w.Clock.Add(time.Minute)
		}
		for args, want := range map[string][]string{
			`orderBy: { field: CREATED_AT }`:        {"SEC/2026/001", "SEC/2026/002", "SEC/2026/003"},
			`orderBy: { field: DISPATCHED_AT }`:     {"SEC/2026/001", "SEC/2026/002", "SEC/2026/003"},
			`orderBy: { field: TITLE }`:             {"SEC/2026/003", "SEC/2026/002", "SEC/2026/001"},
			`orderBy: { field: ACKNOWLEDGE_BY }`:    {"SEC/2026/003", "SEC/2026/002", "SEC/2026/001"},
			`filter: { reference: "SEC/2026/002" }`: {"SEC/2026/002"}, `filter: { year: 2025 }`: {}, `filter: { text: "26/002" }`: {"SEC/2026/002"},
			`filter: { status: [DRAFT, VOID] }`: {}, `filter: { text: "notice 1" }`: {"SEC/2026/003"},
		} {
			w.lists(t, w.Council, "notices", args, "reference", want...)
		}
		query := `query($n: Int!) { notices(first: $n) { nodes { ...N } } } ` + noticeFields
		for _, v := range []*viewer.Viewer{w.Secretariat, w.Council} {
			few := w.statements(func() { w.ask(t, v, query, vars{"n": 1}).ok() })
			many := w.statements(func() { w.ask(t, v, query, vars{"n": 3}).ok() })
			if few != many {
				t.Errorf("%d statements for one notice, %d for three", few, many)
			}
		}
	})
}

// TestTheRegisterStays shows that nobody changes or removes an entry, not the hub
// itself either.
func TestTheRegisterStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.dispatched(t, w.Secretariat, convening(w.SecretariatBody, []any{seatOf(w.Council)}))
		e, err := w.DB.Client.NoticeRegisterEntry.Query().Only(w.System())
		if err != nil {
			t.Fatal(err)
		}
		for name, ctx := range map[string]context.Context{
			"the hub": w.System(), "a command": viewer.Command(w.As(t, w.Secretariat)), "the hub's command": viewer.Command(w.System()),
		} {
			if err := w.DB.Client.NoticeRegisterEntry.DeleteOne(e).Exec(ctx); err == nil {
				t.Errorf("%s removes an entry", name)
			}
			if err := w.DB.Client.NoticeRegisterEntry.UpdateOne(e).Exec(ctx); err == nil {
				t.Errorf("%s changes an entry", name)
			}
			if _, err := w.DB.Client.NoticeRegisterEntry.Delete().Exec(ctx); err == nil {
				t.Errorf("%s removes entries", name)
			}
		}
		if n, err := w.DB.Client.NoticeRegisterEntry.Query().Count(w.System()); err != nil || n != 1 {
			t.Errorf("%d entries, %v", n, err)
		}
	})
}
