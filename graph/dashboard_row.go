package graph

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	entdashboard "acs-aec.org/hub/ent/generated/ent/dashboard"
	entrequest "acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dashboard"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/viewer"
)

func dashboardOrder(ctx context.Context, o *model.DashboardOrder) page.Order[*ent.Dashboard] {
	order := page.Order[*ent.Dashboard]{Desc: o != nil && descending(o.Direction)}
	if o != nil && o.Field == model.DashboardOrderFieldCreatedAt {
		order.Column, order.Kind = entdashboard.FieldCreatedAt, page.Moment
		order.Value = func(d *ent.Dashboard) any { return d.CreatedAt }
		return order
	}
	order.Column = keyColumn(ctx, "title")
	order.Value = func(d *ent.Dashboard) any { return byLanguage(ctx, d.TitleKeyEn, d.TitleKeyEs, d.TitleKeyFr) }
	return order
}

func dashboardConditions(f *model.DashboardFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(entdashboard.FieldOwnerID, f.OwnerID), equals(entdashboard.FieldOrganisationID, f.OrganisationID),
		oneOf(entdashboard.FieldAudience, f.Audience),
		contains(f.Text, entdashboard.FieldTitleKeyEn, entdashboard.FieldTitleKeyEs, entdashboard.FieldTitleKeyFr),
	}
}

// dashboard finds a dashboard that the viewer may see; nil if there is none.
func (r *Resolver) dashboard(ctx context.Context, u uuid.UUID) (*model.Dashboard, error) {
	d, err := dashboard.Find(ctx, r.client, u)
	return model.DashboardOf(d), err
}

// loadDashboards reads dashboards as nodes: those of persons together, the few that
// the hub makes one by one.
func (r *Resolver) loadDashboards(ctx context.Context, ids []uuid.UUID, into map[uuid.UUID]model.Node) error {
	rows, err := r.client.Dashboard.Query().Where(entdashboard.IDIn(ids...)).All(ctx)
	if err != nil {
		return fmt.Errorf("graph: read dashboards: %w", err)
	}
	for _, row := range rows {
		into[row.ID] = &model.Dashboard{Row: row}
	}
	for _, u := range ids {
		if into[u] != nil {
			continue
		}
		d, err := r.dashboard(ctx, u)
		if err != nil {
			return err
		}
		if d != nil {
			into[u] = d
		}
	}
	return nil
}

// activitiesOn restricts activities to those that a dashboard is about: in which the
// partner takes part, or that are for the country.
func activitiesOn(d *model.Dashboard) condition {
	return func(s *sql.Selector) {
		switch {
		case d.Row != nil: // a person's is about nobody in particular
		case d.Made.Organisation != nil:
			withParticipant(&d.Made.Organisation.ID)(s)
		case d.Made.Country != nil:
			sharedWith(&d.Made.Country.Iso2)(s)
		}
	}
}

// partnerOf is the partner that a dashboard is about; nil for others.
func partnerOf(d *model.Dashboard) *uuid.UUID {
	if d.Row != nil || d.Made.Organisation == nil {
		return nil
	}
	return &d.Made.Organisation.ID
}

// ofPartner restricts rows to those of the partner; of other dashboards there are none.
func ofPartner(d *model.Dashboard, of func(uuid.UUID) condition) condition {
	u := partnerOf(d)
	if u == nil {
		return func(s *sql.Selector) { s.Where(sql.False()) }
	}
	return of(*u)
}

// waitingFor restricts requests to those that an organisation has yet to answer.
func waitingFor(u uuid.UUID) condition {
	return func(s *sql.Selector) {
		s.Where(sql.And(sql.EQ(s.C(entrequest.FieldStatus), string(entrequest.StatusDispatched)), sql.EQ(s.C(entrequest.FieldAddresseeOrganisationID), u)))
	}
}

// tileArguments are what a tile asks, in the words of fundingSummary.
func tileArguments(q funding.Query) (string, error) {
	out := map[string]any{"groupBy": slices.Clone(q.GroupBy)}
	if len(q.GroupBy) == 0 {
		out["groupBy"] = []string{}
	}
	put := func(in map[string]any, key string, there bool, v any) {
		if there {
			in[key] = v
		}
	}
	put(out, "measures", q.Measures != nil, q.Measures)
	put(out, "currency", q.Currency != "", q.Currency)
	put(out, "rateSource", q.RateSource != "", q.RateSource)
	put(out, "sectorVocabulary", q.SectorVocabulary != "", q.SectorVocabulary)
	put(out, "first", q.First != 0, q.First)
	if q.Order != nil {
		by := map[string]any{"field": q.Order.By, "direction": model.OrderDirectionAsc}
		put(by, "measure", q.Order.Measure != "", q.Order.Measure)
		put(by, "direction", q.Order.Desc, model.OrderDirectionDesc)
		out["orderBy"] = by
	}
	f, in := q.Filter, map[string]any{}
	for key, ids := range map[string][]uuid.UUID{
		"activityIds": f.Activities, "programmeIds": f.Programmes, "agreementIds": f.Agreements, "reportingOrganisationIds": f.Reporting,
		"participantIds": f.Participants, "providerIds": f.Providers, "receiverIds": f.Receivers, "partyIds": f.Parties,
	} {
		put(in, key, ids != nil, formatted(ids))
	}
	for key, texts := range map[string][]string{
		"priorityAreas": f.Areas, "reportingRefs": f.ReportingRefs, "datasetNames": f.Datasets, "iatiIdentifiers": f.Identifiers,
		"transactionTypes": f.Types, "currencies": f.Currencies, "countries": f.Countries, "regions": f.Regions, "sdgs": f.Goals,
	} {
		put(in, key, texts != nil, texts)
	}
	if f.Statuses != nil {
		in["statuses"] = statusesOf(f.Statuses)
	}
	put(in, "origin", f.Origin != nil, f.Origin)
	put(in, "text", f.Text != nil, f.Text)
	put(in, "from", f.From != nil, f.From)
	put(in, "to", f.To != nil, f.To)
	put(in, "humanitarian", f.Humanitarian != nil, f.Humanitarian)
	if f.Run != nil {
		in["importRunId"] = id.Format(*f.Run)
	}
	if f.Sectors != nil {
		in["sectors"] = map[string]any{"vocabulary": f.Sectors.Vocabulary, "codes": f.Sectors.Codes}
	}
	if f.Markers != nil {
		markers := map[string]any{"codes": f.Markers.Codes}
		put(markers, "significances", f.Markers.Significances != nil, f.Markers.Significances)
		in["policyMarkers"] = markers
	}
	put(in, "includeVanished", f.Vanished, true)
	put(out, "filter", len(in) > 0, in)
	raw, err := json.Marshal(out)
	return string(raw), err
}

