package thread

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/messagedraft"
	"acs-aec.org/hub/ent/generated/ent/messagemention"
	"acs-aec.org/hub/ent/generated/ent/messagequote"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/retention"
	"acs-aec.org/hub/internal/viewer"
)

// draftsLimit bounds what a person has in a discussion that is not a message yet.
const draftsLimit = 20

var msgDrafts = i18n.Message{
	EN: "You have %d drafts in this discussion that are not posted or not released yet. Change or discard one first.",
	ES: "Tiene %d borradores en esta discusión que aún no se han publicado o aprobado. Modifique o descarte uno primero.",
	FR: "Vous avez %d brouillons dans cette discussion qui ne sont pas encore publiés ou approuvés. Modifiez-en ou supprimez-en un d'abord.",
}

// Saving is a draft to keep: a new one, or one to change.
type Saving struct {
	Draft    *uuid.UUID `json:",omitempty"`
	Expected int        `json:",omitempty"`
	Posting
}

// SaveDraft keeps what a person is writing, for that person alone, or changes it;
// what was returned is a draft again. For persons who take part, in a closed
// discussion too. What is held, or over, and one draft too many are a CONFLICT;
// another's draft is NOT_FOUND. Nothing is told. What a message of the discussion
// can't answer, quote or mention is refused as by Submit.
func (s *Service) SaveDraft(ctx context.Context, in Saving, key *string) (*ent.MessageDraft, command.Receipt, error) {
	author, err := writer(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if in.Body, err = text(in.Body); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "saveDraft", Input: in},
		func(ctx context.Context, tx *ent.Client) (*ent.MessageDraft, error) {
			return s.save(ctx, tx, author, in)
		},
		func(d *ent.MessageDraft) uuid.UUID { return d.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.MessageDraft, error) {
			return seen(tx.MessageDraft.Get(ctx, u))
		})
}

func (s *Service) save(ctx context.Context, tx *ent.Client, author *viewer.Viewer, in Saving) (*ent.MessageDraft, error) {
	t, err := lock(ctx, tx, in.Thread)
	if err != nil {
		return nil, err
	}
	p, err := s.check(ctx, tx, t, uuid.Nil, in.Posting)
	if err != nil {
		return nil, err
	}
	if in.Draft == nil {
		return s.draft(ctx, tx, t, author, in.Posting, p, messagedraft.StatusDraft)
	}
	d, err := tx.MessageDraft.Query().Where(messagedraft.ID(*in.Draft), messagedraft.ThreadID(t.ID), messagedraft.AuthorID(author.Person)).Only(ctx)
	if err != nil {
		return nil, command.Found(err)
	}
	if err := command.Unchanged(d.Revision, in.Expected); err != nil {
		return nil, err
	}
	if err := CheckDraft(d.Status, messagedraft.StatusDraft, d.Revision); err != nil {
		return nil, err
	}
	if err := submitted(ctx, tx, d, t); err != nil {
		return nil, err
	}
	if err := forget(ctx, tx, d); err != nil {
		return nil, err
	}
	if err := attachment.LeaveDraft(ctx, tx, d.ID); err != nil {
		return nil, err
	}
	if err := attachment.AttachToDraft(ctx, tx, t.ID, d.ID, in.Attachments); err != nil {
		return nil, err
	}
	update := d.Update().SetBody(in.Body).SetLanguage(in.Language).SetStatus(messagedraft.StatusDraft).ClearHeldAt().
		SetRevision(d.Revision + 1).SetUpdatedAt(s.Time())
	if p.replyTo == nil {
		update.ClearReplyToID()
	} else {
		update.SetReplyToID(*p.replyTo)
	}
	if d, err = update.Save(ctx); err != nil {
		return nil, err
	}
	return d, s.keep(ctx, tx, place{draft: &d.ID}, s.Time(), p)
}

// draft keeps a new draft, held or not. One too many is a CONFLICT.
func (s *Service) draft(ctx context.Context, tx *ent.Client, t *ent.Thread, author *viewer.Viewer, in Posting, p parts, status messagedraft.Status) (*ent.MessageDraft, error) {
	n, err := tx.MessageDraft.Query().Where(
		messagedraft.ThreadID(t.ID), messagedraft.AuthorID(author.Person),
		messagedraft.StatusIn(messagedraft.StatusDraft, messagedraft.StatusHeld, messagedraft.StatusReturned),
	).Count(ctx)
	if err != nil {
		return nil, err
	}
	if n >= draftsLimit {
		return nil, apperr.New(apperr.Conflict, msgDrafts, n).With("limit", draftsLimit)
	}
	now := s.Time()
	create := tx.MessageDraft.Create().SetID(s.NewID(id.Draft)).SetCreatedAt(now).SetUpdatedAt(now).SetThreadID(t.ID).
		SetAuthorID(author.Person).SetStatus(status).SetLanguage(in.Language).SetBody(in.Body).SetNillableReplyToID(p.replyTo).
		SetVia(messagedraft.Via(in.via()))
	if status == messagedraft.StatusHeld {
		create.SetHeldAt(now)
	}
	d, err := create.Save(ctx)
	if err != nil {
		return nil, err
	}
	if err := attachment.AttachToDraft(ctx, tx, t.ID, d.ID, in.Attachments); err != nil {
		return nil, err
	}
	return d, s.keep(ctx, tx, place{draft: &d.ID}, s.Time(), p)
}

