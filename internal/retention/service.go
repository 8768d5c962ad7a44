package retention

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/retentionschedule"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

const (
	reasonLimit = 1000
	// maxYears bounds how long a schedule keeps; longer is for good.
	maxYears = 100
)

var msgYears = i18n.Message{
	EN: "Give 1 to %d years, or none to keep everything for good.", ES: "Indique de 1 a %d años, o ninguno para conservarlo todo.",
	FR: "Indiquez de 1 à %d ans, ou rien pour tout conserver.",
}

// Set sets how many years after their closing the discussions on a kind of
// subject are kept; nil is for good. For the Secretariat. expected is the
// revision of the schedule, 0 where there is none yet; another one is a CONFLICT.
// If nothing changes, nothing is written or told.
func (s *Service) Set(ctx context.Context, kind retentionschedule.Kind, years *int, expected int) (*ent.RetentionSchedule, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	if years != nil && (*years < 1 || *years > maxYears) {
		return nil, command.Receipt{}, apperr.Invalid("input.years", msgYears, maxYears).With("limit", maxYears)
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.RetentionSchedule, error) {
		row, err := tx.RetentionSchedule.Query().Where(retentionschedule.KindEQ(kind), store.Locked(tx)).Only(ctx)
		if ent.IsNotFound(err) {
			return s.begin(ctx, tx, kind, years, expected)
		}
		if err != nil {
			return nil, err
		}
		if err := command.Unchanged(row.Revision, expected); err != nil {
			return nil, err
		}
		diff := eventlog.Diff{}
		diff.Value("years", number(row.Years), number(years))
		if !diff.Any() {
			return row, nil
		}
		u := row.Update().SetRevision(row.Revision + 1).SetUpdatedAt(s.Time())
		command.Put(years, u.SetYears, u.ClearYears)
		if row, err = u.Save(ctx); err != nil {
			return nil, err
		}
		return row, s.tell(ctx, "RetentionSet", row.ID, eventlog.Facts{Changes: diff.Changes})
	})
}

// begin makes the first schedule of a kind.
func (s *Service) begin(ctx context.Context, tx *ent.Client, kind retentionschedule.Kind, years *int, expected int) (*ent.RetentionSchedule, error) {
	if err := command.Unchanged(0, expected); err != nil {
		return nil, err
	}
	now := s.Time()
	row, err := tx.RetentionSchedule.Create().SetID(s.NewID(id.Retention)).SetCreatedAt(now).SetUpdatedAt(now).
		SetKind(kind).SetNillableYears(years).Save(ctx)
	if store.IsUnique(err) { // somebody else was first
		return nil, command.Unchanged(1, expected)
	}
	if err != nil {
		return nil, err
	}
	diff := eventlog.Diff{}
	diff.Value("years", "", number(years))
	return row, s.tell(ctx, "RetentionSet", row.ID, eventlog.Facts{Changes: diff.Changes})
}

// tell tells what is for the Secretariat alone.
func (s *Service) tell(ctx context.Context, kind string, subject uuid.UUID, facts eventlog.Facts) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: subject, Facts: facts})
}
