package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/tmc/langchaingo/embeddings"
	"github.com/tmc/langchaingo/llms/openai"

	"tandem/internal/fault"
	"tandem/retrieval"
	"tandem/retrieval/subword"
)

// Config says where the encoder is and what it wants. URL and Model are required.
type Config struct {
	URL     string // up to and including /v1
	Model   string
	Key     string // may be empty: local servers want none
	Query   string // what the encoder wants before a question, such as "query: "
	Passage string // and before a passage, such as "passage: "

	// Mask hides personal data in a question before it is sent; an error keeps it
	// from being sent. Nil sends questions as they are.
	Mask func(string) (string, error)
	Log  *slog.Logger // told when the endpoint stops answering questions and when it is back; may be nil

	now      func() time.Time // nil: the clock; tests have their own
	wait     func(context.Context, time.Duration) error
	patience time.Duration
}

const (
	maxDimension = 2000 // pgvector indexes no more
	maxText      = 4000 // bytes of a passage; encoders read less and cut, or refuse (see encode)
	minText      = 200  // a text refused at this length is not refused for its length
	remembered   = 1024 // vectors of questions: 8 MB at most
	batch        = 32   // texts a request, which every server known to us takes
)

// Embedder is an encoder whose dimension is known. Safe for concurrent use.
type Embedder struct {
	c           Config // holds the key: never printed
	dimension   int
	passages    *embeddings.EmbedderImpl
	documents   *openai.LLM // tries again
	questions   *openai.LLM // does not
	recent      *lru.Cache[string, []float32]
	pausedUntil atomic.Int64 // Unix nanoseconds; 0 while the endpoint answers questions
}

var _ retrieval.Embedder = (*Embedder)(nil)

