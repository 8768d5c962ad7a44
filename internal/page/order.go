package page

import (
	"encoding/json"
	"fmt"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/seal"
)

// Kind is how the values of a column compare.
type Kind int

// The kinds.
const (
	Text   Kind = iota // by code points, in both databases
	Number             // 64-bit integers
	Moment             // times
)

// Order is what a list runs by: a column, then the identifier, both the same
// way. Rows without a value come first when it ascends, last when it descends.
type Order[T any] struct {
	Column string
	Kind   Kind
	Desc   bool
	// Places, if there are any, are the values of a text column in the order in
	// which they come; the list runs by the place of a value, counted from 0, as a
	// Number.
	Places []string
	// Value is the column's value of a row: string, int64 or time.Time, nil for
	// none.
	Value func(T) any
	// Filled says that no row is without a value: then an index that begins with what
	// the list is restricted to gives a page without looking at the others.
	Filled bool
	// Group, if there is one, is a column of identifiers by which the list runs
	// before anything else; GroupOf is its value of a row. It is never without.
	Group   string
	GroupOf func(T) uuid.UUID
}

func (o Order[T]) name() string {
	name := o.Column
	if o.Group != "" {
		name = o.Group + ", " + name
	}
	if o.Desc {
		return name + " desc"
	}
	return name
}

// Pager seals page cursors.
type Pager struct{ sealer *seal.Sealer }

// NewPager makes a pager with the deployment's key.
func NewPager(key []byte) (*Pager, error) {
	s, err := seal.New(key, "page cursor")
	if err != nil {
		return nil, err
	}
	return &Pager{s}, nil
}

// position is where a row stands in an order.
type position struct {
	Order  string     `json:"o"`
	Text   *string    `json:"t,omitempty"`
	Number *int64     `json:"n,omitempty"`
	Moment *time.Time `json:"m,omitempty"`
	Group  *uuid.UUID `json:"g,omitempty"`
	ID     uuid.UUID  `json:"i"`
}

func (p position) value() any {
	switch {
	case p.Text != nil:
		return *p.Text
	case p.Number != nil:
		return *p.Number
	case p.Moment != nil:
		return *p.Moment
	}
	return nil
}

// seal writes the cursor of a row.
func (p *Pager) seal(order string, value any, group *uuid.UUID, id uuid.UUID) (string, error) {
	pos := position{Order: order, Group: group, ID: id}
	switch v := value.(type) {
	case nil:
	case string:
		pos.Text = &v
	case int64:
		pos.Number = &v
	case time.Time:
		pos.Moment = &v
	default:
		return "", fmt.Errorf("page: no order by %T", value)
	}
	raw, err := json.Marshal(pos)
	if err != nil {
		return "", err
	}
	return p.sealer.Seal(raw), nil
}

// open reads a cursor of this order.
func (p *Pager) open(order string, cursor *string) (*position, error) {
	if cursor == nil {
		return nil, nil //nolint:nilnil // no cursor, no position
	}
	raw, err := p.sealer.Open(*cursor)
	if err != nil {
		return nil, err
	}
	var pos position
	if err := json.Unmarshal(raw, &pos); err != nil {
		return nil, err
	}
	if pos.Order != order {
		return nil, seal.ErrBroken
	}
	return &pos, nil
}

// column is the ordering column as the database must compare it.
func (o Order[T]) column(s *sql.Selector) string {
	return s.C(o.Column)
}

// orderBy adds the order in the direction of reading.
func (o Order[T]) orderBy(s *sql.Selector, backwards bool) {
	for _, e := range o.terms(s, backwards) {
		s.OrderExpr(e)
	}
}

func (o Order[T]) terms(s *sql.Selector, backwards bool) []sql.Querier {
	desc := o.Desc != backwards
	direction, nulls := "ASC", " NULLS FIRST"
	if desc {
		direction, nulls = "DESC", " NULLS LAST"
	}
	if o.Filled {
		nulls = ""
	}
	id := sql.ExprFunc(func(b *sql.Builder) { b.Ident(s.C("id")).WriteString(" " + direction) })
	if o.Column == "id" {
		return []sql.Querier{id}
	}
	terms := []sql.Querier{sql.ExprFunc(func(b *sql.Builder) {
		o.write(b, o.column(s))
		b.WriteString(" " + direction + nulls)
	}), id}
	if o.Group != "" {
		group := sql.ExprFunc(func(b *sql.Builder) { b.Ident(s.C(o.Group)).WriteString(" " + direction) })
		terms = append([]sql.Querier{group}, terms...)
	}
	return terms
}

// write names the column, text by code points.
func (o Order[T]) write(b *sql.Builder, column string) {
	if len(o.Places) > 0 {
		b.WriteString("CASE ").Ident(column)
		for i, v := range o.Places { // both are the program's own, never input
			b.WriteString(fmt.Sprintf(" WHEN '%s' THEN %d", v, i))
		}
		b.WriteString(" END")
		return
	}
	b.Ident(column)
	if o.Kind == Text && b.Dialect() == dialect.Postgres {
		b.WriteString(` COLLATE "C"`)
	}
}

// beyond admits the rows after the position in the order, or before it.
func (o Order[T]) beyond(pos *position, before bool) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if pos == nil {
			return
		}
		forward := o.Desc == before // whether greater values are beyond
		op := " < "
		if forward {
			op = " > "
		}
		inside := o.inside(s, pos, forward, op)
		if o.Group == "" || pos.Group == nil {
			s.Where(inside)
			return
		}
		group := func(op string) *sql.Predicate {
			return sql.P(func(b *sql.Builder) { b.Ident(s.C(o.Group)).WriteString(op).Arg(*pos.Group) })
		}
		s.Where(sql.Or(group(op), sql.And(group(" = "), inside)))
	}
}

// inside admits the rows beyond the position within its group.
func (o Order[T]) inside(s *sql.Selector, pos *position, forward bool, op string) *sql.Predicate {
	id := sql.P(func(b *sql.Builder) { b.Ident(s.C("id")).WriteString(op).Arg(pos.ID) })
	if o.Column == "id" {
		return id
	}
	column := o.column(s)
	value := pos.value()
	if value == nil {
		tie := sql.And(sql.IsNull(column), id)
		if forward {
			return sql.Or(sql.NotNull(column), tie)
		}
		return tie
	}
	compare := func(op string) *sql.Predicate {
		return sql.P(func(b *sql.Builder) {
			o.write(b, column)
			b.WriteString(op).Arg(value)
		})
	}
	or := []*sql.Predicate{compare(op), sql.And(compare(" = "), id)}
	if o.Filled { // and said in a way that leads into an index
		return sql.And(compare(op[:2]+"= "), sql.Or(or...))
	}
	if !forward {
		or = append(or, sql.IsNull(column))
	}
	return sql.Or(or...)
}
