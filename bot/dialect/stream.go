package dialect

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"sync/atomic"
)

const (
	maxCalls = 64
	// piece is the most text of one event that we write: llms/openai reads lines
	// of 64 KiB, and JSON may write a byte as six.
	piece = 8 << 10
)

// event is a chunk of a stream, or a whole answer.
type event struct {
	Object  string          `json:"object"`
	Model   string          `json:"model"`
	Choices []choice        `json:"choices"`
	Usage   json.RawMessage `json:"usage"`
	Error   json.RawMessage `json:"error"`
}

type choice struct {
	Index        int             `json:"index"`
	Delta        delta           `json:"delta"`
	Message      *delta          `json:"message"` // instead of a delta, by those that did not stream
	FinishReason *string         `json:"finish_reason"`
	Error        json.RawMessage `json:"error"`
}

type delta struct {
	Content   json.RawMessage `json:"content"` // a string, null, or parts (Magistral)
	ToolCalls []callDelta     `json:"tool_calls"`
}

// stream is an answer, re-emitted in the one dialect that llms/openai reads
// right: text in pieces, then each call whole, then one finish, then [DONE].
// What is not an answer fails the read.
type stream struct {
	in     *heard
	x      *exchange
	repair func(string)

	events events
	out    bytes.Buffer
	err    error // io.EOF when all was said
	calls  assembly
	text   thoughts
	spoke  bool
	finish string
	usage  json.RawMessage
	whole  atomic.Bool // all was said; Close may come from another goroutine than Read
}

func (s *stream) Close() error {
	if s.whole.Load() {
		s.in.drain()
	}
	return s.in.Close()
}

func (s *stream) Read(p []byte) (int, error) {
	for s.out.Len() == 0 && s.err == nil {
		if err := s.step(); err != nil {
			s.err = err
			if err != io.EOF {
				s.err = s.x.fail(err)
			}
		}
	}
	if s.out.Len() > 0 {
		return s.out.Read(p)
	}
	return 0, s.err
}

// step reads one event and writes what can be written by then. io.EOF: nothing
// is to come.
func (s *stream) step() error {
	if s.events.r == nil {
		s.events.r = bufio.NewReaderSize(io.LimitReader(s.in, maxStream), 16<<10)
		return s.open()
	}
	e, err := s.events.next()
	if err == io.EOF {
		if s.finish == "" {
			return &Error{Kind: Cut}
		}
		return s.conclude()
	}
	if err != nil {
		return err
	}
	if string(e.data) == "[DONE]" {
		if s.finish == "" {
			if !s.spoke && len(s.calls.calls) == 0 {
				return &Error{Kind: Cut}
			}
			s.repair("done without a finish")
			s.finish = "stop"
		}
		return s.conclude()
	}
	return s.take(e)
}

// open looks at what the answer begins with: some endpoints do not stream, and
// some that stand between answer with a page.
func (s *stream) open() error {
	for {
		first, err := s.events.r.Peek(1)
		if err != nil {
			if err == io.EOF {
				return &Error{Kind: Cut}
			}
			return err
		}
		switch first[0] {
		case ' ', '\r', '\n', '\t', 0xEF, 0xBB, 0xBF: // and a byte order mark
			_, _ = s.events.r.Discard(1) // was peeked
		case '{':
			b, err := io.ReadAll(io.LimitReader(s.events.r, maxEvent+1))
			if err != nil {
				return err
			}
			if len(b) > maxEvent {
				return &Error{Kind: TooLarge}
			}
			s.repair("an answer that was not streamed")
			if err := s.take(sse{data: b}); err != nil {
				return err
			}
			if s.finish == "" {
				return &Error{Kind: Cut}
			}
			return s.conclude()
		case '<':
			return garbled("a page and not an answer")
		default:
			return nil
		}
	}
}

