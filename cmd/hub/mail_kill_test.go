package main

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/outboxmail"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/mailtest"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/thread"
)

// relay passes connections on to a mail server. told is closed once the server's
// word on a mail that it took has reached the sender's side.
type relay struct {
	address string
	taken   atomic.Bool
	told    chan struct{}
}

func relayTo(t *testing.T, server string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // ends with the test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	r := &relay{address: "smtp://" + l.Addr().String(), told: make(chan struct{})}
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", strings.TrimPrefix(server, "smtp://")) //nolint:noctx // as above
			if err != nil {
				_ = from.Close()
				return
			}
			go pass(from, to, func() {})
			go pass(to, from, func() {
				if r.taken.CompareAndSwap(true, false) {
					close(r.told)
				}
			})
		}
	}()
	return r
}

// pass passes on what comes, and says so each time.
func pass(from, to net.Conn, passed func()) {
	defer to.Close()
	defer from.Close()
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
			passed()
		}
		if err != nil {
			return
		}
	}
}

// TestAKilledNodeSendsTheSameMailAgain kills the process after the mail server has
// said that it took the mail and before that is noted: nobody can know then, so it is
// sent again, under the same name.
func TestAKilledNodeSendsTheSameMailAgain(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		w := dbtest.NewWorld(t, address)
		w.Clock.Set(time.Now())
		server := mailtest.New(t)
		r := relayTo(t, server.Address)
		args := []string{
			"serve", "--listen", "127.0.0.1:0", "--database=" + address, "--mail", r.address,
			"--mail-from", "hub@example.org", "--public-url", "https://hub.example.org",
		}
		title := "Sandy Shorelines"
		in := thread.Opening{Subject: w.Donor, Title: &i18n.TextInput{En: &title}, Audience: []thread.Party{{Body: &w.SpecialCommittee}}}
		if _, _, err := thread.New(w.Runner).Open(w.As(t, w.Chair), in, nil); err != nil { // of which one person is told
			t.Fatal(err)
		}
		// Nothing of the outbox can be noted from when the server has the mail.
		release, released := make(chan struct{}), make(chan error, 1)
		errOver := errors.New("let go")
		hold := func(mailtest.Mail) error {
			server.OnTaken(nil)
			locked := make(chan struct{})
			go func() {
				released <- store.InTx(w.System(), w.DB, func(ctx context.Context, tx *ent.Client) error {
					if _, err := tx.OutboxMail.Query().Where(store.Locked(tx)).All(ctx); err != nil {
						return err
					}
					close(locked)
					<-release
					return errOver
				})
			}()
			<-locked
			r.taken.Store(true)
			return nil
		}
		server.OnTaken(hold)
		process := exec.CommandContext(t.Context(), os.Args[0], args...) //nolint:gosec // the test's own binary
		process.Env = append(os.Environ(), asHub+"=1")
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		wait := func(what string, c <-chan struct{}) {
			t.Helper()
			select {
			case <-c:
			case <-time.After(60 * time.Second):
				t.Fatalf("waited for %s", what)
			}
		}
		wait("the server's word", r.told)
		if err := process.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = process.Wait() // it was killed
		close(release)
		if err := <-released; !errors.Is(err, errOver) {
			t.Fatal(err)
		}
		row := w.DB.Client.OutboxMail.Query().OnlyX(w.System())
		if row.State != outboxmail.StateWaiting || row.LeasedUntil == nil || row.MessageID == "" || len(server.Mails()) != 1 {
			t.Fatalf("after the death: %v, %d mails", row, len(server.Mails()))
		}
		// As if the lease had run out.
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.OutboxMail.UpdateOne(row).SetLeasedUntil(time.Now().Add(-time.Second)).Exec(ctx)
		})
		came := server.Came()
		_, end := begin(t, args...)
		wait("the mail again", came)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for late := time.After(60 * time.Second); w.DB.Client.OutboxMail.GetX(w.System(), row.ID).State != outboxmail.StateSent; {
			select {
			case <-tick.C:
			case <-late:
				t.Fatal("the mail is not noted as sent")
			}
		}
		end()
		mails := server.Mails()
		if len(mails) != 2 || mails[0].Header("Message-Id") != mails[1].Header("Message-Id") || mails[0].Header("Message-Id") != "<"+row.MessageID+">" ||
			mails[0].To[0] != mails[1].To[0] || mails[0].Header("Subject") != mails[1].Header("Subject") {
			t.Errorf("of %s: %d mails, %q and %q", row.MessageID, len(mails), mails[0].Header("Message-Id"), mails[len(mails)-1].Header("Message-Id"))
		}
		if n := w.DB.Client.Notification.Query().CountX(w.System()); n != 1 {
			t.Errorf("%d inbox items", n)
		}
	})
}
