package demo

import (
	"context"

	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/webhook"
)

// webhook makes one that shows what webhooks are like: it is paused, and its address
// is of a name that leads nowhere.
func (m *maker) webhook(ctx context.Context) error {
	s, err := webhook.New(m.Runner, outbound.Guard{}, func(string) bool { return true })
	if err != nil {
		return err
	}
	owner := m.as(ctx, officer)
	w, _, _, err := s.Create(owner, webhook.Creation{
		Name: "Demonstration: the register of another system", URL: "https://register.example.invalid/hook",
		Scope: eventlog.Scope{Body: named(m.world.Bodies, unit)}, Kinds: []string{"NoticeDispatched", "RequestDispatched", "RequestAnswered"},
	}, nil)
	if err == nil {
		_, _, err = s.Pause(owner, w.ID, w.Revision)
	}
	return about("webhook", "of the Secretariat", err)
}
