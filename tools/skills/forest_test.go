package skills

import "testing"

// Believe has the engine believe every match that shows most of a label: how sure
// to be was learned on all of ROME, where words have another weight than in the
// lexicons of tests.
func (e *Engine) Believe() *Engine {
	var t tree
	for n := range t.cut {
		t.feature[n], t.cut[n] = 1, 1e9
	}
	t.cut[0], t.leaf[0], t.leaf[1<<(depth-1)] = 0.7, -3, 1.5
	e.forest, e.second = &forest{trees: []tree{t}}, nil
	return e
}

func TestForestIsWrittenAsItIsRead(t *testing.T) {
	one := len(new(features).list())
	two := one + len(new(signs).list())
	for text, features := range map[string]int{forestText: one, wordsText: one, secondText: two, secondWordsText: two} {
		f := parseForest(text, features)
		if len(f.trees) < 50 {
			t.Errorf("%d trees", len(f.trees))
		}
		if got := f.String(); got != text {
			t.Errorf("written differently: %.200q…", got)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a forest of other features is taken")
		}
	}()
	parseForest("7 -2\n", 8)
}

// TestTree: a feature above the cut of the first question leads to the other half
// of the leaves.
func TestTree(t *testing.T) {
	e := new(Engine).Believe()
	if low, high := e.confidence(&features{Cover: 0.5}), e.confidence(&features{Cover: 0.9}); low > 0.1 || high < 0.8 {
		t.Errorf("%.2f, %.2f", low, high)
	}
	if p := e.confidence(&features{Cover: 0.9, Hobby: 1}); p > unsaidAtMost {
		t.Errorf("a pastime is worth %.2f", p)
	}
}
