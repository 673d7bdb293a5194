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

// TestCrossValidation trains on nine tenths and reads the other, ten times: it
// says what to expect of sentences that are not in the table. Right means the
// right tool or act; the topic of an act only changes its wording.
func TestCrossValidation(t *testing.T) {
	if raceEnabled {
		t.Skip("ten trainings on one goroutine: nothing for the race detector")
	}
	rows, err := utterances()
	if err != nil {
		t.Fatal(err)
	}
	right, asked, low, lowRight := 0, 0, 0, 0
	wrong := map[string]int{}
	for k := range 10 {
		var in, out []utterance
		for i, r := range rows {
			if (i*7919)%10 == k {
				out = append(out, r)
			} else {
				in = append(in, r)
			}
		}
		m := &Model{train(in)}
		for _, r := range out {
			role := firstRole(r.roles)
			if role == "" {
				role = []string{"seeker", "recruiter", "counsellor"}[len(r.text)%3]
			}
			ctx := Context{Role: role}
			if label, sure, _ := m.classify(read(r.text), ctx); sure < unsure {
				low++
				lowRight += b2i(kind(label) == kind(r.label))
			}
			u := m.Understand(r.text, ctx)
			if act, want := kind(u.label()), kind(r.label); act == want {
				right++
			} else {
				wrong[want+" → "+act]++
				if os.Getenv("SHOW") != "" {
					t.Logf("%-10s %-28s %-40s %q", role, r.label, u, r.text)
				}
				if u.Act == "clarify" {
					asked++
				}
			}
		}
	}
	accuracy := float64(right) / float64(len(rows))
	t.Logf("%d utterances, accuracy %.3f, a question asked instead %.3f, confusions %v", len(rows), accuracy, float64(asked)/float64(len(rows)), wrong)
	if accuracy < 0.78 {
		t.Errorf("cross-validated accuracy %.3f, want 0.78 at least", accuracy)
	}
	t.Logf("%d answers below the bound, %d of them right", low, lowRight)
	if low > 0 && 2*lowRight > low {
		t.Errorf("below %.2f, %d of %d are right: asking loses more than it saves", unsure, lowRight, low)
	}
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
