package live

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/viewer"
)

// Which tiles of a dashboard show other figures now. Nothing of it is kept, all of it
// may be lost: a client that comes back asks for the figures anew.

// Figures compares what dashboards show.
type Figures interface {
	// Touches says whether what an entry of the log tells may change a figure.
	Touches(kind string) bool
	// Class tells viewers apart: a dashboard shows the same to all of one class.
	Class(v *viewer.Viewer, dashboard uuid.UUID) string
	// Digests are those of the tiles of a dashboard, as the viewer of the context sees
	// them. NOT_FOUND if they see none.
	Digests(ctx context.Context, dashboard uuid.UUID) (map[uuid.UUID][32]byte, error)
}

// FiguresChanged is an answer of dashboardChanged.
type FiguresChanged struct {
	Dashboard uuid.UUID
	// Tiles are those that show something else.
	Tiles []uuid.UUID
	At    time.Time
}

// board is a dashboard as one class of viewers sees it, with those of them who watch
// it on this node.
type board struct {
	boardKey
	streams map[*Stream]*watching
	digests map[uuid.UUID][32]byte // nil: not known yet
	dirty   bool                   // something happened since they were compared
	timer   *time.Timer            // nil: nobody is about to compare
	busy    bool                   // somebody compares: one at a time
	looked  time.Time
}

type boardKey struct {
	dashboard uuid.UUID
	class     string
}

// boards are the dashboards that somebody watches on this node.
type boards struct {
	e *Engine

	mu  sync.Mutex // guards what follows; taken before the mu of a stream
	all map[boardKey]*board
}

// watching is the place of a stream at a board.
type watching struct {
	b         *boards
	dashboard uuid.UUID
	class     string
	// waiting are the tiles that the client has not been told of; told says that it
	// has had its first answer.
	waiting map[uuid.UUID]bool
	told    bool

	exec graphql.GraphExecutor
	op   *graphql.OperationContext
}

// DashboardChanged is what the field dashboardChanged asks for. NOT_FOUND for a
// dashboard that the viewer does not see.
func DashboardChanged(ctx context.Context, dashboard uuid.UUID) (<-chan *FiguresChanged, error) {
	switch call := ctx.Value(callKey{}).(type) {
	case *delivery:
		return one(call.figures), nil
	case *opening:
		f := call.e.o.Figures
		if f == nil {
			return nil, errNotDurable
		}
		if _, err := f.Digests(ctx, dashboard); err != nil {
			return nil, err
		}
		call.subject = &watching{
			b: call.e.boards, dashboard: dashboard, class: f.Class(viewer.From(ctx), dashboard), waiting: map[uuid.UUID]bool{},
		}
		return none[*FiguresChanged](), nil
	}
	return nil, errNotDurable
}

func (w *watching) enter(s *Stream, exec graphql.GraphExecutor, op *graphql.OperationContext) {
	w.exec, w.op = exec, op
	s.seat = w
}

func (w *watching) start(s *Stream) {
	w.b.mu.Lock()
	defer w.b.mu.Unlock()
	s.mu.Lock()
	over := s.state == ended // and it has left already
	s.mu.Unlock()
	if !over {
		w.b.join(s, w)
	}
}

// join puts a stream at the board of its class. b.mu is held.
func (b *boards) join(s *Stream, w *watching) {
	k := boardKey{w.dashboard, w.class}
	at := b.all[k]
	if at == nil {
		at = &board{boardKey: k, streams: map[*Stream]*watching{}}
		b.all[k] = at
	}
	at.streams[s] = w
	at.dirty = true
	b.soon(at, 0)
}

func (w *watching) leave(s *Stream) {
	w.b.mu.Lock()
	defer w.b.mu.Unlock()
	w.b.part(s, w)
}

// part takes a stream from its board. b.mu is held.
func (b *boards) part(s *Stream, w *watching) {
	at := b.all[boardKey{w.dashboard, w.class}]
	if at == nil {
		return
	}
	delete(at.streams, s)
	if len(at.streams) == 0 {
		delete(b.all, at.boardKey)
		if at.timer != nil {
			at.timer.Stop()
		}
	}
}

// drained tells a stream what it could not take before.
func (w *watching) drained(*Stream) {
	w.b.mu.Lock()
	defer w.b.mu.Unlock()
	if at := w.b.all[boardKey{w.dashboard, w.class}]; at != nil {
		w.b.soon(at, 0)
	}
}

