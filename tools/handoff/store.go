package handoff

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// States of a request.
const (
	Requested = "requested"
	Accepted  = "accepted"
	Ended     = "ended"
)

// Bounds, in characters.
const (
	mostReason  = 500
	mostSummary = 4000
	mostName    = 60
)

// Wish is what a person passes on. Without Consent nothing of it is.
type Wish struct {
	Reason  string
	Summary string // as the person was shown it, and could change it
	Consent bool
}

// Ticket answers a request.
type Ticket struct {
	Requested bool   `json:"requested"`
	Ticket    string `json:"ticket"`
	Message   string `json:"message"`
	Open      bool   `json:"open"` // somebody answers at this hour
}

// Request is one as counsellors see it. Nothing in it says who asks.
type Request struct {
	ID           string    `json:"id"`
	Conversation string    `json:"conversation"`
	Role         string    `json:"role"`
	Reason       string    `json:"reason"`
	Summary      string    `json:"summary"`
	Consent      bool      `json:"consent"`
	State        string    `json:"state"`
	Name         string    `json:"name"`
	At           time.Time `json:"at"`
}

// Store is the requests in Postgres. Make one with [NewStore].
type Store struct {
	Hours Hours
	db    *postgres.DB
	now   func() time.Time

	mu      sync.Mutex
	changed chan struct{}
}

// NewStore returns a store of requests that are read during hours.
func NewStore(db *postgres.DB, hours Hours, now func() time.Time) *Store {
	if now == nil {
		now = time.Now
	}
	return &Store{Hours: hours, db: db, now: now, changed: make(chan struct{})}
}

// Changed is closed at the next change of the queue that this process makes.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Signal says that the queue has changed.
func (s *Store) Signal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

// phone is whom to call meanwhile: candidates and employers have different
// numbers, and a counsellor may be asking for either.
func phone(role string) string {
	switch role {
	case "seeker":
		return "Pour parler à quelqu'un tout de suite, appelez le 3949."
	case "recruiter":
		return "Pour parler à quelqu'un tout de suite, appelez le 3995, le numéro des employeurs."
	}
	return "Pour parler à quelqu'un tout de suite : 3949 (demandeurs d'emploi) ou 3995 (employeurs)."
}

// ticket is what is told to somebody in a role who asked for a person.
func (s *Store) ticket(id, role string) Ticket {
	t := Ticket{Requested: true, Ticket: id, Open: s.Hours.Open(s.now())}
	t.Message = "Votre demande est transmise à un conseiller. " + phone(role)
	if !t.Open {
		t.Message = "Votre demande est enregistrée, mais aucun conseiller n'est là à cette heure. " + s.Hours.Closed(s.now()) + " " + phone(role)
	}
	return t
}

// Ask opens a request for a conversation, which is begun when it does not exist
// yet: whoever wants no assistant need not speak with it first. Asking again
// while one waits gives the same one; consent given then counts. Returns
// fault.Forbidden when the conversation is another's.
func (s *Store) Ask(ctx context.Context, v postgres.Visitor, conversation string, w Wish) (Ticket, error) {
	if conversation == "" || len(conversation) > 128 {
		return Ticket{}, fault.New(fault.Invalid, "Demande refusée : elle ne nomme aucune conversation.")
	}
	if !w.Consent {
		w = Wish{} // its words are the person's: nothing is passed on without their consent
	}
	w.Reason, w.Summary = bounded(w.Reason, mostReason), bounded(w.Summary, mostSummary)
	var id string
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		var own int
		if _, err := tx.Exec(ctx, "insert into conversations (id, visitor, role, title) values ($1, $2, $3, 'Demande à un conseiller') on conflict (id) do nothing",
			conversation, v.ID, v.Role); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, "select 1 from conversations where id = $1 for update", conversation).Scan(&own)
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.New(fault.Forbidden, "Cette conversation n'est pas la vôtre. Commencez-en une nouvelle.")
		}
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, "select id from handoffs where conversation = $1 and visitor = $2 and state <> 'ended'", conversation, v.ID).Scan(&id)
		if err == nil {
			if w.Consent {
				_, err = tx.Exec(ctx, "select tandem_consent($1, $2, $3)", id, w.Reason, w.Summary)
			}
			return err
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		id = uuid.NewString()
		if _, err := tx.Exec(ctx, "insert into handoffs (id, visitor, conversation, role, reason, summary, consent) values ($1, $2, $3, $4, $5, $6, $7)",
			id, v.ID, conversation, v.Role, w.Reason, w.Summary, w.Consent); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "insert into audit (visitor, role, act, object) values ($1, $2, 'handoff.requested', $3)", v.ID, v.Role, id)
		return err
	})
	if err != nil {
		return Ticket{}, err
	}
	s.Signal()
	return s.ticket(id, string(v.Role)), nil
}

