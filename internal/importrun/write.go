package importrun

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/search"
)

// How many rows one statement inserts: SQLite takes 32,766 parameters.
const (
	widest      = 500  // rows of up to 60 columns
	participant = 2500 // of 10
	allocated   = 2500 // of 13
)

// weight is how many rows belong to an activity.
func weight(a *iati.Activity) int {
	n := len(a.Participants) + len(a.Countries) + len(a.Regions) + len(a.Sectors) + len(a.Transactions) + besides(a)
	for _, t := range a.Transactions {
		n += len(t.Countries) + len(t.Regions) + len(t.Sectors)
	}
	return n
}

// write writes the rows with all that belongs to them. Transactions keep their
// identifiers where they can be recognised.
func (c *chunk) write(ctx context.Context) error {
	if len(c.rows) == 0 {
		return nil
	}
	l, err := c.link(ctx)
	if err != nil {
		return err
	}
	if err := c.writeActivities(ctx, l); err != nil {
		return err
	}
	if err := c.at(ctx, "half applied"); err != nil {
		return err
	}
	old, err := c.clearOld(ctx)
	if err != nil {
		return err
	}
	if l.activities, err = c.counterparts(ctx); err != nil {
		return err
	}
	ledger := funding.NewLedger(c.tx)
	var participants []*ent.ActivityParticipantCreate
	var transactions []*ent.TransactionCreate
	sh := &shares{chunk: c, links: l, now: c.now}
	besides := &besideRows{chunk: c, links: l, now: sh.now}
	for _, r := range c.rows {
		besides.add(r)
		for n, p := range r.Participants {
			create := c.tx.ActivityParticipant.Create().SetID(c.NewID(id.Participant)).SetCreatedAt(sh.now).
				SetActivityID(r.id).SetPosition(n).SetRoleCode(p.Role).SetRef(p.Ref).SetTypeCode(p.Type).SetName(nameOf(p.Name)).
				SetActivityRef(p.ActivityID).SetNillableOrganisationID(l.organisation(p.Ref)).SetChannel(p.Channel)
			some(create.SetNames, p.Names)
			participants = append(participants, create)
		}
		sh.all(r.Countries, r.Regions, r.Sectors, func(a *ent.AllocationCreate) { a.SetActivityID(r.id) })
		ledger.Activity(r.id, stated(r.Countries), stated(r.Regions), sectors(r.Activity))
		kept := old.of(r)
		for n := range r.Transactions {
			t := &r.Transactions[n]
			create := c.transaction(r, n, l, sh.now)
			tid, revision := c.NewID(id.Transaction), 1
			if k := kept[n]; k != nil {
				tid, revision = k.ID, k.Revision+1
			}
			transactions = append(transactions, create.SetID(tid).SetRevision(revision))
			sh.all(t.Countries, t.Regions, t.Sectors, func(a *ent.AllocationCreate) { a.SetTransactionID(tid) })
			ledger.Transaction(tid, stated(t.Countries), stated(t.Regions), stated(t.Sectors), sectors(r.Activity))
		}
	}
	if err := c.removeTransactions(ctx, old); err != nil {
		return err
	}
	if err := c.insertTransactions(ctx, transactions); err != nil {
		return err
	}
	for some := range slices.Chunk(participants, participant) {
		if err := c.tx.ActivityParticipant.CreateBulk(some...).Exec(ctx); err != nil {
			return fmt.Errorf("importrun: write participants: %w", err)
		}
	}
	for some := range slices.Chunk(sh.rows, allocated) {
		if err := c.tx.Allocation.CreateBulk(some...).Exec(ctx); err != nil {
			return fmt.Errorf("importrun: write allocations: %w", err)
		}
	}
	if err := besides.insert(ctx); err != nil {
		return err
	}
	if err := ledger.Write(ctx); err != nil {
		return err
	}
	return c.arrived(ctx)
}

// writeActivities inserts new activities and overwrites those that changed. What
// the hub added to them, such as the programme they belong to, stays.
func (c *chunk) writeActivities(ctx context.Context, l *links) error {
	var fresh, changed []*ent.ActivityCreate
	var ids []uuid.UUID
	for _, r := range c.rows {
		if r.fresh {
			fresh = append(fresh, c.activity(r, l))
		} else {
			changed = append(changed, c.activity(r, l))
			ids = append(ids, r.id)
		}
	}
	for some := range slices.Chunk(fresh, widest) {
		if err := c.tx.Activity.CreateBulk(some...).Exec(ctx); err != nil {
			return fmt.Errorf("importrun: write activities: %w", err)
		}
	}
	for some := range slices.Chunk(changed, widest) {
		err := c.tx.Activity.CreateBulk(some...).OnConflict(sql.ConflictColumns(activity.FieldIatiIdentifier)).UpdateNewValues().
			Update(func(u *ent.ActivityUpsert) { // also where no row of the statement has a value
				u.UpdatePlannedStart().UpdateActualStart().UpdatePlannedEnd().UpdateActualEnd().UpdateReportingID().UpdateHierarchy().
					UpdateVanishedAt().UpdateFurther().UpdateParts()
			}).Exec(ctx)
		if err != nil {
			return fmt.Errorf("importrun: overwrite activities: %w", err)
		}
	}
	return search.Renamed(ctx, c.tx, ids...)
}

func (c *chunk) activity(r *row, l *links) *ent.ActivityCreate {
	now := c.now
	title := published(r.Title, now)
	return c.tx.Activity.Create().SetID(r.id).SetCreatedAt(now).SetUpdatedAt(now).SetRevision(r.revision).
		SetIatiIdentifier(r.Identifier).SetOrigin(originOf(c.run)).SetPublished(true).SetStatusCode(r.StatusCode).
		SetNillablePlannedStart(day(r.PlannedStart)).SetNillableActualStart(day(r.ActualStart)).
		SetNillablePlannedEnd(day(r.PlannedEnd)).SetNillableActualEnd(day(r.ActualEnd)).
		SetReportingRef(r.Reporting.Ref).SetReportingName(nameOf(r.Reporting.Name)).SetNillableReportingID(l.organisation(r.Reporting.Ref)).
		SetNillableHierarchy(r.Hierarchy).SetFundingCounted(true).
		SetRunID(c.run.ID).SetDatasetName(c.run.DatasetName).SetLine(r.Line).SetDigest(r.digest).
		SetTitleText(title).SetTitleKeyEn(key(title, i18n.EN, iati.MaxTitle)).SetTitleKeyEs(key(title, i18n.ES, iati.MaxTitle)).
		SetTitleKeyFr(key(title, i18n.FR, iati.MaxTitle)).
		SetDescriptionText(published(r.Description, now)).
		SetParts(r.Parts).SetFlagged(r.Flagged).SetLanguage(clip(r.Language, languageLimit)).SetCurrency(r.Currency).
		SetHumanitarian(r.Humanitarian).SetFurther(&r.Further).SetWrittenAt(now)
}

// languageLimit is how long the tag of a language can be.
const languageLimit = 100

// originOf is the origin of the activities that a run brings.
func originOf(run *ent.ImportRun) activity.Origin {
	if run.Own {
		return activity.OriginOwn
	}
	return activity.OriginImported
}

// published is a text whose translations came with it.
func published(t i18n.Text, now time.Time) i18n.Text {
	if t.Authentic == "" {
		t.Authentic = i18n.EN
	}
	for _, l := range i18n.Langs {
		if l == t.Authentic || t.Get(l) == "" {
			continue
		}
		if t.Origins == nil {
			t.Origins = i18n.Origins{}
		}
		t.Origins[l] = i18n.Origin{Maker: i18n.BySource, At: now}
	}
	return t
}

func day(d date.Date) *date.Date {
	if d == "" {
		return nil
	}
	return &d
}

