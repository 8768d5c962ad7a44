package history_test

import (
	"slices"
	"testing"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/history"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

// clean is a run in which ana stays, ben loses his right at 5 and gets it again
// at 8, and one session ends at 4.
//
//	0 opened  1 posted 1  2 posted 2  3 posted 3  4 session ended  5 ended
//	6 posted 4  7 seat (public)  8 granted  9 posted 5
func clean() *history.History {
	log := []history.Entry{
		{ID: "e0", Kind: "ThreadOpened", Thread: "T", Body: "B"},
		{ID: "e1", Kind: history.Posted, Thread: "T", Body: "B", Message: "m1", Number: 1},
		{ID: "e2", Kind: history.Posted, Thread: "T", Body: "B", Message: "m2", Number: 2},
		{ID: "e3", Kind: history.Posted, Thread: "T", Body: "B", Message: "m3", Number: 3},
		{ID: "e4", Kind: "SessionEnded", Person: "ana"},
		{ID: "e5", Kind: history.AccessEnded, Thread: "T", Body: "B"},
		{ID: "e6", Kind: history.Posted, Thread: "T", Body: "B", Message: "m4", Number: 4},
		{ID: "e7", Kind: "SeatAssigned", Body: "B"},
		{ID: "e8", Kind: history.AccessGranted, Thread: "T", Body: "B"},
		{ID: "e9", Kind: history.Posted, Thread: "T", Body: "B", Message: "m5", Number: 5},
	}
	h := &history.History{
		Log: log,
		Rights: map[history.Pair][]history.Span{
			{Person: "ana", Thread: "T"}: {{From: 0, To: history.Open}},
			{Person: "ben", Thread: "T"}: {{From: 0, To: 5, Ended: at(52)}, {From: 9, To: history.Open, Asked: at(80)}},
		},
		Sessions: map[string]history.SessionEnd{"old": {At: 4, Known: at(42)}},
		Acks: []history.Ack{
			{Key: "k1", Message: "m1", Number: 1, Events: []string{"e1"}, Began: at(9), Done: at(11)},
			{Key: "k2", Message: "m2", Number: 2, Events: []string{"e2"}, Began: at(19), Done: at(21)},
			{Key: "k3", Message: "m3", Number: 3, Events: []string{"e3"}, Began: at(20), Done: at(31)},
		},
		Texts: []history.Text{{"m1", "k1"}, {"m2", "k2"}, {"m3", "k3"}, {"m4", "k4"}, {"m5", "k5"}},
		Slack: 5 * time.Second,
	}
	for i, e := range log {
		h.Rows = append(h.Rows, history.Row{Seq: int64(i) + 1, ID: e.ID})
	}
	h.Listeners = []history.Listener{
		{Name: "ana/all", Person: "ana", Streams: []history.Stream{
			stream(h, "", "old", 0, 0, 1, 2, 3),
			stream(h, "c3", "new", 43, 4, 5, 6, 7, 8, 9),
		}},
		{Name: "ben/thread", Person: "ben", Scope: history.Scope{Thread: "T"}, Streams: []history.Stream{
			stream(h, "", "", 0, 0, 1, 2, 5),    // 3 was on its way when the right ended
			stream(h, "c2", "", 81, 3, 6, 8, 9), // the history came with the admission
		}},
		{Name: "eva/body", Person: "eva", Scope: history.Scope{Body: "B"}, Streams: []history.Stream{stream(h, "", "", 0, 7)}},
		{Name: "sec/all", Person: "sec", Secretariat: true, Streams: []history.Stream{stream(h, "", "", 0, 4, 7)}},
	}
	// ben's first stream may not hold 5 without 3.
	h.Listeners[1].Streams[0] = stream(h, "", "", 0, 0, 1, 2)
	return h
}

// stream is what came when the entries were delivered, ten seconds an entry.
func stream(h *history.History, after, session string, began int, entries ...int) history.Stream {
	s := history.Stream{Began: at(began), After: after, Session: session}
	for _, i := range entries {
		s.Deliveries = append(s.Deliveries, delivery(h, i, after, max(began, i*10)))
		after = s.Deliveries[len(s.Deliveries)-1].Cursor
	}
	return s
}

func delivery(h *history.History, i int, previous string, seconds int) history.Delivery {
	e := h.Log[i]
	return history.Delivery{ID: e.ID, Kind: e.Kind, Message: e.Message, Number: e.Number, Cursor: "c" + e.ID[1:], Previous: previous, At: at(seconds)}
}

func TestACleanRunPasses(t *testing.T) {
	t.Parallel()
	for _, v := range history.Check(clean()) {
		t.Error(v)
	}
}

func TestEachViolationIsFound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		do   func(h *history.History)
		want history.Kind
	}{
		{"acknowledged, not in the log", func(h *history.History) { h.Acks[0].Events = []string{"e99"} }, history.LostWrite},
		{"acknowledged without an event", func(h *history.History) { h.Acks[0].Events = nil }, history.LostWrite},
		{"acknowledged under another number", func(h *history.History) { h.Acks[0].Number = 7 }, history.LostWrite},
		{"one key, two messages", func(h *history.History) { h.Texts[1].Key = "k1" }, history.DoubleWrite},
		{"acknowledged as another message", func(h *history.History) { h.Texts[0].Message = "m7" }, history.DoubleWrite},
		{"order of time", func(h *history.History) { h.Acks[0].Began = at(30) }, history.WriteOrder},
		{"a number is left out", func(h *history.History) { h.Log[3].Number = 4 }, history.LogHole},
		{"a row is left out", func(h *history.History) { h.Rows[5].Seq = 7 }, history.LogHole},
		{"a row nobody was told of", func(h *history.History) { h.Rows = append(h.Rows, history.Row{Seq: 11, ID: "e10"}) }, history.LogHole},
		{"the table tells otherwise", func(h *history.History) { h.Rows[2].ID, h.Rows[3].ID = "e3", "e2" }, history.LogHole},
		{"twice in the log", func(h *history.History) { h.Log[6].ID = "e1" }, history.LogTwice},
		{"lost in the middle", func(h *history.History) { h.Listeners[0].Streams[1] = stream(h, "c3", "new", 43, 4, 5, 7, 8, 9) }, history.Missing},
		{"lost at the end", func(h *history.History) { h.Listeners[0].Streams[1] = stream(h, "c3", "new", 43, 4, 5, 6, 7, 8) }, history.Missing},
		{"lost between two streams", func(h *history.History) { h.Listeners[0].Streams[1] = stream(h, "c3", "new", 43, 5, 6, 7, 8, 9) }, history.Missing},
		{"lost within a right that ended later", func(h *history.History) {
			h.Listeners[1].Streams = []history.Stream{stream(h, "", "", 0, 0, 2), stream(h, "c2", "", 81, 9)}
		}, history.Missing},
		{"lost in public", func(h *history.History) { h.Listeners[2].Streams = nil }, history.Missing},
		{"twice on a stream", func(h *history.History) { h.Listeners[0].Streams[0] = stream(h, "", "old", 0, 0, 1, 1, 2, 3) }, history.Twice},
		{"again on a stream", func(h *history.History) { h.Listeners[0].Streams[0] = stream(h, "", "old", 0, 0, 1, 2, 1, 3) }, history.Twice},
		{"out of order", func(h *history.History) { h.Listeners[0].Streams[0] = stream(h, "", "old", 0, 0, 2, 1, 3) }, history.Order},
		{"out of order between two streams", func(h *history.History) {
			h.Listeners[0].Streams[0] = stream(h, "", "old", 0, 0, 1, 3)
			h.Listeners[0].Streams[1] = stream(h, "c3", "new", 43, 2, 4, 5, 6, 7, 8, 9)
		}, history.Order},
		{"not in the log", func(h *history.History) { h.Listeners[0].Streams[0].Deliveries[1].ID = "e77" }, history.Phantom},
		{"another message", func(h *history.History) { h.Listeners[0].Streams[0].Deliveries[1].Message = "m3" }, history.Altered},
		{"another kind", func(h *history.History) { h.Listeners[0].Streams[0].Deliveries[1].Kind = "ThreadClosed" }, history.Altered},
		{"chain within a stream", func(h *history.History) { h.Listeners[0].Streams[0].Deliveries[2].Previous = "c0" }, history.Chain},
		{"chain at its start", func(h *history.History) { h.Listeners[0].Streams[1].Deliveries[0].Previous = "" }, history.Chain},
		{"another discussion", func(h *history.History) { h.Listeners[1].Scope.Thread = "U" }, history.Stray},
		{"never a right", func(h *history.History) { h.Listeners[2].Streams[0] = stream(h, "", "", 0, 6, 7) }, history.Forbidden},
		{"of another person", func(h *history.History) { h.Listeners[3].Secretariat = false }, history.Forbidden},
		{"posted after the right ended", func(h *history.History) { h.Listeners[1].Streams[0] = stream(h, "", "", 0, 0, 1, 2, 3, 6) }, history.Revoked},
		{"replayed after the right ended", func(h *history.History) {
			h.Listeners[1].Streams = slices.Insert(h.Listeners[1].Streams, 1, stream(h, "c2", "", 60, 3))
		}, history.Revoked},
		{"after the session ended", func(h *history.History) { h.Listeners[0].Streams[1].Session = "old" }, history.Revoked},
		{"on a session that had ended", func(h *history.History) {
			h.Listeners[0].Streams[0] = stream(h, "", "old", 60, 0, 1, 2, 3)
			h.Listeners[0].Streams[1].Began = at(70)
		}, history.Revoked},
		{"history before the admission", func(h *history.History) {
			h.Listeners[1].Streams[1].Deliveries[1].At = at(70)
		}, history.Revoked},
		{"completed without a word", func(h *history.History) { h.Listeners[1].Streams[0].Completed = true }, history.Answer},
		{"a reset", func(h *history.History) {
			h.Listeners[0].Streams[1].Deliveries = append(h.Listeners[0].Streams[1].Deliveries, history.Delivery{ID: "r", Kind: history.Reset, Previous: "c9"})
		}, history.ResetSeen},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := clean()
			tt.do(h)
			found := history.Check(h)
			if !slices.ContainsFunc(found, func(v history.Violation) bool { return v.Kind == tt.want }) {
				t.Errorf("found %v, want %q among them", found, tt.want)
			}
		})
	}
}

