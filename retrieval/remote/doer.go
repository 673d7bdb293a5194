package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Error is what the endpoint answered instead of vectors, or that it did not
// answer (Status 0). Message is the endpoint's and may quote the text that was
// sent: it is not in Error(), which goes to logs.
type Error struct {
	Status     int
	Message    string // at most 300 bytes, without the key
	RetryAfter time.Duration
	Cause      error
}

func (e *Error) Error() string {
	switch e.Status {
	case 0:
		return fmt.Sprintf("encoder: no answer: %v", e.Cause)
	case http.StatusOK:
		return "encoder: not an answer: " + e.Message // ours: see ordered
	}
	return fmt.Sprintf("encoder: status %d", e.Status)
}

func (e *Error) Unwrap() error { return e.Cause }

// passing says that the same request may succeed later.
func (e *Error) passing() bool {
	return !e.refused() && (e.Status == 0 || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout || e.Status >= 500)
}

// refused says that fewer or shorter texts may be accepted. llama.cpp says so
// with status 500, others with 400, 413 or 422.
func (e *Error) refused() bool {
	switch e.Status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return true
	case http.StatusInternalServerError:
		return strings.Contains(e.Message, "too large") || strings.Contains(e.Message, "too long")
	}
	return false
}

const (
	attempts   = 6
	firstWait  = 500 * time.Millisecond
	longWait   = 2 * time.Minute  // an endpoint that asks for more is asked again by the operator
	oneRequest = 2 * time.Minute  // of a batch, on a slow processor
	maxBody    = 64 << 20         // 32 vectors of 2000 numbers are 2 MB
	maxSaid    = 300              // bytes of an endpoint's error
	maxRefusal = 64 << 10         // read of an error's body
	idle       = 90 * time.Second // connections between questions
)

// doer is given to openai.WithHTTPClient. It gives langchaingo either an answer
// whose vectors are those of the texts, in their order, or an *Error.
type doer struct {
	key      string
	attempts int
	wait     func(context.Context, time.Duration) error
}

var client = &http.Client{
	Timeout: oneRequest,
	// What is sent goes where the operator said and nowhere else.
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 16, IdleConnTimeout: idle, TLSHandshakeTimeout: 10 * time.Second},
}

// Do sends one request of llms/openai, again while that may help.
func (d *doer) Do(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	if err != nil {
		return nil, err
	}
	var asked struct{ Input []json.RawMessage }
	if err := json.Unmarshal(body, &asked); err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		answer, failed := d.send(req, body, len(asked.Input))
		if failed == nil {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(answer)), Request: req}, nil
		}
		pause := max(backoff(attempt), failed.RetryAfter)
		end, bounded := req.Context().Deadline()
		if attempt >= d.attempts || !failed.passing() || pause > longWait || bounded && time.Until(end) < pause {
			return nil, failed
		}
		if err := d.wait(req.Context(), pause); err != nil {
			return nil, failed
		}
	}
}

func (d *doer) send(req *http.Request, body []byte, texts int) ([]byte, *Error) {
	again := req.Clone(req.Context())
	again.Body = io.NopCloser(bytes.NewReader(body))
	again.ContentLength = int64(len(body))
	again.Header.Set("User-Agent", "tandem")
	resp, err := client.Do(again)
	if err != nil {
		return nil, &Error{Cause: bare(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, d.refusal(resp)
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return nil, &Error{Cause: bare(err)}
	}
	if len(answer) > maxBody {
		return nil, &Error{Status: http.StatusOK, Message: fmt.Sprintf("plus de %d Mo", maxBody>>20)}
	}
	if answer, err = ordered(answer, texts); err != nil {
		return nil, &Error{Status: http.StatusOK, Message: err.Error()}
	}
	return answer, nil
}

// bare is a network error without the address, which may hold a key.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// ordered puts the vectors of an answer in the order of their index: langchaingo
// takes them as they come, and a vector in the place of another is found by
// nobody. It fails unless each of n texts has exactly one.
func ordered(answer []byte, n int) ([]byte, error) {
	type vector struct {
		Index     *int            `json:"index"`
		Embedding json.RawMessage `json:"embedding"`
	}
	var in struct {
		Data []vector `json:"data"`
	}
	if err := json.Unmarshal(answer, &in); err != nil {
		return nil, errors.New("ce n'est pas le JSON de /v1/embeddings")
	}
	if len(in.Data) != n {
		return nil, fmt.Errorf("%d vecteurs pour %d textes", len(in.Data), n)
	}
	out := make([]vector, n)
	for _, v := range in.Data {
		switch {
		case v.Index == nil:
			return nil, errors.New("un vecteur sans index")
		case *v.Index < 0 || *v.Index >= n:
			return nil, fmt.Errorf("index %d pour %d textes", *v.Index, n)
		case out[*v.Index].Index != nil:
			return nil, fmt.Errorf("index %d en double", *v.Index)
		}
		var numbers []float32 // also refuses what no float32 can hold
		if err := json.Unmarshal(v.Embedding, &numbers); err != nil || len(numbers) == 0 {
			return nil, fmt.Errorf("pas de vecteur de nombres à l'index %d", *v.Index)
		}
		out[*v.Index] = v
	}
	return json.Marshal(map[string]any{"data": out})
}

// refusal reads an answer that is not 200.
func (d *doer) refusal(resp *http.Response) *Error {
	b, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal)) // what arrived is enough to say
	e := &Error{Status: resp.StatusCode, Message: strings.TrimSpace(string(b))}
	var known struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	if json.Unmarshal(b, &known) == nil {
		var inner struct {
			Message string `json:"message"`
		}
		var text string
		switch {
		case json.Unmarshal(known.Error, &inner) == nil && inner.Message != "":
			e.Message = inner.Message
		case json.Unmarshal(known.Error, &text) == nil && text != "":
			e.Message = text
		case known.Message != "":
			e.Message = known.Message
		}
	}
	if d.key != "" {
		e.Message = strings.ReplaceAll(e.Message, d.key, "…")
	}
	e.Message = clip(e.Message, maxSaid)
	said := resp.Header.Get("Retry-After")
	if s, err := time.ParseDuration(said + "s"); err == nil {
		e.RetryAfter = max(0, s)
	} else if at, err := http.ParseTime(said); err == nil {
		e.RetryAfter = max(0, time.Until(at))
	}
	return e
}

// backoff doubles from firstWait; half of it is chance, so that programs which
// failed together do not come back together.
func backoff(attempt int) time.Duration {
	d := firstWait << (attempt - 1)
	return d/2 + rand.N(d/2)
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
