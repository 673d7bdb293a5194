package bot

// Receipt says how an answer was made. It is stored with the run and shown on
// request (CUSTOM "receipt").
type Receipt struct {
	Model         string            `json:"model"`
	Offline       bool              `json:"offline"`
	PromptVersion string            `json:"promptVersion"`
	Tools         []ReceiptTool     `json:"tools"`
	Sources       []string          `json:"sources"`
	Tokens        Tokens            `json:"tokens"`
	EnergyWh      *float64          `json:"energyWh,omitempty"` // estimate; absent when nothing honest can be said
	EnergyNote    string            `json:"energyNote"`
	Versions      map[string]string `json:"versions,omitempty"` // of what the tools used: rome, rules…
	DurationMs    int64             `json:"durationMs"`
}

// ReceiptTool is one call of the run.
type ReceiptTool struct {
	Name string `json:"name"`
	Ms   int64  `json:"ms"`
	OK   bool   `json:"ok"`
}

// Tokens as the endpoint counted them, or as estimated (4 bytes a token) when it did not.
type Tokens struct {
	Input  int `json:"input"`
	Output int `json:"output"`
}

// wattsPerCore is the assumption behind the energy of an offline answer: one
// busy core of a shared server with its part of memory and cooling.
const wattsPerCore = 15.0

func (r *Receipt) account(busy float64) {
	if !r.Offline {
		r.EnergyWh = nil
		r.EnergyNote = "Énergie non estimée : le fournisseur du modèle ne la communique pas."
		return
	}
	wh := busy / 3600 * wattsPerCore
	r.EnergyWh = &wh
	r.EnergyNote = "Estimation : temps de calcul sur ce serveur × 15 W (un cœur et sa part de machine)."
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
