package retrieval

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Evaluation is what `tandem eval retrieval` prints. By holds the same figures
// for each scorer alone.
type Evaluation struct {
	Suite   string                        `json:"suite"`
	N       int                           `json:"n"`
	Figures map[string]float64            `json:"figures"`
	By      map[string]map[string]float64 `json:"by"`
}

// question is one line of an evaluation file. No relevant id means that the
// right answer is none.
type question struct {
	Query    string   `json:"query"`
	Corpus   string   `json:"corpus"`
	Kind     string   `json:"kind"`
	Relevant []string `json:"relevant"`
}

// Evaluate asks every question of a file (JSON lines: query, corpus, kind,
// relevant) of the whole search and of each scorer alone. Times are those of
// the whole search, one question after the other, after one question to warm up.
func Evaluate(ctx context.Context, s *Store, file io.Reader, progress Progress) (Evaluation, error) {
	questions, err := readQuestions(file)
	if err != nil {
		return Evaluation{}, err
	}
	e := Evaluation{Suite: "retrieval", N: len(questions), By: map[string]map[string]float64{}}
	if _, err := s.Search(ctx, Query{Text: "boulanger"}); err != nil {
		return e, err
	}
	scorers := append([]scorer{fused()}, alone()...)
	for i, by := range scorers {
		progress.say("Évaluation de la recherche", i, len(scorers))
		figures, err := s.figures(ctx, questions, by)
		if err != nil {
			return e, err
		}
		if i == 0 {
			e.Figures = figures
			continue
		}
		e.By[by.name] = figures
	}
	progress.say("Évaluation de la recherche", len(scorers), len(scorers))
	return e, nil
}

func readQuestions(file io.Reader) (questions []question, err error) {
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		questions = append(questions, q)
	}
	return questions, lines.Err()
}

func (s *Store) figures(ctx context.Context, questions []question, by scorer) (map[string]float64, error) {
	sums := map[string]float64{}
	answerable, silent := 0, 0
	var times []time.Duration
	for _, q := range questions {
		query := Query{Text: q.Query, Corpus: q.Corpus}
		if q.Kind != "" {
			query.Kinds = []string{q.Kind}
		}
		start := time.Now()
		a := ask(query, by) // nothing remembered: every question is searched for
		all, err := s.search(ctx, &a)
		if err != nil {
			return nil, err
		}
		found := by.answer(all)
		times = append(times, time.Since(start))
		if len(q.Relevant) == 0 {
			silent++
			if len(found) == 0 {
				sums["abstention"]++
			}
			continue
		}
		answerable++
		for name, value := range score(found, q.Relevant) {
			sums[name] += value
		}
	}
	out := map[string]float64{"p50_ms": quantile(times, 0.5), "p99_ms": quantile(times, 0.99)}
	for _, name := range []string{"mrr", "recall_at_1", "recall_at_5", "recall_at_10", "ndcg_at_10"} {
		if answerable > 0 {
			out[name] = round(sums[name] / float64(answerable))
		}
	}
	if silent > 0 {
		out["abstention"] = round(sums["abstention"] / float64(silent))
	}
	return out, nil
}

// score judges the first ten results of one question.
func score(found []found, relevant []string) map[string]float64 {
	m := map[string]float64{}
	hits, gain := 0, 0.0
	for i, f := range found[:min(len(found), 10)] {
		if !slices.Contains(relevant, f.ID) {
			continue
		}
		if hits == 0 {
			m["mrr"] = 1 / float64(i+1)
		}
		hits++
		gain += 1 / math.Log2(float64(i+2))
		for _, k := range []int{1, 5, 10} {
			if i < k {
				m[fmt.Sprintf("recall_at_%d", k)] += 1 / float64(min(k, len(relevant)))
			}
		}
	}
	ideal := 0.0
	for i := range min(len(relevant), 10) {
		ideal += 1 / math.Log2(float64(i+2))
	}
	m["ndcg_at_10"] = gain / ideal
	return m
}

func quantile(times []time.Duration, q float64) float64 {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	at := min(int(q*float64(len(sorted))), len(sorted)-1)
	return round(float64(sorted[at]) / float64(time.Millisecond))
}

func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }
