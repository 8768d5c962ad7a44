package graph_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/informationrequest"
	"acs-aec.org/hub/internal/viewer"
)

const requestFields = `fragment R on InformationRequest { id revision status reference question questionHtml language due stopsClock overdue answer answerHtml
	answerLanguage answeredAt answeredLate voidReason thread { id } proposal { id } body { id } answeredBy { id }
	addressee { __typename ... on Body { id } ... on Seat { id } ... on Person { id } ... on Organisation { id } }
	extensions { id status oldDue newDue reason decisionReason requestedBy { id } }
	viewerCanEdit viewerCanDispatch viewerCanVoid viewerCanAnswer viewerCanRequestExtension viewerCanDecideExtension }`

const (
	draftRequest    = `mutation($in: DraftInformationRequestInput!) { draftInformationRequest(input: $in) { request { ...R } eventIds } } ` + requestFields
	editRequest     = `mutation($in: EditInformationRequestInput!) { editInformationRequest(input: $in) { request { ...R } eventIds } } ` + requestFields
	discardRequest  = `mutation($in: DiscardInformationRequestInput!) { discardInformationRequest(input: $in) { discardedId eventIds } }`
	dispatchRequest = `mutation($in: DispatchInformationRequestInput!) { dispatchInformationRequest(input: $in) { request { ...R } eventIds } } ` + requestFields
	voidRequest     = `mutation($in: VoidInformationRequestInput!) { voidInformationRequest(input: $in) { request { ...R } eventIds } } ` + requestFields
	answerRequest   = `mutation($in: AnswerInformationRequestInput!) { answerInformationRequest(input: $in) { request { ...R } eventIds } } ` + requestFields
	askLonger       = `mutation($in: RequestExtensionInput!) { requestExtension(input: $in) { extension { id status request { ...R } } eventIds } } ` + requestFields
	decideLonger    = `mutation($in: DecideExtensionInput!) { decideExtension(input: $in) { extension { id status decidedBy { id } request { ...R } } eventIds } } ` + requestFields
	readRequest     = `query($id: ID!) { informationRequest(id: $id) { ...R } node(id: $id) { id } } ` + requestFields
	readClock       = `query($id: ID!) { proposal(id: $id) { clock { startedAt endedAt stoppedNow stoppedSince runningDays stoppedDays stops { from to request { id } } } } }`
)

// asking is a question of the Secretariat in a discussion; more are name and value.
func (w *world) asking(th uuid.UUID, to vars, more ...any) vars {
	in := vars{
		"threadId": th, "bodyId": w.SecretariatBody, "addressee": to, "question": "How *much*?", "language": "en", "due": "2026-11-30",
	}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return vars{"in": in}
}

// asked drafts a request and dispatches it.
func (w *world) asked(tb testing.TB, v *viewer.Viewer, in vars) uuid.UUID {
	tb.Helper()
	u := w.ask(tb, v, draftRequest, in).ok().id("draftInformationRequest.request.id")
	w.ask(tb, v, dispatchRequest, at(u, 1)).ok()
	return u
}

// room is a discussion on a submitted proposal among its sponsor, a donor and the
// Secretariat.
func (w *world) room(tb testing.TB) (th, proposal uuid.UUID) {
	tb.Helper()
	proposal = addSubjects(tb, w).submitted
	return w.opened(tb, w.Secretariat, proposal, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody), ofOrganisation(w.Donor), ofPerson(w.Stranger)), proposal
}

func words(u uuid.UUID, more ...any) vars {
	in := vars{"id": u, "answer": "So **much**.", "language": "es"}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return vars{"in": in}
}

