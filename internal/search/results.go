package search

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/searchdocument"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/seal"
)

// By relevance, the newest hits are ranked: so many discussions, found by their names,
// and so many messages. All others follow, the newest first.
const (
	windowOfNames    = 500
	windowOfMessages = 1000
	// countLimit is up to how many hits are counted.
	countLimit = 10_000
)

// Results are the hits of a search, a page of them.
//
// The list is the window, ranked, and then the tail, by age:
//
//	window: names down to window.Names, messages down to window.Messages
//	        ordered by points, then the newest first
//	tail:   what is older than these, the newest first
//
// A cursor holds the window, so that what is written meanwhile moves nothing.
type Results struct {
	*page.Connection[*Hit]

	service       *Service
	g             *sought
	filter        Filter
	order         Order
	digest        []byte
	size          int
	backwards     bool
	after, before *position
	aimed         sync.Once
	something     bool
	aimErr        error
	window        window
}

// window is where the ranked hits end: places. Above Top nothing is in it; of names
// below Names and messages below Messages nothing is.
type window struct {
	Top      int64 `json:"t"`
	Names    int64 `json:"n"`
	Messages int64 `json:"m"`
}

// position is where a hit stands in the list.
type position struct {
	Search []byte `json:"s"`
	Window window `json:"w"`
	// Ranked says that the hit is in the window, with so many points.
	Ranked bool  `json:"r,omitempty"`
	Points int   `json:"p,omitempty"`
	Place  int64 `json:"i"`
}

func (s *Service) open(cursor *string, search []byte) (*position, error) {
	if cursor == nil {
		return nil, nil //nolint:nilnil // no cursor, no position
	}
	raw, err := s.sealer.Open(*cursor)
	if err != nil {
		return nil, err
	}
	var p position
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, err
	}
	if string(p.Search) != string(search) {
		return nil, seal.ErrBroken
	}
	return &p, nil
}

func (r *Results) cursor(h *Hit) (string, error) {
	raw, err := json.Marshal(position{Search: r.digest, Window: r.window, Ranked: h.points >= 0, Points: h.points, Place: h.ID})
	if err != nil {
		return "", err
	}
	return r.service.sealer.Seal(raw), nil
}

// TotalCount is how many hits there are; nil if more than countLimit.
func (r *Results) TotalCount(ctx context.Context) (*int, error) {
	if ok, err := r.ready(ctx); err != nil || !ok {
		return new(int), err
	}
	n, err := r.g.count(ctx, countLimit+1)
	if err != nil || n > countLimit {
		return nil, err
	}
	return &n, nil
}

// ready aims the question once, whatever is asked for first.
func (r *Results) ready(ctx context.Context) (bool, error) {
	r.aimed.Do(func() { r.something, r.aimErr = r.aim(ctx) })
	return r.something, r.aimErr
}

// fetch reads the page: the window, and of the tail what the page needs.
func (r *Results) fetch(ctx context.Context) (rows []*Hit, before, after bool, err error) {
	if ok, err := r.ready(ctx); err != nil || !ok {
		return nil, r.after != nil, r.before != nil, err
	}
	ranked, err := r.ranked(ctx)
	if err != nil {
		return nil, false, false, err
	}
	ranked = slices.DeleteFunc(ranked, func(h *Hit) bool {
		return r.after != nil && !r.after.precedes(h) || r.before != nil && r.before.precedes(h) || r.before != nil && r.before.is(h)
	})
	limit := r.size + 1
	if r.backwards {
		if rows, err = r.tail(ctx, true, limit); err != nil {
			return nil, false, false, err
		}
		slices.Reverse(rows)
		missing := min(limit-len(rows), len(ranked))
		rows = append(slices.Clone(ranked[len(ranked)-missing:]), rows...)
		more := len(rows) > r.size
		if more {
			rows = rows[1:]
		}
		return r.found(rows), more || r.after != nil, r.before != nil, nil
	}
	rows = ranked[:min(limit, len(ranked))]
	if len(rows) < limit {
		rest, err := r.tail(ctx, false, limit-len(rows))
		if err != nil {
			return nil, false, false, err
		}
		rows = append(rows, rest...)
	}
	more := len(rows) > r.size
	if more {
		rows = rows[:r.size]
	}
	return r.found(rows), r.after != nil, more || r.before != nil, nil
}

