package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// thrifty sets how much garbage may lie about: half of what is live, and of a
// ballast that counts as live. The ballast is never touched, so it takes none of
// the machine's memory. A hub that keeps little then collects as rarely as with a
// GC percentage of 300, and one with thousands of websockets does not keep three
// times what they need (measured: 19 KiB resident each, and 13 this way). The
// result must be kept alive.
func thrifty() *[ballast]byte {
	debug.SetGCPercent(50)
	return new([ballast]byte)
}

const ballast = 40 << 20

// restingMemory gives memory back to the machine when the hub has come to rest:
// after a rush, such as thousands of clients that connect at once, most of what
// the process holds is garbage that nobody collects while little is allocated.
// It returns when ctx is done.
func restingMemory(ctx context.Context) {
	const (
		look  = 5 * time.Second
		quiet = 8 << 20 // bytes allocated between two looks, at most
		spare = 8 << 20 // bytes that may lie about beside what is live
	)
	samples := []metrics.Sample{
		{Name: "/gc/heap/allocs:bytes"},
		{Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
	}
	tick := time.NewTicker(look)
	defer tick.Stop()
	var before uint64
	for freed := uint64(0); ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		metrics.Read(samples)
		allocated, live := samples[0].Value.Uint64(), samples[1].Value.Uint64()
		held := samples[2].Value.Uint64() + samples[3].Value.Uint64() + samples[4].Value.Uint64()
		busy := allocated-before > quiet
		before = allocated
		// What could not be freed the last time can't be now.
		if busy || held < live+(live-min(live, ballast))/4+spare || held < freed+spare {
			continue
		}
		debug.FreeOSMemory()
		metrics.Read(samples)
		freed = samples[2].Value.Uint64() + samples[3].Value.Uint64() + samples[4].Value.Uint64()
		before = samples[0].Value.Uint64()
	}
}
