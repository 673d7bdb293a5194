package contest

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/legality"
	"tandem/tools/span"
)

// States of a contest.
const (
	Open       = "open"
	Upheld     = "upheld"     // the flag stays
	Overridden = "overridden" // the flag was wrong here
)

// Pointed is one finding of an offer: what a person points at.
type Pointed struct {
	Offer legality.Offer `json:"offer"`
	Rule  string         `json:"rule"`
	Field string         `json:"field"`
	Start int            `json:"start"` // of the finding's span
	End   int            `json:"end"`
}

// Find checks the offer and returns the finding pointed at, with the verdict it
// is part of. Returns fault.Conflict when the offer has none such: it was
// changed, or the rules were.
func (p Pointed) Find(rules *legality.Engine) (legality.Finding, legality.Verdict, error) {
	v := rules.Check(p.Offer)
	for _, list := range [][]legality.Finding{v.Findings, v.Advice} {
		for _, f := range list {
			if f.Rule == p.Rule && f.Field == p.Field && f.Span.Start == p.Start && f.Span.End == p.End {
				return f, v, nil
			}
		}
	}
	return legality.Finding{}, v, fault.New(fault.Conflict, "Cette mention n'est plus signalée dans ce texte. Vérifiez de nouveau l'offre.")
}

// Contest is one as people see it. What its visitor is called is in no answer.
type Contest struct {
	ID        string     `json:"id"`
	Rule      string     `json:"rule"`
	Title     string     `json:"title"`
	Severity  string     `json:"severity"`
	Version   string     `json:"version"`
	Field     string     `json:"field"`
	Lead      string     `json:"lead"`  // what comes before the words
	Words     string     `json:"words"` // as the offer has them, without personal data
	Rest      string     `json:"rest"`
	Contract  string     `json:"contract"`
	ROME      string     `json:"rome"`
	Reason    string     `json:"reason"`
	State     string     `json:"state"`
	Answer    string     `json:"answer"`
	At        time.Time  `json:"at"`
	DecidedAt *time.Time `json:"decided_at"`
}

const columns = "id, rule, title, severity, version, field, lead, words, rest, contract, rome, reason, state, answer, at, decided_at"

// Store is the contests in Postgres. Make one with [NewStore].
type Store struct {
	Log *slog.Logger // what becomes of decisions that cannot be read; nowhere at first

	db    *postgres.DB
	rules *legality.Engine
	hide  func(string) string
	tally tally
}

// NewStore returns a store. hide replaces the personal data of a text.
func NewStore(db *postgres.DB, rules *legality.Engine, hide func(string) string) *Store {
	return &Store{Log: slog.New(slog.DiscardHandler), db: db, rules: rules, hide: hide}
}

// Bounds, in characters.
const (
	mostReason = 1000
	mostWords  = 900
	around     = 160
)

