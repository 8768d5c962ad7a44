package notification

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logreader"
	"acs-aec.org/hub/ent/generated/ent/outboxmail"
	entthread "acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/mail"
	"acs-aec.org/hub/internal/mailtest"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var quiet = slog.New(slog.DiscardHandler)

// world is a world with a mail server.
type world struct {
	*dbtest.World
	server  *mailtest.Server
	threads *thread.Service
	replies *mail.Replies
	reader  *Reader
	postman *Postman
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		t.Helper()
		test(t, newWorld(t, w))
	})
}

func newWorld(tb testing.TB, in *dbtest.World) *world {
	tb.Helper()
	w := &world{World: in, server: mailtest.New(tb), threads: thread.New(in.Runner)}
	var err error
	if w.replies, err = mail.NewReplies(in.Key, "reply@hub.example.org"); err != nil {
		tb.Fatal(err)
	}
	w.reader, w.postman = w.node(tb)
	return w
}

// node is what works in the background of one node.
func (w *world) node(tb testing.TB) (*Reader, *Postman) {
	tb.Helper()
	server, err := mail.ParseServer(w.server.Address)
	if err != nil {
		tb.Fatal(err)
	}
	public, err := url.Parse("https://hub.example.org")
	if err != nil {
		tb.Fatal(err)
	}
	head := Letterhead{From: netmail.Address{Name: "The hub", Address: "hub@example.org"}, Public: public, Replies: w.replies}
	postman, err := NewPostman(w.Runner, w.threads, server, head, quiet)
	if err != nil {
		tb.Fatal(err)
	}
	return NewReader(w.Runner, quiet, true), postman
}

