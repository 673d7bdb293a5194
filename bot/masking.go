package bot

import (
	"fmt"
	"regexp"

	"github.com/tmc/langchaingo/llms"

	"tandem/bot/mask"
)

// Masking hides personal data in every text of the messages of one call. names
// finds the names of persons in what a person wrote; nil when there is none. It
// fails, and then nothing is sent, when names does, when a content cannot be
// read, and rather than let a number with valid check digits through.
func Masking(names func(string) ([]string, error)) func([]llms.MessageContent) ([]llms.MessageContent, *mask.Mask, error) {
	return func(messages []llms.MessageContent) ([]llms.MessageContent, *mask.Mask, error) {
		m := mask.New()
		// A name is hidden everywhere once it was found anywhere, so that all are
		// looked for first.
		for _, msg := range messages {
			if msg.Role != llms.ChatMessageTypeHuman {
				continue
			}
			for _, part := range msg.Parts {
				p, ok := part.(llms.TextContent)
				if !ok {
					continue
				}
				if f := documentName.FindStringSubmatch(p.Text); f != nil {
					m.Name(f[1]) // « CV Jeanne Martin.pdf »
				}
				if names == nil {
					continue
				}
				found, err := names(p.Text)
				if err != nil {
					return nil, nil, err
				}
				m.Name(found...)
			}
		}
		hidden := make([]llms.MessageContent, len(messages))
		for i, msg := range messages {
			hidden[i] = llms.MessageContent{Role: msg.Role, Parts: make([]llms.ContentPart, len(msg.Parts))}
			for j, part := range msg.Parts {
				part, err := hide(m, part)
				if err != nil {
					return nil, nil, err
				}
				hidden[i].Parts[j] = part
			}
		}
		return hidden, m, nil
	}
}

// documentName is the name in the line that questionText writes.
var documentName = regexp.MustCompile(`\[document joint : id=\S{1,128} nom=([^\n\]]{1,300})\]\s*$`)

func hide(m *mask.Mask, part llms.ContentPart) (llms.ContentPart, error) {
	switch p := part.(type) {
	case llms.TextContent:
		p.Text = m.Hide(p.Text)
		return p, mask.Check(p.Text)
	case llms.ToolCallResponse:
		p.Content = m.HideJSON(p.Content)
		return p, mask.Check(p.Content)
	case llms.ToolCall:
		if p.FunctionCall == nil {
			return p, nil
		}
		f := *p.FunctionCall
		f.Arguments = m.HideJSON(f.Arguments)
		p.FunctionCall = &f
		return p, mask.Check(f.Arguments)
	default:
		return nil, fmt.Errorf("content of type %T cannot be masked", part)
	}
}
