package history

import (
	"fmt"
	"slices"
	"time"
)

// places are the positions of the entries by their identifiers.
func places(log []Entry) map[string]int {
	at := make(map[string]int, len(log))
	for i, e := range log {
		if _, twice := at[e.ID]; !twice {
			at[e.ID] = i
		}
	}
	return at
}

// checkLog looks at the log alone.
func checkLog(h *History, at map[string]int, found *[]Violation) {
	say := func(k Kind, format string, args ...any) {
		*found = append(*found, Violation{Kind: k, What: fmt.Sprintf(format, args...)})
	}
	numbers := map[string]int{}
	for i, e := range h.Log {
		if at[e.ID] != i {
			say(LogTwice, "%s %s stands at %d and at %d", e.Kind, e.ID, at[e.ID], i)
		}
		if e.Kind != Posted {
			continue
		}
		numbers[e.Thread]++
		if want := numbers[e.Thread]; e.Number != want {
			say(LogHole, "%s: message %d of %s comes where number %d is due", e.ID, e.Number, e.Thread, want)
			numbers[e.Thread] = e.Number
		}
	}
	if h.Rows == nil {
		return
	}
	for i, r := range h.Rows {
		if r.Seq != int64(i)+1 {
			say(LogHole, "row %d of the log has the number %d (%s)", i+1, r.Seq, r.ID)
			break
		}
	}
	if len(h.Rows) != len(h.Log) {
		say(LogHole, "the table holds %d events, a member of all was told %d", len(h.Rows), len(h.Log))
	}
	for i := range min(len(h.Rows), len(h.Log)) {
		if h.Rows[i].ID != h.Log[i].ID {
			say(LogHole, "at %d the table holds %s, a member of all was told %s", i+1, h.Rows[i].ID, h.Log[i].ID)
			break
		}
	}
}

// checkWrites compares what was acknowledged with the log.
func checkWrites(h *History, at map[string]int, found *[]Violation) {
	say := func(k Kind, format string, args ...any) {
		*found = append(*found, Violation{Kind: k, What: fmt.Sprintf(format, args...)})
	}
	of := map[string]string{} // messages by key
	for _, t := range h.Texts {
		if t.Key == "" {
			continue
		}
		if first, ok := of[t.Key]; ok && first != t.Message {
			say(DoubleWrite, "key %s wrote %s and %s", t.Key, first, t.Message)
		}
		of[t.Key] = t.Message
	}
	for _, a := range h.Acks {
		if len(a.Events) == 0 && a.Number > 0 {
			say(LostWrite, "key %s: message %d was acknowledged without an event", a.Key, a.Number)
		}
		for _, u := range a.Events {
			i, ok := at[u]
			if !ok {
				say(LostWrite, "key %s: event %s was acknowledged at %s and is not in the log", a.Key, u, clock(a.Done))
				continue
			}
			e := h.Log[i]
			if a.Number > 0 && (e.Kind != Posted || e.Message != a.Message || e.Number != a.Number) {
				say(LostWrite, "key %s: message %s, number %d, was acknowledged; the log holds %s of %s, number %d", a.Key, a.Message, a.Number, e.Kind, e.Message, e.Number)
			}
		}
		if first, ok := of[a.Key]; ok && a.Number > 0 && first != a.Message {
			say(DoubleWrite, "key %s: message %s was acknowledged, the text stands in %s", a.Key, a.Message, first)
		}
	}
	order(h, at, say)
}

// order finds a write that began after another was acknowledged and stands
// before it.
func order(h *History, at map[string]int, say func(Kind, string, ...any)) {
	type write struct {
		at  int
		ack Ack
	}
	var all []write
	for _, a := range h.Acks {
		for _, u := range a.Events {
			if i, ok := at[u]; ok {
				all = append(all, write{i, a})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b write) int { return a.at - b.at })
	var soonest *write // the first to be acknowledged of those that stand later
	for i := len(all) - 1; i >= 0; i-- {
		w := &all[i]
		if soonest != nil && w.ack.Began.After(soonest.ack.Done) {
			say(WriteOrder, "key %s began at %s and stands at %d, before key %s at %d, which was acknowledged at %s",
				w.ack.Key, clock(w.ack.Began), w.at, soonest.ack.Key, soonest.at, clock(soonest.ack.Done))
			return
		}
		if soonest == nil || w.ack.Done.Before(soonest.ack.Done) {
			soonest = w
		}
	}
}

func clock(t time.Time) string { return t.UTC().Format("15:04:05.000") }
