// Package ranking orders documents for queries in memory, without a database:
// job titles against job titles, or against descriptions of occupations, that
// need not be ROME's. `tandem eval ranking` measures it.
//
// A document is looked at whole and title by title ("Agent / Agente d'entretien ;
// Technicien de surface" has three) and scored by signals of three sorts:
// lexical (stems, character n-grams), the built-in embedder's vectors, and the
// [Atlas]: which métiers of ROME query and document are likely to be. The last
// makes titles meet that have no word in common. The score is
// their weighted sum;
// `go test ./retrieval/ranking -run TestFit -fit DIR -v` learns the weights on a
// fold of `tandem rome heldout` and prints them.
//
// To add a signal: a line in ranker.go, then fit again.
package ranking
