package thread_test

import (
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/ent/generated/ent/messagedraft"
	ent "acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/thread"
)

func TestLife(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to ent.Status
		allowed  bool
	}{
		{ent.StatusOpen, ent.StatusClosed, true},
		{ent.StatusClosed, ent.StatusOpen, true},
		{ent.StatusOpen, ent.StatusOpen, false},
		{ent.StatusClosed, ent.StatusClosed, false},
		{"", ent.StatusOpen, false},
	} {
		err := thread.CheckMove(c.from, c.to, 3)
		if c.allowed != (err == nil) || !c.allowed && apperr.CodeOf(err) != apperr.Conflict {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
		}
		if c.allowed != slices.Contains(thread.Next(c.from), c.to) {
			t.Errorf("%s can become %v", c.from, thread.Next(c.from))
		}
	}
}

func TestLifeOfADraft(t *testing.T) {
	t.Parallel()
	all := []messagedraft.Status{
		messagedraft.StatusDraft, messagedraft.StatusHeld, messagedraft.StatusReleased, messagedraft.StatusReturned, messagedraft.StatusDiscarded,
	}
	can := map[messagedraft.Status]string{
		messagedraft.StatusDraft: "DRAFT HELD RELEASED DISCARDED", messagedraft.StatusHeld: "RELEASED RETURNED DISCARDED",
		messagedraft.StatusReturned: "DRAFT HELD RELEASED DISCARDED",
	}
	for _, from := range all {
		for _, to := range all {
			err := thread.CheckDraft(from, to, 3)
			allowed := slices.Contains(strings.Fields(can[from]), string(to))
			if allowed != (err == nil) || !allowed && apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
}
