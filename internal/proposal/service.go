package proposal

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/share"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// DraftInput is a new proposal.
type DraftInput struct {
	Reference string
	Title     *i18n.TextInput
	Summary   *i18n.TextInput
	Sponsor   uuid.UUID
	Programme *uuid.UUID
	// Opportunity is the funding that it aims at.
	Opportunity *uuid.UUID `json:",omitempty"`
	Requested   *money.Input
	Starts      *date.Partial
	Ends        *date.Partial
	Countries   []share.Country
	Sectors     []share.Sector
}

// EditInput is a change of a proposal. What is not given stays.
type EditInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Title            *i18n.TextInput
	Summary          *i18n.TextInput
	Programme        command.Field[uuid.UUID]
	Opportunity      command.Field[uuid.UUID]
	Requested        command.Field[money.Input]
	Starts           command.Field[date.Partial]
	Ends             command.Field[date.Partial]
	Countries        command.Field[[]share.Country]
	Sectors          command.Field[[]share.Sector]
}

// Longest texts.
const (
	referenceLimit = 60
	titleLimit     = 500
	summaryLimit   = 20_000
	reasonLimit    = 2000
)

var (
	msgReference = i18n.Message{
		EN: "Another proposal of this sponsor has this reference.", ES: "Otra propuesta de este patrocinador tiene esta referencia.",
		FR: "Une autre proposition de ce parrain porte cette référence.",
	}
	msgSponsor = i18n.Message{
		EN: "A proposal is sponsored by a Special Committee that is active.", ES: "Una propuesta la patrocina un Comité Especial activo.",
		FR: "Une proposition est parrainée par un Comité Spécial actif.",
	}
	msgProgramme = i18n.Message{
		EN: "Only a programme that is adopted or running takes proposals.", ES: "Solo un programa adoptado o en curso admite propuestas.",
		FR: "Seul un programme adopté ou en cours accueille des propositions.",
	}
	msgPeriod = i18n.Message{
		EN: "It can't end before it begins.", ES: "No puede terminar antes de empezar.", FR: "La fin ne peut précéder le début.",
	}
	msgRequested = i18n.Message{
		EN: "Ask for an amount above zero.", ES: "Solicite una cantidad superior a cero.", FR: "Demandez une somme supérieure à zéro.",
	}
)

// Draft records a proposal. For seats of the sponsoring body and the
// Secretariat. A reference that the sponsor uses already is ALREADY_EXISTS.
func (s *Service) Draft(ctx context.Context, in DraftInput, key *string) (*ent.Proposal, command.Receipt, error) {
	v := viewer.From(ctx)
	if err := command.Allow(ctx, sponsors(v, in.Sponsor)); err != nil {
		return nil, command.Receipt{}, err
	}
	now := s.Time()
	reference, err := command.Line("input.reference", in.Reference, referenceLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	title, err := command.Text(ctx, "input.title", in.Title, titleLimit, true, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	summary, err := command.Text(ctx, "input.summary", in.Summary, summaryLimit, false, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	requested, err := amount(in.Requested)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if err := checkPeriod(in.Starts, in.Ends); err != nil {
		return nil, command.Receipt{}, err
	}
	sectors, err := share.Sectors("input.sectors", in.Sectors)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "draftProposal", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Proposal, error) {
		if err := checkSponsor(ctx, tx, in.Sponsor); err != nil {
			return nil, err
		}
		if err := checkProgramme(ctx, tx, in.Programme); err != nil {
			return nil, err
		}
		if err := s.checkOpportunity(ctx, tx, in.Opportunity); err != nil {
			return nil, err
		}
		countries, err := share.Countries(ctx, tx, "input.countries", in.Countries)
		if err != nil {
			return nil, err
		}
		c := tx.Proposal.Create().SetID(s.NewID(id.Proposal)).SetCreatedAt(now).SetUpdatedAt(now).SetReference(reference).
			SetTitleText(title).SetSummaryText(summary).SetSponsorID(in.Sponsor).SetNillableProgrammeID(in.Programme).SetNillableOpportunityID(in.Opportunity).
			SetNillableStarts(in.Starts).SetNillableEnds(in.Ends)
		if requested != nil {
			c.SetRequestedPublished(requested.Published).SetRequestedMicro(requested.Micro).SetRequestedCurrency(requested.Currency)
		}
		if v.SignedIn() {
			c.SetCreatedByID(v.Person)
		}
		p, err := c.Save(ctx)
		if err := store.Taken(err, proposal.FieldReference, apperr.New(apperr.AlreadyExists, msgReference).In("input.reference")); err != nil {
			return nil, err
		}
		if err := share.Add(ctx, tx, s.Runner, share.Owner{Proposal: &p.ID}, countries); err != nil {
			return nil, err
		}
		if err := share.Add(ctx, tx, s.Runner, share.Owner{Proposal: &p.ID}, sectors); err != nil {
			return nil, err
		}
		return p, s.tell(ctx, "ProposalDrafted", p, eventlog.Facts{})
	}, func(p *ent.Proposal) uuid.UUID { return p.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Proposal, error) {
		p, err := tx.Proposal.Get(ctx, u)
		return p, command.Found(err)
	})
}

// Edit changes a proposal that is a draft or was returned. For seats of the
// sponsoring body and the Secretariat. Any other one is CONFLICT.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Proposal, command.Receipt, error) {
	if _, err := command.SignedIn(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Proposal, error) {
		p, err := lock(ctx, tx, in.ID)
		if err != nil {
			return nil, err
		}
		if err := command.Allow(ctx, sponsors(viewer.From(ctx), p.SponsorID)); err != nil {
			return nil, err
		}
		if err := command.Unchanged(p.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		if !Editable(p.Status) {
			return nil, command.WrongState(string(p.Status), p.Revision)
		}
		return s.edit(ctx, tx, p, in)
	})
}

