package history

import (
	"fmt"
	"time"
)

// Check judges a run. It returns what must not be, the log first, then each
// listener in turn; nothing if all is well.
func Check(h *History) []Violation {
	var found []Violation
	at := places(h.Log)
	checkLog(h, at, &found)
	checkWrites(h, at, &found)
	for i := range h.Listeners {
		found = append(found, checkListener(h, at, &h.Listeners[i])...)
	}
	return found
}

// Required are the entries that a listener must have got in the end, by their
// positions, whatever it has got: those within rights that last.
func Required(h *History, l *Listener) []int {
	var out []int
	for i := l.Start; i < len(h.Log); i++ {
		if v := (view{h, l}); v.scoped(i) && v.lasting(i) {
			out = append(out, i)
		}
	}
	return out
}

// Cut is how long the last stream lasted after the end of its session was
// acknowledged; cuts says how many did at all. What the line did not let
// through counts too.
func Cut(h *History) (longest time.Duration, cuts int) {
	for i := range h.Listeners {
		for _, s := range h.Listeners[i].Streams {
			end, ended := h.Sessions[s.Session]
			if !ended || !s.Began.Before(end.Known) || !s.Ended.After(end.Known) {
				continue
			}
			longest = max(longest, s.Ended.Sub(end.Known))
			cuts++
		}
	}
	return longest, cuts
}

// view is what a listener may see.
type view struct {
	h *History
	l *Listener
}

// scoped says whether the entry lies in the listener's scope.
func (v view) scoped(i int) bool {
	e := &v.h.Log[i]
	switch s := v.l.Scope; {
	case s.Thread != "":
		return e.Thread == s.Thread
	case s.Body != "":
		return e.Body == s.Body
	}
	return true
}

func (v view) spans(i int) []Span { return v.h.Rights[Pair{v.l.Person, v.h.Log[i].Thread}] }

// plain says whether rights in discussions play no part, and whether the listener
// sees the entry then.
func (v view) plain(i int) (plain, sees bool) {
	e := &v.h.Log[i]
	if e.Thread != "" {
		return false, false
	}
	return true, e.Person == "" || e.Person == v.l.Person || v.l.Secretariat
}

// lasting says whether the right held when the entry happened and never ended.
func (v view) lasting(i int) bool {
	if v.h.Log[i].Foreign {
		return false
	}
	if plain, sees := v.plain(i); plain {
		return sees
	}
	for _, s := range v.spans(i) {
		if s.From <= i && s.To == Open {
			return true
		}
	}
	return false
}

// within is the span in which the entry happened.
func (v view) within(i int) (Span, bool) {
	for _, s := range v.spans(i) {
		if s.From <= i && i < s.To {
			return s, true
		}
	}
	return Span{}, false
}

// refusal says why the envelope may not have been delivered on the stream; empty
// if it may.
func (v view) refusal(i int, d *Delivery, began *Stream) (Kind, string) {
	if v.h.Log[i].Foreign {
		return "", ""
	}
	if plain, sees := v.plain(i); plain {
		if sees {
			return "", ""
		}
		return Forbidden, "it concerns somebody else"
	}
	if s, ok := v.within(i); ok {
		late := s.To != Open && !s.Ended.IsZero() && began.Began.After(s.Ended.Add(v.h.Slack))
		if !late || v.admitted(i, d) {
			return "", ""
		}
		return Revoked, fmt.Sprintf("the right ended at %d, acknowledged at %s; the stream began at %s", s.To, clock(s.Ended), clock(began.Began))
	}
	if v.admitted(i, d) {
		return "", ""
	}
	e := &v.h.Log[i]
	for _, s := range v.spans(i) {
		if e.Kind == AccessGranted && s.From == i+1 || e.Kind == AccessEnded && s.To == i {
			return "", "" // the change itself is told to whom it concerns
		}
	}
	for _, s := range v.spans(i) {
		if s.To <= i {
			return Revoked, fmt.Sprintf("the right ended at %d", s.To)
		}
	}
	return Forbidden, "the listener does not take part"
}

// admitted says whether a later admission had begun when the envelope came: it
// brings the history.
func (v view) admitted(i int, d *Delivery) bool {
	for _, s := range v.spans(i) {
		if s.From > i && !d.At.Before(s.Asked) {
			return true
		}
	}
	return false
}

