//go:build !unix

package graphqlws

import "syscall"

// canTry says whether try works here: the writer does it all.
const canTry = false

func try(syscall.RawConn, []byte) (int, error) { return 0, nil }
