package skills

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// thresholds says what would be shown from each confidence on.
type thresholds struct {
	texts        int
	shown, right [20]int
}

func (c *thresholds) add(x *fitting, a Analysis) {
	c.texts++
	for _, s := range a.Skills[:min(len(a.Skills), shownLimit)] {
		for i := range c.shown {
			if s.Confidence >= float64(i)/20 {
				c.shown[i]++
				if x.gold[s.Code] {
					c.right[i]++
				}
			}
		}
	}
}

func (c *thresholds) log(t *testing.T) {
	for i := 10; i < len(c.shown) && c.shown[i] > 0; i++ {
		t.Logf("  from %.2f: %.1f shown, precision %.3f", float64(i)/20, float64(c.shown[i])/float64(c.texts), float64(c.right[i])/float64(c.shown[i]))
	}
}

func (t *tally) String() string {
	got := t.result()
	var b strings.Builder
	fmt.Fprintf(&b, "(%d texts): %.1f shown", got.N, float64(t.shown)/float64(got.N))
	for _, name := range []string{"precision", "recall_at_20", "calibration_error", "must_not_rate", "occupation_at_1", "occupation_at_3", "p50_ms"} {
		fmt.Fprintf(&b, " %s %.3f", name, got.Figures[name])
	}
	return b.String()
}

// listErrors appends to the file of errors what a text was shown, the first 25, and
// which gold was not proposed.
func listErrors(t *testing.T, e *Engine, x *fitting, a Analysis) {
	if *fitErrors == "" {
		return
	}
	out, err := os.OpenFile(*fitErrors, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	fmt.Fprintf(out, "## %s shown %d, métiers %v\n", x.ID, a.Shown, x.Occupations)
	listed := map[string]bool{}
	for i, s := range a.Skills {
		listed[s.Code] = true
		if mark := map[bool]string{true: "+", false: "-"}; i < 25 {
			fmt.Fprintf(out, "%s %2d %.2f %s | %s\n", mark[x.gold[s.Code]], i+1, s.Confidence, s.Label, s.Evidence[0].Text)
		}
	}
	for _, code := range x.Skills {
		if !listed[code] {
			fmt.Fprintf(out, "not proposed: %s | %s\n", e.index.labels[e.byCode[code]].item.Label, x.Spans[code])
		}
	}
}
