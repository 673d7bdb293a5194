// Package law holds the articles that the rules on job offers cite, as passages
// of the corpus "law". Each is a paraphrase of our own with the article's number
// and where to read it: information, not legal advice. What was not checked
// against a primary source carries the fact to_verify.
//
// Edit law.md to change them; ids are those that tools/legality cites.
package law
