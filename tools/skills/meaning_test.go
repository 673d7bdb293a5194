package skills

import (
	"slices"
	"strings"
	"testing"
)

// meaningful is a lexicon whose words mean one of two things, light or money.
func meaningful() *Engine {
	direction := func(word string) []float32 {
		switch {
		case strings.ContainsAny(word, "0123456789") || empty[word]:
			return nil
		case set("phare lanterne lentille feu fanal gardien")[word] || set("phares lanternes fanaux feux")[word]:
			return []float32{2, 0.1, 0}
		case set("caisse encaissement monnaie sous billets")[word]:
			return []float32{0.1, 2, 0}
		}
		return []float32{0, 0, 0.3}
	}
	return New(Lexicon{
		Version:      "0",
		Metiers:      []Metier{{"X1", "Gardien / Gardienne de phare"}, {"X2", "Hôte / Hôtesse de caisse"}},
		Appellations: []Appellation{{"1", "Gardien / Gardienne de phare", "", "X1"}, {"2", "Hôte / Hôtesse de caisse", "", "X2"}},
		Items:        []Item{{"11", "Lanternes", Savoir}, {"12", "Procéder à l'encaissement", SavoirFaire}},
		Links:        []Link{{"X1", "11", true}, {"X2", "12", true}},
		Said:         map[string][]string{"12": {"rendre la monnaie"}},
		Word:         direction,
		Metier: func(code string) []float32 {
			return map[string][]float32{"X1": {1, 0, 0}, "X2": {0, 1, 0}}[code]
		},
	}).Believe()
}

// TestOccupationsByMeaning: nobody names a job, the words tell it, and the words
// are the evidence.
func TestOccupationsByMeaning(t *testing.T) {
	e := meaningful()
	const text = "2019 Port-Gris\nLes fanaux et les feux tous les soirs"
	a := e.Analyse(text)
	if len(a.Occupations) == 0 || a.Occupations[0].ROME != "X1" {
		t.Fatalf("%+v", a.Occupations)
	}
	if got := a.Occupations[0].Evidence[0]; !got.In(text) || !strings.Contains(got.Text, "fanaux") {
		t.Errorf("evidence %+v", got)
	}
	if other := e.Analyse("Les billets, les sous"); len(other.Occupations) == 0 || other.Occupations[0].ROME != "X2" {
		t.Errorf("%+v", other.Occupations)
	}
	if none := e.Analyse("2019 – 2020"); len(none.Occupations) > 0 {
		t.Errorf("years alone lead to %+v", none.Occupations)
	}
}

// TestLabelsByMeaning: of a found occupation, a label that shares no word with the
// text is a match, where the words that mean it stand.
func TestLabelsByMeaning(t *testing.T) {
	e := meaningful()
	p := e.read("Les fanaux et les feux tous les soirs")
	s := e.scratch.Get().(*scratch)
	_, hits, _ := e.found(s, p)
	i := slices.IndexFunc(hits, func(h hit) bool { return e.index.labels[h.label].item.Code == "11" })
	if i < 0 {
		t.Fatalf("%+v", hits)
	}
	if h, c := hits[i], p.clauses[hits[i].clause]; h.shown != 0 || h.meaning < 0.9 || c.tokens[h.from].word != "fanaux" || h.to != h.from {
		t.Errorf("%+v", h)
	}
}

// TestSaid: what people say for an item shows it, under its own label.
func TestSaid(t *testing.T) {
	a := meaningful().Analyse("je devais rendre la monnaie")
	if got := evidence(a, "12"); !slices.Equal(got, []string{"rendre la monnaie"}) {
		t.Errorf("evidence %q of %+v", got, a.Skills)
	}
	for _, s := range a.Skills {
		if s.Code == "12" && s.Label != "Procéder à l'encaissement" {
			t.Errorf("label %q", s.Label)
		}
	}
}
