package rome

import (
	_ "embed"
	"strings"
)

//go:embed said.tsv
var saidText string

// said is how people who do not know ROME's words speak of its métiers and of
// some items, by code. We wrote it: ROME has titles and definitions, people
// have other words. Passages are found by it and the built-in embedder learns
// it; it is never shown.
var said = func() map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(saidText) {
		code, phrases, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(code, "#") {
			continue
		}
		for phrase := range strings.SplitSeq(phrases, "|") {
			if phrase = strings.TrimSpace(phrase); phrase != "" {
				m[code] = append(m[code], phrase)
			}
		}
	}
	return m
}()
