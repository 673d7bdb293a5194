package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/tmc/langchaingo/llms"

	"tandem/bot/mask"
	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools"
)

// Limits of one message and one run.
const (
	MaxMessage   = 200_000 // bytes of a message: about 60 pages
	MaxSteps     = 6       // model calls of one run
	maxID        = 128
	runTime      = 5 * time.Minute
	unwatched    = 90 * time.Second // a run that nobody watches for so long is stopped
	toolTime     = 30 * time.Second
	toolOutput   = 64 << 10
	historyBytes = 60_000 // of earlier runs sent to the model again
)

// Model is a language model and what people are told about it.
type Model struct {
	Name    string
	LLM     llms.Model
	Offline bool // in this process: no text leaves it, nothing to mask
	// Mask hides personal data before a call; the mask gives the way back. Nil for
	// an offline model only. When it fails there is no call. See [Masking].
	Mask func([]llms.MessageContent) ([]llms.MessageContent, *mask.Mask, error)
	// Context is how many tokens it reads at once; 0: as many as we send.
	Context int
	// Billions is how many parameters work on a token, for the estimate of energy;
	// 0: not known.
	Billions float64
}

// Config is what an Agent is made of. Models are tried in order; the last one
// should be the offline model, which cannot be away.
type Config struct {
	DB     *postgres.DB
	Models []Model
	Tools  []tools.Tool
	Node   string // name of this process in the runs table
	Now    func() time.Time
	Log    *slog.Logger
	// Guards reports whether a question, after those before it, is answered by the
	// last model whatever the others are: what must not be missed. Nil: none is.
	Guards func(role postgres.Role, question string, earlier []string) bool
	Facts  func(context.Context) map[string]string // versions for the receipt: rome, rules…; may be nil
}

// Agent answers people. Safe for concurrent use.
type Agent struct {
	Config
	log     eventLog
	ctx     context.Context // ends when the agent closes
	close   context.CancelCauseFunc
	mu      sync.Mutex
	runs    map[string]*run      // live ones, by visitor and run id
	active  map[string]*run      // live ones, by conversation
	aborted map[string]time.Time // aborts that came before their run
	wg      sync.WaitGroup
}

// Question is one message of a person.
type Question struct {
	Conversation string // AG-UI thread id, made by the client
	Run          string // AG-UI run id, made by the client
	MessageID    string
	Text         string
	Document     string // id of a joined document, or ""
	DocumentName string
	Replaces     string // id of an earlier run whose question this one takes the place of; what followed is forgotten too
	NoAI         bool   // the person wants no assistant: only a counsellor who is there is told
}

// New makes an agent and ends the runs that an earlier process of this node
// left open, with a terminal event each.
func New(ctx context.Context, c Config) (*Agent, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	a := &Agent{
		Config: c, runs: map[string]*run{}, active: map[string]*run{}, aborted: map[string]time.Time{},
		log: eventLog{db: c.DB, topics: map[string]*topic{}},
	}
	a.ctx, a.close = context.WithCancelCause(context.WithoutCancel(ctx))
	if err := a.endOrphans(ctx); err != nil {
		return nil, err
	}
	return a, nil
}

// endOrphans ends the runs that an earlier process of this node left open.
func (a *Agent) endOrphans(ctx context.Context) error {
	return a.DB.As(ctx, postgres.Visitor{ID: "node:" + a.Node, Role: postgres.Seeker}, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select tandem_end_orphans($1, $2)", a.Node, []string{a.Node})
		return err
	})
}

// Close ends every run with an event that says so, and waits for them.
func (a *Agent) Close() {
	a.mu.Lock() // a Start that has seen the agent open is counted before we wait
	a.close(errShutdown)
	a.mu.Unlock()
	a.wg.Wait()
}

var (
	errShutdown  = fault.New(fault.Unavailable, "Le service redémarre. Votre question est gardée : posez-la de nouveau dans un instant.")
	errStopped   = fault.New(fault.Aborted, "Réponse arrêtée à votre demande.")
	errReplaced  = fault.New(fault.Aborted, "Réponse arrêtée : une nouvelle question a été posée.")
	errUnwatched = fault.New(fault.Aborted, "Réponse arrêtée : plus personne ne la lisait.")
	errTooLong   = fault.New(fault.Unavailable, "La réponse prenait trop de temps ; elle a été arrêtée. Réessayez, ou parlez à un conseiller.")
)

