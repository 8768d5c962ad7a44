package eventlog

import (
	"errors"
	"testing"
	"time"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/seal"
)

func FuzzOpen(f *testing.F) {
	log := must(New(nil, make([]byte, 32), time.Now, nil))
	other := must(New(nil, seal.NewKey(), time.Now, nil))
	p := Position{Seq: 7, Tag: id.New(id.Event, time.Now())}
	good := log.Cursor(p)
	for _, s := range []string{"", "forged", good, good[1:], good + "=", good[:cursorLength-1] + "_", other.Cursor(p)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		got, err := log.open(cursor)
		switch {
		case err == nil:
			// Nobody else has the key. The last character has bits to spare.
			if got != p || cursor[:cursorLength-1] != good[:cursorLength-1] {
				t.Errorf("%q opens as %v", cursor, got)
			}
		case len(cursor) != cursorLength:
			if apperr.CodeOf(err) != apperr.InvalidInput {
				t.Errorf("%q: %v", cursor, err)
			}
		case !errors.Is(err, errUnknown):
			t.Errorf("%q: %v", cursor, err)
		}
	})
}