// TestARequestGoesItsWay from the draft to a late answer, with what each step tells.
func TestARequestGoesItsWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, proposal := w.room(t)
		var u, wish uuid.UUID
		w.tells(t, func() { // a draft is told to nobody
			a := w.ask(t, w.Secretariat, draftRequest, w.asking(th, ofBody(w.SpecialCommittee), "stopsClock", true)).ok()
			u = a.id("draftInformationRequest.request.id")
			a.is("draftInformationRequest.request.status", "DRAFT").is("draftInformationRequest.request.reference", nil).
				is("draftInformationRequest.request.proposal.id", id.Format(proposal)).is("draftInformationRequest.request.viewerCanDispatch", true).
				is("draftInformationRequest.request.questionHtml", "<p>How <em>much</em>?</p>\n")
			w.ask(t, w.Chair, readRequest, vars{"id": u}).ok().is("informationRequest", nil).is("node", nil)
			w.ask(t, w.Secretariat, editRequest, at(u, 1, "question", "How much, and when?")).ok().
				is("editInformationRequest.request.question", "How much, and when?").is("editInformationRequest.request.revision", 2.0)
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, dispatchRequest, at(u, 2)).ok().is("dispatchInformationRequest.request.reference", "SEC/2026/001").
				is("dispatchInformationRequest.request.status", "DISPATCHED")
		}, "RequestDispatched")
		w.ask(t, w.Committee, readRequest, vars{"id": u}).ok().is("informationRequest.viewerCanAnswer", true).
			is("informationRequest.viewerCanRequestExtension", true).is("informationRequest.viewerCanVoid", false)
		longer := vars{"in": vars{"requestId": u, "newDue": "2026-12-02", "reason": "holidays"}}
		w.tells(t, func() {
			a := w.ask(t, w.Committee, askLonger, longer).ok()
			wish = a.id("requestExtension.extension.id")
			a.is("requestExtension.extension.request.due", "2026-11-30").is("requestExtension.extension.request.extensions.0.oldDue", "2026-11-30")
			w.ask(t, w.Committee, askLonger, longer).refused("CONFLICT") // one at a time
		}, "ExtensionRequested")
		w.ask(t, w.Secretariat, readRequest, vars{"id": u}).ok().is("informationRequest.viewerCanDecideExtension", true)
		w.tells(t, func() {
			w.ask(t, w.Secretariat, decideLonger, vars{"in": vars{"id": wish, "grant": false}}).refused("INVALID_INPUT", "input.reason")
			w.ask(t, w.Committee, decideLonger, vars{"in": vars{"id": wish, "grant": true}}).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, decideLonger, vars{"in": vars{"id": wish, "grant": true}}).ok().is("decideExtension.extension.status", "GRANTED").
				is("decideExtension.extension.request.due", "2026-12-02").is("decideExtension.extension.decidedBy.id", id.Format(w.Secretariat.Person))
			w.ask(t, w.Secretariat, decideLonger, vars{"in": vars{"id": wish, "grant": true}}).refused("CONFLICT")
		}, "ExtensionDecided")
		w.Clock.Add(7 * 24 * time.Hour) // the 30th
		w.ask(t, w.Committee, askLonger, vars{"in": vars{"requestId": u, "newDue": "2026-12-04", "reason": "more"}}).ok()
		w.Clock.Add(3 * 24 * time.Hour) // the 3rd: the day has passed
		w.ask(t, w.Partner, readRequest, vars{"id": u}).ok().is("informationRequest.overdue", true).is("informationRequest.answeredLate", nil)
		w.tells(t, func() { // a wish that still waits is refused with the answer
			w.ask(t, w.Chair, answerRequest, words(u)).ok().is("answerInformationRequest.request.status", "ANSWERED").
				is("answerInformationRequest.request.answeredLate", true).is("answerInformationRequest.request.overdue", false).
				is("answerInformationRequest.request.answerHtml", "<p>So <strong>much</strong>.</p>\n").
				is("answerInformationRequest.request.answeredBy.id", id.Format(w.Chair.Person)).is("answerInformationRequest.request.answerLanguage", "es").
				is("answerInformationRequest.request.extensions.1.status", "REFUSED")
			w.ask(t, w.Chair, answerRequest, words(u)).refused("CONFLICT") // once
			w.ask(t, w.Secretariat, voidRequest, at(u, 4, "reason", "no")).refused("CONFLICT")
			w.ask(t, w.Committee, askLonger, longer).refused("CONFLICT")
		}, "ExtensionDecided", "RequestAnswered")
		w.ask(t, w.Secretariat, readClock, vars{"id": proposal}).ok().is("proposal.clock.stoppedDays", 10.0).is("proposal.clock.runningDays", 0.0).
			is("proposal.clock.stoppedNow", false).is("proposal.clock.stops.0.request.id", id.Format(u))
		// The events are in the discussion, in the proposal's scope and in the asking body's.
		for _, scope := range []string{`threadId: "` + id.Format(th) + `"`, `proposalId: "` + id.Format(proposal) + `"`, `bodyId: "` + id.Format(w.SecretariatBody) + `"`} {
			got := w.ask(t, w.Chair, `{ eventLog(in: { `+scope+` }) { envelopes { event { __typename ... on RequestAnswered { request { id } thread { id } }
				... on ExtensionDecided { extension { status } request { id } } } } } }`, nil).ok().all("eventLog.envelopes.*.event.__typename")
			want := []string{"RequestDispatched", "ExtensionRequested", "ExtensionDecided", "ExtensionRequested", "ExtensionDecided", "RequestAnswered"}
			if got = slices.DeleteFunc(got, func(k string) bool { return k == "ThreadOpened" }); !slices.Equal(got, want) {
				t.Errorf("%s tells %v", scope, got)
			}
		}
		// A void one keeps its reference.
		w.tells(t, func() {
			v := w.asked(t, w.Secretariat, w.asking(th, ofPerson(w.Stranger), "due", "2026-12-24"))
			w.ask(t, w.Secretariat, voidRequest, at(v, 2, "reason", "settled")).ok().is("voidInformationRequest.request.reference", "SEC/2026/002").
				is("voidInformationRequest.request.status", "VOID")
			d := w.ask(t, w.Secretariat, draftRequest, w.asking(th, ofPerson(w.Stranger), "due", "2026-12-24")).ok().id("draftInformationRequest.request.id")
			w.ask(t, w.Secretariat, discardRequest, at(d, 1)).ok().is("discardInformationRequest.discardedId", id.Format(d))
			w.ask(t, w.Secretariat, readRequest, vars{"id": d}).ok().is("informationRequest", nil)
		}, "RequestDispatched", "RequestVoided")
	})
}

