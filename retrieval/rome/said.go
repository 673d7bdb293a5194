package rome

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed said.tsv
var saidText string

// everyday is how people who do not know ROME's words speak of its métiers and of
// some items, by code. We wrote it: ROME has titles and definitions, people
// have other words. Passages are found by it and the built-in embedder learns
// it; it is never shown.
var everyday = sync.OnceValue(func() map[string][]string {
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
})

// leftOutFile is a table that only archives of [HoldOut] have: our own phrases
// that are not to be learned, because they will be asked.
const leftOutFile = "tandem_left_out"

// Everyday is how people who do not know ROME's words speak of métiers and items,
// by code. It must not be changed.
func Everyday() map[string][]string { return everyday() }

// said is [everyday] without what is left out.
func (d *Data) said() map[string][]string {
	if len(d.LeftOut) == 0 {
		return everyday()
	}
	kept := map[string][]string{}
	for code, phrases := range everyday() {
		kept[code] = slices.DeleteFunc(slices.Clone(phrases), func(p string) bool { return d.LeftOut[clean(p)] })
	}
	return kept
}

func (r *reading) leftOut() error {
	if _, ok := r.a.files[leftOutFile]; !ok {
		return nil
	}
	r.d.LeftOut = map[string]bool{}
	return r.a.each(leftOutFile, []string{"phrase"}, func(x row) error {
		r.d.LeftOut[x.v[0]] = true
		return nil
	})
}
