// Package fault is the one application error of Tandem: a code for the
// machine, a French sentence for the person, and the cause for the log.
//
// An error that is not a fault is a failure of ours: people read a neutral
// sentence ([Message]) and the log keeps the detail. Extend it by adding a
// [Code] here and its HTTP status in web; nothing else switches on codes.
package fault

import (
	"errors"
	"fmt"
)

// Code says what kind of error this is.
type Code string

const (
	Invalid     Code = "invalid"     // the request itself is wrong
	Forbidden   Code = "forbidden"   // not this visitor's, or not this role's
	NotFound    Code = "not_found"   // no such thing, for this visitor
	Conflict    Code = "conflict"    // the state of things does not allow it now
	TooLarge    Code = "too_large"   // over a stated limit
	TooMany     Code = "too_many"    // over a stated rate
	Unavailable Code = "unavailable" // something we need is down; trying again may work
	Aborted     Code = "aborted"     // the person stopped it
	Internal    Code = "internal"    // our failure
)

// Error is what a person and a program are told. Message is French, says what
// happened and what to do, and holds no personal data; Cause is for the log.
type Error struct {
	Code    Code
	Message string
	Cause   error
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s (%s): %v", e.Message, e.Code, e.Cause)
	}
	return fmt.Sprintf("%s (%s)", e.Message, e.Code)
}

func (e *Error) Unwrap() error { return e.Cause }

// New makes a fault without a cause.
func New(code Code, message string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(message, args...)}
}

// Wrap makes a fault around cause.
func Wrap(cause error, code Code, message string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(message, args...), Cause: cause}
}

// CodeOf is the code of the first fault in err's chain, [Internal] when there
// is none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var f *Error
	if errors.As(err, &f) {
		return f.Code
	}
	return Internal
}

// Message is what the person may read of err: the fault's sentence, or a
// neutral one when err is a failure of ours.
func Message(err error) string {
	var f *Error
	if errors.As(err, &f) {
		return f.Message
	}
	return "Une erreur interne est survenue. Réessayez dans un instant ; si cela continue, parlez à un conseiller."
}