// TestWhoAnswers a request to a body, a seat, a person, an organisation.
func TestWhoAnswers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, _ := w.room(t)
		for _, c := range []struct {
			to   vars
			kind string
			may  []string
		}{
			{ofBody(w.SpecialCommittee), "Body", []string{"chair", "committee"}},
			{vars{"seatId": seatOf(w.Chair)}, "Seat", []string{"chair"}},
			{ofPerson(w.Stranger), "Person", []string{"stranger"}},
			{ofOrganisation(w.Donor), "Organisation", []string{"partner"}},
		} {
			for name, v := range w.Viewers() {
				u := w.asked(t, w.Secretariat, w.asking(th, c.to))
				may := slices.Contains(c.may, name)
				mine := w.ask(t, v, `{ informationRequests(filter: { addressedToMe: true, status: [DISPATCHED] }) { totalCount } }`, nil).ok()
				if (mine.at("informationRequests.totalCount") != 0.0) != may && len(c.may) == 1 && name != "chair" {
					t.Errorf("%s: %v are addressed to %s", c.kind, mine.raw, name)
				}
				a := w.ask(t, v, answerRequest, words(u))
				switch {
				case may:
					a.ok().is("answerInformationRequest.request.addressee.__typename", c.kind)
				case name == "nobody":
					a.refused("UNAUTHENTICATED")
				case name == "council" || name == "bureau":
					a.refused("NOT_FOUND")
				default:
					a.refused("FORBIDDEN")
				}
				if !may {
					w.ask(t, w.Secretariat, voidRequest, at(u, 2, "reason", "next")).ok()
				}
			}
		}
	})
}

