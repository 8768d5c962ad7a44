package aidstatistic

import (
	"cmp"
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/aiddonor"
	"acs-aec.org/hub/ent/generated/ent/aidstatistic"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
	organisations "acs-aec.org/hub/internal/organisation"
	"acs-aec.org/hub/internal/store"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// Row is a figure as a file has it.
type Row struct {
	Source, Recipient string
	Year              int
	Donor, DonorRef   string
	Value             money.Amount
	Line              int
}

// Counts are what became of rows.
type Counts struct{ Created, Updated, Unchanged int }

// MostRows is how many rows Put takes at once.
const MostRows = 500

// key is what a source has one figure of.
type key struct {
	source, recipient string
	year              int
	donor             uuid.UUID
}

// Put writes figures within the caller's transaction and says what became of each, in
// their order. Of two rows for the same figure the later one counts.
func (s *Service) Put(ctx context.Context, tx *ent.Client, run *uuid.UUID, rows []Row) (Counts, error) {
	var n Counts
	if len(rows) > MostRows {
		return n, fmt.Errorf("aidstatistic: %d rows at once", len(rows))
	}
	donors, err := s.donors(ctx, tx, rows)
	if err != nil {
		return n, err
	}
	here, err := s.here(ctx, tx, rows, donors)
	if err != nil {
		return n, err
	}
	countries, err := s.countries(ctx, tx, rows)
	if err != nil {
		return n, err
	}
	now := s.Time()
	fresh := map[key]*ent.AidStatisticCreate{}
	var order []key
	for _, r := range rows {
		k := key{r.Source, r.Recipient, r.Year, donors[Key(r.Donor)]}
		if old := here[k]; old != nil {
			if old.ValueMicro != nil && *old.ValueMicro == r.Value.Micro && old.ValueCurrency == r.Value.Currency {
				n.Unchanged++
				continue
			}
			old, err = old.Update().SetValuePublished(r.Value.Published).SetValueMicro(r.Value.Micro).SetValueCurrency(r.Value.Currency).
				SetNillableRunID(run).SetLine(r.Line).SetUpdatedAt(now).SetRevision(old.Revision + 1).Save(ctx)
			if err != nil {
				return n, fmt.Errorf("aidstatistic: correct a figure: %w", err)
			}
			here[k] = old
			n.Updated++
			continue
		}
		if fresh[k] == nil {
			order = append(order, k)
			n.Created++
		}
		fresh[k] = tx.AidStatistic.Create().SetID(s.NewID(id.AidStatistic)).SetCreatedAt(now).SetUpdatedAt(now).SetSource(r.Source).SetYear(r.Year).
			SetRecipientCode(r.Recipient).SetNillableRecipientID(countries[r.Recipient]).SetDonorID(k.donor).SetNillableRunID(run).SetLine(r.Line).
			SetValuePublished(r.Value.Published).SetValueMicro(r.Value.Micro).SetValueCurrency(r.Value.Currency)
	}
	creates := make([]*ent.AidStatisticCreate, len(order))
	for i, k := range order {
		creates[i] = fresh[k]
	}
	if err := tx.AidStatistic.CreateBulk(creates...).Exec(ctx); err != nil {
		return n, fmt.Errorf("aidstatistic: write figures: %w", err)
	}
	return n, nil
}

// Key is what makes two names of donors one.
func Key(name string) string { return i18n.Fold(name) }

// donors are the donors of the rows by the key of their name, locked. Missing ones
// are made, and linked to the organisation that has the name.
func (s *Service) donors(ctx context.Context, tx *ent.Client, rows []Row) (map[string]uuid.UUID, error) {
	names := map[string]Row{}
	for _, r := range rows {
		if _, there := names[Key(r.Donor)]; !there {
			names[Key(r.Donor)] = r
		}
	}
	keys := slices.Sorted(maps.Keys(names))
	out := map[string]uuid.UUID{}
	read := func() error {
		rows, err := tx.AidDonor.Query().Where(aiddonor.NameKeyIn(keys...), store.Locked(tx)).Order(ent.Asc(aiddonor.FieldNameKey)).All(ctx)
		for _, d := range rows {
			out[d.NameKey] = d.ID
		}
		return err
	}
	if err := read(); err != nil {
		return nil, fmt.Errorf("aidstatistic: lock donors: %w", err)
	}
	now := s.Time()
	var creates []*ent.AidDonorCreate
	for _, k := range keys {
		if _, there := out[k]; there {
			continue
		}
		of, err := named(ctx, tx, k, names[k].DonorRef)
		if err != nil {
			return nil, err
		}
		creates = append(creates, tx.AidDonor.Create().SetID(s.NewID(id.AidDonor)).SetCreatedAt(now).SetUpdatedAt(now).
			SetName(names[k].Donor).SetNameKey(k).SetNillableOrganisationID(of))
	}
	if len(creates) == 0 {
		return out, nil
	}
	err := tx.AidDonor.CreateBulk(creates...).OnConflict(sql.ConflictColumns(aiddonor.FieldNameKey), sql.DoNothing()).Exec(ctx)
	if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
		return nil, fmt.Errorf("aidstatistic: make donors: %w", err)
	}
	if err := read(); err != nil {
		return nil, fmt.Errorf("aidstatistic: lock donors: %w", err)
	}
	return out, nil
}

