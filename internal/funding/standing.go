package funding

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/id"
)

// Standing lets queries name the organisations that stand for those they name: one
// that was merged into another one is that one, through any number of mergers. It is
// one statement for all queries, and none where they name no organisation or were
// looked at before.
func (s *Service) Standing(ctx context.Context, queries ...*Query) error {
	var named []uuid.UUID
	for _, q := range queries {
		if !q.standing {
			named = append(named, q.Filter.organisations()...)
		}
	}
	into := map[uuid.UUID]uuid.UUID{}
	if len(named) > 0 {
		var err error
		if into, err = s.merged(ctx, named); err != nil {
			return err
		}
	}
	for _, q := range queries {
		if !q.standing {
			q.Filter.rename(into)
			q.standing = true
		}
	}
	return nil
}

// AsNamed says of a query that the organisations that it names were just read, and
// were merged into no other.
func (q Query) AsNamed() Query {
	q.standing = true
	return q
}

// merged says of organisations that were merged into others which those are, at the
// end of the chain.
func (s *Service) merged(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	var found []struct {
		Named    uuid.UUID `sql:"named"`
		Standing uuid.UUID `sql:"standing"`
	}
	err := s.DB.Client.Organisation.Query().Where(organisation.MergedIntoIDIsNil()).Modify(func(sel *sql.Selector) {
		d := sql.Dialect(sel.Dialect())
		first, next := d.Table(organisation.Table).As("first"), d.Table(organisation.Table).As("next")
		chain := sql.WithRecursive("chain", "named", "at")
		chain.SetDialect(sel.Dialect())
		begin := d.Select(first.C(organisation.FieldID), first.C(organisation.FieldMergedIntoID)).From(first).
			Where(sql.And(batch.InP(first.C(organisation.FieldID), ids), sql.NotNull(first.C(organisation.FieldMergedIntoID))))
		chain.As(begin.Union(d.Select(chain.C("named"), next.C(organisation.FieldMergedIntoID)).From(next).
			Join(chain).OnP(sql.ColumnsEQ(next.C(organisation.FieldID), chain.C("at"))).Where(sql.NotNull(next.C(organisation.FieldMergedIntoID)))))
		sel.Prefix(chain).Join(chain).OnP(sql.ColumnsEQ(sel.C(organisation.FieldID), chain.C("at")))
		sel.Select(sql.As(chain.C("named"), "named"), sql.As(sel.C(organisation.FieldID), "standing"))
	}).Scan(system(ctx), &found) // what an organisation was merged into is told to everybody
	if err != nil {
		return nil, fmt.Errorf("funding: read what organisations were merged into: %w", err)
	}
	out := make(map[uuid.UUID]uuid.UUID, len(found))
	for _, f := range found {
		out[f.Named] = f.Standing
	}
	return out, nil
}

// lists are the conditions that name organisations.
func (f *Filter) lists() []*[]uuid.UUID {
	return []*[]uuid.UUID{&f.Reporting, &f.Participants, &f.Providers, &f.Receivers, &f.Parties}
}

// organisation is the one that a key names; false for a key of another kind, and for
// one that is not known here.
func (k KeyOf) organisation() (uuid.UUID, bool) {
	if k.Code == nil || k.Dimension != Provider && k.Dimension != Receiver && k.Dimension != Reporting {
		return uuid.Nil, false
	}
	u, err := id.Parse(*k.Code)
	return u, err == nil
}

// organisations are those that the filter names.
func (f *Filter) organisations() []uuid.UUID {
	var out []uuid.UUID
	for _, list := range f.lists() {
		out = append(out, *list...)
	}
	for _, k := range f.Keys {
		if u, ok := k.organisation(); ok {
			out = append(out, u)
		}
	}
	return out
}

// rename puts other organisations in the place of those that the filter names. The
// lists that callers hold stay as they are.
func (f *Filter) rename(into map[uuid.UUID]uuid.UUID) {
	if len(into) == 0 {
		return
	}
	for _, list := range f.lists() {
		if *list == nil {
			continue
		}
		renamed := make([]uuid.UUID, 0, len(*list))
		for _, u := range *list {
			if other, ok := into[u]; ok {
				u = other
			}
			if !slices.Contains(renamed, u) {
				renamed = append(renamed, u)
			}
		}
		*list = renamed
	}
	f.Keys = slices.Clone(f.Keys)
	for i, k := range f.Keys {
		u, ok := k.organisation()
		if other, merged := into[u]; ok && merged {
			code := id.Format(other)
			f.Keys[i].Code = &code
		}
	}
}