func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (c *chunk) transaction(r *row, n int, l *links, now time.Time) *ent.TransactionCreate {
	t := &r.Transactions[n]
	providerKey, receiverKey := funding.Parties(t.Type, l.party(t.Provider.Organisation), l.party(t.Receiver.Organisation), l.party(r.Reporting))
	create := c.tx.Transaction.Create().SetCreatedAt(now).SetUpdatedAt(now).SetActivityID(r.id).SetPosition(n).
		SetRunID(c.run.ID).SetLine(t.Line).SetTypeCode(t.Type).SetRef(t.Ref).
		SetNillableDate(day(t.Date)).SetNillableValueDate(day(t.ValueDate)).
		SetNillableValuePublished(given(t.Value.Published)).SetNillableValueMicro(t.Value.Micro).
		SetNillableValueCurrency(given(t.Value.Currency)).SetCurrencyAssumed(t.Value.Assumed).
		SetHumanitarian(t.Humanitarian).SetOwnPlaces(len(t.Countries)+len(t.Regions) > 0).SetOwnSectors(len(t.Sectors) > 0).
		SetProviderKey(providerKey).SetReceiverKey(receiverKey).
		SetNillableProviderActivityID(l.activity(t.Provider.ActivityID)).SetNillableReceiverActivityID(l.activity(t.Receiver.ActivityID)).
		SetProviderRef(t.Provider.Ref).SetProviderName(nameOf(t.Provider.Name)).SetProviderType(t.Provider.Type).
		SetProviderActivityRef(t.Provider.ActivityID).SetNillableProviderID(l.organisation(t.Provider.Ref)).
		SetReceiverRef(t.Receiver.Ref).SetReceiverName(nameOf(t.Receiver.Name)).SetReceiverType(t.Receiver.Type).
		SetReceiverActivityRef(t.Receiver.ActivityID).SetNillableReceiverID(l.organisation(t.Receiver.Ref)).
		SetDescriptionText(published(t.Description, now))
	some(create.SetProviderNames, t.Provider.Names)
	some(create.SetReceiverNames, t.Receiver.Names)
	if !reflect.ValueOf(t.Further).IsZero() {
		create.SetFurther(&t.Further)
	}
	return create
}

// insertTransactions inserts transactions and overwrites those that keep their
// identifier.
func (c *chunk) insertTransactions(ctx context.Context, rows []*ent.TransactionCreate) error {
	for some := range slices.Chunk(rows, widest) {
		err := c.tx.Transaction.CreateBulk(some...).OnConflict(sql.ConflictColumns(transaction.FieldID)).UpdateNewValues().
			Update(func(u *ent.TransactionUpsert) { // also where no row of the statement has a value
				u.UpdateDate().UpdateValueDate().UpdateValuePublished().UpdateValueMicro().UpdateValueCurrency().
					UpdateProviderID().UpdateReceiverID().UpdateProviderActivityID().UpdateReceiverActivityID().
					UpdateFurther().UpdateProviderNames().UpdateReceiverNames()
			}).Exec(ctx)
		if err != nil {
			return fmt.Errorf("importrun: write transactions: %w", err)
		}
	}
	return nil
}

// shares gathers allocations.
type shares struct {
	*chunk
	links *links
	now   time.Time
	rows  []*ent.AllocationCreate
}

func (s *shares) all(countries, regions, sectors []iati.Share, of func(*ent.AllocationCreate)) {
	s.add(allocation.DimensionCountry, countries, of)
	s.add(allocation.DimensionRegion, regions, of)
	s.add(allocation.DimensionSector, sectors, of)
}

func (s *shares) add(d allocation.Dimension, list []iati.Share, of func(*ent.AllocationCreate)) {
	for n, share := range list {
		a := s.tx.Allocation.Create().SetID(s.NewID(id.Allocation)).SetCreatedAt(s.now).SetDimension(d).SetPosition(n).
			SetVocabulary(share.Vocabulary).SetCode(share.Code).SetNarrative(nameOf(share.Narrative)).
			SetNillablePercentagePublished(given(share.Percentage)).SetNillablePercentageMicro(share.Micro).
			SetURI(clip(share.URI, uriLimit))
		some(a.SetNames, share.Names)
		if d == allocation.DimensionCountry {
			a.SetNillableCountryID(s.links.country(share.Code))
		}
		of(a)
		s.rows = append(s.rows, a)
	}
}

