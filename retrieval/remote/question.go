package remote

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	patience = 2 * time.Second  // for a question: a person waits
	pause    = 30 * time.Second // after a failure, before the next question is risked
)

// errPaused means that a question was not sent, because one before it failed.
var errPaused = errors.New("encoder: left alone after a failure")

// EmbedQuery returns the vector of a question, which belongs to the cache: do
// not change it. It fails within two seconds, and for a while after a failure
// at once. Its errors hold nothing of the question.
func (e *Embedder) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	if e.c.Mask != nil {
		masked, err := e.c.Mask(text)
		if err != nil {
			return nil, errors.New("encoder: the question holds personal data that cannot be hidden; not sent")
		}
		text = masked
	}
	text = e.c.Query + clip(text, maxText)
	if v, ok := e.recent.Get(text); ok {
		return v, nil
	}
	if !e.mayAsk() {
		return nil, errPaused
	}
	v, err := e.question(ctx, text)
	if ctx.Err() != nil {
		return nil, ctx.Err() // the caller's doing, not the endpoint's
	}
	if err != nil {
		if e.pausedUntil.Swap(e.c.now().Add(pause).UnixNano()) == 0 {
			e.c.Log.Warn("encoder does not answer: searching by words alone", "encoder", e.c.Model, "err", err)
		}
		return nil, err
	}
	if e.pausedUntil.Swap(0) != 0 {
		e.c.Log.Info("encoder answers again", "encoder", e.c.Model)
	}
	e.recent.Add(text, v)
	return v, nil
}

// mayAsk is true while the endpoint answers, and once after each pause.
func (e *Embedder) mayAsk() bool {
	until, now := e.pausedUntil.Load(), e.c.now()
	if until == 0 {
		return true
	}
	return now.UnixNano() >= until && e.pausedUntil.CompareAndSwap(until, now.Add(pause).UnixNano())
}

func (e *Embedder) question(ctx context.Context, text string) ([]float32, error) {
	ctx, cancel := context.WithTimeout(ctx, e.c.patience)
	defer cancel()
	vectors, err := e.questions.CreateEmbedding(ctx, []string{text})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("encoder: no answer within %s", e.c.patience)
	}
	if err != nil {
		return nil, err
	}
	return vectors[0], e.check(vectors[0])
}