// TestWhoSeesARequest goes through every door for every viewer: who takes part in the
// discussion sees it, nobody else learns of it, not by a proposal's clock either.
func TestWhoSeesARequest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, proposal := w.room(t)
		draft := w.ask(t, w.Secretariat, draftRequest, w.asking(th, ofBody(w.SpecialCommittee))).ok().id("draftInformationRequest.request.id")
		u := w.asked(t, w.Secretariat, w.asking(th, ofBody(w.SpecialCommittee), "stopsClock", true))
		w.Clock.Add(48 * time.Hour)
		const doors = `query($id: ID!, $ids: [ID!]!, $th: ID!, $p: ID!) { informationRequest(id: $id) { id } nodes(ids: $ids) { id }
			informationRequests { totalCount nodes { id } } byReference: informationRequests(filter: { reference: "SEC/2026/001" }) { totalCount }
			byProposal: informationRequests(filter: { proposalId: $p, threadId: $th }, orderBy: { field: DUE }) { totalCount }
			thread(id: $th) { informationRequests { totalCount nodes { id } } }
			proposal(id: $p) { informationRequests { totalCount nodes { id } } clock { stoppedNow stoppedDays runningDays stops { from } } }
			eventLog(in: { everything: true }) { envelopes { event { __typename ... on RequestDispatched { request { id } } } } } }`
		for name, v := range w.Viewers() {
			a := w.ask(t, v, doors, vars{"id": u, "ids": []uuid.UUID{u, draft}, "th": th, "p": proposal}).ok()
			part := slices.Contains([]string{"secretariat", "chair", "committee", "partner", "stranger"}, name)
			tabled := slices.Contains([]string{"secretariat", "chair", "committee", "council", "bureau"}, name)
			seen, all := 0.0, 0.0
			if part {
				seen, all = 1, 1
			}
			if name == "secretariat" {
				all = 2
			}
			if (a.at("informationRequest") != nil) != part || (a.at("nodes.0") != nil) != part || (a.at("nodes.1") != nil) != (name == "secretariat") {
				t.Errorf("%s: %s", name, a.raw)
			}
			byProposal := 0.0
			if part && tabled {
				byProposal = all
			}
			a.is("informationRequests.totalCount", all).is("byReference.totalCount", seen).is("byProposal.totalCount", byProposal)
			if part {
				a.is("thread.informationRequests.totalCount", all)
			}
			if tabled {
				a.is("proposal.informationRequests.totalCount", all).is("proposal.clock.stoppedNow", part)
				if part {
					a.is("proposal.clock.stoppedDays", 2.0).is("proposal.clock.runningDays", 0.0)
				} else {
					a.is("proposal.clock.stoppedDays", 0.0).is("proposal.clock.runningDays", 2.0)
				}
			}
			if told := slices.Contains(a.all("eventLog.envelopes.*.event.__typename"), "RequestDispatched"); told != part {
				t.Errorf("%s is told: %v", name, told)
			}
			if !part && strings.Contains(a.raw, "req_") {
				t.Errorf("%s learns of a request: %s", name, a.raw)
			}
		}
	})
}

