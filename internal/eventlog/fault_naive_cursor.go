//go:build fault_naive_cursor

package eventlog

const naiveCursor = true
