package legality

import (
	"fmt"
	"strings"
	"testing"
)

// Rewrites must read as French: nothing left hanging, nothing doubled.
func TestRewrite(t *testing.T) {
	e := loaded(t)
	for before, after := range map[string]string{
		"Nous recherchons un homme de moins de 35 ans, bonne présentation, pour notre boutique.": "Nous recherchons un candidat ou une candidate, bonne présentation, pour notre boutique.",
		"Nous recherchons une jeune femme célibataire et souriante.":                             "Nous recherchons une personne souriante.",
		"Vous êtes jeune et dynamique.":                                                          "Vous êtes dynamique.",
		"Vous êtes célibataire, mobile et autonome.":                                             "Vous êtes mobile et autonome.",
		"Profil : sérieux, ponctuel et célibataire.":                                             "Profil : sérieux, ponctuel.",
		"- Permis B\n- Célibataire\n- Ponctuel":                                                  "- Permis B\n- Ponctuel",
		"Envoyez CV avec photo et lettre de motivation.":                                         "Envoyez CV et lettre de motivation.",
		"Anglais langue maternelle exigé.":                                                       "Anglais courant exigé.",
		"Candidat (homme uniquement) pour manutention":                                           "Candidat pour manutention",
		"Pas de senior, pas de voile. Salaire 1 900 €.":                                          "Salaire 1 900 €.",
		"Vous avez entre 25 et 35 ans et le permis B.":                                           "Vous avez le permis B.",
		"Femmes enceintes s'abstenir. Merci.":                                                    "Merci.",
		"CDD de 3 mois avec possibilité de CDI à la clé.":                                        "CDD de 3 mois.",
		"Temps partiel. Précisez votre situation familiale dans la lettre. À bientôt.":           "Temps partiel. À bientôt.",
		"HOMME UNIQUEMENT\nPermis B":                                                             "Permis B",
		"Accueil, conseil et vente. Permis B.":                                                   "Accueil, conseil et vente. Permis B.",
	} {
		r := e.Rewrite(Offer{Text: before})
		if r.Text != after {
			t.Errorf("%q\n became %q\n wanted %q", before, r.Text, after)
		}
		if before != after && (len(r.Changes) == 0 || r.Verdict.Status != Clean) {
			t.Errorf("%q: %d changes, then %s", before, len(r.Changes), r.Verdict.Status)
		}
	}
}

func TestRewriteOfTitles(t *testing.T) {
	e := loaded(t)
	for before, after := range map[string]string{
		"Vendeuse":                 "Vendeur / Vendeuse",
		"Mécanicien poids lourds":  "Mécanicien / Mécanicienne poids lourds",
		"Secrétaire confirmée":     "Secrétaire confirmée (H/F)",
		"Recherche boulanger":      "Recherche boulanger / Boulangère",
		"2 serveuses":              "2 serveurs / Serveuses",
		"Comptable":                "Comptable",
		"Technicien(ne) de chaîne": "Technicien(ne) de chaîne",
	} {
		if r := e.Rewrite(Offer{Title: before}); r.Title != after || r.Verdict.Status != Clean {
			t.Errorf("%q became %q (%s), wanted %q", before, r.Title, r.Verdict.Status, after)
		}
	}
}

// What a machine must not decide is left to a person, and said.
func TestRewriteLeavesFraudToAPerson(t *testing.T) {
	r := loaded(t).Rewrite(Offer{Text: "Encaissez des chèques pour nous. Payé au black."})
	if len(r.Changes) != 0 || r.Verdict.Status != Blocked {
		t.Errorf("%+v", r)
	}
}

// Whatever the examples, a rewrite ends, improves, and leaves no debris.
func TestRewriteOfAllExamples(t *testing.T) {
	e := loaded(t)
	for _, r := range e.Rules() {
		for _, ex := range r.Match {
			before := e.Check(ex.Offer)
			out := e.Rewrite(ex.Offer)
			if len(out.Verdict.Findings) > len(before.Findings) {
				t.Errorf("%s:%d: rewriting %q to %q adds findings", ex.File, ex.Line, ex.Text, out.Text)
			}
			if len(out.Changes) > 0 {
				for _, debris := range []string{" ,", ",,", ", ,", "  ", "()", " .", "( ", " )"} {
					if strings.Contains(out.Text, debris) && !strings.Contains(ex.Text, debris) {
						t.Errorf("%s:%d: %q became %q", ex.File, ex.Line, ex.Text, out.Text)
					}
				}
			}
		}
	}
}

func ExampleEngine_Check() {
	e, err := Load()
	if err != nil {
		panic(err)
	}
	v := e.Check(Offer{Title: "Vendeuse", Text: "CV avec photo, 35 ans maximum."})
	fmt.Println(v.Status)
	for _, f := range v.Findings {
		fmt.Println(f.Rule, f.Severity, f.Span.Text)
	}
	// Output:
	// blocked
	// DIS-SEX-02 S3 Vendeuse
	// DIS-PHY-02 S3 CV avec photo
	// DIS-AGE-01 S4 35 ans maximum
}
