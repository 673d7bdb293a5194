// Package subword is the built-in embedder: it is trained in seconds on
// labelled texts, here on ROME itself, and needs no network, no processor other
// than a small one and no downloaded weights.
//
// A text is a bag of words, a word a bag of features: itself and its character
// n-grams, without accents. [Train] learns a vector per feature such that the
// texts of one class (the titles, skills and sentences of one métier) point the
// same way, by a softmax over the classes. Words are dropped at random while
// learning, so that their n-grams must carry the meaning alone: this is what
// makes a word with a typing error land near the right one.
//
// Training is deterministic: the same examples give the same bytes, whatever
// the number of processors (of one architecture; others may round differently).
// A [Model] is immutable, knows its version (a digest of itself) and
// implements langchaingo's embeddings.Embedder.
//
// To change what a text is made of, see features.go, and raise the format in
// model.go. retrieval/rome decides what it is trained on. COMPARISON.md says which
// other ways were tried.
package subword
