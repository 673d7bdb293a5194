package legality

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestOfferWithThreeMentions(t *testing.T) {
	e := loaded(t)
	v := e.Check(Offer{Text: "Nous recherchons un homme de moins de 35 ans, bonne présentation."})
	if v.Status != Blocked || v.Contest == "" || v.Notice == "" || v.Version == "" || v.Date == "" {
		t.Errorf("verdict %+v", v)
	}
	got := map[string]Severity{}
	for _, f := range append(slices.Clone(v.Findings), v.Advice...) {
		got[f.Rule] = f.Severity
		if len(f.Articles) == 0 || f.Rewrite == "" || !strings.HasPrefix(f.Articles[0].ID, "law:") {
			t.Errorf("%s explains too little: %+v", f.Rule, f)
		}
		if (f.Risk != "") != (f.Severity == S4) {
			t.Errorf("%s at %s speaks of risk %q", f.Rule, f.Severity, f.Risk)
		}
	}
	want := map[string]Severity{"DIS-SEX-01": S4, "DIS-AGE-01": S4, "DIS-PHY-01": S1}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("found %v, want %v", got, want)
	}
	if len(v.Advice) != 1 || v.Advice[0].Rule != "DIS-PHY-01" {
		t.Errorf("advice is mixed with the verdict: %+v", v.Advice)
	}
}

// Ways to hide a word from a rule, and innocent text written with the same means.
func TestEvasions(t *testing.T) {
	e := loaded(t)
	for text, rule := range map[string]string{
		"Homme uniquement":                                  "DIS-SEX-01",
		"h o m m e uniquement":                              "DIS-SEX-01",
		"H.O.M.M.E. uniquement":                             "DIS-SEX-01",
		"ho\u200bmme uniquement":                            "DIS-SEX-01",
		"hоmme uniquement":                                  "DIS-SEX-01", // Cyrillic о
		"ｈｏｍｍｅ uniquement":                                  "DIS-SEX-01",
		"h0mme uniquement":                                  "DIS-SEX-01",
		"h*mme uniquement":                                  "DIS-SEX-01",
		"HOMME\nUNIQUEMENT":                                 "DIS-SEX-01",
		"célibatiare exigé":                                 "DIS-FAM-01",
		"musluman s'abstenir":                               "DIS-REL-01",
		"pas de vo\u00adile":                                "DIS-REL-01",
		"moins de trente-\ncinq ans":                        "DIS-AGE-01",
		"35ans maxi":                                        "DIS-AGE-01",
		"nationalité\u00a0française exigée":                 "DIS-NAT-01",
		"e\u0301trangers s'abstenir":                        "DIS-NAT-01",
		"c é l i b a t a i r e  exigé":                      "DIS-FAM-01",
		"Préparer sa retraite : recherche documentaire":     "",
		"Permis B C D E appréciés":                          "",
		"Groupes A B O et rhésus, analyse de prélèvements":  "",
		"Код de la route, Київ et Ελλάδα : voyages":         "",
		"Les 4 saisons, ligne B2B, norme 3E, atelier M0nde": "",
		"Étagères ho-\nmogènes":                             "",
	} {
		v := e.Check(Offer{Text: text})
		switch {
		case rule == "" && len(v.Findings) > 0:
			t.Errorf("%q: found %s %q", text, v.Findings[0].Rule, v.Findings[0].Span.Text)
		case rule != "" && len(findings(v, rule, false)) == 0:
			t.Errorf("%q: %s not found", text, rule)
		}
	}
}

func TestExceptionsAreShown(t *testing.T) {
	e := loaded(t)
	for _, c := range []struct {
		offer    Offer
		rule     string
		severity Severity
		say      string
	}{
		{Offer{Text: "De 16 à 29 ans", Contract: "Contrat d'apprentissage"}, "DIS-AGE-01", S1, "retenue"},
		{Offer{Text: "De 16 à 29 ans", Contract: "CDI"}, "DIS-AGE-01", S4, "Rien dans l'offre"},
		{Offer{Text: "RQTH obligatoire", EmployerType: "Entreprise adaptée"}, "DIS-HAN-01", S1, "retenue"},
		{Offer{Text: "Femme uniquement", ROME: "L1102"}, "DIS-SEX-01", S3, "possible"},
		{Offer{Title: "Vendeuse", Text: "Poste ouvert aux femmes et aux hommes."}, "DIS-SEX-02", S1, "corps de l'offre"},
	} {
		v := e.Check(c.offer)
		all := append(findings(v, c.rule, false), findings(v, c.rule, true)...)
		if len(all) != 1 || all[0].Severity != c.severity || !strings.Contains(all[0].Exception, c.say) {
			t.Errorf("%+v: %+v, want %s with %q", c.offer, all, c.severity, c.say)
		}
	}
}

