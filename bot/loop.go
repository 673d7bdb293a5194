package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/tools"
)

// loop asks the model, runs the calls it makes, and asks again, until it
// answers. Nil means that the person has an answer.
func (r *run) loop(ctx context.Context) error {
	r.offered = tools.For(r.visitor.Role, r.a.Tools)
	system, err := prompt(r.visitor.Role, r.a.Now(), r.offered)
	if err != nil {
		return err
	}
	history := mend(r.history)
	last := len(history) - 1 // the question, which was written and read in one transaction
	r.history, r.turns = history[:last], history[last:]
	r.system, r.models, r.facts = system, r.a.Models, newFacts(history)
	r.receipt = Receipt{PromptVersion: promptVersion, Tools: []ReceiptTool{}, Sources: []string{}}
	r.caller = tools.Caller{Visitor: r.visitor, Conversation: r.q.Conversation, Said: []string{r.q.Text}, Document: r.q.Document}
	for _, m := range slices.Backward(r.history) {
		if m.Role == "human" {
			r.caller.Said = append(r.caller.Said, m.Text)
		}
	}
	if len(r.models) > 1 && r.a.Guards != nil && r.a.Guards(r.visitor.Role, r.q.Text, r.caller.Said[1:]) {
		r.models = r.models[len(r.models)-1:]
	}

	made := map[string]bool{}
	ending := false // the model is to answer with what it has
	for n := range MaxSteps {
		answer, err := r.ask(ctx, n, ending || n == MaxSteps-1)
		if err != nil {
			return err
		}
		if len(answer.Calls) == 0 {
			r.vouch(answer.Text)
			r.closing = []turnMessage{answer}
			return nil
		}
		if ending {
			break // it will not answer
		}
		turn := append([]turnMessage{answer}, r.callAll(ctx, answer.Calls, made)...)
		// Kept also after a stop: every call has its result by now.
		if err := r.keep(ctx, turn...); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		r.turns = append(r.turns, turn...)
		ending = r.circling(answer.Calls, made)
	}
	// Out of steps, or going round in circles: say so rather than say nothing.
	sorry := "Je n'arrive pas à aboutir à une réponse sûre. Pouvez-vous reformuler, ou souhaitez-vous parler à un conseiller ?"
	r.say(fmt.Sprintf("%s:%d:answer", r.q.Run, r.turn), sorry)
	r.closing = []turnMessage{{Role: "ai", Text: sorry}}
	return nil
}

// circling reports whether every one of the calls had been made before, with the
// same arguments, and remembers them. After a call that changed something the
// same question may have another answer.
func (r *run) circling(calls []toolCall, made map[string]bool) bool {
	circling := true
	for _, c := range calls {
		circling = circling && made[c.key()]
		if r.changes(c) && !made[c.key()] {
			clear(made)
		}
		made[c.key()] = true
	}
	return circling
}

// key is the same for calls that ask the same, however they write it.
func (c toolCall) key() string {
	args := c.Args
	var v any
	if json.Unmarshal([]byte(args), &v) == nil {
		args = string(must(v)) // keys in order, no space
	}
	return c.Name + "\x00" + args
}

// keep stores messages of the conversation, also after a stop.
func (r *run) keep(ctx context.Context, messages ...turnMessage) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return r.a.DB.As(ctx, r.visitor, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		if err := save(b, r.visitor, r.q.Conversation, r.q.Run, messages...); err != nil {
			return err
		}
		return tx.SendBatch(ctx, b).Close()
	})
}
