package offers

import (
	"reflect"
	"strings"
	"testing"

	"tandem/internal/fold"
)

// Searching line by line finds what searching the whole text does.
func TestPatternsByLine(t *testing.T) {
	var texts []string
	for _, o := range Demo() {
		texts = append(texts, o.Title+"\n"+o.Body)
	}
	for _, c := range parseTable {
		texts = append(texts, c.text)
	}
	texts = append(texts, strings.Join(texts, "\n"), strings.Join(texts, " "), "\n\nCDI\r\n 35 h\n", "")
	byLine := 0
	for _, p := range patterns {
		if p.inLine {
			byLine++
		}
		for _, text := range texts {
			f := fold.String(text)
			for _, n := range []int{1, 4, 16} {
				got, want := p.all(f, n), p.FindAllStringSubmatchIndex(f, n)
				if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
					t.Fatalf("%.60s in %.60q: %v, want %v", p, f, got, want)
				}
			}
			if p.in(f) != p.MatchString(f) {
				t.Fatalf("%.60s in %.60q", p, f)
			}
		}
	}
	if byLine < len(patterns)/2 {
		t.Errorf("%d of %d patterns are searched by line", byLine, len(patterns))
	}
	for expr, want := range map[string]bool{`\bcdi\b`: true, `a[^.\n]b`: true, `(?m)^a$`: true, `a[^.]b`: false, `\s`: false, `a\D`: false, `^a`: false, `a$`: false, `(?s)a.b`: false, "a\nb": false} {
		if withinLines(expr) != want {
			t.Errorf("%q: %v", expr, !want)
		}
	}
}
