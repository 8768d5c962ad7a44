package notification

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	entthread "acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/mail"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/thread"
)

// TestAnswersByMail are posted with the rights of when they arrive, once; what is
// refused changes nothing and is told in words.
func TestAnswersByMail(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, _, _ := w.question(t)
		w.work(t)
		mails := w.to(t, w.Chair)
		to := strings.Trim(mails[len(mails)-1].Header("Reply-To"), "<>")
		chair := w.address(t, w.Chair)
		r := NewReceiver(w.Runner, w.threads, w.replies, quiet)
		incoming := func(text string) *mail.Incoming {
			return &mail.Incoming{From: chair, MessageID: "1@example.org", Text: text}
		}
		messages := func() []*ent.Message {
			all, err := w.DB.Client.Message.Query().Where(message.ThreadID(th)).Order(ent.Asc(message.FieldNumber)).All(w.System())
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		before, told := len(messages()), len(w.Told(t))
		other := incoming("Hello")
		other.From = w.address(t, w.Committee)
		attached := incoming("Hello")
		attached.Attached = true
		automatic := incoming("I am away")
		automatic.Automatic = true
		for name, c := range map[string]struct {
			to, from string
			in       *mail.Incoming
			words    string
		}{
			"no such address":    {"reply+abc@hub.example.org", chair, incoming("Hello"), "Nobody reads this address"},
			"of another thing":   {w.replies.Address(th), chair, incoming("Hello"), "Nobody reads this address"},
			"of no notification": {w.replies.Address(w.NewID(id.Notification)), chair, incoming("Hello"), "Nobody reads this address"},
			"somebody else":      {to, other.From, other, "only from the address"},
			"files":              {to, chair, attached, "Files can't be sent"},
			"nothing":            {to, chair, incoming(" \n"), "nothing above"},
			"too long":           {to, chair, incoming(strings.Repeat("€", 20_001)), "too long"},
			"a machine":          {to, chair, automatic, ""},
			"a bounce":           {to, "", incoming("could not be delivered"), ""},
		} {
			err := r.Accept(t.Context(), c.to, c.from, c.in)
			var refused *mail.Rejection
			if c.words == "" && err != nil || c.words != "" && (!errors.As(err, &refused) || !strings.Contains(refused.Text, c.words)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(messages()) != before || len(w.Told(t)) != told {
			t.Fatal("a refusal changed something")
		}
		for range 2 { // the mail server may deliver twice
			if err := r.Accept(t.Context(), strings.ToUpper(to), chair, incoming("Yes, by mail.")); err != nil {
				t.Fatal(err)
			}
		}
		all := messages()
		last := all[len(all)-1]
		if len(all) != before+1 || last.AuthorID != w.Chair.Person || last.Body != "Yes, by mail." || last.ReplyToID == nil || last.Via != message.ViaMail {
			t.Errorf("posted %d: %+v", len(all)-before, last)
		}
		// Rights are those of the moment.
		if _, _, err := w.threads.End(w.As(t, w.Secretariat), th, 1, thread.Party{Body: &w.SpecialCommittee}); err != nil {
			t.Fatal(err)
		}
		second := incoming("Too late.")
		second.MessageID = "2@example.org"
		var refused *mail.Rejection
		if err := r.Accept(t.Context(), to, chair, second); !errors.As(err, &refused) || len(messages()) != before+1 {
			t.Errorf("after the access ended: %v, %d messages", err, len(messages())-before)
		}
	})
}

// lmtp lets a mail server's own client speak to the door.
func lmtp(t *testing.T, door *mail.Door) (send func(from, to, raw string) error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // ends with the test
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = door.Serve(t.Context(), l) }()
	conn, err := net.Dial("tcp", l.Addr().String()) //nolint:noctx // as above
	if err != nil {
		t.Fatal(err)
	}
	c := smtp.NewClientLMTP(conn)
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Hello("localhost"); err != nil {
		t.Fatal(err)
	}
	return func(from, to, raw string) error {
		t.Helper()
		if err := c.Reset(); err != nil {
			t.Fatal(err)
		}
		if err := c.Mail(from, nil); err != nil {
			return err
		}
		if err := c.Rcpt(to, nil); err != nil {
			return err
		}
		data, err := c.Data()
		if err != nil {
			return err
		}
		if _, err := data.Write([]byte(strings.ReplaceAll(raw, "\n", "\r\n"))); err != nil {
			t.Fatal(err)
		}
		return data.Close()
	}
}

