package funding

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/fundingshare"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/store"
)

// Of names the flows that a change touches: those of transactions and activities, and
// those that name activities as their counterparts, by row or by IATI identifier.
type Of struct {
	Transactions, Activities, Counterparts []uuid.UUID
	Identifiers                            []string
}

func (o Of) empty() bool {
	return len(o.Transactions)+len(o.Activities)+len(o.Counterparts)+len(o.Identifiers) == 0
}

// Change takes a change of money over into the sums that are kept.
type Change struct {
	of    Of
	taken []uuid.UUID // the flows that were taken out
	sums  *rollups
}

// Begin takes the flows out of the sums as they are now, before the change. The
// activities must be locked.
func Begin(ctx context.Context, tx *ent.Client, of Of) (*Change, error) {
	c := &Change{of: of, sums: newRollups()}
	flows, err := read(ctx, tx, of)
	for _, f := range flows {
		c.taken = append(c.taken, f.id)
		c.sums.add(f, -1)
	}
	return c, err
}

// End brings the flows that were taken out back in as they are after the change,
// with all of the activities that it was of and with what is fresh, and writes what
// is different. Nothing may be locked after it but the log.
func (c *Change) End(ctx context.Context, tx *ent.Client, fresh Of) error {
	flows, err := read(ctx, tx, Of{
		Transactions: append(c.taken, fresh.Transactions...), Activities: append(slices.Clone(c.of.Activities), fresh.Activities...),
	})
	if err != nil {
		return err
	}
	for _, f := range flows {
		c.sums.add(f, 1)
	}
	return c.sums.write(ctx)
}

// admits restricts transactions to those that are named.
func (o Of) admits(s *sql.Selector) {
	var or []*sql.Predicate
	ids := func(column string, list []uuid.UUID) {
		if len(list) > 0 {
			or = append(or, batch.InP(s.C(column), list))
		}
	}
	ids(transaction.FieldID, o.Transactions)
	ids(transaction.FieldActivityID, o.Activities)
	ids(transaction.FieldProviderActivityID, o.Counterparts)
	ids(transaction.FieldReceiverActivityID, o.Counterparts)
	if len(o.Identifiers) > 0 {
		list := anys(o.Identifiers)
		or = append(or, sql.In(s.C(transaction.FieldProviderActivityRef), list...), sql.In(s.C(transaction.FieldReceiverActivityRef), list...))
	}
	s.Where(sql.Or(or...))
}

