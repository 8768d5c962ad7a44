//go:build !fault_drop_oldest

package live

// dropOldest is a fault that cmd/livecheck must find when it is planted: what a
// slow client has no room for is thrown away.
const dropOldest = false
