package share

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
)

// Owner is what is shared out: one of these.
type Owner struct{ Activity, Proposal *uuid.UUID }

func (o Owner) is() predicate.Allocation {
	if o.Activity != nil {
		return allocation.ActivityID(*o.Activity)
	}
	return allocation.ProposalID(*o.Proposal)
}

// Of are the shares of one dimension, in their order.
func Of(all []*ent.Allocation, d allocation.Dimension) []*ent.Allocation {
	var out []*ent.Allocation
	for _, a := range all {
		if a.Dimension == d {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b *ent.Allocation) int { return cmp.Compare(a.Position, b.Position) })
	return out
}

// Read reads the shares of the owner in one dimension.
func Read(ctx context.Context, tx *ent.Client, of Owner, d allocation.Dimension) ([]Row, error) {
	found, err := tx.Allocation.Query().Where(of.is(), allocation.DimensionEQ(d)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("share: read: %w", err)
	}
	rows := make([]Row, 0, len(found))
	for _, a := range Of(found, d) {
		rows = append(rows, Row{
			Dimension: d, Vocabulary: a.Vocabulary, Code: a.Code, Published: a.PercentagePublished, Micro: a.PercentageMicro, Country: a.CountryID,
		})
	}
	return rows, nil
}

// Replace puts rows in the place of the owner's shares in one dimension.
func Replace(ctx context.Context, tx *ent.Client, r *command.Runner, of Owner, d allocation.Dimension, rows []Row) error {
	if _, err := tx.Allocation.Delete().Where(of.is(), allocation.DimensionEQ(d)).Exec(ctx); err != nil {
		return fmt.Errorf("share: take the old away: %w", err)
	}
	return Add(ctx, tx, r, of, rows)
}

// Add records shares of a new owner.
func Add(ctx context.Context, tx *ent.Client, r *command.Runner, of Owner, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	now := r.Time()
	creates := make([]*ent.AllocationCreate, len(rows))
	for i, row := range rows {
		c := tx.Allocation.Create().SetID(r.NewID(id.Allocation)).SetCreatedAt(now).SetDimension(row.Dimension).
			SetVocabulary(row.Vocabulary).SetCode(row.Code).SetNillableCountryID(row.Country).SetPosition(i).
			SetNillableActivityID(of.Activity).SetNillableProposalID(of.Proposal)
		if row.Micro != nil {
			c.SetPercentagePublished(row.Published).SetPercentageMicro(*row.Micro)
		}
		creates[i] = c
	}
	for chunk := range slices.Chunk(creates, 50) {
		if err := tx.Allocation.CreateBulk(chunk...).Exec(ctx); err != nil {
			return fmt.Errorf("share: write: %w", err)
		}
	}
	return nil
}

// String is rows as the log tells them: "JM 60, TT 40".
func String(rows []Row) string {
	parts := make([]string, len(rows))
	for i, r := range rows {
		parts[i] = r.Code
		if r.Vocabulary != "" {
			parts[i] = r.Vocabulary + ":" + r.Code
		}
		if r.Micro != nil {
			parts[i] += " " + money.Format(*r.Micro)
		}
	}
	return strings.Join(parts, ", ")
}
