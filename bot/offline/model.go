package offline

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/tmc/langchaingo/llms"
)

// Name is how the model is called in receipts; people read « mode sobre ».
const Name = "tandem-sobre-1"

// Model is the offline model. It holds no conversation and is safe for
// concurrent use.
type Model struct{ c *classifier }

var _ llms.Model = (*Model)(nil)

// New returns the model, trained on the utterances that are built in. The first
// call trains (about 0.4 s); later ones share the result. It fails only if the
// built-in table is broken.
func New() (*Model, error) {
	c, err := trained()
	if err != nil {
		return nil, err
	}
	return &Model{c}, nil
}

// Call answers a single prompt without tools.
//
// Deprecated: here because llms.Model has it.
func (m *Model) Call(ctx context.Context, prompt string, options ...llms.CallOption) (string, error) {
	return llms.GenerateFromSinglePrompt(ctx, m, prompt, options...)
}

// GenerateContent understands the last human message and calls tools, or, when
// results follow it, phrases them. It reads the lines role=… and date=… of the
// system message, and the last line « [document joint : id=… nom=…] » of a human
// one. Only tools in the options are called. Text is streamed in pieces of a few
// words. The error is that of ctx or of the streaming function.
func (m *Model) GenerateContent(ctx context.Context, messages []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var opts llms.CallOptions
	for _, o := range options {
		o(&opts)
	}
	c := readConversation(messages)
	c.Tools = []string{}
	if opts.ToolChoice != "none" {
		for _, t := range opts.Tools {
			if t.Function != nil {
				c.Tools = append(c.Tools, t.Function.Name)
			}
		}
	}
	choice := &llms.ContentChoice{StopReason: "stop"}
	if len(c.results) > 0 {
		choice.Content = c.compose()
	} else {
		u := m.Understand(c.text, c.Context)
		choice.Content = c.opening(u)
		for _, call := range u.Calls {
			args, err := json.Marshal(call.Args)
			if err != nil {
				return nil, err
			}
			choice.ToolCalls = append(choice.ToolCalls, llms.ToolCall{ID: "call_" + rand.Text(), Type: "function",
				FunctionCall: &llms.FunctionCall{Name: call.Tool, Arguments: string(args)}})
			choice.StopReason = "tool_calls"
		}
	}
	if opts.StreamingFunc != nil {
		for piece := range pieces(choice.Content) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := opts.StreamingFunc(ctx, []byte(piece)); err != nil {
				return nil, err
			}
		}
	}
	in, out := 0, (len(choice.Content)+3)/4
	for _, msg := range messages {
		for _, p := range msg.Parts {
			switch p := p.(type) {
			case llms.TextContent:
				in += (len(p.Text) + 3) / 4
			case llms.ToolCallResponse:
				in += (len(p.Content) + 3) / 4
			}
		}
	}
	for _, call := range choice.ToolCalls {
		out += (len(call.FunctionCall.Name) + len(call.FunctionCall.Arguments) + 3) / 4
	}
	choice.GenerationInfo = map[string]any{"PromptTokens": in, "CompletionTokens": out, "TotalTokens": in + out}
	return &llms.ContentResponse{Choices: []*llms.ContentChoice{choice}}, nil
}

// pieces yields a text a few words at a time; together they are the text.
func pieces(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for len(text) > 0 {
			end := 0
			for range 3 {
				i := strings.IndexAny(text[end:], " \n")
				if i < 0 {
					end = len(text)
					break
				}
				end += i + 1
			}
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
	}
}

// conversation is what the messages say.
type conversation struct {
	Context
	text    string   // the last human message, without the document line
	results []result // of the calls after it
	past    []result // of the newest earlier turn that has some
}

// result is a call with what came of it.
type result struct {
	Call
	json string
}

var (
	roleLine     = regexp.MustCompile(`(?m)^role=(\w+)\s*$`)
	documentLine = regexp.MustCompile(`\[document joint : id=(\S{1,128}) nom=([^\n\]]{0,300})\]\s*$`)
)

func readConversation(messages []llms.MessageContent) conversation {
	var c conversation
	calls := map[string]Call{}
	var turn *Turn
	var results []result
	closeTurn := func() {
		if turn == nil {
			return
		}
		for _, r := range results {
			turn.Shown = append(turn.Shown, shown(r)...)
		}
		if len(results) > 0 {
			c.past = results
		}
		c.Earlier = append(c.Earlier, *turn)
		turn, results = nil, nil
	}
	for _, msg := range messages {
		switch msg.Role {
		case llms.ChatMessageTypeSystem:
			if f := roleLine.FindStringSubmatch(textOf(msg)); f != nil {
				c.Role = f[1]
			}
		case llms.ChatMessageTypeHuman, llms.ChatMessageTypeGeneric:
			closeTurn()
			c.text, c.Document, c.DocumentName = textOf(msg), "", ""
			if f := documentLine.FindStringSubmatchIndex(c.text); f != nil {
				c.Document, c.DocumentName = c.text[f[2]:f[3]], c.text[f[4]:f[5]]
				c.text = strings.TrimSpace(c.text[:f[0]])
			}
			turn = &Turn{Text: c.text, Document: c.Document != ""}
		case llms.ChatMessageTypeAI:
			for _, p := range msg.Parts {
				if p, ok := p.(llms.ToolCall); ok && p.FunctionCall != nil && turn != nil {
					call := Call{Tool: p.FunctionCall.Name, Args: map[string]any{}}
					// Arguments that are not JSON leave the call without any.
					_ = json.Unmarshal([]byte(p.FunctionCall.Arguments), &call.Args)
					if call.Args == nil {
						call.Args = map[string]any{}
					}
					calls[p.ID] = call
					turn.Calls = append(turn.Calls, call)
				}
			}
		case llms.ChatMessageTypeTool:
			for _, p := range msg.Parts {
				if p, ok := p.(llms.ToolCallResponse); ok && turn != nil {
					call, known := calls[p.ToolCallID]
					if !known {
						call = Call{Tool: p.Name, Args: map[string]any{}}
					}
					results = append(results, result{call, p.Content})
				}
			}
		}
	}
	c.results = results
	if len(c.Earlier) > 12 {
		c.Earlier = c.Earlier[len(c.Earlier)-12:]
	}
	return c
}

func textOf(msg llms.MessageContent) string {
	var b strings.Builder
	for _, p := range msg.Parts {
		if p, ok := p.(llms.TextContent); ok {
			b.WriteString(p.Text)
		}
	}
	if s := b.String(); utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(b.String(), "")
}