// TestAnswersWaitForTheDatabase at the server that sends them: as long as it is away
// or busy, that is told to try again, and what it sends then is posted once.
func TestAnswersWaitForTheDatabase(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		w := newWorld(t, dbtest.NewWorld(t, address))
		th, _, _ := w.question(t)
		w.work(t)
		mails := w.to(t, w.Chair)
		to := strings.Trim(mails[len(mails)-1].Header("Reply-To"), "<>")
		gone, err := store.Open(t.Context(), address, store.Options{Careless: true})
		if err != nil {
			t.Fatal(err)
		}
		runner, err := command.Open(t.Context(), gone, w.Clock.Now)
		if err != nil {
			t.Fatal(err)
		}
		if err := gone.Close(); err != nil {
			t.Fatal(err)
		}
		away, here := NewReceiver(runner, thread.New(runner), w.replies, quiet), NewReceiver(w.Runner, w.threads, w.replies, quiet)
		var now atomic.Pointer[Receiver]
		accept := func(ctx context.Context, to, from string, in *mail.Incoming) error {
			return now.Load().Accept(ctx, to, from, in)
		}
		send := lmtp(t, &mail.Door{Known: here.Known, Accept: accept, Log: quiet, Within: 500 * time.Millisecond})
		patient := lmtp(t, &mail.Door{Known: here.Known, Accept: accept, Log: quiet})
		messages := func() int { return w.DB.Client.Message.Query().Where(message.ThreadID(th)).CountX(w.System()) }
		before, told := messages(), len(w.Told(t))
		chair := w.address(t, w.Chair)
		raw := "From: <" + chair + ">\nMessage-ID: <11@example.org>\nContent-Type: text/plain\n\nYes, by mail.\n"
		again := func(why string, err error) {
			t.Helper()
			var refused *smtp.SMTPError
			if !errors.As(err, &refused) || refused.Code != 451 || refused.EnhancedCode != (smtp.EnhancedCode{4, 3, 0}) {
				t.Errorf("%s: %v", why, err)
			}
		}
		now.Store(away)
		again("away", send(chair, to, raw))
		now.Store(here)
		locked, release, done := make(chan struct{}), make(chan struct{}), make(chan error)
		go func() {
			done <- store.InTx(w.System(), w.DB, func(ctx context.Context, tx *ent.Client) error {
				if _, err := tx.Thread.Query().Where(entthread.ID(th), store.Locked(tx)).Only(ctx); err != nil {
					return err
				}
				close(locked)
				<-release
				return nil
			})
		}()
		<-locked
		again("busy", send(chair, to, raw))
		close(release)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if messages() != before || len(w.Told(t)) != told {
			t.Error("something is posted meanwhile")
		}
		for range 2 {
			if err := patient(chair, to, raw); err != nil {
				t.Errorf("sent again: %v", err)
			}
		}
		if messages() != before+1 {
			t.Errorf("posted %d times", messages()-before)
		}
	})
}

// TestAnswersComeOverLMTP from a mail server's own client.
func TestAnswersComeOverLMTP(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, _, _ := w.question(t)
		w.work(t)
		mails := w.to(t, w.Chair)
		to := strings.Trim(mails[len(mails)-1].Header("Reply-To"), "<>")
		r := NewReceiver(w.Runner, w.threads, w.replies, quiet)
		send := lmtp(t, &mail.Door{Known: r.Known, Accept: r.Accept, Log: quiet})
		chair := w.address(t, w.Chair)
		raw := "From: <" + chair + ">\nMessage-ID: <9@example.org>\nContent-Type: text/plain; charset=utf-8\n\nSí, por correo.\n\nOn Mon, The hub wrote:\n> old\n"
		var refused *smtp.SMTPError
		if err := send(chair, "nobody@hub.example.org", raw); !errors.As(err, &refused) || refused.Code != 550 {
			t.Errorf("an unknown address: %v", err)
		}
		if err := send("x@example.org", to, strings.Replace(raw, chair, "x@example.org", 1)); !errors.As(err, &refused) || refused.Code != 550 || !strings.Contains(refused.Message, "only from the address") {
			t.Errorf("another sender: %v", err)
		}
		if err := send(chair, to, raw); err != nil {
			t.Errorf("an answer: %v", err)
		}
		last, err := w.DB.Client.Message.Query().Where(message.ThreadID(th)).Order(ent.Desc(message.FieldNumber)).First(w.System())
		if err != nil || last.Body != "Sí, por correo." || last.AuthorID != w.Chair.Person {
			t.Errorf("%+v, %v", last, err)
		}
	})
}

func TestLanguageOfAnAnswer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"We agree with the committee, and this is the baseline that we have.":  "en",
		"Estamos de acuerdo con los datos y la línea que se propone, gracias.": "es",
		"Nous sommes d'accord avec les données et la ligne, merci à vous.":     "fr",
		"OK": "es", "": "es", "12 %": "es",
	} {
		if got := languageIn(text, "es"); string(got) != want {
			t.Errorf("%q is %s", text, got)
		}
	}
}
