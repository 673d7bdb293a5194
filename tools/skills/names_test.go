package skills

import (
	"slices"
	"testing"
)

func TestNames(t *testing.T) {
	e := official(t)
	for text, want := range map[string][]string{
		"Aminata KONÉ\n3 rue des Lilas, 44000 Nantes\naide-soignante\nExpérience\n2019-2024 EHPAD": {"Aminata", "KONÉ", "Aminata KONÉ"},
		"Marie Boulanger\nVendeuse\nExpérience\n2019-2024 : vente":                                 {"Marie", "Marie Boulanger"},
		"bonjour je m'appelle jeanne lefloch, je cherche du travail":                               {"jeanne", "lefloch", "jeanne lefloch"},
		"Nom : Le Goff\nPrénom : Yann\nPermis B\nMécanicien":                                       {"Goff", "Le Goff", "Yann"},
		"j'ai rendez-vous avec Mme Ferrand demain":                                                 {"Ferrand"},
		"Je cherche un poste de boulanger à Nantes":                                                nil,
		"Boulanger pâtissier\nCAP\nExpérience\n2012-2020":                                          nil,
	} {
		got := e.Names(text)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("Names(%q) = %q, want %q", text, got, want)
		}
	}
}
