package web

import (
	"os"
	"strings"
	"testing"
)

// A register whose figures are not those that were measured misleads.
func TestFiguresOfTheRegisterAreThoseMeasured(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range systems {
		for _, f := range s.Figures {
			n++
			found := false
			for line := range strings.SplitSeq(string(readme), "\n") {
				found = found || strings.HasPrefix(line, "|") && strings.Contains(line, f.Row) && strings.Contains(line, f.Token)
			}
			if !found {
				t.Errorf("%s: no row of README about %s has %q: put the new figure in register.go (« %s »)", s.ID, f.Row, f.Token, f.Said)
			}
		}
	}
	if n < 5 {
		t.Errorf("%d figures only", n)
	}
}
