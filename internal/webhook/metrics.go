package webhook

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// metrics count what a reader does.
type metrics struct {
	outcomes *prometheus.CounterVec // outcome
	standing atomic.Pointer[Standing]
}

func newMetrics() metrics {
	return metrics{outcomes: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "hub_webhook_requests_total", Help: "Requests to webhooks, by what became of them.",
	}, []string{"outcome"})}
}

// outcomes are the labels of what became of a request.
var outcomes = map[outbound.Failure]string{
	"": "delivered", outbound.Status: "status", outbound.TimedOut: "timeout", outbound.Unreachable: "unreachable", outbound.TLS: "tls", outbound.Address: "address",
}

func (m *metrics) sent(f outbound.Failure, dead bool) {
	m.outcomes.WithLabelValues(outcomes[f]).Inc()
	if dead {
		m.outcomes.WithLabelValues("given_up").Inc()
	}
}

// Register shows the reader's figures at /metrics. What stands in the database is
// as of the last minute.
func (r *Reader) Register(to prometheus.Registerer) {
	gauge := func(name, help string, f func(Standing) int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			if s := r.metrics.standing.Load(); s != nil {
				return float64(f(*s))
			}
			return 0
		})
	}
	to.MustRegister(
		r.metrics.outcomes,
		gauge("hub_webhooks_active", "Webhooks that are active.", func(s Standing) int { return s.Active }),
		gauge("hub_webhooks_failing", "Active webhooks whose last attempt failed.", func(s Standing) int { return s.Failing }),
		gauge("hub_webhooks_paused", "Webhooks that are paused.", func(s Standing) int { return s.Paused }),
		gauge("hub_webhook_waiting", "Deliveries that wait for another attempt.", func(s Standing) int { return s.Waiting }),
		gauge("hub_webhook_dead_letters", "Deliveries that were given up and neither tried again nor skipped.", func(s Standing) int { return s.Dead }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "hub_webhook_requests_in_flight", Help: "Webhooks that have their turn."}, func() float64 {
			return float64(len(r.quick) + len(r.slow))
		}),
	)
}

// Standing is how the webhooks of a deployment stand.
type Standing struct{ Active, Failing, Paused, Waiting, Dead int }

// Stand reads how the webhooks stand.
func Stand(ctx context.Context, db *store.DB) (Standing, error) {
	ctx = viewer.With(ctx, viewer.System())
	var s Standing
	for _, count := range []struct {
		into *int
		of   func() (int, error)
	}{
		{&s.Active, func() (int, error) {
			return db.Client.Webhook.Query().Where(webhook.StateEQ(webhook.StateActive)).Count(ctx)
		}},
		{&s.Failing, func() (int, error) {
			return db.Client.Webhook.Query().Where(webhook.StateEQ(webhook.StateActive), webhook.FailuresGT(0)).Count(ctx)
		}},
		{&s.Paused, func() (int, error) {
			return db.Client.Webhook.Query().Where(webhook.StateEQ(webhook.StatePaused)).Count(ctx)
		}},
		{&s.Waiting, func() (int, error) {
			return db.Client.Delivery.Query().Where(delivery.StatusEQ(delivery.StatusWaiting)).Count(ctx)
		}},
		{&s.Dead, func() (int, error) {
			return db.Client.Delivery.Query().Where(delivery.StatusEQ(delivery.StatusDead)).Count(ctx)
		}},
	} {
		n, err := count.of()
		if err != nil {
			return Standing{}, fmt.Errorf("webhook: count: %w", err)
		}
		*count.into = n
	}
	return s, nil
}

// countEvery is how often the figures are read that stand in the database.
const countEvery = time.Minute

// count reads the figures, now and then.
func (r *Reader) count(ctx context.Context) error {
	now := r.s.Time()
	if !r.counted.IsZero() && now.Sub(r.counted) < countEvery {
		return nil
	}
	s, err := Stand(ctx, r.s.DB)
	if err != nil {
		return err
	}
	r.metrics.standing.Store(&s)
	r.counted = now
	return nil
}