// Make opens a contest of the finding pointed at; doing it again while it is
// open gives the same one. reason may be empty. Returns fault.Conflict when
// there is no such finding.
func (s *Store) Make(ctx context.Context, v postgres.Visitor, p Pointed, reason string) (Contest, error) {
	f, verdict, err := p.Find(s.rules)
	if err != nil {
		return Contest{}, err
	}
	text := p.Offer.Text
	if f.Field == "title" {
		text = p.Offer.Title
	}
	lead, rest := sides(text, f.Span)
	c := Contest{ID: uuid.NewString(), Rule: f.Rule, Title: f.Title, Severity: string(f.Severity), Version: verdict.Version, Field: f.Field,
		Lead: s.bounded(lead, 2*around), Words: s.clean(f.Span.Text, mostWords), Rest: s.bounded(rest, 2*around),
		Contract: s.clean(p.Offer.Contract, 90), ROME: s.clean(p.Offer.ROME, 10), Reason: s.clean(reason, mostReason)}
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			insert into contests (id, visitor, role, rule, title, severity, version, field, lead, words, rest, contract, rome, reason, mention)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict do nothing`,
			c.ID, v.ID, v.Role, c.Rule, c.Title, c.Severity, c.Version, c.Field, c.Lead, c.Words, c.Rest, c.Contract, c.ROME, c.Reason, s.mention(p.Offer, f))
		if err != nil {
			return err
		}
		if tag.RowsAffected() > 0 {
			if err := note(ctx, tx, v, "contest.made", c.ID); err != nil {
				return err
			}
		}
		rows, err := tx.Query(ctx, "select "+columns+" from contests where visitor = tandem_visitor() and rule = $1 and words = $2 and state = 'open'", c.Rule, c.Words)
		if err != nil {
			return err
		}
		c, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Contest])
		return err
	})
	return c, err
}

// List gives the contests that v sees: one's own, newest first; all of them to
// a counsellor, those that wait first and the oldest of these before all.
func (s *Store) List(ctx context.Context, v postgres.Visitor) (list []Contest, err error) {
	order := "at desc"
	if v.Role == postgres.Counsellor {
		order = "state <> 'open', case when state = 'open' then at end, decided_at desc"
	}
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "select "+columns+" from contests order by "+order+" limit 200")
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Contest])
		return err
	})
	return list, err
}

// Decide upholds or overrides an open contest, with the reason that its maker
// will read. Returns fault.Forbidden to who is no counsellor, fault.Conflict
// when another has decided.
func (s *Store) Decide(ctx context.Context, v postgres.Visitor, id, state, answer string) (c Contest, err error) {
	answer = s.clean(answer, mostReason)
	switch {
	case v.Role != postgres.Counsellor:
		return c, fault.New(fault.Forbidden, "Seul un conseiller peut trancher une contestation.")
	case state != Upheld && state != Overridden:
		return c, fault.New(fault.Invalid, "Décision inconnue : maintenez le signalement (upheld) ou levez-le (overridden).")
	case answer == "":
		return c, fault.New(fault.Invalid, "Donnez le motif de votre décision : la personne qui conteste le lira.")
	}
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, "update contests set state = $2, answer = $3, counsellor = $4, decided_at = now() where id = $1 and state = 'open'", id, state, answer, v.ID)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "select "+columns+" from contests where id = $1", id)
		if err != nil {
			return err
		}
		c, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Contest])
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return fault.New(fault.NotFound, "Cette contestation n'existe plus : elle a été retirée ou effacée.")
		case err == nil && tag.RowsAffected() == 0:
			return fault.New(fault.Conflict, "Cette contestation est déjà tranchée.")
		case err != nil:
			return err
		}
		return note(ctx, tx, v, "contest."+state, id)
	})
	return c, err
}

func note(ctx context.Context, tx pgx.Tx, v postgres.Visitor, act, id string) error {
	_, err := tx.Exec(ctx, "insert into audit (visitor, role, act, object) values ($1, $2, $3, $4)", v.ID, v.Role, act, id)
	return err
}

// clean is text as it is kept, without the spaces around it.
func (s *Store) clean(text string, most int) string {
	return strings.TrimSpace(s.bounded(strings.TrimSpace(text), most))
}

// bounded hides personal data and cuts what is too long.
func (s *Store) bounded(text string, most int) string {
	text = s.hide(strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", ""))
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return text
}

// sides are what stands around the words: their line and the ones before and
// after it, at most so many characters on either side, whole words.
func sides(text string, w span.Span) (lead, rest string) {
	lead, rest = text[:w.Start], text[w.End:]
	line := strings.LastIndexByte(lead, '\n')
	if line > 0 {
		lead = lead[strings.LastIndexByte(strings.TrimRight(lead[:line], "\r\n \t"), '\n')+1:]
	}
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		after := strings.TrimLeft(rest[i:], "\r\n \t")
		if j := strings.IndexByte(after, '\n'); j >= 0 {
			rest = rest[:len(rest)-len(after)+j]
		}
	}
	if utf8.RuneCountInString(lead) > around {
		r := []rune(lead)
		r = r[len(r)-around:]
		lead = "…" + string(r[slices.Index(r, ' ')+1:])
	}
	if utf8.RuneCountInString(rest) > around {
		short := string([]rune(rest)[:around])
		if i := strings.LastIndexByte(short, ' '); i > 0 {
			short = short[:i]
		}
		rest = short + "…"
	}
	return lead, rest
}
