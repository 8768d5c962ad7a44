package demo_test

import (
	"testing"

	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/messagedraft"
	"acs-aec.org/hub/ent/generated/ent/messagereaction"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/demo"
)

// TestSignsAndWhatWaits shows what is pinned, who reacted, and what waits for the
// Secretariat, and that the last is hidden from the Bureau, which takes part.
func TestSignsAndWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		c := r.DB.Client
		if u := c.Thread.Query().Where(thread.PinnedAtNotNil()).OnlyIDX(system(t)); u != w.Threads["SANDY-SHORELINES"] {
			t.Errorf("pinned is %v", u)
		}
		sandy := messagereaction.HasMessageWith(message.ThreadID(w.Threads["SANDY-SHORELINES"]))
		if n := c.MessageReaction.Query().Where(sandy).CountX(as(t, r, w, "chair")); n != 7 {
			t.Errorf("%d reactions", n)
		}
		for who, want := range map[string]int{"secretariat": 1, "partner": 1, "bureau": 0, "stranger": 0} {
			if n := c.MessageDraft.Query().Where(messagedraft.StatusEQ(messagedraft.StatusHeld)).CountX(as(t, r, w, who)); n != want {
				t.Errorf("%s sees %d that wait, want %d", who, n, want)
			}
		}
	})
}
