// Package offline is the model that needs no network and no key: an
// [llms.Model] that understands what job seekers, recruiters and counsellors
// write in French (SMS style, without accents, with typos), picks the tool, and
// phrases the answer from the tool's result. People know it as « mode sobre ».
//
// It is not a small language model. Understanding is three steps, each of which
// can be read and tested alone:
//
//  1. guards, for what must never be missed or is certain (guards.go, refusals.go): a person
//     who wants a human, distress, a joined document, a follow-up;
//  2. a linear classifier (classify.go) over words, families of words, character
//     n-grams, what the message holds, how long and how new it is, who writes and
//     what was asked before (features.go). It is learned from the tables of
//     utterances/ ahead of time (weights.bin), always to the same weights. A rule
//     that leaves no doubt about a tool is a feature too, and yields when the
//     classifier is surer; so do the guards whose answer would do no harm. When it
//     is not sure, the model asks one short question;
//  3. slots by grammar (slots.go, threshold.go, places.go, occupations.go,
//     mention.go): offer number, ROME code, occupation (the words of ROME's titles
//     are in titles.txt), place, contract, figures, the words of an offer that are
//     asked about; a follow-up takes from what was asked before what it does not
//     say itself (follow.go, carry.go).
//
// Answers are composed from the JSON of the tool results, one phrase_*.go file
// a tool, and never say more than the result does. Varied wording is chosen by
// the content of the question: the same conversation always reads the same.
//
// What it promises: it only calls tools of the list it is given; instructions
// inside a text change neither tool nor verdict; it reads at most a few
// kilobytes of a message to understand it, so a long text costs no more than a
// short one; it never fails except when its context ends or the stream's reader
// refuses a chunk.
//
// To teach it something, add lines to utterances/k.tsv (roles, label, text, the
// label of what was asked before, what would be right too); a label is a tool's
// name, or an act with its topic ("refuse/benefits") that acts.go answers. A table
// holds the lines of one author: h, j, m, s, t, ac and al had not seen this program,
// and the even-numbered lines of h and j are testdata/routing-report-2.jsonl, which
// nobody reads. Then learn again (TestWeights -fit) and run the tests: TestAuthors
// learns from the others and reads one author's lines (-show prints what is not
// understood), TestHeldBack [Evaluate]s what nobody tunes on. To phrase a new
// tool, add a phrase_*.go file and its line in phrase.go.
package offline
