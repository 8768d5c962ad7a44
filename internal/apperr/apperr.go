// Package apperr is the one vocabulary of refusals.
//
// An Error keeps apart what may be told (code, a sentence in three languages, the field) and what
// may not (the cause, for the log).
package apperr

import (
	"errors"
	"fmt"

	"acs-aec.org/hub/internal/i18n"
)

// Code says what kind of refusal it is. The values are those of ErrorCode in the GraphQL schema.
type Code string

// The codes.
const (
	Unauthenticated      Code = "UNAUTHENTICATED"
	Forbidden            Code = "FORBIDDEN"
	NotFound             Code = "NOT_FOUND"
	InvalidInput         Code = "INVALID_INPUT"
	AlreadyExists        Code = "ALREADY_EXISTS"
	Conflict             Code = "CONFLICT"
	IdempotencyKeyReused Code = "IDEMPOTENCY_KEY_REUSED"
	QueryTooCostly       Code = "QUERY_TOO_COSTLY"
	RateLimited          Code = "RATE_LIMITED"
	Unavailable          Code = "UNAVAILABLE"
	Internal             Code = "INTERNAL"
)

// Error is a refusal that can be told to the person.
type Error struct {
	Code  Code
	Text  i18n.Message
	Args  []any
	Field string         // the input field at fault, as a path: "input.tiles[0].title"
	Extra map[string]any // more for the program: currentRevision, limit …
	Cause error          // for the log only
}

// New makes a refusal.
func New(code Code, text i18n.Message, args ...any) *Error {
	return &Error{Code: code, Text: text, Args: args}
}

// In names the input field at fault.
func (e *Error) In(field string) *Error { c := *e; c.Field = field; return &c }

// Under says in which input the field at fault of an error stands. An error that names
// none stays as it is.
func Under(path string, err error) error {
	var e *Error
	if errors.As(err, &e) && e.Field != "" {
		return e.In(path + "." + e.Field)
	}
	return err
}

// With adds something that a program can use.
func (e *Error) With(key string, value any) *Error {
	c := *e
	c.Extra = map[string]any{key: value}
	for k, v := range e.Extra {
		c.Extra[k] = v
	}
	return &c
}

// Because keeps the cause for the log.
func (e *Error) Because(err error) *Error { c := *e; c.Cause = err; return &c }

// Error is the sentence in English with its cause: for logs and tests, not for people.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s", e.Code, e.Sentence(i18n.EN))
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Sentence is what the person is told.
func (e *Error) Sentence(l i18n.Lang) string {
	return e.Text.In(l, append([]any(nil), e.Args...)...)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is lets errors.Is compare by code.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code && t.Cause == nil && t.Text == (i18n.Message{})
}

// CodeOf is the code of the first Error in the chain; Internal for any other error, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
