package opportunity

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/store"
)

// EditInput is a change of an opportunity. What is not given stays.
type EditInput struct {
	ID                              uuid.UUID
	ExpectedRevision                int
	Source                          command.Field[string]
	SourceID                        command.Field[string]
	Title, Description, Eligibility *i18n.TextInput
	Donor, Agreement                command.Field[uuid.UUID]
	Opens, Closes                   command.Field[date.Date]
	Minimum, Maximum                command.Field[money.Input]
	Area                            command.Field[programme.Area]
	Countries                       command.Field[[]string]
	Sectors                         command.Field[[]Sector]
	URL                             command.Field[string]
}

// Edit changes an opportunity. For the Secretariat. It refuses what Identify
// refuses; an agreement that it names already may have ended since.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Opportunity, command.Receipt, error) {
	return s.change(ctx, in.ID, in.ExpectedRevision, func(ctx context.Context, tx *ent.Client, o *ent.Opportunity) (*ent.Opportunity, error) {
		var d eventlog.Diff
		u := o.Update().SetUpdatedAt(s.Time()).SetRevision(o.Revision + 1)
		for _, edit := range []func(context.Context, *ent.Client, *ent.Opportunity, EditInput, *ent.OpportunityUpdateOne, *eventlog.Diff) error{
			s.editTexts, s.editSource, s.editReferences, editTerms, editScope,
		} {
			if err := edit(ctx, tx, o, in, u, &d); err != nil {
				return nil, err
			}
		}
		if !d.Any() {
			return o, nil
		}
		o, err := u.Save(ctx)
		if err := store.Taken(err, opportunity.FieldSourceID, apperr.New(apperr.AlreadyExists, msgTaken).In("input.sourceId")); err != nil {
			return nil, err
		}
		if d.Has("title", "sourceId") {
			if err := search.Renamed(ctx, tx, o.ID); err != nil {
				return nil, err
			}
		}
		return o, s.tell(ctx, "OpportunityEdited", o, eventlog.Facts{Changes: d.Changes})
	})
}

func (s *Service) editTexts(ctx context.Context, _ *ent.Client, o *ent.Opportunity, in EditInput, u *ent.OpportunityUpdateOne, d *eventlog.Diff) error {
	now := s.Time()
	title, retitled, err := command.EditText(ctx, "input.title", o.TitleText(), in.Title, titleLimit, true, now)
	if err != nil {
		return err
	}
	description, described, err := command.EditText(ctx, "input.description", o.DescriptionText(), in.Description, descriptionLimit, false, now)
	if err != nil {
		return err
	}
	eligibility, redefined, err := command.EditText(ctx, "input.eligibility", o.EligibilityText(), in.Eligibility, eligibilityLimit, false, now)
	d.Text("title", retitled)
	d.Text("description", described)
	d.Text("eligibility", redefined)
	u.SetTitleText(title).SetDescriptionText(description).SetEligibilityText(eligibility)
	return err
}

func (*Service) editSource(_ context.Context, _ *ent.Client, o *ent.Opportunity, in EditInput, u *ent.OpportunityUpdateOne, d *eventlog.Diff) error {
	source, err := in.Source.Or("input.source", o.Source)
	if err == nil {
		source, err = command.Line("input.source", source, sourceLimit)
	}
	if err != nil {
		return err
	}
	sourceID, err := command.Optional("input.sourceId", in.SourceID.OrNil(o.SourceID), sourceIDLimit)
	if err != nil {
		return err
	}
	url, err := command.Optional("input.url", in.URL.OrNil(&o.URL), urlLimit)
	if err != nil {
		return err
	}
	d.Value("source", o.Source, source)
	d.Value("sourceId", command.Word(o.SourceID), sourceID)
	d.Value("url", o.URL, url)
	u.SetSource(source).SetURL(url)
	if sourceID == "" {
		u.ClearSourceID()
	} else {
		u.SetSourceID(sourceID)
	}
	return nil
}

