package skills

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func codes(a Analysis) []string {
	var out []string
	for _, s := range a.Skills {
		out = append(out, s.Code)
	}
	return out
}

func romes(a Analysis) []string {
	var out []string
	for _, o := range a.Occupations {
		out = append(out, o.ROME)
	}
	return out
}

// evidence is the words shown for a code.
func evidence(a Analysis, code string) []string {
	for _, s := range a.Skills {
		if s.Code == code {
			var out []string
			for _, e := range s.Evidence {
				out = append(out, e.Text)
			}
			return out
		}
	}
	return nil
}

func TestOneStemForAllForms(t *testing.T) {
	for _, forms := range [][]string{
		{"accueil", "accueillir", "accueillant", "accueille", "accueils"},
		{"gestion", "gerer", "gere", "gerait"},
		{"vente", "vendre", "vendu", "ventes", "vend"},
		{"preparation", "preparer", "preparait", "preparations"},
		{"encaissement", "encaisser", "encaissait"},
		{"nettoyage", "nettoyer", "nettoie", "nettoyait"},
		{"livraison", "livrer", "livraisons"},
		{"conduite", "conduire"},
		{"pose", "poser", "posait"},
	} {
		for _, f := range forms[1:] {
			if deep(f) != deep(forms[0]) {
				t.Errorf("deep(%q) = %q, deep(%q) = %q", f, deep(f), forms[0], deep(forms[0]))
			}
		}
	}
	for _, pair := range [][2]string{{"equipe", "equipement"}, {"eleve", "elevage"}, {"information", "informatique"}, {"ciment", "client"}, {"planter", "plan"}} {
		if deep(pair[0]) == deep(pair[1]) {
			t.Errorf("%q and %q share the stem %q", pair[0], pair[1], deep(pair[0]))
		}
	}
}

func TestOneFormForBothGenders(t *testing.T) {
	for _, pair := range [][2]string{
		{"boulanger", "boulangeres"}, {"soignant", "soignante"}, {"vendeur", "vendeuses"}, {"conducteur", "conductrice"}, {"hote", "hotesse"},
		{"technicien", "technicienne"}, {"administratif", "administrative"}, {"infirmier", "infirmiere"}, {"employe", "employees"}, {"chef", "cheffe"},
		{"rigoureux", "rigoureuse"}, {"commercial", "commerciale"}, {"adjoint", "adjointes"},
	} {
		if light(pair[0]) != light(pair[1]) {
			t.Errorf("light(%q) = %q, light(%q) = %q", pair[0], light(pair[0]), pair[1], light(pair[1]))
		}
	}
	if light("boulanger") == light("boulangerie") {
		t.Error("a shop is taken for its baker")
	}
}

func TestInclusiveWriting(t *testing.T) {
	for in, want := range map[string]string{
		"boulanger(e) diplômé(e)":   "boulanger diplome",
		"vendeur·se qualifié·e·s":   "vendeur qualifie",
		"employé-e-s polyvalents":   "employe polyvalents",
		"conducteur/trice":          "conducteur",
		"porte-à-porte (le soir)":   "porte a porte le soir",
		"Resp. de quai, gest° fine": "responsable de quai gestion fine",
	} {
		var got []string
		for _, tok := range expand(wordsOf(in)) {
			got = append(got, tok.word)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q reads %q, want %q", in, s, want)
		}
	}
}

func TestAnalyse(t *testing.T) {
	e := small()
	for _, c := range []struct {
		name, text     string
		romes          []string // these, in this order, first
		shows, silence []string // codes
	}{
		{"title and skills", "GARDIENNE DE PHARE\n2019 - 2024 : Gardienne de phare, Pointe du Roc\nGestion du stock de lanternes\nNettoyage de la lentille de Fresnel",
			[]string{"X1001"}, []string{"103", "104"}, nil},
		{"nominal forms", "Accueil et orientation du public", nil, []string{"101"}, nil},
		{"speech", "j'ai fait 8 ans de caisse", []string{"X1002"}, []string{"102"}, nil},
		{"title in speech", "avant j'etais allumeuse de phares pendant 2 ans", []string{"X1001"}, nil, nil},
		{"other form of a title", "2020 Femme de phare", []string{"X1001"}, nil, nil},
		{"caces in a list", "jsui cariste caces 3 5 a jour, permis B", []string{"X1003"}, []string{"107", "108", "109"}, []string{"110", "106"}},
		{"caces in full", "CACES R489 catégorie 1A et 3", nil, []string{"106", "107", "114"}, []string{"108"}},
		{"caces with a dot", "CACES R489 cat. 1A et 3", nil, []string{"106", "107", "114"}, []string{"108"}},
		{"split category", "CACES 1", nil, []string{"106"}, nil},
		{"permis list", "Permis B, EC", nil, []string{"109", "110"}, nil},
		{"acronym", "formé à la méthode MAPS", nil, []string{"111"}, nil},
		{"savoir-être stated", "Qualités : autonome, rigoureuse", nil, []string{"201", "202"}, nil},
		{"savoir-être not stated", "Suivi du patient. Travail précis demandé par le chef de l'atelier de mécanique générale.", nil, nil, []string{"203", "202"}},
		{"negation", "Je n'ai pas le permis B. Jamais fait d'encaissement.", nil, nil, []string{"109", "102"}},
		{"wish", "je voudrais apprendre l'anglais", nil, nil, []string{"105"}},
		{"someone else", "Mon mari est gardien de phare", []string{}, nil, nil},
		{"employer", "2010 Hôtesse de caisse chez Cariste Berger", []string{"X1002"}, nil, nil},
		{"shop named like a job", "2010 – 2012 : Le Petit Berger, Brest", []string{}, nil, nil},
		{"hobby", "Loisirs : couture, anglais", nil, nil, []string{}},
		{"nationality is no language", "Nationalité : portugaise", nil, nil, []string{"112"}},
		{"language", "Langues : portugais, anglais courant", nil, []string{"112", "105"}, nil},
		{"nothing", "", []string{}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := e.Analyse(c.text)
			if got := romes(a); c.romes != nil && (len(got) < len(c.romes) || !slices.Equal(got[:len(c.romes)], c.romes) || len(c.romes) == 0 && len(got) > 0) {
				t.Errorf("occupations %v, want %v", got, c.romes)
			}
			for _, code := range c.shows {
				if !slices.Contains(codes(a), code) {
					t.Errorf("%s is not proposed: %v", code, codes(a))
				}
			}
			for _, code := range c.silence {
				if slices.Contains(codes(a), code) {
					t.Errorf("%s is proposed for %q", code, evidence(a, code))
				}
			}
			promises(t, c.text, a)
		})
	}
	t.Run("hobby is not shown", func(t *testing.T) {
		a := e.Analyse("Loisirs : couture")
		if a.Shown != 0 {
			t.Errorf("shown %v", codes(a)[:a.Shown])
		}
	})
}

