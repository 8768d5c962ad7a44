package live

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/viewer"
)

// How far imports have come. The row of a run tells it, whichever node works on it:
// each run that somebody follows here is read now and then, once for all who do.
// Nothing of it is kept, all of it may be lost.

// RunProgress is an answer of importProgress.
type RunProgress struct {
	Run *ent.ImportRun
	At  time.Time
}

// followed is a run with those who follow it on this node.
type followed struct {
	run     uuid.UUID
	streams map[*Stream]*following
	timer   *time.Timer // nil: nobody is about to look
	busy    bool        // somebody looks: one at a time
	again   bool        // and something happened meanwhile
}

// followers are the runs that somebody follows on this node.
type followers struct {
	e *Engine

	mu  sync.Mutex // guards what follows; taken before the mu of a stream
	all map[uuid.UUID]*followed
}

// following is the place of a stream at a run.
type following struct {
	f    *followers
	run  uuid.UUID
	told int // the revision of the run that the client was told; 0: none

	exec graphql.GraphExecutor
	op   *graphql.OperationContext
}

// ImportProgress is what the field importProgress asks for. NOT_FOUND for whoever may
// not import, and for no run.
func ImportProgress(ctx context.Context, run uuid.UUID) (<-chan *RunProgress, error) {
	switch call := ctx.Value(callKey{}).(type) {
	case *delivery:
		return one(call.progress), nil
	case *opening:
		if !viewer.From(ctx).Secretariat() {
			return nil, apperr.ErrNotFound
		}
		_, err := call.e.o.Client.ImportRun.Get(ctx, run)
		if ent.IsNotFound(err) {
			return nil, apperr.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		call.subject = &following{f: call.e.followers, run: run}
		return none[*RunProgress](), nil
	}
	return nil, errNotDurable
}

func (w *following) enter(s *Stream, exec graphql.GraphExecutor, op *graphql.OperationContext) {
	w.exec, w.op = exec, op
	s.seat = w
}

func (w *following) start(s *Stream) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	s.mu.Lock()
	over := s.state == ended // and it has left already
	s.mu.Unlock()
	if over {
		return
	}
	at := w.f.all[w.run]
	if at == nil {
		at = &followed{run: w.run, streams: map[*Stream]*following{}}
		w.f.all[w.run] = at
	}
	at.streams[s] = w
	w.f.soon(at, 0)
}

func (w *following) leave(s *Stream) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	at := w.f.all[w.run]
	if at == nil {
		return
	}
	delete(at.streams, s)
	if len(at.streams) == 0 {
		delete(w.f.all, w.run)
		if at.timer != nil {
			at.timer.Stop()
		}
	}
}

// drained tells a stream what it could not take before.
func (w *following) drained(*Stream) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	if at := w.f.all[w.run]; at != nil {
		w.f.soon(at, 0)
	}
}

// scope is everything: who may follow an import has a rule of its own.
func (w *following) scope() eventlog.Scope { return eventlog.Scope{} }

// admits says whether a person may import.
func (w *following) admits(v *viewer.Viewer) bool { return v.Secretariat() }

// note has a run looked at at once that ended what was going on with it.
func (f *followers) note(entry *ent.LogEntry) {
	switch entry.Kind {
	case "ImportChecked", "ImportApplied", "ImportRefused", "ImportCancelled":
	default:
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if at := f.all[entry.SubjectID]; at != nil {
		f.soon(at, 0)
	}
}

// soon has a run looked at after that time at the latest. f.mu is held.
func (f *followers) soon(at *followed, after time.Duration) {
	if at.busy {
		at.again = true
		return
	}
	if at.timer != nil && !at.timer.Stop() {
		return // it looks now
	}
	at.timer = time.AfterFunc(after, func() { f.look(at) })
}

// look reads a run and tells those who follow it.
func (f *followers) look(at *followed) {
	f.mu.Lock()
	at.timer, at.busy, at.again = nil, true, false
	var as *Stream
	var over []*Stream
	for s, w := range at.streams {
		if w.admits(s.link.viewer()) {
			as = s // they all see the same
		} else {
			over = append(over, s)
		}
	}
	f.mu.Unlock()
	for _, s := range over {
		s.complete()
	}
	if as != nil {
		f.read(at, as)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at.busy = false
	if len(at.streams) == 0 {
		return
	}
	after := f.e.o.ProgressEvery
	if at.again {
		after = 0
	}
	f.soon(at, after)
}

// read reads a run as one who follows it, and tells all of them. Where nothing goes
// on any more, their streams end. What fails is tried again.
func (f *followers) read(at *followed, as *Stream) {
	ctx, cancel := context.WithTimeout(asking(as.ctx, as.link.viewer()), executionTime)
	defer cancel()
	row, err := f.e.o.Client.ImportRun.Get(ctx, at.run)
	if err != nil && !ent.IsNotFound(err) {
		return
	}
	f.mu.Lock()
	told := make(map[*Stream]*following, len(at.streams))
	for s, w := range at.streams {
		told[s] = w
	}
	f.mu.Unlock()
	for s, w := range told {
		if err != nil { // it is gone
			s.complete()
			continue
		}
		if w.told != row.Revision {
			if !f.give(s, w, row) {
				continue
			}
			w.told = row.Revision // only one looks at a time
		}
		if importrun.Rests(row.Status) {
			s.complete()
		}
	}
}

// give tells one stream; false if it has no room, or if it failed and is tried again
// with what comes next.
func (f *followers) give(s *Stream, w *following, row *ent.ImportRun) bool {
	v := s.link.viewer()
	if !w.admits(v) {
		return false
	}
	own := *row
	own.SetSiblings(nil) // what one viewer has read beside it is not for another
	response, err := f.e.execute(&operation{s.ctx, w.exec, w.op}, v, &delivery{progress: &RunProgress{Run: &own, At: f.e.o.Now()}})
	if err != nil {
		return false
	}
	answer, err := f.e.answer(response)
	if err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state == ended || s.out.Next(answer, "", "")
}
