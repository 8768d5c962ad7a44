package eventlog_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

// submitted adds a proposal of the special committee that was submitted.
func submitted(tb testing.TB, w *dbtest.World) uuid.UUID {
	tb.Helper()
	u := w.NewID(id.Proposal)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		return tx.Proposal.Create().SetID(u).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetReference("P-1").SetSponsorID(w.SpecialCommittee).
			SetTitleText(i18n.Text{EN: "Sandy Shorelines", Authentic: i18n.EN}).SetSubmittedAt(w.Time()).SetStatus("SUBMITTED").Exec(ctx)
	})
	return u
}

// TestAClosedSessionLeavesNoTrace compares what outsiders get of two logs that
// differ in what is said behind closed doors.
func TestAClosedSessionLeavesNoTrace(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		p := submitted(t, w)
		onProposal := opened(t, w, w.Committee, p, w.SpecialCommittee)
		onBody := opened(t, w, w.Committee, w.CouncilBody, w.SpecialCommittee)
		behind := func(n int) []eventlog.Event {
			a, b := within(onProposal, n), within(onBody, n)
			a.Proposal, b.Body = &p, &w.CouncilBody
			a.Public, b.Public = true, true // even if a command said so
			return []eventlog.Event{a, b}
		}
		var public, hidden []uuid.UUID
		for _, e := range whole(t, w) {
			hidden = append(hidden, e.ID)
		}
		for i := range 10 {
			e := fact(w, i)
			e.Proposal, e.Body = &p, &w.CouncilBody
			public = append(public, tell(t, w, e)...)
			for range i { // more and more
				hidden = append(hidden, tell(t, w, behind(i)...)...)
			}
		}
		for name, v := range w.Viewers() {
			if name == "committee" || name == "chair" {
				all := idsOf(whole(t, w))
				sees(t, w, v, eventlog.Scope{}, all)
				continue
			}
			sees(t, w, v, eventlog.Scope{}, public)
			sees(t, w, v, eventlog.Scope{Body: &w.CouncilBody}, public)
			if name == "council" || name == "bureau" || name == "secretariat" {
				sees(t, w, v, eventlog.Scope{Proposal: &p}, public)
			} else {
				refused(t, w, v, eventlog.Scope{Proposal: &p})
			}
			for _, th := range []uuid.UUID{onProposal, onBody} {
				refused(t, w, v, eventlog.Scope{Thread: &th})
			}
		}
		if len(hidden) != 2+2*45 {
			t.Errorf("%d events are hidden", len(hidden))
		}
		// The discussion on a proposal is in the proposal's scope, for who takes part.
		f := follow(t, w, w.Chair)
		f.scope = eventlog.Scope{Proposal: &p}
		if got := f.all(t); len(got) != 1+10+45 {
			t.Errorf("the chair reads %d events of the proposal", len(got))
		}
	})
}

func refused(tb testing.TB, w *dbtest.World, v *viewer.Viewer, s eventlog.Scope) {
	tb.Helper()
	if p, err := w.Log.Read(w.As(tb, v), s, "", 10); apperr.CodeOf(err) != apperr.NotFound {
		tb.Errorf("gives %v, %v", p, err)
	}
}

// TestRightsAreThoseOfToday reads the same past under rights that change.
func TestRightsAreThoseOfToday(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		threads := thread.New(w.Runner)
		as := w.As(t, w.Committee)
		th := opened(t, w, w.Committee, w.Donor, w.SpecialCommittee)
		say := func() {
			if _, _, err := threads.Post(as, thread.Posting{Thread: th, Body: "words", Language: i18n.EN}, nil); err != nil {
				t.Fatal(err)
			}
		}
		must := func(_ *ent.Thread, _ command.Receipt, err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		council := thread.Party{Body: &w.CouncilBody}
		tell(t, w, fact(w, 1))
		say()
		follower := follow(t, w, w.Council)
		if got := follower.all(t); len(got) != 1 {
			t.Errorf("before: %d events", len(got))
		}
		sees(t, w, w.Council, eventlog.Scope{}, []uuid.UUID{idsOf(whole(t, w))[1]})

		must(threads.Grant(as, th, 1, council, thread.Full)) // the history comes with the access
		say()
		sees(t, w, w.Council, eventlog.Scope{}, idsOf(whole(t, w)))
		sees(t, w, w.Council, eventlog.Scope{Thread: &th}, append(idsOf(whole(t, w))[:1:1], idsOf(whole(t, w))[2:]...))
		if got := follower.all(t); len(got) != 3 {
			t.Errorf("the follower has %d events", len(got))
		}

		must(threads.End(as, th, 2, council)) // and goes with it
		say()
		sees(t, w, w.Council, eventlog.Scope{}, []uuid.UUID{idsOf(whole(t, w))[1]})
		refused(t, w, w.Council, eventlog.Scope{Thread: &th})
		if got := follower.all(t); len(got) != 3 {
			t.Errorf("after the end the follower has %d events", len(got))
		}
	})
}

// TestPersonalEventsAreForThePerson shows who sees an event of an account.
func TestPersonalEventsAreForThePerson(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		ids := tell(t, w, eventlog.Event{Kind: "SessionEnded", Subject: w.Partner.Person, Person: &w.Partner.Person, Personal: true})
		for name, v := range w.Viewers() {
			if name == "partner" || name == "secretariat" {
				sees(t, w, v, eventlog.Scope{}, ids)
			} else {
				sees(t, w, v, eventlog.Scope{}, nil)
			}
		}
	})
}

// TestWithoutAViewerNothingIsRead shows that a context which nobody vouches for
// reads nothing.
func TestWithoutAViewerNothingIsRead(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		tell(t, w, fact(w, 1))
		if p, err := w.Log.Read(t.Context(), eventlog.Scope{}, "", 10); err == nil {
			t.Errorf("reads %v", p)
		}
	})
}