// promises checks what an analysis always promises.
func promises(t *testing.T, text string, a Analysis) {
	t.Helper()
	if a.Shown > shownLimit || a.Shown > len(a.Skills) || len(a.Skills) > proposalLimit || len(a.Occupations) > occupationLimit {
		t.Errorf("too many: %d shown of %d, %d occupations", a.Shown, len(a.Skills), len(a.Occupations))
	}
	seen := map[string]bool{}
	for i, s := range a.Skills {
		if len(s.Evidence) == 0 {
			t.Errorf("%s %q without evidence", s.Code, s.Label)
		}
		for _, e := range s.Evidence {
			if !e.In(text) {
				t.Errorf("%s: evidence %+v is not in the text", s.Code, e)
			}
			if utf8.ValidString(text) && !utf8.ValidString(e.Text) {
				t.Errorf("%s: evidence %q cuts a character", s.Code, e.Text)
			}
		}
		if seen[s.Code] {
			t.Errorf("%s is proposed twice", s.Code)
		}
		seen[s.Code] = true
		if s.Confidence < 0 || s.Confidence > 1 || i > 0 && s.Confidence > a.Skills[i-1].Confidence {
			t.Errorf("%s: confidence %v after %v", s.Code, s.Confidence, a.Skills[max(i-1, 0)].Confidence)
		}
		if s.Why == "" || s.Status != Proposed {
			t.Errorf("%s: why %q, status %q", s.Code, s.Why, s.Status)
		}
	}
	for _, o := range a.Occupations {
		if len(o.Evidence) == 0 {
			t.Errorf("%s without evidence", o.ROME)
		}
		for _, e := range o.Evidence {
			if !e.In(text) {
				t.Errorf("%s: evidence %+v is not in the text", o.ROME, e)
			}
		}
	}
}

func TestEvidenceIsTheOriginalWords(t *testing.T) {
	const text = "◆ Ge\u0301rait le STOCK de lan\u200bternes – 2021"
	a := small().Analyse(text)
	if got := evidence(a, "103"); !slices.Equal(got, []string{"Ge\u0301rait le STOCK de lan\u200bternes"}) {
		t.Errorf("evidence %q", got)
	}
}

func TestSameTextSameAnswer(t *testing.T) {
	e := small()
	const text = "Gardienne de phare\nCaisse, accueil du public, stock de lanternes. Autonome. Permis B. CACES 1 3 5"
	want := e.Analyse(text)
	done := make(chan Analysis)
	for range 8 {
		go func() { done <- e.Analyse(text) }()
	}
	for range 8 {
		got := <-done
		if !slices.Equal(codes(got), codes(want)) || !slices.Equal(romes(got), romes(want)) {
			t.Errorf("got %v %v, want %v %v", codes(got), romes(got), codes(want), romes(want))
		}
	}
}

func TestLongTextIsCut(t *testing.T) {
	e := small()
	text := strings.Repeat("é", MaxText/2-10) + "\nAccueil du public " + strings.Repeat("ÿ accueil ", 60_000)
	a := e.Analyse(text)
	if !a.Cut {
		t.Error("not told that the text was cut")
	}
	promises(t, text, a)
	if a := e.Analyse("Accueil du public"); a.Cut {
		t.Error("a short text is said to be cut")
	}
}

func TestEmptyLexicon(t *testing.T) {
	if a := New(Lexicon{}).Analyse("Boulanger, caces 3, permis B, autonome"); len(a.Skills)+len(a.Occupations) > 0 {
		t.Errorf("found %v %v in nothing", codes(a), romes(a))
	}
}

func FuzzAnalyse(f *testing.F) {
	e := small()
	for _, seed := range []string{
		"Boulanger(e) – CACES R489 1A, 3 ; permis B/CE", "caces", "r489 r489 caces r 489 a", "permis", "permis a a a de conduire", "M. Mme Dr",
		"je m'appelle", "nom :", "\xff\xfe accueil \xc3 du public", "12 rue de la caisse\n\n•••", "LANGUES Anglais", "née le", "caces 1\x001 1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { promises(t, text, e.Analyse(text)) })
}