// opened is a discussion of the special committee and the Secretariat.
func (w *world) opened(tb testing.TB, more ...thread.Party) uuid.UUID {
	tb.Helper()
	title := "Sandy Shorelines"
	parties := append([]thread.Party{{Body: &w.SpecialCommittee}, {Body: &w.SecretariatBody}}, more...)
	t, _, err := w.threads.Open(w.As(tb, w.Secretariat), thread.Opening{Subject: w.Donor, Title: &i18n.TextInput{En: &title}, Audience: parties}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return t.ID
}

func (w *world) posted(tb testing.TB, v *viewer.Viewer, th uuid.UUID, body string, answers ...uuid.UUID) *ent.Message {
	tb.Helper()
	in := thread.Posting{Thread: th, Body: body, Language: i18n.EN}
	if len(answers) > 0 {
		in.ReplyTo = &answers[0]
	}
	m, _, err := w.threads.Post(w.As(tb, v), in, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// question is a message of the chair's and an answer by the committee's member,
// after all before was told and sent: of the answer the chair is to be told at
// once.
func (w *world) question(tb testing.TB) (th uuid.UUID, asked, answer *ent.Message) {
	tb.Helper()
	th = w.opened(tb)
	asked = w.posted(tb, w.Chair, th, "What is the **baseline**?")
	w.work(tb)
	return th, asked, w.posted(tb, w.Committee, th, "The baseline stands.", asked.ID)
}

// work reads the log on and sends what is due.
func (w *world) work(tb testing.TB) {
	tb.Helper()
	if err := w.reader.CatchUp(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	if err := w.postman.Deliver(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

// to are the mails that a person got.
func (w *world) to(tb testing.TB, v *viewer.Viewer) []mailtest.Mail {
	tb.Helper()
	address := w.address(tb, v)
	var out []mailtest.Mail
	for _, m := range w.server.Mails() {
		if m.To[0] == address {
			out = append(out, m)
		}
	}
	return out
}

func (w *world) address(tb testing.TB, v *viewer.Viewer) string {
	tb.Helper()
	p, err := w.DB.Client.Person.Get(w.System(), v.Person)
	if err != nil {
		tb.Fatal(err)
	}
	return p.Email
}

// states counts the mails of the outbox by their state.
func (w *world) states(tb testing.TB) map[outboxmail.State]int {
	tb.Helper()
	all, err := w.DB.Client.OutboxMail.Query().All(w.System())
	if err != nil {
		tb.Fatal(err)
	}
	out := map[outboxmail.State]int{}
	for _, m := range all {
		out[m.State]++
	}
	return out
}

func (w *world) items(tb testing.TB, v *viewer.Viewer) []*ent.Notification {
	tb.Helper()
	all, err := w.DB.Client.Notification.Query().Order(ent.Asc("created_at", "id")).All(w.As(tb, v))
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// choose changes how a person is told.
func (w *world) choose(tb testing.TB, v *viewer.Viewer, c Choosing) {
	tb.Helper()
	if _, _, err := New(w.Runner).Choose(w.As(tb, v), c); err != nil {
		tb.Fatal(err)
	}
}

func TestAMailSaysWhatHappened(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.question(t)
		before := len(w.to(t, w.Chair))
		w.work(t)
		mails := w.to(t, w.Chair)
		if len(mails) != before+1 {
			t.Fatalf("%d mails", len(mails)-before)
		}
		m := mails[before]
		text := m.Part("text/plain")
		for _, part := range []string{"Committee answered your message", "Sandy Shorelines", "    The baseline stands.", "https://hub.example.org/#thr_", "https://hub.example.org/mail/unsubscribe?t="} {
			if !strings.Contains(text, part) {
				t.Errorf("%q is not in %s", part, text)
			}
		}
		if m.Header("Subject") != "Sandy Shorelines" || !strings.HasPrefix(m.Header("References"), "<thr_") || !strings.HasPrefix(m.Header("Message-Id"), "<mai_") ||
			!strings.HasPrefix(m.Header("Reply-To"), "<reply+") || m.Header("List-Unsubscribe-Post") == "" {
			t.Errorf("the headers: %s", m.Raw)
		}
	})
}

// TestADeathSendsNothingTwice at whatever step the node dies, but for the one at
// which nobody can know.
func TestADeathSendsNothingTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, step := range []string{"before the commit", "claimed", "written", "accepted"} {
			_, _, answer := w.question(t)
			before := len(w.to(t, w.Chair))
			items := len(w.items(t, w.Chair))
			reader, postman := w.node(t)
			reader.fault = func() error {
				if step == "before the commit" {
					return errDied
				}
				return nil
			}
			postman.fault = func(at string) error {
				if at == step {
					return errDied
				}
				return nil
			}
			err := errors.Join(reader.CatchUp(t.Context()), postman.Deliver(t.Context()))
			if !errors.Is(err, errDied) {
				t.Fatalf("%s: %v", step, err)
			}
			// The other nodes go on: at once nothing, after the lease what is left.
			w.work(t)
			got := len(w.to(t, w.Chair)) - before
			if want := map[string]int{"before the commit": 1, "claimed": 0, "written": 0, "accepted": 1}[step]; got != want {
				t.Errorf("%s: %d mails at first, want %d", step, got, want)
			}
			w.Clock.Add(lease + time.Second)
			w.work(t)
			mails := w.to(t, w.Chair)[before:]
			if want := map[string]int{"accepted": 2}[step]; len(mails) != max(1, want) {
				t.Errorf("%s: %d mails", step, len(mails))
			}
			for _, m := range mails {
				if m.Header("Message-Id") != mails[0].Header("Message-Id") || !strings.Contains(m.Part("text/plain"), answer.Body) {
					t.Errorf("%s: another mail: %s", step, m.Raw)
				}
			}
			if got := len(w.items(t, w.Chair)); got != items+1 {
				t.Errorf("%s: %d inbox items for one answer", step, got-items)
			}
			w.Clock.Add(lease + time.Second)
			w.work(t)
			if got := w.to(t, w.Chair)[before:]; len(got) != len(mails) {
				t.Errorf("%s: later %d mails", step, len(got))
			}
		}
	})
}

// TestALostAnswerOfTheServer is like a death: the same mail again.
func TestALostAnswerOfTheServer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.question(t)
		before := len(w.to(t, w.Chair))
		w.server.OnTaken(func(mailtest.Mail) error { return mailtest.ErrHangUp })
		w.work(t)
		w.server.OnTaken(nil)
		w.Clock.Add(backOff(1) + time.Second)
		w.work(t)
		mails := w.to(t, w.Chair)[before:]
		if len(mails) != 2 || mails[0].Header("Message-Id") != mails[1].Header("Message-Id") {
			t.Errorf("%d mails", len(mails))
		}
		if s := w.states(t); s[outboxmail.StateSent] == 0 || s[outboxmail.StateFailed] > 0 {
			t.Errorf("the outbox: %v", s)
		}
	})
}

