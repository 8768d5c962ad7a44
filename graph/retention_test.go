package graph_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
)

const (
	setRetention     = `mutation($in: SetRetentionInput!) { setRetention(input: $in) { schedule { kind years revision } cursor eventIds } }`
	placeLegalHold   = `mutation($in: PlaceLegalHoldInput!) { placeLegalHold(input: $in) { hold { ...H } cursor eventIds } } ` + holdFields
	releaseLegalHold = `mutation($in: ReleaseLegalHoldInput!) { releaseLegalHold(input: $in) { hold { ...H } cursor eventIds } } ` + holdFields
	holdFields       = `fragment H on LegalHold { id on { ... on Thread { id } ... on Organisation { id } } reason placedAt placedBy { id } releasedAt releasedBy { id } releaseReason }`
	readRetention    = `query($id: ID!) { node(id: $id) { ... on Thread { onHold eraseOn erasedAt } } }`
	readHolds        = `query($f: LegalHoldFilter) { legalHolds(filter: $f) { nodes { id } totalCount } }`
)

func schedule(years any, revision int) vars {
	return vars{"in": vars{"kind": "ORGANISATION", "years": years, "expectedRevision": revision}}
}

func hold(on uuid.UUID, more ...any) vars {
	in := vars{"onId": on, "reason": "a lawsuit"}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return vars{"in": in}
}

func TestSetRetention(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		for name, v := range w.Viewers() {
			if name == "secretariat" {
				continue
			}
			refusal := "FORBIDDEN"
			if name == "nobody" {
				refusal = "UNAUTHENTICATED"
			}
			w.tells(t, func() { w.ask(t, v, setRetention, schedule(5, 0)).refused(refusal) })
		}
		w.tells(t, func() {
			w.ask(t, w.Secretariat, setRetention, schedule(0, 0)).refused("INVALID_INPUT", "input.years")
			w.ask(t, w.Secretariat, setRetention, schedule(101, 0)).refused("INVALID_INPUT", "input.years")
			w.ask(t, w.Secretariat, setRetention, schedule(5, 1)).refused("CONFLICT")
		})
		w.ask(t, w.Nobody, `{ retentionSchedules { kind } }`, nil).ok().is("retentionSchedules.0", nil)
		w.tells(t, func() {
			w.ask(t, w.Secretariat, setRetention, schedule(5, 0)).ok().is("setRetention.schedule.years", 5.0).is("setRetention.schedule.revision", 1.0)
			w.ask(t, w.Secretariat, setRetention, schedule(5, 1)).ok()
			w.ask(t, w.Secretariat, setRetention, schedule(6, 0)).refused("CONFLICT")
		}, "RetentionSet")
		w.ask(t, w.Committee, readRetention, vars{"id": th}).ok().is("node.eraseOn", nil)
		// 03:00 UTC is the day before in Port of Spain.
		w.Clock.Set(time.Date(2028, 3, 1, 3, 0, 0, 0, time.UTC))
		w.ask(t, w.Committee, `mutation($id: ID!) { closeThread(input: { id: $id, expectedRevision: 1 }) { thread { id } } }`, vars{"id": th}).ok()
		w.ask(t, w.Committee, readRetention, vars{"id": th}).ok().is("node.eraseOn", "2033-03-01")
		w.ask(t, w.Secretariat, setRetention, schedule(nil, 1)).ok().is("setRetention.schedule.years", nil)
		w.ask(t, w.Committee, readRetention, vars{"id": th}).ok().is("node.eraseOn", nil)
		if n := w.statements(func() {
			w.ask(t, w.Committee, `{ threads { nodes { onHold eraseOn } } }`, nil).ok()
		}); n > 4 {
			t.Errorf("a list costs %d statements", n)
		}
	})
}

