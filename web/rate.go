package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"tandem/internal/fault"
)

// pace limits how often each key may do a thing. Keys that have been quiet are
// forgotten, so memory follows the number of busy visitors.
type pace struct {
	mu      sync.Mutex
	every   rate.Limit
	burst   int
	now     func() time.Time
	buckets map[string]*rate.Limiter
}

func newPace(perMinute, burst int, now func() time.Time) *pace {
	return &pace{every: rate.Limit(float64(perMinute) / 60), burst: burst, now: now, buckets: map[string]*rate.Limiter{}}
}

func (p *pace) check(key string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if len(p.buckets) > 10_000 {
		for k, b := range p.buckets {
			if b.TokensAt(now) >= float64(p.burst) {
				delete(p.buckets, k)
			}
		}
	}
	b := p.buckets[key]
	if b == nil {
		b = rate.NewLimiter(p.every, p.burst)
		p.buckets[key] = b
	}
	if !b.AllowN(now, 1) {
		return fault.New(fault.TooMany, "Vous envoyez beaucoup de demandes à la suite. Attendez quelques secondes, puis réessayez.")
	}
	return nil
}
