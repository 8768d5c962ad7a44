package funding

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/activitytag"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/fundingshare"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/share"
	"acs-aec.org/hub/internal/viewer"
)

// Ledger gathers the shares of what one transaction of the database writes, and
// inserts them at the end.
type Ledger struct {
	tx   *ent.Client
	rows []*ent.FundingShareCreate
}

// NewLedger makes an empty one.
func NewLedger(tx *ent.Client) *Ledger { return &Ledger{tx: tx} }

// Activity takes in the shares of an activity, its tags among the sectors.
func (l *Ledger) Activity(u uuid.UUID, countries, regions, sectors []Stated) {
	l.add(u, Places(countries, regions))
	l.add(u, SectorParts(sectors))
}

// Transaction takes in the shares of a transaction that states some of its own. Of
// the vocabularies of sectors that it does not use, the activity's count.
func (l *Ledger) Transaction(u uuid.UUID, countries, regions, sectors, activitySectors []Stated) {
	l.add(u, Places(countries, regions))
	if len(sectors) > 0 {
		l.add(u, SectorParts(withOthers(sectors, activitySectors)))
	}
}

// withOthers adds the sectors of the vocabularies that are not there.
func withOthers(own, activity []Stated) []Stated {
	in := func(vocabulary string) func(Stated) bool {
		return func(s Stated) bool { return s.Vocabulary == vocabulary }
	}
	out := slices.Clone(own)
	for _, s := range activity {
		if !slices.ContainsFunc(own, in(s.Vocabulary)) {
			out = append(out, s)
		}
	}
	return out
}

func (l *Ledger) add(owner uuid.UUID, parts []Part) {
	for _, p := range parts {
		l.rows = append(l.rows, l.tx.FundingShare.Create().SetOwnerID(owner).SetAxis(fundingshare.Axis(p.Axis)).SetVocabulary(p.Vocabulary).
			SetCode(p.Code).SetRegion(p.Region).SetNumerator(p.Numerator).SetDenominator(p.Denominator).
			SetLeads(p.Leads).SetLeadsCode(p.LeadsCode).SetLeadsRegion(p.LeadsRegion).SetReason(string(p.Reason)))
	}
}

// sharesAtOnce is how many shares one statement inserts: SQLite takes 32,766
// parameters.
const sharesAtOnce = 2500

// Write inserts what was taken in.
func (l *Ledger) Write(ctx context.Context) error {
	for some := range slices.Chunk(l.rows, sharesAtOnce) {
		if err := l.tx.FundingShare.CreateBulk(some...).Exec(ctx); err != nil {
			return fmt.Errorf("funding: write shares: %w", err)
		}
	}
	l.rows = nil
	return nil
}

// Clear takes away the shares of activities and of their transactions. It must
// come before the transactions go.
func Clear(ctx context.Context, tx *ent.Client, activities []uuid.UUID) error {
	_, err := tx.FundingShare.Delete().Where(func(s *sql.Selector) {
		d := sql.Dialect(s.Dialect())
		t := d.Table(transaction.Table)
		own := d.Select(t.C(transaction.FieldID)).From(t).Where(sql.And(
			batch.InP(t.C(transaction.FieldActivityID), activities),
			sql.Or(sql.EQ(t.C(transaction.FieldOwnPlaces), true), sql.EQ(t.C(transaction.FieldOwnSectors), true)),
		))
		s.Where(sql.Or(batch.InP(s.C(fundingshare.FieldOwnerID), activities), sql.In(s.C(fundingshare.FieldOwnerID), own)))
	}).Exec(ctx)
	if err != nil {
		return fmt.Errorf("funding: take shares away: %w", err)
	}
	return nil
}

// Reshare writes the shares of an activity of the ACS's own anew, whose
// transactions state none.
func Reshare(ctx context.Context, tx *ent.Client, u uuid.UUID) error {
	if _, err := tx.FundingShare.Delete().Where(fundingshare.OwnerID(u)).Exec(ctx); err != nil {
		return fmt.Errorf("funding: take shares away: %w", err)
	}
	rows, err := tx.Allocation.Query().Where(allocation.ActivityID(u)).All(ctx)
	if err != nil {
		return fmt.Errorf("funding: read what is stated: %w", err)
	}
	tags, err := tagsOf(ctx, tx, []uuid.UUID{u})
	if err != nil {
		return err
	}
	l, s := NewLedger(tx), statedBy(rows)
	s.sectors = append(s.sectors, tags[u]...)
	l.Activity(u, s.countries, s.regions, s.sectors)
	return l.Write(ctx)
}

