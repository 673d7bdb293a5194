// Command genextract writes ../extract.tsv, the ROME that Tandem has before it
// finds a complete one: codes, labels and links of the métiers with most
// published offers, at least some of every grand domaine. Run it by go generate
// with ROME_ARCHIVE (official archive) and ROME_FIGURES (CSV with the columns
// code_rome and nb_offres; only the order of métiers is taken from it).
package main
