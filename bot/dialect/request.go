package dialect

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// doer is the HTTP client of llms/openai.
type doer struct {
	http   *http.Client
	quiet  time.Duration     // longest silence
	repair func(what string) // told of each repair

	mu      sync.Mutex
	refused map[string]bool // fields that this endpoint does not know
}

// exchange is what one request came to, besides what llms/openai makes of it.
// It travels in the request's context. Written by the goroutine that reads the
// answer, read when llms/openai has returned.
type exchange struct {
	mu     sync.Mutex
	err    error
	model  string   // as the endpoint names it
	energy *float64 // Wh, when the endpoint says
	counts bool     // it counted tokens
}

type exchangeKey struct{}

func (x *exchange) note(f func(*exchange)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	f(x)
}

// fail remembers an error as it was: llms/openai hides causes.
func (x *exchange) fail(err error) error {
	x.note(func(x *exchange) { x.err = err })
	return err
}

// optional are the fields of a request that an endpoint may refuse, and by which
// name it knows them instead: none means that it does without.
var optional = map[string]string{
	"stream_options":        "",
	"max_completion_tokens": "max_tokens",
	"temperature":           "",
	"tool_choice":           "",
}

// Do sends one request of llms/openai. An endpoint that refuses optional fields
// (Mistral answers 422 to stream_options) is asked again without those it names,
// then without all, and not sent them again.
func (d *doer) Do(req *http.Request) (*http.Response, error) {
	x, _ := req.Context().Value(exchangeKey{}).(*exchange)
	if x == nil {
		x = &exchange{}
	}
	body, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	if err != nil {
		return nil, x.fail(err)
	}
	d.mu.Lock()
	without := maps.Clone(d.refused)
	d.mu.Unlock()
	if without == nil {
		without = map[string]bool{}
	}
	known := len(without)
	for {
		resp, err := d.send(req, written(body, without), x)
		if err != nil {
			return nil, x.fail(err)
		}
		if resp.StatusCode == http.StatusOK {
			if len(without) > known {
				d.learn(without)
			}
			return resp, nil
		}
		e := refusal(resp)
		if e.Status != http.StatusBadRequest && e.Status != http.StatusUnprocessableEntity || !more(without, body, e.Message) {
			return nil, x.fail(e)
		}
	}
}

func (d *doer) learn(refused map[string]bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused = refused
	d.repair("fields refused: " + strings.Join(slices.Sorted(maps.Keys(refused)), " "))
}

// more adds to without what the endpoint names in its refusal or, when it names
// nothing, all that is left. It reports whether that changes the request.
func more(without map[string]bool, body []byte, message string) bool {
	var sent map[string]json.RawMessage
	if json.Unmarshal(body, &sent) != nil {
		return false
	}
	var left, named []string
	for name := range optional {
		if _, in := sent[name]; in && !without[name] {
			left = append(left, name)
			if strings.Contains(message, name) {
				named = append(named, name)
			}
		}
	}
	if len(named) > 0 {
		left = named
	}
	for _, name := range left {
		without[name] = true
	}
	return len(left) > 0
}

// written is the request as an endpoint wants it: without refused fields, and
// with call ids that all accept. Ours are long and have colons; Mistral wants
// nine letters and digits, OpenAI at most forty characters.
func written(body []byte, without map[string]bool) []byte {
	if len(without) == 0 && !bytes.Contains(body, []byte(`"tool_call`)) {
		return body // nothing to change, as in most first steps
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return body
	}
	for name := range without {
		if v, in := fields[name]; in {
			delete(fields, name)
			if other := optional[name]; other != "" {
				fields[other] = v
			}
		}
	}
	var messages []map[string]json.RawMessage
	if json.Unmarshal(fields["messages"], &messages) == nil {
		for _, m := range messages {
			rename(m)
		}
		if b, err := json.Marshal(messages); err == nil {
			fields["messages"] = b
		}
	}
	out, err := json.Marshal(fields)
	if err != nil {
		return body
	}
	return out
}

func rename(message map[string]json.RawMessage) {
	var id string
	if json.Unmarshal(message["tool_call_id"], &id) == nil && id != "" {
		message["tool_call_id"], _ = json.Marshal(short(id)) // a string: cannot fail
	}
	var calls []map[string]json.RawMessage
	if json.Unmarshal(message["tool_calls"], &calls) != nil || len(calls) == 0 {
		return
	}
	for _, c := range calls {
		if json.Unmarshal(c["id"], &id) == nil {
			c["id"], _ = json.Marshal(short(id))
		}
	}
	if b, err := json.Marshal(calls); err == nil {
		message["tool_calls"] = b
	}
}

// short is nine letters and digits that stand for an id.
func short(id string) string {
	sum := sha256.Sum256([]byte(id))
	return base32.StdEncoding.EncodeToString(sum[:])[:9]
}

var errSilent = errors.New("silence")

// send makes one exchange. It ends when the context does, when nothing comes
// for too long, and when the body is closed: then the connection is closed too.
func (d *doer) send(req *http.Request, body []byte, x *exchange) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	watch := time.AfterFunc(d.quiet, func() { cancel(errSilent) })
	end := func() { watch.Stop(); cancel(nil) }
	again := req.Clone(ctx)
	again.Body = io.NopCloser(bytes.NewReader(body))
	again.ContentLength = int64(len(body))
	again.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	// llms/openai would name our program, Go and system, and whatever organization
	// is in the environment of this process.
	again.Header.Set("User-Agent", "tandem")
	again.Header.Del("OpenAI-Organization")
	resp, err := d.http.Do(again)
	if err != nil {
		defer end()
		return nil, cause(ctx, err)
	}
	h := &heard{ctx: ctx, in: resp.Body, end: end, again: func() { watch.Reset(d.quiet) }}
	resp.Body = h
	if resp.StatusCode == http.StatusOK {
		resp.Body = &stream{in: h, x: x, repair: d.repair}
	}
	return resp, nil
}

// heard is a body that is listened to: each piece puts off the end of patience.
type heard struct {
	ctx   context.Context
	in    io.ReadCloser
	end   func()
	again func()
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.in.Read(p)
	if n > 0 {
		h.again()
	}
	if err != nil && err != io.EOF {
		err = cause(h.ctx, err)
	}
	return n, err
}

func (h *heard) Close() error {
	h.end()
	return h.in.Close()
}

// drain reads what may follow the last event, so that the connection serves
// again. An endpoint that says no more and does not end costs this long.
func (h *heard) drain() {
	end := time.AfterFunc(50*time.Millisecond, h.end)
	defer end.Stop()
	_, _ = io.Copy(io.Discard, io.LimitReader(h.in, 4<<10)) // nobody waits for it
}

// cause is why an exchange ended: our patience, its context, or the connection.
func cause(ctx context.Context, err error) error {
	switch why := context.Cause(ctx); {
	case why == errSilent:
		return &Error{Kind: Silent}
	case why != nil:
		return why
	}
	return &Error{Kind: Unreachable, Cause: bare(err)}
}