func checkListener(h *History, at map[string]int, l *Listener) (found []Violation) {
	v := view{h, l}
	say := func(k Kind, format string, args ...any) {
		found = append(found, Violation{Kind: k, Who: l.Name, What: fmt.Sprintf(format, args...)})
	}
	got := map[int]*Delivery{}
	highest := -1
	for n := range l.Streams {
		s := &l.Streams[n]
		end, ended := h.Sessions[s.Session]
		previous, last := s.After, -1
		if k := len(s.Deliveries) - 1; s.Completed && l.Scope.Thread != "" && (k < 0 || s.Deliveries[k].Kind != AccessEnded) {
			say(Answer, "stream %d (began %s) completed, and no AccessEnded came before", n+1, clock(s.Began))
		}
		for k := range s.Deliveries {
			d := &s.Deliveries[k]
			name := fmt.Sprintf("stream %d (began %s), envelope %d, %s %s at %s", n+1, clock(s.Began), k+1, d.Kind, d.ID, clock(d.At))
			if d.Previous != previous && d.Kind != Reset {
				say(Chain, "%s: previousCursor is %q, before it came %q", name, d.Previous, previous)
			}
			previous = d.Cursor
			if d.Kind == Reset {
				say(ResetSeen, "%s: nothing was restored", name)
				continue
			}
			i, ok := at[d.ID]
			if !ok {
				if d.Kind != Checkpoint && !v.farewell(s, k) {
					say(Phantom, "%s: the log does not hold it", name)
				}
				continue
			}
			e := &h.Log[i]
			if e.Kind != d.Kind || d.Message != "" && (e.Message != d.Message || e.Number != d.Number) {
				say(Altered, "%s (message %s, number %d): the log holds %s %s, number %d", name, d.Message, d.Number, e.Kind, e.Message, e.Number)
			}
			switch {
			case i == last:
				say(Twice, "%s came before on this stream", name)
			case i < last:
				kind := Order
				if got[i] != nil {
					kind = Twice
				}
				say(kind, "%s: it stands at %d, before %d, which came first", name, i, last)
			case got[i] == nil && i < highest && v.lasting(i):
				say(Order, "%s: it stands at %d, an earlier stream came as far as %d", name, i, highest)
			}
			if !v.scoped(i) {
				say(Stray, "%s", name)
			} else if kind, why := v.refusal(i, d, s); kind != "" {
				say(kind, "%s, which stands at %d: %s", name, i, why)
			}
			if ended && i > end.At {
				say(Revoked, "%s stands at %d; session %s ended at %d", name, i, s.Session, end.At)
			} else if ended && s.Began.After(end.Known.Add(h.Slack)) {
				say(Revoked, "%s: session %s had ended at %s", name, s.Session, clock(end.Known))
			}
			if got[i] == nil {
				got[i] = d
			}
			last, highest = max(last, i), max(highest, i)
		}
	}
	return append(found, v.missing(got)...)
}

// farewell says whether the envelope is the AccessEnded by which a stream ends
// whose scope was lost through something else than a change of the audience.
func (v view) farewell(s *Stream, k int) bool {
	if s.Deliveries[k].Kind != AccessEnded || k != len(s.Deliveries)-1 {
		return false
	}
	for _, span := range v.h.Rights[Pair{v.l.Person, v.l.Scope.Thread}] {
		if span.To != Open {
			return true
		}
	}
	return false
}

// missing finds what the listener should have got.
func (v view) missing(got map[int]*Delivery) (found []Violation) {
	// For each span, the last entry that came in it while nobody had been let in
	// again: what happened before it must have come too.
	reached := map[spanKey]int{}
	for i, d := range got {
		s, ok := v.within(i)
		if plain, _ := v.plain(i); plain || !ok || s.To == Open || !v.scoped(i) || v.again(i, s, d) {
			continue
		}
		key := spanKey{v.h.Log[i].Thread, s.From}
		reached[key] = max(reached[key], i)
	}
	n := 0
	for i := v.l.Start; i < len(v.h.Log); i++ {
		if got[i] != nil || !v.scoped(i) || v.h.Log[i].Foreign {
			continue
		}
		why := "its right held and lasts"
		if !v.lasting(i) {
			s, ok := v.within(i)
			if !ok || i >= reached[spanKey{v.h.Log[i].Thread, s.From}] {
				continue
			}
			why = fmt.Sprintf("its right held, and it got %d after it", reached[spanKey{v.h.Log[i].Thread, s.From}])
		}
		if n++; n <= 5 {
			e := &v.h.Log[i]
			found = append(found, Violation{Missing, v.l.Name, fmt.Sprintf("%s %s (number %d, %s), which stands at %d, never came: %s", e.Kind, e.ID, e.Number, e.Thread, i, why)})
		}
	}
	if n > 5 {
		found = append(found, Violation{Missing, v.l.Name, fmt.Sprintf("and %d more never came", n-5)})
	}
	return found
}

// spanKey names a span of the listener.
type spanKey struct {
	thread string
	from   int
}

// again says whether the envelope may have come under a later admission.
func (v view) again(i int, s Span, d *Delivery) bool {
	for _, later := range v.spans(i) {
		if later.From > s.From && !d.At.Before(later.Asked) {
			return true
		}
	}
	return false
}