// refused is what somebody reads who wants no assistant and writes all the same.
const refused = "Vous avez refusé l'IA : aucun programme n'a lu ce message. Vous pouvez chercher par mots, faire votre profil à la main, " +
	"ou parler à un conseiller ; ce choix se change dans « Mes données ». En détresse, appelez le 3114, jour et nuit."

// Start opens a run and returns once its first events are in the log. The same
// question sent again under the same run id (after a reconnect) is not run
// twice; another question under that id stops the earlier turn. A conversation
// has one live run: a new one stops it. after is where to watch the turn from
// ([Agent.WatchRun]).
func (a *Agent) Start(ctx context.Context, v postgres.Visitor, q Question) (after int64, err error) {
	if err := q.check(); err != nil {
		return 0, err
	}
	q.Text = strings.ReplaceAll(q.Text, "\x00", "") // Postgres keeps no NUL, and no one types one
	if q.MessageID == "" {
		q.MessageID = q.Run + ":question"
	}
	key := v.ID + "\x00" + q.Run
	digest := q.digest()

	a.mu.Lock()
	if a.ctx.Err() != nil {
		a.mu.Unlock()
		return 0, errShutdown
	}
	a.wg.Add(1)
	a.mu.Unlock()
	t := a.log.join(q.Conversation, 0, 1)
	leave := func() { a.log.leave(q.Conversation, t, 0, 1); a.wg.Done() }
	started := false
	defer func() {
		if !started {
			leave()
		}
	}()
	t.starting.Lock()
	defer t.starting.Unlock()

	a.mu.Lock()
	if r := a.runs[key]; r != nil && r.digest == digest {
		a.mu.Unlock()
		return r.before, nil
	}
	earlier := []*run{a.runs[key]}
	// Conversation ids are chosen by clients: only one's own run is stopped, so
	// that knowing another visitor's id gives no power over it.
	if r := a.active[q.Conversation]; r != nil && r.visitor.ID == v.ID && r != earlier[0] {
		earlier = append(earlier, r)
	}
	a.mu.Unlock()
	for _, r := range earlier {
		if r == nil {
			continue
		}
		r.cancel(errReplaced)
		select {
		case <-r.done:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}

	r := &run{a: a, visitor: v, q: q, topic: t, digest: digest, done: make(chan struct{}), wake: make(chan struct{}, 1)}
	if err := r.open(ctx); err != nil {
		if errors.Is(err, errKnown) {
			return -1, nil
		}
		return 0, err
	}
	started = true
	r.ctx, r.cancel = context.WithCancelCause(a.ctx)
	a.mu.Lock()
	a.runs[key], a.active[q.Conversation] = r, r
	if at, ok := a.aborted[key]; ok {
		delete(a.aborted, key)
		if a.Now().Sub(at) < time.Minute {
			r.cancel(errStopped)
		}
	}
	a.mu.Unlock()
	go func() {
		defer leave()
		r.work()
		a.mu.Lock()
		if a.runs[key] == r {
			delete(a.runs, key)
		}
		if a.active[q.Conversation] == r {
			delete(a.active, q.Conversation)
		}
		a.mu.Unlock()
		close(r.done)
	}()
	return r.before, nil
}

// Note adds a CUSTOM event to a conversation outside of any run: feedback
// taken, a counsellor asked for. NotFound when the visitor has none such.
func (a *Agent) Note(ctx context.Context, v postgres.Visitor, conversation, name string, value any) error {
	t := a.log.join(conversation, 0, 1)
	defer a.log.leave(conversation, t, 0, 1)
	now := a.Now().UnixMilli()
	_, err := a.log.append(ctx, v, conversation, "", t, []draft{{kind: typeCustom, body: custom{base{typeCustom, now}, name, value}}}, now, nil)
	return err
}

// Stop ends one run of the visitor; a run that has not begun yet is stopped
// when it does. Stopping what has ended does nothing.
func (a *Agent) Stop(v postgres.Visitor, runID string) {
	key := v.ID + "\x00" + runID
	a.mu.Lock()
	defer a.mu.Unlock()
	if r := a.runs[key]; r != nil {
		r.cancel(errStopped)
		return
	}
	if len(a.aborted) > 1000 {
		clear(a.aborted) // bounded: an abort that early and that old is not awaited by anyone
	}
	a.aborted[key] = a.Now()
}

// StopAll ends every answer on its way to the visitor, whatever its conversation:
// nobody works for a person who has refused AI or erased everything.
func (a *Agent) StopAll(v postgres.Visitor) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.runs {
		if r.visitor.ID == v.ID {
			r.cancel(errStopped)
		}
	}
}

