package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Listen calls heard with the payload of each notification on channel, until ctx
// ends. Notifications sent while there was no connection are lost: ready is
// called whenever listening begins, again after the database was away, so that
// who listens can look for what they missed. Both are called from one goroutine
// and must not block.
func (d *DB) Listen(ctx context.Context, channel string, ready func(), heard func(payload string)) {
	const first, longest = 100 * time.Millisecond, 10 * time.Second
	wait := first
	for ctx.Err() == nil {
		began := func() {
			wait = first
			ready()
		}
		if err := d.listen(ctx, channel, began, heard); err != nil && ctx.Err() == nil {
			d.log.Warn("postgres: not listening", "channel", channel, "again in", wait, "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, longest)
	}
}

func (d *DB) listen(ctx context.Context, channel string, ready func(), heard func(string)) error {
	pooled, err := d.app.Acquire(ctx)
	if err != nil {
		return err
	}
	conn := pooled.Hijack() // it listens until it ends: the pool must not give it to anybody
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(end) // whatever it was doing
	}()
	if _, err := conn.Exec(ctx, "listen "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return err
	}
	ready()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		heard(n.Payload)
	}
}
