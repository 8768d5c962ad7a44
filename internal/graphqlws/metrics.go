package graphqlws

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what Prometheus is told. All labels come from fixed lists.
type metrics struct {
	sockets    prometheus.Gauge
	operations prometheus.Gauge
	in, out    map[string]prometheus.Counter // by the type of the message
	closes     *prometheus.CounterVec        // code, by
	stalled    prometheus.Counter
}

func newMetrics(to prometheus.Registerer) *metrics {
	m := &metrics{
		sockets:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "hub_websockets", Help: "Websockets that are open."}),
		operations: prometheus.NewGauge(prometheus.GaugeOpts{Name: "hub_websocket_operations", Help: "Operations over websockets that have not ended."}),
		closes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hub_websocket_closes_total", Help: "Websockets that ended, by their close code and who closed.",
		}, []string{"code", "by"}),
		stalled: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "hub_websocket_waits_total", Help: "Events that had to wait because the client had not read what came before.",
		}),
	}
	in := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hub_websocket_messages_in_total", Help: "Messages from clients."}, []string{"type"})
	out := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hub_websocket_messages_out_total", Help: "Messages to clients."}, []string{"type"})
	m.in = counters(in, kindInit, kindPing, kindPong, kindSubscribe, kindComplete, "invalid")
	m.out = counters(out, kindAck, kindPong, kindNext, kindError, kindComplete)
	if to != nil {
		to.MustRegister(m.sockets, m.operations, m.closes, m.stalled, in, out)
	}
	return m
}

// counters are the counters of a vector, looked up once.
func counters(of *prometheus.CounterVec, kinds ...string) map[string]prometheus.Counter {
	out := make(map[string]prometheus.Counter, len(kinds))
	for _, k := range kinds {
		out[k] = of.WithLabelValues(k)
	}
	return out
}

// closed counts a close. What clients say is counted under the codes that they should say.
func (m *metrics) closed(e End) {
	by, code := "hub", strconv.Itoa(e.Code)
	if e.ByClient {
		by = "client"
		switch e.Code {
		case 1000, 1001, 1005, 1006:
		default:
			code = "other"
		}
	}
	m.closes.WithLabelValues(code, by).Inc()
}
