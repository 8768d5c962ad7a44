package store

import (
	"errors"
	"strings"

	"github.com/lib/pq"
	"modernc.org/sqlite"

	"acs-aec.org/hub/internal/apperr"
)

// Result codes of SQLite, extended ones included: sqlite.org/rescode.html.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
	sqliteForeignKey = 787
)

// IsUnique says whether an error is the violation of a uniqueness constraint.
func IsUnique(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code == "23505"
	}
	var s *sqlite.Error
	return errors.As(err, &s) && (s.Code() == sqliteUnique || s.Code() == sqlitePrimaryKey)
}

// IsForeignKey says whether an error is the violation of a reference.
func IsForeignKey(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code == "23503"
	}
	var s *sqlite.Error
	return errors.As(err, &s) && s.Code() == sqliteForeignKey
}

// Violates says whether an error is the violation of the uniqueness of a column.
func Violates(err error, column string) bool {
	if !IsUnique(err) {
		return false
	}
	var p *pq.Error
	if errors.As(err, &p) {
		return strings.Contains(p.Constraint, column) || strings.Contains(p.Detail, "("+column+")")
	}
	return strings.Contains(err.Error(), "."+column)
}

// Taken answers the violation of a column's uniqueness with the refusal, and
// gives any other error, and nil, back as it is.
func Taken(err error, column string, refusal *apperr.Error) error {
	if err != nil && Violates(err, column) {
		return refusal.Because(err)
	}
	return err
}

// passing says whether an error goes away by itself when the transaction runs
// again.
func passing(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code == "40001" || p.Code == "40P01"
	}
	var s *sqlite.Error
	return errors.As(err, &s) && (s.Code()&0xff == sqliteBusy || s.Code()&0xff == sqliteLocked)
}
