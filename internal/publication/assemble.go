package publication

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/activitycondition"
	"acs-aec.org/hub/ent/generated/ent/activityparticipant"
	"acs-aec.org/hub/ent/generated/ent/activitytag"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/budget"
	"acs-aec.org/hub/ent/generated/ent/policymarker"
	"acs-aec.org/hub/ent/generated/ent/relatedactivity"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/viewer"
)

// page is what belongs to a page of activities, read by one statement a kind.
type page struct {
	participants map[uuid.UUID][]*ent.ActivityParticipant
	shares       map[uuid.UUID][]*ent.Allocation // by activity and by transaction
	transactions map[uuid.UUID][]*ent.Transaction
	budgets      map[uuid.UUID][]*ent.Budget
	related      map[uuid.UUID][]*ent.RelatedActivity
	tags         map[uuid.UUID][]*ent.ActivityTag
	markers      map[uuid.UUID][]*ent.PolicyMarker
	conditions   map[uuid.UUID][]*ent.ActivityCondition
	results      map[uuid.UUID][]iati.Result
	documents    map[place][]iati.Document
	hidden       map[string]bool // identifiers of the ACS's own that are not published
}

// gathered puts rows together by what they belong to.
func gathered[T any](rows []T, err error, of func(T) *uuid.UUID) (map[uuid.UUID][]T, error) {
	if err != nil {
		return nil, fmt.Errorf("publication: read what belongs to activities: %w", err)
	}
	out := map[uuid.UUID][]T{}
	for _, r := range rows {
		if u := of(r); u != nil {
			out[*u] = append(out[*u], r)
		}
	}
	return out, nil
}

func (s *Service) read(ctx context.Context, ids []uuid.UUID) (*page, error) {
	c, p := s.Client, &page{}
	var err error
	position := ent.Asc("position")
	participants, e := c.ActivityParticipant.Query().Where(activityparticipant.ActivityIDIn(ids...)).Order(position).All(ctx)
	if p.participants, err = gathered(participants, e, func(r *ent.ActivityParticipant) *uuid.UUID { return &r.ActivityID }); err != nil {
		return nil, err
	}
	transactions, e := c.Transaction.Query().Where(transaction.ActivityIDIn(ids...)).Order(position, ent.Asc("id")).All(ctx)
	if p.transactions, err = gathered(transactions, e, func(r *ent.Transaction) *uuid.UUID { return &r.ActivityID }); err != nil {
		return nil, err
	}
	shares, e := c.Allocation.Query().Where(allocation.Or(allocation.ActivityIDIn(ids...), allocation.HasTransactionWith(transaction.ActivityIDIn(ids...)))).
		Order(position).All(ctx)
	p.shares, err = gathered(shares, e, func(r *ent.Allocation) *uuid.UUID {
		if r.ActivityID != nil {
			return r.ActivityID
		}
		return r.TransactionID
	})
	if err != nil {
		return nil, err
	}
	budgets, e := c.Budget.Query().Where(budget.ActivityIDIn(ids...)).Order(position).All(ctx)
	if p.budgets, err = gathered(budgets, e, func(r *ent.Budget) *uuid.UUID { return &r.ActivityID }); err != nil {
		return nil, err
	}
	related, e := c.RelatedActivity.Query().Where(relatedactivity.ActivityIDIn(ids...)).Order(position).All(ctx)
	if p.related, err = gathered(related, e, func(r *ent.RelatedActivity) *uuid.UUID { return &r.ActivityID }); err != nil {
		return nil, err
	}
	tags, e := c.ActivityTag.Query().Where(activitytag.ActivityIDIn(ids...)).Order(position).All(ctx)
	if p.tags, err = gathered(tags, e, func(r *ent.ActivityTag) *uuid.UUID { return &r.ActivityID }); err != nil {
		return nil, err
	}
	markers, e := c.PolicyMarker.Query().Where(policymarker.ActivityIDIn(ids...)).Order(position).All(ctx)
	if p.markers, err = gathered(markers, e, func(r *ent.PolicyMarker) *uuid.UUID { return &r.ActivityID }); err != nil {
		return nil, err
	}
	conditions, e := c.ActivityCondition.Query().Where(activitycondition.ActivityIDIn(ids...)).Order(position).All(ctx)
	if p.conditions, err = gathered(conditions, e, func(r *ent.ActivityCondition) *uuid.UUID { return &r.ActivityID }); err != nil {
		return nil, err
	}
	if err := s.readHidden(ctx, p); err != nil {
		return nil, err
	}
	return p, s.readResults(ctx, p, ids)
}

