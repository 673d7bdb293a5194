// Package fake is an OpenAI-compatible endpoint that plays a model of this
// process, so that the whole path of a real one (HTTP, dialect, mask, retries) is
// tested, evaluated and measured without one.
//
// An [Endpoint] answers POST …/chat/completions with a stream in a [Style]: the
// ways in which the vendors we know differ. It refuses what they refuse. It is
// no more than that: it has no keys, no limits, no other routes.
package fake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/tmc/langchaingo/llms"
)

// Style is how an endpoint differs from OpenAI's.
type Style struct {
	Strict      bool // refuses optional fields and long call ids, as Mistral does
	Typeless    bool // leaves "type" out of calls
	IndexZero   bool // numbers every call 0
	Interleaved bool // sends the arguments of parallel calls by turns
	Thinks      bool // sends reasoning before the answer, in a field and between tags
	Objects     bool // writes arguments as objects
	Uncounted   bool // does not count tokens
	Energy      bool // says what energy it used
}

// Styles by name.
var Styles = map[string]Style{
	"openai":   {},
	"mistral":  {Strict: true, Typeless: true},
	"albert":   {Energy: true},
	"vllm":     {Interleaved: true, Thinks: true},
	"ollama":   {IndexZero: true, Objects: true},
	"llamacpp": {Uncounted: true},
}

// Endpoint is an http.Handler. Safe for concurrent use if Model is.
type Endpoint struct {
	Model llms.Model
	Style Style
}

type request struct {
	Model      string `json:"model"`
	Messages   []message
	Tools      []llms.Tool     `json:"tools"`
	ToolChoice json.RawMessage `json:"tool_choice"`
	Stream     bool            `json:"stream"`
}

type message struct {
	Role       string          `json:"role"`
	Content    json.RawMessage `json:"content"` // a string, or parts
	ToolCallID string          `json:"tool_call_id"`
	ToolCalls  []struct {
		ID       string            `json:"id"`
		Function llms.FunctionCall `json:"function"`
	} `json:"tool_calls"`
}

func (e Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body map[string]json.RawMessage
	var req request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 8<<20)).Decode(&body); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	whole, _ := json.Marshal(body) // was JSON just now
	if err := json.Unmarshal(whole, &req); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	if !req.Stream || r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/chat/completions") {
		refuse(w, http.StatusNotFound, errors.New("only streamed chat completions are played here"))
		return
	}
	if e.Style.Strict {
		for _, extra := range []string{"stream_options", "max_completion_tokens"} {
			if _, sent := body[extra]; sent {
				refuse(w, http.StatusUnprocessableEntity, fmt.Errorf("extra_forbidden: %s", extra))
				return
			}
		}
	}
	messages, err := e.read(req.Messages)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	e.play(r.Context(), w, req, messages)
}

func refuse(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"object": "error", "message": err.Error(), "code": status}) // the other side is gone, or reads it
}

// read turns messages into those of the seam, and refuses what strict endpoints
// refuse: a call without its result, a result without its call.
func (e Endpoint) read(in []message) ([]llms.MessageContent, error) {
	var out []llms.MessageContent
	var waiting []string
	names := map[string]string{}
	for i, m := range in {
		if len(waiting) > 0 && m.Role != "tool" {
			return nil, fmt.Errorf("message %d: %d calls have no result", i, len(waiting))
		}
		switch m.Role {
		case "system":
			out = append(out, llms.TextParts(llms.ChatMessageTypeSystem, flat(m.Content)))
		case "user":
			out = append(out, llms.TextParts(llms.ChatMessageTypeHuman, flat(m.Content)))
		case "assistant":
			c := llms.MessageContent{Role: llms.ChatMessageTypeAI}
			if text := flat(m.Content); text != "" {
				c.Parts = append(c.Parts, llms.TextContent{Text: text})
			}
			for _, call := range m.ToolCalls {
				if e.Style.Strict && len(call.ID) != 9 {
					return nil, fmt.Errorf("call id %q has not nine letters and digits", call.ID)
				}
				waiting = append(waiting, call.ID)
				names[call.ID] = call.Function.Name
				c.Parts = append(c.Parts, llms.ToolCall{ID: call.ID, Type: "function", FunctionCall: &call.Function})
			}
			out = append(out, c)
		case "tool":
			if len(waiting) == 0 || waiting[0] != m.ToolCallID {
				return nil, fmt.Errorf("message %d: a result of no call", i)
			}
			waiting = waiting[1:]
			out = append(out, llms.MessageContent{Role: llms.ChatMessageTypeTool, Parts: []llms.ContentPart{
				llms.ToolCallResponse{ToolCallID: m.ToolCallID, Name: names[m.ToolCallID], Content: flat(m.Content)}}})
		default:
			return nil, fmt.Errorf("message %d has role %q", i, m.Role)
		}
	}
	if len(waiting) > 0 {
		return nil, fmt.Errorf("%d calls have no result", len(waiting))
	}
	return out, nil
}

