package offline

import (
	"os"
	"path/filepath"
	"testing"
)

func model(t testing.TB) *Model {
	t.Helper()
	m, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// label is what an understanding would be called in the tables of utterances.
func (u Understanding) label() string {
	if u.Topic == "distress" || u.Topic == "scam" {
		return u.Topic
	}
	if len(u.Calls) > 0 {
		return u.Calls[0].Tool
	}
	return u.Act + "/" + u.Topic
}

func kind(label string) string {
	switch label {
	case "distress":
		return "request_human"
	case "scam":
		return "explain_offer"
	}
	for i := range len(label) {
		if label[i] == '/' {
			return label[:i]
		}
	}
	return label
}

// TestHeldBack reads the file that nobody tunes on.
func TestHeldBack(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "testdata", "routing-report.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rep, err := model(t).Evaluate(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d lines %v", rep.N, rep.Figures)
	for key, by := range rep.By {
		t.Logf("%-24s %v", key, by)
	}
	if os.Getenv("SHOW") != "" {
		for _, w := range rep.Wrong {
			t.Logf("%s %s want %s got %s %v | %s", w.ID, w.Persona, w.Expected, w.Got, w.Args, w.Text)
		}
	}
	if rep.N < 120 {
		t.Errorf("%d lines, want 120 at least", rep.N)
	}
	if a := rep.Figures["tool_accuracy"]; a < 0.85 {
		t.Errorf("tool accuracy %.3f, want 0.85 at least", a)
	}
	if a := rep.Figures["argument_accuracy"]; a < 0.80 {
		t.Errorf("argument accuracy %.3f, want 0.80 at least", a)
	}
}
