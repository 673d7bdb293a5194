// Package dialect stands between llms/openai and an OpenAI-compatible endpoint,
// and repairs what the one sends and the other misreads. Each fault was observed;
// the tests replay them through a real HTTP server and the real llms/openai.
//
// A [Doer] is given to openai.WithHTTPClient. On the way out it drops request
// fields that strict endpoints refuse, once they have refused them. On the way
// back it turns an error status into *[Error]; re-emits a stream in the one
// dialect that llms/openai assembles correctly, with each tool call whole and
// before the finish; and makes a stream that was cut, that carries an error, or
// that cannot be decoded fail instead of passing for a short answer.
package dialect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Doer is a one-method HTTP client. The zero value is ready to use. Safe for
// concurrent use.
type Doer struct {
	HTTP   *http.Client // default: no total timeout, the context bounds a call
	strict atomic.Bool  // the endpoint has refused optional fields
}

// Error is what an endpoint answered instead of a stream, or in the middle of
// one (Status 200). Its text is the endpoint's and may quote the person: it is in
// Message, for whoever handles it, and not in Error(), which goes to logs.
type Error struct {
	Status     int
	Message    string        // cut to 500 bytes
	RetryAfter time.Duration // 0: not said
}

func (e *Error) Error() string {
	if e.Status == http.StatusOK {
		return "model endpoint: error in the stream"
	}
	return fmt.Sprintf("model endpoint: status %d", e.Status)
}

// Retryable reports whether the same request may succeed later.
func (e *Error) Retryable() bool {
	return e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout || e.Status >= 500
}

// Do sends one request of llms/openai.
func (d *Doer) Do(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	if err != nil {
		return nil, err
	}
	resp, err := d.send(req, body)
	if err != nil {
		return nil, err
	}
	if (resp.StatusCode == http.StatusBadRequest || resp.StatusCode == http.StatusUnprocessableEntity) && !d.strict.Load() {
		// Perhaps an endpoint that forbids unknown fields (Mistral): try once without.
		refused := readError(resp)
		d.strict.Store(true)
		if resp, err = d.send(req, body); err != nil {
			return nil, err
		}
		if resp.StatusCode != http.StatusOK {
			d.strict.Store(false)
			_ = resp.Body.Close()
			return nil, refused
		}
	}
	if resp.StatusCode != http.StatusOK {
		return nil, readError(resp)
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		resp.Body = repair(resp.Body)
	}
	return resp, nil
}

func (d *Doer) send(req *http.Request, body []byte) (*http.Response, error) {
	if d.strict.Load() {
		body = plain(body)
	}
	again := req.Clone(req.Context())
	again.Body = io.NopCloser(bytes.NewReader(body))
	again.ContentLength = int64(len(body))
	again.Header.Set("User-Agent", "tandem")
	client := d.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	return client.Do(again)
}

// plain is the request without what strict endpoints do not know.
func plain(body []byte) []byte {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return body
	}
	delete(fields, "stream_options")
	if v, ok := fields["max_completion_tokens"]; ok {
		delete(fields, "max_completion_tokens")
		fields["max_tokens"] = v
	}
	out, err := json.Marshal(fields)
	if err != nil {
		return body
	}
	return out
}

func readError(resp *http.Response) *Error {
	defer func() { _ = resp.Body.Close() }()
	b, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) // what arrived is enough to say
	e := &Error{Status: resp.StatusCode, Message: strings.TrimSpace(string(b))}
	var known struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
		Detail  json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(b, &known) == nil {
		var inner struct {
			Message string `json:"message"`
		}
		switch {
		case json.Unmarshal(known.Error, &inner) == nil && inner.Message != "":
			e.Message = inner.Message
		case known.Message != "":
			e.Message = known.Message
		case len(known.Detail) > 0:
			e.Message = string(known.Detail)
		}
	}
	if len(e.Message) > 500 {
		e.Message = strings.ToValidUTF8(e.Message[:500], "") + "…"
	}
	if s, err := time.ParseDuration(resp.Header.Get("Retry-After") + "s"); err == nil {
		e.RetryAfter = s
	} else if at, err := http.ParseTime(resp.Header.Get("Retry-After")); err == nil {
		e.RetryAfter = max(0, time.Until(at))
	}
	return e
}