// TestRequestsThatAreRefused change nothing and tell nothing.
func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, _ := w.room(t)
		plain := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SecretariatBody), ofBody(w.SpecialCommittee))
		ended := w.NewID(id.Seat)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Seat.Create().SetID(ended).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.SpecialCommittee).SetRole(seat.RoleMember).
				SetValidTo("2026-11-22").Exec(ctx)
		})
		to := ofBody(w.SpecialCommittee)
		u := w.ask(t, w.Chair, draftRequest, w.asking(th, ofBody(w.SecretariatBody), "bodyId", w.SpecialCommittee)).ok().id("draftInformationRequest.request.id")
		w.tells(t, func() {
			for _, c := range []struct {
				field string
				in    vars
			}{
				{"input.addressee.bodyId", w.asking(th, ofBody(w.CouncilBody))},
				{"input.addressee.personId", w.asking(th, ofPerson(w.Partner))},
				{"input.addressee.organisationId", w.asking(th, ofOrganisation(w.Other))},
				{"input.addressee.seatId", w.asking(th, vars{"seatId": seatOf(w.Council)})},
				{"input.addressee.seatId", w.asking(th, vars{"seatId": ended})},
				{"input.addressee.seatId", w.asking(th, vars{"seatId": w.NewID(id.Seat)})},
				{"input.due", w.asking(th, to, "due", "2026-11-22")},
				{"input.question", w.asking(th, to, "question", " \n")},
				{"input.question", w.asking(th, to, "question", strings.Repeat("x", 20_001))},
				{"input.bodyId", w.asking(th, to, "bodyId", w.NewID(id.Body))},
				{"input.stopsClock", w.asking(plain, to, "stopsClock", true)},
			} {
				w.ask(t, w.Secretariat, draftRequest, c.in).refused("INVALID_INPUT", c.field)
			}
			w.ask(t, w.Committee, draftRequest, w.asking(th, to, "bodyId", w.SpecialCommittee)).refused("FORBIDDEN") // no chair
			w.ask(t, w.Chair, draftRequest, w.asking(th, to)).refused("FORBIDDEN")                                   // not the Secretariat's
			w.ask(t, w.Council, draftRequest, w.asking(th, to, "bodyId", w.CouncilBody)).refused("NOT_FOUND")        // takes no part
			w.ask(t, w.Nobody, draftRequest, w.asking(th, to)).refused("UNAUTHENTICATED")
			w.ask(t, w.Chair, editRequest, at(u, 3, "due", "2026-12-01")).refused("CONFLICT")
			w.ask(t, w.Chair, editRequest, at(u, 1, "due", "2026-11-01")).refused("INVALID_INPUT", "input.due")
			w.ask(t, w.Committee, editRequest, at(u, 1, "due", "2026-12-01")).refused("NOT_FOUND")
			w.ask(t, w.Secretariat, answerRequest, words(u)).refused("CONFLICT") // not dispatched
			w.ask(t, w.Chair, voidRequest, at(u, 1, "reason", "a draft")).refused("CONFLICT")
			w.ask(t, w.Chair, dispatchRequest, at(u, 2)).refused("CONFLICT")
		})
		w.ask(t, w.Chair, dispatchRequest, at(u, 1)).ok().is("dispatchInformationRequest.request.reference", "SC-DRR/2026/001")
		wish := func(more ...any) vars {
			in := vars{"requestId": u, "newDue": "2026-12-05", "reason": "so"}
			for i := 0; i < len(more); i += 2 {
				in[more[i].(string)] = more[i+1]
			}
			return vars{"in": in}
		}
		w.tells(t, func() {
			w.ask(t, w.Chair, dispatchRequest, at(u, 2)).refused("CONFLICT")
			w.ask(t, w.Chair, editRequest, at(u, 2, "due", "2026-12-01")).refused("CONFLICT")
			w.ask(t, w.Chair, discardRequest, at(u, 2)).refused("CONFLICT")
			w.ask(t, w.Chair, answerRequest, words(u)).refused("FORBIDDEN") // who asks does not answer
			w.ask(t, w.Chair, askLonger, wish()).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, askLonger, wish("newDue", "2026-11-30")).refused("INVALID_INPUT", "input.newDue")
			w.ask(t, w.Secretariat, askLonger, wish("reason", " ")).refused("INVALID_INPUT", "input.reason")
			w.ask(t, w.Secretariat, answerRequest, words(u, "answer", " ")).refused("INVALID_INPUT", "input.answer")
		})
		// A closed discussion takes no answer, but a request in it can be void.
		w.ask(t, w.Secretariat, closeThread, at(th, 1)).ok()
		w.tells(t, func() {
			w.ask(t, w.Secretariat, answerRequest, words(u)).refused("CONFLICT")
			w.ask(t, w.Secretariat, draftRequest, w.asking(th, to)).refused("CONFLICT")
			w.ask(t, w.Secretariat, readRequest, vars{"id": u}).ok().is("informationRequest.viewerCanAnswer", false).is("informationRequest.status", "DISPATCHED")
		})
		w.ask(t, w.Secretariat, reopenThread, at(th, 2, "reason", "an answer")).ok()
		// A seat that the audience names is asked by itself.
		alone := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SecretariatBody), vars{"seatId": seatOf(w.Bureau)})
		w.ask(t, w.Secretariat, draftRequest, w.asking(alone, ofBody(w.BureauBody))).refused("INVALID_INPUT", "input.addressee.bodyId")
		b := w.asked(t, w.Secretariat, w.asking(alone, vars{"seatId": seatOf(w.Bureau)}))
		w.ask(t, w.Bureau, answerRequest, words(b)).ok()
		// The same key is the same answer.
		w.tells(t, func() {
			for range 2 {
				w.ask(t, w.Secretariat, answerRequest, words(u, "idempotencyKey", "k")).ok().is("answerInformationRequest.request.revision", 3.0)
			}
			w.ask(t, w.Secretariat, answerRequest, words(u, "idempotencyKey", "k", "answer", "else")).refused("IDEMPOTENCY_KEY_REUSED")
		}, "RequestAnswered")
		// Whoever leaves the discussion is not asked any more, and answers no more.
		v := w.ask(t, w.Secretariat, draftRequest, w.asking(th, ofOrganisation(w.Donor))).ok().id("draftInformationRequest.request.id")
		q := w.asked(t, w.Secretariat, w.asking(th, ofOrganisation(w.Donor)))
		w.ask(t, w.Secretariat, endAccess, vars{"in": vars{"threadId": th, "expectedRevision": 3, "of": ofOrganisation(w.Donor)}}).ok()
		w.tells(t, func() {
			w.ask(t, w.Secretariat, dispatchRequest, at(v, 1)).refused("INVALID_INPUT", "input.addressee.organisationId")
			w.ask(t, w.Partner, answerRequest, words(q)).refused("NOT_FOUND")
		})
	})
}

