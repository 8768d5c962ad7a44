package command

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"
)

// Field is a field of an edit: left out, or set to a value, or to none (a nil
// Value).
type Field[T any] struct {
	Given bool
	Value *T
}

// Set is a field with a value.
func Set[T any](v T) Field[T] { return Field[T]{Given: true, Value: &v} }

var msgNull = i18n.Message{
	EN: "This can't be taken away, only changed.", ES: "Esto no se puede quitar, solo cambiar.",
	FR: "Ceci ne peut être supprimé, seulement modifié.",
}

// Or is the field's value if it was given, else the value before. A field that
// cannot be without a value refuses to be set to none.
func (f Field[T]) Or(field string, before T) (T, error) {
	if !f.Given {
		return before, nil
	}
	if f.Value == nil {
		return before, apperr.Invalid(field, msgNull)
	}
	return *f.Value, nil
}

// OrNil is the field's value if it was given, else the value before; nil is no
// value.
func (f Field[T]) OrNil(before *T) *T {
	if !f.Given {
		return before
	}
	return f.Value
}

// SignedIn is the person who asks, or UNAUTHENTICATED. The hub itself passes.
func SignedIn(ctx context.Context) (*viewer.Viewer, error) {
	v := viewer.From(ctx)
	if v.SignedIn() || v.IsSystem() {
		return v, nil
	}
	return nil, apperr.ErrSignIn
}

// Secretariat passes for the Secretariat and the hub itself. Others are
// FORBIDDEN, nobody is UNAUTHENTICATED.
func Secretariat(ctx context.Context) error {
	v, err := SignedIn(ctx)
	if err == nil && !v.Secretariat() {
		return apperr.ErrForbidden
	}
	return err
}

// Allow passes if ok, or for the hub itself. Others are FORBIDDEN, nobody is
// UNAUTHENTICATED.
func Allow(ctx context.Context, ok bool) error {
	v, err := SignedIn(ctx)
	if err == nil && !ok && !v.IsSystem() {
		return apperr.ErrForbidden
	}
	return err
}

// Found turns "no such row", which may mean "not for this viewer", into
// NOT_FOUND; any other error, and nil, it gives back as they are.
func Found(err error) error {
	if ent.IsNotFound(err) {
		return apperr.ErrNotFound.Because(err)
	}
	return err
}

// AtField turns "no such row" into an INVALID_INPUT of the field that named it.
func AtField(field string, err error) error {
	if ent.IsNotFound(err) {
		return apperr.Invalid(field, msgNoSuch).Because(err)
	}
	return err
}

var msgNoSuch = i18n.Message{
	EN: "There is no such thing, or it is not open to you.", ES: "No existe, o no está abierto para usted.",
	FR: "Cela n'existe pas, ou ne vous est pas ouvert.",
}

// Unchanged refuses an edit that was made on another revision than the current
// one: CONFLICT, with the current revision.
func Unchanged(current, expected int) error {
	if current != expected {
		return apperr.StaleRevision(current)
	}
	return nil
}

var (
	msgMove = i18n.Message{
		EN: "This can't be done now: its state is “%s”.", ES: "Esto no se puede hacer ahora: su estado es «%s».",
		FR: "Cela n'est pas possible maintenant : son état est « %s ».",
	}
	msgMoveless = i18n.Message{
		EN: "This can't be done in its present state. Load it again to see which one that is.",
		ES: "Esto no se puede hacer en su estado actual. Cárguelo de nuevo para ver cuál es.",
		FR: "Cela n'est pas possible dans son état actuel. Rechargez-le pour voir lequel.",
	}
)

// WrongState refuses a move that the state does not allow: CONFLICT, with the
// current state, which the sentence says in the person's language.
func WrongState(current string, revision int) error {
	refusal := apperr.New(apperr.Conflict, msgMoveless)
	if word, known := State(current); known {
		refusal = apperr.New(apperr.Conflict, msgMove, word)
	}
	return refusal.With("currentStatus", current).With("currentRevision", revision)
}