// TestManyNodesTellOnce that all work at the same time.
func TestManyNodesTellOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, asked, _ := w.question(t)
		before := len(w.to(t, w.Chair))
		const answers = 12
		for i := range answers - 1 {
			w.posted(t, w.Committee, th, fmt.Sprintf("More %d.", i), asked.ID)
		}
		var all sync.WaitGroup
		for range 4 {
			reader, postman := w.node(t)
			all.Go(func() {
				for range 4 {
					if err := errors.Join(reader.CatchUp(t.Context()), postman.Deliver(t.Context())); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		w.work(t)
		mails := w.to(t, w.Chair)[before:]
		names := map[string]bool{}
		for _, m := range mails {
			names[m.Header("Message-Id")] = true
		}
		if len(mails) != answers || len(names) != answers {
			t.Errorf("%d mails under %d names, of %d answers", len(mails), len(names), answers)
		}
	})
}

func TestAServerThatRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, _, _ = w.question(t)
		chair := w.address(t, w.Chair)
		before := len(w.to(t, w.Chair))
		refusing := func(code int) func(string) error {
			return func(to string) error {
				if to == chair {
					return &smtp.SMTPError{Code: code, Message: "no"}
				}
				return nil
			}
		}
		w.server.Refuse(refusing(451))
		w.work(t)
		for range 3 { // not before its time
			w.work(t)
		}
		if s := w.states(t); s[outboxmail.StateFailed] != 0 {
			t.Errorf("refused for now: %v", s)
		}
		w.Clock.Add(backOff(1))
		w.server.Refuse(nil)
		w.work(t)
		if got := len(w.to(t, w.Chair)) - before; got != 1 {
			t.Errorf("taken later: %d mails", got)
		}
		w.server.Refuse(refusing(550))
		w.question(t)
		w.work(t)
		w.Clock.Add(24 * time.Hour)
		w.server.Refuse(nil)
		if s := w.states(t); s[outboxmail.StateFailed] != 2 { // of the discussion that was opened, and of the answer
			t.Errorf("refused for good: %v", s)
		}
	})
}

// TestAMailIsOfNow: rights, wishes and texts are those of when it is sent.
func TestAMailIsOfNow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, c := range map[string]struct {
			meanwhile func(t *testing.T, th uuid.UUID, answer *ent.Message) error
			sent      bool
		}{
			"nothing": {func(*testing.T, uuid.UUID, *ent.Message) error { return nil }, true},
			"withdrawn": {func(t *testing.T, _ uuid.UUID, m *ent.Message) error {
				_, _, err := w.threads.Withdraw(w.As(t, w.Committee), m.ID, m.Revision, nil)
				return err
			}, false},
			"seen": {func(t *testing.T, th uuid.UUID, _ *ent.Message) error {
				_, _, err := New(w.Runner).MarkSeen(w.As(t, w.Chair), Marking{Thread: &th})
				return err
			}, false},
			"access ended": {func(t *testing.T, th uuid.UUID, _ *ent.Message) error {
				_, _, err := w.threads.End(w.As(t, w.Secretariat), th, 1, thread.Party{Body: &w.SpecialCommittee})
				return err
			}, false},
			"made confidential": {func(t *testing.T, th uuid.UUID, _ *ent.Message) error {
				return store.InTx(w.System(), w.DB, func(ctx context.Context, tx *ent.Client) error {
					return tx.Thread.UpdateOneID(th).SetConfidentiality(entthread.ConfidentialityConfidential).Exec(ctx)
				})
			}, true},
			"closed": {func(t *testing.T, th uuid.UUID, _ *ent.Message) error {
				_, _, err := w.threads.Close(w.As(t, w.Secretariat), th, 1, nil)
				return err
			}, true},
		} {
			th, _, answer := w.question(t)
			before := len(w.to(t, w.Chair))
			if err := w.reader.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := c.meanwhile(t, th, answer); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := w.postman.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
			mails := w.to(t, w.Chair)[before:]
			if (len(mails) == 1) != c.sent {
				t.Errorf("%s: %d mails", name, len(mails))
			}
			if name != "closed" && name != "made confidential" || len(mails) != 1 {
				continue
			}
			if raw := mails[0].Header("Subject") + mails[0].Part("text/plain") + mails[0].Part("text/html"); strings.Contains(raw, "baseline") ||
				strings.Contains(raw, "Sandy") || strings.Contains(raw, "Committee") || !strings.Contains(raw, "https://hub.example.org/#thr_") {
				t.Errorf("%s: %s", name, raw)
			}
		}
	})
}