// edit writes the changes of a proposal that is locked and may be edited.
func (s *Service) edit(ctx context.Context, tx *ent.Client, p *ent.Proposal, in EditInput) (*ent.Proposal, error) {
	now := s.Time()
	title, retitled, err := command.EditText(ctx, "input.title", p.TitleText(), in.Title, titleLimit, true, now)
	if err != nil {
		return nil, err
	}
	summary, rewritten, err := command.EditText(ctx, "input.summary", p.SummaryText(), in.Summary, summaryLimit, false, now)
	if err != nil {
		return nil, err
	}
	before := RequestedOf(p)
	requested := before
	if in.Requested.Given {
		if requested, err = amount(in.Requested.Value); err != nil {
			return nil, err
		}
	}
	programmeID := in.Programme.OrNil(p.ProgrammeID)
	if command.Ref(programmeID) != command.Ref(p.ProgrammeID) {
		if err := checkProgramme(ctx, tx, programmeID); err != nil {
			return nil, err
		}
	}
	opportunityID := in.Opportunity.OrNil(p.OpportunityID)
	if command.Ref(opportunityID) != command.Ref(p.OpportunityID) {
		if err := s.checkOpportunity(ctx, tx, opportunityID); err != nil {
			return nil, err
		}
	}
	starts, ends := in.Starts.OrNil(p.Starts), in.Ends.OrNil(p.Ends)
	if err := checkPeriod(starts, ends); err != nil {
		return nil, err
	}
	owner := share.Owner{Proposal: &p.ID}
	countries, err := editCountries(ctx, tx, owner, in.Countries)
	if err != nil {
		return nil, err
	}
	sectors, err := editSectors(ctx, tx, owner, in.Sectors)
	if err != nil {
		return nil, err
	}
	var d eventlog.Diff
	d.Text("title", retitled)
	d.Text("summary", rewritten)
	d.Value("programme", command.Ref(p.ProgrammeID), command.Ref(programmeID))
	d.Value("opportunity", command.Ref(p.OpportunityID), command.Ref(opportunityID))
	d.Value("requested", before.String(), requested.String())
	d.Value("starts", command.Word(p.Starts), command.Word(starts))
	d.Value("ends", command.Word(p.Ends), command.Word(ends))
	d.Value("countries", share.String(countries.before), share.String(countries.after))
	d.Value("sectors", share.String(sectors.before), share.String(sectors.after))
	if !d.Any() {
		return p, nil
	}
	u := p.Update().SetUpdatedAt(now).SetRevision(p.Revision + 1).SetTitleText(title).SetSummaryText(summary)
	command.Put(programmeID, u.SetProgrammeID, u.ClearProgrammeID)
	command.Put(opportunityID, u.SetOpportunityID, u.ClearOpportunityID)
	command.Put(starts, u.SetStarts, u.ClearStarts)
	command.Put(ends, u.SetEnds, u.ClearEnds)
	if requested != nil {
		u.SetRequestedPublished(requested.Published).SetRequestedMicro(requested.Micro).SetRequestedCurrency(requested.Currency)
	} else {
		u.ClearRequestedPublished().ClearRequestedMicro().ClearRequestedCurrency()
	}
	if p, err = u.Save(ctx); err != nil {
		return nil, fmt.Errorf("proposal: edit: %w", err)
	}
	if err := countries.write(ctx, tx, s.Runner, owner, allocation.DimensionCountry); err != nil {
		return nil, err
	}
	if err := sectors.write(ctx, tx, s.Runner, owner, allocation.DimensionSector); err != nil {
		return nil, err
	}
	if d.Has("title") {
		if err := search.Renamed(ctx, tx, p.ID); err != nil {
			return nil, err
		}
	}
	return p, s.tell(ctx, "ProposalEdited", p, eventlog.Facts{Changes: d.Changes})
}

