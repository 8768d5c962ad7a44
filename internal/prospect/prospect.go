package prospect

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/aiddonor"
	"acs-aec.org/hub/ent/generated/ent/aidstatistic"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/viewer"
)

// Query says of what prospects are made.
type Query struct {
	// Source is whose statistics count; "": those that were first imported.
	Source string
	// From and To bound the years of the evidence; 0: as far as it goes.
	From, To int
	Today    date.Date
}

// Currency is that of all figures.
const Currency = "USD"

// Report is the whole list with what it is made from.
type Report struct {
	Source    string
	Prospects []*Prospect
	// Members are the present members of the ACS; NotReported those of which the source
	// tells nothing, by the codes of their countries.
	Members, NotReported []string
	// NotConverted counts figures without an exchange rate.
	NotConverted int
}

// Prospect is a donor.
type Prospect struct {
	// Key tells it from the others and stays.
	Key string
	// Organisation is nil where the names are linked to none.
	Organisation *ent.Organisation
	// Donors are its names in statistics.
	Donors []*ent.AidDonor
	Years  []*Year
	// Total is that of the statistics.
	Total *big.Rat
	// Members are the codes of the members that received something.
	Members    []string
	Agreements []*ent.Agreement
	Observer   bool
	Score      Score
}

// Year is what a donor gave in a year.
type Year struct {
	Year int
	// Statistics is nil where the source has no figure, Published where no published
	// activity has one.
	Statistics, Published *big.Rat
}

// year is the entry of a year, which is made if there is none.
func (p *Prospect) year(n int) *Year {
	at, there := slices.BinarySearchFunc(p.Years, n, func(y *Year, n int) int { return cmp.Compare(y.Year, n) })
	if !there {
		p.Years = slices.Insert(p.Years, at, &Year{Year: n})
	}
	return p.Years[at]
}

// Sums adds up the money of published activities: a *funding.Service.
type Sums interface {
	Summarise(ctx context.Context, q funding.Query) (*funding.Summary, error)
}

// builder makes a report.
type builder struct {
	client *ent.Client
	sums   Sums
	q      Query
	out    *Report
	of     map[uuid.UUID]*Prospect // by donor of statistics
	byOrg  map[uuid.UUID]*Prospect
	told   []int // the years that the source tells of
}

// Find makes the report for the viewer.
func Find(ctx context.Context, client *ent.Client, sums Sums, q Query) (*Report, error) {
	b := &builder{client: client, sums: sums, q: q, out: &Report{Source: q.Source}, of: map[uuid.UUID]*Prospect{}, byOrg: map[uuid.UUID]*Prospect{}}
	for _, step := range []func(context.Context) error{b.source, b.members, b.statistics, b.reach, b.donors, b.published, b.agreements, b.observers} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	for _, p := range b.out.Prospects {
		p.Score = b.score(p)
	}
	return b.out, nil
}

// source finds whose statistics were first imported.
func (b *builder) source(ctx context.Context) error {
	if b.out.Source != "" {
		return nil
	}
	row, err := b.client.AidStatistic.Query().Order(ent.Asc(aidstatistic.FieldID)).Select(aidstatistic.FieldSource).First(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("prospect: find a source: %w", err)
	}
	b.out.Source = row.Source
	return nil
}

