package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/bench"
)

// BenchmarkFanout posts to many websockets on one discussion: the whole hub in a
// process of its own, beside a bare loop over prepared messages, with the clients
// in a third process. Compare what stands in one line:
//
//	go test ./cmd/livecheck -run '^$' -bench Fanout
func BenchmarkFanout(b *testing.B) {
	files, err := bench.RaiseFiles()
	if err != nil {
		b.Fatal(err)
	}
	for _, sockets := range []int{2000, 10_000} {
		b.Run(fmt.Sprint(sockets), func(b *testing.B) {
			if uint64(sockets)+200 > files { //nolint:gosec // positive
				b.Skipf("this person may open %d files", files)
			}
			c := benchCmd{Sockets: sockets, Posts: 30, Rest: 15 * time.Second}
			for b.Loop() { // once: it takes longer than any -benchtime in seconds
				fanout(b, c)
			}
		})
	}
}

func fanout(b *testing.B, c benchCmd) {
	b.Helper()
	ctx, t := b.Context(), terminal{b.Output(), b.Output()}
	of := target{Database: "sqlite", Nodes: 1, Hub: hub(b, "")}
	d, end, err := of.deploy(ctx, func(string) {})
	if err != nil {
		b.Fatal(err)
	}
	defer end()
	size := 0
	var all []bench.Figures
	for _, selection := range []string{"flat", "nested"} {
		s, err := c.hub(ctx, d, selection)
		if err != nil {
			b.Fatal(err)
		}
		f, err := bench.Measure(ctx, s, c.Sockets, c.Posts, c.Rest)
		if err != nil {
			b.Fatal(err)
		}
		if f.Lost > 0 {
			b.Errorf("%s: %d of %d posts did not reach everybody", f.Name, f.Lost, f.Posts)
		}
		all, size = append(all, f), max(size, f.Frame)
		if err := c.fresh(ctx, d); err != nil {
			b.Fatal(err)
		}
	}
	least, err := c.floor(ctx, t, size)
	if err != nil {
		b.Fatal(err)
	}
	micros := func(f bench.Figures) float64 { return float64(f.PerDelivery.Nanoseconds()) / 1000 }
	b.ReportMetric(micros(least), "floor-µs/delivery")
	for _, f := range all {
		name := strings.TrimPrefix(f.Name, "hub, ")
		b.ReportMetric(micros(f), name+"-µs/delivery")
		b.ReportMetric(micros(f)/micros(least), name+"/floor")
		b.ReportMetric(float64(f.AtRest)/1024, name+"-KiB/socket")
		b.ReportMetric(f.Goroutines, name+"-goroutines/socket")
	}
}
