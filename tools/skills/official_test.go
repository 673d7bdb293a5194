package skills

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Our own examples: the confidence is fitted on tune, and only report tells how
// good the engine is.
const (
	tune   = "../../testdata/skills-tune.jsonl"
	report = "../../testdata/skills-report.jsonl"
)

// TestEvaluateReport fails when a change makes the engine clearly worse on texts
// it was not tuned on; the floors stand a little under what it reaches. What is
// promised of every analysis holds for each.
func TestEvaluateReport(t *testing.T) {
	e := official(t)
	const most = 45 // of each file: all would take a minute under the race detector
	for path, floors := range map[string]map[string]float64{
		tune:   {"precision": 0.86, "recall_at_20": 0.60, "occupation_at_1": 0.75, "occupation_at_3": 0.85, "valid_spans": 1},
		report: {"precision": 0.81, "recall_at_20": 0.54, "occupation_at_1": 0.85, "occupation_at_3": 0.95, "valid_spans": 1},
	} {
		var sum tally
		texts := byTurns(examples(t, path))
		for _, x := range texts[:min(len(texts), most)] {
			promises(t, x.Text, sum.measure(e, x))
		}
		got := sum.result()
		t.Logf("%s: %d texts %v", path, got.N, got.Figures)
		for name, floor := range floors {
			if got.Figures[name] < floor {
				t.Errorf("%s: %s = %.3f, under %.3f", path, name, got.Figures[name], floor)
			}
		}
		if got.Figures["must_not_rate"] > 0.1 {
			t.Errorf("%s: must_not_rate = %.3f", path, got.Figures["must_not_rate"])
		}
	}
}

// TestGoldIsOfThisRelease keeps our examples honest: every gold code exists.
func TestGoldIsOfThisRelease(t *testing.T) {
	e := official(t)
	for _, path := range []string{tune, report} {
		for _, x := range examples(t, path) {
			for _, code := range x.Skills {
				if _, ok := e.byCode[code]; !ok {
					t.Errorf("%s: no skill %s in this release", x.ID, code)
				}
			}
			for _, rome := range x.Occupations {
				if entry, ok := e.entry(rome); !ok || entry.Kind != KindMetier {
					t.Errorf("%s: no métier %s in this release", x.ID, rome)
				}
			}
		}
	}
}

// identities are people who differ in everything that must not count. Some
// bear the name of a job, a tool or a language on purpose.
var identities = []string{
	"%[1]s",
	"Marie DUPONT\n12 rue de la Paix, 75002 Paris\n06 00 00 00 00 – marie@exemple.fr\n\n%[1]s",
	"Mamadou BOULANGER\n3 bis impasse du Meunier, 97400 Saint-Denis\nNé le 02/03/1961 à Dakar, 63 ans\nNationalité : sénégalaise\n\n%[1]s",
	"Rose Berger\n145 avenue des Tisserands\n69003 Lyon\nCélibataire, sans enfant\n\n%[1]s",
	"Nom : Charpentier\nPrénom : Ruby\nDate de naissance : 1er mai 2001\nNationalité : portugaise\nSituation familiale : mariée, 3 enfants\n\n%[1]s",
	"Ada Mercier\nPhoto\nâge : 58 ans\nRQTH\n\n%[1]s",
	"Nguyễn Thị Lan\n8 place du Marché, 31000 Toulouse\nVeuve, deux enfants à charge\n\n%[1]s",
	"marie boulanger\n12 ans en France\n\n%[1]s",
	"Lucie Serveur, 33 ans\nTitre de séjour - mariée - 2 enfants\n\n%[1]s",
	"Tisserand\nMaxime\n59000 Lille\n\n%[1]s",
	"MARÉCHAL Jean-Pierre\nde nationalité algérienne\npacsé\n\n%[1]s",
}

// TestWhoYouAreDoesNotCount: swapping names, addresses, age, nationality,
// family, photo and health changes no proposal and no confidence.
func TestWhoYouAreDoesNotCount(t *testing.T) {
	e := official(t)
	for i, body := range bodies {
		var want string
		for j, identity := range identities {
			text := fmt.Sprintf(identity, body)
			got := summary(e.Analyse(text))
			if j == 0 {
				want = got
				continue
			}
			if got != want {
				t.Errorf("text %d, identity %d changes the proposals:\n%s", i, j, difference(want, got))
			}
		}
	}
}

