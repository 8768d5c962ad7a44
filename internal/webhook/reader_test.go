package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	entperson "acs-aec.org/hub/ent/generated/ent/person"
	entwebhook "acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/webhook"
)

func TestTellsInOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		other := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		w.posted(t, w.Committee, th, 1) // before there is a webhook
		to, all, chosen, outside := receive(t), receive(t), receive(t), receive(t)
		h, secret := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		w.created(t, w.Chair, all, eventlog.Scope{})
		w.created(t, w.Chair, chosen, eventlog.Scope{Thread: &th}, "MessageEdited")
		w.created(t, w.Stranger, outside, eventlog.Scope{})
		w.start(t)
		w.posted(t, w.Committee, other, 1)
		w.posted(t, w.Committee, th, 30)
		for n := range 30 {
			in := to.next("MessagePosted")
			to.signed(in, secret)
			if in.thread != id.Format(th) || in.facts["number"] != float64(n+2) || in.cursor == "" || in.header.Get("Content-Type") != "application/json" ||
				in.header.Get("User-Agent") != "acs-hub-webhooks/1" {
				t.Errorf("message %d comes as %s", n+2, in.raw)
			}
			if bytes.Contains(in.raw, []byte("secret text")) || in.facts["digest"] != nil {
				t.Errorf("texts are told: %s", in.raw)
			}
		}
		// The one of everything hears of the owner's webhooks too, and of the other
		// discussion first.
		all.next("WebhookCreated")
		all.next("WebhookCreated")
		if in := all.next("MessagePosted"); in.thread != id.Format(other) {
			t.Errorf("%s comes first", in.raw)
		}
		for range 30 {
			all.next("MessagePosted")
		}
		m := w.until(t, h, "all is delivered", func(h *ent.Webhook) bool { return h.LastSuccessAt != nil })
		if !active(m) || m.Failures != 0 {
			t.Errorf("%+v", m)
		}
		to.nothing()
		all.nothing()
		chosen.nothing()
		outside.next("WebhookCreated") // its own, and nothing else
		outside.nothing()
	})
}

func TestTriesAgainAndGivesUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		to := receive(t)
		h, secret := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		to.status(http.StatusInternalServerError)
		w.start(t)
		w.posted(t, w.Committee, th, 2)
		first := to.next("MessagePosted")
		for n := 1; n < webhook.Attempts; n++ {
			at := w.until(t, h, "it waits", func(h *ent.Webhook) bool { return h.Failures == n && h.NextAttemptAt != nil }).NextAttemptAt
			if n == 1 && (at.Before(w.Clock.Now().Add(4*time.Second)) || at.After(w.Clock.Now().Add(6*time.Second))) {
				t.Errorf("after the first failure it waits until %s", at)
			}
			to.nothing() // as long as it must wait, neither it nor the next one comes
			w.Clock.Set(at.UTC())
			again := to.next("MessagePosted")
			to.signed(again, secret)
			if again.id != first.id {
				t.Fatalf("%s comes instead of %s", again.id, first.id)
			}
		}
		if passed := w.Clock.Now().Sub(w.row(t, h).FailingSince.UTC()); passed < 18*time.Hour || passed > 30*time.Hour {
			t.Errorf("given up after %s", passed)
		}
		// What comes after it is told, without waiting.
		second := to.next("MessagePosted")
		if second.id == first.id {
			t.Error("the same comes once more")
		}
		w.untilDeliveries(t, h, "MessagePosted DEAD", "MessagePosted WAITING")
		// The receiver is well again: what waits comes, and what was given up by hand.
		to.status(http.StatusOK)
		w.Clock.Add(time.Hour)
		if in := to.next("MessagePosted"); in.id != second.id {
			t.Errorf("%s comes", in.id)
		}
		w.untilDeliveries(t, h, "MessagePosted DEAD", "MessagePosted DELIVERED")
		if row := w.row(t, h); row.Failures != 0 || row.FailingSince != nil || row.NextAttemptAt != nil {
			t.Errorf("%+v", row)
		}
		dead, err := w.DB.Client.Delivery.Query().Where(delivery.StatusEQ(delivery.StatusDead)).Only(w.System())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.hooks.RetryDelivery(w.As(t, w.Chair), dead.ID); err != nil {
			t.Fatal(err)
		}
		if in := to.next("MessagePosted"); in.id != first.id {
			t.Errorf("%s comes", in.id)
		}
		w.untilDeliveries(t, h, "MessagePosted DELIVERED", "MessagePosted DELIVERED")
		to.nothing()
	})
}

func TestSkipsWhatWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		to := receive(t)
		h, _ := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		to.status(http.StatusBadRequest)
		w.start(t)
		w.posted(t, w.Committee, th, 2)
		first := to.next("MessagePosted")
		w.until(t, h, "it waits", func(h *ent.Webhook) bool { return h.NextAttemptAt != nil })
		to.status(http.StatusOK)
		if _, _, err := w.hooks.SkipDelivery(w.As(t, w.Chair), w.last(t, h).ID); err != nil {
			t.Fatal(err)
		}
		if in := to.next("MessagePosted"); in.id == first.id {
			t.Error("what was skipped comes again")
		}
		w.untilDeliveries(t, h, "MessagePosted SKIPPED", "MessagePosted DELIVERED")
		to.nothing()
	})
}

func TestFailingForDaysPauses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		to := receive(t)
		h, _ := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		to.status(http.StatusServiceUnavailable)
		w.start(t)
		w.posted(t, w.Committee, th, 10)
		attempts := 0
		for row := w.row(t, h); row.State == entwebhook.StateActive; {
			to.next("MessagePosted")
			attempts++
			row = w.until(t, h, "it is recorded", func(h *ent.Webhook) bool { return h.Failures >= attempts })
			if row.NextAttemptAt != nil {
				w.Clock.Set(row.NextAttemptAt.UTC())
			}
		}
		row := w.row(t, h)
		if row.StateReason == nil || *row.StateReason != entwebhook.StateReasonFailing || row.Revision != 2 {
			t.Errorf("%+v", row)
		}
		if n := attempts / webhook.Attempts; n < 3 || n > 5 {
			t.Errorf("it pauses after %d events", n)
		}
		if told := w.Told(t); told[len(told)-1] != "WebhookPaused" {
			t.Errorf("told %v", told)
		}
		to.nothing()
		// Resumed, it goes on with the next one.
		to.status(http.StatusOK)
		if _, _, err := w.hooks.Resume(w.As(t, w.Chair), h, 2, false); err != nil {
			t.Fatal(err)
		}
		for range 10 - attempts/webhook.Attempts {
			to.next("MessagePosted")
		}
		w.until(t, h, "it is well", func(h *ent.Webhook) bool { return h.Failures == 0 && active(h) })
	})
}

func TestGoneEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		to := receive(t)
		h, _ := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		to.status(http.StatusGone)
		w.start(t)
		w.posted(t, w.Committee, th, 3)
		to.next("MessagePosted")
		row := w.until(t, h, "it ends", func(h *ent.Webhook) bool { return h.State == entwebhook.StateEnded })
		if *row.StateReason != entwebhook.StateReasonGone {
			t.Errorf("%+v", row)
		}
		w.untilDeliveries(t, h, "MessagePosted DEAD")
		to.nothing()
	})
}

