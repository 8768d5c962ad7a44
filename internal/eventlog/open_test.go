package eventlog

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/seal"
)

func FuzzOpen(f *testing.F) {
	log := must(New(nil, make([]byte, 32), time.Now, nil))
	other := must(New(nil, seal.NewKey(), time.Now, nil))
	p := Position{Seq: 7, Tag: uuid.Max}
	good := log.Cursor(p)
	for _, s := range []string{"", "forged", good, good[1:], good + "=", good[:cursorLength-1] + "_", other.Cursor(p)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		got, err := log.Open(cursor)
		switch {
		case err == nil:
			if got != p { // nobody else has the key
				t.Errorf("%q opens as %v", cursor, got)
			}
		case len(cursor) != cursorLength:
			if apperr.CodeOf(err) != apperr.InvalidInput {
				t.Errorf("%q: %v", cursor, err)
			}
		case !errors.Is(err, ErrUnknown):
			t.Errorf("%q: %v", cursor, err)
		}
	})
}
