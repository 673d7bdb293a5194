package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools"
)

// run is one turn at work.
type run struct {
	a       *Agent
	visitor postgres.Visitor
	q       Question
	digest  string
	topic   *topic
	ctx     context.Context
	cancel  context.CancelCauseFunc
	done    chan struct{}
	turn    int
	before  int64 // number of the last event before this turn
	human   bool  // a counsellor has joined: the assistant is silent
	started time.Time

	mu      sync.Mutex
	pending []draft
	closed  bool
	wake    chan struct{} // size 1: a token says that pending is not empty

	receipt Receipt

	// What the loop works with, and no other goroutine.
	system  string
	history []turnMessage // the conversation up to now; for the loop, of earlier runs and mended
	turns   []turnMessage // of this one: the question and what came of it
	models  []Model       // that have not failed yet
	offered []tools.Tool
	caller  tools.Caller
	facts   *facts
	untold  []untold
	closing []turnMessage // kept with the terminal event: the answer, or what there is of it
}

func (r *run) now() int64 { return r.a.Now().UnixMilli() }

// errKnown stops a transaction: this very question is already in the log.
var errKnown = errors.New("question already asked")

// open writes that the run began: conversation, run, question and first events,
// in one transaction. It returns errKnown when there is nothing to run.
func (r *run) open(ctx context.Context) error {
	r.started = r.a.Now()
	q, v, now := r.q, r.visitor, r.now()
	asked := map[string]any{"messageId": q.MessageID, "content": q.Text}
	if q.Document != "" {
		asked["document"] = map[string]string{"id": q.Document, "name": q.DocumentName}
	}
	opening := []draft{
		{kind: typeRunStarted, body: runStarted{base{typeRunStarted, now}, q.Conversation, q.Run}},
		{kind: typeCustom, body: custom{base{typeCustom, now}, "user_message", asked}},
	}
	if q.Replaces != "" {
		opening = append(opening, draft{kind: typeCustom, body: custom{base{typeCustom, now}, "replaces", map[string]string{"runId": q.Replaces}}})
	}
	last, err := r.a.log.append(ctx, v, q.Conversation, q.Run, r.topic, opening, now, func(b *pgx.Batch) error {
		b.Queue(`
			insert into conversations (id, visitor, role, title) values ($1, $2, $3, $4)
			on conflict (id) do nothing`, q.Conversation, v.ID, v.Role, title(q))
		// Locked, so that two turns of one conversation begin one after the other.
		b.Queue("select human from conversations where id = $1 for update", q.Conversation).QueryRow(func(row pgx.Row) error {
			err := row.Scan(&r.human)
			if errors.Is(err, pgx.ErrNoRows) {
				return fault.New(fault.Forbidden, "Cette conversation n'est pas la vôtre. Commencez-en une nouvelle.")
			}
			return err
		})
		b.Queue("select digest from runs where id = $1", q.Run).QueryRow(func(row pgx.Row) error {
			var digest string
			if err := row.Scan(&digest); err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
			if digest == r.digest {
				return errKnown
			}
			return nil
		})
		rewind(b, q)
		b.Queue(`
			insert into runs (visitor, id, turn, conversation, node, digest, state) values ($1, $2, 1, $3, $4, $5, 'running')
			on conflict (visitor, id) do update set turn = runs.turn + 1, conversation = excluded.conversation,
				node = excluded.node, digest = excluded.digest, state = 'running', started_at = now(), ended_at = null, receipt = null
			returning turn`, v.ID, q.Run, q.Conversation, r.a.Node, r.digest).QueryRow(func(row pgx.Row) error { return row.Scan(&r.turn) })
		if q.NoAI {
			return nil // what is said without AI is not a model's to read later
		}
		if err := saveQuestion(b, v, q); err != nil {
			return err
		}
		load(b, q.Conversation, &r.history)
		return nil
	})
	r.before = last - int64(len(opening))
	return err
}

// work runs the loop and ends the run, whatever happened in it.
func (r *run) work() {
	ctx, stop := context.WithTimeoutCause(r.ctx, runTime, errTooLong)
	defer stop()
	watch := r.watchReaders()
	written := make(chan error, 1)
	go func() { written <- r.write() }()

	err := r.safely(ctx)

	watch()
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.signal()
	if werr := <-written; werr != nil {
		err = werr // the log could not be written: that is why the loop ended
	} else if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	r.cancel(nil)
	r.end(err)
}

func (r *run) safely(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.a.Log.Error("run panicked", "run", r.q.Run, "panic", fmt.Sprint(p))
			err = fault.New(fault.Internal, "%s", fault.Message(errors.New("panic")))
		}
	}()
	if r.human {
		return nil // a counsellor answers
	}
	if r.q.NoAI {
		r.emit(draft{kind: typeCustom, body: custom{base{typeCustom, r.now()}, "notice", map[string]string{"level": "info", "text": refused}}})
		return nil
	}
	return r.loop(ctx)
}

// emit queues events; write sends them on, in order.
func (r *run) emit(drafts ...draft) {
	r.mu.Lock()
	if !r.closed {
		r.pending = append(r.pending, drafts...)
	}
	r.mu.Unlock()
	r.signal()
}

