package live

import (
	"encoding/binary"
	"errors"
	"sync"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/viewer"
)

// How many answers a group keeps for streams that come later, and how many bytes
// of them.
const (
	answersKept = 128
	bytesKept   = 256 << 10
)

// answers are those that a group has made for all its members alike.
type answers struct {
	mu    sync.Mutex // guards what follows
	made  map[int64]*made
	bytes int
}

// made is an answer, for as long as nothing happened after which it may be
// another one: an edit, a withdrawal, a change of a name.
type made struct {
	mu         sync.Mutex // guards what follows; held while it is made
	done       bool
	epoch      int64
	answer     *Answer
	individual bool // there is no answer that is the same for all

	size int // of the answer, as far as it is counted; guarded by answers.mu
}

func (a *answers) of(seq int64) *made {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := a.made[seq]
	if m != nil {
		return m
	}
	if a.made == nil {
		a.made = map[int64]*made{}
	}
	if len(a.made) >= answersKept {
		a.drop(seq)
	}
	m = &made{}
	a.made[seq] = m
	return m
}

// drop forgets the oldest answer; seq stays. a.mu is held.
func (a *answers) drop(seq int64) {
	oldest := int64(-1)
	for s := range a.made {
		if s != seq && (oldest < 0 || s < oldest) {
			oldest = s
		}
	}
	if oldest >= 0 {
		a.bytes -= a.made[oldest].size
		delete(a.made, oldest)
	}
}

// keep counts an answer, for which older ones may have to go.
func (a *answers) keep(seq int64, m *made, size int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.made[seq] != m {
		return // it has gone already
	}
	a.bytes += size - m.size
	m.size = size
	for a.bytes > bytesKept && len(a.made) > 1 {
		a.drop(seq)
	}
}

// shared is the answer that tells an event to all members of the group alike;
// individual where there is none.
func (g *group) shared(ev *event) (a *Answer, individual bool, err error) {
	thread, from := uuid.Nil, 0
	switch {
	case !g.sharable, ev.entry.Personal: // what concerns one person alone is not
		return nil, true, nil
	case ev.entry.ThreadID != nil:
		// Who is admitted later without the history does not see the event at all, if
		// it is about a message: an answer that was made before stays right.
		of, err := g.e.rights.audience(g.op.ctx, *ev.entry.ThreadID)
		if err != nil {
			return nil, false, err
		}
		thread, from = *ev.entry.ThreadID, of.parties.Load().Common()
		if n := ev.entry.MessageNumber; n != nil && *n <= from {
			return nil, true, nil // who sees the message has more than they have all in common
		}
		if from > 0 && ev.tabling.DispatchedAt != nil {
			return nil, true, nil // so has who sees a request for information
		}
	case !ev.entry.Public:
		return nil, true, nil // who may see it has not much in common
	}
	m := g.answers.of(ev.entry.Seq)
	m.mu.Lock()
	defer m.mu.Unlock()
	epoch := g.e.epoch.Load() // before the reading
	if g.newest {
		epoch += g.e.ring.last().Seq // both only grow
	}
	if m.done && m.epoch == epoch {
		return m.answer, m.individual, nil
	}
	v := viewer.ForAudience(thread, from)
	g.e.metrics.shared.Add(1)
	r, err := g.e.execute(&g.op, v, g.e.delivered(ev))
	if err != nil {
		return nil, false, err
	}
	m.done, m.epoch, m.answer, m.individual = true, epoch, nil, v.Audience().Individual() || len(r.Errors) > 0
	if m.individual {
		return nil, true, nil
	}
	if m.answer, err = g.e.answer(r); err != nil {
		m.done = false
		return nil, false, err
	}
	g.answers.keep(ev.entry.Seq, m, m.answer.Size())
	return m.answer, false, nil
}

// alone is the answer that tells an event to one stream.
func (g *group) alone(ev *event, s *Stream) (*Answer, error) {
	a, err := g.anyway(ev, s)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// anyway is alone, and with an error beside it what is told where the answer can't
// be made.
func (g *group) anyway(ev *event, s *Stream) (*Answer, error) {
	g.e.metrics.individual.Add(1)
	r, failed := g.e.execute(&operation{s.ctx, g.op.exec, g.op.op}, s.link.viewer(), g.e.delivered(ev))
	if r == nil {
		return nil, failed
	}
	r.Extensions = nil
	a, err := g.e.answer(r)
	if err != nil {
		return nil, err
	}
	a.lost = failed != nil && len(a.slots) == 0
	return a, failed
}

// answer is the one or the other. Where the stream has tried for long enough and
// it is not for want of the database, what went wrong is told instead.
func (g *group) answer(ev *event, s *Stream, lastTry bool) (*Answer, error) {
	if lastTry {
		a, err := g.anyway(ev, s)
		if errors.Is(err, errBroken) {
			return a, nil
		}
		return a, err
	}
	a, individual, err := g.shared(ev)
	if err != nil || !individual {
		return a, err
	}
	return g.alone(ev, s)
}

func pageName(thread uuid.UUID, numbers ...int64) string {
	b := make([]byte, 0, 40)
	b = append(b, thread[:]...)
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, uint64(n)) //nolint:gosec // a name, not a number
	}
	return string(b)
}
