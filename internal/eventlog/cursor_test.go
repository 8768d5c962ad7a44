package eventlog_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/seal"
)

func TestCursorsTellNothing(t *testing.T) {
	t.Parallel()
	log, err := eventlog.New(nil, seal.NewKey(), time.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen, length := map[string]bool{}, 0
	for i, seq := range []int64{0, 0, 1, 1, 255, 1 << 20, 1 << 62} {
		c := log.Cursor(eventlog.Position{Seq: seq})
		if seen[c] || i > 0 && len(c) != length {
			t.Errorf("%d becomes %q", seq, c)
		}
		seen[c], length = true, len(c)
	}
}

func TestCursorsThatAreNone(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		tell(t, w, facts(w, 5)...)
		f := follow(t, w, w.Nobody)
		f.all(t)
		good := f.after
		flipped := func(i int) string {
			b := []byte(good)
			if b[i] = 'A'; good[i] == 'A' {
				b[i] = 'B'
			}
			return string(b)
		}
		other, err := eventlog.New(w.DB.Client, seal.NewKey(), w.Now, w.NewID)
		if err != nil {
			t.Fatal(err)
		}
		last := whole(t, w)[4]
		position := eventlog.Position{Seq: last.Seq, Tag: last.ID}
		sealer, err := seal.New(w.Key, "page cursor") // as lists have them
		if err != nil {
			t.Fatal(err)
		}
		wrongTag := eventlog.Position{Seq: last.Seq, Tag: w.Donor}
		for name, c := range map[string]struct {
			cursor string
			reset  bool
		}{
			"a word":              {"forged", false},
			"cut off":             {good[:len(good)-1], false},
			"too long":            {good + "A", false},
			"very long":           {strings.Repeat("A", 100_000), false},
			"altered at the head": {flipped(0), true},
			"altered inside":      {flipped(len(good) / 2), true},
			"of no alphabet":      {strings.Repeat("*", len(good)), true},
			"another deployment":  {other.Cursor(position), true},
			"another purpose":     {sealer.Seal(make([]byte, 24)), true},
			"another tag":         {w.Log.Cursor(wrongTag), true},
			"beyond the head":     {w.Log.Cursor(eventlog.Position{Seq: 6, Tag: last.ID}), true},
			"negative":            {w.Log.Cursor(eventlog.Position{Seq: -1, Tag: last.ID}), true},
			"zero with a tag":     {w.Log.Cursor(eventlog.Position{Tag: last.ID}), true},
		} {
			if c.reset {
				reset(t, w, c.cursor, 5)
			} else if _, err := w.Log.Read(w.As(t, w.Nobody), eventlog.Scope{}, c.cursor, 10); field(err) != "after" {
				t.Errorf("%s: %v", name, err)
			}
			if name == "beyond the head" {
				continue // that is waited for
			}
			if err := w.Log.Await(w.As(t, w.Nobody), c.cursor); field(err) != "awaitCursor" {
				t.Errorf("%s, awaited: %v", name, err)
			}
		}
		for _, first := range []int{-1, 0, 101} {
			if _, err := w.Log.Read(w.As(t, w.Nobody), eventlog.Scope{}, good, first); field(err) != "first" {
				t.Errorf("a page of %d: %v", first, err)
			}
		}
		// The position before everything, and another viewer's cursor, are good.
		f = follow(t, w, w.Stranger)
		f.after = w.Log.Cursor(eventlog.Position{})
		if got := f.all(t); len(got) != 5 {
			t.Errorf("from the beginning: %d events", len(got))
		}
		f = follow(t, w, w.Stranger)
		f.after = good
		if got := f.all(t); len(got) != 0 {
			t.Errorf("from another viewer's head: %d events", len(got))
		}
	})
}

// field is the field at fault of an INVALID_INPUT.
func field(err error) string {
	var e *apperr.Error
	if errors.As(err, &e) && e.Code == apperr.InvalidInput {
		return e.Field
	}
	return ""
}

func TestAwait(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		tell(t, w, fact(w, 1))
		e := whole(t, w)[0]
		if err := w.Log.Await(w.As(t, w.Nobody), w.Log.Cursor(eventlog.Position{Seq: e.Seq, Tag: e.ID})); err != nil {
			t.Errorf("what is there: %v", err)
		}
		if err := w.Log.Await(w.As(t, w.Nobody), w.Log.Cursor(eventlog.Position{})); err != nil {
			t.Errorf("the beginning: %v", err)
		}
		// What does not come, and what comes under another tag.
		ctx, cancel := context.WithTimeout(w.As(t, w.Nobody), 30*time.Millisecond)
		defer cancel()
		beyond := w.Log.Cursor(eventlog.Position{Seq: 2, Tag: e.ID})
		if err := w.Log.Await(ctx, beyond); apperr.CodeOf(err) != apperr.Unavailable && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("what does not come: %v", err)
		}
		came := make(chan error, 1)
		go func() { came <- w.Log.Await(w.As(t, w.Nobody), beyond) }()
		tell(t, w, fact(w, 2))
		if err := <-came; field(err) != "awaitCursor" {
			t.Errorf("another event of that number: %v", err)
		}
	})
}
