package retrieval

// Corpora and kinds of passages. Ids are stable and public: a métier is its
// ROME code, a compétence, savoir, contexte or appellation its OGR code, the
// charter "charter:1"…"charter:7", law "law:L1132-1".
const (
	ROME    = "rome"
	Charter = "charter"
	Law     = "law"

	Metier      = "metier"
	Appellation = "appellation"
	Competence  = "competence"
	Savoir      = "savoir"
	SavoirEtre  = "savoir-etre"
	Contexte    = "contexte"
)

// Passage is a retrieved text with its citation.
type Passage struct {
	Corpus string         `json:"corpus"`
	ID     string         `json:"id"`
	Kind   string         `json:"kind"`
	Title  string         `json:"title"`
	Text   string         `json:"text"`
	URL    string         `json:"url"`            // a page the person can open
	Meta   map[string]any `json:"meta,omitempty"` // facts by corpus: "rome" (code of the métier) for an appellation…
	Score  float64        `json:"score"`          // fused rank score, comparable within one answer only
}

// Query asks for the passages nearest to Text. Corpus and Kinds narrow it when
// set. Limit is 10 when zero and 50 at most.
type Query struct {
	Text   string
	Corpus string
	Kinds  []string
	Limit  int
	Words  bool // find by words and spelling alone, without a trained embedder: for who refuses it
}
