//go:build unix

package graphqlws

import (
	"errors"
	"io"
	"sync"
	"syscall"
)

// canTry says whether try works here.
const canTry = true

// attempt is one write that does not block. It is kept, with its closure, for the next one.
type attempt struct {
	b   []byte
	n   int
	err error
	do  func(fd uintptr) bool
}

var attempts = sync.Pool{New: func() any { a := &attempt{}; a.do = a.write; return a }}

// try writes what the system takes at once, and returns how much that was.
func try(c syscall.RawConn, b []byte) (int, error) {
	a := attempts.Get().(*attempt)
	a.b, a.n, a.err = b, 0, nil
	err := c.Write(a.do)
	if err == nil {
		err = a.err
	}
	n := a.n
	a.b = nil
	attempts.Put(a)
	return n, err
}

// write is the attempt. It says that it is done, whatever became of it: nobody waits for more room.
func (a *attempt) write(fd uintptr) bool {
	for {
		n, err := syscall.Write(int(fd), a.b)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EAGAIN):
		case err != nil:
			a.err = err
		case n == 0 && len(a.b) > 0:
			a.err = io.ErrUnexpectedEOF
		default:
			a.n = n
		}
		return true
	}
}
