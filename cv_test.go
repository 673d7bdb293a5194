package main

import (
	"bytes"
	"strings"
	"testing"

	"tandem/tools/document"
	"tandem/tools/skills"
	"tandem/tools/span"
)

func TestPrintCV(t *testing.T) {
	doc := document.Document{Name: "cv.pdf", Text: "Cariste\n\nPermis\nB", Pages: []document.Page{{Start: 0, End: 9}, {Start: 9, End: 17}}}
	a := skills.Analysis{
		Occupations: []skills.Occupation{{ROME: "N1101", Appellation: "Cariste", Confidence: .9, Evidence: []span.Span{span.Of(doc.Text, 0, 7)}}},
		Skills: []skills.Proposal{
			{Code: "1", Label: "Permis B", Confidence: .9, Evidence: []span.Span{span.Of(doc.Text, 9, 17)}},
			{Code: "2", Label: "Autre", Confidence: .2, Evidence: []span.Span{span.Of(doc.Text, 0, 7)}},
		},
		Shown: 1, ROMEVersion: "60",
	}
	var out bytes.Buffer
	printCV(&out, doc, a, false)
	for _, want := range []string{"90 %  N1101  Cariste", "« Cariste » (p. 1)", "« Permis B » (p. 2)", "1 autre proposition"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "Autre\n") {
		t.Error("an unsure proposal is shown")
	}
	out.Reset()
	printCV(&out, doc, a, true)
	if !strings.Contains(out.String(), "20 %  2  Autre") {
		t.Errorf("--all does not show all:\n%s", out.String())
	}
}
