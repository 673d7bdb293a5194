package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tmc/langchaingo/llms"

	"tandem/bot/dialect"
)

// Receipt says how an answer was made. It is stored with the run and shown on
// request (CUSTOM "receipt").
type Receipt struct {
	Model         string            `json:"model"`
	ModelVersion  string            `json:"modelVersion,omitempty"` // as the endpoint names what served
	Offline       bool              `json:"offline"`
	Failed        []ReceiptFailure  `json:"failed,omitempty"` // models that were asked before
	PromptVersion string            `json:"promptVersion"`
	Tools         []ReceiptTool     `json:"tools"`
	Sources       []string          `json:"sources"`
	Unverified    []string          `json:"unverified,omitempty"`   // what the model cited and no tool said
	Contradicted  []string          `json:"contradicted,omitempty"` // activities that the text contradicts
	Tokens        Tokens            `json:"tokens"`
	EnergyWh      *float64          `json:"energyWh,omitempty"` // estimate; absent when nothing honest can be said
	EnergyNote    string            `json:"energyNote"`         // formula and source
	Versions      map[string]string `json:"versions,omitempty"` // of what the tools used: rome, rules…
	DurationMs    int64             `json:"durationMs"`
}

// ReceiptFailure is a model that did not answer, and why, in French.
type ReceiptFailure struct {
	Model string `json:"model"`
	Why   string `json:"why"`
}

// ReceiptTool is one call of the run.
type ReceiptTool struct {
	Name string `json:"name"`
	Ms   int64  `json:"ms"`
	OK   bool   `json:"ok"`
}

// Tokens as the endpoint counted them, or as estimated when it did not.
type Tokens struct {
	Input     int  `json:"input"`
	Output    int  `json:"output"`
	Estimated bool `json:"estimated,omitempty"`
}

// What energy is estimated by.
const (
	// wattsPerCore is an assumption: one busy core of a shared server with its part
	// of memory and cooling.
	wattsPerCore = 15.0
	// The regression of EcoLogits for the graphics cards of an answer (S. Rincé and
	// A. Banse, Journal of Open Source Software, 2025, on measures of ML.ENERGY), per
	// token written, and its overhead of a data centre.
	whPerTokenBillion = 8.91e-5
	whPerToken        = 1.43e-3
	overhead          = 1.2
)

// account adds one answer of a model.
func (r *Receipt) account(m Model, c *llms.ContentChoice, messages []llms.MessageContent, busy time.Duration) {
	r.Model, r.Offline = m.Name, m.Offline
	r.ModelVersion, _ = c.GenerationInfo[dialect.InfoModel].(string)
	in, out, counted := count(c, messages)
	r.Tokens.Input += in
	r.Tokens.Output += out
	r.Tokens.Estimated = r.Tokens.Estimated || !counted
	said, told := c.GenerationInfo[dialect.InfoEnergy].(float64)
	switch {
	case m.Offline:
		r.spend(busy.Hours()*wattsPerCore, "temps de calcul sur ce serveur × 15 W (hypothèse : un cœur et sa part de machine)")
	case told:
		r.spend(said, "donnée par le fournisseur du modèle")
	case m.Billions > 0:
		r.spend(float64(out)*(whPerTokenBillion*m.Billions+whPerToken)*overhead, fmt.Sprintf(
			"jetons écrits × (8,91·10⁻⁵ × %s + 1,43·10⁻³) Wh × 1,2, pour %s milliards de paramètres (méthode EcoLogits, Rincé et Banse, JOSS 2025 ; cartes graphiques seules)",
			french(m.Billions), french(m.Billions)))
	default:
		r.EnergyWh = nil
		r.EnergyNote = unknownEnergy
	}
}

const unknownEnergy = "Énergie non estimée : le fournisseur du modèle ne la communique pas et la taille du modèle n'est pas connue."

// spend adds energy and its formula, unless a part is unknown: then so is the sum.
func (r *Receipt) spend(wh float64, formula string) {
	if r.EnergyNote == unknownEnergy {
		return
	}
	if r.EnergyWh != nil {
		wh += *r.EnergyWh
	}
	r.EnergyWh = &wh
	const head = "Estimation, sans mesure : "
	formulas := strings.Split(strings.TrimSuffix(strings.TrimPrefix(r.EnergyNote, head), "."), " ; puis ")
	if r.EnergyNote == "" {
		formulas = nil
	}
	if !slices.Contains(formulas, formula) {
		formulas = append(formulas, formula)
	}
	r.EnergyNote = head + strings.Join(formulas, " ; puis ") + "."
}

func french(n float64) string { return strings.Replace(fmt.Sprint(n), ".", ",", 1) }

// count takes the endpoint's own token counts, or estimates them at 4 bytes each.
func count(c *llms.ContentChoice, messages []llms.MessageContent) (in, out int, counted bool) {
	in, _ = c.GenerationInfo["PromptTokens"].(int)
	out, _ = c.GenerationInfo["CompletionTokens"].(int)
	if in > 0 && out > 0 {
		return in, out, true
	}
	if in == 0 {
		for _, m := range messages {
			for _, p := range m.Parts {
				switch p := p.(type) {
				case llms.TextContent:
					in += len(p.Text)
				case llms.ToolCallResponse:
					in += len(p.Content)
				}
			}
		}
		in = (in + 3) / 4
	}
	if out == 0 {
		out = len(c.Content)
		for _, call := range c.ToolCalls {
			if call.FunctionCall != nil {
				out += len(call.FunctionCall.Name) + len(call.FunctionCall.Arguments)
			}
		}
		out = (out + 3) / 4
	}
	return in, out, false
}

func (r *Receipt) usage() []usage {
	if r.Model == "" {
		return nil
	}
	provider := "endpoint"
	if r.Offline {
		provider = "tandem"
	}
	return []usage{{provider, r.Model, r.Tokens.Input, r.Tokens.Output, r.Tokens.Input + r.Tokens.Output}}
}