func TestALegalHoldWinsOverDeletion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		secretariat := ofBody(w.SecretariatBody)
		th := w.opened(t, w.Secretariat, w.Donor, secretariat, ofBody(w.SpecialCommittee))
		hidden := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		m := w.posted(t, w.Committee, th, "keep me")
		other := w.posted(t, w.Committee, hidden, "and me")
		withdraw := func(u uuid.UUID) *answer {
			return w.ask(t, w.Committee, `mutation($in: WithdrawMessageInput!) { withdrawMessage(input: $in) { message { body } } }`, at(u, 1))
		}
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "FORBIDDEN", "committee": "FORBIDDEN", "partner": "FORBIDDEN"} {
			w.tells(t, func() { w.ask(t, w.Viewers()[name], placeLegalHold, hold(th)).refused(refusal) })
		}
		w.tells(t, func() {
			w.ask(t, w.Secretariat, placeLegalHold, hold(hidden)).refused("INVALID_INPUT", "input.onId")
			w.ask(t, w.Secretariat, placeLegalHold, hold(w.NewID(id.Thread))).refused("INVALID_INPUT", "input.onId")
			w.ask(t, w.Secretariat, placeLegalHold, hold(m)).refused("INVALID_INPUT", "input.onId")
			w.ask(t, w.Secretariat, placeLegalHold, vars{"in": vars{"onId": th, "reason": " "}}).refused("INVALID_INPUT", "input.reason")
		})
		var h uuid.UUID
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, placeLegalHold, hold(th, "idempotencyKey", "k")).ok().is("placeLegalHold.hold.on.id", id.Format(th)).
				is("placeLegalHold.hold.placedBy.id", id.Format(w.Secretariat.Person)).is("placeLegalHold.hold.releasedAt", nil)
			h = a.id("placeLegalHold.hold.id")
			w.ask(t, w.Secretariat, placeLegalHold, hold(th, "idempotencyKey", "k")).ok().is("placeLegalHold.hold.id", id.Format(h))
		}, "LegalHoldPlaced")
		w.tells(t, func() { withdraw(m).refused("CONFLICT") })
		tr := w.proposed(t, w.Chair, m, "fr", "gardez-moi")
		w.tells(t, func() {
			w.ask(t, w.Chair, withdrawTranslation, at(tr, 1)).refused("CONFLICT")
			w.ask(t, w.Chair, editTranslation, at(tr, 1, "messageRevision", 1, "body", "autre")).refused("CONFLICT")
		})
		w.ask(t, w.Chair, `query($id: ID!) { node(id: $id) { ... on Message { body } } }`, vars{"id": m}).ok().is("node.body", "keep me")
		w.ask(t, w.Chair, readRetention, vars{"id": th}).ok().is("node.onHold", true)
		w.ask(t, w.Chair, readRetention, vars{"id": hidden}).ok().is("node.onHold", false)

		// The hold itself is for the Secretariat that takes part.
		w.ask(t, w.Chair, readHolds, nil).ok().is("legalHolds.totalCount", 0.0)
		w.ask(t, w.Chair, `query($id: ID!) { node(id: $id) { id } }`, vars{"id": h}).ok().is("node", nil)
		w.ask(t, w.Secretariat, readHolds, vars{"f": vars{"standing": true, "onId": th}}).ok().is("legalHolds.nodes.0.id", id.Format(h))
		w.ask(t, w.Secretariat, readHolds, vars{"f": vars{"standing": false}}).ok().is("legalHolds.totalCount", 0.0)

		// A hold on the subject is on every discussion about it, also those that the Secretariat does not see.
		w.tells(t, func() { w.ask(t, w.Secretariat, placeLegalHold, hold(w.Donor)).ok() }, "LegalHoldPlaced")
		w.tells(t, func() { withdraw(other).refused("CONFLICT") })
		w.tells(t, func() {
			w.ask(t, w.Committee, releaseLegalHold, vars{"in": vars{"id": h, "reason": "over"}}).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, releaseLegalHold, vars{"in": vars{"id": w.NewID(id.Hold), "reason": "over"}}).refused("NOT_FOUND")
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, releaseLegalHold, vars{"in": vars{"id": h, "reason": "over"}}).ok().is("releaseLegalHold.hold.releaseReason", "over")
			w.ask(t, w.Secretariat, releaseLegalHold, vars{"in": vars{"id": h, "reason": "over"}}).refused("CONFLICT")
		}, "LegalHoldReleased")
		w.tells(t, func() { withdraw(m).refused("CONFLICT") }) // the one on the subject still stands
		all := w.ask(t, w.Secretariat, readHolds, vars{"f": vars{"onId": w.Donor}}).ok()
		w.ask(t, w.Secretariat, releaseLegalHold, vars{"in": vars{"id": all.at("legalHolds.nodes.0.id"), "reason": "over"}}).ok()
		w.tells(t, func() { withdraw(m).ok(); withdraw(other).ok() }, "MessageWithdrawn", "MessageWithdrawn")
	})
}

// TestNothingIsErasedAfterAHold lets a hold and withdrawals race: in the log no
// withdrawal follows a hold that stands.
func TestNothingIsErasedAfterAHold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for round := range 15 {
			th := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SecretariatBody), ofBody(w.SpecialCommittee))
			var messages []uuid.UUID
			for i := range 4 {
				messages = append(messages, w.posted(t, w.Committee, th, fmt.Sprint(i)))
			}
			on := th
			if round%2 == 1 {
				on = w.Donor
			}
			before := len(w.Told(t))
			var wg sync.WaitGroup
			wg.Add(1)
			go func() {
				defer wg.Done()
				w.ask(t, w.Secretariat, placeLegalHold, hold(on)).ok()
			}()
			for _, m := range messages {
				wg.Add(1)
				go func() {
					defer wg.Done()
					w.ask(t, w.Committee, `mutation($in: WithdrawMessageInput!) { withdrawMessage(input: $in) { message { body } } }`, at(m, 1))
				}()
			}
			wg.Wait()
			placed := false
			for _, kind := range w.Told(t)[before:] {
				placed = placed || kind == "LegalHoldPlaced"
				if placed && kind == "MessageWithdrawn" {
					t.Fatalf("round %d: a message was withdrawn after the hold", round)
				}
			}
			for _, n := range w.ask(t, w.Secretariat, readHolds, vars{"f": vars{"standing": true}}).ok().all("legalHolds.nodes.*.id") {
				w.ask(t, w.Secretariat, releaseLegalHold, vars{"in": vars{"id": n, "reason": "over"}}).ok()
			}
		}
	})
}
