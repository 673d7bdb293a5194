package offers

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// Choice is a value that is stored and its French words.
type Choice struct{ Value, Label string }

// Kinds are what is done for an offer. A call or a visit is a contact.
var Kinds = []Choice{
	{"call", "Appel à l'employeur"}, {"visit", "Visite de l'entreprise"}, {"immersion", "Immersion professionnelle"},
	{"mrs", "Recrutement par simulation (MRS)"}, {"training", "Formation avant embauche (AFPR, POEI)"},
	{"wording", "Annonce reformulée"}, {"pay", "Salaire revu"}, {"other", "Autre action"},
}

// Outcomes are what came of it. The first is unknown yet; the next two helped.
var Outcomes = []Choice{
	{"pending", "en cours"}, {"filled", "offre pourvue"}, {"candidates", "des candidatures"}, {"nothing", "sans effet"},
}

func labelOf(of []Choice, value string) string {
	for _, c := range of {
		if c.Value == value {
			return c.Label
		}
	}
	return ""
}

// Action is one thing done for an offer.
type Action struct {
	ID      string    `json:"id"`
	Offer   string    `json:"offer"`
	Kind    string    `json:"kind"`    // of [Kinds]
	Outcome string    `json:"outcome"` // of [Outcomes]; pending when empty
	Note    string    `json:"note"`    // at most 500 characters; no personal data
	DoneOn  time.Time `json:"done_on"` // a day
}

// KindLabel and OutcomeLabel are in French.
func (a Action) KindLabel() string    { return labelOf(Kinds, a.Kind) }
func (a Action) OutcomeLabel() string { return labelOf(Outcomes, a.Outcome) }

const maxNote = 500 // characters

// Act records an action of v's agency for an offer of its portfolio; handled
// ends the offer's alert too. A call or a visit is remembered as its last contact.
// Returns fault.Invalid when a is incomplete or lies in the future of today,
// fault.NotFound when there is no such offer.
func (s *Store) Act(ctx context.Context, v postgres.Visitor, a Action, today time.Time, handled bool) error {
	if err := atDesk(v); err != nil {
		return err
	}
	a.Note = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(a.Note, "\uFFFD"), "\x00", ""))
	if a.Outcome == "" {
		a.Outcome = Outcomes[0].Value
	}
	switch {
	case labelOf(Kinds, a.Kind) == "":
		return fault.New(fault.Invalid, "Choisissez l'action menée.")
	case labelOf(Outcomes, a.Outcome) == "":
		return fault.New(fault.Invalid, "Choisissez ce que l'action a donné.")
	case utf8.RuneCountInString(a.Note) > maxNote:
		return fault.New(fault.Invalid, "La note dépasse 500 caractères.")
	case a.DoneOn.IsZero() || a.DoneOn.After(today.AddDate(0, 0, 1)) || a.DoneOn.Before(today.AddDate(-2, 0, 0)):
		return fault.New(fault.Invalid, "La date de l'action doit être passée, de moins de deux ans.")
	}
	offer, err := s.Get(ctx, v, a.Offer)
	if err != nil {
		return err
	}
	return s.db.As(ctx, v, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into offer_actions (id, offer, agency, kind, outcome, note, done_on, counsellor) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			uuid.NewString(), offer.ID, v.Agency, a.Kind, a.Outcome, a.Note, a.DoneOn.Format(time.DateOnly), v.ID)
		if err != nil {
			return err
		}
		if a.Kind == "call" || a.Kind == "visit" {
			if _, err := tx.Exec(ctx, `update offers set contacted_at = greatest(contacted_at, $2) where id = $1`, offer.ID, a.DoneOn); err != nil {
				return err
			}
		}
		if handled {
			_, err = tx.Exec(ctx, handleAlerts, []string{offer.ID}, v.ID)
		}
		return err
	})
}

// Conclude says what came of an action of v's agency.
func (s *Store) Conclude(ctx context.Context, v postgres.Visitor, id, outcome string) error {
	if err := atDesk(v); err != nil {
		return err
	}
	if labelOf(Outcomes, outcome) == "" {
		return fault.New(fault.Invalid, "Choisissez ce que l'action a donné.")
	}
	return s.db.As(ctx, v, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `update offer_actions set outcome = $2 where id = $1`, id, outcome)
		if err == nil && tag.RowsAffected() == 0 {
			return fault.New(fault.NotFound, "Cette action n'existe pas, ou plus.")
		}
		return err
	})
}

// Actions are those for one offer, newest first, at most 100.
func (s *Store) Actions(ctx context.Context, v postgres.Visitor, offer string) (list []Action, err error) {
	if err := atDesk(v); err != nil {
		return nil, err
	}
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select id, offer, kind, outcome, note, done_on from offer_actions where offer = $1 order by done_on desc, at desc limit 100`, offer)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Action])
		return err
	})
	return list, err
}

// LeastKnown is how many actions of known outcome a share wants to be said.
const LeastKnown = 10

// Helped is what one kind of action was followed by: an association, for whom
// one visits is not chosen at random. Share is nil below [LeastKnown].
type Helped struct {
	Kind   string   `json:"kind"`
	Label  string   `json:"label"`
	N      int      `json:"n"`
	Known  int      `json:"known"`  // with an outcome
	Helped int      `json:"helped"` // of them, followed by candidates or a hire
	Filled int      `json:"filled"` // of these, by a hire
	Share  *float64 `json:"share"`  // helped of known
}

// WhatHelped counts the actions of v's agency by kind, the most frequent first.
func (s *Store) WhatHelped(ctx context.Context, v postgres.Visitor) (list []Helped, err error) {
	if err := atDesk(v); err != nil {
		return nil, err
	}
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select kind, count(*), count(*) filter (where outcome <> 'pending'),
  count(*) filter (where outcome in ('filled', 'candidates')), count(*) filter (where outcome = 'filled')
from offer_actions where agency = $1 group by kind order by 2 desc, kind`, v.Agency)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (h Helped, err error) {
			err = row.Scan(&h.Kind, &h.N, &h.Known, &h.Helped, &h.Filled)
			h.Label = labelOf(Kinds, h.Kind)
			if h.Known >= LeastKnown {
				share := float64(h.Helped) / float64(h.Known)
				h.Share = &share
			}
			return h, err
		})
		return err
	})
	return slices.Clip(list), err
}
