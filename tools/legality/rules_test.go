package legality

import (
	"testing"
)

// The examples of the rule files are the tests of the rules.
func TestRulesAgreeWithTheirExamples(t *testing.T) {
	e := loaded(t)
	const fewest = 10
	for _, r := range e.Rules() {
		if len(r.Match) < fewest || len(r.Spare) < fewest {
			t.Errorf("%s: %d examples to match and %d to spare, at least %d of each are needed", r.ID, len(r.Match), len(r.Spare), fewest)
		}
		for _, ex := range r.Match {
			if f := findings(e.Check(ex.Offer), r.ID, r.Severity == S1); len(f) == 0 {
				t.Errorf("%s:%d: not found in %q", ex.File, ex.Line, ex.Title+ex.Text)
			}
		}
		for _, ex := range r.Spare {
			for _, f := range findings(e.Check(ex.Offer), r.ID, false) {
				t.Errorf("%s:%d: found %q (%s)", ex.File, ex.Line, f.Span.Text, f.Severity)
			}
		}
	}
}

func findings(v Verdict, rule string, advice bool) (out []Finding) {
	all := v.Findings
	if advice {
		all = v.Advice
	}
	for _, f := range all {
		if f.Rule == rule {
			out = append(out, f)
		}
	}
	return out
}

func loaded(t testing.TB) *Engine {
	t.Helper()
	e, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return e
}
