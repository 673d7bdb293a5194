// Package charter holds the seven commitments of the AI ethics charter as
// passages of the corpus "charter". Names are the official ones; the content is
// in our own words and each passage points at the official text, which an
// operator reads on francetravail.org. Edit charter.md to change them.
package charter
