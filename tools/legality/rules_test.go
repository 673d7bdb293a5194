package legality

import (
	"strings"
	"testing"
)

// The examples of the rule files are the tests of the rules.
func TestRulesAgreeWithTheirExamples(t *testing.T) {
	e := loaded(t)
	for _, r := range e.Rules() {
		for _, ex := range r.Match {
			v := e.Check(ex.Offer)
			if len(findings(v, r.ID, false)) == 0 && (r.Severity != S1 || len(findings(v, r.ID, true)) == 0) {
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

// loaded is the shipped rule set. A rule whose examples do not prove it is not
// loaded by any test.
func loaded(t testing.TB) *Engine {
	t.Helper()
	e, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	const fewest = 10
	for _, r := range e.Rules() {
		if len(r.Match) < fewest || len(r.Spare) < fewest {
			t.Fatalf("%s: %d examples to match and %d to spare, at least %d of each are needed", r.ID, len(r.Match), len(r.Spare), fewest)
		}
	}
	return e
}

// All 58 rules of the domain brief are there.
func TestRulesAreComplete(t *testing.T) {
	dis, ctn := 0, 0
	for _, r := range loaded(t).Rules() {
		if strings.HasPrefix(r.ID, "DIS-") {
			dis++
		} else {
			ctn++
		}
	}
	if dis != 29 || ctn != 29 {
		t.Errorf("%d rules on discrimination and %d on content, want 29 of each", dis, ctn)
	}
}
