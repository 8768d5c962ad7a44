//go:build fault_drop_oldest

package live

const dropOldest = true