// Withdraw ends, for its visitor, whatever request the conversation has, with
// the caller's other statements: the assistant answers again. The batch fails
// with fault.NotFound when there is none.
func Withdraw(b *pgx.Batch, v postgres.Visitor, conversation string) {
	b.Queue("update handoffs set state = 'ended' where conversation = $1 and visitor = $2 and state <> 'ended'", conversation, v.ID).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() == 0 {
			return fault.New(fault.NotFound, "Aucune demande à un conseiller n'est en cours dans cette conversation.")
		}
		return nil
	})
	b.Queue("update conversations set human = false where id = $1 and visitor = $2", conversation, v.ID)
}

// Waiting lists, oldest first, the requests that wait and those the counsellor
// has taken. Returns fault.Forbidden to whoever is not one.
func (s *Store) Waiting(ctx context.Context, v postgres.Visitor) (list []Request, err error) {
	if v.Role != postgres.Counsellor {
		return nil, errDesk
	}
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select id, conversation, role, reason, summary, consent, state, name, at from handoffs
			where state = 'requested' or state = 'accepted' and counsellor = tandem_visitor()
			order by state, at limit 100`) // accepted before requested
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Request])
		return err
	})
	return list, err
}

// Find is one request that the counsellor may see. Returns fault.NotFound otherwise.
func (s *Store) Find(ctx context.Context, v postgres.Visitor, id string) (Request, error) {
	list, err := s.Waiting(ctx, v)
	if err != nil {
		return Request{}, err
	}
	for _, r := range list {
		if r.ID == id {
			return r, nil
		}
	}
	return Request{}, errGone
}

var (
	errDesk = fault.New(fault.Forbidden, "Cette page est réservée aux conseillers.")
	errGone = fault.New(fault.NotFound, "Cette demande n'attend plus : elle a été retirée, ou un autre conseiller l'a prise.")
)

// Pen numbers events that a counsellor writes into somebody's conversation, and
// returns the number of the last one.
type Pen func(ctx context.Context, tx pgx.Tx, payloads []string) (last int64, err error)

// ErrSaid is what a [Say] returns for a message that is in the conversation
// already: it was sent again because nobody heard that it had come.
var ErrSaid = errors.New("message already said")

// Take gives a request to the counsellor who asks, under a name; Say speaks in
// it, once for each id of a message; End ends it. Each fails with fault.NotFound
// when it is not theirs.
func Take(id, name string) Pen { return pen("select tandem_desk_take($1, $2, $3::jsonb[])", id, name) }
func Say(id, message string) Pen {
	return pen("select tandem_desk_say($1, $2, $3::jsonb[])", id, message)
}
func End(id string) Pen { return pen("select tandem_desk_end($1, $2::jsonb[])", id) }

func pen(sql string, args ...any) Pen {
	return func(ctx context.Context, tx pgx.Tx, payloads []string) (int64, error) {
		var last *int64
		if err := tx.QueryRow(ctx, sql, append(args[:len(args):len(args)], payloads)...).Scan(&last); err != nil {
			return 0, err
		}
		switch {
		case last == nil:
			return 0, errGone
		case *last == 0:
			return 0, ErrSaid
		}
		return *last, nil
	}
}

// Name is how a counsellor is shown to people: what they give, on one line and
// within bounds, or a word that says what they are.
func Name(given string) string {
	if name := bounded(strings.Join(strings.Fields(given), " "), mostName-1); name != "" {
		return name
	}
	return "Conseiller"
}

func bounded(s string, most int) string {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", ""))
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return s
}
