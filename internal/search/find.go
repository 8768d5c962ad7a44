package search

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/searchdocument"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/viewer"
)

// indexTable is SQLite's index of the words; indexColumn is PostgreSQL's column.
const (
	indexTable  = "search_words"
	indexColumn = "stems"
)

// sought is a question as it is asked of the database, for one viewer.
type sought struct {
	client *ent.Client
	q      *Query
	facets [][]string
	// conditions are what else documents must be.
	conditions []func(*sql.Selector)
	// kinds of documents; all if there are none.
	kinds []searchdocument.Kind
}

// slot is a part of the hits: those of some kinds, in places from and below.
type slot struct {
	facets []string
	// where is what else documents must be.
	where func(s *sql.Selector, place string)
	from  int64
	below int64 // 0: any
}

// rows are hits in the order of time, the newest first or the oldest first, at most
// limit. The index reads them in this order, so that no more than these are looked
// at, and those beside them that the viewer may not see.
func (g *sought) rows(ctx context.Context, in slot, oldestFirst bool, limit int) ([]*ent.SearchDocument, error) {
	rows, err := g.query(ctx, in, oldestFirst).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("search: read hits: %w", err)
	}
	return rows, nil
}

// count is how many hits there are, limit at most.
func (g *sought) count(ctx context.Context, limit int) (int, error) {
	ids, err := g.query(ctx, slot{}, false).Limit(limit).IDs(ctx)
	if err != nil {
		return 0, fmt.Errorf("search: count hits: %w", err)
	}
	return len(ids), nil
}

func (g *sought) query(ctx context.Context, in slot, oldestFirst bool) *ent.SearchDocumentQuery {
	v := viewer.From(ctx)
	return g.client.SearchDocument.Query().Where(predicate.SearchDocument(func(s *sql.Selector) {
		place := g.match(s, in.facets)
		if in.from > 0 {
			s.Where(sql.GTE(place, in.from))
		}
		if in.below > 0 {
			s.Where(sql.LT(place, in.below))
		}
		if in.where != nil {
			in.where(s, place)
		}
		for _, c := range g.conditions {
			c(s)
		}
		s.Where(g.answers(s, v))
		direction := sql.Desc
		if oldestFirst {
			direction = sql.Asc
		}
		s.OrderBy(direction(place))
	}))
}

// match asks the index, and is the column by which it gives its hits in order.
func (g *sought) match(s *sql.Selector, facets []string) (place string) {
	all := append(g.facets[:len(g.facets):len(g.facets)], facets)
	if s.Dialect() == dialect.Postgres {
		s.Where(sql.P(func(b *sql.Builder) {
			b.Ident(s.C(indexColumn)).WriteString(" @@ ").Arg(g.q.write(tsquery, all...)).WriteString("::tsquery")
		}))
		return s.C(searchdocument.FieldID)
	}
	index := sql.Table(indexTable)
	s.Join(index).On(s.C(searchdocument.FieldID), index.C("rowid"))
	s.Where(sql.P(func(b *sql.Builder) {
		b.Ident(index.C(indexTable)).WriteString(" MATCH ").Arg(g.q.write(fts5, all...))
	}))
	return index.C("rowid")
}

// answers says of what the index found that it answers the question: exactly, and
// without what the viewer may not see. Of a discussion whose subject is hidden only
// the title counts: what it says, and what it does not say.
func (g *sought) answers(s *sql.Selector, v *viewer.Viewer) *sql.Predicate {
	words, subject := s.C(searchdocument.FieldWords), s.C(searchdocument.FieldSubjectID)
	message := sql.IsNull(subject)
	if !g.q.exact() {
		message = sql.And(message, g.q.answered(words, true))
	}
	return sql.Or(
		message,
		sql.And(sql.NotNull(subject), g.q.answered(words, true), access.Subjects(v, subject)),
		sql.And(sql.NotNull(subject), g.q.answered(words, false), sql.Not(access.Subjects(v, subject))),
	)
}
