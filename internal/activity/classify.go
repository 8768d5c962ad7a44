package activity

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/funding"
)

// ClassifyInput says where an activity belongs. What is not given stays.
type ClassifyInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Programme        command.Field[uuid.UUID]
	Agreement        command.Field[uuid.UUID]
}

// Classify says of any activity, an imported one too, to which programme and which
// agreement it belongs: what no import can know. For the Secretariat.
func (s *Service) Classify(ctx context.Context, in ClassifyInput) (*ent.Activity, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Activity, error) {
		a, err := lock(ctx, tx, in.ID)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Unchanged(a.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		programmeID, agreementID := in.Programme.OrNil(a.ProgrammeID), in.Agreement.OrNil(a.AgreementID)
		var d eventlog.Diff
		d.Value("programme", command.Ref(a.ProgrammeID), command.Ref(programmeID))
		d.Value("agreement", command.Ref(a.AgreementID), command.Ref(agreementID))
		if !d.Any() {
			return a, nil
		}
		if d.Has("programme") {
			if err := checkProgramme(ctx, tx, programmeID); err != nil {
				return nil, err
			}
		}
		if d.Has("agreement") {
			if err := checkAgreement(ctx, tx, agreementID); err != nil {
				return nil, err
			}
		}
		sums, err := s.begin(ctx, tx, a, d)
		if err != nil {
			return nil, err
		}
		u := a.Update().SetUpdatedAt(s.Time()).SetRevision(a.Revision + 1)
		command.Put(programmeID, u.SetProgrammeID, u.ClearProgrammeID)
		command.Put(agreementID, u.SetAgreementID, u.ClearAgreementID)
		if a, err = u.Save(ctx); err != nil {
			return nil, fmt.Errorf("activity: classify: %w", err)
		}
		if err := sums.End(ctx, tx, funding.Of{}); err != nil {
			return nil, err
		}
		return a, s.tell(ctx, "ActivityEdited", a, eventlog.Facts{Changes: d.Changes})
	})
}

// side is an activity that a transaction names: by its identifier, and the row if
// it is known here.
type side struct {
	ref string
	id  *uuid.UUID
}

// counterpart finds the activity that an input names by its identifier; nil and ""
// are none.
func counterpart(ctx context.Context, tx *ent.Client, field string, in *string) (side, error) {
	ref, err := command.Optional(field, in, identifierLimit)
	if err != nil || ref == "" {
		return side{}, err
	}
	known, err := funding.Counterparts(ctx, tx, []string{ref})
	if err != nil {
		return side{}, err
	}
	out := side{ref: ref}
	if u, ok := known[ref]; ok {
		out.id = &u
	}
	return out, nil
}

func editedCounterpart(ctx context.Context, tx *ent.Client, field string, in command.Field[string], before side) (side, error) {
	if !in.Given {
		return before, nil
	}
	return counterpart(ctx, tx, field, in.Value)
}

// counted is the organisation as sums count it.
func (p party) counted(u *uuid.UUID) funding.Party {
	return funding.Party{ID: u, Ref: p.ref, Name: p.name}
}

// reporting is who reports an activity.
func reporting(a *ent.Activity) funding.Party {
	return funding.Party{ID: a.ReportingID, Ref: a.ReportingRef, Name: a.ReportingName}
}

// begin takes an activity's money out of the sums that are kept, if the changes are
// of what they depend on.
func (*Service) begin(ctx context.Context, tx *ent.Client, a *ent.Activity, d eventlog.Diff) (*funding.Change, error) {
	var of funding.Of
	if d.Has("programme", "agreement", "countries", "sectors") {
		of.Activities = []uuid.UUID{a.ID}
	}
	return funding.Begin(ctx, tx, of)
}

// arrived lets the transactions that name the activity find it.
func arrived(ctx context.Context, tx *ent.Client, a *ent.Activity) error {
	sums, err := funding.Begin(ctx, tx, funding.Of{Identifiers: []string{a.IatiIdentifier}})
	if err != nil {
		return err
	}
	if err := funding.Arrived(ctx, tx, a.IatiIdentifier); err != nil {
		return err
	}
	return sums.End(ctx, tx, funding.Of{})
}