// scope is everything: what the dashboard shows has rules of its own.
func (w *watching) scope() eventlog.Scope { return eventlog.Scope{} }

// admits is for everybody: who may not see the dashboard is told nothing of it.
func (w *watching) admits(*viewer.Viewer) bool { return true }

// note has the boards compared again, if what happened may change a figure. It does
// not wait.
func (b *boards) note(kind string) {
	if b.e.o.Figures == nil || !b.e.o.Figures.Touches(kind) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, at := range b.all {
		at.dirty = true
		b.soon(at, b.e.o.FiguresEvery-b.e.o.Now().Sub(at.looked))
	}
}

// soon has a board compared after that time, if it is not about to be. b.mu is held.
func (b *boards) soon(at *board, after time.Duration) {
	if at.timer == nil && !at.busy {
		at.timer = time.AfterFunc(max(after, 0), func() { b.look(at) })
	}
}

// look compares what a board shows with what it showed, and tells those who watch it.
func (b *boards) look(at *board) {
	b.mu.Lock()
	at.timer, at.busy = nil, true
	dirty := at.dirty
	at.dirty = false
	if dirty {
		at.looked = b.e.o.Now()
	}
	b.sort(at)
	var as *Stream
	for s := range at.streams {
		as = s // they all see the same
		break
	}
	b.mu.Unlock()
	if as != nil && dirty {
		b.compare(at, as)
	}
	b.tell(at)
	b.mu.Lock()
	defer b.mu.Unlock()
	at.busy = false
	if at.dirty && len(at.streams) > 0 {
		b.soon(at, b.e.o.FiguresEvery-b.e.o.Now().Sub(at.looked))
	}
}

// sort moves streams whose viewer is of another class by now to the board of that
// class; they may see everything anew. b.mu is held.
func (b *boards) sort(at *board) {
	for s, w := range at.streams {
		class := b.e.o.Figures.Class(s.link.viewer(), w.dashboard)
		if class == w.class {
			continue
		}
		for tile := range at.digests {
			w.waiting[tile] = true
		}
		b.part(s, w)
		w.class = class
		b.join(s, w)
	}
}

// compare finds the tiles that show something else.
func (b *boards) compare(at *board, as *Stream) {
	ctx, cancel := context.WithTimeout(asking(as.ctx, as.link.viewer()), executionTime)
	defer cancel()
	b.e.running <- struct{}{}
	digests, err := b.e.o.Figures.Digests(ctx, at.dashboard)
	<-b.e.running
	b.mu.Lock()
	switch {
	case apperr.CodeOf(err) == apperr.NotFound:
		over := make([]*Stream, 0, len(at.streams))
		for s := range at.streams {
			over = append(over, s)
		}
		b.mu.Unlock()
		for _, s := range over {
			s.complete()
		}
		return
	case err != nil:
		at.dirty = true // and it is tried again
	default:
		if at.digests != nil {
			for tile, d := range digests {
				if before, there := at.digests[tile]; there && before == d {
					continue
				}
				for _, w := range at.streams {
					if w.told {
						w.waiting[tile] = true
					}
				}
			}
		}
		at.digests = digests
	}
	b.mu.Unlock()
}

// tell gives those who watch a board what they have not been told.
func (b *boards) tell(at *board) {
	type news struct {
		s     *Stream
		w     *watching
		tiles []uuid.UUID
	}
	var all []news
	b.mu.Lock()
	for s, w := range at.streams {
		if w.told && len(w.waiting) == 0 || at.digests == nil {
			continue
		}
		n := news{s: s, w: w}
		for tile := range w.waiting {
			n.tiles = append(n.tiles, tile)
		}
		all = append(all, n)
	}
	b.mu.Unlock()
	for _, n := range all {
		if !b.give(n.s, n.w, FiguresChanged{Dashboard: at.dashboard, Tiles: n.tiles, At: b.e.o.Now()}) {
			continue
		}
		b.mu.Lock()
		n.w.told = true
		for _, tile := range n.tiles {
			delete(n.w.waiting, tile)
		}
		b.mu.Unlock()
	}
}

// give tells one stream; false if it has no room, or if it failed and is tried again
// with what comes next.
func (b *boards) give(s *Stream, w *watching, f FiguresChanged) bool {
	response, err := b.e.execute(&operation{s.ctx, w.exec, w.op}, s.link.viewer(), &delivery{figures: &f})
	if err != nil {
		return false
	}
	answer, err := b.e.answer(response)
	if err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state == ended || s.out.Next(answer, "", "")
}
