package chaos

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/history"
)

// change is a change of rights that the steward made: asked for at one moment,
// acknowledged at another.
type change struct {
	subject     string // the discussion or the seat
	who         string // the party, or the credential that ended
	asked, done time.Time
}

// book is what is known of rights: who took part from the beginning, and what
// the steward changed, each kind in its order.
type book struct {
	mu        sync.Mutex // protects what follows
	audiences map[string][]string
	subjects  map[string]string // of discussions
	seats     map[string]seat
	given     map[string]change // seats by identifier
	taken     map[string]change
	granted   map[string][]change // by discussion
	ended     map[string][]change
	sessions  map[string][]change // by person
}

func newBook(w *world) *book {
	b := &book{
		audiences: map[string][]string{}, subjects: map[string]string{}, seats: map[string]seat{}, given: map[string]change{}, taken: map[string]change{},
		granted: map[string][]change{}, ended: map[string][]change{}, sessions: map[string][]change{},
	}
	for _, t := range w.threads {
		b.opened(t)
	}
	for _, s := range w.seats {
		b.seats[s.id] = s
	}
	return b
}

func (b *book) opened(t thread) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.audiences[t.id], b.subjects[t.id] = t.audience, t.subject
}

// allSubjects are the bodies that the discussions of this world are about.
func (b *book) allSubjects() map[string]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.subjects)
}

// found is a violation that keeps the rest from being judged.
type found struct{ history.Violation }

func (f found) Error() string { return f.String() }

func finding(k history.Kind, format string, args ...any) error {
	return found{history.Violation{Kind: k, What: fmt.Sprintf(format, args...)}}
}

// told is an entry of the log with what rights follow from.
type told struct {
	history.Entry
	seat seat
}

// fold follows the log and finds each person's spans in each discussion, and
// where sessions ended. Entries before start are of the making of the world. It
// fails if the log tells of a change that nobody made.
func (b *book) fold(log []told, start int, people []*person) (map[history.Pair][]history.Span, map[string]history.SessionEnd, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := &folding{
		book: b, people: people, in: map[string][]string{}, sits: map[string]seat{}, spans: map[history.Pair][]history.Span{},
		ends: map[string]history.SessionEnd{}, granted: map[string]int{}, ended: map[string]int{}, sessions: map[string]int{},
	}
	for i, e := range log {
		if e.Foreign {
			continue
		}
		if err := f.take(i, e, i >= start); err != nil {
			return nil, nil, err
		}
	}
	return f.spans, f.ends, nil
}

// folding is how far a fold has come.
type folding struct {
	book   *book
	people []*person
	in     map[string][]string // parties by discussion
	sits   map[string]seat     // seats in force
	spans  map[history.Pair][]history.Span
	ends   map[string]history.SessionEnd

	granted, ended, sessions map[string]int // how many were seen
}

// take takes in one entry.
func (f *folding) take(i int, e told, live bool) error {
	switch e.Kind {
	case "ThreadOpened":
		f.in[e.Thread] = slices.Clone(f.book.audiences[e.Thread])
		f.settle(i, change{}, e.Thread)
	case history.AccessGranted:
		c, err := next(f.book.granted, f.granted, e.Thread, i)
		if err != nil {
			return err
		}
		f.in[e.Thread] = append(f.in[e.Thread], c.who)
		f.settle(i+1, c, e.Thread)
	case history.AccessEnded:
		c, err := next(f.book.ended, f.ended, e.Thread, i)
		if err != nil {
			return err
		}
		f.in[e.Thread] = slices.DeleteFunc(f.in[e.Thread], func(u string) bool { return u == c.who })
		f.settle(i, c, e.Thread)
	case "SeatAssigned":
		if s, ok := f.book.seats[e.seat.id]; ok {
			f.sits[s.id] = s
			f.settle(i+1, f.book.given[s.id])
		}
	case "SeatEnded":
		if _, ok := f.sits[e.seat.id]; ok {
			delete(f.sits, e.seat.id)
			f.settle(i, f.book.taken[e.seat.id])
		}
	case "SessionEnded":
		if !live {
			return nil
		}
		c, err := next(f.book.sessions, f.sessions, e.Person, i)
		if err != nil {
			return err
		}
		f.ends[c.who] = history.SessionEnd{At: i, Known: c.done}
	}
	return nil
}

// next is the change that an entry tells.
func next(made map[string][]change, seen map[string]int, of string, at int) (change, error) {
	n := seen[of]
	if n >= len(made[of]) {
		return change{}, finding(history.Unasked, "the log tells at %d of a change of %s that nobody made: %d were made", at, of, n)
	}
	seen[of] = n + 1
	return made[of][n], nil
}

// settle opens and closes spans at a position, after a change; in the named
// discussions, or in all.
func (f *folding) settle(at int, c change, threads ...string) {
	if len(threads) == 0 {
		for t := range f.in {
			threads = append(threads, t)
		}
	}
	for _, t := range threads {
		for _, p := range f.people {
			pair := history.Pair{Person: p.id, Thread: t}
			spans := f.spans[pair]
			holds, held := f.holds(p.id, t), len(spans) > 0 && spans[len(spans)-1].To == history.Open
			switch {
			case holds && !held:
				f.spans[pair] = append(spans, history.Span{From: at, To: history.Open, Asked: c.asked})
			case held && !holds:
				spans[len(spans)-1].To, spans[len(spans)-1].Ended = at, c.done
			}
		}
	}
}

// holds says whether the person takes part in the discussion now.
func (f *folding) holds(person, thread string) bool {
	for _, u := range f.in[thread] {
		if u == person {
			return true
		}
		for _, s := range f.sits {
			if s.body == u && s.person == person {
				return true
			}
		}
	}
	return false
}
