package bot

import (
	"encoding/json"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/tmc/langchaingo/llms"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// turnMessage is one stored message of a conversation, as the model is sent it
// again. What is stored is always valid to send: every call has its result.
type turnMessage struct {
	Role  string     `json:"-"` // human, ai, tool
	Text  string     `json:"text,omitempty"`
	Calls []toolCall `json:"calls,omitempty"` // of an ai message
	Call  string     `json:"call,omitempty"`  // of a tool message: the call it answers
	Name  string     `json:"name,omitempty"`
}

type toolCall struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Args string `json:"args"` // JSON
}

func (m turnMessage) content() llms.MessageContent {
	switch m.Role {
	case "human":
		return llms.TextParts(llms.ChatMessageTypeHuman, m.Text)
	case "tool":
		return llms.MessageContent{Role: llms.ChatMessageTypeTool, Parts: []llms.ContentPart{
			llms.ToolCallResponse{ToolCallID: m.Call, Name: m.Name, Content: m.Text}}}
	default:
		c := llms.MessageContent{Role: llms.ChatMessageTypeAI}
		if m.Text != "" {
			c.Parts = append(c.Parts, llms.TextContent{Text: m.Text})
		}
		for _, call := range m.Calls {
			c.Parts = append(c.Parts, llms.ToolCall{ID: call.ID, Type: "function",
				FunctionCall: &llms.FunctionCall{Name: call.Name, Arguments: call.Args}})
		}
		return c
	}
}

// save adds messages to a conversation.
func save(b *pgx.Batch, v postgres.Visitor, conversation, run string, messages ...turnMessage) error {
	for _, m := range messages {
		content, err := json.Marshal(m)
		if err != nil {
			return err
		}
		b.Queue(`insert into messages (conversation, visitor, run, role, content) values ($1, $2, $3, $4, $5)`,
			conversation, v.ID, run, m.Role, content)
	}
	return nil
}

// saveQuestion adds a question, unless a counsellor has joined: what is said to
// them is not a model's to read later.
func saveQuestion(b *pgx.Batch, v postgres.Visitor, q Question) error {
	content, err := json.Marshal(turnMessage{Text: questionText(q)})
	if err != nil {
		return err
	}
	b.Queue(`insert into messages (conversation, visitor, run, role, content) select id, $2, $3, 'human', $4 from conversations where id = $1 and not human`,
		q.Conversation, v.ID, q.Run, content)
	return nil
}

// rewind forgets the question that a new one replaces, and all that followed:
// what a person has corrected is not sent to a model again. The log keeps it.
func rewind(b *pgx.Batch, q Question) {
	if q.Replaces == "" {
		return
	}
	b.Queue(`
		delete from messages where conversation = $1
		and ordinal >= (select min(ordinal) from messages where conversation = $1 and run = $2)`, q.Conversation, q.Replaces).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() == 0 {
			return fault.New(fault.NotFound, "La question à remplacer n'est plus dans cette conversation. Posez-la comme une nouvelle.")
		}
		return nil
	})
}

// load reads the newest messages of a conversation, oldest first: more than any
// model is sent.
func load(b *pgx.Batch, conversation string, into *[]turnMessage) {
	b.Queue(`
		select role, content from (
			select role, content, ordinal from messages where conversation = $1 order by ordinal desc limit 200
		) newest order by ordinal`, conversation).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (turnMessage, error) {
			var m turnMessage
			var role string
			err := row.Scan(&role, &m)
			m.Role = role
			return m, err
		})
		return err
	})
}

// stopped stands where an answer should be and is not, or not whole.
const stopped = "[réponse arrêtée]"

// mend makes messages valid to send, whatever ended the runs they are of: they
// begin with a question, every call is followed by its one result, in order, a
// result without a call is dropped, and every question but the last is answered.
// A process that dies leaves such gaps, and the oldest messages are not loaded.
func mend(all []turnMessage) []turnMessage {
	var out []turnMessage
	answered := true // the last question, by a text
	for i := 0; i < len(all); i++ {
		m := all[i]
		switch {
		case m.Role == "human":
			if !answered {
				out = append(out, turnMessage{Role: "ai", Text: stopped})
			}
			out, answered = append(out, m), false
		case len(out) == 0 || m.Role == "tool":
			// before the first question, or a result that no call waits for
		case len(m.Calls) == 0:
			if m.Text != "" {
				out, answered = append(out, m), true
			}
		default:
			results := map[string]turnMessage{}
			for i+1 < len(all) && all[i+1].Role == "tool" {
				i++
				results[all[i].Call] = all[i]
			}
			out, answered = append(out, m), false
			for _, c := range m.Calls {
				result, ok := results[c.ID]
				if !ok {
					result = turnMessage{Role: "tool", Call: c.ID, Name: c.Name, Text: `{"mistake":"Appel arrêté avant la fin."}`}
				}
				out = append(out, result)
			}
		}
	}
	return out
}

// bytesPerToken is low for French (4 or so) because JSON has fewer: what is
// trimmed by it fits.
const bytesPerToken = 3

func (m turnMessage) size() int {
	n := len(m.Text) + 16
	for _, c := range m.Calls {
		n += len(c.Name) + len(c.Args)
	}
	return n
}

// messages is what a model is sent: the prompt, as much of the conversation as
// it reads, in whole questions, and this run. Results of this run that alone
// would fill its context are cut, and say so.
func (r *run) messages(m Model) []llms.MessageContent {
	left, most := historyBytes, toolOutput
	if m.Context > 0 {
		all := m.Context * bytesPerToken
		most = min(most, all/4)
		left = all - min(maxAnswer*bytesPerToken, all/4) - len(r.system)
		for _, t := range r.offered {
			left -= len(t.Name) + len(t.Description) + len(t.Schema)
		}
		for _, t := range r.turns {
			left -= min(t.size(), most)
		}
		left = min(left, historyBytes)
	}
	messages := []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeSystem, r.system)}
	for _, t := range slices.Concat(trim(r.history, left), r.turns) {
		if t.Role == "tool" {
			t.Text = shorten(t.Text, most)
		}
		messages = append(messages, t.content())
	}
	return messages
}

// trim keeps the newest whole questions, each with all that answers it, of at
// most budget bytes.
func trim(all []turnMessage, budget int) []turnMessage {
	start := len(all)
	size := 0
	for i := len(all) - 1; i >= 0; i-- {
		if size += all[i].size(); size > budget {
			break
		}
		if all[i].Role == "human" {
			start = i
		}
	}
	return all[start:]
}