func (r *run) signal() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// write moves what is pending into the log until the run closes. While one
// write is under way the next gathers: that is all the batching there is. A
// failure stops the run: an answer that cannot be kept is not shown.
func (r *run) write() error {
	for {
		r.mu.Lock()
		drafts, closed := r.pending, r.closed
		r.pending = nil
		r.mu.Unlock()
		if len(drafts) == 0 {
			if closed {
				return nil
			}
			<-r.wake
			continue
		}
		// Not the run's context: what was said before a stop is kept.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), 10*time.Second)
		_, err := r.a.log.append(ctx, r.visitor, r.q.Conversation, r.q.Run, r.topic, drafts, r.now(), nil)
		cancel()
		if err != nil {
			r.cancel(err)
			return err
		}
	}
}

// end writes the one terminal event. When the database is away, those who watch
// are told now and the log is told when it is back.
func (r *run) end(err error) {
	state, terminal := "finished", []draft{}
	now := r.now()
	r.receipt.DurationMs = r.a.Now().Sub(r.started).Milliseconds()
	if r.a.Facts != nil && err == nil { // now and not before: nobody waits for it to read the answer
		facts, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), 2*time.Second)
		r.receipt.Versions = r.a.Facts(facts)
		cancel()
	}
	if err == nil {
		if !r.human && !r.q.NoAI { // else nothing was made that a receipt could tell of
			terminal = append(terminal, draft{kind: typeCustom, body: custom{base{typeCustom, now}, "receipt", r.receipt}})
		}
		terminal = append(terminal, draft{kind: typeRunFinished, body: runFinished{base{typeRunFinished, now}, r.q.Conversation, r.q.Run, outcome{"success"}, r.receipt.usage()}})
	} else {
		code := string(fault.CodeOf(err))
		state = "failed"
		if fault.CodeOf(err) == fault.Aborted {
			state = "aborted"
		} else {
			r.a.Log.Error("run failed", "run", r.q.Run, "code", code, "err", err)
		}
		terminal = append(terminal, draft{kind: typeRunError, body: runError{base{typeRunError, now}, r.q.Conversation, r.q.Run, fault.Message(err), code}})
	}
	write := func(ctx context.Context) error {
		_, err := r.a.log.append(ctx, r.visitor, r.q.Conversation, r.q.Run, r.topic, terminal, now, func(b *pgx.Batch) error {
			b.Queue(`
				update runs set state = $2, ended_at = now(), receipt = $3
				where id = $1 and turn = $4 and state = 'running'`, r.q.Run, state, must(r.receipt), r.turn).Exec(func(tag pgconn.CommandTag) error {
				if tag.RowsAffected() == 0 {
					return errKnown // ended by someone else: one terminal event is enough
				}
				return nil
			})
			return save(b, r.visitor, r.q.Conversation, r.q.Run, r.closing...)
		})
		if errors.Is(err, errKnown) {
			return nil
		}
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), 5*time.Second)
	defer cancel()
	werr := write(ctx)
	if werr == nil || fault.CodeOf(werr) == fault.NotFound {
		return // written, or the conversation was erased meanwhile
	}
	r.a.Log.Error("terminal event not written", "run", r.q.Run, "err", werr)
	// The terminal event alone: a receipt that is in no log is not a receipt.
	lost := runError{base{typeRunError, now}, r.q.Conversation, r.q.Run, fault.Message(werr), string(fault.Unavailable)}
	r.topic.publish([]Event{{Run: r.q.Run, Type: typeRunError, JSON: must(lost)}})
	// The topic is kept meanwhile, so that those who watch by then are told.
	t := r.a.log.join(r.q.Conversation, 0, 1)
	r.a.later(write, func() { r.a.log.leave(r.q.Conversation, t, 0, 1) })
}

// later tries again until the database is back or the agent closes; what is
// then still open is ended by the next start ([New]).
func (a *Agent) later(write func(context.Context) error, done func()) {
	a.wg.Go(func() {
		defer done()
		for {
			select {
			case <-a.ctx.Done():
				return
			case <-time.After(time.Second):
			}
			ctx, cancel := context.WithTimeout(a.ctx, 5*time.Second)
			err := write(ctx)
			cancel()
			if err == nil || fault.CodeOf(err) == fault.NotFound {
				return
			}
		}
	})
}

// watchReaders stops the run when nobody has watched its conversation for a
// while: after a reconnect some clients cannot say stop.
func (r *run) watchReaders() (stop func()) {
	ctx, cancel := context.WithCancel(r.ctx)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		tick := time.NewTicker(unwatched / 6)
		defer tick.Stop()
		alone := 0
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			r.topic.mu.Lock()
			readers := r.topic.readers
			r.topic.mu.Unlock()
			if readers > 0 {
				alone = 0
			} else if alone++; alone > 6 {
				r.cancel(errUnwatched)
				return
			}
		}
	}()
	return func() { cancel(); <-finished }
}

func title(q Question) string {
	t := strings.Join(strings.Fields(q.Text), " ")
	if t == "" {
		t = q.DocumentName
	}
	if r := []rune(t); len(r) > 80 {
		t = string(r[:79]) + "…"
	}
	return t
}

// questionText is what the model reads of a question. The line about a document
// is ours, so anything of that form in the person's text is defused.
func questionText(q Question) string {
	text := strings.ReplaceAll(q.Text, "[document joint", "(document joint")
	if q.Document == "" {
		return text
	}
	name := strings.NewReplacer("\n", " ", "\r", " ", "]", ")").Replace(q.DocumentName)
	return fmt.Sprintf("%s\n[document joint : id=%s nom=%s]", text, q.Document, name)
}