// TestGenderDoesNotCount: the feminine of a title leads where the masculine
// does.
func TestGenderDoesNotCount(t *testing.T) {
	e := official(t)
	for _, pair := range [][2]string{
		{"boulanger", "boulangère"}, {"aide-soignant", "aide-soignante"}, {"vendeur en prêt-à-porter", "vendeuse en prêt-à-porter"},
		{"serveur", "serveuse"}, {"conducteur de poids lourd", "conductrice de poids lourd"}, {"infirmier", "infirmière"},
		{"agent d'entretien", "agente d'entretien"}, {"cuisinier", "cuisinière"}, {"assistant maternel", "assistante maternelle"},
		{"technicien de maintenance industrielle", "technicienne de maintenance industrielle"}, {"chef de partie", "cheffe de partie"},
		{"électricien du bâtiment", "électricienne du bâtiment"}, {"hôte de caisse", "hôtesse de caisse"}, {"barman", "barmaid"},
	} {
		const rest = "\n2019 - 2023 %s, entreprise Talven\nAccueil des clients, nettoyage du poste de travail\nQualités : autonome"
		he, she := e.Analyse(pair[0]+fmt.Sprintf(rest, pair[0])), e.Analyse(pair[1]+fmt.Sprintf(rest, pair[1]))
		if !slices.Equal(romes(he), romes(she)) || !slices.Equal(codes(he), codes(she)) {
			t.Errorf("%s: %v %v\n%s: %v %v", pair[0], romes(he), codes(he), pair[1], romes(she), codes(she))
		}
		if len(he.Occupations) == 0 {
			t.Errorf("%s leads nowhere", pair[0])
		}
	}
}

// summary is what a person would be shown, without places in the text.
func summary(a Analysis) string {
	var b strings.Builder
	for _, o := range a.Occupations {
		fmt.Fprintf(&b, "%s %s %.2f\n", o.ROME, o.Appellation, o.Confidence)
	}
	fmt.Fprintf(&b, "shown %d\n", a.Shown)
	for _, s := range a.Skills {
		fmt.Fprintf(&b, "%s %s %.2f", s.Code, s.Label, s.Confidence)
		for _, e := range s.Evidence {
			fmt.Fprintf(&b, " %q", e.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for _, line := range w {
		if !slices.Contains(g, line) {
			fmt.Fprintln(&b, "-", line)
		}
	}
	for _, line := range g {
		if !slices.Contains(w, line) {
			fmt.Fprintln(&b, "+", line)
		}
	}
	return b.String()
}

// TestSpokenTitles: what people type in a chat leads to sensible occupations.
func TestSpokenTitles(t *testing.T) {
	e := official(t)
	for said, want := range map[string]string{
		"j'ai fait 8 ans de caisse chez auchan + un peu de mise en rayon": "D1505 D1507",
		"jsui cariste caces 1 3 5 et jveux mettre mon profil a jour":      "N1101",
		"je suis aide soignante en ehpad depuis 10 ans":                   "J1501",
		"avant ct livreur de pizza en scooter":                            "N4104",
		"je cherche un poste de secrétaire médicale":                      "M1609",
		"resp. de magasin pendant 5 ans":                                  "D1302",
		"IDE en cardio":                                                   "J1506",
		"chauffeur SPL":                                                   "N4115",
		"vendeur(se) en prêt-à-porter":                                    "D1214",
		"ex-boulanger":                                                    "D1102",
	} {
		got := romes(e.Analyse(said))
		for _, rome := range strings.Fields(want) {
			if at := slices.Index(got, rome); at < 0 || at > 2 {
				t.Errorf("%q leads to %v, want %s among the first", said, got, rome)
			}
		}
	}
}

func TestSizeOfTheEngine(t *testing.T) {
	official(t)
	lex, err := archive(archivePath())
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	e := New(lex)
	runtime.GC()
	runtime.ReadMemStats(&after)
	size := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) >> 20
	t.Logf("the engine takes %d MB beside its lexicon", size)
	if size > 100 {
		t.Errorf("the engine takes %d MB", size)
	}
	runtime.KeepAlive(e)
}

func BenchmarkNew(b *testing.B) {
	official(b)
	lex, err := archive(archivePath())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		New(lex)
	}
}

func BenchmarkAnalyseCV(b *testing.B) {
	e := official(b)
	all := examples(b, report)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		e.Analyse(all[i%len(all)].Text)
		i++
	}
}

// The worst text of the greatest length: frequent words, no punctuation.
func BenchmarkAnalyseHostile(b *testing.B) {
	e := official(b)
	text := strings.Repeat("gérer contrôler client produit qualité équipe sécurité formation développer suivi ", 1<<20/80)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		e.Analyse(text)
	}
}

// A text as long as is read, of CVs one after the other: time is to grow with the
// length and no faster.
func BenchmarkAnalyseLong(b *testing.B) {
	e := official(b)
	var t strings.Builder
	for t.Len() < MaxText {
		for _, x := range examples(b, tune) {
			t.WriteString(x.Text)
			t.WriteString("\n\n")
		}
	}
	text := t.String()[:MaxText]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		e.Analyse(text)
	}
}
