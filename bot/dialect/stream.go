package dialect

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Limits of one stream: an endpoint is outside, too.
const (
	maxEvent  = 4 << 20
	maxStream = 32 << 20
	maxCalls  = 64
	piece     = 16 << 10 // of text in one event: llms/openai reads lines of 64 KiB
)

// Errors of a stream that began well.
var (
	ErrCut = errors.New("model endpoint: the stream ended before its finish")
)

type event struct {
	Choices []struct {
		Index        int     `json:"index"`
		Delta        delta   `json:"delta"`
		FinishReason *string `json:"finish_reason"`
	} `json:"choices"`
	Usage json.RawMessage `json:"usage"`
	Error json.RawMessage `json:"error"`
}

type delta struct {
	Content   json.RawMessage `json:"content"` // a string, null, or parts (Magistral)
	ToolCalls []callDelta     `json:"tool_calls"`
}

type callDelta struct {
	Index    *int   `json:"index"`
	ID       string `json:"id"`
	Function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

type call struct {
	id, name string
	args     strings.Builder
}

// repair re-emits a stream event by event.
func repair(in io.ReadCloser) io.ReadCloser {
	out, w := io.Pipe()
	go func() {
		defer func() { _ = in.Close() }()
		w.CloseWithError(translate(in, w))
	}()
	return &body{out, in}
}

// body closes both ends, so that a reader that stops also stops the endpoint.
type body struct {
	*io.PipeReader
	in io.Closer
}

func (b *body) Close() error {
	_ = b.in.Close()
	return b.PipeReader.Close()
}

func translate(in io.Reader, w io.Writer) error {
	r := bufio.NewReaderSize(io.LimitReader(in, maxStream), 64<<10)
	var calls []*call
	current := map[int]int{} // index as sent → place in calls
	finish := ""
	var usage json.RawMessage
	done := false
	for !done {
		data, err := next(r)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if bytes.Equal(data, []byte("[DONE]")) {
			done = true
			break
		}
		var e event
		if err := json.Unmarshal(data, &e); err != nil {
			return errors.New("model endpoint: event cannot be decoded") // the cause would quote it
		}
		if len(e.Error) > 0 && string(e.Error) != "null" {
			return &Error{Status: http.StatusOK, Message: fmt.Sprintf("%.500s", e.Error)}
		}
		if len(e.Usage) > 0 && string(e.Usage) != "null" {
			usage = e.Usage
		}
		for _, c := range e.Choices {
			if c.Index != 0 {
				continue
			}
			if err := sendText(w, text(c.Delta.Content)); err != nil {
				return err
			}
			for n, d := range c.Delta.ToolCalls {
				if calls, err = assemble(calls, current, d, n); err != nil {
					return err
				}
			}
			if c.FinishReason != nil && *c.FinishReason != "" {
				finish = *c.FinishReason
			}
		}
	}
	if finish == "" {
		return ErrCut
	}
	return conclude(w, calls, finish, usage)
}

// assemble adds a delta to its call. A new non-empty id opens a new call even
// under a known index (Ollama sends 0 for all); no index means by position.
func assemble(calls []*call, current map[int]int, d callDelta, position int) ([]*call, error) {
	index := position
	if d.Index != nil {
		index = *d.Index
	}
	at, known := current[index]
	if !known || (d.ID != "" && calls[at].id != "" && d.ID != calls[at].id) {
		if d.ID == "" && d.Function.Name == "" && d.Function.Arguments == "" {
			return calls, nil // an empty continuation of nothing
		}
		if len(calls) == maxCalls {
			return calls, errors.New("model endpoint: too many tool calls")
		}
		at = len(calls)
		current[index] = at
		calls = append(calls, &call{})
	}
	c := calls[at]
	if c.id == "" {
		c.id = d.ID
	}
	if c.name == "" {
		c.name = d.Function.Name
	}
	c.args.WriteString(d.Function.Arguments)
	return calls, nil
}

func conclude(w io.Writer, calls []*call, finish string, usage json.RawMessage) error {
	for i, c := range calls {
		if c.name == "" {
			return errors.New("model endpoint: tool call without a name")
		}
		if c.id == "" {
			c.id = fmt.Sprintf("call_%d", i)
		}
		err := send(w, map[string]any{"tool_calls": []any{map[string]any{"index": i, "id": c.id, "type": "function",
			"function": map[string]string{"name": c.name, "arguments": c.args.String()}}}}, nil, nil)
		if err != nil {
			return err
		}
	}
	if len(calls) > 0 {
		finish = "tool_calls"
	}
	if err := send(w, map[string]any{}, &finish, usage); err != nil {
		return err
	}
	_, err := io.WriteString(w, "data: [DONE]\n\n")
	return err
}

// sendText emits text in pieces. One that begins with "[{" is parted after the
// bracket: llms/openai streams tool calls as JSON through the same function, and
// "begins with [{" is how the agent tells them apart.
func sendText(w io.Writer, s string) error {
	for s != "" {
		n := min(len(s), piece)
		if strings.HasPrefix(s, "[{") {
			n = 1
		}
		for n < len(s) && n > 1 && s[n]&0xC0 == 0x80 {
			n--
		}
		if err := send(w, map[string]any{"content": s[:n]}, nil, nil); err != nil {
			return err
		}
		s = s[n:]
	}
	return nil
}

func send(w io.Writer, delta map[string]any, finish *string, usage json.RawMessage) error {
	e := map[string]any{"choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}}}
	if usage != nil {
		e["usage"] = usage
	}
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "data: %s\n\n", b)
	return err
}

// text flattens content: a string, or parts of which the text ones are kept.
func text(raw json.RawMessage) string {
	var s string
	if len(raw) == 0 || json.Unmarshal(raw, &s) == nil {
		return s
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if json.Unmarshal(raw, &parts) != nil {
		return ""
	}
	var b strings.Builder
	for _, p := range parts {
		if p.Type == "text" {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// next reads the data of the next server-sent event, however long its lines.
func next(r *bufio.Reader) ([]byte, error) {
	var data []byte
	for {
		line, err := readLine(r)
		if err != nil {
			if err == io.EOF && len(data) > 0 {
				return data, nil
			}
			return nil, err
		}
		if len(line) == 0 {
			if len(data) > 0 {
				return data, nil
			}
			continue
		}
		if rest, ok := bytes.CutPrefix(line, []byte("data:")); ok {
			if len(data)+len(rest) > maxEvent {
				return nil, errors.New("model endpoint: event too long")
			}
			if len(data) > 0 {
				data = append(data, '\n')
			}
			data = append(data, bytes.TrimPrefix(rest, []byte(" "))...)
		}
	}
}

func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxEvent {
			return nil, errors.New("model endpoint: line too long")
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if err == io.EOF && len(line) > 0 {
			err = nil
		}
		return bytes.TrimRight(line, "\r\n"), err
	}
}
