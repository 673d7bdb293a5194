package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tmc/langchaingo/llms"

	"tandem/internal/fault"
	"tandem/tools"
)

// maxCalls is how many calls of one step are run; the others are answered with
// a sentence that says so.
const maxCalls = 8

// called is what came of a call.
type called struct {
	result tools.Result
	err    error
	ran    bool
	took   time.Duration
}

// callAll runs the calls of one step and gives each its result, whatever
// happens. They run at the same time, except that one which changes something
// waits for those before it and is waited for by those after it. Their events
// come one call after the other, in the order of the calls; the progress of the
// first that is not done is seen live. made are the calls of earlier steps,
// which are not run again.
func (r *run) callAll(ctx context.Context, calls []toolCall, made map[string]bool) []turnMessage {
	lanes := make([]*lane, len(calls))
	results := make([]called, len(calls))
	done := make([]chan struct{}, len(calls))
	for i, call := range calls {
		lanes[i], done[i] = &lane{r: r}, make(chan struct{})
		var before []chan struct{} // that this one waits for
		for j := range i {
			if r.changes(call) || r.changes(calls[j]) {
				before = append(before, done[j])
			}
		}
		go func() { // waited for below
			defer close(done[i])
			for _, d := range before {
				<-d
			}
			switch {
			case i >= maxCalls:
				results[i] = mistaken("Trop d'appels à la fois : %d au plus. Refaites celui-ci s'il le faut.", maxCalls)
			case made[call.key()]:
				results[i] = mistaken("Appel déjà fait avec les mêmes arguments : son résultat est plus haut.")
			default:
				results[i] = r.call(ctx, call, lanes[i])
			}
		}()
	}
	messages := make([]turnMessage, len(calls))
	for i, call := range calls {
		r.announce(call)
		lanes[i].open()
		<-done[i]
		lanes[i].close()
		messages[i] = r.report(ctx, call, results[i])
	}
	return messages
}

func (r *run) changes(c toolCall) bool {
	return slices.ContainsFunc(r.offered, func(t tools.Tool) bool { return t.Name == c.Name && t.Changes })
}

func mistaken(format string, args ...any) called {
	return called{result: tools.Result{Data: tools.Mistake{Mistake: fmt.Sprintf(format, args...)}}}
}

// lane is what one call says of its progress: held while calls before it are
// not done, then live, then nothing more.
type lane struct {
	r            *run
	mu           sync.Mutex
	live, closed bool
	held         *draft // the newest: it replaces those before it
}

func (l *lane) emit(d draft) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed: // a tool that was given up on goes on talking
	case l.live:
		l.r.emit(d)
	default:
		l.held = &d
	}
}

func (l *lane) open() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.live = true
	if l.held != nil {
		l.r.emit(*l.held)
	}
}

func (l *lane) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
}

func (r *run) announce(call toolCall) {
	now := r.now()
	r.emit(
		draft{kind: typeStepStarted, body: step{base{typeStepStarted, now}, call.Name}},
		draft{kind: typeToolStart, body: toolStart{base{typeToolStart, now}, call.ID, call.Name, ""}},
		draft{kind: typeToolArgs, body: toolArgs{base{typeToolArgs, now}, call.ID, call.Args}},
		draft{kind: typeToolEnd, body: toolEnd{base{typeToolEnd, now}, call.ID}},
	)
}

func (r *run) call(ctx context.Context, call toolCall, l *lane) called {
	caller := r.caller
	caller.Progress = func(label string, percent int) {
		content := must(map[string]any{"label": label, "percent": percent, "tool": call.Name})
		l.emit(draft{kind: typeActivity, body: activity{base{typeActivity, r.now()}, call.ID + ":progress", "progress", content, true}})
	}
	began := r.a.Now()
	result, err := tools.Call(ctx, r.offered, caller, call.Name, json.RawMessage(call.Args), toolTime)
	return called{result, err, true, r.a.Now().Sub(began)}
}

// report says what came of a call, to the page and to the model.
func (r *run) report(ctx context.Context, call toolCall, c called) turnMessage {
	result := c.result
	if c.err != nil {
		if ctx.Err() != nil {
			result = tools.Result{Data: tools.Mistake{Mistake: "Appel arrêté avant la fin."}}
		} else {
			r.a.Log.Error("tool failed", "tool", call.Name, "run", r.q.Run, "err", c.err)
			result = tools.Result{Data: tools.Mistake{Mistake: fault.Message(c.err)}}
		}
	}
	_, mistake := result.Data.(tools.Mistake)
	ok := c.err == nil && !mistake
	if c.ran {
		r.receipt.Tools = append(r.receipt.Tools, ReceiptTool{call.Name, c.took.Milliseconds(), ok})
	}
	data, err := json.Marshal(result.Data)
	if err != nil { // a NaN of an engine, say: our failure, read as such
		r.a.Log.Error("result of a tool does not marshal", "tool", call.Name, "run", r.q.Run, "err", err)
		data, ok = must(tools.Mistake{Mistake: fault.Message(err)}), false
	}
	content := shorten(string(data), toolOutput)
	now := r.now()
	r.emit(draft{kind: typeToolResult, body: toolResult{base{typeToolResult, now}, call.ID + ":result", call.ID, content, "tool"}})
	if ok {
		if result.Activity != "" {
			r.emit(draft{kind: typeActivity, body: activity{base{typeActivity, now}, call.ID + ":activity", result.Activity, data, true}})
		}
		r.facts.learn(result, data)
	}
	for _, p := range result.Sources {
		if slices.Contains(r.receipt.Sources, p.ID) {
			continue
		}
		r.receipt.Sources = append(r.receipt.Sources, p.ID)
		r.emit(draft{kind: typeCustom, body: custom{base{typeCustom, now}, "source", sourceOf(p)}})
	}
	for _, e := range result.Events {
		r.emit(draft{kind: typeCustom, body: custom{base{typeCustom, now}, e.Name, e.Value}})
	}
	r.emit(draft{kind: typeStepEnded, body: step{base{typeStepEnded, now}, call.Name}})
	return turnMessage{Role: "tool", Call: call.ID, Name: call.Name, Text: content}
}

// shorten cuts a result to about so many bytes and says so in it.
func shorten(content string, most int) string {
	if len(content) <= most {
		return content
	}
	cut := strings.ToValidUTF8(content[:most], "")
	return string(must(map[string]any{"cut": true, "notice": "Résultat coupé : trop long pour être relu en entier.", "beginning": cut}))
}

func declare(offered []tools.Tool) []llms.Tool {
	list := make([]llms.Tool, len(offered))
	for i, t := range offered {
		list[i] = llms.Tool{Type: "function", Function: &llms.FunctionDefinition{Name: t.Name, Description: t.Description, Parameters: t.Schema}}
	}
	return list
}
