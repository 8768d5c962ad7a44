package notification

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/mail"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

// Receiver posts what people answer by mail, with the rights that they have when
// it arrives.
type Receiver struct {
	*command.Runner
	accounts *account.Service
	threads  *thread.Service
	replies  *mail.Replies
	log      *slog.Logger
}

// NewReceiver makes a receiver.
func NewReceiver(r *command.Runner, threads *thread.Service, replies *mail.Replies, log *slog.Logger) *Receiver {
	return &Receiver{Runner: r, accounts: account.New(r), threads: threads, replies: replies, log: log}
}

// Known rejects an address that the hub has not made.
func (r *Receiver) Known(to string) error {
	if u, err := r.replies.Open(to); err != nil || id.KindOf(u) != id.Notification {
		return &mail.Rejection{Text: msgNoAddress.In(i18n.EN)}
	}
	return nil
}

// Accept posts an answer in the discussion of the message that the person was
// told of, as an answer to it, in the person's name; what a partner answers may be
// held there as all they write. The same mail posts once, however often it comes. What a machine answered, and what came back, is passed
// over. A *mail.Rejection says why a mail will never be taken, in the person's
// language; any other error, that it can't be taken now.
func (r *Receiver) Accept(ctx context.Context, to, from string, in *mail.Incoming) error {
	u, err := r.replies.Open(to)
	if err != nil || id.KindOf(u) != id.Notification {
		return &mail.Rejection{Text: msgNoAddress.In(i18n.EN)}
	}
	if in.Automatic || from == "" {
		r.log.LogAttrs(ctx, slog.LevelInfo, "an automatic answer is passed over", slog.String("notification", id.Format(u)))
		return nil
	}
	n, err := r.DB.Client.Notification.Get(viewer.With(ctx, viewer.System()), u)
	if ent.IsNotFound(err) || err == nil && (n.MessageID == nil || n.ThreadID == nil) {
		return &mail.Rejection{Text: msgNoAddress.In(i18n.EN)}
	}
	if err != nil {
		return err
	}
	person, err := r.DB.Client.Person.Get(viewer.With(ctx, viewer.System()), n.PersonID)
	if err != nil {
		return err
	}
	lang := languageOf(person)
	v, err := r.accounts.Load(ctx, n.PersonID)
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		return reject(apperr.ErrForbidden, lang)
	case err != nil:
		return err
	case in.From != person.Email:
		return &mail.Rejection{Text: msgSender.In(lang)}
	case in.Attached:
		return &mail.Rejection{Text: msgAttached.In(lang)}
	case command.Trim(in.Text) == "":
		return &mail.Rejection{Text: msgNothing.In(lang)}
	}
	return r.post(i18n.With(viewer.With(ctx, v), lang), n, in, lang)
}

func (r *Receiver) post(ctx context.Context, n *ent.Notification, in *mail.Incoming, lang i18n.Lang) error {
	key := keyOf(n.ID, in)
	_, _, err := r.threads.Submit(ctx, thread.Posting{
		Thread: *n.ThreadID, Body: in.Text, Language: languageIn(in.Text, lang), ReplyTo: n.MessageID, ByMail: true,
	}, &key)
	return reject(err, lang)
}

// keyOf makes the repetition of a mail harmless. A mail without a name is known by
// its text.
func keyOf(n uuid.UUID, in *mail.Incoming) string {
	h := sha256.New()
	h.Write(n[:])
	if in.MessageID != "" {
		h.Write([]byte("name " + in.MessageID))
	} else {
		h.Write([]byte("text " + in.Text))
	}
	return "mail-" + hex.EncodeToString(h.Sum(nil)[:24])
}

// reject is a refusal as the sender of a mail is told; what may pass stays as it
// is.
func reject(err error, lang i18n.Lang) error {
	var refusal *apperr.Error
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Code {
	case apperr.Unavailable, apperr.Internal, apperr.RateLimited:
		return err
	}
	return &mail.Rejection{Text: refusal.Sentence(lang)}
}
