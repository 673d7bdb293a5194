package bot

import (
	"fmt"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/openai"

	"tandem/bot/dialect"
	"tandem/bot/mask"
)

// Endpoint is a model behind an OpenAI-compatible API. Personal data is masked
// on its way out.
func Endpoint(url, name, key string) (Model, error) {
	if key == "" {
		key = "none" // local servers want no key; llms/openai wants a non-empty one
	}
	llm, err := openai.New(openai.WithBaseURL(url), openai.WithModel(name), openai.WithToken(key), openai.WithHTTPClient(&dialect.Doer{}))
	if err != nil {
		return Model{}, fmt.Errorf("model %s: %w", name, err)
	}
	return Model{Name: name, LLM: llm, Mask: hide}, nil
}

// hide masks every text of the messages; it fails rather than let a number with
// a valid check digit through.
func hide(messages []llms.MessageContent) ([]llms.MessageContent, func(string) string, error) {
	m := mask.New()
	hidden := make([]llms.MessageContent, len(messages))
	for i, msg := range messages {
		hidden[i] = llms.MessageContent{Role: msg.Role, Parts: make([]llms.ContentPart, len(msg.Parts))}
		for j, part := range msg.Parts {
			var err error
			switch p := part.(type) {
			case llms.TextContent:
				p.Text = m.Hide(p.Text)
				err = mask.Check(p.Text)
				part = p
			case llms.ToolCallResponse:
				p.Content = m.Hide(p.Content)
				err = mask.Check(p.Content)
				part = p
			case llms.ToolCall:
				if p.FunctionCall != nil {
					f := *p.FunctionCall
					f.Arguments = m.Hide(f.Arguments)
					err = mask.Check(f.Arguments)
					p.FunctionCall = &f
				}
				part = p
			default:
				err = fmt.Errorf("content of type %T cannot be masked", part)
			}
			if err != nil {
				return nil, nil, err
			}
			hidden[i].Parts[j] = part
		}
	}
	return hidden, m.Show, nil
}
