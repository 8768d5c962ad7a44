package demo_test

import (
	"log/slog"
	"testing"

	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/demo"
	"acs-aec.org/hub/internal/notification"
)

// TestAWebhookToLookAt is paused, so that nothing is sent.
func TestAWebhookToLookAt(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		row, err := r.DB.Client.Webhook.Query().Only(as(t, r, w, "secretariat"))
		if err != nil || row.State != webhook.StatePaused || row.OwnerID != w.Persons["secretariat"] {
			t.Errorf("%v, %v", row, err)
		}
	})
}

// TestInboxesAreNotEmpty once the hub has looked at what happened in the world.
func TestInboxesAreNotEmpty(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		if err := notification.NewReader(r, slog.New(slog.DiscardHandler), false).CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, person := range []string{"secretariat", "bureau", "council", "tourism"} {
			if n := r.DB.Client.Notification.Query().CountX(as(t, r, w, person)); n == 0 {
				t.Errorf("%s is told nothing", person)
			}
		}
	})
}
