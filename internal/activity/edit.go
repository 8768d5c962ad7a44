package activity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activityparticipant"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/share"
)

// EditInput is a change of an activity. What is not given stays.
type EditInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Title            *i18n.TextInput
	Description      *i18n.TextInput
	PlannedStart     command.Field[date.Date]
	ActualStart      command.Field[date.Date]
	PlannedEnd       command.Field[date.Date]
	ActualEnd        command.Field[date.Date]
	Programme        command.Field[uuid.UUID]
	Proposal         command.Field[uuid.UUID]
	Agreement        command.Field[uuid.UUID]
	Participants     command.Field[[]Participant]
	Countries        command.Field[[]share.Country]
	Sectors          command.Field[[]share.Sector]
}

// Edit changes an own activity. For the Secretariat.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Activity, command.Receipt, error) {
	return s.change(ctx, in.ID, in.ExpectedRevision, func(ctx context.Context, tx *ent.Client, a *ent.Activity) (*ent.Activity, error) {
		return s.edit(ctx, tx, a, in)
	})
}

func (s *Service) edit(ctx context.Context, tx *ent.Client, a *ent.Activity, in EditInput) (*ent.Activity, error) {
	now := s.Time()
	title, retitled, err := command.EditText(ctx, "input.title", a.TitleText(), in.Title, titleLimit, true, now)
	if err != nil {
		return nil, err
	}
	description, rewritten, err := command.EditText(ctx, "input.description", a.DescriptionText(), in.Description, descriptionLimit, false, now)
	if err != nil {
		return nil, err
	}
	days := dates{
		in.PlannedStart.OrNil(a.PlannedStart), in.ActualStart.OrNil(a.ActualStart), in.PlannedEnd.OrNil(a.PlannedEnd), in.ActualEnd.OrNil(a.ActualEnd),
	}
	if err := s.checkDates(days); err != nil {
		return nil, err
	}
	programmeID, proposalID := in.Programme.OrNil(a.ProgrammeID), in.Proposal.OrNil(a.ProposalID)
	if command.Ref(programmeID) != command.Ref(a.ProgrammeID) {
		if err := checkProgramme(ctx, tx, programmeID); err != nil {
			return nil, err
		}
	}
	if command.Ref(proposalID) != command.Ref(a.ProposalID) {
		if err := checkProposal(ctx, tx, proposalID); err != nil {
			return nil, err
		}
	}
	agreementID := in.Agreement.OrNil(a.AgreementID)
	if command.Ref(agreementID) != command.Ref(a.AgreementID) {
		if err := checkAgreement(ctx, tx, agreementID); err != nil {
			return nil, err
		}
	}
	lists, err := s.editLists(ctx, tx, a.ID, in)
	if err != nil {
		return nil, err
	}
	var d eventlog.Diff
	d.Text("title", retitled)
	d.Text("description", rewritten)
	d.Value("plannedStart", command.Word(a.PlannedStart), command.Word(days.plannedStart))
	d.Value("actualStart", command.Word(a.ActualStart), command.Word(days.actualStart))
	d.Value("plannedEnd", command.Word(a.PlannedEnd), command.Word(days.plannedEnd))
	d.Value("actualEnd", command.Word(a.ActualEnd), command.Word(days.actualEnd))
	d.Value("programme", command.Ref(a.ProgrammeID), command.Ref(programmeID))
	d.Value("proposal", command.Ref(a.ProposalID), command.Ref(proposalID))
	d.Value("agreement", command.Ref(a.AgreementID), command.Ref(agreementID))
	for _, l := range lists {
		d.Value(l.field, l.before, l.after)
	}
	if !d.Any() {
		return a, nil
	}
	sums, err := s.begin(ctx, tx, a, d)
	if err != nil {
		return nil, err
	}
	u := a.Update().SetUpdatedAt(now).SetRevision(a.Revision + 1).SetTitleText(title).SetDescriptionText(description)
	command.Put(days.plannedStart, u.SetPlannedStart, u.ClearPlannedStart)
	command.Put(days.actualStart, u.SetActualStart, u.ClearActualStart)
	command.Put(days.plannedEnd, u.SetPlannedEnd, u.ClearPlannedEnd)
	command.Put(days.actualEnd, u.SetActualEnd, u.ClearActualEnd)
	command.Put(programmeID, u.SetProgrammeID, u.ClearProgrammeID)
	command.Put(proposalID, u.SetProposalID, u.ClearProposalID)
	command.Put(agreementID, u.SetAgreementID, u.ClearAgreementID)
	if a, err = u.Save(ctx); err != nil {
		return nil, fmt.Errorf("activity: edit: %w", err)
	}
	for _, l := range lists {
		if l.before == l.after {
			continue
		}
		if err := l.write(); err != nil {
			return nil, err
		}
	}
	if d.Has("countries") || d.Has("sectors") {
		if err := funding.Reshare(ctx, tx, a.ID); err != nil {
			return nil, err
		}
	}
	if d.Has("title") {
		if err := search.Renamed(ctx, tx, a.ID); err != nil {
			return nil, err
		}
	}
	if err := sums.End(ctx, tx, funding.Of{}); err != nil {
		return nil, err
	}
	return a, s.tell(ctx, "ActivityEdited", a, eventlog.Facts{Changes: d.Changes})
}