// What a person may not see any more is not sent: neither what happened after the
// right has ended, nor what waited when it did.
func TestRightsOfTheMoment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee}, thread.Party{Organisation: &w.Donor})
		to, all := receive(t), receive(t)
		h, _ := w.created(t, w.Partner, to, eventlog.Scope{Thread: &th})
		everything, _ := w.created(t, w.Partner, all, eventlog.Scope{}, "MessagePosted")
		to.status(http.StatusServiceUnavailable)
		w.start(t)
		w.posted(t, w.Committee, th, 1)
		to.next("MessagePosted")
		all.next("MessagePosted")
		w.until(t, h, "it waits", func(h *ent.Webhook) bool { return h.NextAttemptAt != nil })
		if _, _, err := thread.New(w.Runner).End(w.As(t, w.Committee), th, 1, thread.Party{Organisation: &w.Donor}); err != nil {
			t.Fatal(err)
		}
		to.status(http.StatusOK)
		w.posted(t, w.Committee, th, 5)
		w.Clock.Add(time.Hour)
		row := w.until(t, h, "it pauses", func(h *ent.Webhook) bool { return h.State == entwebhook.StatePaused })
		if *row.StateReason != entwebhook.StateReasonNoAccess {
			t.Errorf("%+v", row)
		}
		head, err := w.Log.Head(w.System())
		if err != nil {
			t.Fatal(err)
		}
		w.posted(t, w.Committee, w.opened(t, w.Committee, thread.Party{Organisation: &w.Donor}, thread.Party{Body: &w.SpecialCommittee}), 1)
		all.next("MessagePosted") // of the new discussion: those in between were passed over
		w.until(t, everything, "it goes on", func(h *ent.Webhook) bool { return h.PositionSeq > head.Seq })
		to.nothing()
		all.nothing()
		// It can't be resumed as long as the discussion is not open to its owner.
		if _, _, err := w.hooks.Resume(w.As(t, w.Partner), h, row.Revision, false); err == nil {
			t.Error("it resumes")
		}
		if _, _, err := thread.New(w.Runner).Grant(w.As(t, w.Committee), th, 2, thread.Party{Organisation: &w.Donor}, thread.Full); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.hooks.Resume(w.As(t, w.Partner), h, row.Revision, true); err != nil {
			t.Fatal(err)
		}
		w.posted(t, w.Committee, th, 1)
		if in := to.next("MessagePosted"); in.facts["number"] != 7.0 {
			t.Errorf("%s comes", in.raw)
		}
		all.next("MessagePosted")
		// A person without access is told nothing.
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Person.UpdateOneID(w.Partner.Person).SetStatus(entperson.StatusDisabled).Exec(ctx)
		})
		w.posted(t, w.Committee, th, 1)
		for _, u := range []uuid.UUID{h, everything} {
			w.until(t, u, "it pauses", func(h *ent.Webhook) bool { return h.State == entwebhook.StatePaused })
		}
		to.nothing()
		all.nothing()
	})
}

// An event that waits is left out when its owner may not see it any more, and the
// next one comes.
func TestWithholdsWhatWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee}, thread.Party{Organisation: &w.Donor})
		to := receive(t)
		h, _ := w.created(t, w.Partner, to, eventlog.Scope{}, "MessagePosted")
		to.status(http.StatusServiceUnavailable)
		w.start(t)
		w.posted(t, w.Committee, th, 1)
		to.next("MessagePosted")
		w.until(t, h, "it waits", func(h *ent.Webhook) bool { return h.NextAttemptAt != nil })
		if _, _, err := thread.New(w.Runner).End(w.As(t, w.Committee), th, 1, thread.Party{Organisation: &w.Donor}); err != nil {
			t.Fatal(err)
		}
		other := w.opened(t, w.Committee, thread.Party{Organisation: &w.Donor}, thread.Party{Body: &w.SpecialCommittee})
		w.posted(t, w.Committee, other, 1)
		to.status(http.StatusOK)
		w.Clock.Add(time.Minute)
		if in := to.next("MessagePosted"); in.thread != id.Format(other) {
			t.Errorf("%s comes", in.raw)
		}
		w.untilDeliveries(t, h, "MessagePosted SKIPPED", "MessagePosted DELIVERED")
	})
}

// A node that dies between an answer and its record is followed by another one,
// which sends the same once more, under the same identifier.
func TestCrashBetweenSendingAndRecording(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		to := receive(t)
		h, _ := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		died, gone := make(chan struct{}), make(chan struct{})
		stopFirst := w.start(t, func(o *webhook.Options) {
			o.Sent = func(string) {
				close(died)
				<-gone // as long as the test lasts, this node records nothing
			}
		})
		t.Cleanup(func() { close(gone); stopFirst() })
		w.posted(t, w.Committee, th, 3)
		first := to.next("MessagePosted")
		<-died
		w.start(t)
		to.nothing() // the lease is not over
		if got := w.deliveries(t, h); len(got) != 0 {
			t.Fatalf("recorded %v", got)
		}
		w.Clock.Add(2 * time.Minute)
		if again := to.next("MessagePosted"); again.id != first.id {
			t.Errorf("%s comes instead of %s", again.id, first.id)
		}
		to.next("MessagePosted")
		to.next("MessagePosted")
		w.untilDeliveries(t, h, "MessagePosted DELIVERED", "MessagePosted DELIVERED", "MessagePosted DELIVERED")
		to.nothing()
	})
}