func flat(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var parts []struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(raw, &parts) // neither: no text
	for _, p := range parts {
		s += p.Text
	}
	return s
}

func (e Endpoint) play(ctx context.Context, w http.ResponseWriter, req request, messages []llms.MessageContent) {
	w.Header().Set("Content-Type", "text/event-stream")
	flusher := http.NewResponseController(w)
	send := func(chunk map[string]any) error {
		b, err := json.Marshal(chunk)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", b); err != nil {
			return err
		}
		return flusher.Flush()
	}
	delta := func(d map[string]any, finish any) error {
		return send(map[string]any{"id": "fake", "object": "chat.completion.chunk", "model": req.Model,
			"choices": []any{map[string]any{"index": 0, "delta": d, "finish_reason": finish}}})
	}
	if e.Style.Thinks {
		_ = delta(map[string]any{"role": "assistant", "reasoning_content": "Voyons."}, nil)
		_ = delta(map[string]any{"content": "<think>Voyons encore.</think>\n\n"}, nil) // a broken connection shows below
	}
	options := []llms.CallOption{llms.WithTools(req.Tools), llms.WithStreamingFunc(func(_ context.Context, b []byte) error {
		return delta(map[string]any{"content": string(b)}, nil)
	})}
	if string(req.ToolChoice) == `"none"` {
		options = append(options, llms.WithToolChoice("none"))
	}
	resp, err := e.Model.GenerateContent(ctx, messages, options...)
	if err != nil || len(resp.Choices) == 0 {
		_ = send(map[string]any{"error": map[string]any{"message": fmt.Sprint(err), "code": http.StatusInternalServerError}})
		return
	}
	c := resp.Choices[0]
	for _, d := range e.Style.calls(c.ToolCalls) {
		if err := delta(map[string]any{"tool_calls": []any{d}}, nil); err != nil {
			return
		}
	}
	finish := "stop"
	if len(c.ToolCalls) > 0 {
		finish = "tool_calls"
	}
	if err := delta(map[string]any{}, finish); err != nil {
		return
	}
	if !e.Style.Uncounted {
		usage := map[string]any{"prompt_tokens": c.GenerationInfo["PromptTokens"], "completion_tokens": c.GenerationInfo["CompletionTokens"]}
		if e.Style.Energy {
			usage["impacts"] = map[string]any{"kWh": 0.0001, "kgCO2eq": 0.00001}
		}
		_ = send(map[string]any{"id": "fake", "object": "chat.completion.chunk", "model": req.Model, "choices": []any{}, "usage": usage})
	}
	_, _ = fmt.Fprint(w, "data: [DONE]\n\n") // nobody is left to tell
}

// calls are the deltas in which calls are sent.
func (s Style) calls(calls []llms.ToolCall) []map[string]any {
	var heads, tails []map[string]any
	for i, c := range calls {
		index := i
		if s.IndexZero {
			index = 0
		}
		f := map[string]any{"name": c.FunctionCall.Name, "arguments": c.FunctionCall.Arguments}
		head := map[string]any{"index": index, "id": c.ID, "type": "function", "function": f}
		if s.Typeless {
			delete(head, "type")
		}
		if s.Objects {
			f["arguments"] = json.RawMessage(c.FunctionCall.Arguments)
		}
		if s.Interleaved {
			half := len(c.FunctionCall.Arguments) / 2
			for half > 0 && !utf8.RuneStart(c.FunctionCall.Arguments[half]) {
				half--
			}
			f["arguments"] = ""
			tails = append(tails, map[string]any{"index": i, "function": map[string]any{"arguments": c.FunctionCall.Arguments[:half]}})
			tails = append(tails, map[string]any{"index": i, "function": map[string]any{"arguments": c.FunctionCall.Arguments[half:]}})
		}
		heads = append(heads, head)
	}
	if !s.Interleaved {
		return heads
	}
	for part := range 2 { // first halves, then second ones
		for i := part; i < len(tails); i += 2 {
			heads = append(heads, tails[i])
		}
	}
	return heads
}
