package history_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/cmd/livecheck/internal/history"
)

// run makes a random run of a deployment that does everything right: each step
// an event happens, listeners catch up with what they may see at that moment,
// break off, come back with their last cursor or an older one.
type run struct {
	t       *rapid.T
	h       *history.History
	numbers map[string]int
	places  []*place
}

// place is where a listener stands.
type place struct {
	name, person string
	scope        history.Scope
	at           int // the next entry to look at
	streams      []history.Stream
}

var (
	threads = []string{"T", "U"}
	people  = []string{"ana", "ben", "eva"}
)

func random(t *rapid.T) *history.History {
	r := &run{t: t, h: &history.History{Rights: map[history.Pair][]history.Span{}, Slack: 0}, numbers: map[string]int{}}
	for _, thread := range threads {
		r.tell(history.Entry{Kind: "ThreadOpened", Thread: thread, Body: "B"})
		for _, p := range people {
			if rapid.Bool().Draw(t, "takes part") {
				r.admit(p, thread, len(r.h.Log)-1)
			}
		}
	}
	for _, p := range people {
		for _, s := range []history.Scope{{}, {Thread: "T"}, {Body: "B"}} {
			r.places = append(r.places, &place{name: fmt.Sprintf("%s/%+v", p, s), person: p, scope: s, streams: []history.Stream{{}}})
		}
	}
	for range rapid.IntRange(5, 60).Draw(t, "steps") {
		r.step()
		for _, p := range r.places {
			switch rapid.IntRange(0, 9).Draw(t, "listener") {
			case 0, 1, 2:
				r.catchUp(p)
			case 3:
				r.comeBack(p)
			}
		}
	}
	for _, p := range r.places {
		r.catchUp(p)
		r.h.Listeners = append(r.h.Listeners, history.Listener{Name: p.name, Person: p.person, Scope: p.scope, Streams: p.streams})
	}
	return r.h
}

func (r *run) now() int { return 10 * len(r.h.Log) }

func (r *run) tell(e history.Entry) {
	e.ID = fmt.Sprintf("e%d", len(r.h.Log))
	r.h.Log = append(r.h.Log, e)
	r.h.Rows = append(r.h.Rows, history.Row{Seq: int64(len(r.h.Log)), ID: e.ID})
}

func (r *run) admit(person, thread string, from int) {
	pair := history.Pair{Person: person, Thread: thread}
	r.h.Rights[pair] = append(r.h.Rights[pair], history.Span{From: from, To: history.Open, Asked: at(10 * len(r.h.Log))})
}

func (r *run) step() {
	thread := rapid.SampledFrom(threads).Draw(r.t, "thread")
	if rapid.IntRange(0, 4).Draw(r.t, "what") > 0 {
		r.numbers[thread]++
		n := r.numbers[thread]
		m := fmt.Sprintf("%s%d", thread, n)
		began := r.now()
		r.tell(history.Entry{Kind: history.Posted, Thread: thread, Body: "B", Message: m, Number: n})
		r.h.Acks = append(r.h.Acks, history.Ack{Key: "k" + m, Message: m, Number: n, Events: []string{r.h.Log[len(r.h.Log)-1].ID}, Began: at(began), Done: at(began + 1)})
		r.h.Texts = append(r.h.Texts, history.Text{Message: m, Key: "k" + m})
		return
	}
	person := rapid.SampledFrom(people).Draw(r.t, "person")
	pair := history.Pair{Person: person, Thread: thread}
	spans := r.h.Rights[pair]
	if n := len(spans); n > 0 && spans[n-1].To == history.Open {
		spans[n-1].To, spans[n-1].Ended = len(r.h.Log), at(r.now()+1)
		r.tell(history.Entry{Kind: history.AccessEnded, Thread: thread, Body: "B"})
		return
	}
	r.tell(history.Entry{Kind: history.AccessGranted, Thread: thread, Body: "B"})
	r.admit(person, thread, len(r.h.Log))
}

// sees says whether the person may see the entry now.
func (r *run) sees(p *place, e history.Entry) bool {
	if p.scope.Thread != "" && p.scope.Thread != e.Thread {
		return false
	}
	spans := r.h.Rights[history.Pair{Person: p.person, Thread: e.Thread}]
	return len(spans) > 0 && spans[len(spans)-1].To == history.Open
}

func (r *run) catchUp(p *place) {
	s := &p.streams[len(p.streams)-1]
	for ; p.at < len(r.h.Log); p.at++ {
		if r.sees(p, r.h.Log[p.at]) {
			previous := s.After
			if n := len(s.Deliveries); n > 0 {
				previous = s.Deliveries[n-1].Cursor
			}
			s.Deliveries = append(s.Deliveries, delivery(r.h, p.at, previous, r.now()))
		}
	}
}