// readHidden finds the activities of the ACS's own that are named and not published.
func (s *Service) readHidden(ctx context.Context, p *page) error {
	named := map[string]bool{}
	for _, rows := range p.participants {
		for _, r := range rows {
			named[r.ActivityRef] = true
		}
	}
	for _, rows := range p.transactions {
		for _, r := range rows {
			named[r.ProviderActivityRef], named[r.ReceiverActivityRef] = true, true
		}
	}
	for _, rows := range p.budgets {
		for _, r := range rows {
			named[r.ProviderActivityRef], named[r.ReceiverActivityRef] = true, true
		}
	}
	for _, rows := range p.related {
		for _, r := range rows {
			named[r.Ref] = true
		}
	}
	delete(named, "")
	p.hidden = map[string]bool{}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(named)), namedAtOnce) {
		found, err := s.Client.Activity.Query().Where(activity.IatiIdentifierIn(some...), activity.OriginEQ(activity.OriginOwn), activity.Published(false)).
			Select(activity.FieldIatiIdentifier).Strings(viewer.With(ctx, viewer.System()))
		if err != nil {
			return fmt.Errorf("publication: look for what is not public: %w", err)
		}
		for _, identifier := range found {
			p.hidden[identifier] = true
		}
	}
	return nil
}

// namedAtOnce is how many identifiers one statement looks for.
const namedAtOnce = 5000

// ref is the identifier of an activity as it is published: one that is not public is
// not named.
func (p *page) ref(identifier string) string {
	if p.hidden[identifier] {
		return ""
	}
	return identifier
}

// assemble makes the activities as they are published.
func (s *Service) assemble(ctx context.Context, rows []*ent.Activity) ([]*iati.Activity, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	p, err := s.read(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*iati.Activity, len(rows))
	for i, r := range rows {
		out[i] = s.activity(r, p)
	}
	return out, nil
}

func (s *Service) activity(r *ent.Activity, p *page) *iati.Activity {
	a := &iati.Activity{
		Identifier: r.IatiIdentifier, Language: r.Language, Currency: r.Currency, Humanitarian: r.Humanitarian, Flagged: r.Flagged,
		Hierarchy: r.Hierarchy, Title: plain(r.TitleText()), Description: plain(r.DescriptionText()), StatusCode: r.StatusCode,
		PlannedStart: day(r.PlannedStart), ActualStart: day(r.ActualStart), PlannedEnd: day(r.PlannedEnd), ActualEnd: day(r.ActualEnd),
	}
	if r.Further != nil {
		a.Further = *r.Further
	}
	if a.Language == "" {
		a.Language = string(a.Title.Authentic)
	}
	a.Further.Updated = updated(r, p.transactions[r.ID])
	a.Reporting = organisation(r.ReportingRef, a.Further.ReportingType, r.ReportingName, a.Further.ReportingNames, a.Language)
	for _, o := range p.participants[r.ID] {
		a.Participants = append(a.Participants, iati.Participant{
			Organisation: organisation(o.Ref, o.TypeCode, o.Name, o.Names, a.Language),
			Role:         o.RoleCode, ActivityID: p.ref(o.ActivityRef), Channel: o.Channel,
		})
	}
	a.Countries, a.Regions, a.Sectors = shares(p.shares[r.ID], a.Language)
	wholes(a.Countries, a.Regions, a.Sectors)
	for _, t := range p.transactions[r.ID] {
		a.Transactions = append(a.Transactions, p.money(t, a.Language))
	}
	for _, b := range p.budgets[r.ID] {
		if m := p.budgeted(b, a.Language); b.Kind == budget.KindBudget {
			a.Budgets = append(a.Budgets, m)
		} else {
			a.Disbursements = append(a.Disbursements, m)
		}
	}
	for _, o := range p.related[r.ID] {
		if !p.hidden[o.Ref] {
			a.Related = append(a.Related, iati.Related{Ref: o.Ref, Type: o.TypeCode})
		}
	}
	for _, t := range p.tags[r.ID] {
		a.Tags = append(a.Tags, iati.Class{Vocabulary: t.Vocabulary, URI: t.URI, Code: t.Code, Names: iati.Named(t.Narrative, t.Names, a.Language)})
	}
	for _, m := range p.markers[r.ID] {
		a.Markers = append(a.Markers, iati.Class{
			Vocabulary: m.Vocabulary, URI: m.URI, Code: m.Code, Significance: m.Significance, Names: iati.Named(m.Narrative, m.Names, a.Language),
		})
	}
	for _, k := range p.conditions[r.ID] {
		a.Conditions = append(a.Conditions, iati.Condition{Type: k.TypeCode, Texts: said(k.TextText(), k.Texts)})
	}
	a.Documents, a.Results = p.documents[place{of: r.ID}], p.results[r.ID]
	if r.ReportingRef == "" {
		s.complete(a)
	}
	return a
}

