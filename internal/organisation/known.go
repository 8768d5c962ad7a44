package organisation

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/predicate"
)

// ByIdentifier finds the active organisation with an identifier; nil if there is
// none that the viewer of the context may see.
func ByIdentifier(ctx context.Context, client *ent.Client, identifier string) (*uuid.UUID, error) {
	return only(ctx, client, organisation.Identifier(identifier))
}

// ByName finds the active organisation that has a name or an alias, given as i18n.Fold
// writes it; nil if there is none, or several.
func ByName(ctx context.Context, client *ent.Client, folded string) (*uuid.UUID, error) {
	return only(ctx, client, func(s *sql.Selector) {
		s.Where(sql.P(func(b *sql.Builder) { // a line of what it is found by
			b.WriteString("(").Arg("\n").WriteString(" || ").Ident(s.C(organisation.FieldFolded)).WriteString(" || ").Arg("\n").WriteString(")").
				WriteString(" LIKE ").Arg("%\n" + escapeLike.Replace(folded) + "\n%").WriteString(` ESCAPE '\'`)
		}))
	})
}

func only(ctx context.Context, client *ent.Client, which predicate.Organisation) (*uuid.UUID, error) {
	ids, err := client.Organisation.Query().Where(organisation.StatusEQ(organisation.StatusActive), which).Limit(2).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("organisation: look for one: %w", err)
	}
	if len(ids) != 1 {
		return nil, nil //nolint:nilnil // nobody in particular
	}
	return &ids[0], nil
}

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