// comeBack begins a stream after something that the listener got.
func (r *run) comeBack(p *place) {
	var cursors []history.Delivery
	for _, s := range p.streams {
		cursors = append(cursors, s.Deliveries...)
	}
	next := history.Stream{Began: at(r.now())}
	p.at = 0
	if n := len(cursors); n > 0 {
		d := cursors[max(0, n-1-rapid.IntRange(0, 2).Draw(r.t, "older"))]
		next.After = d.Cursor
		p.at = slices.IndexFunc(r.h.Log, func(e history.Entry) bool { return e.ID == d.ID }) + 1
	}
	p.streams = append(p.streams, next)
}

func TestRandomCleanRunsPass(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		for _, v := range history.Check(random(t)) {
			t.Error(v)
		}
	})
}

// chain makes the cursors of a stream fit again, so that only the fault itself
// can be found.
func chain(s *history.Stream) {
	previous := s.After
	for i := range s.Deliveries {
		s.Deliveries[i].Previous = previous
		previous = s.Deliveries[i].Cursor
	}
}

// faults change a run that is right; each says whether there was something to
// change.
var faults = map[string]func(t *rapid.T, h *history.History) bool{
	"lose": func(t *rapid.T, h *history.History) bool {
		l := &h.Listeners[rapid.IntRange(0, len(h.Listeners)-1).Draw(t, "whose")]
		required := history.Required(h, l)
		if len(required) == 0 {
			return false
		}
		lost := h.Log[rapid.SampledFrom(required).Draw(t, "which")].ID
		for i := range l.Streams {
			s := &l.Streams[i]
			s.Deliveries = slices.DeleteFunc(s.Deliveries, func(d history.Delivery) bool { return d.ID == lost })
			chain(s)
		}
		return true
	},
	"swap": func(t *rapid.T, h *history.History) bool {
		s := someStream(t, h, 2)
		if s == nil {
			return false
		}
		i := rapid.IntRange(1, len(s.Deliveries)-1).Draw(t, "which")
		s.Deliveries[i], s.Deliveries[i-1] = s.Deliveries[i-1], s.Deliveries[i]
		chain(s)
		return true
	},
	"repeat": func(t *rapid.T, h *history.History) bool {
		s := someStream(t, h, 1)
		if s == nil {
			return false
		}
		i := rapid.IntRange(0, len(s.Deliveries)-1).Draw(t, "which")
		s.Deliveries = append(s.Deliveries, s.Deliveries[i])
		chain(s)
		return true
	},
	"break the chain": func(t *rapid.T, h *history.History) bool {
		s := someStream(t, h, 1)
		if s == nil {
			return false
		}
		s.Deliveries[rapid.IntRange(0, len(s.Deliveries)-1).Draw(t, "which")].Previous = "elsewhere"
		return true
	},
	"deliver without the right": func(t *rapid.T, h *history.History) bool {
		l := &h.Listeners[rapid.IntRange(0, len(h.Listeners)-1).Draw(t, "whose")]
		spans := h.Rights[history.Pair{Person: l.Person, Thread: "T"}]
		var barred []int
		for i, e := range h.Log {
			inside := slices.ContainsFunc(spans, func(s history.Span) bool { return i < s.To })
			if e.Thread == "T" && e.Kind == history.Posted && !inside {
				barred = append(barred, i)
			}
		}
		if len(barred) == 0 {
			return false
		}
		l.Streams = append(l.Streams, stream(h, "", "", 10*len(h.Log), rapid.SampledFrom(barred).Draw(t, "which")))
		return true
	},
	"lose a write": func(t *rapid.T, h *history.History) bool {
		if len(h.Acks) == 0 {
			return false
		}
		a := rapid.SampledFrom(h.Acks).Draw(t, "which")
		h.Log = slices.DeleteFunc(h.Log, func(e history.Entry) bool { return e.ID == a.Events[0] })
		h.Rows, h.Listeners = nil, nil
		return true
	},
	"write twice": func(t *rapid.T, h *history.History) bool {
		if len(h.Texts) < 2 {
			return false
		}
		h.Texts[1].Key = h.Texts[0].Key
		return true
	},
}

// someStream is a stream with at least so many deliveries; nil if there is none.
func someStream(t *rapid.T, h *history.History, least int) *history.Stream {
	var all []*history.Stream
	for i := range h.Listeners {
		for k := range h.Listeners[i].Streams {
			if s := &h.Listeners[i].Streams[k]; len(s.Deliveries) >= least {
				all = append(all, s)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return rapid.SampledFrom(all).Draw(t, "stream")
}

func TestARandomFaultIsFound(t *testing.T) {
	t.Parallel()
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tried := 0
			rapid.Check(t, func(t *rapid.T) {
				h := random(t)
				if !fault(t, h) {
					return
				}
				tried++
				if len(history.Check(h)) == 0 {
					t.Error("nothing was found")
				}
			})
			if tried == 0 {
				t.Error("no run had anything to change")
			}
		})
	}
}