// Open makes one call, which tells the dimension. Returns a fault that says
// what to check when the endpoint does not answer, refuses, or makes vectors
// that cannot be indexed. ctx bounds how long it tries.
func Open(ctx context.Context, c Config) (*Embedder, error) {
	if c.Model == subword.Name {
		return nil, fault.New(fault.Invalid, "Le nom « %s » est celui de l'encodeur intégré : donnez un autre nom dans EMBED_NAME.", c.Model)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.now == nil {
		c.now, c.wait, c.patience = time.Now, wait, patience
	}
	e := &Embedder{c: c}
	var err error
	if e.recent, err = lru.New[string, []float32](remembered); err != nil {
		return nil, err
	}
	if e.documents, err = e.client(attempts); err != nil {
		return nil, err
	}
	if e.questions, err = e.client(1); err != nil {
		return nil, err
	}
	e.passages, err = embeddings.NewEmbedder(embeddings.EmbedderClientFunc(e.encode), embeddings.WithStripNewLines(false), embeddings.WithBatchSize(batch))
	if err != nil {
		return nil, err
	}
	vectors, err := e.EmbedDocuments(ctx, []string{"Bonjour"})
	if err != nil {
		return nil, err
	}
	e.dimension = len(vectors[0])
	return e, nil
}

func (e *Embedder) client(attempts int) (*openai.LLM, error) {
	llm, err := openai.New(openai.WithBaseURL(e.c.URL), openai.WithEmbeddingModel(e.c.Model),
		openai.WithToken(cmp.Or(e.c.Key, "none")), // llms/openai wants one
		openai.WithHTTPClient(&doer{key: e.c.Key, attempts: attempts, wait: e.c.wait}))
	if err != nil {
		return nil, fmt.Errorf("encoder %s: %w", e.c.Model, err)
	}
	return llm, nil
}

// Name of the encoder: the model, whatever host it runs on.
func (e *Embedder) Name() string { return e.c.Model }

// Version changes whenever vectors stop being comparable, as far as can be
// known: model, dimension and prefixes.
func (e *Embedder) Version() string {
	v := fmt.Sprintf("%s/%d", e.c.Model, e.dimension)
	if e.c.Query != "" || e.c.Passage != "" {
		v += fmt.Sprintf("/%q/%q", e.c.Query, e.c.Passage)
	}
	return v
}

// Dimension of the vectors, as the endpoint made the first.
func (e *Embedder) Dimension() int { return e.dimension }

// EmbedDocuments returns the vector of each passage, in order. It tries again
// what may pass, as long as ctx lasts; its errors are for the operator.
func (e *Embedder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	sent := make([]string, len(texts))
	for i, text := range texts {
		sent[i] = e.c.Passage + clip(text, maxText)
	}
	vectors, err := e.passages.EmbedDocuments(ctx, sent)
	if err != nil {
		return nil, e.explain(ctx, err)
	}
	for _, v := range vectors {
		if err := e.check(v); err != nil {
			return nil, err
		}
	}
	return vectors, nil
}

// encode sends one batch; one that is refused is sent in halves, and a text
// that is refused alone is cut: servers limit both, each in its way.
func (e *Embedder) encode(ctx context.Context, texts []string) ([][]float32, error) {
	vectors, err := e.documents.CreateEmbedding(ctx, texts)
	if known, ok := errors.AsType[*Error](err); !ok || !known.refused() {
		return vectors, err
	}
	if n := len(texts) / 2; n > 0 {
		first, err := e.encode(ctx, texts[:n])
		if err != nil {
			return nil, err
		}
		second, err := e.encode(ctx, texts[n:])
		return append(first, second...), err
	}
	if n := len(texts[0]) / 2; n >= minText {
		return e.encode(ctx, []string{clip(texts[0], n)})
	}
	return nil, err
}

// check refuses a vector that would poison an index: of another dimension than
// the first one's, not finite, or without direction.
func (e *Embedder) check(v []float32) error {
	if e.dimension == 0 && len(v) > maxDimension {
		return fault.New(fault.Invalid, "L'encodeur « %s » fait des vecteurs de %d dimensions ; %d au plus peuvent être indexés.", e.c.Model, len(v), maxDimension)
	}
	if len(v) == 0 || e.dimension != 0 && len(v) != e.dimension {
		return fault.New(fault.Conflict, "L'encodeur « %s » a fait un vecteur de %d dimensions au lieu de %d : est-ce encore le même modèle ? Relancez Tandem s'il a changé.", e.c.Model, len(v), e.dimension)
	}
	var length float64
	for _, x := range v {
		length += float64(x) * float64(x)
	}
	if length == 0 || math.IsNaN(length) || math.IsInf(length, 0) {
		return fault.New(fault.Invalid, "L'encodeur « %s » a fait un vecteur nul ou infini, qui ne peut pas être comparé.", e.c.Model)
	}
	return nil
}

// explain makes a sentence for the operator. The endpoint's own words are in it:
// only passages, which are public, come this way.
func (e *Embedder) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ctx.Err()
	}
	known, ok := errors.AsType[*Error](err)
	if !ok {
		known = &Error{}
	}
	said := ""
	if known.Message != "" {
		said = " Réponse : " + known.Message
	}
	switch s := known.Status; {
	case s == 0:
		return fault.Wrap(err, fault.Unavailable, "L'encodeur « %s » ne répond pas : vérifiez EMBED_URL et que son serveur est démarré.", e.c.Model)
	case s == http.StatusOK:
		return fault.Wrap(err, fault.Unavailable, "L'encodeur « %s » a donné une réponse inattendue : %s.", e.c.Model, known.Message)
	case s == http.StatusUnauthorized || s == http.StatusForbidden:
		return fault.Wrap(err, fault.Forbidden, "L'encodeur « %s » refuse la clé : vérifiez EMBED_KEY.%s", e.c.Model, said)
	case s == http.StatusNotFound || s/100 == 3:
		return fault.Wrap(err, fault.NotFound, "L'encodeur « %s » n'est pas à cette adresse : vérifiez EMBED_URL (jusqu'à /v1) et EMBED_NAME.%s", e.c.Model, said)
	case s == http.StatusTooManyRequests:
		return fault.Wrap(err, fault.TooMany, "L'encodeur « %s » demande d'attendre : réessayez plus tard.%s", e.c.Model, said)
	default:
		return fault.Wrap(err, fault.Unavailable, "L'encodeur « %s » a répondu par l'erreur %d.%s", e.c.Model, s, said)
	}
}

// clip cuts text to at most n bytes, between characters.
func clip(text string, n int) string {
	if len(text) > n {
		text = text[:n]
	}
	return strings.ToValidUTF8(text, "")
}
