package dialect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

type callDelta struct {
	Index    *int   `json:"index"`
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function struct {
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"` // a string, or the object itself
	} `json:"function"`
}

func (d callDelta) arguments() string {
	if !filled(d.Function.Arguments) {
		return ""
	}
	return unquoted(d.Function.Arguments)
}

// assembly puts calls together from the pieces in which they come.
type assembly struct {
	calls   []*call
	current map[int]int // index as sent → place in calls
}

type call struct {
	id, name string
	args     strings.Builder
}

// add takes the calls of one delta. A new non-empty id opens a new call even
// under a known index (Ollama sends 0 for all); no index means by position; what
// has neither name, id nor arguments continues nothing.
func (a *assembly) add(deltas []callDelta, repair func(string)) error {
	if a.current == nil {
		a.current = map[int]int{}
	}
	for n, d := range deltas {
		index := n
		if d.Index != nil {
			index = *d.Index
		} else {
			repair("a call without index")
		}
		at, known := a.current[index]
		args := d.arguments()
		if known && d.ID != "" && a.calls[at].id != "" && d.ID != a.calls[at].id {
			repair("one index for several calls")
			known = false
		}
		if !known {
			if d.ID == "" && d.Function.Name == "" && args == "" {
				repair("an empty call")
				continue
			}
			if len(a.calls) == maxCalls {
				return &Error{Kind: TooLarge}
			}
			if d.Type == "" {
				repair("a call without type")
			}
			at = len(a.calls)
			a.current[index] = at
			a.calls = append(a.calls, &call{})
		} else if d.Type != "" {
			repair("type repeated")
		} else if at != len(a.calls)-1 {
			repair("calls interleaved")
		}
		c := a.calls[at]
		if c.id == "" {
			c.id = d.ID
		}
		if c.name == "" {
			c.name = d.Function.Name
		}
		c.args.WriteString(args)
	}
	return nil
}

// write emits each call whole: its head, then what does not fit a line.
func (a *assembly) write(out *bytes.Buffer) error {
	for i, c := range a.calls {
		if c.name == "" {
			return garbled("a call without a name")
		}
		if c.id == "" {
			c.id = fmt.Sprintf("call_%d", i)
		}
		args := strings.ToValidUTF8(c.args.String(), "\uFFFD")
		for first := true; first || args != ""; first = false {
			n := min(len(args), piece)
			for n < len(args) && args[n]&0xC0 == 0x80 {
				n--
			}
			part := map[string]any{"index": i, "function": map[string]string{"arguments": args[:n]}}
			if first {
				part["id"], part["type"] = c.id, "function"
				part["function"] = map[string]string{"name": c.name, "arguments": args[:n]}
			}
			write(out, map[string]any{"tool_calls": []any{part}}, nil, nil)
			args = args[n:]
		}
	}
	return nil
}

// thoughts drops the reasoning that some servers leave at the head of a text,
// between tags. A person reads the answer, not the way to it.
type thoughts struct {
	state   int // looking for a tag, inside, behind it before the first word, done
	held    string
	closing string
}

const (
	looking = iota
	inside
	behind
	done
)

var tags = map[string]string{"<think>": "</think>", "[THINK]": "[/THINK]", "<thinking>": "</thinking>"}

// add takes the next text and returns what of it is for the person.
func (t *thoughts) add(text string) string {
	if t.state == done {
		return text
	}
	t.held += text
	switch t.state {
	case looking:
		head := strings.TrimLeft(t.held, " \t\r\n")
		for open, closing := range tags {
			if strings.HasPrefix(head, open) {
				t.state, t.closing, t.held = inside, closing, head[len(open):]
				return t.add("")
			}
			if strings.HasPrefix(open, head) && len(t.held) < 1<<10 {
				return "" // may become a tag
			}
		}
		t.state = done
	case inside:
		i := strings.Index(t.held, t.closing)
		if i < 0 {
			t.held = t.held[max(0, len(t.held)-len(t.closing)):]
			return ""
		}
		t.state, t.held = behind, t.held[i+len(t.closing):]
		return t.add("")
	case behind:
		t.held = strings.TrimLeft(t.held, " \t\r\n")
		if t.held == "" {
			return ""
		}
		t.state = done
	}
	said := t.held
	t.held = ""
	return said
}

// rest is what was held back when the text ends: the beginning of a tag that did
// not become one.
func (t *thoughts) rest() string {
	if t.state == looking {
		return t.held
	}
	return ""
}
