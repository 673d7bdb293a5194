package skills

import (
	"slices"
	"strings"
	"testing"
)

func TestKnownLabels(t *testing.T) {
	e := small()
	heard := e.readKnown("# a comment\n101\t8\t6\trecevoir les gens | ouvrir la porte\n102\t2\t0\nZ9\t1\t1\tabsent from this release\n")
	if got := heard["101"]; !slices.Equal(got, []string{"recevoir les gens", "ouvrir la porte"}) || len(heard) != 1 {
		t.Errorf("heard: %q", heard)
	}
	often, never, unseen := e.known.labels[e.byCode["101"]].rate(), e.known.labels[e.byCode["102"]].rate(), e.known.labels[e.byCode["103"]].rate()
	if !(often > unseen && unseen > never && often < 0.75) {
		t.Errorf("rates: six of eight %.2f, none of two %.2f, not seen %.2f: few texts prove little", often, never, unseen)
	}
}

// TestProvenByWords: a word that has shown a label often says more for it than how
// often the label is right; a word seen once says nothing.
func TestProvenByWords(t *testing.T) {
	e := small()
	e.readKnown("101\t20\t4\t\taccueil:8:8 public:10:0 porte:1:1\n102\t2\t0\tles sous\n")
	id := e.byCode["101"]
	usual := e.known.labels[id].rate()
	most, least, seen := e.known.proven(id, []string{"accueil", "public"})
	if most < 0.8 || least >= usual || seen != 18 {
		t.Errorf("usually %.2f, by the words %.2f and %.2f, seen %d", usual, most, least, seen)
	}
	e.readKnown("*\t0\t0\t\tpublic:90:80 poste:90:0\n^\t0\t0\t\taccueillir:9:9\n")
	if shown, begun := e.known.usual([]string{"public", "poste"}, "accueillir"); shown < 0.8 || begun < 0.7 {
		t.Errorf("labels that « public » shows: %.2f; that begin with « accueillir »: %.2f", shown, begun)
	}
	usual = e.known.labels[id].rate()
	if most, least, seen := e.known.proven(id, []string{"porte"}); most != usual || least != usual || seen != 0 {
		t.Errorf("a word seen once: %.2f, %.2f, %d", most, least, seen)
	}
}

// TestRenderings: what two phrases for one label have in common is what they share
// with it.
func TestRenderings(t *testing.T) {
	items := []Item{{"1", "Procéder à l'encaissement", SavoirFaire}, {"2", "Nettoyer une lentille", SavoirFaire}, {"3", "Ranger des lanternes", SavoirFaire}}
	ix := newIndex(items, nil, map[string][]string{
		"1": {"rendre la monnaie aux visiteurs", "compter la monnaie le soir", "monnaie exacte"},
		"2": {"astiquer le verre le soir", "verre sans traces"}, "3": {"astiquer puis classer"},
	}, nil)
	r := learnRenderings(ix)
	stem := func(w string) int32 { return ix.stems[deep(w)] }
	coins, evening := r[stem("monnaie")][stem("encaissement")], r[stem("soir")][stem("encaissement")]
	if coins < 0.1 || coins <= evening {
		t.Errorf("« monnaie » is rendered by « encaissement » at %.2f, « soir » at %.2f", coins, evening)
	}
}

// TestHeardWordsShowTheirLabel: a text that says a label in the words of one to
// tune on is shown it, beside those words.
func TestHeardWordsShowTheirLabel(t *testing.T) {
	before := knownText
	knownText = "103\t1\t1\tcompter les feux de secours\n202\t1\t1\trelire deux fois\n"
	defer func() { knownText = before }()
	a := small().Analyse("GARDIEN\n2019 - 2023 Gardien de phare\nCompter les feux de secours chaque soir, relire deux fois le registre")
	for code, want := range map[string]string{"103": "Compter les feux de secours", "202": "relire deux fois"} {
		if got := evidence(a, code); len(got) == 0 || !strings.Contains(got[0], want) {
			t.Errorf("%s rests on %q, want %q", code, got, want)
		}
	}
}

// TestHiddenWordsKeepSentencesApart: what is hidden at the head of a sentence must
// not join it to the one before, or evidence would run over the full stop.
func TestHiddenWordsKeepSentencesApart(t *testing.T) {
	e := small()
	for _, text := range []string{
		"EXPÉRIENCE\nJ'ai nettoyé les vitres. Célibataire, j'ai rangé les lanternes.",
		"EXPÉRIENCE\nNettoyer la lentille. Chez Morvandec rangement des lanternes.",
		"EXPÉRIENCE\nNettoyer la lentille. 06 00 00 00 00 rangement des lanternes.",
	} {
		p := lay(text, e.titles)
		for _, c := range p.clauses {
			if words := p.text.Folded[c.tokens[0].start:c.tokens[len(c.tokens)-1].end]; strings.Contains(words, ". ") {
				t.Errorf("one clause: %q", words)
			}
		}
	}
}
