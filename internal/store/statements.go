package store

import (
	"context"
	stdsql "database/sql"
	"sync"

	entsql "entgo.io/ent/dialect/sql"
	lru "github.com/hashicorp/golang-lru/v2"
)

// keptStatements is how many statements a database keeps prepared. Their texts
// follow from the shapes of queries, not from their values.
const keptStatements = 400

// prepared reads with statements that stay prepared: it saves their parsing, and
// with PostgreSQL a way there and back.
type prepared struct {
	*stdsql.DB

	mu   sync.Mutex // protects kept
	kept *lru.Cache[string, *stdsql.Stmt]
}

var _ entsql.ExecQuerier = (*prepared)(nil)

func newPrepared(db *stdsql.DB) *prepared {
	kept, err := lru.NewWithEvict(keptStatements, func(_ string, s *stdsql.Stmt) {
		_ = s.Close() // rows that are still open keep it until they are closed
	})
	if err != nil {
		panic("store: " + err.Error()) // the size is a constant above zero
	}
	return &prepared{DB: db, kept: kept}
}

// QueryContext reads with a kept statement.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*stdsql.Rows, error) {
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (p *prepared) statement(ctx context.Context, query string) (*stdsql.Stmt, error) {
	p.mu.Lock()
	s, ok := p.kept.Get(query)
	p.mu.Unlock()
	if ok {
		return s, nil
	}
	s, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first, ok := p.kept.Get(query); ok { // somebody else prepared it meanwhile
		_ = s.Close()
		return first, nil
	}
	p.kept.Add(query, s)
	return s, nil
}

// forget closes all kept statements.
func (p *prepared) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept.Purge()
}
