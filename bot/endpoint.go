package bot

import (
	"fmt"

	"tandem/bot/dialect"
)

// Endpoint is a model behind an OpenAI-compatible API. Personal data is masked
// on its way out, names as [Masking] says. context is how many tokens the model
// reads, billions how many parameters work on a token (0: not known).
func Endpoint(c dialect.Config, names func(string) ([]string, error), context int, billions float64) (Model, error) {
	llm, err := dialect.New(c)
	if err != nil {
		return Model{}, fmt.Errorf("model %s: %w", c.Name, err)
	}
	return Model{Name: c.Name, LLM: llm, Mask: Masking(names), Context: context, Billions: billions}, nil
}
