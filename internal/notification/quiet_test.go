package notification

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/mailtest"
	"acs-aec.org/hub/internal/thread"
)

// attached puts files into a message.
func (w *world) attached(tb testing.TB, m *ent.Message, names ...string) {
	tb.Helper()
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		for i, name := range names {
			err := tx.Attachment.Create().SetID(w.NewID(id.Attachment)).SetCreatedAt(w.Time()).SetThreadID(m.ThreadID).SetMessageID(m.ID).SetUploadedByID(m.AuthorID).
				SetName(name).SetNameKey(name).SetMediaType("text/plain").SetSize(3).SetSha256(make([]byte, 32)).SetFileKey(name).
				SetStatus(attachment.StatusAttached).SetScan(attachment.ScanClean).SetPosition(len(names) - i).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// silent checks that a mail says nothing of a discussion but where it is.
func silent(t *testing.T, name string, m mailtest.Mail, th uuid.UUID, words ...string) {
	t.Helper()
	raw := m.Header("Subject") + m.Part("text/plain") + m.Part("text/html")
	for _, word := range words {
		if strings.Contains(raw, word) {
			t.Errorf("%s says %q: %s", name, word, raw)
		}
	}
	if link := "https://hub.example.org/#" + id.Format(th); strings.Count(raw, link) < 2 {
		t.Errorf("%s has no link to %s: %s", name, link, raw)
	}
}

// TestMailsOfConfidentialDiscussions tell where there is something new and nothing
// else, at once and in the digest, where open discussions stand beside.
func TestMailsOfConfidentialDiscussions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		words := []string{"Secret", "moorings", "Committee", "harbour.txt"}
		title := "Secret negotiations"
		in := thread.Opening{
			Subject: w.Donor, Title: &i18n.TextInput{En: &title}, Confidential: true,
			Audience: []thread.Party{{Body: &w.SpecialCommittee}, {Body: &w.SecretariatBody}},
		}
		hushed, _, err := w.threads.Open(w.As(t, w.Secretariat), in, nil)
		if err != nil {
			t.Fatal(err)
		}
		w.work(t)
		mails := w.to(t, w.Chair)
		if len(mails) != 1 {
			t.Fatalf("%d mails of a discussion that was opened", len(mails))
		}
		silent(t, "of a discussion that was opened", mails[0], hushed.ID, words...)
		w.posted(t, w.Chair, hushed.ID, "What of the moorings?")
		open := w.opened(t)
		w.posted(t, w.Chair, open, "What of the baseline?")
		w.work(t)
		before := len(w.to(t, w.Chair))

		// By a mention, at once.
		m, _, err := w.threads.Post(w.As(t, w.Committee), thread.Posting{Thread: hushed.ID, Body: "See the moorings.", Language: i18n.EN, Mentions: []uuid.UUID{w.Chair.Person}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		w.attached(t, m, "harbour.txt")
		w.work(t)
		mails = w.to(t, w.Chair)[before:]
		if len(mails) != 1 {
			t.Fatalf("%d mails of a mention", len(mails))
		}
		silent(t, "of a mention", mails[0], hushed.ID, words...)

		// In the digest.
		w.attached(t, w.posted(t, w.Committee, hushed.ID, "The moorings are ours."), "harbour.txt")
		w.work(t)
		w.Clock.Set(time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC))
		w.work(t)
		if mails = w.to(t, w.Chair)[before+1:]; len(mails) != 1 || !strings.Contains(mails[0].Header("Subject"), "1 new") {
			t.Fatalf("%d digests", len(mails))
		}
		silent(t, "a digest", mails[0], hushed.ID, words...)

		w.posted(t, w.Committee, hushed.ID, "The moorings are theirs.")
		w.attached(t, w.posted(t, w.Committee, open, "The baseline stands."), "baseline.txt")
		w.work(t)
		w.Clock.Add(24 * time.Hour)
		w.work(t)
		if mails = w.to(t, w.Chair)[before+2:]; len(mails) != 1 || !strings.Contains(mails[0].Header("Subject"), "2 new") {
			t.Fatalf("%d digests", len(mails))
		}
		silent(t, "a digest of both", mails[0], hushed.ID, "Secret", "moorings", "harbour.txt")
		if text := mails[0].Part("text/plain"); !strings.Contains(text, "The baseline stands.") || !strings.Contains(text, "Attached: baseline.txt") {
			t.Errorf("a digest of both: %s", text)
		}
	})
}

// TestMailsNameWhatIsAttached in its order, as plain text and as HTML, and nothing
// that was erased.
func TestMailsNameWhatIsAttached(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, asked, answer := w.question(t)
		w.attached(t, answer, "b <i>.txt", "a.pdf")
		before := len(w.to(t, w.Chair))
		w.work(t)
		m := w.to(t, w.Chair)[before]
		if text := m.Part("text/plain"); !strings.Contains(text, "\n  Attached: a.pdf, b <i>.txt\n") {
			t.Errorf("%s", text)
		}
		if html := m.Part("text/html"); !strings.Contains(html, "Attached: a.pdf, b &lt;i&gt;.txt<") {
			t.Errorf("%s", html)
		}
		again := w.posted(t, w.Committee, th, "See the file.", asked.ID)
		w.attached(t, again, "late.txt")
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Attachment.Update().Where(attachment.MessageID(again.ID)).SetStatus(attachment.StatusErased).SetName("").SetNameKey("").SetFileKey("").
				SetErasedAt(w.Time()).Exec(ctx)
		})
		w.work(t)
		mails := w.to(t, w.Chair)
		if text := mails[len(mails)-1].Part("text/plain"); strings.Contains(text, "Attached") || !strings.Contains(text, "See the file.") {
			t.Errorf("%s", text)
		}
	})
}
