package dialect

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/sony/gobreaker/v2"
	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/openai"
)

// Keys of GenerationInfo that a [Model] adds to those of llms/openai.
const (
	InfoModel   = "ServedModel" // string: the model as the endpoint names it
	InfoEnergy  = "EnergyWh"    // float64: what the endpoint says it spent
	InfoCounted = "Counted"     // bool: the endpoint counted tokens
)

// Config is one endpoint. URL and Name are required; zero means the default.
type Config struct {
	URL  string // up to and including /v1
	Name string // of the model
	Key  string // local servers want none
	HTTP *http.Client
	Log  *slog.Logger // told once of each kind of repair, and of the breaker

	Quiet time.Duration // longest silence: 2 min, for a local server loads its model meanwhile
	Tries uint          // requests of one call at most: 3
	Wait  time.Duration // before the second request, ±half: 400 ms; then twice that
	Most  time.Duration // longest wait that an endpoint may ask of a person: 5 s
	Trip  uint32        // requests that fail one after the other before it is left alone: 5
	Rest  time.Duration // how long it is left alone: 30 s
}

// Model is a model behind an endpoint. Safe for concurrent use.
type Model struct {
	Config
	llm     *openai.LLM
	doer    *doer
	breaker *gobreaker.CircuitBreaker[*llms.ContentResponse]
	until   atomic.Int64 // Unix nanoseconds: it asked to be left alone until then
	seen    sync.Map     // repairs that were logged
}

var _ llms.Model = (*Model)(nil)

// New makes a model. Nothing is sent. The error says what of c is wrong.
func New(c Config) (*Model, error) {
	if u, err := url.Parse(c.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("the address of a model is not http(s)://host/v1")
	}
	if c.Name == "" {
		return nil, errors.New("a model has no name")
	}
	if c.Key == "" {
		c.Key = "none" // llms/openai wants one, or takes OPENAI_API_KEY
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.HTTP == nil {
		// The default keeps two idle connections to a host; each person streams on one.
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 64
		t.DialContext = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext // a host that is not there is not waited for
		// What people write goes where it was configured to go, and nowhere else.
		c.HTTP = &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	defaults(&c.Quiet, 2*time.Minute)
	defaults(&c.Tries, 3)
	defaults(&c.Wait, 400*time.Millisecond)
	defaults(&c.Most, 5*time.Second)
	defaults(&c.Trip, 5)
	defaults(&c.Rest, 30*time.Second)
	m := &Model{Config: c}
	m.doer = &doer{http: c.HTTP, quiet: c.Quiet, repair: m.repaired}
	var err error
	m.llm, err = openai.New(openai.WithBaseURL(strings.TrimRight(c.URL, "/")), openai.WithModel(c.Name), openai.WithToken(c.Key), openai.WithHTTPClient(m.doer))
	if err != nil {
		return nil, err
	}
	m.breaker = gobreaker.NewCircuitBreaker[*llms.ContentResponse](gobreaker.Settings{
		Name: c.Name, Timeout: c.Rest,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= c.Trip },
		// What the person stopped, and requests that were wrong, say nothing of the endpoint.
		IsExcluded: func(err error) bool {
			var e *Error
			return err != nil && (!errors.As(err, &e) || e.ours())
		},
		OnStateChange: func(name string, from, to gobreaker.State) {
			c.Log.Warn("model endpoint", "model", name, "was", from.String(), "is", to.String())
		},
	})
	return m, nil
}

func defaults[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

func (m *Model) repaired(what string) {
	if _, known := m.seen.LoadOrStore(what, true); !known {
		m.Log.Info("model endpoint repaired", "model", m.Name, "what", what)
	}
}

// Call answers a single prompt without tools.
//
// Deprecated: here because llms.Model has it.
func (m *Model) Call(ctx context.Context, prompt string, options ...llms.CallOption) (string, error) {
	return llms.GenerateFromSinglePrompt(ctx, m, prompt, options...)
}

// GenerateContent asks the endpoint. The error is the context's cause, the
// streaming function's, or an [*Error].
func (m *Model) GenerateContent(ctx context.Context, messages []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	var o llms.CallOptions
	for _, set := range options {
		set(&o)
	}
	shown := false
	var listener error // what the streaming function returned
	options = append(options[:len(options):len(options)], llms.WithStreamingFunc(func(ctx context.Context, chunk []byte) error {
		if len(chunk) == 0 || strings.HasPrefix(string(chunk), "[{") { // a call: see stream.speak
			return nil
		}
		shown = true
		if o.StreamingFunc != nil {
			listener = o.StreamingFunc(ctx, chunk)
		}
		return listener
	}))
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.Multiplier, wait.MaxInterval = m.Wait, 2, m.Most
	resp, err := backoff.Retry(ctx, func() (*llms.ContentResponse, error) {
		resp, err := m.attempt(ctx, messages, options)
		var e *Error
		switch {
		case err == nil:
			return resp, nil
		case listener != nil:
			return nil, backoff.Permanent(listener)
		case !errors.As(err, &e) || !e.Retryable() || shown:
			return nil, backoff.Permanent(err)
		case e.RetryAfter > m.Most:
			return nil, backoff.Permanent(err)
		case e.RetryAfter > 0:
			return nil, errors.Join(err, &backoff.RetryAfterError{Duration: e.RetryAfter})
		}
		return nil, err
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(m.Tries), backoff.WithMaxElapsedTime(m.Quiet))
	var last *backoff.PermanentError
	if errors.As(err, &last) {
		err = last.Err
	}
	return resp, err
}

// attempt makes one request, unless the endpoint is to be left alone.
func (m *Model) attempt(ctx context.Context, messages []llms.MessageContent, options []llms.CallOption) (*llms.ContentResponse, error) {
	if left := time.Until(time.Unix(0, m.until.Load())); left > 0 {
		return nil, &Error{Kind: Resting, RetryAfter: left}
	}
	resp, err := m.breaker.Execute(func() (*llms.ContentResponse, error) { return m.once(ctx, messages, options) })
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return nil, &Error{Kind: Resting}
	}
	var e *Error
	if errors.As(err, &e) && e.RetryAfter > m.Most {
		m.until.Store(time.Now().Add(min(e.RetryAfter, 10*time.Minute)).UnixNano())
	}
	return resp, err
}

func (m *Model) once(ctx context.Context, messages []llms.MessageContent, options []llms.CallOption) (*llms.ContentResponse, error) {
	x := &exchange{}
	resp, err := m.llm.GenerateContent(context.WithValue(ctx, exchangeKey{}, x), messages, options...)
	if ctx.Err() != nil { // llms/openai may have returned nil for a cancelled stream
		return nil, context.Cause(ctx)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.err != nil {
		return nil, x.err
	}
	if err != nil {
		return nil, err // ours: the request could not be made, or the streaming function's
	}
	if len(resp.Choices) == 0 {
		return nil, garbled("no choice")
	}
	c := resp.Choices[0]
	if c.GenerationInfo == nil {
		c.GenerationInfo = map[string]any{}
	}
	c.GenerationInfo[InfoModel], c.GenerationInfo[InfoCounted] = x.model, x.counts
	if x.energy != nil {
		c.GenerationInfo[InfoEnergy] = *x.energy
	}
	return resp, nil
}

// bare is a connection's error without the address that net/http puts before it.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
