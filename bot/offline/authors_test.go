package offline

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var (
	showWrong = flag.Bool("show", false, "print what was not understood")
)

// TestAuthors learns from the others and reads one author's lines: the nearest
// that we have to people whose sentences nobody has seen. Author k knew the
// lines of h and j, so what k wrote is left out. The rules were tuned on these
// lines, the words were not.
func TestAuthors(t *testing.T) {
	if raceEnabled {
		t.Skip("trainings on one goroutine: nothing for the race detector")
	}
	rows, err := utterances()
	if err != nil {
		t.Fatal(err)
	}
	cases, err := os.ReadFile(filepath.Join("..", "..", "testdata", "routing-tune.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, author := range []string{"h", "j"} {
		var others []utterance
		for _, r := range rows {
			if r.author != author && r.author != "k" {
				others = append(others, r)
			}
		}
		m := &Model{train(others)}
		var theirs bytes.Buffer
		for line := range bytes.Lines(cases) {
			if bytes.HasPrefix(line, []byte(`{"id": "`+author+`-`)) {
				theirs.Write(line)
			}
		}
		rep, err := m.Evaluate(&theirs)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s, learned from %d lines of others: n %d tool %.3f arguments %.3f extra %.3f", author, len(others), rep.N, rep.Figures["tool_accuracy"], rep.Figures["argument_accuracy"], rep.Figures["argument_extra"])
		if *showWrong {
			slices.SortStableFunc(rep.Wrong, func(a, b Wrong) int { return len(a.Expected) - len(b.Expected) })
			for _, w := range rep.Wrong {
				l, p, _ := m.classify(read(w.Text), Context{Role: w.Persona})
				t.Logf("%s %s want %s got %s %v [%s %.2f] | %s", w.ID, w.Persona, w.Expected, w.Got, w.Args, l, p, w.Text)
			}
		}
	}
}
