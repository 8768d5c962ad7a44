package thread

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/messagedraft"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"
)

var (
	msgHeld = i18n.Message{
		EN: "In this discussion the Secretariat releases what you write before others see it: write a new message instead.",
		ES: "En esta discusión la Secretaría aprueba lo que usted escribe antes de que otros lo vean: escriba un mensaje nuevo.",
		FR: "Dans cette discussion, le Secrétariat approuve ce que vous écrivez avant que d'autres le voient : écrivez plutôt un nouveau message.",
	}
	msgGone = i18n.Message{
		EN: "Its author does not take part in the discussion any more: admit them again first, or return it.",
		ES: "Su autor ya no participa en la discusión: admítalo de nuevo primero, o devuélvalo.",
		FR: "Son auteur ne participe plus à la discussion : admettez-le de nouveau d'abord, ou renvoyez le message.",
	}
)

// Held says whether a discussion with this audience holds what the viewer writes:
// of people of a partner organisation, unless they take part by a seat or in a body,
// or as persons who hold a seat or post.
func Held(v *viewer.Viewer, t *ent.Thread, audience []*ent.ThreadAudience) bool {
	if !t.HoldsPartnerPosts || !v.SignedIn() || !v.Partner {
		return false
	}
	for _, a := range audience {
		switch {
		case a.EndedAt != nil:
		case a.BodyID != nil && v.SitsIn(*a.BodyID), a.SeatID != nil && v.Holds(*a.SeatID),
			a.PersonID != nil && *a.PersonID == v.Person && v.Seated():
			return false
		}
	}
	return true
}

// PostsAreHeld says whether the discussion holds what the viewer writes now. Its
// audience is read once for all discussions that were read together, and only where
// it matters.
func (s *Service) PostsAreHeld(ctx context.Context, t *ent.Thread) (bool, error) {
	v := viewer.From(ctx)
	if !Held(v, t, nil) {
		return false, nil
	}
	rows, err := t.AllAudience(ctx)
	return Held(v, t, rows), err
}

// held is Held with the audience of now. It costs a statement only where it matters.
func held(ctx context.Context, tx *ent.Client, v *viewer.Viewer, t *ent.Thread) (bool, error) {
	if !Held(v, t, nil) {
		return false, nil
	}
	rows, err := tx.ThreadAudience.Query().Where(threadaudience.ThreadID(t.ID), threadaudience.EndedAtIsNil()).All(ctx)
	return Held(v, t, rows), err
}

// free refuses to change what others see already where the discussion holds what the
// viewer writes: CONFLICT.
func free(ctx context.Context, tx *ent.Client, v *viewer.Viewer, t *ent.Thread) error {
	holds, err := held(ctx, tx, v, t)
	if err == nil && holds {
		err = apperr.New(apperr.Conflict, msgHeld)
	}
	return err
}

// hold keeps what a partner wrote until the Secretariat decides, with its
// attachments.
func (s *Service) hold(ctx context.Context, tx *ent.Client, t *ent.Thread, author *viewer.Viewer, in Posting, p parts) (*ent.MessageDraft, error) {
	d, err := s.draft(ctx, tx, t, author, in, p, messagedraft.StatusHeld)
	if err != nil {
		return nil, err
	}
	return d, s.tellOf(ctx, "MessageHeld", t, d)
}

// holdDraft lets a draft wait for the Secretariat.
func (s *Service) holdDraft(ctx context.Context, d *ent.MessageDraft, t *ent.Thread) (*ent.MessageDraft, error) {
	if err := CheckDraft(d.Status, messagedraft.StatusHeld, d.Revision); err != nil {
		return nil, err
	}
	now := s.Time()
	d, err := d.Update().SetStatus(messagedraft.StatusHeld).SetHeldAt(now).SetRevision(d.Revision + 1).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, err
	}
	return d, s.tellOf(ctx, "MessageHeld", t, d)
}

// Release makes what is held the next message of its discussion; its author stays.
// For the Secretariat that takes part, others are FORBIDDEN. What is not held, a
// closed discussion and an author who does not take part any more are a CONFLICT.
func (s *Service) Release(ctx context.Context, u uuid.UUID, expected int) (*ent.MessageDraft, command.Receipt, error) {
	return s.decide(ctx, u, expected, messagedraft.StatusReleased, func(ctx context.Context, tx *ent.Client, d *ent.MessageDraft, t *ent.Thread) (*ent.MessageDraft, error) {
		if !s.CanPost(ctx, t) {
			return nil, command.WrongState(string(t.Status), t.Revision)
		}
		c := &circle{tx: tx, thread: t.ID, number: t.LastNumber + 1, day: s.today()}
		there, err := c.among(viewer.With(ctx, viewer.System()), batch.In(person.FieldID, []uuid.UUID{d.AuthorID}))
		if err != nil {
			return nil, err
		}
		if len(there) == 0 {
			return nil, apperr.New(apperr.Conflict, msgGone)
		}
		_, d, err = s.become(ctx, tx, d, t)
		return d, err
	})
}

// Return gives what is held back to its author, with a reason. For the Secretariat
// that takes part, others are FORBIDDEN. What is not held is a CONFLICT.
func (s *Service) Return(ctx context.Context, u uuid.UUID, expected int, reason string) (*ent.MessageDraft, command.Receipt, error) {
	if _, err := writer(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	why, err := command.Line("input.reason", reason, reasonLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return s.decide(ctx, u, expected, messagedraft.StatusReturned, func(ctx context.Context, _ *ent.Client, d *ent.MessageDraft, t *ent.Thread) (*ent.MessageDraft, error) {
		now := s.Time()
		d, err := d.Update().SetStatus(messagedraft.StatusReturned).SetReason(why).SetDecidedAt(now).SetDecidedByID(viewer.From(ctx).Person).
			SetRevision(d.Revision + 1).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return nil, err
		}
		return d, s.tellOf(ctx, "PostReturned", t, d)
	})
}

// decide is what the Secretariat does with what is held.
func (s *Service) decide(ctx context.Context, u uuid.UUID, expected int, to messagedraft.Status,
	do func(ctx context.Context, tx *ent.Client, d *ent.MessageDraft, t *ent.Thread) (*ent.MessageDraft, error),
) (*ent.MessageDraft, command.Receipt, error) {
	v, err := writer(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.MessageDraft, error) {
		d, t, err := lockDraft(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		if !v.Secretariat() {
			return nil, apperr.ErrForbidden
		}
		if d.Status != messagedraft.StatusHeld { // a draft becomes a message by its author alone
			return nil, command.WrongState(string(d.Status), d.Revision)
		}
		if err := CheckDraft(d.Status, to, d.Revision); err != nil {
			return nil, err
		}
		return do(ctx, tx, d, t)
	})
}

// CanDecide says whether the viewer may release or return what is held now.
func (s *Service) CanDecide(ctx context.Context, d *ent.MessageDraft) bool {
	return d.Status == messagedraft.StatusHeld && viewer.From(ctx).Secretariat()
}

// CanChangeDraft says whether the viewer may change the draft and post it now, the
// discussion being open.
func (s *Service) CanChangeDraft(ctx context.Context, d *ent.MessageDraft) bool {
	return viewer.From(ctx).Person == d.AuthorID && CheckDraft(d.Status, messagedraft.StatusDraft, d.Revision) == nil
}
