package search

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/searchdocument"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/viewer"
)

// Service searches.
type Service struct {
	*command.Runner
	sealer *seal.Sealer
}

// New makes a service.
func New(r *command.Runner) (*Service, error) {
	s, err := seal.New(r.Key, "search cursor")
	if err != nil {
		return nil, err
	}
	return &Service{r, s}, nil
}

// Kind is what a hit is.
type Kind = searchdocument.Kind

// Order is what hits run by.
type Order string

// The orders.
const (
	Relevance Order = "RELEVANCE"
	Newest    Order = "NEWEST"
)

// Filter narrows a search. What is nil does not.
type Filter struct {
	// Body takes part in the discussion now, or is what it is about.
	Body *uuid.UUID
	// Subject is what the discussion is about.
	Subject *uuid.UUID
	Thread  *uuid.UUID
	// Author wrote the message. No discussion has one.
	Author *uuid.UUID
	// Language is that of the text, an official translation's too.
	Language *i18n.Lang
	Kinds    []Kind
	// From and To are the first and the last day, in Port of Spain.
	From, To *date.Date
	// Attachments says whether a message has any. Other hits have none.
	Attachments *bool
}

// narrowThreads is up to how many discussions a viewer's are named to the index. Who
// takes part in more sees so much that naming them would save nothing.
const narrowThreads = 200

// Search finds what the viewer may see, now. INVALID_INPUT for a question that asks
// for nothing or too much, and for what is no cursor of this search.
func (s *Service) Search(ctx context.Context, text string, f Filter, order Order, args page.Args, size int) (*Results, error) {
	q, err := Parse("text", text, i18n.From(ctx), f.Language)
	if err != nil {
		return nil, err
	}
	r := &Results{service: s, g: &sought{client: s.DB.Client, q: q, kinds: f.Kinds}, order: order}
	if r.size, r.backwards, err = args.Size(size); err != nil {
		return nil, err
	}
	if r.digest, err = digest(text, f, order, i18n.From(ctx)); err != nil {
		return nil, err
	}
	if r.after, err = s.open(args.After, r.digest); err != nil {
		return nil, page.BrokenCursor("after")
	}
	if r.before, err = s.open(args.Before, r.digest); err != nil {
		return nil, page.BrokenCursor("before")
	}
	if err := r.g.narrow(viewer.From(ctx), f); err != nil {
		return nil, err
	}
	r.filter = f
	r.Connection = page.Cut(r.fetch, r.cursor)
	return r, nil
}

// digest tells searches apart whose cursors are not each other's.
func digest(text string, f Filter, order Order, reader i18n.Lang) ([]byte, error) {
	raw, err := json.Marshal([]any{indexVersion, text, f, order, reader})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	return sum[:8], nil
}

// narrow adds the conditions of the filter. A subject that the viewer may not see is
// not found out by asking for it.
func (g *sought) narrow(v *viewer.Viewer, f Filter) error {
	where := func(c func(*sql.Selector)) { g.conditions = append(g.conditions, c) }
	if f.Kinds != nil {
		facets := []string{"knone"} // an empty list admits nothing
		for _, k := range f.Kinds {
			facets = append(facets, facetOf(k))
		}
		g.facets = append(g.facets, facets)
	}
	if f.Author != nil {
		where(func(s *sql.Selector) { s.Where(sql.EQ(s.C(searchdocument.FieldAuthorID), *f.Author)) })
	}
	if f.Thread != nil {
		where(func(s *sql.Selector) { s.Where(sql.EQ(s.C(searchdocument.FieldThreadID), *f.Thread)) })
	}
	if f.Body != nil {
		where(func(s *sql.Selector) { s.Where(withBody(s, *f.Body)) })
	}
	if f.Subject != nil {
		column := subjectColumns[id.KindOf(*f.Subject)]
		where(func(s *sql.Selector) {
			t := sql.Table(thread.Table)
			s.Where(sql.In(s.C(searchdocument.FieldThreadID), sql.Select(t.C(thread.FieldID)).From(t).
				Where(sql.And(sql.EQ(t.C(column), *f.Subject), access.Subjects(v, t.C(column))))))
		})
	}
	for _, d := range []struct {
		day   *date.Date
		after int
		add   func(s *sql.Selector, place int64)
	}{
		{f.From, 0, func(s *sql.Selector, p int64) { s.Where(sql.GTE(s.C(searchdocument.FieldID), p)) }},
		{f.To, 1, func(s *sql.Selector, p int64) { s.Where(sql.LT(s.C(searchdocument.FieldID), p)) }},
	} {
		if d.day == nil {
			continue
		}
		start, err := d.day.Start()
		if err != nil {
			return err
		}
		where(func(s *sql.Selector) { d.add(s, placesFrom(start.Add(time.Duration(d.after)*24*time.Hour))) })
	}
	if f.Attachments != nil {
		where(func(s *sql.Selector) { s.Where(attached(s, *f.Attachments)) })
	}
	return nil
}

