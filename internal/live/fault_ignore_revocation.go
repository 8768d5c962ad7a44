//go:build fault_ignore_revocation

package live

const ignoreRevocation = true
