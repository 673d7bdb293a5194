package legality

import (
	"strings"
	"testing"
)

func TestDiff(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"a\nb\nc", "a\nb\nc", " a| b| c"},
		{"a\nb\nc", "a\nc", " a|-b| c"},
		{"a\nc", "a\nb\nc", " a|+b| c"},
		{"a\nb\nc\nd", "a\nB\nc\nD", " a|-b|+B| c|-d|+D"},
		{"", "a", "-|+a"},
	} {
		var got []string
		for _, l := range Diff(c.before, c.after) {
			got = append(got, l.Op+l.Text)
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%q → %q: %q, want %q", c.before, c.after, strings.Join(got, "|"), c.want)
		}
	}
	long := strings.Repeat("x\n", 3*maxDiff)
	if got := Diff("a"+long+"b", "c"+long+"d"); len(got) == 0 {
		t.Error("nothing")
	}
}
