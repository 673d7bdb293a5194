package bot

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"tandem/internal/postgres"
	"tandem/tools"
)

// Call is a tool that a model wants to use.
type Call struct {
	Tool string
	Args map[string]any
}

// First is what a model does with a question before any tool has run: the calls
// it makes, or its text. said is what the person wrote, oldest first; the prompt,
// the mask and the checks are those of a run. Nothing is stored.
func First(ctx context.Context, m Model, role postgres.Role, said []string, all []tools.Tool) ([]Call, string, error) {
	r := &run{a: &Agent{Config: Config{Now: time.Now, Log: slog.New(slog.DiscardHandler)}}, visitor: postgres.Visitor{Role: role}, closed: true}
	r.offered = tools.For(role, all)
	var err error
	if r.system, err = prompt(role, r.a.Now(), r.offered); err != nil {
		return nil, "", err
	}
	for _, text := range said {
		r.history = append(r.history, turnMessage{Role: "human", Text: text})
	}
	r.history = mend(r.history)
	last := len(r.history) - 1
	r.history, r.turns, r.facts = r.history[:last], r.history[last:], newFacts(r.history)
	s := &speech{r: r, guard: r.facts.guard(m)}
	answer, err := r.generate(ctx, m, s, false)
	if err != nil {
		return nil, "", err
	}
	var calls []Call
	for _, c := range answer.Calls {
		call := Call{Tool: c.Name, Args: map[string]any{}}
		_ = json.Unmarshal([]byte(c.Args), &call.Args) // what is not JSON has no argument
		calls = append(calls, call)
	}
	return calls, answer.Text, nil
}
