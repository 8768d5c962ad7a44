package store

import (
	"errors"
	"syscall"

	"github.com/lib/pq"
	"modernc.org/sqlite"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// ErrFull says that there is no room on the disk: UNAVAILABLE.
var ErrFull = apperr.New(apperr.Unavailable, i18n.Message{
	EN: "The disk is full, so nothing was changed. Whoever runs the hub has to make room; then try again.",
	ES: "El disco está lleno, por lo que no se cambió nada. Quien administra el sistema debe liberar espacio; después, inténtelo de nuevo.",
	FR: "Le disque est plein ; rien n'a donc été modifié. La personne qui administre le système doit libérer de la place ; réessayez ensuite.",
})

const sqliteFull = 13

// IsFull says whether an error comes of a full disk, the database's or this
// machine's.
func IsFull(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code == "53100"
	}
	var s *sqlite.Error
	return errors.As(err, &s) && s.Code()&0xff == sqliteFull || errors.Is(err, syscall.ENOSPC)
}

// Told puts what a full disk says in our words. Any other error, nil, and what is
// in our words already it gives back as they are.
func Told(err error) error {
	var known *apperr.Error
	if err == nil || errors.As(err, &known) || !IsFull(err) {
		return err
	}
	return ErrFull.Because(err)
}