// PostDraft makes a draft a message, or lets it wait for the Secretariat where the
// discussion holds what its author writes. For its author, others are FORBIDDEN; a
// closed discussion, and what is held or over, are a CONFLICT.
func (s *Service) PostDraft(ctx context.Context, u uuid.UUID, expected int, key *string) (*Posted, command.Receipt, error) {
	author, err := writer(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	input := struct {
		Draft    uuid.UUID
		Expected int
	}{u, expected}
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "postDraft", Input: input},
		func(ctx context.Context, tx *ent.Client) (*Posted, error) {
			d, t, err := lockDraft(ctx, tx, u, expected)
			if err != nil {
				return nil, err
			}
			if d.AuthorID != author.Person {
				return nil, apperr.ErrForbidden
			}
			if !s.CanPost(ctx, t) {
				return nil, command.WrongState(string(t.Status), t.Revision)
			}
			holds, err := held(ctx, tx, author, t)
			if err != nil {
				return nil, err
			}
			if holds {
				d, err := s.holdDraft(ctx, d, t)
				return &Posted{Held: d}, err
			}
			if err := CheckDraft(d.Status, messagedraft.StatusReleased, d.Revision); err != nil || d.Status == messagedraft.StatusHeld {
				return nil, command.WrongState(string(d.Status), d.Revision)
			}
			m, _, err := s.become(ctx, tx, d, t)
			return &Posted{Message: m}, err
		}, (*Posted).id, postedBefore)
}

// DiscardDraft gives a draft up, also one that is held or was returned; its text is
// gone, and its attachments. For its author, others are FORBIDDEN. What is over is a CONFLICT.
func (s *Service) DiscardDraft(ctx context.Context, u uuid.UUID, expected int) (*ent.MessageDraft, command.Receipt, error) {
	author, err := writer(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.MessageDraft, error) {
		d, t, err := lockDraft(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		if d.AuthorID != author.Person {
			return nil, apperr.ErrForbidden
		}
		from := d.Status
		if err := CheckDraft(from, messagedraft.StatusDiscarded, d.Revision); err != nil {
			return nil, err
		}
		if err := submitted(ctx, tx, d, t); err != nil {
			return nil, err
		}
		if err := forget(ctx, tx, d); err != nil {
			return nil, err
		}
		if err := attachment.EraseDraft(ctx, tx, d.ID, s.Time()); err != nil {
			return nil, err
		}
		d, err = d.Update().SetStatus(messagedraft.StatusDiscarded).SetBody("").SetReason("").
			SetRevision(d.Revision + 1).SetUpdatedAt(s.Time()).Save(ctx)
		if err != nil || from != messagedraft.StatusHeld {
			return d, err
		}
		return d, s.tellOf(ctx, "PostDiscarded", t, d)
	})
}

// become makes a draft the next message of its discussion, which is locked. Its text
// is the message's alone from then on.
func (s *Service) become(ctx context.Context, tx *ent.Client, d *ent.MessageDraft, t *ent.Thread) (*ent.Message, *ent.MessageDraft, error) {
	in := Posting{Thread: t.ID, Body: d.Body, Language: d.Language, ByMail: d.Via == messagedraft.ViaMail}
	m, err := s.write(ctx, tx, t, d.AuthorID, in, parts{replyTo: d.ReplyToID, draft: &d.ID})
	if err != nil {
		return nil, nil, err
	}
	err = tx.MessageQuote.Update().Where(messagequote.DraftID(d.ID)).SetMessageID(m.ID).ClearDraftID().Exec(ctx)
	if err != nil {
		return nil, nil, err
	}
	err = tx.MessageMention.Update().Where(messagemention.DraftID(d.ID)).SetMessageID(m.ID).ClearDraftID().Exec(ctx)
	if err != nil {
		return nil, nil, err
	}
	now := s.Time()
	update := d.Update().SetStatus(messagedraft.StatusReleased).SetBody("").SetReason("").SetMessageID(m.ID).ClearReplyToID().
		SetDecidedAt(now).SetRevision(d.Revision + 1).SetUpdatedAt(now)
	if v := viewer.From(ctx); v.SignedIn() {
		update.SetDecidedByID(v.Person)
	}
	d, err = update.Save(ctx)
	return m, d, err
}

// submitted refuses to erase what was put before the Secretariat while a legal hold
// stands: CONFLICT. What nobody else ever saw is its author's alone.
func submitted(ctx context.Context, tx *ent.Client, d *ent.MessageDraft, t *ent.Thread) error {
	if d.HeldAt == nil {
		return nil
	}
	return retention.Check(ctx, tx, t)
}

// forget removes what a draft quotes and mentions.
func forget(ctx context.Context, tx *ent.Client, d *ent.MessageDraft) error {
	if _, err := tx.MessageQuote.Delete().Where(messagequote.DraftID(d.ID)).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.MessageMention.Delete().Where(messagemention.DraftID(d.ID)).Exec(ctx)
	return err
}

// lockDraft reads a draft that the viewer may see, on the revision that was read,
// with its discussion locked.
func lockDraft(ctx context.Context, tx *ent.Client, u uuid.UUID, expected int) (*ent.MessageDraft, *ent.Thread, error) {
	d, err := tx.MessageDraft.Query().Where(messagedraft.ID(u)).Select(messagedraft.FieldThreadID).Only(ctx)
	if err != nil {
		return nil, nil, command.Found(err)
	}
	t, err := lock(ctx, tx, d.ThreadID)
	if err != nil {
		return nil, nil, err
	}
	if d, err = tx.MessageDraft.Get(ctx, u); err != nil {
		return nil, nil, command.Found(err)
	}
	return d, t, command.Unchanged(d.Revision, expected)
}

// tellOf tells an event of a draft: to its author, and to those of the Secretariat
// who take part.
func (s *Service) tellOf(ctx context.Context, kind string, t *ent.Thread, d *ent.MessageDraft) error {
	e := event(kind, t, d.ID, eventlog.Facts{})
	e.Personal, e.Person = true, &d.AuthorID
	return s.Log.Append(ctx, e)
}