// named is the one active organisation that has the name, another name or the
// identifier; nil if there is none, or several.
func named(ctx context.Context, tx *ent.Client, key, ref string) (*uuid.UUID, error) {
	if ref != "" {
		if u, err := organisations.ByIdentifier(ctx, tx, ref); err != nil || u != nil {
			return u, err
		}
	}
	return organisations.ByName(ctx, tx, key)
}

// here are the figures that there are already for what the rows tell.
func (s *Service) here(ctx context.Context, tx *ent.Client, rows []Row, donors map[string]uuid.UUID) (map[key]*ent.AidStatistic, error) {
	var years []int
	var sources, recipients []string
	for _, r := range rows {
		years, sources, recipients = append(years, r.Year), append(sources, r.Source), append(recipients, r.Recipient)
	}
	all, err := tx.AidStatistic.Query().Where(
		aidstatistic.SourceIn(distinct(sources)...), aidstatistic.YearIn(distinct(years)...), aidstatistic.RecipientCodeIn(distinct(recipients)...),
		func(s *sql.Selector) { batch.In(aidstatistic.FieldDonorID, slices.Collect(maps.Values(donors)))(s) },
	).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("aidstatistic: read figures: %w", err)
	}
	out := map[key]*ent.AidStatistic{}
	for _, r := range all {
		out[key{r.Source, r.RecipientCode, r.Year, r.DonorID}] = r
	}
	return out, nil
}

func (s *Service) countries(ctx context.Context, tx *ent.Client, rows []Row) (map[string]*uuid.UUID, error) {
	var codes []string
	for _, r := range rows {
		codes = append(codes, r.Recipient)
	}
	all, err := tx.Country.Query().Where(country.Iso2In(distinct(codes)...)).Select(country.FieldIso2).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("aidstatistic: read countries: %w", err)
	}
	out := map[string]*uuid.UUID{}
	for _, c := range all {
		out[c.Iso2] = &c.ID
	}
	return out, nil
}

func distinct[T cmp.Ordered](in []T) []T {
	slices.Sort(in)
	return slices.Compact(in)
}

// Link says which organisation a donor of statistics is; nil: none that is known. For
// the Secretariat. NOT_FOUND for no such donor, INVALID_INPUT for no active
// organisation, CONFLICT if the donor was changed meanwhile.
func (s *Service) Link(ctx context.Context, u uuid.UUID, expected int, to *uuid.UUID) (*ent.AidDonor, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.AidDonor, error) {
		d, err := tx.AidDonor.Query().Where(aiddonor.ID(u), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Unchanged(d.Revision, expected); err != nil {
			return nil, err
		}
		if to != nil {
			o, err := tx.Organisation.Get(ctx, *to)
			if err != nil {
				return nil, command.AtField("input.organisationId", err)
			}
			if o.Status != organisation.StatusActive {
				return nil, apperr.Invalid("input.organisationId", msgMerged)
			}
		}
		before := d.OrganisationID
		if command.Ref(before) == command.Ref(to) {
			return d, nil
		}
		up := d.Update().SetUpdatedAt(s.Time()).SetRevision(d.Revision + 1)
		if to == nil {
			up.ClearOrganisationID()
		} else {
			up.SetOrganisationID(*to)
		}
		if d, err = up.Save(ctx); err != nil {
			return nil, fmt.Errorf("aidstatistic: link a donor: %w", err)
		}
		return d, s.Log.Append(ctx, eventlog.Event{
			Kind: "AidDonorLinked", Subject: d.ID, Public: true, Facts: eventlog.Facts{From: command.Ref(before), To: command.Ref(to)},
		})
	})
}

var msgMerged = i18n.Message{
	EN: "This organisation was merged into another one. Name that one.", ES: "Esta organización se fusionó con otra. Indique esa otra.",
	FR: "Cette organisation a été fusionnée avec une autre. Indiquez celle-là.",
}
