package funding

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/budget"
	"acs-aec.org/hub/ent/generated/ent/relatedactivity"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/viewer"
)

// Codes of the IATI standard: RelatedActivityType.
const (
	hasParent = "1"
	hasChild  = "2"
)

// The columns of a lineage.
const (
	lineOf    = "activity_id"
	lineAbove = "ancestor_id"
)

// lineage are the activities above those that the filter selects and that have a
// budget and a parent, each with itself, through any number of levels; who goes round
// in a circle comes back to where it was. The way leads through activities that the
// viewer may see, selected or not.
//
// One of two activities says that they are parent and child, and neither the
// contrary; where both state their level, the parent's is above.
func (f Filter) lineage(ctx context.Context, dialect string) *sql.WithBuilder {
	d := sql.Dialect(dialect)
	line := sql.WithRecursive("lineage", lineOf, lineAbove)
	line.SetDialect(dialect)

	says, said, has := d.Table(relatedactivity.Table).As("says"), d.Table(relatedactivity.Table).As("said"), d.Table(budget.Table).As("has")
	begin := f.selection(ctx, dialect)
	begin.AppendSelect(begin.C(activity.FieldID)).Where(sql.And(
		sql.In(begin.C(activity.FieldID), d.Select(says.C(relatedactivity.FieldActivityID)).From(says).Where(sql.And(
			sql.EQ(says.C(relatedactivity.FieldTypeCode), hasParent), sql.NotNull(says.C(relatedactivity.FieldRelatedID)),
		)).UnionAll(d.Select(said.C(relatedactivity.FieldRelatedID)).From(said).Where(sql.And(
			sql.EQ(said.C(relatedactivity.FieldTypeCode), hasChild), sql.NotNull(said.C(relatedactivity.FieldRelatedID)),
		)))),
		sql.In(begin.C(activity.FieldID), d.Select(has.C(budget.FieldActivityID)).From(has).Where(sql.EQ(has.C(budget.FieldKind), string(budget.KindBudget)))),
	))

	steps := d.Table("steps").As("step")
	next := d.Select(line.C(lineOf), steps.C(stepTo)).From(line)
	next.Join(steps).OnP(sql.ColumnsEQ(steps.C(stepFrom), line.C(lineAbove)))
	return line.As(begin.Union(next)).With("steps", stepFrom, stepTo).As(f.steps(ctx, d, hasParent).UnionAll(f.steps(ctx, d, hasChild)))
}

// The columns of steps.
const (
	stepFrom = "child_id"
	stepTo   = "parent_id"
)

// steps are those from an activity to its parent that one of the two says with the
// code. They are found once, however many levels there are.
func (f Filter) steps(ctx context.Context, d *sql.DialectBuilder, code string) *sql.Selector {
	parent, child, says := d.Table(activity.Table).As("parent"), d.Table(activity.Table).As("child"), d.Table(relatedactivity.Table).As("says")
	p, c := parent.C(activity.FieldID), child.C(activity.FieldID)
	from, to := says.C(relatedactivity.FieldActivityID), says.C(relatedactivity.FieldRelatedID)
	if code == hasChild {
		from, to = to, from
	}
	s := d.Select(c, p).From(parent)
	s.Join(says).OnP(sql.And(sql.ColumnsEQ(to, p), sql.EQ(says.C(relatedactivity.FieldTypeCode), code)))
	s.Join(child).OnP(sql.ColumnsEQ(c, from))
	contrary := func(as, of, to, code string) *sql.Predicate {
		t := d.Table(relatedactivity.Table).As(as)
		return sql.NotExists(d.Select(t.C(relatedactivity.FieldID)).From(t).Where(sql.And(
			sql.ColumnsEQ(t.C(relatedactivity.FieldActivityID), of), sql.ColumnsEQ(t.C(relatedactivity.FieldRelatedID), to),
			sql.EQ(t.C(relatedactivity.FieldTypeCode), code),
		)))
	}
	level, below := parent.C(activity.FieldHierarchy), child.C(activity.FieldHierarchy)
	s.Where(sql.And(
		sql.ColumnsNEQ(p, c), sql.ExprP("("+level+" IS NULL OR "+below+" IS NULL OR "+level+" < "+below+")"),
		contrary("parent_says", p, c, hasParent), contrary("child_says", c, p, hasChild),
	))
	if !f.Vanished {
		s.Where(sql.IsNull(parent.C(activity.FieldVanishedAt)))
	}
	if may := access.Activities(viewer.From(ctx), s); may != nil {
		s.Where(may)
	}
	return s
}

// below are the budgets that an activity above their own includes: one that is
// selected too and has a budget for a period that touches theirs. Of two activities
// that are above one another neither is.
func (f Filter) below(ctx context.Context, dialect string) *sql.Selector {
	d := sql.Dialect(dialect)
	line := f.lineage(ctx, dialect)
	own, has, back := d.Table(budget.Table).As("own"), d.Table(budget.Table).As("includes"), d.Table(line.Name()).As("back")
	top := f.selection(ctx, dialect).As("top")
	s := d.Select(own.C(budget.FieldID)).From(own).Prefix(line)
	s.Join(line).OnP(sql.ColumnsEQ(line.C(lineOf), own.C(budget.FieldActivityID)))
	s.Join(top).OnP(sql.ColumnsEQ(top.C(activity.FieldID), line.C(lineAbove)))
	s.Join(has).OnP(sql.ColumnsEQ(has.C(budget.FieldActivityID), line.C(lineAbove)))
	s.LeftJoin(back).OnP(sql.And(sql.ColumnsEQ(back.C(lineOf), line.C(lineAbove)), sql.ColumnsEQ(back.C(lineAbove), line.C(lineOf))))
	return s.Where(sql.And(
		sql.EQ(own.C(budget.FieldKind), string(budget.KindBudget)), sql.ColumnsNEQ(line.C(lineOf), line.C(lineAbove)), sql.IsNull(back.C(lineOf)),
		budgetsOf(s).touches(has),
	))
}

// ancestors says of budgets that are below others in whose activity they count: the
// one that has the fewest above itself. One statement.
func (s *Service) ancestors(ctx context.Context, f Filter, budgets []uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	sel := f.below(ctx, s.DB.Dialect)
	d := sql.Dialect(s.DB.Dialect)
	line, higher := d.Table("lineage"), d.Table("lineage").As("higher")
	sel.LeftJoin(higher).OnP(sql.And(sql.ColumnsEQ(higher.C(lineOf), line.C(lineAbove)), sql.ColumnsNEQ(higher.C(lineAbove), higher.C(lineOf))))
	own := sel.C(budget.FieldID)
	statement, args := sel.Select(own, line.C(lineAbove), "COUNT(DISTINCT "+higher.C(lineAbove)+")").
		Where(batch.InP(own, budgets)).GroupBy(own, line.C(lineAbove)).OrderBy(own, line.C(lineAbove)).Query()
	out, fewest := map[uuid.UUID]uuid.UUID{}, map[uuid.UUID]int{}
	err := s.DB.Read(ctx, statement, args, func(scan func(to ...any) error) error {
		var of, above uuid.UUID
		var n int
		if err := scan(&of, &above, &n); err != nil {
			return err
		}
		if least, met := fewest[of]; !met || n < least {
			out[of], fewest[of] = above, n
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("funding: ask in whose budget others are: %w", err)
	}
	return out, nil
}