func formatted(ids []uuid.UUID) []string {
	out := make([]string, len(ids))
	for i, u := range ids {
		out[i] = id.Format(u)
	}
	return out
}

// statusesOf are statuses as the schema names them; codes of none are left out.
func statusesOf(codes []string) []model.ActivityStatus {
	out := []model.ActivityStatus{}
	for _, c := range codes {
		if s := statusOf(c); s != nil {
			out = append(out, *s)
		}
	}
	return out
}

func tileInputs(in []*model.DashboardTileInput) []dashboard.TileInput {
	if in == nil {
		return nil
	}
	out := make([]dashboard.TileInput, len(in))
	for i, t := range in {
		out[i] = dashboard.TileInput{Title: t.Title, Chart: t.Chart, Query: funding.Query{
			Filter: fundingFilter(t.Filter, nil), GroupBy: t.GroupBy, Measures: t.Measures, RateSource: deref(t.RateSource),
			SectorVocabulary: t.SectorVocabulary, Order: fundingOrder(t.OrderBy), First: fundingFirst(&t.First),
		}}
	}
	return out
}

// Figures compare what dashboards show, for those who watch them.
func (r *Resolver) Figures() *DashboardFigures { return &DashboardFigures{r} }

// DashboardFigures compare what dashboards show.
type DashboardFigures struct{ r *Resolver }

// touching are the kinds of events that may change a figure.
var touching = []string{
	"ActivityCreated", "ActivityEdited", "ActivityPublished", "ActivityMoved", "ActivityImported", "ActivityVanished", "ActivityClassified",
	"TransactionRecorded", "TransactionEdited", "ExchangeRatesImported", "ExchangeRateCorrected", "OrganisationMerged", "ProgrammeEdited",
	"MembershipRecorded", "MembershipEdited", "DashboardEdited", "DashboardDeleted",
}

// Touches says whether an event may change a figure.
func (*DashboardFigures) Touches(kind string) bool { return slices.Contains(touching, kind) }

// Class tells apart who sees what is not published, and of dashboards that people
// made every person.
func (*DashboardFigures) Class(v *viewer.Viewer, u uuid.UUID) string {
	if u == dashboard.PortfolioID {
		return "public"
	}
	class := "published"
	if v.Secretariat() || v.Sits(viewer.Council) || v.Sits(viewer.ExecutiveBureau) {
		class = "all"
	}
	if u == dashboard.SecretariatID && !v.Secretariat() {
		return "none"
	}
	if u != dashboard.SecretariatID {
		class += " " + v.Person.String()
	}
	return class
}

// Digests are those of the figures of the tiles.
func (f *DashboardFigures) Digests(ctx context.Context, u uuid.UUID) (map[uuid.UUID][sha256.Size]byte, error) {
	d, err := dashboard.Find(ctx, f.r.client, u)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, apperr.ErrNotFound
	}
	out := make(map[uuid.UUID][sha256.Size]byte, len(d.Tiles))
	for _, t := range d.Tiles {
		s, err := t.Summary(ctx, f.r.funding)
		if err != nil {
			return nil, err
		}
		out[t.ID] = digestOf(s)
	}
	return out, nil
}

// digestOf is a digest of what a summary shows, whatever the language.
func digestOf(s *funding.Summary) [sha256.Size]byte {
	h := sha256.New()
	say := func(format string, args ...any) { h.Write(fmt.Appendf(nil, format, args...)) } // a hash cannot fail
	amounts := func(all []*funding.Amount) {
		for _, a := range all {
			say("%q %q %q %d;", a.Measure, a.Currency, a.Figure, a.Count)
		}
	}
	for _, row := range s.Rows {
		for _, k := range row.Keys {
			say("%q=%q,", k.Dimension, deref(k.Code))
		}
		amounts(row.Amounts)
		say("%d %d\n", row.Count, len(row.NotConverted))
	}
	amounts(s.Totals)
	amounts(s.Others)
	amounts(s.Excluded.Amounts)
	for _, list := range [][]*funding.NotConverted{s.Excluded.NotConverted, s.Notes.NotConverted} {
		for _, n := range list {
			say("%q %q %q %d;", n.Currency, n.Reason, n.Figure, n.Count)
		}
	}
	say("%d %d %d %d %d %d %d\n", s.RowCount, s.Count, s.Excluded.Count, s.Notes.DatesAssumed, s.Notes.WithoutAmount, s.Notes.WithoutDate, len(s.Notes.NotConverted))
	return [sha256.Size]byte(h.Sum(nil))
}