// members finds the present members.
func (b *builder) members(ctx context.Context) error {
	rows, err := b.client.Membership.Query().Where(membership.KindEQ(membership.KindMember), membership.CountryIDNotNil()).
		Order(ent.Asc(membership.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("prospect: read members: %w", err)
	}
	for _, m := range batch.Join(rows) {
		if !holds(m, b.q.Today) {
			continue
		}
		c, err := m.Country(ctx)
		if err != nil {
			return fmt.Errorf("prospect: read the country of a member: %w", err)
		}
		if c != nil && !slices.Contains(b.out.Members, c.Iso2) {
			b.out.Members = append(b.out.Members, c.Iso2)
		}
	}
	slices.Sort(b.out.Members)
	return nil
}

// holds says whether a membership is valid on a day.
func holds(m *ent.Membership, on date.Date) bool {
	return (m.ValidFrom == nil || m.ValidFrom.First() <= on) && (m.ValidTo == nil || m.ValidTo.Last() >= on)
}

// counted restricts statistics to those that count.
func (b *builder) counted(s *sql.Selector) {
	members := make([]any, len(b.out.Members))
	for i, m := range b.out.Members {
		members[i] = m
	}
	s.Where(sql.And(sql.EQ(s.C(aidstatistic.FieldSource), b.out.Source), sql.In(s.C(aidstatistic.FieldRecipientCode), members...)))
	if b.q.From != 0 {
		s.Where(sql.GTE(s.C(aidstatistic.FieldYear), b.q.From))
	}
	if b.q.To != 0 {
		s.Where(sql.LTE(s.C(aidstatistic.FieldYear), b.q.To))
	}
}

// lowDigits parts an amount in two whose sums fit 64 bits.
const lowDigits = 1 << 32

// statistics adds up the figures by donor and year.
func (b *builder) statistics(ctx context.Context) error {
	var sums []struct {
		Donor    uuid.UUID `sql:"donor"`
		Year     int       `sql:"year"`
		Currency string    `sql:"currency"`
		High     int64     `sql:"high"`
		Low      int64     `sql:"low"`
		N        int       `sql:"n"`
	}
	err := b.client.AidStatistic.Query().Where(b.counted, aidstatistic.ValueMicroNotNil()).Modify(func(s *sql.Selector) {
		donor, year, currency := s.C(aidstatistic.FieldDonorID), s.C(aidstatistic.FieldYear), s.C(aidstatistic.FieldValueCurrency)
		value := s.C(aidstatistic.FieldValueMicro)
		s.Select(sql.As(donor, "donor"), sql.As(year, "year"), sql.As(currency, "currency"), sql.As(sql.Count("*"), "n")).
			AppendSelectExprAs(part(value, "/"), "high").AppendSelectExprAs(part(value, "%"), "low").GroupBy(donor, year, currency)
	}).Scan(ctx, &sums)
	if err != nil {
		return fmt.Errorf("prospect: add up statistics: %w", err)
	}
	need := exchange.Need{}
	for _, s := range sums {
		if !slices.Contains(b.told, s.Year) {
			b.told = append(b.told, s.Year)
		}
		if s.Currency != Currency {
			need.Currencies, need.Years = append(need.Currencies, s.Currency), append(need.Years, s.Year)
		}
	}
	slices.Sort(b.told)
	book, err := exchange.Load(ctx, b.client, need)
	if err != nil {
		return err
	}
	for _, s := range sums {
		sum := new(big.Int).Mul(big.NewInt(s.High), big.NewInt(lowDigits))
		exact := new(big.Rat).SetFrac(sum.Add(sum, big.NewInt(s.Low)), big.NewInt(money.Micro))
		if s.Currency != Currency {
			rate, ok := book.Between(s.Currency, Currency, s.Year)
			if !ok {
				b.out.NotConverted += s.N
				continue
			}
			exact.Mul(exact, rate.Rate)
		}
		p := b.of[s.Donor]
		if p == nil {
			p = &Prospect{Total: new(big.Rat)}
			b.of[s.Donor] = p
		}
		y := p.year(s.Year)
		if y.Statistics == nil {
			y.Statistics = new(big.Rat)
		}
		y.Statistics.Add(y.Statistics, exact)
		p.Total.Add(p.Total, exact)
	}
	return nil
}

// part sums the high (/) or low (%) digits of a column.
func part(column, operator string) sql.Querier {
	return sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString("CAST(SUM(").Ident(column).WriteString(fmt.Sprintf(" %s %d) AS BIGINT)", operator, int64(lowDigits)))
	})
}

// reach finds which members received something.
func (b *builder) reach(ctx context.Context) error {
	var rows []struct {
		Donor     uuid.UUID `sql:"donor"`
		Recipient string    `sql:"recipient"`
	}
	err := b.client.AidStatistic.Query().Where(b.counted).Modify(func(s *sql.Selector) {
		donor, recipient := s.C(aidstatistic.FieldDonorID), s.C(aidstatistic.FieldRecipientCode)
		s.Select(sql.As(donor, "donor"), sql.As(recipient, "recipient")).GroupBy(donor, recipient).OrderBy(recipient)
	}).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("prospect: find who received: %w", err)
	}
	reported := map[string]bool{}
	for _, r := range rows {
		reported[r.Recipient] = true
		if p := b.of[r.Donor]; p != nil {
			p.Members = append(p.Members, r.Recipient)
		}
	}
	for _, m := range b.out.Members {
		if !reported[m] {
			b.out.NotReported = append(b.out.NotReported, m)
		}
	}
	return nil
}

// donors puts together the names of one organisation.
func (b *builder) donors(ctx context.Context) error {
	ids := make([]uuid.UUID, 0, len(b.of))
	for u := range b.of {
		ids = append(ids, u)
	}
	rows, err := b.client.AidDonor.Query().Where(func(s *sql.Selector) { batch.In(aiddonor.FieldID, ids)(s) }).
		Order(ent.Asc(aiddonor.FieldNameKey)).All(ctx)
	if err != nil {
		return fmt.Errorf("prospect: read donors: %w", err)
	}
	for _, d := range batch.Join(rows) {
		p := b.of[d.ID]
		p.Donors = []*ent.AidDonor{d}
		p.Key = "donor " + d.NameKey
		if d.OrganisationID == nil {
			b.out.Prospects = append(b.out.Prospects, p)
			continue
		}
		whole := b.byOrg[*d.OrganisationID]
		if whole != nil {
			whole.add(p)
			continue
		}
		if p.Organisation, err = d.Organisation(ctx); err != nil {
			return fmt.Errorf("prospect: read the organisation of a donor: %w", err)
		}
		p.Key = "organisation " + d.OrganisationID.String()
		b.byOrg[*d.OrganisationID] = p
		b.out.Prospects = append(b.out.Prospects, p)
	}
	return nil
}

