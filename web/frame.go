package web

import (
	"encoding/json"
	"strings"

	"tandem/bot"
	"tandem/internal/fault"
)

// frame is what a client sends: a RunAgentInput (no type) or one of our own.
type frame struct {
	Type     string `json:"type"`
	ThreadID string `json:"threadId"`
	RunID    string `json:"runId"`
	// RunAgentInput. The history it carries is not used: the server's own is the
	// truth. Only the newest message of the person is read.
	Messages       []message      `json:"messages"`
	ForwardedProps map[string]any `json:"forwardedProps"`
	State          any            `json:"state"`
	// Our own frames.
	Offset    string   `json:"offset"`
	MessageID string   `json:"messageId"`
	Score     int      `json:"score"`
	Reasons   []string `json:"reasons"`
	Comment   string   `json:"comment"`
	Reason    string   `json:"reason"`
	Summary   string   `json:"summary"`
	Consent   bool     `json:"consent"`
}

type message struct {
	ID      string          `json:"id"`
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"` // a string, or parts
	Parts   json.RawMessage `json:"parts"`
}

func parseFrame(data []byte) (frame, error) {
	var f frame
	if err := json.Unmarshal(data, &f); err != nil {
		return f, fault.Wrap(err, fault.Invalid, "Message illisible : ce n'est pas un objet JSON du protocole. Rechargez la page et réessayez.")
	}
	return f, nil
}

// question is the person's newest message in a RunAgentInput.
func (f frame) question() (bot.Question, error) {
	q := bot.Question{Conversation: f.ThreadID, Run: f.RunID}
	for i := len(f.Messages) - 1; i >= 0; i-- {
		m := f.Messages[i]
		if m.Role != "user" {
			continue
		}
		q.MessageID, q.Text = m.ID, text(m.Content)
		if q.Text == "" {
			q.Text = text(m.Parts)
		}
		q.Document, _ = f.ForwardedProps["documentId"].(string)
		q.Replaces, _ = f.ForwardedProps["replaces"].(string)
		return q, nil
	}
	return q, fault.New(fault.Invalid, "Message refusé : il ne contient aucune question.")
}

// text reads AG-UI and TanStack forms of content: a string, or parts with text.
func text(raw json.RawMessage) string {
	var s string
	if len(raw) == 0 || json.Unmarshal(raw, &s) == nil {
		return s
	}
	var parts []struct {
		Type    string `json:"type"`
		Text    string `json:"text"`
		Content any    `json:"content"`
	}
	if json.Unmarshal(raw, &parts) != nil {
		return ""
	}
	var b strings.Builder
	for _, p := range parts {
		t := p.Text
		if c, ok := p.Content.(string); ok && t == "" {
			t = c
		}
		if p.Type == "text" && t != "" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(t)
		}
	}
	return b.String()
}
