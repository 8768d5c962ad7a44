//go:build !fault_naive_cursor

package eventlog

// naiveCursor is a fault that cmd/livecheck must find when it is planted:
// a page goes on from where the log stands once it is read, not from where it stood
const naiveCursor = false
