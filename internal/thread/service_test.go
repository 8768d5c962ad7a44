package thread_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/message"
	entthread "acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type room struct {
	*dbtest.World
	threads *thread.Service
	thread  uuid.UUID // of the special committee and the Secretariat, opened by Committee
}

// each runs a test in a room of its own on each kind of database.
func each(t *testing.T, test func(t *testing.T, r *room)) {
	t.Helper()
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		t.Helper()
		r := &room{World: w, threads: thread.New(w.Runner)}
		r.thread = r.opened(t, w.Committee, thread.Party{Body: &w.SpecialCommittee}, thread.Party{Body: &w.SecretariatBody})
		test(t, r)
	})
}

func (r *room) opened(tb testing.TB, v *viewer.Viewer, audience ...thread.Party) uuid.UUID {
	tb.Helper()
	title := "Discussion"
	in := thread.Opening{Subject: r.Donor, Title: &i18n.TextInput{En: &title}, Audience: audience}
	t, _, err := r.threads.Open(r.As(tb, v), in, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return t.ID
}

func (r *room) say(body string) thread.Posting {
	return thread.Posting{Thread: r.thread, Body: body, Language: i18n.EN}
}

// atOnce runs an action n times at once and counts what came of it by code; ""
// is success.
func atOnce(n int, action func(i int) error) map[apperr.Code]int {
	var mu sync.Mutex // protects came
	came := map[apperr.Code]int{}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			code := apperr.CodeOf(action(i))
			mu.Lock()
			defer mu.Unlock()
			came[code]++
		})
	}
	wg.Wait()
	return came
}

func (r *room) row(tb testing.TB) *ent.Thread {
	tb.Helper()
	t, err := r.DB.Client.Thread.Get(r.System(), r.thread)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// chained checks that the head of the thread's chain follows from its events.
func (r *room) chained(tb testing.TB) {
	tb.Helper()
	entries, err := r.DB.Client.LogEntry.Query().Where(logentry.ThreadID(r.thread)).Order(logentry.BySeq()).All(r.System())
	if err != nil {
		tb.Fatal(err)
	}
	var chain []byte
	for _, e := range entries {
		chain = eventlog.Chain(chain, e.ID, e.Kind, e.Facts)
	}
	if !bytes.Equal(chain, r.row(tb).Chain) {
		tb.Errorf("the chain of %d events does not lead to the thread's head", len(entries))
	}
}

func TestNumbersAreDenseUnderConcurrency(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		const n = 16
		came := atOnce(n, func(i int) error {
			v := r.Committee
			if i%2 == 1 {
				v = r.Secretariat
			}
			_, _, err := r.threads.Post(r.As(t, v), r.say(fmt.Sprint("message ", i)), nil)
			return err
		})
		if came[""] != n {
			t.Fatalf("came %v", came)
		}
		numbers, err := r.DB.Client.Message.Query().Order(message.ByNumber()).Select(message.FieldNumber).Ints(r.System())
		if err != nil {
			t.Fatal(err)
		}
		for i, number := range numbers {
			if number != i+1 {
				t.Fatalf("the numbers are %v", numbers)
			}
		}
		if row := r.row(t); len(numbers) != n || row.LastNumber != n || row.Revision != 1 {
			t.Errorf("%d messages, %v", len(numbers), row)
		}
		if told := r.Told(t); len(told) != n+1 {
			t.Errorf("told %v", told)
		}
		// The log tells the messages in the order of their numbers.
		entries, err := r.DB.Client.LogEntry.Query().Where(logentry.Kind("MessagePosted")).Order(logentry.BySeq()).All(r.System())
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range entries {
			f, err := eventlog.DecodeFacts(e.Facts)
			if err != nil || f.Number != i+1 || len(f.Digest) != 32 {
				t.Errorf("event %d tells %s: %v", i, e.Facts, err)
			}
		}
		r.chained(t)
	})
}

func TestOneOfManyMovesSucceeds(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		came := atOnce(4, func(int) error {
			_, _, err := r.threads.Close(r.As(t, r.Committee), r.thread, 1, nil)
			return err
		})
		if came[""] != 1 || came[apperr.Conflict] != 3 {
			t.Errorf("came %v", came)
		}
		if told := r.Told(t); len(told) != 2 || told[1] != "ThreadClosed" {
			t.Errorf("told %v", told)
		}
		r.chained(t)
	})
}

func TestOneOfManyAdmissionsSucceeds(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		came := atOnce(4, func(int) error {
			_, _, err := r.threads.Grant(r.As(t, r.Committee), r.thread, 1, thread.Party{Body: &r.CouncilBody}, thread.Full)
			return err
		})
		if came[""] != 1 || came[apperr.Conflict] != 3 {
			t.Errorf("came %v", came)
		}
		if told := r.Told(t); len(told) != 2 || told[1] != "AccessGranted" {
			t.Errorf("told %v", told)
		}
	})
}

