//go:build fault_naive_cursor

package live

const naiveCursor = true