// former are the transactions that activities had before.
type former struct {
	byActivity map[uuid.UUID][]*ent.Transaction
	kept       map[uuid.UUID]bool
}

// clearOld takes away what belongs to the activities that changed, but for their
// transactions, which it reads.
func (c *chunk) clearOld(ctx context.Context) (*former, error) {
	f := &former{byActivity: map[uuid.UUID][]*ent.Transaction{}, kept: map[uuid.UUID]bool{}}
	var ids []uuid.UUID
	for _, r := range c.rows {
		if !r.fresh {
			ids = append(ids, r.id)
		}
	}
	if len(ids) == 0 {
		return f, nil
	}
	if err := funding.Clear(ctx, c.tx, ids); err != nil {
		return nil, err
	}
	ofActivity := batch.In("activity_id", ids)
	if _, err := c.tx.ActivityParticipant.Delete().Where(predicate.ActivityParticipant(ofActivity)).Exec(ctx); err != nil {
		return nil, fmt.Errorf("importrun: clear participants: %w", err)
	}
	if err := c.clearBesides(ctx, ids); err != nil {
		return nil, err
	}
	ofEither := predicate.Allocation(func(s *sql.Selector) {
		t := sql.Dialect(s.Dialect()).Table(transaction.Table)
		own := sql.Dialect(s.Dialect()).Select(t.C(transaction.FieldID)).From(t).Where(batch.InP(t.C(transaction.FieldActivityID), ids))
		s.Where(sql.Or(batch.InP(s.C(allocation.FieldActivityID), ids), sql.In(s.C(allocation.FieldTransactionID), own)))
	})
	if _, err := c.tx.Allocation.Delete().Where(ofEither).Exec(ctx); err != nil {
		return nil, fmt.Errorf("importrun: clear allocations: %w", err)
	}
	rows, err := c.tx.Transaction.Query().Where(predicate.Transaction(ofActivity)).Order(ent.Asc(transaction.FieldPosition)).
		Select(transaction.FieldActivityID, transaction.FieldPosition, transaction.FieldRef, transaction.FieldRevision).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("importrun: read transactions: %w", err)
	}
	for _, t := range rows {
		f.byActivity[t.ActivityID] = append(f.byActivity[t.ActivityID], t)
	}
	return f, nil
}

// of pairs the transactions of an activity, by their place, with those it had: by
// reference, and by place where neither has one.
func (f *former) of(r *row) map[int]*ent.Transaction {
	byRef, byPlace := map[string][]*ent.Transaction{}, map[int]*ent.Transaction{}
	for _, t := range f.byActivity[r.id] {
		if t.Ref != "" {
			byRef[t.Ref] = append(byRef[t.Ref], t)
		} else {
			byPlace[t.Position] = t
		}
	}
	pairs := map[int]*ent.Transaction{}
	for n := range r.Transactions {
		ref := r.Transactions[n].Ref
		var t *ent.Transaction
		if ref == "" {
			t = byPlace[n]
		} else if same := byRef[ref]; len(same) > 0 {
			t, byRef[ref] = same[0], same[1:]
		}
		if t != nil {
			pairs[n], f.kept[t.ID] = t, true
		}
	}
	return pairs
}

// removeTransactions removes those that are no longer there.
func (c *chunk) removeTransactions(ctx context.Context, f *former) error {
	var gone []uuid.UUID
	for _, list := range f.byActivity {
		for _, t := range list {
			if !f.kept[t.ID] {
				gone = append(gone, t.ID)
			}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if _, err := c.tx.Transaction.Delete().Where(predicate.Transaction(batch.In("id", gone))).Exec(ctx); err != nil {
		return fmt.Errorf("importrun: remove transactions: %w", err)
	}
	return nil
}
