package skills

import (
	"strings"
	"testing"
)

func BenchmarkAnalyseLong(b *testing.B) {
	e := official(b)
	var t strings.Builder
	for t.Len() < MaxText {
		for _, x := range examples(b, tune) {
			t.WriteString(x.Text)
			t.WriteString("\n\n")
		}
	}
	for b.Loop() {
		e.Analyse(t.String()[:MaxText])
	}
}
