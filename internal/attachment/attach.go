package attachment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/ent/generated/ent/storedfile"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

var (
	msgPerMessage = i18n.Message{
		EN: "A message takes at most %d attachments.", ES: "Un mensaje admite %d archivos adjuntos como máximo.",
		FR: "Un message admet au plus %d pièces jointes.",
	}
	msgTwice   = i18n.Message{EN: "This is named twice.", ES: "Esto figura dos veces.", FR: "Ceci est indiqué deux fois."}
	msgWaiting = i18n.Message{
		EN: "The virus scanner has not looked at this file yet. Try again in a moment.",
		ES: "El antivirus aún no ha examinado este archivo. Inténtelo de nuevo en un momento.",
		FR: "L'antivirus n'a pas encore examiné ce fichier. Réessayez dans un moment.",
	}
)

const field = "input.attachmentIds"

// CheckList refuses a list of attachments that is too long or names one twice.
func CheckList(ids []uuid.UUID) error {
	if len(ids) > PerMessage {
		return apperr.Invalid(field, msgPerMessage, PerMessage).With("limit", PerMessage)
	}
	for i, u := range ids {
		if slices.Contains(ids[:i], u) {
			return apperr.Invalid(fmt.Sprintf("%s[%d]", field, i), msgTwice)
		}
	}
	return nil
}

// Attach puts the viewer's own files into a message, in their order, and says what
// the log tells of them. The caller is a command that holds the lock of the
// discussion. A file that is not the viewer's own of that discussion, or in a
// message or draft already, is INVALID_INPUT; one that waits for the scanner or was
// refused is a CONFLICT.
func Attach(ctx context.Context, tx *ent.Client, thread, message uuid.UUID, ids []uuid.UUID) ([]eventlog.File, error) {
	return attach(ctx, tx, thread, ids, func(u *ent.AttachmentUpdate) *ent.AttachmentUpdate {
		return u.SetMessageID(message).SetStatus(attachment.StatusAttached)
	})
}

// AttachToDraft is Attach for a draft: the files stay pending, do not expire, and are
// seen by who sees the draft.
func AttachToDraft(ctx context.Context, tx *ent.Client, thread, draft uuid.UUID, ids []uuid.UUID) error {
	_, err := attach(ctx, tx, thread, ids, func(u *ent.AttachmentUpdate) *ent.AttachmentUpdate { return u.SetDraftID(draft) })
	return err
}

func attach(ctx context.Context, tx *ent.Client, thread uuid.UUID, ids []uuid.UUID, put func(*ent.AttachmentUpdate) *ent.AttachmentUpdate) ([]eventlog.File, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := CheckList(ids); err != nil {
		return nil, err
	}
	rows, err := tx.Attachment.Query().Where(
		attachment.IDIn(ids...), attachment.ThreadID(thread), attachment.UploadedByID(viewer.From(ctx).Person), attachment.MessageIDIsNil(), attachment.DraftIDIsNil(),
		store.Locked(tx),
	).Order(ent.Asc(attachment.FieldID)).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]eventlog.File, len(ids))
	for i, u := range ids {
		at := fmt.Sprintf("%s[%d]", field, i)
		n := slices.IndexFunc(rows, func(a *ent.Attachment) bool { return a.ID == u })
		if n < 0 {
			return nil, command.AtField(at, new(ent.NotFoundError))
		}
		a := rows[n]
		if err := CheckMove(a.Status, attachment.StatusAttached); err != nil {
			return nil, err
		}
		if !Open(a.Status, a.Scan) {
			return nil, apperr.New(apperr.Conflict, msgWaiting).In(at)
		}
		if err := put(tx.Attachment.Update().Where(attachment.ID(u)).SetPosition(i)).Exec(ctx); err != nil {
			return nil, err
		}
		out[i] = eventlog.File{ID: u, SHA256: a.Sha256}
	}
	return out, nil
}

