package funding

import (
	"slices"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/fundingshare"
	"acs-aec.org/hub/internal/apperr"
)

// split is along which axes a query splits money; nil: not.
type split struct{ place, sector *use }

// use is how a query uses an axis: which shares count, and which of their codes are
// keys.
type use struct {
	axis       Axis
	vocabulary string
	// Which shares; nil lists don't restrict.
	codes, regions, categories []string
	// What is a key.
	byCode, byRegion, byCategory bool
}

func (u *use) grouped() bool    { return u.byCode || u.byRegion || u.byCategory }
func (u *use) restricted() bool { return u.codes != nil || u.regions != nil || u.categories != nil }

// unallocatedToo says whether the restriction admits what nothing is stated of.
func (u *use) unallocatedToo() bool {
	for _, list := range [][]string{u.codes, u.regions, u.categories} {
		if list != nil && !slices.Contains(list, Unallocated) {
			return false
		}
	}
	return true
}

// splitOf says along which axes a query splits. Sectors of several vocabularies are
// refused.
func splitOf(q Query) (split, error) {
	var s split
	f := q.Filter
	place := func() *use {
		if s.place == nil {
			s.place = &use{axis: Place}
		}
		return s.place
	}
	if slices.Contains(q.GroupBy, Country) {
		place().byCode = true
	}
	if slices.Contains(q.GroupBy, Region) {
		place().byRegion = true
	}
	if f.Countries != nil {
		place().codes = f.Countries
	}
	if f.Regions != nil {
		place().regions = f.Regions
	}
	for _, k := range f.Keys {
		switch k.Dimension {
		case Country:
			place().codes = both(s.place.codes, k)
		case Region:
			place().regions = both(s.place.regions, k)
		}
	}
	return s, s.sectors(q)
}

// both are the codes that a list and a key admit. No row of what splits is without a
// code.
func both(list []string, k KeyOf) []string {
	if k.Code != nil && (list == nil || slices.Contains(list, *k.Code)) {
		return []string{*k.Code}
	}
	return []string{}
}

// sectors decides on the vocabulary and its axis.
func (s *split) sectors(q Query) error {
	type wish struct {
		dimension  Dimension
		vocabulary string
	}
	var wishes []wish
	add := func(d Dimension, v string) { wishes = append(wishes, wish{d, v}) }
	for _, d := range q.GroupBy {
		if d == SectorOf || d == SectorCategory || d == SDG {
			add(d, q.vocabulary())
		}
	}
	if q.Filter.Sectors != nil {
		v := q.Filter.Sectors.Vocabulary
		if v == "" {
			v = dac
		}
		add(SectorOf, v)
	}
	if q.Filter.Goals != nil {
		add(SDG, "")
	}
	for _, k := range q.Filter.Keys {
		if k.Dimension == SectorOf || k.Dimension == SectorCategory || k.Dimension == SDG {
			add(k.Dimension, q.vocabulary())
		}
	}
	if len(wishes) == 0 {
		return nil
	}
	has := func(d Dimension) bool {
		return slices.ContainsFunc(wishes, func(w wish) bool { return w.dimension == d })
	}
	u := &use{axis: Sector}
	switch {
	case has(SDG) && (has(SectorOf) || has(SectorCategory)):
		return apperr.Invalid("groupBy", msgOneVocabulary)
	case has(SDG):
		u.axis = Goal
	case has(SectorOf):
		for _, w := range wishes {
			if w.dimension != SectorOf {
				w.vocabulary = dac
			}
			if u.vocabulary != "" && u.vocabulary != w.vocabulary {
				return apperr.Invalid("sectorVocabulary", msgOneVocabulary)
			}
			u.vocabulary = w.vocabulary
		}
	default:
		u.axis = Category
	}
	u.byCategory = u.axis == Sector && slices.Contains(q.GroupBy, SectorCategory)
	u.byCode = slices.Contains(q.GroupBy, SectorOf) || slices.Contains(q.GroupBy, SDG) ||
		u.axis == Category && slices.Contains(q.GroupBy, SectorCategory)
	if q.Filter.Sectors != nil {
		u.codes = append([]string{}, q.Filter.Sectors.Codes...)
	}
	if q.Filter.Goals != nil {
		u.codes = q.Filter.Goals
	}
	for _, k := range q.Filter.Keys {
		switch {
		case k.Dimension == SectorCategory && u.axis == Sector:
			u.categories = both(u.categories, k)
		case k.Dimension == SectorOf || k.Dimension == SectorCategory || k.Dimension == SDG:
			u.codes = both(u.codes, k)
		}
	}
	s.sector = u
	return nil
}

// category is the category of a code in a statement.
func category(code string) string {
	return "CASE WHEN " + code + " = '" + Unallocated + "' THEN " + code + " ELSE SUBSTR(" + code + ", 1, 3) END"
}

// such admits the shares that the use restricts to.
func (u *use) such(t *sql.SelectTable) *sql.Predicate {
	p := []*sql.Predicate{sql.EQ(t.C(fundingshare.FieldAxis), string(u.axis)), sql.EQ(t.C(fundingshare.FieldVocabulary), u.vocabulary)}
	in := func(column string, list []string) {
		if list != nil {
			p = append(p, sql.In(column, anys(list)...))
		}
	}
	in(t.C(fundingshare.FieldCode), u.codes)
	in(t.C(fundingshare.FieldRegion), u.regions)
	if u.categories != nil {
		list := anys(u.categories)
		p = append(p, sql.P(func(b *sql.Builder) {
			b.WriteString(category(t.C(fundingshare.FieldCode))).WriteString(" IN ")
			b.Wrap(func(b *sql.Builder) { b.Args(list...) })
		}))
		if len(list) == 0 {
			p = append(p, sql.ExprP("1 = 0"))
		}
	}
	return sql.And(p...)
}

func anys[T any](in []T) []any {
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = v
	}
	return out
}

// nothing says that the owner states nothing on the axis.
func (u *use) nothing(o source) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		t := sql.Dialect(b.Dialect()).Table(fundingshare.Table).As("none_" + string(u.axis))
		b.WriteString("NOT EXISTS ").Wrap(func(b *sql.Builder) {
			b.Join(sql.Dialect(b.Dialect()).Select(t.C(fundingshare.FieldID)).From(t).Where(sql.And(
				sql.EQ(t.C(fundingshare.FieldAxis), string(u.axis)), sql.EQ(t.C(fundingshare.FieldVocabulary), u.vocabulary),
				sql.ExprP(t.C(fundingshare.FieldOwnerID)+" = "+o.owner(u.axis)),
			)))
		})
	})
}

// admits restricts flows to those of which a share counts.
func (u *use) admits(o source) {
	if !u.restricted() {
		return
	}
	some := sql.P(func(b *sql.Builder) {
		t := sql.Dialect(b.Dialect()).Table(fundingshare.Table)
		b.WriteString(o.owner(u.axis)).WriteString(" IN ").Wrap(func(b *sql.Builder) {
			b.Join(sql.Dialect(b.Dialect()).Select(t.C(fundingshare.FieldOwnerID)).From(t).Where(u.such(t)))
		})
	})
	if u.unallocatedToo() {
		some = sql.Or(some, u.nothing(o))
	}
	o.s.Where(some)
}