// stated are what one owner states.
type stated struct{ countries, regions, sectors []Stated }

func statedBy(rows []*ent.Allocation) stated {
	of := func(d allocation.Dimension) (out []Stated) {
		for _, a := range share.Of(rows, d) {
			out = append(out, Stated{Vocabulary: a.Vocabulary, Code: a.Code, Published: a.PercentagePublished, Micro: a.PercentageMicro})
		}
		return out
	}
	return stated{of(allocation.DimensionCountry), of(allocation.DimensionRegion), of(allocation.DimensionSector)}
}

// tagsOf are the tags of activities, in their order.
func tagsOf(ctx context.Context, tx *ent.Client, activities []uuid.UUID) (map[uuid.UUID][]Stated, error) {
	rows, err := tx.ActivityTag.Query().Where(predicate.ActivityTag(batch.In(activitytag.FieldActivityID, activities))).
		Order(ent.Asc(activitytag.FieldActivityID, activitytag.FieldPosition)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("funding: read tags: %w", err)
	}
	out := map[uuid.UUID][]Stated{}
	for _, t := range rows {
		out[t.ActivityID] = append(out[t.ActivityID], Tag(t.Vocabulary, t.Code))
	}
	return out, nil
}

// recount writes the shares of activities and of their transactions anew from what
// they state, whatever shares there are, and counts the activities. They must be
// locked.
func recount(ctx context.Context, tx *ent.Client, activities []uuid.UUID) error {
	if err := Clear(ctx, tx, activities); err != nil {
		return err
	}
	of := map[uuid.UUID][]*ent.Allocation{}
	rows, err := tx.Allocation.Query().Where(predicate.Allocation(batch.In(allocation.FieldActivityID, activities))).All(ctx)
	if err != nil {
		return fmt.Errorf("funding: read what activities state: %w", err)
	}
	for _, a := range rows {
		of[*a.ActivityID] = append(of[*a.ActivityID], a)
	}
	tags, err := tagsOf(ctx, tx, activities)
	if err != nil {
		return err
	}
	l := NewLedger(tx)
	sectors := map[uuid.UUID][]Stated{}
	for _, u := range activities {
		s := statedBy(of[u])
		s.sectors = append(s.sectors, tags[u]...)
		sectors[u] = s.sectors
		l.Activity(u, s.countries, s.regions, s.sectors)
	}
	below, err := tx.Transaction.Query().Where(predicate.Transaction(batch.In(transaction.FieldActivityID, activities)), transaction.HasAllocations()).
		WithAllocations().Select(transaction.FieldActivityID).All(ctx)
	if err != nil {
		return fmt.Errorf("funding: read what transactions state: %w", err)
	}
	var places, fields []uuid.UUID
	for _, t := range below {
		s := statedBy(t.Edges.Allocations)
		l.Transaction(t.ID, s.countries, s.regions, s.sectors, sectors[t.ActivityID])
		if len(s.countries)+len(s.regions) > 0 {
			places = append(places, t.ID)
		}
		if len(s.sectors) > 0 {
			fields = append(fields, t.ID)
		}
	}
	if err := l.Write(ctx); err != nil {
		return err
	}
	if len(places) > 0 {
		err = tx.Transaction.Update().Where(batch.In(transaction.FieldID, places)).SetOwnPlaces(true).Exec(ctx)
	}
	if err == nil && len(fields) > 0 {
		err = tx.Transaction.Update().Where(batch.In(transaction.FieldID, fields)).SetOwnSectors(true).Exec(ctx)
	}
	if err == nil {
		err = tx.Activity.Update().Where(batch.In(activity.FieldID, activities)).SetFundingCounted(true).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("funding: count activities: %w", err)
	}
	return nil
}

// system is a context in which the hub itself asks.
func system(ctx context.Context) context.Context { return viewer.With(ctx, viewer.System()) }
