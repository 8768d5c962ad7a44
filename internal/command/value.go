package command

import (
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
)

// Put sets a column to a value, or clears it where there is none.
func Put[T, U any](v *T, set func(T) U, unset func() U) {
	if v != nil {
		set(*v)
		return
	}
	unset()
}

// Ref is a reference as the log tells it; "" for none.
func Ref(u *uuid.UUID) string {
	if u == nil {
		return ""
	}
	return id.Format(*u)
}

// Word is a value as the log tells it; "" for none.
func Word[T ~string](v *T) string {
	if v == nil {
		return ""
	}
	return string(*v)
}
