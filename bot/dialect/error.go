package dialect

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Kind says how an endpoint failed.
type Kind string

const (
	Refused     Kind = "refused"     // a status other than 200
	InStream    Kind = "in-stream"   // an error inside a 200 stream
	Cut         Kind = "cut"         // the answer ended before its finish
	Garbled     Kind = "garbled"     // what came is not an answer
	TooLarge    Kind = "too-large"   // more than an answer may be
	Silent      Kind = "silent"      // nothing came for too long
	Unreachable Kind = "unreachable" // no connection, or one that broke
	Resting     Kind = "resting"     // not asked: it failed too often, or asked to be left alone
)

// Error is how an endpoint failed. Its text goes to logs and quotes nothing that
// the endpoint said, which may quote the person; that is in Message, for whoever
// handles it.
type Error struct {
	Kind       Kind
	Status     int           // HTTP status, also when it was inside a stream; 0: none
	Message    string        // the endpoint's own words, cut to 500 bytes
	RetryAfter time.Duration // 0: not said
	Cause      error         // of Unreachable
}

func (e *Error) Error() string {
	s := "model endpoint: " + string(e.Kind)
	if e.Status != 0 {
		s += " (" + strconv.Itoa(e.Status) + ")"
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// Retryable reports whether the same request to the same endpoint may succeed in
// a moment.
func (e *Error) Retryable() bool {
	switch e.Kind {
	case Unreachable, Cut:
		return true
	case Refused, InStream:
		return e.Status == 0 || passing(e.Status)
	}
	return false
}

// ours reports whether the request was at fault and not the endpoint: that says
// nothing against the endpoint.
func (e *Error) ours() bool {
	switch e.Status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return true
	}
	return e.Kind == TooLarge || e.Kind == Resting
}

func passing(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status == http.StatusTooEarly || status >= 500
}

// refusal reads the error that came instead of a stream, and closes it.
func refusal(resp *http.Response) *Error {
	defer func() { _ = resp.Body.Close() }()
	b, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) // what arrived is enough to say
	_, message := said(b)
	e := &Error{Kind: Refused, Status: resp.StatusCode, Message: message}
	if after := resp.Header.Get("Retry-After"); after != "" {
		if s, err := strconv.ParseFloat(after, 64); err == nil && s > 0 && s < 1e6 {
			e.RetryAfter = time.Duration(s * float64(time.Second))
		} else if at, err := http.ParseTime(after); err == nil {
			e.RetryAfter = max(0, time.Until(at))
		}
	}
	return e
}

// said finds status and words in the ways in which endpoints write errors:
// {"error":{"message","code"}}, {"error":"words"}, {"object":"error","message","code"},
// {"detail":…}, the inside of one of these, or anything at all.
func said(b []byte) (status int, message string) {
	var known struct {
		Error   json.RawMessage `json:"error"`
		Message json.RawMessage `json:"message"`
		Detail  json.RawMessage `json:"detail"`
		Code    json.RawMessage `json:"code"`
	}
	message = strings.TrimSpace(string(b))
	if json.Unmarshal(b, &known) == nil {
		if inner := string(known.Error); inner != "" && inner != "null" {
			return said(known.Error)
		}
		for _, words := range []json.RawMessage{known.Message, known.Detail} {
			if len(words) > 0 && string(words) != "null" {
				message = unquoted(words)
				break
			}
		}
		if n, err := strconv.Atoi(unquoted(known.Code)); err == nil && n >= 400 && n < 600 {
			status = n
		}
	} else {
		message = unquoted(b)
	}
	if len(message) > 500 {
		message = strings.ToValidUTF8(message[:500], "") + "…"
	}
	return status, message
}

// unquoted is the string that raw is in JSON, or raw itself.
func unquoted(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return strings.TrimSpace(string(raw))
}

func garbled(format string, args ...any) *Error {
	return &Error{Kind: Garbled, Cause: fmt.Errorf(format, args...)}
}
