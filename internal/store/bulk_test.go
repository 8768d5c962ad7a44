package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
)

// TestInsertsAreRecognised: inserts of rows are sent by column, and nothing else is.
func TestInsertsAreRecognised(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]int{
		`INSERT INTO "a" ("x", "y") VALUES ($1, $2), ($3, NULL)`:                                             2,
		`INSERT INTO "a" ("x") VALUES ($1), ($2), ($3) RETURNING "id"`:                                       3,
		`INSERT INTO "a" ("x") VALUES ($1), ($2), ($3) ON CONFLICT ("x") DO UPDATE SET "x" = "excluded"."x"`: 3,
		`INSERT INTO "a" ("x") VALUES ($1), ($3), ($2)`:                                                      0,
		`INSERT INTO "a" ("x") VALUES ($1), ($2), ($3) ON CONFLICT ("x") DO UPDATE SET "x" = $4`:             0,
		`INSERT INTO "a" ("x", "y") VALUES ($1, $2), ($3)`:                                                   0,
		`INSERT INTO "a" ("x") VALUES (DEFAULT), ($1), ($2), ($3)`:                                           0,
		`INSERT INTO "a" ("x") VALUES ($1`:                                                                   0,
		`INSERT INTO "a" ("x") SELECT $1`:                                                                    0,
		`UPDATE "a" SET "x" = $1`:                                                                            0,
	} {
		args := make([]any, strings.Count(statement, "$"))
		if got := store.RowsInBulk(statement, args); got != want {
			t.Errorf("%s: %d rows", statement, got)
		}
	}
}

// TestRowsInBulkAreTheSame: what is inserted at once is what is inserted one by one,
// whatever the texts are.
func TestRowsInBulkAreTheSame(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		texts := []string{
			"plain", "", " spaces ", `"quoted"`, `back\slash`, `\x41`, "{1,2}", "NULL", "null", "a,b", "line\nbreak", "tab\t", "'", "$1", "é ü ñ 中 🙂", `\"`, `"\\`, "((", "{}", `{"a":1}`,
		}
		at := time.Date(2026, 11, 26, 9, 8, 7, 123456000, time.UTC)
		make := func(tx *ent.Client, n int, u uuid.UUID) *ent.OrganisationCreate {
			text := texts[n%len(texts)]
			c := tx.Organisation.Create().SetID(u).SetCreatedAt(at).SetUpdatedAt(at.Add(time.Duration(n) * time.Second)).SetKinds([]string{text, "DONOR"}).
				SetNameText(i18n.Text{EN: text + "x", ES: text, Authentic: i18n.EN}).SetFolded(text)
			if n%3 == 0 { // others have none
				c.SetIdentifier(fmt.Sprint(text, n, u))
			}
			return c
		}
		var one, many []uuid.UUID
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			var list []*ent.OrganisationCreate
			for n := range 60 {
				one, many = append(one, w.NewID(id.Organisation)), append(many, w.NewID(id.Organisation))
				make(tx, n, one[n]).ExecX(ctx)
				list = append(list, make(tx, n, many[n]))
			}
			for n, o := range tx.Organisation.CreateBulk(list...).SaveX(ctx) {
				if o.ID != many[n] {
					t.Errorf("row %d came back as another one", n)
				}
			}
			return nil
		})
		for n := range one {
			a, b := w.DB.Client.Organisation.GetX(w.System(), one[n]), w.DB.Client.Organisation.GetX(w.System(), many[n])
			same := func(o *ent.Organisation) string {
				return fmt.Sprintf("%q %q %q %v %v", o.NameEn, o.NameEs, o.Kinds, o.CreatedAt.UTC(), o.UpdatedAt.UTC())
			}
			if same(a) != same(b) || (a.Identifier == nil) != (b.Identifier == nil) || a.Folded != b.Folded {
				t.Errorf("%d: %s and %s", n, same(a), same(b))
			}
			if a.Identifier != nil && strings.TrimSuffix(*a.Identifier, a.ID.String()) != strings.TrimSuffix(*b.Identifier, b.ID.String()) {
				t.Errorf("%d: %s and %s", n, *a.Identifier, *b.Identifier)
			}
		}
		err := store.InTx(w.System(), w.DB, func(ctx context.Context, tx *ent.Client) error {
			var list []*ent.OrganisationCreate
			for n := range 20 {
				list = append(list, make(tx, n, w.NewID(id.Organisation)).SetIdentifier("the same"))
			}
			return tx.Organisation.CreateBulk(list...).Exec(ctx)
		})
		if !ent.IsConstraintError(err) || w.DB.Client.Organisation.Query().Where(organisation.Identifier("the same")).CountX(w.System()) != 0 {
			t.Error("rows that are twice the same:", err)
		}
	})
}