func (s *stream) take(raw sse) error {
	var e event
	if err := json.Unmarshal(raw.data, &e); err != nil && !raw.bad {
		return garbled("an event cannot be decoded") // the cause would quote it
	}
	if raw.bad || e.Object == "error" || filled(e.Error) {
		return inStream(raw.data)
	}
	if e.Model != "" {
		s.x.note(func(x *exchange) { x.model = e.Model })
	}
	if filled(e.Usage) {
		s.count(e.Usage)
	}
	for _, c := range e.Choices {
		if c.Index != 0 {
			continue
		}
		if filled(c.Error) {
			return inStream(c.Error)
		}
		if c.Message != nil {
			c.Delta = *c.Message
		}
		if t := s.text.add(s.flat(c.Delta.Content)); t != "" {
			s.speak(t)
		}
		if len(c.Delta.ToolCalls) > 0 {
			if err := s.calls.add(c.Delta.ToolCalls, s.repair); err != nil {
				return err
			}
		}
		if c.FinishReason != nil && *c.FinishReason != "" {
			if *c.FinishReason == "error" {
				return inStream(raw.data)
			}
			s.finish = *c.FinishReason
		}
	}
	return nil
}

func filled(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

func inStream(raw []byte) *Error {
	status, message := said(raw)
	return &Error{Kind: InStream, Status: status, Message: message}
}

// count keeps the three counts that all agree on, and the energy that
// OpenGateLLM says. llms/openai skips, finish and all, a chunk whose usage has a
// field of an unexpected type.
func (s *stream) count(raw json.RawMessage) {
	var u struct {
		Prompt     float64 `json:"prompt_tokens"`
		Completion float64 `json:"completion_tokens"`
	}
	if json.Unmarshal(raw, &u) == nil && u.Prompt+u.Completion > 0 && u.Prompt >= 0 && u.Completion >= 0 && u.Prompt+u.Completion < 1e9 {
		in, out := int(u.Prompt), int(u.Completion)
		s.usage, _ = json.Marshal(map[string]int{"prompt_tokens": in, "completion_tokens": out, "total_tokens": in + out}) // cannot fail
		s.x.note(func(x *exchange) { x.counts = true })
	}
	var spent struct {
		Impacts struct {
			KWh json.RawMessage `json:"kWh"`
		} `json:"impacts"`
	}
	if json.Unmarshal(raw, &spent) == nil {
		var kwh float64
		if json.Unmarshal(spent.Impacts.KWh, &kwh) == nil && kwh > 0 && kwh < 10 {
			wh := kwh * 1000
			s.x.note(func(x *exchange) { x.energy = &wh })
		}
	}
}

func (s *stream) conclude() error {
	if t := s.text.rest(); t != "" {
		s.speak(t)
	}
	if err := s.calls.write(&s.out); err != nil {
		return err
	}
	if len(s.calls.calls) > 0 {
		s.finish = "tool_calls"
	}
	write(&s.out, map[string]any{}, &s.finish, s.usage)
	s.out.WriteString("data: [DONE]\n\n")
	s.whole.Store(true)
	return io.EOF
}

// speak emits text in pieces. One that begins with "[{" is parted after the
// bracket: llms/openai streams tool calls as JSON through the same function, and
// "begins with [{" is how [Model] tells them apart.
func (s *stream) speak(text string) {
	s.spoke = true
	for text != "" {
		n := min(len(text), piece)
		if strings.HasPrefix(text, "[{") {
			n = 1
		}
		for n < len(text) && n > 1 && text[n]&0xC0 == 0x80 {
			n--
		}
		write(&s.out, map[string]any{"content": text[:n]}, nil, nil)
		text = text[n:]
	}
}

func write(out *bytes.Buffer, delta map[string]any, finish *string, usage json.RawMessage) {
	e := map[string]any{"choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}}}
	if usage != nil {
		e["usage"] = usage
	}
	b, _ := json.Marshal(e) // strings and numbers: cannot fail
	out.WriteString("data: ")
	out.Write(b)
	out.WriteString("\n\n")
}

// flat is content as text: a string, or parts of which the text ones are kept.
func (s *stream) flat(raw json.RawMessage) string {
	var text string
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil {
		return text
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if json.Unmarshal(raw, &parts) != nil {
		return ""
	}
	s.repair("content as parts")
	var b strings.Builder
	for _, p := range parts {
		if p.Type == "text" {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
