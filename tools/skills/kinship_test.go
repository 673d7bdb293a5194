package skills

import "testing"

// listed are candidates of these codes, one word of a text apart, as sure as said.
func (e *Engine) listed(sure map[string]float32, codes ...string) []candidate {
	var out []candidate
	for i, code := range codes {
		out = append(out, candidate{label: e.byCode[code], confidence: sure[code], places: [][2]int{{10 * i, 10*i + 5}}})
	}
	return out
}

// TestKinship: a label is backed by those that its métiers use, and shares its
// evidence with those that stand there.
func TestKinship(t *testing.T) {
	e := small()
	list := e.listed(map[string]float32{"103": 0.9, "104": 0.5, "102": 0.5, "105": 0.4}, "103", "104", "102", "105")
	list[3].places = list[2].places
	out := make([]signs, len(list))
	e.kinship([]occupation{{metier: 0, confidence: 0.8}}, list, out)
	phare, caisse, none := out[1], out[2], out[3]
	if !(phare.Backed > caisse.Backed && phare.Company > caisse.Company && phare.BackedMost > caisse.BackedMost) {
		t.Errorf("beside a likely label of its métier %+v, beside none %+v", phare, caisse)
	}
	if phare.FoundShare != 1 || caisse.FoundShare != 0 || none.Backed != 0 {
		t.Errorf("shares of métiers found: %v, %v; a label without métier is backed at %v", phare.FoundShare, caisse.FoundShare, none.Backed)
	}
	if phare.UnderShare != 1 || caisse.UnderShare >= 0.6 || caisse.UnderKindShare != 1 {
		t.Errorf("alone on its words %v, of two %v, of its kind %v", phare.UnderShare, caisse.UnderShare, caisse.UnderKindShare)
	}
}

func TestAlike(t *testing.T) {
	ix := newIndex([]Item{{"1", "Ranger des lanternes", SavoirFaire}, {"2", "Rangement de lanternes", Savoir}, {"3", "Tenir la caisse", SavoirFaire}}, nil, nil, nil)
	if got := ix.alike(0, 1); got < 0.99 {
		t.Errorf("the same words: %v", got)
	}
	if got := ix.alike(0, 2); got != 0 {
		t.Errorf("no word in common: %v", got)
	}
}

// TestPieces: a label is nearest to the part of a sentence that means it, and has
// that part for itself when no other label is as near.
func TestPieces(t *testing.T) {
	e := meaningful()
	p := e.read("EXPÉRIENCE\nLes fanaux et les feux, les sous et les billets")
	list := e.listed(map[string]float32{"11": 0.5, "12": 0.5}, "11", "12")
	at := func(word string) [2]int {
		for _, c := range p.clauses {
			for _, x := range c.tokens {
				if x.word == word {
					return [2]int{x.start, x.end}
				}
			}
		}
		t.Fatal(word)
		return [2]int{}
	}
	list[0].places, list[1].places = [][2]int{at("fanaux")}, [][2]int{at("fanaux")}
	out := make([]signs, 2)
	e.nearestPieces(p, list, out)
	lanterns, coins := out[0], out[1]
	if lanterns.Piece < 0.9 || coins.Piece < 0.9 || lanterns.PieceShare < 0.9 || coins.PieceShare < 0.9 {
		t.Errorf("each has a part that means it: %+v, %+v", lanterns, coins)
	}
	if coins.Called < 0.9 || lanterns.Called != 0 {
		t.Errorf("what people call them: coins %v, and lanterns, which nobody calls otherwise, %v", coins.Called, lanterns.Called)
	}
	if coins.PieceHere >= lanterns.PieceHere {
		t.Errorf("« fanaux » is as near to coins: %v, %v", coins.PieceHere, lanterns.PieceHere)
	}
}
