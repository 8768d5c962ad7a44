//go:build !fault_ignore_revocation

package live

// ignoreRevocation is a fault that cmd/livecheck must find when it is planted.
const ignoreRevocation = false
