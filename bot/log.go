package bot

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"sync"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// topic is the live end of one conversation on this node: what was written
// since somebody began to care, and a channel that is closed when more comes.
// Readers go at their own pace over the same slice, so a slow one costs nobody
// anything; what has been cut off the front is read from Postgres again.
type topic struct {
	starting sync.Mutex // held while a turn begins: a conversation has one live run
	writing  sync.Mutex // held from a write to its publication, so that events are published in their order

	mu      sync.Mutex
	first   int // index of events[0] in the whole flow
	events  []Event
	changed chan struct{}
	readers int
	runs    int
}

// keepLive bounds what a topic holds: a reader further behind reads the log.
const keepLive = 2048

func (t *topic) publish(events []Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events = append(t.events, events...)
	if cut := len(t.events) - keepLive; cut > 0 {
		t.events = append(t.events[:0:0], t.events[cut:]...)
		t.first += cut
	}
	close(t.changed)
	t.changed = make(chan struct{})
}

// after is where to read on after an event of that number. covered: nothing
// between is missing; otherwise it is the end, and the log has what is before.
func (t *topic) after(seq int64) (next int, covered bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	// An event without a number was for those who were there: who comes later
	// reads the log, which says what came of it.
	for i := len(t.events) - 1; i >= 0 && t.events[i].Seq != 0 && t.events[i].Seq >= seq; i-- {
		switch t.events[i].Seq {
		case seq:
			return t.first + i + 1, true
		case seq + 1:
			return t.first + i, true
		}
	}
	return t.first + len(t.events), false
}

// eventLog writes the events of this node's runs and hands them to watchers.
type eventLog struct {
	db     *postgres.DB
	mu     sync.Mutex
	topics map[string]*topic
}

func (l *eventLog) join(conversation string, readers, runs int) *topic {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.topics[conversation]
	if t == nil {
		t = &topic{changed: make(chan struct{})}
		l.topics[conversation] = t
	}
	t.mu.Lock()
	t.readers += readers
	t.runs += runs
	t.mu.Unlock()
	return t
}

func (l *eventLog) leave(conversation string, t *topic, readers, runs int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.readers -= readers
	t.runs -= runs
	if t.readers == 0 && t.runs == 0 && l.topics[conversation] == t {
		delete(l.topics, conversation)
	}
}

// append numbers the drafts and writes them, after whatever else belongs to the
// same fact, in one transaction; then it publishes them. Nothing is published
// that was not committed. It returns the number of the last event.
func (l *eventLog) append(ctx context.Context, v postgres.Visitor, conversation, run string, t *topic, drafts []draft, now int64, with func(*pgx.Batch) error) (last int64, err error) {
	return l.appendBy(ctx, v, run, t, drafts, now, func(ctx context.Context, tx pgx.Tx, payloads []string) (last int64, err error) {
		b := &pgx.Batch{} // one round trip: people wait for it
		if with != nil {
			if err := with(b); err != nil {
				return 0, err
			}
		}
		b.Queue(`
			with c as (
				update conversations set last_seq = last_seq + cardinality($3::jsonb[]), touched_at = now()
				where id = $1 returning last_seq, last_seq - cardinality($3::jsonb[]) as before
			), e as (
				insert into events (conversation, seq, visitor, run, payload)
				select $1, c.before + p.n, $4, $2, p.payload from c, unnest($3::jsonb[]) with ordinality as p (payload, n)
			)
			select last_seq from c`, conversation, run, payloads, v.ID).QueryRow(func(row pgx.Row) error {
			err := row.Scan(&last)
			if errors.Is(err, pgx.ErrNoRows) {
				return fault.New(fault.NotFound, "Cette conversation n'existe plus : elle a été effacée.")
			}
			return err
		})
		return last, tx.SendBatch(ctx, b).Close()
	})
}

