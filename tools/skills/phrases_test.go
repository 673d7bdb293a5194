package skills

import (
	"slices"
	"strings"
	"testing"

	"tandem/internal/fold"
)

// TestPhrasesNameLabels: a line of words/phrases.txt whose label this release of
// ROME does not have would be silent for ever.
func TestPhrasesNameLabels(t *testing.T) {
	e := official(t)
	known := map[string]bool{}
	for i := range e.index.labels {
		known[strings.TrimSpace(fold.String(e.index.labels[i].item.Label))] = true
	}
	seen := map[string]bool{}
	for _, line := range lines(phrasesText) {
		said, label, _ := strings.Cut(line, "=")
		if !known[strings.TrimSpace(label)] {
			t.Errorf("no label %q", label)
		}
		if seen[line] || strings.TrimSpace(said) == "" {
			t.Errorf("line %q says nothing new", line)
		}
		seen[line] = true
	}
}

func TestPhrases(t *testing.T) {
	e := official(t)
	for text, want := range map[string]string{
		"Aide-soignante\n2019-2024 Aide-soignante, Les Ormes\n- Aide à la toilette des résidents": "Veiller à l'hygiène corporelle des personnes",
		"Serveuse\n2020 Serveuse, Le Port\nprise des commandes":                                   "Prendre une commande client",
		"Comptable\nTableaux croisés dynamiques":                                                  "Microsoft Excel",
	} {
		a := e.Analyse(text)
		if !slices.ContainsFunc(a.Skills, func(p Proposal) bool { return p.Label == want }) {
			t.Errorf("%q does not show %q", text, want)
		}
		promises(t, text, a)
	}
	for _, text := range []string{"Aide. À la toilette", "Loisirs : tableaux croisés"} {
		if a := e.Analyse(text); slices.ContainsFunc(a.Skills, func(p Proposal) bool { return p.Why == "Vos mots désignent cette compétence." }) {
			t.Errorf("%q holds a phrase", text)
		}
	}
}
