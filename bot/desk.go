package bot

import (
	"context"
	"errors"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/handoff"
)

// A conversation in which a counsellor is. They read it and speak in it with a
// [handoff.Pen], which says what they may; meanwhile the assistant is silent.

var errJoined = fault.New(fault.Aborted, "Réponse arrêtée : un conseiller a rejoint la conversation.")

// Join lets a counsellor into the conversation of a request, under a name, and
// stops the answer that is on its way.
func (a *Agent) Join(ctx context.Context, v postgres.Visitor, r handoff.Request, name string) error {
	t := a.log.join(r.Conversation, 0, 1)
	defer a.log.leave(r.Conversation, t, 0, 1)
	// A question asked at this moment is either answered by nobody, because it
	// begins after, or among the live runs that are stopped here.
	t.starting.Lock()
	defer t.starting.Unlock()
	if err := a.desk(ctx, v, t, handoff.Take(r.ID, name), a.note("handoff.accepted", map[string]string{"name": name})); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if run := a.active[r.Conversation]; run != nil {
		run.cancel(errJoined)
	}
	return nil
}

// Say adds what the counsellor says, once for each id: a message that is sent
// again after a cut is not said twice. Without an id it gets one of its own.
// Returns fault.Invalid for a message that is empty or too long, fault.NotFound
// when the conversation is not theirs any more.
func (a *Agent) Say(ctx context.Context, v postgres.Visitor, r handoff.Request, id, text string) error {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\x00", ""))
	switch {
	case len(id) > maxID:
		return fault.New(fault.Invalid, "Message refusé : son identifiant est trop long.")
	case text == "":
		return fault.New(fault.Invalid, "Votre message est vide.")
	case len(text) > 20_000:
		return fault.New(fault.TooLarge, "Votre message est trop long. Envoyez-le en plusieurs fois.")
	case !utf8.ValidString(text):
		return fault.New(fault.Invalid, "Votre message contient des caractères illisibles.")
	}
	t := a.log.join(r.Conversation, 0, 1)
	defer a.log.leave(r.Conversation, t, 0, 1)
	if id == "" {
		id = uuid.NewString()
	}
	now := a.Now().UnixMilli()
	err := a.desk(ctx, v, t, handoff.Say(r.ID, id),
		draft{kind: typeTextStart, body: textStart{base{typeTextStart, now}, id, "assistant", r.Name}},
		draft{kind: typeTextContent, message: id, delta: text},
		draft{kind: typeTextEnd, body: textEnd{base{typeTextEnd, now}, id}})
	if errors.Is(err, handoff.ErrSaid) {
		return nil
	}
	return err
}

// Leave ends the counsellor's part; the assistant answers again.
func (a *Agent) Leave(ctx context.Context, v postgres.Visitor, r handoff.Request) error {
	t := a.log.join(r.Conversation, 0, 1)
	defer a.log.leave(r.Conversation, t, 0, 1)
	return a.desk(ctx, v, t, handoff.End(r.ID), a.note(handoffEnded, map[string]string{"by": "counsellor"}))
}

// Return gives the conversation back to the assistant at its visitor's word,
// whether the counsellor has come or not.
func (a *Agent) Return(ctx context.Context, v postgres.Visitor, conversation string) error {
	t := a.log.join(conversation, 0, 1)
	defer a.log.leave(conversation, t, 0, 1)
	_, err := a.log.append(ctx, v, conversation, "", t, []draft{a.note(handoffEnded, map[string]string{"by": "person"})}, a.Now().UnixMilli(), func(b *pgx.Batch) error {
		handoff.Withdraw(b, v, conversation)
		return nil
	})
	return err
}

const handoffEnded = "handoff.ended"

func (a *Agent) note(name string, value any) draft {
	return draft{kind: typeCustom, body: custom{base{typeCustom, a.Now().UnixMilli()}, name, value}}
}

func (a *Agent) desk(ctx context.Context, v postgres.Visitor, t *topic, pen handoff.Pen, drafts ...draft) error {
	_, err := a.log.appendBy(ctx, v, "", t, drafts, a.Now().UnixMilli(), pen)
	return err
}

// reads reports whose eyes a conversation is watched with: its visitor's, or
// those of the counsellor who is in it, and since which event. NotFound when neither.
func (a *Agent) reads(ctx context.Context, v postgres.Visitor, conversation string) (own bool, since int64, err error) {
	err = a.DB.As(ctx, v, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			select true, 0 from conversations where id = $1
			union all
			select false, coalesce((select max(seq) from events where conversation = $1 and payload ->> 'name' = 'handoff.accepted'), 0)
			from handoffs where conversation = $1 and state = 'accepted' and counsellor = tandem_visitor()
			order by 1 desc limit 1`, conversation).Scan(&own, &since)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.New(fault.NotFound, "Cette conversation n'existe pas, ou n'est pas la vôtre.")
	}
	return own, since, err
}

// whileThere ends a counsellor's view with the counsellor's part, which began
// with event since: what comes live is not read through row-level security
// again. An end before it was that of an earlier request.
func whileThere(events iter.Seq2[Event, error], since int64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for e, err := range events {
			if !yield(e, err) || e.Seq > since && nameOf(e) == handoffEnded {
				return
			}
		}
	}
}