// published adds what published activities tell that organisations gave to members.
// One that statistics don't name becomes a prospect too.
func (b *builder) published(ctx context.Context) error {
	if len(b.out.Members) == 0 {
		return nil
	}
	f := funding.Filter{Countries: b.out.Members}
	if b.q.From != 0 {
		from := date.Date(fmt.Sprintf("%04d-01-01", b.q.From))
		f.From = &from
	}
	if b.q.To != 0 {
		to := date.Date(fmt.Sprintf("%04d-12-31", b.q.To))
		f.To = &to
	}
	s, err := b.sums.Summarise(viewer.With(ctx, viewer.Nobody()), funding.Query{ // what is public, whoever asks
		Filter: f, GroupBy: []funding.Dimension{funding.Provider, funding.Year}, Measures: []funding.Measure{funding.Spent}, Currency: Currency,
	})
	if err != nil {
		return err
	}
	for _, row := range s.Rows {
		donor, year := row.Keys[0], row.Keys[1].Code
		if donor.ID == nil || donor.Organisation == nil || year == nil || row.Amounts[0].Exact() == nil {
			continue
		}
		if slices.Contains(donor.Organisation.Kinds, "ACS") {
			continue // it is nobody that it could ask
		}
		n, err := strconv.Atoi(*year)
		if err != nil {
			continue // no year that can be told
		}
		p := b.byOrg[*donor.ID]
		if p == nil {
			p = &Prospect{Key: "organisation " + donor.ID.String(), Organisation: donor.Organisation, Total: new(big.Rat)}
			b.byOrg[*donor.ID] = p
			b.out.Prospects = append(b.out.Prospects, p)
		}
		p.year(n).Published = row.Amounts[0].Exact()
	}
	return nil
}

// add takes what another name of the donor has.
func (p *Prospect) add(other *Prospect) {
	p.Donors = append(p.Donors, other.Donors...)
	p.Total.Add(p.Total, other.Total)
	p.Members = append(p.Members, other.Members...)
	slices.Sort(p.Members)
	p.Members = slices.Compact(p.Members)
	for _, y := range other.Years {
		at := p.year(y.Year)
		if at.Statistics == nil {
			at.Statistics = new(big.Rat)
		}
		at.Statistics.Add(at.Statistics, y.Statistics)
	}
}

func (b *builder) organisations() []uuid.UUID {
	ids := make([]uuid.UUID, 0, len(b.byOrg))
	for u := range b.byOrg {
		ids = append(ids, u)
	}
	slices.SortFunc(ids, func(x, y uuid.UUID) int { return bytes.Compare(x[:], y[:]) })
	return ids
}

// agreements finds the agreements that the viewer may see.
func (b *builder) agreements(ctx context.Context) error {
	rows, err := b.client.AgreementParty.Query().Where(func(s *sql.Selector) { batch.In("organisation_id", b.organisations())(s) }).
		Order(ent.Asc("id")).All(ctx)
	if err != nil {
		return fmt.Errorf("prospect: read parties: %w", err)
	}
	for _, party := range batch.Join(rows) {
		a, err := party.Agreement(ctx)
		if err != nil {
			return fmt.Errorf("prospect: read an agreement: %w", err)
		}
		if p := b.byOrg[party.OrganisationID]; a != nil && p != nil {
			p.Agreements = append(p.Agreements, a)
		}
	}
	return nil
}

// observers finds who is an observer of the ACS: the organisation itself, or the
// country that it stands for.
func (b *builder) observers(ctx context.Context) error {
	rows, err := b.client.Membership.Query().Where(membership.KindEQ(membership.KindObserver)).All(ctx)
	if err != nil {
		return fmt.Errorf("prospect: read observers: %w", err)
	}
	organisations, countries := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, m := range rows {
		switch {
		case !holds(m, b.q.Today):
		case m.OrganisationID != nil:
			organisations[*m.OrganisationID] = true
		case m.CountryID != nil:
			countries[*m.CountryID] = true
		}
	}
	for u, p := range b.byOrg {
		o := p.Organisation
		p.Observer = organisations[u] || o != nil && o.Status == organisation.StatusActive && o.CountryID != nil && countries[*o.CountryID]
	}
	return nil
}
