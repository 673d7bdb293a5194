// Package retrieval finds the passages that answers stand on: ROME, the charter
// and the law, in Postgres.
//
// [Store.Search] is one SQL statement (search.sql): exact codes and names,
// French full text weighed by rarity and mended for typing errors, trigrams and
// vectors find candidates; every candidate is measured by all of them, and the
// measures are summed with weights learned from questions (weights.go). It
// abstains: when the best is probably no answer, the answer is empty. A métier is
// found by its appellations too. Before that, understand strips what people say
// around their question (noise.txt) and spells out the field's abbreviations
// (abbreviations.txt).
//
// [Replace] makes some entries the whole content of a corpus, in the caller's
// transaction: idempotent by content hash, embedding only texts that changed.
// Large changes are built in a table beside the one that serves and switched in, so
// searches never wait. Vectors of two embedders never mix: table embedder says
// which one made them, and a store reads it again when it has changed.
//
// An [Embedder] is langchaingo's embeddings.Embedder with a name and a version.
// The built-in one (package subword) is trained when ROME is loaded and kept in
// the database, so that every process has the same. An external one (package
// remote) may take its place: [Reembed] makes all vectors while the old ones
// serve and switches in one transaction, and may be interrupted at any time.
// No transaction waits for it: [Prepare] keeps vectors as they come, loads read
// them. While it is away, and for passages that have no vector yet, search goes
// on by words.
//
// The packages below hold the corpora: rome (importer, tables, typed reads),
// charter, law. To add a corpus: a package with entries and a call of [Load],
// its name in the check of table passages, its kind in kindsOf, and, if it is
// large, a partial index in passages_index with its scan in search.sql.
//
// [Evaluate] measures all of it on a file of questions; each scorer alone beside.
package retrieval