// read reads the flows, with one statement for each kind of row.
func read(ctx context.Context, tx *ent.Client, of Of) ([]*flow, error) {
	if of.empty() {
		return nil, nil
	}
	ctx = system(ctx)
	rows, err := tx.Transaction.Query().Where(of.admits, store.Locked(tx)).Order(ent.Asc(transaction.FieldID)).Select(
		transaction.FieldActivityID, transaction.FieldTypeCode, transaction.FieldDate, transaction.FieldValueDate, transaction.FieldValueMicro,
		transaction.FieldValueCurrency, transaction.FieldProviderKey, transaction.FieldReceiverKey, transaction.FieldProviderActivityID,
		transaction.FieldReceiverActivityID, transaction.FieldOwnPlaces, transaction.FieldOwnSectors,
	).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("funding: read flows: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	activities, err := around(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	shares, err := sharesOf(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	flows := make([]*flow, 0, len(rows))
	for _, t := range rows {
		a := activities[t.ActivityID]
		if a == nil || !a.FundingCounted || a.VanishedAt != nil {
			continue
		}
		f := &flow{
			id: t.ID, typeCode: t.TypeCode, year: yearOf(t.Date), rateYear: yearOf(t.ValueDate), currency: t.ValueCurrency, micro: t.ValueMicro,
			provider: t.ProviderKey, receiver: t.ReceiverKey, public: public(a), programme: refOf(a.ProgrammeID), agreement: refOf(a.AgreementID),
		}
		if t.ValueDate == nil {
			f.rateYear, f.assumed = f.year, t.Date != nil
		}
		if u := other(t); u != nil && *u != t.ActivityID {
			if o := activities[*u]; o != nil && o.VanishedAt == nil {
				f.counterpart, f.counterpartPublic = true, public(o)
			}
		}
		places, sectors := t.ActivityID, t.ActivityID
		if t.OwnPlaces {
			places = t.ID
		}
		if t.OwnSectors {
			sectors = t.ID
		}
		f.places = orNothing(shares[axisOf{places, fundingshare.AxisPlace}])
		f.sectors = orNothing(shares[axisOf{sectors, fundingshare.AxisSector}])
		f.categories = orNothing(shares[axisOf{sectors, fundingshare.AxisCategory}])
		flows = append(flows, f)
	}
	return flows, nil
}

func orNothing(p []portion) []portion {
	if len(p) == 0 {
		return nothing
	}
	return p
}

func yearOf[D ~string](d *D) string {
	if d == nil || len(*d) < 4 {
		return ""
	}
	return string((*d)[:4])
}

func refOf(u *uuid.UUID) string {
	if u == nil {
		return ""
	}
	return u.String()
}

// public says whether everybody sees the activity: as access.Activities has it.
func public(a *ent.Activity) bool { return a.Origin == activity.OriginImported || a.Published }

// other is the activity at the other end of a flow; nil where there is none here.
func other(t *ent.Transaction) *uuid.UUID {
	switch {
	case Outgoing(t.TypeCode):
		return t.ReceiverActivityID
	case Incoming(t.TypeCode):
		return t.ProviderActivityID
	}
	return nil
}

// around reads the activities of transactions, and those at their other ends.
func around(ctx context.Context, tx *ent.Client, rows []*ent.Transaction) (map[uuid.UUID]*ent.Activity, error) {
	out := map[uuid.UUID]*ent.Activity{}
	var ids []uuid.UUID
	add := func(u *uuid.UUID) {
		if u == nil {
			return
		}
		if _, there := out[*u]; !there {
			out[*u] = nil
			ids = append(ids, *u)
		}
	}
	for _, t := range rows {
		add(&t.ActivityID)
		add(other(t))
	}
	found, err := tx.Activity.Query().Where(batch.In(activity.FieldID, ids), shared).Order(ent.Asc(activity.FieldID)).Select(
		activity.FieldOrigin, activity.FieldPublished, activity.FieldProgrammeID, activity.FieldAgreementID, activity.FieldFundingCounted, activity.FieldVanishedAt,
	).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("funding: read activities: %w", err)
	}
	for _, a := range found {
		out[a.ID] = a
	}
	return out, nil
}

// shared keeps others from changing the rows of a query until the transaction ends.
func shared(s *sql.Selector) {
	if s.Dialect() == dialect.Postgres {
		s.ForShare()
	}
}

// axisOf names the shares of an owner along an axis.
type axisOf struct {
	owner uuid.UUID
	axis  fundingshare.Axis
}

// sharesOf reads the shares of transactions as sums are kept by them.
func sharesOf(ctx context.Context, tx *ent.Client, rows []*ent.Transaction) (map[axisOf][]portion, error) {
	seen := map[uuid.UUID]bool{}
	var owners []uuid.UUID
	for _, t := range rows {
		for _, u := range []uuid.UUID{t.ActivityID, t.ID} {
			if !seen[u] && (u != t.ID || t.OwnPlaces || t.OwnSectors) {
				seen[u] = true
				owners = append(owners, u)
			}
		}
	}
	found, err := tx.FundingShare.Query().Where(
		batch.In(fundingshare.FieldOwnerID, owners), fundingshare.AxisNEQ(fundingshare.AxisGoal), fundingshare.VocabularyIn("", dac),
	).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("funding: read shares: %w", err)
	}
	out := map[axisOf][]portion{}
	for _, s := range found {
		at := axisOf{s.OwnerID, s.Axis}
		out[at] = append(out[at], portion{
			code: s.Code, reason: Reason(s.Reason), numerator: s.Numerator, denominator: s.Denominator, leads: s.Leads, leadsCode: s.LeadsCode,
		}.common())
	}
	return out, nil
}
