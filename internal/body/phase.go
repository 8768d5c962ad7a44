package body

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/ent/generated/ent/staffpost"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// phase is where a seat or post is in its time. The one that is stored says what
// the log has told; what the days say follows from the clock.
type phase string

const (
	toCome  phase = "TO_COME"
	inForce phase = "IN_FORCE"
	over    phase = "OVER"
)

// phaseOn is the phase of a period on a day.
func (p Period) phaseOn(day date.Date) phase {
	switch {
	case p.To != nil && *p.To < day:
		return over
	case p.From != nil && *p.From > day:
		return toCome
	}
	return inForce
}

// passed are the names of what happened between what was told and now, in order.
// Time does not run backwards: where the clock was set back, or another node's is
// ahead, nothing happened.
func passed(told, now phase) []string {
	var out []string
	if told == toCome && now != toCome {
		out = append(out, "Started")
	}
	if told != over && now == over {
		out = append(out, "Ended")
	}
	return out
}

// phaseAfter is the phase to store when a period is changed on a day. Of days that
// stay as they are, what was told stays told, even if this clock is behind.
func (p Period) phaseAfter(told phase, before Period, day date.Date) phase {
	now := p.phaseOn(day)
	same := textOf(p.From) == textOf(before.From) && textOf(p.To) == textOf(before.To)
	if same && len(passed(now, told)) > 0 {
		return told
	}
	return now
}

// tellPassed tells what the days have done to a seat or post ("Seat", "StaffPost")
// since the log told of it last. The row must be locked, and written with its phase
// after this.
func (s *Service) tellPassed(ctx context.Context, kind string, u, in uuid.UUID, person *uuid.UUID, told, now phase) error {
	for _, what := range passed(told, now) {
		if err := s.tell(ctx, kind+what, u, in, person, nil); err != nil {
			return err
		}
	}
	return nil
}

// due admits the seats or posts of whose days the log lacks something.
func due(day date.Date) func(*sql.Selector) {
	return func(s *sql.Selector) {
		of, from, to := s.C("phase"), s.C("valid_from"), s.C("valid_to")
		s.Where(sql.Or(
			sql.And(sql.EQ(of, string(toCome)), sql.Or(sql.IsNull(from), sql.LTE(from, day))),
			sql.And(sql.In(of, string(toCome), string(inForce)), sql.LT(to, day)),
		))
	}
}

// passLimit bounds how many seats or posts one transaction tells of.
const passLimit = 50

// PassTime tells of the seats and posts whose first day has come or whose last day
// has passed, each once, whoever else does so at the same time. The hub itself
// tells it. What is under way when it fails is told the next time.
func (s *Service) PassTime(ctx context.Context) error {
	ctx = viewer.With(ctx, viewer.System())
	for _, pass := range []func(context.Context, *ent.Client) (int, error){s.passSeats, s.passPosts} {
		for n := passLimit; n == passLimit; {
			err := store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) (err error) {
				n, err = pass(ctx, tx)
				return err
			})
			if err != nil {
				return fmt.Errorf("body: tell of the days of seats and posts: %w", err)
			}
		}
	}
	return nil
}

// passSeats tells of a few seats, and says of how many.
func (s *Service) passSeats(ctx context.Context, tx *ent.Client) (int, error) {
	today := s.today()
	rows, err := tx.Seat.Query().Where(predicate.Seat(due(today)), store.Locked(tx)).Order(ent.Asc(seat.FieldID)).Limit(passLimit).All(ctx)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		now := PeriodOf(row).phaseOn(today)
		if err := s.tellPassed(ctx, "Seat", row.ID, row.BodyID, row.PersonID, phase(row.Phase), now); err != nil {
			return 0, err
		}
		if err := row.Update().SetPhase(seat.Phase(now)).Exec(ctx); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// passPosts tells of a few posts, and says of how many.
func (s *Service) passPosts(ctx context.Context, tx *ent.Client) (int, error) {
	today := s.today()
	rows, err := tx.StaffPost.Query().Where(predicate.StaffPost(due(today)), store.Locked(tx)).Order(ent.Asc(staffpost.FieldID)).Limit(passLimit).All(ctx)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		now := PeriodOfPost(row).phaseOn(today)
		if err := s.tellPassed(ctx, "StaffPost", row.ID, row.BodyID, row.PersonID, phase(row.Phase), now); err != nil {
			return 0, err
		}
		if err := row.Update().SetPhase(staffpost.Phase(now)).Exec(ctx); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
