package subword_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tandem/retrieval/charter"
	"tandem/retrieval/law"
	"tandem/retrieval/ranking"
	"tandem/retrieval/rome"
	"tandem/retrieval/subword"
)

var compare = flag.String("compare", "", "compare the ways to train on this folder of tandem rome heldout, and print the table of COMPARISON.md")

var ways = flag.String("ways", ".", "with -compare: only the ways whose name matches")

// TestCompare trains in each way on the archive of a fold, and measures what
// each finds of what was held out: métiers by their learned vector or their
// nearest title, titles by theirs.
func TestCompare(t *testing.T) {
	if *compare == "" {
		t.Skip("run with -compare DIR to compare the ways to train")
	}
	src, err := rome.At(filepath.Join(*compare, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := rome.Read(src, append(charter.Entries(), law.Entries()...))
	if err != nil {
		t.Fatal(err)
	}
	metiers, titles := readSet(t, "ranking-metiers"), readSet(t, "ranking-titles")
	typed := metiers
	typed.Queries = typedQueries(t)

	only := regexp.MustCompile(*ways)
	type way struct {
		name  string
		train func() (*subword.Model, error)
	}
	sure := func(m *subword.Model) (*subword.Model, error) { return m, nil }
	ctx, ex, names := t.Context(), l.Examples, l.Classes
	softmax := func(o subword.Options) (*subword.Model, error) { return subword.Train(ctx, ex, names, o) }
	fmt.Println("| Way | R@5 | MRR | typed R@5 | typed MRR | titles MAP | train s | MB |\n|---|---|---|---|---|---|---|---|")
	for _, w := range []way{
		{"(d) contrastive, negatives of the batch", func() (*subword.Model, error) { return softmax(subword.Options{}) }},
		{"(e2) and one rival of the nearest classes", func() (*subword.Model, error) { return subword.Against(ctx, ex, names, subword.Options{}, 1, true) }},
		{"(b) LSA", func() (*subword.Model, error) { return sure(subword.LSA(ex, names, 192)) }},
		{"(c) reduced-rank regression", func() (*subword.Model, error) { return sure(subword.Regressed(ex, names, 192)) }},
		{"(a) random sub-word vectors weighed by IDF", func() (*subword.Model, error) { return sure(subword.Projected(ex, names, 192)) }},
		{"(e1) and one rival of the same domaine", func() (*subword.Model, error) { return subword.Against(ctx, ex, names, subword.Options{}, 1, false) }},
		{"(d) without sounds", func() (*subword.Model, error) { return subword.Silent(ctx, ex, names, subword.Options{}) }},
		{"(d) without the two forms of titles", func() (*subword.Model, error) {
			return subword.Train(ctx, unformed(l), names, subword.Options{})
		}},
		{"(d) 128 dimensions, 3 epochs", func() (*subword.Model, error) { return softmax(subword.Options{Dim: 128, Epochs: 3}) }},
	} {
		if !only.MatchString(w.name) {
			continue
		}
		start := time.Now()
		m, err := w.train()
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		a, b, c := byTitles(t, m, l, metiers), byTitles(t, m, l, typed), byCosine(t, m, titles)
		fmt.Printf("| %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.0f | %.0f |\n", w.name, a["recall_at_5"], a["mrr"], b["recall_at_5"], b["mrr"], c["map"],
			took.Seconds(), float64(len(m.Encode()))/1e6)
	}
}

// byTitles ranks métiers by their learned vector or their best title.
func byTitles(t *testing.T, m *subword.Model, l rome.Lessons, s ranking.Set) map[string]float64 {
	var texts []string
	var owner []int
	learned := metierIDs(t)
	for d, id := range learned {
		for _, title := range l.Titles[id] {
			for _, form := range forms(title) {
				texts, owner = append(texts, form), append(owner, d)
			}
		}
	}
	vectors := embed(t, m, texts)
	classes := make([][]float32, len(learned))
	for d, id := range learned {
		classes[d] = m.Learned(id)
	}
	return ranking.Measure(s, func(query string) []float32 {
		q := embed(t, m, []string{query})[0]
		scores := make([]float32, len(s.Docs))
		for d, v := range classes {
			scores[d] = cosine(q, v)
		}
		for i, v := range vectors {
			scores[owner[i]] = max(scores[owner[i]], cosine(q, v))
		}
		return scores
	})
}

func byCosine(t *testing.T, m *subword.Model, s ranking.Set) map[string]float64 {
	vectors := embed(t, m, s.Docs)
	return ranking.Measure(s, func(query string) []float32 {
		q := embed(t, m, []string{query})[0]
		scores := make([]float32, len(vectors))
		for d, v := range vectors {
			scores[d] = cosine(q, v)
		}
		return scores
	})
}

func embed(t *testing.T, m *subword.Model, texts []string) [][]float32 {
	v, err := m.EmbedDocuments(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func cosine(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	for i := 0; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	return s0 + s1 + s2 + s3
}

// unformed are the lessons with each title as ROME writes it, in one piece.
func unformed(l rome.Lessons) (out []subword.Example) {
	whole := map[string]string{}
	for _, titles := range l.Titles {
		for _, title := range titles {
			if fs := forms(title); len(fs) == 2 {
				whole[fs[0]], whole[fs[1]] = title, ""
			}
		}
	}
	for _, e := range l.Examples {
		if title, ok := whole[e.Text]; ok && e.Times == 1 {
			if e.Text, e.Times = title, 2; title == "" {
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

// forms is what rome does with a title in two forms.
func forms(title string) []string {
	left, right, two := strings.Cut(title, " / ")
	n, words := len(strings.Fields(left)), strings.Fields(right)
	if !two || strings.Contains(right, " / ") || len(words) < n {
		return []string{title}
	}
	return []string{strings.Join(append([]string{left}, words[n:]...), " "), right}
}

func readSet(t *testing.T, name string) ranking.Set {
	s, err := ranking.Read(filepath.Join(*compare, name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lines(t *testing.T, name string) []string {
	f, err := os.Open(filepath.Join(*compare, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		out = append(out, sc.Text())
	}
	return out
}

func metierIDs(t *testing.T) (ids []string) {
	for _, line := range lines(t, "ranking-metiers/corpus.tsv")[1:] {
		id, _, _ := strings.Cut(line, "\t")
		ids = append(ids, id)
	}
	return ids
}

func typedQueries(t *testing.T) (queries []string) {
	for _, line := range lines(t, "unseen-typed.jsonl") {
		var q struct{ Query string }
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatal(err)
		}
		queries = append(queries, q.Query)
	}
	return queries
}