// edited are shares before and after an edit.
type edited struct{ before, after []share.Row }

func editCountries(ctx context.Context, tx *ent.Client, of share.Owner, in command.Field[[]share.Country]) (edited, error) {
	before, err := share.Read(ctx, tx, of, allocation.DimensionCountry)
	if err != nil || !in.Given {
		return edited{before, before}, err
	}
	list, err := in.Or("input.countries", nil)
	if err != nil {
		return edited{}, err
	}
	after, err := share.Countries(ctx, tx, "input.countries", list)
	return edited{before, after}, err
}

func editSectors(ctx context.Context, tx *ent.Client, of share.Owner, in command.Field[[]share.Sector]) (edited, error) {
	before, err := share.Read(ctx, tx, of, allocation.DimensionSector)
	if err != nil || !in.Given {
		return edited{before, before}, err
	}
	list, err := in.Or("input.sectors", nil)
	if err != nil {
		return edited{}, err
	}
	after, err := share.Sectors("input.sectors", list)
	return edited{before, after}, err
}

func (e edited) write(ctx context.Context, tx *ent.Client, r *command.Runner, of share.Owner, d allocation.Dimension) error {
	if share.String(e.before) == share.String(e.after) {
		return nil
	}
	return share.Replace(ctx, tx, r, of, d, e.after)
}

// RequestedOf is the money that is asked for; nil where it is not known.
func RequestedOf(p *ent.Proposal) *money.Amount {
	if p.RequestedMicro == nil {
		return nil
	}
	return &money.Amount{Published: p.RequestedPublished, Micro: *p.RequestedMicro, Currency: p.RequestedCurrency}
}

func amount(in *money.Input) (*money.Amount, error) {
	a, err := command.Money("input.requested", in)
	if err == nil && a != nil && a.Micro <= 0 {
		return nil, apperr.Invalid("input.requested.amount", msgRequested)
	}
	return a, err
}

func checkPeriod(starts, ends *date.Partial) error {
	if starts != nil && ends != nil && ends.Last() < starts.First() {
		return apperr.Invalid("input.ends", msgPeriod)
	}
	return nil
}

func checkSponsor(ctx context.Context, tx *ent.Client, u uuid.UUID) error {
	b, err := tx.Body.Get(ctx, u)
	if err != nil {
		return command.AtField("input.sponsorId", err)
	}
	if !isSponsor(b) {
		return apperr.Invalid("input.sponsorId", msgSponsor)
	}
	return nil
}

func isSponsor(b *ent.Body) bool {
	return b.Kind == body.KindSpecialCommittee && b.Status == body.StatusActive
}

func checkProgramme(ctx context.Context, tx *ent.Client, u *uuid.UUID) error {
	if u == nil {
		return nil
	}
	p, err := tx.Programme.Get(ctx, *u)
	if err != nil {
		return command.AtField("input.programmeId", err)
	}
	if p.Status != programme.StatusAdopted && p.Status != programme.StatusRunning {
		return apperr.Invalid("input.programmeId", msgProgramme)
	}
	return nil
}

// lock reads a proposal that the viewer may see and keeps others from changing
// it. NOT_FOUND if there is none.
func lock(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Proposal, error) {
	p, err := tx.Proposal.Query().Where(proposal.ID(u), store.Locked(tx)).Only(ctx)
	return p, command.Found(err)
}

// tell appends an event about a proposal. It names no programme: what belongs to
// one is told to all who hold a seat.
func (s *Service) tell(ctx context.Context, kind string, p *ent.Proposal, facts eventlog.Facts) error {
	return s.Log.Append(ctx, eventlog.Event{
		Kind: kind, Subject: p.ID, Proposal: &p.ID, Body: &p.SponsorID, Public: Public(p.Status), Facts: facts,
	})
}
