package proposal

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	row "acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/opportunity"
)

var msgOpportunity = i18n.Message{
	EN: "This funding opportunity is closed, lost or dismissed. Name another, or none.",
	ES: "Esta oportunidad de financiamiento está cerrada, perdida o descartada. Indique otra, o ninguna.",
	FR: "Cette opportunité financière est close, perdue ou écartée. Indiquez-en une autre, ou aucune.",
}

// checkOpportunity refuses funding that the viewer may not see, or that is out of
// reach; nil is none.
func (s *Service) checkOpportunity(ctx context.Context, tx *ent.Client, u *uuid.UUID) error {
	if u == nil {
		return nil
	}
	o, err := tx.Opportunity.Get(ctx, *u)
	if err != nil {
		return command.AtField("input.opportunityId", err)
	}
	switch opportunity.StatusOn(o, date.Of(s.Now())) {
	case row.StatusClosed, row.StatusLost, row.StatusDismissed:
		return apperr.Invalid("input.opportunityId", msgOpportunity)
	}
	return nil
}