func facetOf(k Kind) string {
	if k == searchdocument.KindThread {
		return facetThread
	}
	return facetMessage
}

// withBody admits documents of discussions that are about a body, or in which it
// takes part now.
func withBody(s *sql.Selector, body uuid.UUID) *sql.Predicate {
	in := s.C(searchdocument.FieldThreadID)
	t, a := sql.Table(thread.Table), sql.Table(threadaudience.Table)
	return sql.Or(
		sql.In(in, sql.Select(t.C(thread.FieldID)).From(t).Where(sql.EQ(t.C(thread.FieldBodyID), body))),
		sql.In(in, sql.Select(a.C(threadaudience.FieldThreadID)).From(a).Where(sql.And(
			sql.EQ(a.C(threadaudience.FieldBodyID), body), sql.IsNull(a.C(threadaudience.FieldEndedAt)),
		))),
	)
}

// attached admits messages that have attachments, or that have none.
func attached(s *sql.Selector, want bool) *sql.Predicate {
	t := sql.Table(attachment.Table)
	has := sql.Exists(sql.Select(t.C(attachment.FieldID)).From(t).Where(sql.And(
		sql.ColumnsEQ(t.C(attachment.FieldMessageID), s.C(searchdocument.FieldMessageID)),
		sql.EQ(t.C(attachment.FieldStatus), string(attachment.StatusAttached)),
	)))
	if !want {
		has = sql.Not(has)
	}
	return sql.And(sql.EQ(s.C(searchdocument.FieldKind), string(searchdocument.KindMessage)), has)
}

// aim names the viewer's discussions to the index, if they are few. It says false if
// there is nothing that the viewer could find.
func (r *Results) aim(ctx context.Context) (bool, error) {
	if f := r.filter.Thread; f != nil {
		r.g.facets = append(r.g.facets, []string{threadFacet(*f)})
		return true, nil
	}
	ids, err := r.service.DB.Client.Thread.Query().Limit(narrowThreads + 1).IDs(ctx)
	if err != nil {
		return false, fmt.Errorf("search: read the viewer's discussions: %w", err)
	}
	if len(ids) > 0 && len(ids) <= narrowThreads {
		facets := make([]string, len(ids))
		for i, u := range ids {
			facets[i] = threadFacet(u)
		}
		r.g.facets = append(r.g.facets, facets)
	}
	return len(ids) > 0, nil
}

// Hit is something that was found.
type Hit struct {
	*ent.SearchDocument
	// Language is the language in which it was found, the reader's where it was found
	// in that.
	Language i18n.Lang
	// Subject says that it was found by what the discussion is about.
	Subject bool

	points   int
	hits     *batch.Set[*Hit]
	question *Query
	client   *ent.Client
}

// SetSiblings makes the hit one of those that were found together.
func (h *Hit) SetSiblings(s *batch.Set[*Hit]) { h.hits = s }

// At is when it was written.
func (h *Hit) At() time.Time { return timeOf(h.ID) }

// Snippet is where in the text, which is in the hit's language, the question stands.
func (h *Hit) Snippet(text string) []Part { return h.question.Snippet(text, h.Language) }

// Message is the message that was found; nil for a discussion.
func (h *Hit) Message(ctx context.Context) (*ent.Message, error) {
	return batch.One(ctx, h.hits, h, "message", func(h *Hit) *uuid.UUID { return h.MessageID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Message, error) {
			return h.client.Message.Query().Where(batch.In(message.FieldID, ids)).All(ctx)
		}, func(m *ent.Message) uuid.UUID { return m.ID })
}

// Thread is the discussion that was found, or in which it was.
func (h *Hit) Thread(ctx context.Context) (*ent.Thread, error) {
	return batch.One(ctx, h.hits, h, "thread", func(h *Hit) *uuid.UUID { return &h.ThreadID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Thread, error) {
			return h.client.Thread.Query().Where(batch.In(thread.FieldID, ids)).All(ctx)
		}, func(t *ent.Thread) uuid.UUID { return t.ID })
}