// TestADayForAnAnswerPasses once for each day, whoever looks.
func TestADayForAnAnswerPasses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, _ := w.room(t)
		s := informationrequest.New(w.Runner)
		pass := func() {
			for range 2 {
				if err := s.PassTime(w.System()); err != nil {
					t.Fatal(err)
				}
			}
		}
		u := w.asked(t, w.Secretariat, w.asking(th, ofBody(w.SpecialCommittee)))
		answered := w.asked(t, w.Secretariat, w.asking(th, ofBody(w.SpecialCommittee)))
		w.ask(t, w.Secretariat, draftRequest, w.asking(th, ofBody(w.SpecialCommittee))).ok()
		w.ask(t, w.Chair, answerRequest, words(answered)).ok()
		w.Clock.Set(time.Date(2026, 12, 1, 3, 59, 59, 0, time.UTC))
		w.tells(t, pass)
		w.ask(t, w.Chair, `{ informationRequests(filter: { overdue: true }) { totalCount } }`, nil).ok().is("informationRequests.totalCount", 0.0)
		w.Clock.Add(time.Second)
		w.tells(t, pass, "RequestOverdue")
		w.ask(t, w.Chair, `{ informationRequests(filter: { overdue: true }) { totalCount } late: informationRequests(filter: { overdue: false }) { totalCount } }`, nil).
			ok().is("informationRequests.totalCount", 1.0).is("late.totalCount", 1.0)
		wish := w.ask(t, w.Chair, askLonger, vars{"in": vars{"requestId": u, "newDue": "2026-12-03", "reason": "so"}}).ok().id("requestExtension.extension.id")
		w.ask(t, w.Secretariat, decideLonger, vars{"in": vars{"id": wish, "grant": true}}).ok().is("decideExtension.extension.request.overdue", false)
		w.tells(t, pass)
		w.Clock.Set(time.Date(2026, 12, 4, 12, 0, 0, 0, time.UTC))
		w.tells(t, pass, "RequestOverdue") // the new day passes too
	})
}

