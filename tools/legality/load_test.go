package legality

import (
	"strings"
	"testing"
	"testing/fstest"
)

// A mistake in a file is reported with its place; nothing is skipped.
func TestLoadNamesFileAndLine(t *testing.T) {
	const head = "id: DIS-X-01\ntitle: Essai\nseverity: S3\nbasis: law:L1132-1\nwhy: Parce que.\nadvice: Changez.\n"
	for rule, want := range map[string]string{
		head + "[match]\n(homme":                          "DIS-X-01.txt:8: motif « (homme » : parenthèse non fermée",
		head + "[match]\n@inconnue":                       "DIS-X-01.txt:8: motif « @inconnue » : classe @inconnue inconnue",
		head + "[match]\n.. homme":                        "un motif ne commence pas par un intervalle",
		head + "[match]\nhomme ..":                        "un motif ne finit pas par un intervalle",
		head + "[match]\n(homme)?":                        "correspond à rien",
		head + "[match]\n#75-16 ans":                      "écrivez #16-75",
		head + "[match]\n$demandes(homme)":                "famille $demandes inconnue",
		head + "[match]\nhomme => supprimer":              "DIS-X-01.txt:8: réécriture",
		head + "[exceptions]\ncontract: CDI":              "DIS-X-01.txt:8: « contract: condition -> S1: phrase » attendu",
		head + "[exceptions]\nsaison: été -> S1: Oui.":    "exception \"saison\"",
		head + "[matches]\nhomme":                         "section [matches] inconnue",
		head + "[match\nhomme":                            "DIS-X-01.txt:7: section non fermée",
		head + "couleur: rouge\n[match]\nhomme":           "DIS-X-01.txt:7: clé \"couleur\" inconnue",
		head + "yields: DIS-Y-01\n[match]\nhomme":         "DIS-Y-01, qui n'existe pas",
		strings.Replace(head, "S3", "S5", 1):              "DIS-X-01.txt:3: gravité",
		strings.Replace(head, "S3", "S4", 1):              "risk est nécessaire",
		strings.Replace(head, "L1132-1", "L9", 1):         "DIS-X-01.txt:4: article \"law:L9\" absent",
		strings.Replace(head, "DIS-X-01", "DIS-X-02", 1):  "doit porter son nom",
		strings.Replace(head, "why: Parce que.\n", "", 1): "id, title, why et advice sont nécessaires",
	} {
		files := fstest.MapFS{
			"version.txt":           {Data: []byte("version: 1\ndate: 2026-01-01\n")},
			"values.txt":            {Data: []byte("smic | 2026-01-01 | 12.02 | essai\nnet | 2026-01-01 | 0.77 | essai\nweeks | 2026-01-01 | 4.33 | essai\n")},
			"articles.txt":          {Data: []byte("law:L1132-1 | Code du travail, art. L1132-1 | https://exemple.fr\n")},
			"lexicon/classes.txt":   {Data: []byte("[classes]\n@limite: sauf\n@reprise: vous\n@avant: être\n@après: exigé\n@creux: un\n@lien: de\n@joint: et\n@négation: pas\n@mots_français: de\n@mots_anglais: the\n@mots_allemands: der\n@mots_espagnols: el\n@mots_italiens: il\n@mots_portugais: um\n@mots_néerlandais: het\n@mots_polonais: oraz\n@mots_roumains: cu\n@mots_turcs: ve\n@refus: abstenir\n@demande: indiquez\n@métier_f: vendeuse\n")},
			"rules/DIS-X-01.txt":    {Data: []byte(rule)},
			"lexicon/families.txt":  {Data: []byte("[families]\n$exige: X exigé\n")},
			"rules/ignored/not.txt": {Data: []byte("?")},
		}
		if _, err := load(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q\n gave %v\n wanted %q", rule[len(head)-20:], err, want)
		}
	}
}