func (s *Service) editReferences(ctx context.Context, tx *ent.Client, o *ent.Opportunity, in EditInput, u *ent.OpportunityUpdateOne, d *eventlog.Diff) error {
	donor, agreement := in.Donor.OrNil(o.DonorID), in.Agreement.OrNil(o.AgreementID)
	d.Value("donor", command.Ref(o.DonorID), command.Ref(donor))
	d.Value("agreement", command.Ref(o.AgreementID), command.Ref(agreement))
	if d.Has("donor") {
		if err := checkDonor(ctx, tx, donor); err != nil {
			return err
		}
	}
	if d.Has("agreement") {
		if err := checkAgreement(ctx, tx, agreement, s.today()); err != nil {
			return err
		}
	}
	command.Put(donor, u.SetDonorID, u.ClearDonorID)
	command.Put(agreement, u.SetAgreementID, u.ClearAgreementID)
	return nil
}

// editTerms changes days and amounts.
func editTerms(_ context.Context, _ *ent.Client, o *ent.Opportunity, in EditInput, u *ent.OpportunityUpdateOne, d *eventlog.Diff) (err error) {
	opens, closes := in.Opens.OrNil(o.Opens), in.Closes.OrNil(o.Closes)
	least, most := minimumOf(o), maximumOf(o)
	if in.Minimum.Given {
		if least, err = command.NotNegative("input.minimum", in.Minimum.Value); err != nil {
			return err
		}
	}
	if in.Maximum.Given {
		if most, err = command.NotNegative("input.maximum", in.Maximum.Value); err != nil {
			return err
		}
	}
	d.Value("opens", command.Word(o.Opens), command.Word(opens))
	d.Value("closes", command.Word(o.Closes), command.Word(closes))
	d.Value("minimum", minimumOf(o).String(), least.String())
	d.Value("maximum", maximumOf(o).String(), most.String())
	command.Put(opens, u.SetOpens, u.ClearOpens)
	command.Put(closes, u.SetCloses, u.ClearCloses)
	if least != nil {
		u.SetMinimumPublished(least.Published).SetMinimumMicro(least.Micro).SetMinimumCurrency(least.Currency)
	} else {
		u.ClearMinimumPublished().ClearMinimumMicro().ClearMinimumCurrency()
	}
	if most != nil {
		u.SetMaximumPublished(most.Published).SetMaximumMicro(most.Micro).SetMaximumCurrency(most.Currency)
	} else {
		u.ClearMaximumPublished().ClearMaximumMicro().ClearMaximumCurrency()
	}
	if err := checkDays(opens, closes); err != nil {
		return err
	}
	return checkAmounts(least, most)
}

// editScope changes for what and where the funding is.
func editScope(ctx context.Context, tx *ent.Client, o *ent.Opportunity, in EditInput, u *ent.OpportunityUpdateOne, d *eventlog.Diff) error {
	area := in.Area.OrNil(AreaOf(o))
	if err := checkArea(area); err != nil {
		return err
	}
	countries, err := in.Countries.Or("input.countries", o.Countries)
	if err != nil {
		return err
	}
	sectors := o.Sectors
	if in.Sectors.Given {
		given, err := in.Sectors.Or("input.sectors", nil)
		if err != nil {
			return err
		}
		if sectors, err = keptSectors(given); err != nil {
			return err
		}
	}
	if !slices.Equal(countries, o.Countries) {
		if err := checkCountries(ctx, tx, countries); err != nil {
			return err
		}
	}
	d.Value("area", command.Word(o.Area), command.Word(area))
	d.Value("countries", strings.Join(o.Countries, ", "), strings.Join(countries, ", "))
	d.Value("sectors", strings.Join(o.Sectors, ", "), strings.Join(sectors, ", "))
	u.SetCountries(append([]string{}, countries...)).SetSectors(append([]string{}, sectors...))
	if area == nil {
		u.ClearArea()
	} else {
		u.SetArea(string(*area))
	}
	return nil
}

// AreaOf is the priority area of an opportunity; nil for none.
func AreaOf(o *ent.Opportunity) *programme.Area {
	if o.Area == nil {
		return nil
	}
	a := programme.Area(*o.Area)
	return &a
}
