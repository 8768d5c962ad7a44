package funding

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"
	"github.com/lib/pq"

	"acs-aec.org/hub/ent/generated/ent/fundingrollup"
	"acs-aec.org/hub/internal/store"
)

// sheetColumns are those of a row of kept sums.
var sheetColumns = []string{
	fundingrollup.FieldID, fundingrollup.FieldScope, fundingrollup.FieldParty, fundingrollup.FieldDimension, fundingrollup.FieldCode, fundingrollup.FieldReason,
	fundingrollup.FieldTypeCode, fundingrollup.FieldCurrency, fundingrollup.FieldPeriod, fundingrollup.FieldRateYear, fundingrollup.FieldInternal,
	fundingrollup.FieldDenominator, fundingrollup.FieldYears,
}

// The statements: a row whose identifier is a name of the sums' key is looked for,
// and locked on PostgreSQL; SQLite has one writer.
var (
	holdPostgres = fmt.Sprintf("SELECT %s, %s FROM %s WHERE %[1]s = ANY($1::uuid[]) ORDER BY %[1]s FOR UPDATE",
		fundingrollup.FieldID, fundingrollup.FieldYears, fundingrollup.Table)
	holdSQLite = fmt.Sprintf("SELECT %s, %s FROM %s WHERE %[1]s IN (SELECT value FROM json_each(?))",
		fundingrollup.FieldID, fundingrollup.FieldYears, fundingrollup.Table)
	insert         = fmt.Sprintf("INSERT INTO %s (%s) ", fundingrollup.Table, strings.Join(sheetColumns, ", "))
	insertPostgres = insert + "SELECT * FROM UNNEST($1::uuid[], $2::varchar[], $3::varchar[], $4::varchar[], $5::varchar[], $6::varchar[], $7::varchar[], " +
		"$8::varchar[], $9::varchar[], $10::varchar[], $11::boolean[], $12::bigint[], $13::text[]) " +
		"ON CONFLICT (" + fundingrollup.FieldID + ") DO NOTHING RETURNING " + fundingrollup.FieldID
	insertSQLite   = insert + "VALUES (?" + strings.Repeat(", ?", len(sheetColumns)-1) + ")"
	changePostgres = fmt.Sprintf("UPDATE %[1]s SET %[2]s = n.years FROM UNNEST($1::uuid[], $2::text[]) AS n(id, years) WHERE %[1]s.%[3]s = n.id",
		fundingrollup.Table, fundingrollup.FieldYears, fundingrollup.FieldID)
	changeSQLite = fmt.Sprintf("UPDATE %s SET %s = ? WHERE %s = ?", fundingrollup.Table, fundingrollup.FieldYears, fundingrollup.FieldID)
)

// write adds the changes to the sums that are kept, in the order of the identifiers of
// their rows. It is the last that a transaction locks before the head of the log.
func (rs *rollups) write(ctx context.Context) error {
	sheets := rs.sheets()
	for len(sheets) > 0 {
		there, err := hold(ctx, sheets)
		if err != nil {
			return fmt.Errorf("funding: read the sums: %w", err)
		}
		var fresh, changed []*sheet
		var texts []string
		for _, s := range sheets {
			old, ok := there[s.id]
			if !ok {
				fresh = append(fresh, s)
				continue
			}
			text, err := changedYears(old, s.years)
			if err != nil {
				return err
			}
			changed, texts = append(changed, s), append(texts, text)
		}
		if sheets, err = insertSheets(ctx, fresh); err != nil {
			return fmt.Errorf("funding: write new sums: %w", err)
		}
		if err := changeSheets(ctx, changed, texts); err != nil {
			return fmt.Errorf("funding: change sums: %w", err)
		}
	}
	return nil
}

// hold reads the rows that are there, and keeps others from changing them.
func hold(ctx context.Context, sheets []*sheet) (map[uuid.UUID]string, error) {
	ids := make([]string, len(sheets))
	for i, s := range sheets {
		ids[i] = s.name
	}
	statement, args := holdPostgres, []any{pq.Array(ids)}
	if store.DialectIn(ctx) != dialect.Postgres {
		list, err := json.Marshal(ids)
		if err != nil {
			return nil, err
		}
		statement, args = holdSQLite, []any{string(list)}
	}
	there := make(map[uuid.UUID]string, len(sheets))
	err := store.Ask(ctx, statement, args, func(scan func(to ...any) error) error {
		var id uuid.UUID
		var years string
		if err := scan(&id, &years); err != nil {
			return err
		}
		there[id] = years
		return nil
	})
	return there, err
}

// insertSheets inserts rows. It gives back those that somebody else inserted
// meanwhile.
func insertSheets(ctx context.Context, sheets []*sheet) (met []*sheet, err error) {
	if len(sheets) == 0 {
		return nil, nil
	}
	postgres := store.DialectIn(ctx) == dialect.Postgres
	var texts [11]pq.StringArray
	internal, denominators := make(pq.BoolArray, len(sheets)), make(pq.Int64Array, len(sheets))
	lists := make([][]any, 0, len(sheets))
	for i, s := range sheets {
		years, err := changedYears("{}", s.years)
		if err != nil {
			return nil, err
		}
		k := &s.key
		if !postgres {
			lists = append(lists, []any{
				s.name, string(k.scope), k.party, string(k.dimension), k.code, string(k.reason), k.typeCode, k.currency, k.period, k.rateYear,
				k.internal, k.denominator, years,
			})
			continue
		}
		for c, text := range [...]string{
			s.name, string(k.scope), k.party, string(k.dimension), k.code, string(k.reason), k.typeCode, k.currency, k.period, k.rateYear, years,
		} {
			texts[c] = append(texts[c], text)
		}
		internal[i], denominators[i] = k.internal, k.denominator
	}
	if !postgres {
		return nil, store.Run(ctx, insertSQLite, lists...)
	}
	args := make([]any, 0, len(sheetColumns))
	for _, t := range texts[:10] {
		args = append(args, t)
	}
	args = append(args, internal, denominators, texts[10])
	done := make(map[uuid.UUID]bool, len(sheets))
	err = store.Ask(ctx, insertPostgres, args, func(scan func(to ...any) error) error {
		var id uuid.UUID
		err := scan(&id)
		done[id] = true
		return err
	})
	return slices.DeleteFunc(sheets, func(s *sheet) bool { return done[s.id] }), err
}

// changeSheets writes the sums of rows that are held.
func changeSheets(ctx context.Context, sheets []*sheet, texts []string) error {
	if len(sheets) == 0 {
		return nil
	}
	ids := make(pq.StringArray, len(sheets))
	lists := make([][]any, len(sheets))
	for i, s := range sheets {
		ids[i] = s.name
		lists[i] = []any{texts[i], ids[i]}
	}
	if store.DialectIn(ctx) == dialect.Postgres {
		return store.Run(ctx, changePostgres, []any{ids, pq.StringArray(texts)})
	}
	return store.Run(ctx, changeSQLite, lists...)
}