func (r *Results) found(rows []*Hit) []*Hit { return batch.Join(rows) }

// precedes says whether a hit of the window comes after the position.
func (p *position) precedes(h *Hit) bool {
	return p.Ranked && (h.points < p.Points || h.points == p.Points && h.ID < p.Place)
}

func (p *position) is(h *Hit) bool { return p.Ranked && h.ID == p.Place }

// ranked reads the window and ranks it. The first page decides how far it goes.
func (r *Results) ranked(ctx context.Context) ([]*Hit, error) {
	given := r.after
	if given == nil {
		given = r.before
	}
	if r.order == Newest {
		r.window = window{Names: math.MaxInt64, Messages: math.MaxInt64}
		return nil, nil
	}
	names, messages := slot{facets: []string{facetThread}}, slot{facets: []string{facetMessage}}
	if given != nil {
		r.window = given.Window
		names.below, messages.below = r.window.Top+1, r.window.Top+1
		names.from, messages.from = r.window.Names, r.window.Messages
	}
	var docs []*ent.SearchDocument
	for _, part := range []struct {
		slot  slot
		limit int
		low   *int64
	}{{names, windowOfNames, &r.window.Names}, {messages, windowOfMessages, &r.window.Messages}} {
		if !r.wants(part.slot) {
			continue
		}
		found, err := r.g.rows(ctx, part.slot, false, part.limit)
		if err != nil {
			return nil, err
		}
		docs = append(docs, found...)
		if n := len(found); given == nil && n > 0 {
			r.window.Top = max(r.window.Top, found[0].ID)
			if n == part.limit {
				*part.low = found[n-1].ID
			}
		}
	}
	hits := make([]*Hit, len(docs))
	for i, d := range docs {
		hits[i] = r.hit(d)
		hits[i].points += agePoints(d.ID, r.window.Top)
	}
	slices.SortFunc(hits, func(a, b *Hit) int {
		return cmp.Or(cmp.Compare(b.points, a.points), cmp.Compare(b.ID, a.ID))
	})
	return hits, nil
}

// wants says whether the filter admits documents of a slot.
func (r *Results) wants(in slot) bool {
	return r.filter.Kinds == nil || slices.ContainsFunc(r.filter.Kinds, func(k Kind) bool { return slices.Contains(in.facets, facetOf(k)) })
}

// hit weighs a document.
func (r *Results) hit(d *ent.SearchDocument) *Hit {
	w := r.g.q.weigh(d.Words)
	switch {
	case d.Kind == searchdocument.KindThread && w.subject:
		w.points += pointsSubject
	case d.Kind == searchdocument.KindThread:
		w.points += pointsTitle
	}
	return &Hit{SearchDocument: d, Language: w.lang, Subject: w.subject, points: w.points, question: r.g.q, client: r.service.DB.Client}
}

// tail reads hits that are older than the window.
func (r *Results) tail(ctx context.Context, oldestFirst bool, limit int) ([]*Hit, error) {
	if r.window.Names == 0 && r.window.Messages == 0 || r.before != nil && r.before.Ranked {
		return nil, nil
	}
	in := slot{where: func(s *sql.Selector, place string) {
		name := sql.NEQ(s.C(searchdocument.FieldKind), string(searchdocument.KindMessage))
		message := sql.EQ(s.C(searchdocument.FieldKind), string(searchdocument.KindMessage))
		s.Where(sql.Or(
			sql.And(name, sql.LT(place, r.window.Names)),
			sql.And(message, sql.LT(place, r.window.Messages)),
		))
		if r.after != nil && !r.after.Ranked {
			s.Where(sql.LT(place, r.after.Place))
		}
	}}
	in.below = max(r.window.Names, r.window.Messages)
	if r.before != nil && !r.before.Ranked {
		in.from = r.before.Place + 1
	}
	docs, err := r.g.rows(ctx, in, oldestFirst, limit)
	if err != nil {
		return nil, fmt.Errorf("search: read on: %w", err)
	}
	hits := make([]*Hit, len(docs))
	for i, d := range docs {
		hits[i] = r.hit(d)
		hits[i].points = -1 // not ranked
	}
	return hits, nil
}

// CompleteSince is since when everything can be found; nil if everything can.
func (r *Results) CompleteSince(ctx context.Context) (*time.Time, error) { return r.service.Since(ctx) }