// Many nodes send each event once, in order.
func TestManyNodes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		to, all := receive(t), receive(t)
		h, _ := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		w.created(t, w.Chair, all, eventlog.Scope{}, "MessagePosted")
		stop := w.start(t)
		w.start(t)
		w.start(t)
		w.posted(t, w.Committee, th, 20)
		stop() // gives its leases back: another node goes on at once
		w.posted(t, w.Committee, th, 20)
		for n := range 40 {
			for _, r := range []*receiver{to, all} {
				if in := r.next("MessagePosted"); in.facts["number"] != float64(n+1) {
					t.Fatalf("%s comes as number %d", in.raw, n+1)
				}
			}
		}
		w.until(t, h, "all is recorded", func(*ent.Webhook) bool { return len(w.deliveries(t, h)) == 40 })
		to.nothing()
		all.nothing()
	})
}

// A receiver that does not answer delays nobody else, however many of its kind
// there are.
func TestSlowReceivers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		hang := make(chan struct{})
		release := sync.OnceFunc(func() { close(hang) })
		slow := receive(t)
		t.Cleanup(release) // before the receiver is closed, which waits for its answers
		slow.answer(func(request) int { <-hang; return http.StatusOK })
		for range 6 {
			w.created(t, w.Committee, slow, eventlog.Scope{Thread: &th})
		}
		quick := receive(t)
		w.start(t, func(o *webhook.Options) {
			o.Workers = 4
			o.Poster = outbound.New(outbound.Options{Guard: loopback, Timeout: 2 * time.Second})
		})
		w.posted(t, w.Committee, th, 1)
		w.created(t, w.Chair, quick, eventlog.Scope{Thread: &th})
		w.posted(t, w.Committee, th, 50)
		for range 50 {
			quick.next("MessagePosted")
		}
		release()
	})
}

func TestSecretsOverlap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		to := receive(t)
		h, first := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		w.start(t)
		tell := func(secrets ...string) {
			t.Helper()
			w.posted(t, w.Committee, th, 1)
			to.signed(to.next("MessagePosted"), secrets...)
		}
		tell(first)
		_, second, _, err := w.hooks.RotateSecret(w.As(t, w.Chair), h, 1)
		if err != nil {
			t.Fatal(err)
		}
		tell(second, first)
		w.Clock.Add(webhook.Overlap - time.Second)
		tell(second, first)
		w.Clock.Add(time.Second)
		tell(second)
		if _, _, _, err := w.hooks.RotateSecret(w.As(t, w.Chair), h, 1); err == nil {
			t.Error("a repetition makes another secret")
		}
		tell(second)
		if row := w.row(t, h); bytes.Contains([]byte(row.Secret), []byte(second[6:])) {
			t.Error("a secret is kept as it is")
		}
	})
}

func TestTests(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		to := receive(t)
		h, secret := w.created(t, w.Chair, to, eventlog.Scope{Body: &w.SpecialCommittee})
		if _, _, err := w.hooks.Pause(w.As(t, w.Chair), h, 1); err != nil {
			t.Fatal(err)
		}
		w.start(t)
		if _, _, err := w.hooks.Test(w.As(t, w.Chair), h, nil); err != nil {
			t.Fatal(err)
		}
		in := to.next("WebhookTest")
		to.signed(in, secret)
		if in.subject != id.Format(h) {
			t.Errorf("%s", in.raw)
		}
		w.untilDeliveries(t, h, "WebhookTest DELIVERED")
		to.status(http.StatusNotFound)
		if _, _, err := w.hooks.Test(w.As(t, w.Chair), h, nil); err != nil {
			t.Fatal(err)
		}
		to.next("WebhookTest")
		w.untilDeliveries(t, h, "WebhookTest DELIVERED", "WebhookTest FAILED")
		if d := w.last(t, h); d.HTTPStatus != 404 || *d.Failure != delivery.FailureStatus || d.Attempts != 1 {
			t.Errorf("%+v", d)
		}
		if row := w.row(t, h); row.State != entwebhook.StatePaused || row.Failures != 0 {
			t.Errorf("%+v", row)
		}
	})
}

