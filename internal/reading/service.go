package reading

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/threadreading"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// Reading is what a person has read of a discussion.
type Reading struct {
	// UpTo says that all up to this number are read; nil: nothing is said of that.
	UpTo    *int
	Numbers []int
	Ranges  []Range
}

const numbersLimit = 100

var (
	msgNothing = i18n.Message{
		EN: "Say what you have read: up to which number, or which numbers.", ES: "Diga qué ha leído: hasta qué número, o qué números.",
		FR: "Dites ce que vous avez lu : jusqu'à quel numéro, ou quels numéros.",
	}
	msgMany = i18n.Message{EN: "Name at most %d.", ES: "Nombre como máximo %d.", FR: "Nommez-en au plus %d."}
	msgEnd  = i18n.Message{
		EN: "There is no message with this number; the latest is %d.", ES: "No hay ningún mensaje con este número; el último es %d.",
		FR: "Il n'y a pas de message portant ce numéro ; le dernier est %d.",
	}
	msgTurned = i18n.Message{
		EN: "A range begins with its lower number.", ES: "Un rango empieza por su número más bajo.", FR: "Un intervalle commence par son numéro le plus bas.",
	}
)

// check refuses what can't have been read.
func (r Reading) check(last int) ([]Range, error) {
	exists := func(field string, n int) error {
		if n < 1 || n > last {
			return apperr.Invalid(field, msgEnd, last).With("limit", last)
		}
		return nil
	}
	var all []Range
	if r.UpTo != nil {
		if *r.UpTo < 0 || *r.UpTo > last {
			return nil, apperr.Invalid("input.upTo", msgEnd, last).With("limit", last)
		}
		all = append(all, Range{1, *r.UpTo})
	}
	for _, n := range r.Numbers {
		if err := exists("input.numbers", n); err != nil {
			return nil, err
		}
		all = append(all, Range{n, n})
	}
	for _, one := range r.Ranges {
		if one.From > one.To {
			return nil, apperr.Invalid("input.ranges", msgTurned)
		}
		for _, n := range []int{one.From, one.To} {
			if err := exists("input.ranges", n); err != nil {
				return nil, err
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// MarkRead says what the viewer has read of a discussion. Going back changes
// nothing, and where nothing changes nothing is written. A discussion that the
// viewer does not see is NOT_FOUND, a number that no message has INVALID_INPUT.
func (s *Service) MarkRead(ctx context.Context, thread uuid.UUID, in Reading) (*ent.Thread, command.Receipt, error) {
	switch {
	case in.UpTo == nil && len(in.Numbers) == 0 && len(in.Ranges) == 0:
		return nil, command.Receipt{}, apperr.Invalid("input", msgNothing)
	case len(in.Numbers) > numbersLimit:
		return nil, command.Receipt{}, apperr.Invalid("input.numbers", msgMany, numbersLimit).With("limit", numbersLimit)
	case len(in.Ranges) > MaxRanges:
		return nil, command.Receipt{}, apperr.Invalid("input.ranges", msgMany, MaxRanges).With("limit", MaxRanges)
	}
	return s.change(ctx, thread, func(t *ent.Thread, before State) (State, error) {
		more, err := in.check(t.LastNumber)
		before.Marks = before.Add(more...)
		return before, err
	})
}

// Attend says how the viewer follows a discussion; as before changes nothing. A
// discussion that the viewer does not see is NOT_FOUND.
func (s *Service) Attend(ctx context.Context, thread uuid.UUID, how threadreading.Attention) (*ent.Thread, command.Receipt, error) {
	return s.change(ctx, thread, func(_ *ent.Thread, before State) (State, error) {
		before.Attention = how
		return before, nil
	})
}

// change changes the viewer's row of a discussion as to says. It tells no event.
func (s *Service) change(ctx context.Context, thread uuid.UUID, to func(*ent.Thread, State) (State, error)) (*ent.Thread, command.Receipt, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() { // the hub itself reads nothing
		return nil, command.Receipt{}, apperr.ErrSignIn
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Thread, error) {
		// Its lock is not needed: numbers only grow.
		t, err := tx.Thread.Get(ctx, thread)
		if err != nil {
			return nil, command.Found(err)
		}
		row, err := rowOf(ctx, tx, v.Person, t.ID)
		if err != nil {
			return nil, err
		}
		before := stateOf(t, row)
		after, err := to(t, *before)
		if err != nil || after.Equal(before.Marks) && after.Attention == before.Attention {
			return t, err
		}
		return t, s.write(ctx, tx, v.Person, t, to)
	})
}

// Wrote says that a person has written a message: it is read by its author. It is
// part of the command that gave the message its number, whoever asks; that command
// holds the discussion.
func (s *Service) Wrote(ctx context.Context, tx *ent.Client, author uuid.UUID, t *ent.Thread, number int) error {
	return s.write(ctx, tx, author, t, func(_ *ent.Thread, before State) (State, error) {
		before.Marks = before.Add(Range{number, number})
		return before, nil
	})
}

// write changes a person's row under the person's counter: what another device has
// written meanwhile is read again.
func (s *Service) write(ctx context.Context, tx *ent.Client, person uuid.UUID, t *ent.Thread, to func(*ent.Thread, State) (State, error)) error {
	versions, err := s.Personal.Next(ctx, tx, person)
	if err != nil {
		return err
	}
	row, err := rowOf(ctx, tx, person, t.ID)
	if err != nil {
		return err
	}
	after, err := to(t, *stateOf(t, row))
	if err != nil {
		return err
	}
	now := s.Time()
	if row == nil {
		return tx.ThreadReading.Create().SetID(s.NewID(id.Reading)).SetCreatedAt(now).SetUpdatedAt(now).SetPersonID(person).SetThreadID(t.ID).
			SetUpTo(after.UpTo).SetRanges(kept(after.Ranges)).SetAttention(after.Attention).SetVersion(versions[0]).Exec(ctx)
	}
	return tx.ThreadReading.Update().Where(threadreading.ID(row.ID)).SetUpdatedAt(now).
		SetUpTo(after.UpTo).SetRanges(kept(after.Ranges)).SetAttention(after.Attention).SetVersion(versions[0]).Exec(ctx)
}

// rowOf is a person's row of a discussion, whoever asks; nil if there is none yet.
func rowOf(ctx context.Context, tx *ent.Client, person, thread uuid.UUID) (*ent.ThreadReading, error) {
	row, err := tx.ThreadReading.Query().Where(threadreading.PersonID(person), threadreading.ThreadID(thread)).
		Only(viewer.With(ctx, viewer.System()))
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // nothing was read yet
	}
	return row, err
}