// list is a list of an activity before and after an edit, as the log tells it.
type list struct {
	field, before, after string
	write                func() error
}

// editLists checks the lists of an edit; those that are not given are left out.
func (s *Service) editLists(ctx context.Context, tx *ent.Client, u uuid.UUID, in EditInput) ([]list, error) {
	var out []list
	owner := share.Owner{Activity: &u}
	shares := func(field string, d allocation.Dimension, after []share.Row) error {
		before, err := share.Read(ctx, tx, owner, d)
		after = share.Even(after)
		out = append(out, list{field, share.String(before), share.String(after), func() error {
			return share.Replace(ctx, tx, s.Runner, owner, d, after)
		}})
		return err
	}
	if in.Participants.Given {
		given, err := in.Participants.Or("input.participants", nil)
		if err != nil {
			return nil, err
		}
		parts, err := s.participants(ctx, tx, given)
		if err != nil {
			return nil, err
		}
		before, err := tx.ActivityParticipant.Query().Where(activityparticipant.ActivityID(u)).
			Order(ent.Asc(activityparticipant.FieldPosition)).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("activity: read the participants: %w", err)
		}
		out = append(out, list{"participants", told(before), toldParts(parts), func() error {
			if _, err := tx.ActivityParticipant.Delete().Where(activityparticipant.ActivityID(u)).Exec(ctx); err != nil {
				return fmt.Errorf("activity: take the participants away: %w", err)
			}
			return s.addParticipants(ctx, tx, u, parts)
		}})
	}
	if in.Countries.Given {
		given, err := in.Countries.Or("input.countries", nil)
		if err != nil {
			return nil, err
		}
		rows, err := share.Countries(ctx, tx, "input.countries", given)
		if err != nil {
			return nil, err
		}
		if err := shares("countries", allocation.DimensionCountry, rows); err != nil {
			return nil, err
		}
	}
	if in.Sectors.Given {
		given, err := in.Sectors.Or("input.sectors", nil)
		if err != nil {
			return nil, err
		}
		rows, err := share.Sectors("input.sectors", given)
		if err != nil {
			return nil, err
		}
		if err := shares("sectors", allocation.DimensionSector, rows); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// addParticipants records who takes part, as they would be published.
func (s *Service) addParticipants(ctx context.Context, tx *ent.Client, u uuid.UUID, parts []part) error {
	creates := make([]*ent.ActivityParticipantCreate, len(parts))
	for i, p := range parts {
		o := partyOf(p.organisation)
		creates[i] = tx.ActivityParticipant.Create().SetID(s.NewID(id.Participant)).SetCreatedAt(s.Time()).SetActivityID(u).
			SetRoleCode(p.role).SetRef(o.ref).SetTypeCode(o.typeCode).SetName(o.name).SetOrganisationID(p.organisation.ID).SetPosition(i)
	}
	for chunk := range slices.Chunk(creates, 50) {
		if err := tx.ActivityParticipant.CreateBulk(chunk...).Exec(ctx); err != nil {
			return fmt.Errorf("activity: record the participants: %w", err)
		}
	}
	return nil
}

// party is an organisation as it is published: its identifier, name and type.
type party struct{ ref, name, typeCode string }

func partyOf(o *ent.Organisation) party {
	if o == nil {
		return party{}
	}
	name := o.NameText()
	p := party{name: name.In(name.Authentic)}
	if o.Identifier != nil {
		p.ref = *o.Identifier
	}
	if o.TypeCode != nil {
		p.typeCode = *o.TypeCode
	}
	return p
}

func told(rows []*ent.ActivityParticipant) string {
	parts := make([]string, len(rows))
	for i, p := range rows {
		parts[i] = p.RoleCode + " " + command.Ref(p.OrganisationID)
	}
	return strings.Join(parts, ", ")
}

func toldParts(in []part) string {
	parts := make([]string, len(in))
	for i, p := range in {
		parts[i] = p.role + " " + command.Ref(&p.organisation.ID)
	}
	return strings.Join(parts, ", ")
}
