package tools

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// Ticket is a request to speak with a person.
type Ticket struct {
	Requested bool   `json:"requested"`
	Ticket    string `json:"ticket"`
	Message   string `json:"message"`
}

type humanInput struct {
	Reason  string `json:"reason,omitempty" jsonschema:"pourquoi la personne veut parler à quelqu'un, en quelques mots"`
	Consent bool   `json:"consent,omitempty" jsonschema:"vrai si la personne accepte que le conseiller lise cette conversation"`
}

func requestHuman(e *Engines) Tool {
	return New("request_human",
		"Demande qu'un conseiller prenne le relais. À appeler dès que la personne veut parler à quelqu'un, conteste, ou va mal.",
		everyone, func(ctx context.Context, c Caller, in humanInput) (Result, error) {
			t, err := e.RequestHuman(ctx, c.Visitor, c.Conversation, in.Reason, in.Consent)
			if err != nil {
				return Result{}, err
			}
			return Result{Data: t, Events: []Event{{"handoff.requested", t}}}, nil
		})
}

// RequestHuman opens a ticket for a conversation; asking again gives the same
// one while it waits.
func (e *Engines) RequestHuman(ctx context.Context, v postgres.Visitor, conversation, reason string, consent bool) (Ticket, error) {
	reason = strings.TrimSpace(strings.ReplaceAll(reason, "\x00", ""))
	if r := []rune(reason); len(r) > 500 {
		reason = string(r[:500]) + "…"
	}
	if !consent {
		reason = "" // its words are the person's: nothing is passed on without their consent
	}
	t := Ticket{Requested: true, Message: "Votre demande est enregistrée pour un conseiller. " +
		"Pour parler à quelqu'un tout de suite, appelez le 3949 (demandeurs d'emploi) ou le 3995 (employeurs)."}
	err := e.DB.As(ctx, v, func(tx pgx.Tx) error {
		var own int
		if err := tx.QueryRow(ctx, "select 1 from conversations where id = $1 for update", conversation).Scan(&own); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, "select id from handoffs where conversation = $1 and visitor = $2 and state <> 'ended'", conversation, v.ID).Scan(&t.Ticket)
		if err == nil || !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		t.Ticket = uuid.NewString()
		if _, err := tx.Exec(ctx, "insert into handoffs (id, visitor, conversation, role, reason) values ($1, $2, $3, $4, $5)",
			t.Ticket, v.ID, conversation, v.Role, reason); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "insert into audit (visitor, role, act, object) values ($1, $2, 'handoff.requested', $3)", v.ID, v.Role, t.Ticket)
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Ticket{}, fault.New(fault.NotFound, "Écrivez d'abord un message : la demande est liée à une conversation.")
	}
	return t, err
}