// FromDraft makes the attachments of a draft those of the message that it becomes, and
// says what the log tells of them. The caller is a command that holds the lock of the
// discussion and has checked the right.
func FromDraft(ctx context.Context, tx *ent.Client, draft, message uuid.UUID) ([]eventlog.File, error) {
	rows, err := ofDraft(ctx, tx, draft)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make([]eventlog.File, len(rows))
	for i, a := range rows {
		out[i] = eventlog.File{ID: a.ID, SHA256: a.Sha256}
	}
	return out, tx.Attachment.Update().Where(attachment.DraftID(draft)).ClearDraftID().SetMessageID(message).SetStatus(attachment.StatusAttached).Exec(ctx)
}

// LeaveDraft takes the attachments out of a draft: they are the author's own again, in
// no message. The caller is a command that holds the lock of the discussion and has
// checked the right.
func LeaveDraft(ctx context.Context, tx *ent.Client, draft uuid.UUID) error {
	return tx.Attachment.Update().Where(attachment.DraftID(draft)).ClearDraftID().SetPosition(0).Exec(ctx)
}

// EraseDraft erases the attachments of a draft that is given up. The caller is a
// command that holds the lock of the discussion and has checked the right.
func EraseDraft(ctx context.Context, tx *ent.Client, draft uuid.UUID, now time.Time) error {
	rows, err := ofDraft(ctx, tx, draft)
	if err != nil || len(rows) == 0 {
		return err
	}
	keys := make([]string, len(rows))
	for i, a := range rows {
		keys[i] = a.FileKey
	}
	if _, err := tx.Attachment.Delete().Where(attachment.DraftID(draft)).Exec(ctx); err != nil {
		return err
	}
	return doom(ctx, tx, now, keys...)
}

func ofDraft(ctx context.Context, tx *ent.Client, draft uuid.UUID) ([]*ent.Attachment, error) {
	rows, err := tx.Attachment.Query().Where(attachment.DraftID(draft), store.Locked(tx)).Order(ent.Asc(attachment.FieldID)).All(system(ctx))
	slices.SortStableFunc(rows, func(a, b *ent.Attachment) int { return a.Position - b.Position })
	return rows, err
}

// Erase erases the attachments of a message: their names and descriptions at once,
// their contents after the commit. That they were there stays. The caller is a
// command that holds the lock of the discussion and has checked the right.
func Erase(ctx context.Context, tx *ent.Client, message uuid.UUID, now time.Time) error {
	rows, err := tx.Attachment.Query().Where(attachment.MessageID(message), attachment.StatusEQ(attachment.StatusAttached), store.Locked(tx)).
		Order(ent.Asc(attachment.FieldID)).All(system(ctx))
	if err != nil || len(rows) == 0 {
		return err
	}
	keys := make([]string, len(rows))
	for i, a := range rows {
		keys[i] = a.FileKey
	}
	err = tx.Attachment.Update().Where(attachment.MessageID(message), attachment.StatusEQ(attachment.StatusAttached)).
		SetStatus(attachment.StatusErased).SetErasedAt(now).SetName("").SetNameKey("").SetDescription("").SetFileKey("").Exec(ctx)
	if err != nil {
		return err
	}
	return doom(ctx, tx, now, keys...)
}

// doom hands files over to be erased.
func doom(ctx context.Context, tx *ent.Client, now time.Time, keys ...string) error {
	return tx.StoredFile.Update().Where(storedfile.IDIn(keys...)).SetEraseAt(now).ClearPersonID().Exec(ctx)
}

// Discard erases a file that is in no message. For who uploaded it, others are
// FORBIDDEN or do not find it; one that is in a message or draft is a CONFLICT.
func (s *Service) Discard(ctx context.Context, u uuid.UUID) (command.Receipt, error) {
	if _, err := command.SignedIn(ctx); err != nil {
		return command.Receipt{}, err
	}
	_, rec, err := command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Attachment, error) {
		a, err := tx.Attachment.Query().Where(attachment.ID(u), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if a.UploadedByID != viewer.From(ctx).Person {
			return nil, apperr.ErrForbidden
		}
		if a.MessageID != nil || a.DraftID != nil {
			return nil, wrongState(a.Status)
		}
		if err := tx.Attachment.DeleteOne(a).Exec(ctx); err != nil {
			return nil, err
		}
		if a.FileKey == "" { // it was refused, and its content erased
			return nil, nil //nolint:nilnil // it is gone
		}
		return nil, doom(ctx, tx, s.Time(), a.FileKey)
	})
	return rec, err
}