// complete fills in what the hub does not ask for when an activity is entered.
func (s *Service) complete(a *iati.Activity) {
	a.Reporting = organisation(s.Ref, s.Type, s.Name, iati.Narratives{{Lang: "en", Text: s.Name}}, a.Language)
	if len(a.Participants) == 0 {
		a.Participants = []iati.Participant{{Organisation: a.Reporting, Role: "2"}}
	}
	if len(iati.Written(a.Description)) == 0 {
		a.Description = a.Title
	}
}

// updated is when the activity was changed last: as published, unless it was edited
// since.
func updated(r *ent.Activity, transactions []*ent.Transaction) string {
	newest := r.UpdatedAt
	for _, t := range transactions {
		if t.UpdatedAt.After(newest) {
			newest = t.UpdatedAt
		}
	}
	if r.WrittenAt != nil && !newest.After(*r.WrittenAt) {
		return r.Further.Updated
	}
	return newest.UTC().Format(time.RFC3339)
}

// plain is a text as it was published: who translated it is not told.
func plain(t i18n.Text) i18n.Text {
	if t.EN+t.ES+t.FR+t.Other == "" {
		return i18n.Text{}
	}
	return i18n.Text{EN: t.EN, ES: t.ES, FR: t.FR, Other: t.Other, Authentic: t.Authentic}
}

func day(d *date.Date) date.Date {
	if d == nil {
		return ""
	}
	return *d
}

func organisation(ref, kind, name string, names iati.Narratives, language string) iati.Organisation {
	all := iati.Named(name, names, language)
	return iati.Organisation{Ref: ref, Type: kind, Name: all.Text(language, iati.MaxName, " / "), Names: names}
}

func shares(rows []*ent.Allocation, language string) (countries, regions, sectors []iati.Share) {
	for _, r := range rows {
		s := iati.Share{
			Vocabulary: r.Vocabulary, URI: r.URI, Code: r.Code, Percentage: r.PercentagePublished, Micro: r.PercentageMicro,
			Narrative: iati.Named(r.Narrative, r.Names, language).Text(language, iati.MaxName, " / "), Names: r.Names,
		}
		switch r.Dimension {
		case allocation.DimensionCountry:
			s.Vocabulary = ""
			countries = append(countries, s)
		case allocation.DimensionRegion:
			regions = append(regions, s)
		case allocation.DimensionSector:
			sectors = append(sectors, s)
		}
	}
	return countries, regions, sectors
}

func (p *page) money(t *ent.Transaction, language string) iati.Transaction {
	out := iati.Transaction{
		Ref: t.Ref, Type: t.TypeCode, Date: day(t.Date), ValueDate: day(t.ValueDate), Humanitarian: t.Humanitarian,
		Value:       iati.Amount{Published: t.ValuePublished, Micro: t.ValueMicro, Currency: t.ValueCurrency, Assumed: t.CurrencyAssumed},
		Description: plain(t.DescriptionText()),
		Provider: iati.Party{
			Organisation: organisation(t.ProviderRef, t.ProviderType, t.ProviderName, t.ProviderNames, language), ActivityID: p.ref(t.ProviderActivityRef),
		},
		Receiver: iati.Party{
			Organisation: organisation(t.ReceiverRef, t.ReceiverType, t.ReceiverName, t.ReceiverNames, language), ActivityID: p.ref(t.ReceiverActivityRef),
		},
	}
	out.Countries, out.Regions, out.Sectors = shares(p.shares[t.ID], language)
	wholes(out.Countries, out.Regions, out.Sectors)
	if t.Further != nil {
		out.Further = *t.Further
	}
	if out.ValueDate == "" {
		out.ValueDate = out.Date // as the hub takes it
	}
	return out
}

func (p *page) budgeted(b *ent.Budget, language string) iati.Budget {
	return iati.Budget{
		Type: b.TypeCode, Status: b.StatusCode, From: day(b.PeriodStart), To: day(b.PeriodEnd), ValueDate: day(b.ValueDate),
		Value: iati.Amount{Published: b.ValuePublished, Micro: b.ValueMicro, Currency: b.ValueCurrency, Assumed: b.CurrencyAssumed},
		Provider: iati.Party{
			Organisation: organisation(b.ProviderRef, b.ProviderType, b.ProviderName, b.ProviderNames, language), ActivityID: p.ref(b.ProviderActivityRef),
		},
		Receiver: iati.Party{
			Organisation: organisation(b.ReceiverRef, b.ReceiverType, b.ReceiverName, b.ReceiverNames, language), ActivityID: p.ref(b.ReceiverActivityRef),
		},
	}
}

// said are the narratives of a text: as published, if that was kept.
func said(t i18n.Text, kept iati.Narratives) iati.Narratives {
	if kept != nil {
		return kept
	}
	return iati.Written(plain(t))
}