// A generous sentence does not cover what follows "sauf".
func TestScopeEndsAtSauf(t *testing.T) {
	e := loaded(t)
	if v := e.Check(Offer{Text: "Nos postes sont ouverts à tous, sauf aux seniors"}); v.Status != Blocked {
		t.Errorf("status %s", v.Status)
	}
	if v := e.Check(Offer{Text: "Nos postes sont ouverts à tous, seniors compris, sans distinction d'âge ni de sexe"}); v.Status != Clean {
		t.Errorf("findings %+v", v.Findings)
	}
}

func TestCheckIsDeterministicAndConcurrent(t *testing.T) {
	e := loaded(t)
	o := Offer{Title: "Secrétaire confirmée", Text: "Jeune femme célibataire, 30 ans maximum, CV avec photo, sans voile ni tatouage."}
	want, _ := json.Marshal(e.Check(o))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got, _ := json.Marshal(e.Check(o)); string(got) != string(want) {
					t.Errorf("two verdicts of one offer:\n%s\n%s", want, got)
					return
				}
			}
		})
	}
	wg.Wait()
}

// A text of nothing but matches is the worst there is; what it costs must not
// grow with the square of its length.
func TestHostileTextIsBounded(t *testing.T) {
	e := loaded(t)
	for _, unit := range []string{"femme ", "pas de femme enceinte voilée de moins de 30 ans, ", "sage-femme ", "h o m m e ", "sans distinction sauf ", "0820", "((((", "CDI ", "CDI. CDD de 3 mois. ", "temps plein, temps partiel, 20 h par semaine. ", "9 € de l'heure, ", "the ", "Poste à Lyon. Poste à Nice. ", "é\u0301\u200b", "deux cent mille "} {
		text := strings.Repeat(unit, MaxText/len(unit)+100)
		v := e.Check(Offer{Text: text})
		for _, f := range v.Findings {
			if !f.Span.In(text) {
				t.Fatalf("span %d-%d is not in a text of %q", f.Span.Start, f.Span.End, unit)
			}
		}
	}
}

// What was tuned on holds the targets. The report files were written afterwards
// by authors who knew the brief and not the rules; what they show is far from the
// targets still (issue 5): these limits only keep it from getting worse, and rise
// with it.
func TestEvaluationFiles(t *testing.T) {
	e := loaded(t)
	for name, floors := range map[string]map[string]float64{
		"phrases-tune":    {"recall": .95, "false_positive_rate": .03},
		"phrases-report":  {"recall": .94, "false_positive_rate": .02},
		"phrases-next":    {"recall": .95, "false_positive_rate": .03},
		"legality-tune":   {"f1": .90, "clean_blocked": .02},
		"legality-report": {"f1": .75, "clean_blocked": .075},
		"legality-next":   {"f1": .72, "clean_blocked": .02},
	} {
		evaluate, ext := EvaluatePhrases, ".tsv"
		if strings.HasPrefix(name, "legality") {
			evaluate, ext = EvaluateOffers, ".jsonl"
		}
		f, err := os.Open("../../testdata/" + name + ext)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		ev, err := evaluate(e, f)
		if err != nil {
			t.Fatal(err)
		}
		for figure, floor := range floors {
			got := ev.Figures[figure]
			atMost := strings.HasSuffix(figure, "rate") || strings.HasPrefix(figure, "clean")
			if !atMost && got < floor || atMost && got > floor {
				t.Errorf("%s: %s = %.3f (limit %.3f)", name, figure, got, floor)
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("Vendeuse", "Nous recherchons un homme de moins de 35 ans, bonne présentation.")
	f.Add("", "- C é l i b a t a i r e\n- h0mme, 25/35 ans (CV + photo)")
	f.Add("\xff\xfe", "Œuvre\u200b d’été \xc3 pas de voile\xf0\x9f")
	f.Add("Coiffeur·se", "vendeur(se)(s) (e) -e-s .e.s 1 000 000,5 0820 08 20")
	e := loaded(f)
	f.Fuzz(func(t *testing.T, title, text string) {
		o := Offer{Title: title, Text: text}
		v := e.Check(o)
		for _, x := range append(slices.Clone(v.Findings), v.Advice...) {
			in := text
			if x.Field == "title" {
				in = title
			}
			if !x.Span.In(in) {
				t.Fatalf("%s: span %d-%d %q is not in %q", x.Rule, x.Span.Start, x.Span.End, x.Span.Text, in)
			}
			if x.Edit != nil && (x.Edit.Span.Start < 0 || x.Edit.Span.End > len(in) || in[x.Edit.Span.Start:x.Edit.Span.End] != x.Edit.Span.Text) {
				t.Fatalf("%s: edit %+v is not in %q", x.Rule, x.Edit, in)
			}
		}
		e.Rewrite(o)
	})
}
