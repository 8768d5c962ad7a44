package funding

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/transaction"
)

// linkedAtOnce is how many identifiers one statement looks for.
const linkedAtOnce = 5000

// Counterparts finds the activities that transactions name, by their identifiers.
// It tells nobody: it is for writing.
func Counterparts(ctx context.Context, tx *ent.Client, refs []string) (map[string]uuid.UUID, error) {
	out := map[string]uuid.UUID{}
	for some := range slices.Chunk(refs, linkedAtOnce) {
		rows, err := tx.Activity.Query().Where(activity.IatiIdentifierIn(some...)).Select(activity.FieldIatiIdentifier).All(system(ctx))
		if err != nil {
			return nil, fmt.Errorf("funding: find counterparts: %w", err)
		}
		for _, a := range rows {
			out[a.IatiIdentifier] = a.ID
		}
	}
	return out, nil
}

// Arrived lets the transactions that name activities find them, now that they are
// here.
func Arrived(ctx context.Context, tx *ent.Client, identifiers ...string) error {
	link := func(ref, column string) func(*sql.UpdateBuilder) {
		return func(b *sql.UpdateBuilder) {
			d := sql.Dialect(b.Dialect())
			a, t := d.Table(activity.Table), d.Table(transaction.Table)
			it := d.Select(a.C(activity.FieldID)).From(a).Where(sql.ColumnsEQ(a.C(activity.FieldIatiIdentifier), t.C(ref)))
			b.Set(column, sql.ExprFunc(func(b *sql.Builder) { b.Wrap(func(b *sql.Builder) { b.Join(it) }) }))
		}
	}
	for some := range slices.Chunk(identifiers, linkedAtOnce) {
		err := tx.Transaction.Update().Where(transaction.ProviderActivityRefIn(some...)).
			Modify(link(transaction.FieldProviderActivityRef, transaction.FieldProviderActivityID)).Exec(system(ctx))
		if err == nil {
			err = tx.Transaction.Update().Where(transaction.ReceiverActivityRefIn(some...)).
				Modify(link(transaction.FieldReceiverActivityRef, transaction.FieldReceiverActivityID)).Exec(system(ctx))
		}
		if err != nil {
			return fmt.Errorf("funding: link counterparts: %w", err)
		}
	}
	return nil
}
