package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"acs-aec.org/hub/internal/bus"
	"acs-aec.org/hub/internal/personal"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/store"
)

// nodes joins this node to the others of its deployment: over NATS if a server is
// named, else over PostgreSQL; with an embedded database there are no others. It
// fails only for a name that is none: what can't be reached now is tried again.
func (o *opened) nodes(log *slog.Logger) (*bus.Bus, error) {
	b, err := newBus(o.nats, o.database, o.DB, o.Key, log)
	if err != nil {
		return nil, err
	}
	b.OnWake(o.Log.Wake)
	o.Log.OnAppend(b.Wake)
	b.Subscribe(personal.Topic, o.Personal.Heard)
	o.Personal.OnChange(func(message []byte) { _ = b.Send(personal.Topic, message) }) // of a topic and a size that fit
	return b, nil
}

func newBus(nats, database string, db *store.DB, key []byte, log *slog.Logger) (*bus.Bus, error) {
	switch {
	case nats != "":
		return bus.NATS(nats, key, log)
	case db.Path == "":
		return bus.Postgres(database, db.SQL(), key, log)
	}
	return bus.Alone(), nil
}

// nodesHear says whether nodes hear each other, and by what. It wakes none: it
// uses the channel of a deployment that does not exist.
func nodesHear(ctx context.Context, nats, database string, db *store.DB) (by string, err error) {
	switch {
	case nats != "":
		if by = "over NATS"; natsShown(nats) != "" {
			by = "over NATS at " + natsShown(nats)
		}
	case db.Path == "":
		by = "over PostgreSQL"
	default:
		return "one, with an embedded database", nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	key := seal.NewKey()
	join := func() (*bus.Bus, error) { return newBus(nats, database, db, key, slog.New(slog.DiscardHandler)) } //nolint:contextcheck // a bus lives until it is closed
	err = bus.Probe(ctx, join)
	if err != nil {
		return "", fmt.Errorf("%w. Until they do, news comes half a second later; see whether the server answers and lets the hub listen", err)
	}
	return "hear each other " + by, nil
}

// natsShown is the host of a NATS server, without user or password.
func natsShown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