func TestWhatMayBe(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		do   func(h *history.History)
	}{
		{"a checkpoint moves on", func(h *history.History) {
			s := &h.Listeners[2].Streams[0]
			s.Deliveries = append(s.Deliveries, history.Delivery{ID: "x", Kind: history.Checkpoint, Cursor: "c8", Previous: "c7"})
		}},
		{"a known one comes again on another stream", func(h *history.History) {
			h.Listeners[0].Streams[1] = stream(h, "c1", "new", 43, 2, 3, 4, 5, 6, 7, 8, 9)
		}},
		{"the end of the access is told to who loses it", func(h *history.History) {
			h.Listeners[1].Streams[0] = stream(h, "", "", 0, 0, 1, 2, 3, 5)
			h.Listeners[1].Streams[1] = stream(h, "c5", "", 81, 6, 8, 9)
		}},
		{"a farewell that the log does not hold", func(h *history.History) {
			s := &h.Listeners[1].Streams[0]
			s.Deliveries = append(s.Deliveries, history.Delivery{ID: "x", Kind: history.AccessEnded, Cursor: "c5", Previous: "c2"})
			s.Completed = true
		}},
		{"it is of somebody else's world", func(h *history.History) {
			h.Log[7].Foreign = true
			h.Listeners[2].Streams[0] = stream(h, "", "", 0)
		}},
		{"what happened without the right does not come", func(h *history.History) {
			h.Listeners[1].Streams[1] = stream(h, "c2", "", 81, 9)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := clean()
			tt.do(h)
			for _, v := range history.Check(h) {
				t.Error(v)
			}
		})
	}
}

func TestRequiredIsWhatLasts(t *testing.T) {
	t.Parallel()
	h := clean()
	for name, want := range map[string][]int{
		"ana/all": {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, "ben/thread": {9}, "eva/body": {7}, "sec/all": {4, 7},
	} {
		i := slices.IndexFunc(h.Listeners, func(l history.Listener) bool { return l.Name == name })
		if got := history.Required(h, &h.Listeners[i]); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestCutIsTheLongest(t *testing.T) {
	t.Parallel()
	h := clean()
	h.Listeners[0].Streams[0].Ended = at(43)
	if longest, n := history.Cut(h); longest != time.Second || n != 1 {
		t.Errorf("%s, %d streams", longest, n)
	}
}
