package remote

import (
	"context"
	"time"
)

// Timed is c with another clock and another way to wait.
func (c Config) Timed(now func() time.Time, wait func(context.Context, time.Duration) error) Config {
	c.now, c.wait, c.patience = now, wait, time.Minute
	return c
}

// Impatient is c with no time at all for a question.
func (c Config) Impatient() Config {
	c.now, c.wait, c.patience = time.Now, wait, time.Nanosecond
	return c
}

const (
	Pause    = pause
	Attempts = attempts
	MaxText  = maxText
)

var Ordered = ordered
