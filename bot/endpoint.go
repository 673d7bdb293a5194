package bot

import (
	"fmt"

	"github.com/tmc/langchaingo/llms/openai"

	"tandem/bot/dialect"
)

// Endpoint is a model behind an OpenAI-compatible API. Personal data is masked
// on its way out, names as [Masking] says.
func Endpoint(url, name, key string, names func(string) ([]string, error)) (Model, error) {
	if key == "" {
		key = "none" // local servers want no key; llms/openai wants a non-empty one
	}
	llm, err := openai.New(openai.WithBaseURL(url), openai.WithModel(name), openai.WithToken(key), openai.WithHTTPClient(&dialect.Doer{}))
	if err != nil {
		return Model{}, fmt.Errorf("model %s: %w", name, err)
	}
	return Model{Name: name, LLM: llm, Mask: Masking(names)}, nil
}
