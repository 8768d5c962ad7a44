package reference

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/referenceseries"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Reference is a number that was given.
type Reference struct {
	// Text is the reference as it is written.
	Text string
	// Year is the year of its series, in Port of Spain.
	Year int
}

// Next takes the next number of a body's series of the year that the moment lies
// in. It fails outside of a transaction, which must write the reference or be
// rolled back. Take it after every other lock.
func Next(ctx context.Context, tx *ent.Client, b *ent.Body, now time.Time) (Reference, error) {
	if !store.InTransaction(ctx) {
		return Reference{}, fmt.Errorf("reference: a number is only taken in a transaction")
	}
	year := yearOf(now)
	n, err := tx.ReferenceSeries.Create().SetBodyID(b.ID).SetYear(year).SetLast(1).
		OnConflict(sql.ConflictColumns(referenceseries.FieldBodyID, referenceseries.FieldYear)).
		Update(func(u *ent.ReferenceSeriesUpsert) { u.AddLast(1) }).ID(ctx)
	if err != nil {
		return Reference{}, fmt.Errorf("reference: take a number: %w", err)
	}
	row, err := tx.ReferenceSeries.Get(viewer.With(ctx, viewer.System()), n)
	if err != nil {
		return Reference{}, fmt.Errorf("reference: read the number: %w", err)
	}
	return Reference{Text: Text(b.Code, year, row.Last), Year: year}, nil
}

// Text writes a reference: the body's code, the year, and the number with three
// digits or more.
func Text(code string, year, number int) string { return fmt.Sprintf("%s/%d/%03d", code, year, number) }

// yearOf is the year in Port of Spain.
func yearOf(t time.Time) int {
	start, err := date.Of(t).Start()
	if err != nil { // what Of gives is a date
		return t.Year()
	}
	return start.Year()
}