// After a restored copy, receivers are told before anything else.
func TestRestoredCopy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		to, unknown := receive(t), receive(t)
		h, _ := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		u, _ := w.created(t, w.Chair, unknown, eventlog.Scope{Thread: &th})
		to.status(http.StatusServiceUnavailable)
		stop := w.start(t)
		w.posted(t, w.Committee, th, 1)
		to.next("MessagePosted")
		unknown.next("MessagePosted")
		w.until(t, h, "it waits", func(h *ent.Webhook) bool { return h.NextAttemptAt != nil })
		w.untilDeliveries(t, u, "MessagePosted DELIVERED")
		stop()
		if err := w.hooks.Restored(w.System()); err != nil {
			t.Fatal(err)
		}
		if err := w.hooks.Restored(w.System()); err != nil { // twice is once
			t.Fatal(err)
		}
		to.status(http.StatusOK)
		w.start(t)
		if in := to.next("StreamReset"); in.subject != id.Format(h) || in.cursor == "" {
			t.Errorf("%s", in.raw)
		}
		unknown.next("StreamReset")
		w.posted(t, w.Committee, th, 1)
		to.next("MessagePosted")
		unknown.next("MessagePosted")
		w.untilDeliveries(t, h, "MessagePosted SKIPPED", "StreamReset DELIVERED", "MessagePosted DELIVERED")
		w.untilDeliveries(t, u, "MessagePosted DELIVERED", "StreamReset DELIVERED", "MessagePosted DELIVERED")
		// A position that the log does not know is noticed too.
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Webhook.UpdateOneID(u).SetPositionTag(w.NewID(id.Event)).Exec(ctx)
		})
		w.posted(t, w.Committee, th, 1)
		to.next("MessagePosted")
		unknown.next("StreamReset")
		w.posted(t, w.Committee, th, 1)
		to.next("MessagePosted")
		unknown.next("MessagePosted")
	})
}

func TestSweep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		to := receive(t)
		h, _ := w.created(t, w.Chair, to, eventlog.Scope{})
		row := func(age time.Duration, s delivery.Status) {
			w.Write(t, func(ctx context.Context, tx *ent.Client) error {
				c := tx.Delivery.Create().SetID(w.NewID(id.Delivery)).SetCreatedAt(w.Time()).SetWebhookID(h).SetEventID(w.NewID(id.Event)).SetSeq(1).
					SetKind(fmt.Sprint(int(age.Hours() / 24))).SetPurpose(delivery.PurposeEvent).SetStatus(s)
				if s != delivery.StatusWaiting {
					c.SetEndedAt(w.Time().Add(-age))
				}
				return c.Exec(ctx)
			})
		}
		day := 24 * time.Hour
		row(31*day, delivery.StatusDelivered)
		row(29*day, delivery.StatusDelivered)
		row(31*day, delivery.StatusSkipped)
		row(31*day, delivery.StatusFailed)
		row(31*day, delivery.StatusDead)
		row(91*day, delivery.StatusDead)
		row(91*day, delivery.StatusWaiting)
		if err := w.hooks.Sweep(w.System()); err != nil {
			t.Fatal(err)
		}
		w.untilDeliveries(t, h, "29 DELIVERED", "31 DEAD", "91 WAITING")
		s, err := webhook.Stand(w.System(), w.DB)
		if err != nil || s != (webhook.Standing{Active: 1, Waiting: 1, Dead: 1}) {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

// A receiver that can't be reached, or may not, is told apart.
func TestFailuresAreToldApart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		to := receive(t)
		h, _ := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		w.start(t, func(o *webhook.Options) { o.Poster = outbound.New(outbound.Options{}) })
		w.posted(t, w.Committee, th, 1)
		w.untilDeliveries(t, h, "MessagePosted WAITING")
		if d := w.last(t, h); *d.Failure != delivery.FailureAddress || d.HTTPStatus != 0 {
			t.Errorf("%+v", d)
		}
		to.nothing()
	})
}

// A database that fails keeps nothing from being sent once it is back, and what
// was sent is not lost.
func TestRecordsAfterAFault(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *rig) {
		th := w.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee})
		to := receive(t)
		h, _ := w.created(t, w.Chair, to, eventlog.Scope{Thread: &th})
		w.start(t, func(o *webhook.Options) { o.Poster = &flaky{Poster: o.Poster, failures: 2} })
		w.posted(t, w.Committee, th, 2)
		to.next("MessagePosted")
		to.next("MessagePosted")
		w.untilDeliveries(t, h, "MessagePosted DELIVERED", "MessagePosted DELIVERED")
	})
}

// flaky fails a few times before it sends.
type flaky struct {
	webhook.Poster
	mu       sync.Mutex // guards failures
	failures int
}

func (f *flaky) Post(ctx context.Context, url string, headers map[string]string, body []byte) (outbound.Outcome, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failures > 0 {
		f.failures--
		return outbound.Outcome{}, errors.New("a fault")
	}
	return f.Poster.Post(ctx, url, headers, body)
}
