package main

import (
	"log/slog"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/webhook"
)

// webhooks are the commands of webhooks.
func (o *opened) webhooks(g outbound.Guard) (*webhook.Service, error) {
	return webhook.New(o.Runner, g, model.Known)
}

// webhookReader sends to webhooks, and gives its connections back with done.
func (s *serving) webhookReader(o *opened, log *slog.Logger) (reader *webhook.Reader, done func(), err error) {
	hooks, err := o.webhooks(s.guard())
	if err != nil {
		return nil, nil, err
	}
	client := outbound.New(outbound.Options{Guard: s.guard()})
	return webhook.NewReader(webhook.Options{Service: hooks, Accounts: account.New(o.Runner), Poster: client, Logger: log}), client.Close, nil
}

// guard decides which addresses webhooks may have.
func (s *serving) guard() outbound.Guard { return outbound.Guard{Allow: s.WebhookAllow} }