// TestListsOfRequests cost as many statements for many requests as for few.
func TestListsOfRequests(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, proposal := w.room(t)
		for i, due := range []string{"2026-12-03", "2026-12-02", "2026-12-01"} {
			u := w.asked(t, w.Secretariat, w.asking(th, ofBody(w.SpecialCommittee), "due", due, "stopsClock", i < 2))
			w.ask(t, w.Chair, askLonger, vars{"in": vars{"requestId": u, "newDue": "2026-12-09", "reason": "so"}}).ok()
			w.Clock.Add(time.Minute)
		}
		for args, want := range map[string][]string{
			`orderBy: { field: CREATED_AT }`:    {"SEC/2026/001", "SEC/2026/002", "SEC/2026/003"},
			`orderBy: { field: DISPATCHED_AT }`: {"SEC/2026/001", "SEC/2026/002", "SEC/2026/003"},
			`orderBy: { field: DUE }`:           {"SEC/2026/003", "SEC/2026/002", "SEC/2026/001"},
			`filter: { year: 2025 }`:            {}, `filter: { stopsClock: false }`: {"SEC/2026/003"},
			`filter: { addressedToMe: false }`: {},
		} {
			w.lists(t, w.Chair, "informationRequests", args, "reference", want...)
		}
		query := `query($n: Int!) { informationRequests(first: $n) { nodes { ...R } } } ` + requestFields
		for _, v := range []*viewer.Viewer{w.Secretariat, w.Chair} {
			few := w.statements(func() { w.ask(t, v, query, vars{"n": 1}).ok() })
			many := w.statements(func() { w.ask(t, v, query, vars{"n": 3}).ok() })
			if few != many {
				t.Errorf("%d statements for one request, %d for three", few, many)
			}
		}
		clocks := `query($n: Int!) { proposals(first: $n) { nodes { clock { stoppedDays stops { request { reference } } } informationRequests(first: 2) { nodes { id } } } } }`
		few := w.statements(func() { w.ask(t, w.Chair, clocks, vars{"n": 1}).ok() })
		if many := w.statements(func() { w.ask(t, w.Chair, clocks, vars{"n": 2}).ok() }); few != many {
			t.Errorf("%d statements for the clock of one proposal, %d for two", few, many)
		}
		w.ask(t, w.Chair, readClock, vars{"id": proposal}).ok().is("proposal.clock.stoppedNow", true)
	})
}

// TestTheClockEndsWithTheDecision and a draft has none.
func TestTheClockEndsWithTheDecision(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		p := w.drafted(t, "P-1", nil)
		w.ask(t, w.Chair, readClock, vars{"id": p}).ok().is("proposal.clock", nil)
		w.ask(t, w.Chair, `mutation($in: SubmitProposalInput!) { submitProposal(input: $in) { proposal { id } } }`, at(p, 1)).ok()
		w.Clock.Add(5 * 24 * time.Hour)
		w.ask(t, w.Chair, readClock, vars{"id": p}).ok().is("proposal.clock.runningDays", 5.0).is("proposal.clock.endedAt", nil)
		w.ask(t, w.Secretariat, `mutation($in: WithdrawProposalInput!) { withdrawProposal(input: $in) { proposal { id } } }`, at(p, 2, "reason", "no")).ok()
		w.Clock.Add(5 * 24 * time.Hour)
		w.ask(t, w.Chair, readClock, vars{"id": p}).ok().is("proposal.clock.runningDays", 5.0).is("proposal.clock.endedAt", "2026-11-28T14:05:00.000000Z")
	})
}

