//go:build !fault_naive_cursor

package live

// naiveCursor is a fault that cmd/livecheck must find when it is planted: a
// stream that has caught up goes on from where the log stands a moment later.
const naiveCursor = false
