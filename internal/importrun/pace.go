package importrun

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect"
)

const (
	// politeFor is how long steps go slowly after others have written.
	politeFor = 30 * time.Second
	// mostRest is how long a pause beside others is at most.
	mostRest = 400 * time.Millisecond
	// bearable is how long others wait for SQLite's one writer without being hindered. A
	// step with an activity of many transactions takes longer; longestRest at most is the
	// pause after it that leaves no more than one in rarely of those who write such a wait.
	bearable    = 10 * time.Millisecond
	rarely      = 100
	longestRest = time.Second
)

// pace is how fast the work on a run goes. Whoever writes beside it, on whichever
// node, is told of in the log: as long as somebody does, steps are short, with pauses
// between them, so that nobody waits long for the database.
type pace struct {
	seq    int64     // of the log's head, when it was looked at
	told   int64     // how many events the work itself has told since
	polite bool      // steps go slowly
	until  time.Time // for so long
	rested time.Time // when the last pause ended
}

// How much a step does, and how long it may take, alone and beside others.
type measure struct {
	rows, fewest, most int           // of activities and what belongs to them
	quick, slow        time.Duration // a step that takes less may grow, one that takes more must not stay as long
	items, issues      int           // of a check
	bytes              int
}

var (
	alone = measure{
		rows: 400, fewest: 100, most: 2000, quick: 40 * time.Millisecond, slow: 100 * time.Millisecond,
		items: 100, issues: 400, bytes: 1 << 20,
	}
	beside = measure{
		rows: 60, fewest: 20, most: 400, quick: 5 * time.Millisecond, slow: 10 * time.Millisecond,
		items: 10, issues: 80, bytes: 64 << 10,
	}
)

// measure is how much the next step does.
func (p *pace) measure() measure {
	if p.polite {
		return beside
	}
	return alone
}

// fit is how many rows the next step writes, after one that took so long.
func (p *pace) fit(rows int, took time.Duration) int {
	m := p.measure()
	switch {
	case rows > m.most:
		return m.rows // others have come
	case took > m.slow:
		rows /= 2
	case took < m.quick:
		rows = rows * 3 / 2
	}
	return min(max(rows, m.fewest), m.most)
}

// rest leaves the database to others after a step that took so long: always with
// SQLite, which has one writer, and where those of other processes can only try again
// and again; else as long as others write.
func (s *Service) rest(ctx context.Context, h *hold, took time.Duration) error {
	head, err := s.Log.Head(ctx)
	if err != nil {
		return fmt.Errorf("importrun: look at the log: %w", err)
	}
	now := s.Now()
	if h.seq > 0 && head.Seq > h.seq+h.told {
		h.until = now.Add(politeFor)
	}
	h.polite = now.Before(h.until)
	h.seq, h.told = head.Seq, 0
	var pause time.Duration
	switch {
	case h.polite:
		if s.DB.Dialect == dialect.SQLite {
			pause = min(rarely*max(took-bearable, 0), longestRest)
		}
		// What is done outside of the database takes a processor from others too.
		if !h.rested.IsZero() {
			took = max(took, now.Sub(h.rested))
		}
		pause = max(pause, min(max(2*took, 2*time.Millisecond), mostRest))
	case s.DB.Dialect == dialect.SQLite:
		pause = min(max(took/4, time.Millisecond), 50*time.Millisecond)
	default:
		h.rested = now
		return ctx.Err()
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		h.rested = s.Now()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
