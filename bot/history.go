package bot

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"
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

func save(ctx context.Context, tx pgx.Tx, v postgres.Visitor, conversation, run string, messages ...turnMessage) error {
	for _, m := range messages {
		content, err := json.Marshal(m)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into messages (conversation, visitor, run, role, content) values ($1, $2, $3, $4, $5)`,
			conversation, v.ID, run, m.Role, content)
		if err != nil {
			return err
		}
	}
	return nil
}

// rewind forgets the question that a new one replaces, and all that followed:
// what a person has corrected is not sent to a model again. The log keeps it.
func rewind(ctx context.Context, tx pgx.Tx, q Question) error {
	if q.Replaces == "" {
		return nil
	}
	tag, err := tx.Exec(ctx, `
		delete from messages where conversation = $1
		and ordinal >= (select min(ordinal) from messages where conversation = $1 and run = $2)`, q.Conversation, q.Replaces)
	if err == nil && tag.RowsAffected() == 0 {
		err = fault.New(fault.NotFound, "La question à remplacer n'est plus dans cette conversation. Posez-la comme une nouvelle.")
	}
	return err
}

// recall loads the conversation up to now, trimmed to historyBytes on whole
// questions: the oldest go first, a question never without its answer. The
// newest question is always there.
func (r *run) recall(ctx context.Context) ([]turnMessage, error) {
	var all []turnMessage
	err := r.a.DB.As(ctx, r.visitor, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select role, content from (
				select role, content, ordinal from messages where conversation = $1 order by ordinal desc limit 200
			) newest order by ordinal`, r.q.Conversation)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (turnMessage, error) {
			var m turnMessage
			var role string
			err := row.Scan(&role, &m)
			m.Role = role
			return m, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return trim(all, historyBytes), nil
}

func trim(all []turnMessage, budget int) []turnMessage {
	start := len(all)
	size := 0
	for i := len(all) - 1; i >= 0; i-- {
		size += len(all[i].Text)
		for _, c := range all[i].Calls {
			size += len(c.Args)
		}
		if all[i].Role != "human" {
			continue
		}
		if size > budget && start < len(all) {
			break
		}
		start = i
	}
	return all[start:]
}
