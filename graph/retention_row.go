package graph

import (
	"context"
	"crypto/ed25519"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/record"
	"acs-aec.org/hub/internal/retention"
)

// legalHoldSubject is what a hold is on, nil if the viewer may not see that.
func legalHoldSubject(ctx context.Context, h *ent.LegalHold) (model.LegalHoldSubject, error) {
	switch {
	case h.ThreadID != nil:
		return heldOrNil(h.Thread(ctx))
	case h.OrganisationID != nil:
		return heldOrNil(h.Organisation(ctx))
	case h.AgreementID != nil:
		return heldOrNil(h.Agreement(ctx))
	case h.ProgrammeID != nil:
		return heldOrNil(h.Programme(ctx))
	case h.ProposalID != nil:
		return heldOrNil(h.Proposal(ctx))
	case h.ActivityID != nil:
		return heldOrNil(h.Activity(ctx))
	case h.OpportunityID != nil:
		return heldOrNil(h.Opportunity(ctx))
	case h.MeetingID != nil:
		return heldOrNil(h.Meeting(ctx))
	}
	return heldOrNil(h.Body(ctx))
}

// heldOrNil keeps a nil row from becoming something that is not nil.
func heldOrNil[T interface {
	comparable
	model.LegalHoldSubject
}](row T, err error) (model.LegalHoldSubject, error) {
	var none T
	if err != nil || row == none {
		return nil, err
	}
	return row, nil
}

// onHold says whether a legal hold stands on a discussion; it is read once for all
// siblings.
func (r *Resolver) onHold(ctx context.Context, t *ent.Thread) (bool, error) {
	held, err := batch.Memo(t.Siblings(), "legal holds", func(rows []*ent.Thread) (map[uuid.UUID]bool, error) {
		return r.retention.Held(ctx, r.client, rows)
	})
	return held[t.ID], err
}

// eraseOn is the day on which the texts of a discussion are erased; the schedules
// are read once for all siblings.
func (r *Resolver) eraseOn(ctx context.Context, t *ent.Thread) (*date.Date, error) {
	all, err := batch.Memo(t.Siblings(), "retention schedules", func([]*ent.Thread) ([]*ent.RetentionSchedule, error) {
		return r.client.RetentionSchedule.Query().All(ctx)
	})
	if err != nil {
		return nil, err
	}
	return retention.EraseOn(t, all), nil
}

func recordKey(key ed25519.PublicKey) (*model.RecordKey, error) {
	pem, err := record.MarshalKey(key)
	if err != nil {
		return nil, err
	}
	return &model.RecordKey{ID: record.KeyID(key), Pem: string(pem)}, nil
}
