// Package remote is an encoder behind an OpenAI-compatible endpoint
// (/v1/embeddings), as a retrieval.Embedder.
//
// [Open] asks for one vector and reads the dimension from it; name, dimension
// and prefixes make the version, so that vectors of another encoder never pass
// for its own. The calls are those of langchaingo (llms/openai, embeddings); a
// doer under them mends what langchaingo leaves open: vectors are put in the
// order of their index and counted, bodies are bounded, what may pass is tried
// again when the endpoint says so, redirects are not followed, and no error
// holds the key or the text that was sent.
//
// Passages and questions are not asked alike. A batch of passages waits and
// tries again, is sent in halves when it is refused, and fails with a sentence
// for the operator. A question has two seconds and one attempt; after a failure
// the endpoint is left alone for a while and questions fail at once, so that a
// search which goes on without vectors does not wait either. Vectors of recent
// questions are remembered, by their text as masked.
//
// To support what another endpoint does differently, see doer.go.
package remote