// appendBy is append for whoever has another way to number events: pen writes
// them and returns the number of the last.
func (l *eventLog) appendBy(ctx context.Context, v postgres.Visitor, run string, t *topic, drafts []draft, now int64, pen func(ctx context.Context, tx pgx.Tx, payloads []string) (int64, error)) (last int64, err error) {
	events := render(drafts, run, now)
	payloads := make([]string, len(events))
	for i, e := range events {
		payloads[i] = string(e.JSON)
	}
	t.writing.Lock()
	defer t.writing.Unlock()
	err = l.db.As(ctx, v, func(tx pgx.Tx) error {
		last, err = pen(ctx, tx, payloads)
		return err
	})
	for i := range events {
		events[i].Seq = last - int64(len(events)-1-i)
	}
	if err != nil {
		return 0, err
	}
	t.publish(events)
	return last, nil
}

// render joins neighbouring deltas of one message and turns drafts into events.
func render(drafts []draft, run string, now int64) []Event {
	events := make([]Event, 0, len(drafts))
	for i := 0; i < len(drafts); i++ {
		d := drafts[i]
		if d.kind == typeTextContent {
			delta := d.delta
			for i+1 < len(drafts) && drafts[i+1].kind == typeTextContent && drafts[i+1].message == d.message {
				i++
				delta += drafts[i].delta
			}
			d.body = textContent{base{typeTextContent, now}, d.message, delta}
		}
		events = append(events, Event{Run: run, Type: d.kind, JSON: must(d.body)})
	}
	return events
}

// watch yields the events of a conversation after the given number, then those
// to come, until ctx ends or the consumer stops. It fails with NotFound when
// the visitor has no such conversation.
func (l *eventLog) watch(ctx context.Context, v postgres.Visitor, conversation string, after int64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		t := l.join(conversation, 1, 0)
		defer l.leave(conversation, t, 1, 0)
		for {
			// What is in the topic by now is committed, so the log has it; what comes
			// after is read from the topic.
			next, covered := t.after(after)
			for !covered {
				page, err := l.read(ctx, v, conversation, after)
				if err != nil {
					yield(Event{}, err)
					return
				}
				for _, e := range page {
					if !yield(e, nil) {
						return
					}
					after = e.Seq
				}
				if len(page) < readPage {
					break
				}
			}
			for behind := false; !behind; {
				t.mu.Lock()
				var fresh []Event
				if next < t.first {
					behind = true // cut off meanwhile: back to the log
				} else {
					fresh = t.events[next-t.first:]
					next = t.first + len(t.events)
				}
				changed := t.changed
				t.mu.Unlock()
				for _, e := range fresh {
					if e.Seq != 0 && e.Seq <= after {
						continue
					}
					if !yield(e, nil) {
						return
					}
					after = max(after, e.Seq)
				}
				if behind || len(fresh) > 0 {
					continue
				}
				select {
				case <-changed:
				case <-ctx.Done():
					return
				}
			}
		}
	}
}

const readPage = 500

// scanEvent reads seq, run and payload of a row of events.
func scanEvent(row pgx.CollectableRow) (Event, error) {
	var e Event
	err := row.Scan(&e.Seq, &e.Run, &e.JSON)
	e.Type = typeOf(e.JSON)
	return e, err
}

func (l *eventLog) read(ctx context.Context, v postgres.Visitor, conversation string, after int64) ([]Event, error) {
	var events []Event
	err := l.db.As(ctx, v, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select seq, run, payload from events
			where conversation = $1 and seq > $2 order by seq limit $3`, conversation, after, readPage)
		if err != nil {
			return err
		}
		events, err = pgx.CollectRows(rows, scanEvent)
		return err
	})
	return events, err
}

// nameOf is what a CUSTOM event is called; empty for others.
func nameOf(e Event) string {
	var head struct {
		Name string `json:"name"`
	}
	if e.Type == typeCustom {
		_ = json.Unmarshal(e.JSON, &head) // as in typeOf
	}
	return head.Name
}

func typeOf(event json.RawMessage) string {
	var head struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(event, &head) // our own rows; an unreadable one has no type
	return head.Type
}
