package retention

import (
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/retentionschedule"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

var kindOf = map[id.Kind]retentionschedule.Kind{
	id.Organisation: retentionschedule.KindOrganisation, id.Agreement: retentionschedule.KindAgreement,
	id.Programme: retentionschedule.KindProgramme, id.Proposal: retentionschedule.KindProposal,
	id.Activity: retentionschedule.KindActivity, id.Body: retentionschedule.KindBody,
	id.Opportunity: retentionschedule.KindOpportunity, id.Meeting: retentionschedule.KindMeeting,
}

// KindOf is the kind of a discussion, by what it is about.
func KindOf(t *ent.Thread) retentionschedule.Kind { return kindOf[id.KindOf(SubjectOf(t))] }

// EraseOn is the day from which on the texts of a discussion are erased: the
// schedule's years after the day in Port of Spain on which it was closed; nil if
// it is open or erased, or its kind is kept for good. The 29th of February is
// followed by the 1st of March.
func EraseOn(t *ent.Thread, schedules []*ent.RetentionSchedule) *date.Date {
	if t.Status != thread.StatusClosed || t.ClosedAt == nil || t.ErasedAt != nil {
		return nil
	}
	kind := KindOf(t)
	for _, s := range schedules {
		if s.Kind == kind && s.Years != nil {
			d := date.Date(viewer.Day(*t.ClosedAt).AddDate(*s.Years, 0, 0).Format(time.DateOnly))
			return &d
		}
	}
	return nil
}

// ClosedBefore is the moment before which a discussion was closed if its texts are
// to be erased now: the beginning of the day after, years ago, in Port of Spain.
func ClosedBefore(now time.Time, years int) time.Time {
	y, m, d := viewer.Day(now).AddDate(-years, 0, 1).Date()
	return time.Date(y, m, d, 4, 0, 0, 0, time.UTC) // midnight in Port of Spain
}

// Column is the column of a discussion that names what a kind is about.
func Column(kind retentionschedule.Kind) string {
	return map[retentionschedule.Kind]string{
		retentionschedule.KindOrganisation: thread.FieldOrganisationID, retentionschedule.KindAgreement: thread.FieldAgreementID,
		retentionschedule.KindProgramme: thread.FieldProgrammeID, retentionschedule.KindProposal: thread.FieldProposalID,
		retentionschedule.KindActivity: thread.FieldActivityID, retentionschedule.KindBody: thread.FieldBodyID,
		retentionschedule.KindOpportunity: thread.FieldOpportunityID, retentionschedule.KindMeeting: thread.FieldMeetingID,
	}[kind]
}
