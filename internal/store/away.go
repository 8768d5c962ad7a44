package store

import (
	sqldriver "database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/lib/pq"
	"modernc.org/sqlite"
)

// IsAway says whether an error comes of a database that can't be reached now, is
// starting or ending, has no connection left, or is busy: it may work again
// without anything being mended.
func IsAway(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		switch {
		case strings.HasPrefix(string(p.Code), "08"), strings.HasPrefix(string(p.Code), "57P"), p.Code == "53300":
			return true
		}
		return false
	}
	var s *sqlite.Error
	if errors.As(err, &s) {
		return s.Code()&0xff == sqliteBusy || s.Code()&0xff == sqliteLocked
	}
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, sqldriver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
