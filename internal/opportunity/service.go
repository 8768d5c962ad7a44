package opportunity

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// MayEdit says whether the viewer may edit opportunities now.
func (*Service) MayEdit(v *viewer.Viewer) bool { return v.Secretariat() }

// MayMove says whether the viewer may move the opportunity to one of the next
// statuses now.
func (s *Service) MayMove(v *viewer.Viewer, o *ent.Opportunity) bool {
	return s.MayEdit(v) && len(Next(o, s.today())) > 0
}

// MayFollow says whether the viewer may see how far opportunities are taken, beside
// what is offered: status, reason, revision and events.
func MayFollow(v *viewer.Viewer) bool { return v.IsSystem() || v.Seated() }

// Next are the statuses to which the opportunity may go from here.
func (s *Service) Next(o *ent.Opportunity) []opportunity.Status { return Next(o, s.today()) }

// Status is where the opportunity stands now.
func (s *Service) Status(o *ent.Opportunity) opportunity.Status { return StatusOn(o, s.today()) }

// IsOpen says whether one may apply today, as far as the days are known.
func (s *Service) IsOpen(o *ent.Opportunity) bool {
	return (o.Opens == nil || *o.Opens <= s.today()) && !over(o, s.today())
}

// today is the day in Port of Spain.
func (s *Service) today() date.Date { return date.Of(s.Now()) }

// IdentifyInput is a new opportunity.
type IdentifyInput struct {
	Source                          string
	SourceID                        *string
	Title, Description, Eligibility *i18n.TextInput
	Donor, Agreement                *uuid.UUID
	Opens, Closes                   *date.Date
	Minimum, Maximum                *money.Input
	Area                            *programme.Area
	Countries                       []string
	Sectors                         []Sector
	URL                             *string
}

// Identify records an opportunity. For the Secretariat. An identifier that the
// source has already is ALREADY_EXISTS; a donor, agreement or country that does not
// exist, an agreement that is not signed or in force, days and amounts out of order
// are INVALID_INPUT.
func (s *Service) Identify(ctx context.Context, in IdentifyInput, key *string) (*ent.Opportunity, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "identifyOpportunity", Input: in}
	return command.Create(ctx, s.Runner, claim,
		func(ctx context.Context, tx *ent.Client) (*ent.Opportunity, error) { return s.identify(ctx, tx, in) },
		func(o *ent.Opportunity) uuid.UUID { return o.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Opportunity, error) {
			o, err := tx.Opportunity.Get(ctx, u)
			return o, command.Found(err)
		})
}

func (s *Service) identify(ctx context.Context, tx *ent.Client, in IdentifyInput) (*ent.Opportunity, error) {
	now := s.Time()
	source, err := command.Line("input.source", in.Source, sourceLimit)
	if err != nil {
		return nil, err
	}
	sourceID, err := command.Optional("input.sourceId", in.SourceID, sourceIDLimit)
	if err != nil {
		return nil, err
	}
	url, err := command.Optional("input.url", in.URL, urlLimit)
	if err != nil {
		return nil, err
	}
	title, err := command.Text(ctx, "input.title", in.Title, titleLimit, true, now)
	if err != nil {
		return nil, err
	}
	description, err := command.Text(ctx, "input.description", in.Description, descriptionLimit, false, now)
	if err != nil {
		return nil, err
	}
	eligibility, err := command.Text(ctx, "input.eligibility", in.Eligibility, eligibilityLimit, false, now)
	if err != nil {
		return nil, err
	}
	c := tx.Opportunity.Create().SetID(s.NewID(id.Opportunity)).SetCreatedAt(now).SetUpdatedAt(now).SetSource(source).SetURL(url).
		SetTitleText(title).SetDescriptionText(description).SetEligibilityText(eligibility).
		SetNillableDonorID(in.Donor).SetNillableAgreementID(in.Agreement).SetNillableOpens(in.Opens).SetNillableCloses(in.Closes).
		SetCountries(append([]string{}, in.Countries...))
	if sourceID != "" {
		c.SetSourceID(sourceID)
	}
	if in.Area != nil {
		c.SetArea(string(*in.Area))
	}
	if err := s.checkNew(ctx, tx, in, c); err != nil {
		return nil, err
	}
	if v := viewer.From(ctx); v.SignedIn() {
		c.SetCreatedByID(v.Person)
	}
	o, err := c.Save(ctx)
	if err := store.Taken(err, opportunity.FieldSourceID, apperr.New(apperr.AlreadyExists, msgTaken).In("input.sourceId")); err != nil {
		return nil, err
	}
	return o, s.tell(ctx, "OpportunityIdentified", o, eventlog.Facts{})
}

// checkNew checks what a new opportunity refers to, its days and amounts, and sets
// the amounts and sectors.
func (s *Service) checkNew(ctx context.Context, tx *ent.Client, in IdentifyInput, c *ent.OpportunityCreate) error {
	for _, err := range []error{checkArea(in.Area), checkDays(in.Opens, in.Closes), checkDonor(ctx, tx, in.Donor)} {
		if err != nil {
			return err
		}
	}
	if err := checkAgreement(ctx, tx, in.Agreement, s.today()); err != nil {
		return err
	}
	if err := checkCountries(ctx, tx, in.Countries); err != nil {
		return err
	}
	sectors, err := keptSectors(in.Sectors)
	if err != nil {
		return err
	}
	least, err := command.NotNegative("input.minimum", in.Minimum)
	if err != nil {
		return err
	}
	most, err := command.NotNegative("input.maximum", in.Maximum)
	if err != nil {
		return err
	}
	c.SetSectors(sectors)
	if least != nil {
		c.SetMinimumPublished(least.Published).SetMinimumMicro(least.Micro).SetMinimumCurrency(least.Currency)
	}
	if most != nil {
		c.SetMaximumPublished(most.Published).SetMaximumMicro(most.Micro).SetMaximumCurrency(most.Currency)
	}
	return checkAmounts(least, most)
}

// change locks an opportunity for a change on this revision: NOT_FOUND if the
// viewer may not see it, FORBIDDEN if it is not the Secretariat's, CONFLICT on
// another revision.
func (s *Service) change(ctx context.Context, u uuid.UUID, revision int,
	fn func(ctx context.Context, tx *ent.Client, o *ent.Opportunity) (*ent.Opportunity, error),
) (*ent.Opportunity, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Opportunity, error) {
		o, err := tx.Opportunity.Query().Where(opportunity.ID(u), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Allow(ctx, s.MayEdit(v)); err != nil {
			return nil, err
		}
		if err := command.Unchanged(o.Revision, revision); err != nil {
			return nil, err
		}
		return fn(ctx, tx, o)
	})
}

// tell tells an event of the opportunity: to those who hold a seat or post.
func (s *Service) tell(ctx context.Context, kind string, o *ent.Opportunity, facts eventlog.Facts) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: o.ID, Opportunity: &o.ID, Facts: facts})
}
