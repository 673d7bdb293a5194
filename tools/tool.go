package tools

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/retrieval"
)

// Caller is who a tool works for and what was said: the tool acts as this
// visitor and sees nothing else.
type Caller struct {
	postgres.Visitor
	Conversation string
	Said         []string                        // the person's messages, newest first, as written
	Document     string                          // id of the document joined to this message, if any
	Progress     func(label string, percent int) // never nil; percent 0–100
}

// Result is what came of a call. Data is what the model reads (as JSON) and,
// when Activity is set, what the page draws (ACTIVITY_SNAPSHOT of that type).
type Result struct {
	Data     any
	Activity string // rome.skills, offer.legality, offer.delay, offer.list, rome.occupation, or ""
	Sources  []retrieval.Passage
	Events   []Event // other facts for the page (handoff.requested)
}

// Event is a CUSTOM event of the protocol.
type Event struct {
	Name  string
	Value any
}

// Mistake is a Result's Data when the call cannot be answered as asked: the
// model reads it and may correct itself or ask the person. It is not an error.
type Mistake struct {
	Mistake string `json:"mistake"` // French: what is wrong and what to do
}

func mistake(format string, args ...any) (Result, error) {
	return Result{Data: Mistake{fmt.Sprintf(format, args...)}}, nil
}

// Tool is one thing the agent can do. Make one with [New].
type Tool struct {
	Name        string
	Description string // for the model
	Roles       []postgres.Role
	Schema      json.RawMessage // JSON schema of the input
	Changes     bool            // it changes something: calls of one step wait for each other around it
	run         func(context.Context, Caller, json.RawMessage) (Result, error)
}

// New makes a tool from a typed function. The input's JSON schema is inferred
// from In (fields with omitempty are optional) and every call is validated
// against it before f runs. New panics when In has no schema: that is a
// programming error, seen at start.
func New[In any](name, description string, roles []postgres.Role, f func(context.Context, Caller, In) (Result, error)) Tool {
	schema, err := jsonschema.For[In](nil)
	if err != nil {
		panic("tools: input of " + name + " has no schema: " + err.Error())
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		panic("tools: schema of " + name + ": " + err.Error())
	}
	text, err := json.Marshal(schema)
	if err != nil {
		panic("tools: schema of " + name + ": " + err.Error())
	}
	return Tool{Name: name, Description: description, Roles: roles, Schema: text,
		run: func(ctx context.Context, c Caller, args json.RawMessage) (Result, error) {
			// Models write null for "not given"; the schema does not know null.
			fields := map[string]any{}
			if err := json.Unmarshal(args, &fields); err != nil {
				return mistake("Les arguments ne sont pas un objet JSON valide : %v.", err)
			}
			for k, v := range fields {
				if v == nil {
					delete(fields, k)
				}
			}
			if err := resolved.Validate(fields); err != nil {
				return mistake("Arguments refusés : %v.", err)
			}
			clean, err := json.Marshal(fields)
			if err != nil {
				return Result{}, err
			}
			var in In
			d := json.NewDecoder(bytes.NewReader(clean))
			if err := d.Decode(&in); err != nil {
				return mistake("Arguments refusés : %v.", err)
			}
			return f(ctx, c, in)
		}}
}

// changing marks a tool that changes something.
func changing(t Tool) Tool {
	t.Changes = true
	return t
}

// grace is how long a tool may take to notice that it is to stop.
const grace = 500 * time.Millisecond

// For returns the tools that a role has.
func For(role postgres.Role, all []Tool) []Tool {
	var has []Tool
	for _, t := range all {
		if slices.Contains(t.Roles, role) {
			has = append(has, t)
		}
	}
	return has
}

// Call runs one of the offered tools within limit, and does not wait longer for
// one that does not stop. An unknown name, bad
// arguments and application errors ([fault.Error] other than internal and
// unavailable) are results with a [Mistake]; panics and failures are errors.
func Call(ctx context.Context, offered []Tool, c Caller, name string, args json.RawMessage, limit time.Duration) (result Result, err error) {
	i := slices.IndexFunc(offered, func(t Tool) bool { return t.Name == name })
	if i < 0 {
		return mistake("L'outil %q n'existe pas, ou cette personne n'y a pas droit.", name)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit,
		fault.New(fault.Unavailable, "Cette recherche prend trop de temps. Réessayez avec une demande plus courte."))
	defer cancel()
	if c.Progress == nil {
		c.Progress = func(string, int) {}
	}
	type outcome struct {
		result Result
		err    error
	}
	done := make(chan outcome, 1) // so that one who is not waited for can end
	go func() {
		var o outcome
		defer func() {
			if p := recover(); p != nil {
				o = outcome{err: fmt.Errorf("tool %s panicked: %v\n%s", name, p, debug.Stack())}
			}
			done <- o
		}()
		o.result, o.err = offered[i].run(ctx, c, args)
	}()
	select {
	case o := <-done:
		result, err = o.result, o.err
	case <-ctx.Done():
		// Most tools end at once now. One that does not listen is left to end by itself.
		select {
		case o := <-done:
			result, err = o.result, o.err
		case <-time.After(grace):
			return Result{}, context.Cause(ctx)
		}
	}
	if err != nil && ctx.Err() != nil {
		return result, context.Cause(ctx)
	}
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.NotFound, fault.Forbidden, fault.TooLarge, fault.Conflict:
		return mistake("%s", fault.Message(err))
	}
	return result, err
}
