package live

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics counts what the engine does.
type metrics struct {
	links, streams            atomic.Int64
	shared, individual, pages atomic.Int64
}

// Register shows the engine's figures at /metrics.
func (e *Engine) Register(r prometheus.Registerer) {
	gauge := func(name, help string, f func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, f)
	}
	counter := func(name, help string, v *atomic.Int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(v.Load()) })
	}
	m := &e.metrics
	r.MustRegister(
		gauge("hub_live_links", "Connections over which streams may run.", func() float64 { return float64(m.links.Load()) }),
		gauge("hub_live_streams", "Subscriptions.", func() float64 { return float64(m.streams.Load()) }),
		gauge("hub_live_groups", "Subscriptions of different documents or variables.", func() float64 {
			e.mu.Lock()
			defer e.mu.Unlock()
			return float64(len(e.groups))
		}),
		gauge("hub_live_position", "Number of the last event that was delivered.", func() float64 { return float64(e.ring.last().Seq) }),
		counter("hub_live_shared_executions_total", "Answers made for all members of a group alike.", &m.shared),
		counter("hub_live_individual_executions_total", "Answers made for one subscription alone.", &m.individual),
		counter("hub_live_database_pages_total", "Pages of older events that were read from the database.", &m.pages),
	)
}

// Executions are how many answers were made.
type Executions struct {
	Shared     int64 // for all members of a group alike, whether they were
	Individual int64 // for one stream alone
}

// Executions tells how many answers were made so far.
func (e *Engine) Executions() Executions {
	return Executions{Shared: e.metrics.shared.Load(), Individual: e.metrics.individual.Load()}
}