func TestTheDigest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		// 14:05 UTC is 10:05 in Port of Spain; digests are due at 07:00 there.
		th := w.opened(t)
		w.posted(t, w.Chair, th, "First.")
		w.work(t)
		before := len(w.to(t, w.Chair))
		for i := range 3 {
			w.posted(t, w.Committee, th, fmt.Sprintf("News %d.", i))
			w.work(t)
		}
		w.Clock.Set(time.Date(2026, 11, 24, 10, 59, 59, 0, time.UTC))
		w.work(t)
		if got := len(w.to(t, w.Chair)) - before; got != 0 {
			t.Fatalf("%d mails before the digest is due", got)
		}
		w.Clock.Set(time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC))
		w.work(t)
		w.posted(t, w.Committee, th, "Too late for today.")
		w.work(t)
		mails := w.to(t, w.Chair)[before:]
		if len(mails) != 1 || !strings.Contains(mails[0].Header("Subject"), "3 new") || mails[0].Header("Reply-To") != "" {
			t.Fatalf("%d mails: %q", len(mails), mails)
		}
		for i := range 3 {
			if text := mails[0].Part("text/plain"); strings.Count(text, fmt.Sprintf("News %d.", i)) != 1 {
				t.Errorf("the digest: %s", text)
			}
		}
		w.Clock.Add(24 * time.Hour)
		w.work(t)
		if mails := w.to(t, w.Chair)[before:]; len(mails) != 2 || !strings.Contains(mails[1].Part("text/plain"), "Too late for today.") || strings.Contains(mails[1].Part("text/plain"), "News") {
			t.Errorf("the next day: %d mails", len(mails))
		}
	})
}

func TestQuietHoursAndWishes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		zone := "Europe/Paris" // 15:05 there
		w.choose(t, w.Chair, Choosing{TimeZone: &zone, QuietHours: command.Set(QuietHours{From: 15 * 60, To: 16 * 60})})
		w.question(t)
		before := len(w.to(t, w.Chair))
		w.work(t)
		if got := len(w.to(t, w.Chair)) - before; got != 0 {
			t.Errorf("%d mails in quiet hours", got)
		}
		w.Clock.Set(time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC))
		w.work(t)
		if got := len(w.to(t, w.Chair)) - before; got < 1 {
			t.Error("no mail after them")
		}
		// The link of a mail stops mails of its kind, of its person, and nothing else.
		mails := w.to(t, w.Chair)
		link, err := url.Parse(strings.Trim(mails[len(mails)-1].Header("List-Unsubscribe"), "<>"))
		if err != nil {
			t.Fatal(err)
		}
		u, err := NewUnsubscriber(New(w.Runner))
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"", "x", link.Query().Get("t") + "A"} {
			if err := u.Stop(t.Context(), bad); err == nil {
				t.Errorf("%q stops something", bad)
			}
		}
		for range 2 {
			if err := u.Stop(t.Context(), link.Query().Get("t")); err != nil {
				t.Fatal(err)
			}
		}
		before, items := len(w.to(t, w.Chair)), len(w.items(t, w.Chair))
		w.question(t)
		w.work(t)
		var told []string
		for _, m := range w.to(t, w.Chair)[before:] {
			told = append(told, m.Header("Subject"))
		}
		if got := len(w.items(t, w.Chair)) - items; len(told) != 1 || got != 2 { // of the discussion that was opened; of that and the answer
			t.Errorf("after the unsubscription: mails %v, %d items", told, got)
		}
	})
}

// TestARestoredCopyIsNoticed: nothing of before is told again.
func TestARestoredCopyIsNoticed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.question(t)
		w.work(t)
		before := len(w.server.Mails())
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.LogReader.Update().Where(logreader.ID(ReaderName)).SetSeq(1).SetTag(uuid.New()).Exec(ctx)
		})
		w.work(t)
		w.work(t)
		if got := len(w.server.Mails()); got != before {
			t.Errorf("%d mails more", got-before)
		}
		w.question(t)
		w.work(t)
		if got := len(w.server.Mails()); got == before {
			t.Error("nothing is told any more")
		}
	})
}