// Watch yields the events of a conversation after a number (0: from the start),
// then those to come, until ctx ends; for the counsellor who is in it, until they
// are not. NotFound when the visitor has none such.
func (a *Agent) Watch(ctx context.Context, v postgres.Visitor, conversation string, after int64) (iter.Seq2[Event, error], error) {
	own, since, err := a.reads(ctx, v, conversation)
	if err != nil {
		return nil, err
	}
	events := a.log.watch(ctx, v, conversation, after)
	if !own {
		events = whileThere(events, since)
	}
	return events, nil
}

// WatchRun yields the events of one run after a number (-1 or 0: from its
// start) until its terminal event. NotFound when the visitor has none such.
func (a *Agent) WatchRun(ctx context.Context, v postgres.Visitor, runID string, after int64) (iter.Seq2[Event, error], error) {
	a.mu.Lock()
	live := a.runs[v.ID+"\x00"+runID]
	a.mu.Unlock()
	if live != nil && after == live.before {
		// The turn that this very visitor has just begun: nothing to look up.
		return a.turn(ctx, v, live.q.Conversation, runID, after, 0, false), nil
	}
	var conversation, state string
	var first, last int64
	err := a.DB.As(ctx, v, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			select r.conversation, r.state, coalesce(min(e.seq), 0), coalesce(max(e.seq), 0)
			from runs r left join events e on e.visitor = r.visitor and e.run = r.id
			where r.id = $1 group by 1, 2`, runID).Scan(&conversation, &state, &first, &last)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "Cette réponse n'existe pas, ou n'est pas la vôtre.")
	}
	if err != nil {
		return nil, err
	}
	running := state == "running"
	if !running && after >= last {
		return func(func(Event, error) bool) {}, nil
	}
	return a.turn(ctx, v, conversation, runID, max(after, first-1, 0), last, !running), nil
}

// turn yields the events of one run after a number until a terminal one that is
// not before last: a continuation ends more than once, and what ends the replay
// is the last end. Of a run that is over last ends it, whatever it is: a process
// that was taken for dead may have written one more word.
func (a *Agent) turn(ctx context.Context, v postgres.Visitor, conversation, runID string, after, last int64, over bool) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for e, err := range a.log.watch(ctx, v, conversation, after) {
			if err != nil {
				yield(e, err)
				return
			}
			if e.Run != runID {
				continue
			}
			if !yield(e, nil) || e.Terminal() && (e.Seq == 0 || e.Seq >= last) || over && e.Seq >= last {
				return
			}
		}
	}
}

func (q Question) check() error {
	switch {
	case q.Conversation == "" || q.Run == "" || len(q.Conversation) > maxID || len(q.Run) > maxID || len(q.MessageID) > maxID || len(q.Replaces) > maxID:
		return fault.New(fault.Invalid, "Message refusé : threadId et runId sont obligatoires (%d caractères au plus).", maxID)
	case len(q.Text) > MaxMessage:
		return fault.New(fault.TooLarge, "Votre message est trop long (%d caractères au plus). Joignez plutôt un fichier, ou envoyez-le en plusieurs fois.", MaxMessage)
	case strings.TrimSpace(q.Text) == "" && q.Document == "":
		return fault.New(fault.Invalid, "Votre message est vide. Écrivez votre question ou joignez un fichier.")
	case !utf8.ValidString(q.Text):
		return fault.New(fault.Invalid, "Votre message contient des caractères illisibles. Copiez-le de nouveau en texte simple.")
	}
	return nil
}

func (q Question) digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %s\x00%s\x00%s\x00%s\x00%s", len(q.Text), q.Text, q.Document, q.Conversation, q.MessageID, q.Replaces)
	return hex.EncodeToString(h.Sum(nil)[:16])
}
