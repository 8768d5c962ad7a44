// Package access holds the rules by which rows are seen and written. The ent
// schemas name them, so they hold for every query and for every edge that a
// query walks.
//
// Reading never fails: what a viewer may not see is filtered out in the
// statement itself, so counts, orders and filters cannot tell that it is there.
// A context without a viewer is denied everything. Writing is denied unless a
// command is under way, whose first lines have checked the viewer's right.
//
// The rules are our own design: none of them is a rule of the ACS.
package access

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/intercept"
	"acs-aec.org/hub/ent/generated/ent/privacy"
	"acs-aec.org/hub/internal/viewer"
)

// Rule restricts a query to what the viewer may see; nil means all rows. It is
// not asked for the system.
type Rule func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate

// EvalQuery adds the rule to the query.
func (r Rule) EvalQuery(ctx context.Context, q ent.Query) error {
	v := viewer.Reading(ctx)
	if v == nil {
		return privacy.Denyf("access: nobody says who is asking")
	}
	if v.IsSystem() {
		return privacy.Allow
	}
	query, err := intercept.NewQuery(q)
	if err != nil {
		return privacy.Denyf("access: %v", err)
	}
	query.WhereP(func(s *sql.Selector) {
		if p := r(v, s); p != nil {
			s.Where(p)
		}
	})
	return privacy.Allow
}

// commanded allows writing while a command is under way.
type commanded struct{}

// EvalMutation denies writes outside of commands.
func (commanded) EvalMutation(ctx context.Context, _ ent.Mutation) error {
	v := viewer.Reading(ctx)
	if v == nil {
		return privacy.Denyf("access: nobody says who is writing")
	}
	if v.IsSystem() || viewer.Commanding(ctx) && v.Audience() == nil {
		return privacy.Allow
	}
	return privacy.Denyf("access: writing outside of a command")
}

// Policy reads by the rule and writes in commands.
func Policy(read Rule) ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{read},
		Mutation: privacy.MutationPolicy{commanded{}},
	}
}

// appended denies changes and removals, in commands too.
type appended struct{}

// EvalMutation denies everything but adding rows.
func (appended) EvalMutation(_ context.Context, m ent.Mutation) error {
	if m.Op().Is(ent.OpCreate) {
		return privacy.Skip
	}
	return privacy.Denyf("access: these rows are never changed or removed")
}

// AppendOnly reads by the rule and adds rows in commands. They are never changed
// or removed, not by the hub itself either.
func AppendOnly(read Rule) ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{read},
		Mutation: privacy.MutationPolicy{appended{}, commanded{}},
	}
}

// none admits no row.
func none(*viewer.Viewer, *sql.Selector) *sql.Predicate { return never() }

func never() *sql.Predicate { return sql.ExprP("1 = 0") }

// all admits every row.
func all(*viewer.Viewer, *sql.Selector) *sql.Predicate { return nil }
