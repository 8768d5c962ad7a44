package webhook

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/outbound"
)

func TestMoves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		move Move
		from webhook.State
		want bool
	}{
		{Pause, webhook.StateActive, true},
		{Pause, webhook.StatePaused, false},
		{Pause, webhook.StateEnded, false},
		{Resume, webhook.StateActive, false},
		{Resume, webhook.StatePaused, true},
		{Resume, webhook.StateEnded, false},
		{End, webhook.StateActive, true},
		{End, webhook.StatePaused, true},
		{End, webhook.StateEnded, false},
	} {
		if got := Possible(c.move, c.from); got != c.want {
			t.Errorf("move %d from %s: %v", c.move, c.from, got)
		}
	}
}

func TestHandled(t *testing.T) {
	t.Parallel()
	for _, h := range []Handling{Retry, Skip} {
		for s, want := range map[delivery.Status]bool{
			delivery.StatusWaiting: true, delivery.StatusDead: true, delivery.StatusDelivered: false, delivery.StatusSkipped: false, delivery.StatusFailed: false,
		} {
			if got := Handled(h, delivery.PurposeEvent, s); got != want {
				t.Errorf("%d of what is %s: %v", h, s, got)
			}
			if Handled(h, delivery.PurposeTest, s) {
				t.Errorf("a test that is %s can be handled", s)
			}
		}
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	var day time.Duration
	for n := 1; n < Attempts; n++ {
		day += backoff(n, 0.5, 0)
	}
	if day < 23*time.Hour || day > 25*time.Hour {
		t.Errorf("an event is given up after %s", day)
	}
	rapid.Check(t, func(t *rapid.T) {
		n, lot := rapid.IntRange(1, Attempts-1).Draw(t, "attempts"), rapid.Float64Range(0, 1).Draw(t, "lot")
		asked := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "asked"))
		got := backoff(n, lot, asked)
		if got < asked.Truncate(time.Microsecond) {
			t.Fatalf("%s, though the receiver asked for %s", got, asked)
		}
		if asked == 0 && (got < pauses[n-1]*4/5-time.Microsecond || got > pauses[n-1]*6/5) {
			t.Fatalf("%s after %d attempts", got, n)
		}
	})
}

// The vector that the Standard Webhooks' own libraries are tested with.
func TestSignature(t *testing.T) {
	t.Parallel()
	secret, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := Signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Errorf("signed %s", got)
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	run := id.New(id.ImportRun, time.Unix(0, 0))
	seen, hiddenOne := id.New(id.Person, time.Unix(0, 0)), id.New(id.Person, time.Unix(0, 0))
	sees := map[uuid.UUID]bool{seen: true}
	for in, want := range map[string]string{
		`{}`:                                    `{}`,
		`{"to":"` + id.Format(seen) + `"}`:      `{"to":"` + id.Format(seen) + `"}`,
		`{"to":"` + id.Format(hiddenOne) + `"}`: `{"to":null}`,
		`{"to":"` + hiddenOne.String() + `"}`:   `{"to":null}`,
		`{"number":7,"digest":"AAAA","to":"CLOSED","from":"OPEN"}`:                                               `{"from":"OPEN","number":7,"to":"CLOSED"}`,
		`{"run":"` + run.String() + `"}`:                                                                         `{"run":"` + id.Format(run) + `"}`,
		`{"changes":[{"field":"personId","before":"` + run.String() + `","after":"` + uuid.Nil.String() + `"}]}`: `{"changes":[{"after":"` + uuid.Nil.String() + `","before":"` + id.Format(run) + `","field":"personId"}]}`,
	} {
		got, err := facts([]byte(in), sees)
		if err != nil || string(got) != want {
			t.Errorf("%s is told as %s (%v)", in, got, err)
		}
	}
	if _, err := facts([]byte("{"), nil); err == nil {
		t.Error("facts that are none are told")
	}
}

// Every failure has a sentence in each language, and a label.
func TestFailuresAreExplained(t *testing.T) {
	t.Parallel()
	for _, f := range []outbound.Failure{outbound.Status, outbound.TimedOut, outbound.Unreachable, outbound.TLS, outbound.Address} {
		if err := delivery.FailureValidator(delivery.Failure(f)); err != nil {
			t.Error(err)
		}
		if outcomes[f] == "" {
			t.Errorf("%s has no label", f)
		}
	}
	for _, f := range []delivery.Failure{
		delivery.FailureStatus, delivery.FailureTimeout, delivery.FailureUnreachable, delivery.FailureTLS, delivery.FailureAddress, delivery.FailureNoAccess,
	} {
		if m := explanations[f]; m.EN == "" || m.ES == "" || m.FR == "" {
			t.Errorf("%s is not explained: %+v", f, m)
		}
	}
}