// TestRequestsOfTheHistory are hidden from who was admitted without it.
func TestRequestsOfTheHistory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, _ := w.room(t)
		w.posted(t, w.Chair, th, "before")
		before := w.asked(t, w.Secretariat, w.asking(th, ofBody(w.SpecialCommittee)))
		w.Clock.Add(time.Minute)
		w.told(t, w.Council)
		w.granted(t, w.Secretariat, th, ofBody(w.CouncilBody), "FROM_ADMISSION")
		w.Clock.Add(time.Minute)
		after := w.asked(t, w.Secretariat, w.asking(th, ofBody(w.SpecialCommittee)))
		const doors = `query($ids: [ID!]!, $th: ID!) { nodes(ids: $ids) { id } informationRequests { totalCount } thread(id: $th) { informationRequests { totalCount } } }`
		for name, want := range map[*viewer.Viewer]float64{w.Council: 1, w.Chair: 2, w.Partner: 2, w.Secretariat: 2, w.Bureau: 0} {
			a := w.ask(t, name, doors, vars{"ids": []uuid.UUID{before, after}, "th": th}).ok().is("informationRequests.totalCount", want)
			if (a.at("nodes.0") != nil) != (want == 2) || (a.at("nodes.1") != nil) != (want > 0) {
				t.Errorf("%s", a.raw)
			}
			if want > 0 {
				a.is("thread.informationRequests.totalCount", want)
			}
		}
		w.ask(t, w.Council, answerRequest, words(before)).refused("NOT_FOUND")
		w.ask(t, w.Council, answerRequest, words(after)).refused("FORBIDDEN")
		// The log tells of the former as little, also of what comes of it later.
		w.told(t, w.Council, "ACCESS")
		own := w.asked(t, w.Secretariat, w.asking(th, ofBody(w.CouncilBody)))
		for _, u := range []uuid.UUID{before, after} {
			wish := w.ask(t, w.Committee, askLonger, vars{"in": vars{"requestId": u, "newDue": "2026-12-02", "reason": "holidays"}}).ok().id("requestExtension.extension.id")
			w.ask(t, w.Secretariat, decideLonger, vars{"in": vars{"id": wish, "grant": true}}).ok()
			w.ask(t, w.Committee, answerRequest, words(u)).ok()
		}
		w.told(t, w.Council, "REQUEST") // which their body is asked
		const log = `query($in: EventScope!) { eventLog(in: $in, first: 100) { envelopes { event { __typename ... on RequestDispatched { request { id } } ... on RequestAnswered { request { id } }
			... on ExtensionRequested { request { id } extension { id } } ... on ExtensionDecided { request { id } extension { id } } } } } }`
		formal := func(v *viewer.Viewer, in vars) []string {
			a := w.ask(t, v, log, vars{"in": in}).ok()
			if strings.Contains(a.raw, `"request":null`) || strings.Contains(a.raw, `"extension":null`) {
				t.Errorf("%s", a.raw)
			}
			return slices.DeleteFunc(a.all("eventLog.envelopes.*.event.__typename"), func(k string) bool {
				return !strings.HasPrefix(k, "Request") && !strings.HasPrefix(k, "Extension")
			})
		}
		since := []string{"RequestDispatched", "RequestDispatched", "ExtensionRequested", "ExtensionDecided", "RequestAnswered"}
		for _, in := range []vars{{"everything": true}, {"threadId": th}} {
			if got := formal(w.Council, in); !slices.Equal(got, since) {
				t.Errorf("who came later reads %v", got)
			}
			if got := formal(w.Chair, in); len(got) != 9 {
				t.Errorf("who was there reads %v", got)
			}
		}
		w.ask(t, w.Council, `query($id: ID!) { node(id: $id) { ... on InformationRequest { status } } }`, vars{"id": own}).ok().is("node.status", "DISPATCHED")
	})
}