func TestTheSameKeyAtOnceWritesOneMessage(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		key := "k"
		var mu sync.Mutex // protects ids
		ids := map[uuid.UUID]bool{}
		came := atOnce(8, func(int) error {
			m, rec, err := r.threads.Post(r.As(t, r.Committee), r.say("once"), &key)
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				ids[m.ID] = true
				if len(rec.EventIDs) != 1 {
					return fmt.Errorf("the receipt is %v", rec)
				}
			}
			return err
		})
		if came[""] != 8 || len(ids) != 1 || r.row(t).LastNumber != 1 {
			t.Errorf("came %v, messages %v, %v", came, ids, r.row(t))
		}
		if told := r.Told(t); len(told) != 2 {
			t.Errorf("told %v", told)
		}
	})
}

func TestOneOfManyEditsSucceeds(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		m, _, err := r.threads.Post(r.As(t, r.Committee), r.say("first"), nil)
		if err != nil {
			t.Fatal(err)
		}
		came := atOnce(4, func(i int) error {
			if i == 0 {
				_, _, err := r.threads.Withdraw(r.As(t, r.Secretariat), m.ID, 1, nil)
				return err
			}
			_, _, err := r.threads.EditMessage(r.As(t, r.Committee), m.ID, 1, thread.Rewriting{Body: fmt.Sprint("text ", i)})
			return err
		})
		if came[""] != 1 || came[apperr.Conflict] != 3 {
			t.Errorf("came %v", came)
		}
		if told := r.Told(t); len(told) != 3 {
			t.Errorf("told %v", told)
		}
		r.chained(t)
	})
}

// TestNobodyPostsAfterAccessEnded lets a person post while another ends that
// person's access: the post waits for the lock and then is refused, although it
// began before.
func TestNobodyPostsAfterAccessEnded(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		ended, posted := make(chan struct{}), make(chan error, 1)
		go func() {
			<-ended
			_, _, err := r.threads.Post(r.As(t, r.Secretariat), r.say("late"), nil)
			posted <- err
		}()
		err := store.InTx(r.As(t, r.Committee), r.DB, func(ctx context.Context, _ *ent.Client) error {
			_, _, err := r.threads.End(ctx, r.thread, 1, thread.Party{Body: &r.SecretariatBody})
			close(ended)
			if err != nil {
				return err
			}
			return r.waiting(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-posted; apperr.CodeOf(err) != apperr.NotFound {
			t.Errorf("the post came to %v", err)
		}
		if told := r.Told(t); len(told) != 2 || told[1] != "AccessEnded" {
			t.Errorf("told %v", told)
		}
	})
}

// waiting returns when someone waits for a lock of a discussion. SQLite's writers
// wait for each other before they begin.
func (r *room) waiting(ctx context.Context) error {
	if r.DB.Dialect == dialect.SQLite {
		return nil
	}
	for {
		var n int
		err := r.DB.SQL().QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity a
			WHERE wait_event_type = 'Lock' AND datname = current_database() AND pg_backend_pid() <> a.pid
			AND EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = a.pid AND l.relation = 'threads'::regclass)`).Scan(&n)
		if err != nil || n > 0 {
			return err
		}
	}
}

func TestCommandsCompose(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		refuse := errors.New("the outer command fails")
		for _, fails := range []bool{true, false} {
			before := len(r.Told(t))
			err := store.InTx(r.As(t, r.Committee), r.DB, func(ctx context.Context, _ *ent.Client) error {
				for i := range 3 {
					if _, _, err := r.threads.Post(ctx, r.say(fmt.Sprint("part ", i)), nil); err != nil {
						return err
					}
				}
				if _, _, err := r.threads.Close(ctx, r.thread, 1, nil); err != nil {
					return err
				}
				if fails {
					return refuse
				}
				return nil
			})
			told := r.Told(t)[before:]
			row := r.row(t)
			if fails && (!errors.Is(err, refuse) || len(told) > 0 || row.LastNumber > 0 || row.Status != entthread.StatusOpen) {
				t.Errorf("after a failure: %v, told %v, %v", err, told, row)
			}
			if !fails && (err != nil || len(told) != 4 || row.LastNumber != 3 || row.Status != entthread.StatusClosed) {
				t.Errorf("after success: %v, told %v, %v", err, told, row)
			}
		}
		r.chained(t)
	})
}

func TestTheHubItselfHasNothingToSay(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		if _, _, err := r.threads.Post(r.System(), r.say("I am"), nil); apperr.CodeOf(err) != apperr.Unauthenticated {
			t.Errorf("came %v", err)
		}
		title := "By the hub"
		in := thread.Opening{Subject: r.Donor, Title: &i18n.TextInput{En: &title}, Audience: []thread.Party{{Body: &r.CouncilBody}}}
		th, _, err := r.threads.Open(r.System(), in, nil)
		if err != nil || th == nil || th.OpenedByID != nil {
			t.Errorf("%v, %v", th, err)
		}
	})
}
