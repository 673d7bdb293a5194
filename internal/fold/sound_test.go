package fold

import "testing"

func TestSound(t *testing.T) {
	for _, same := range [][]string{
		{"boucher", "bouchere", "bouche", "bouchers"},
		{"cuisinier", "kuizinie", "cuisiniere", "kuisinier"},
		{"boulanger", "boulangere", "boulanje"},
		{"pharmacien", "farmacien"},
		{"web", "ouebe", "oueb"},
		{"informatique", "informatik"},
		{"peintre", "pintre", "paintre"},
		{"menage", "menaj"},
		{"gateau", "gato", "gateaux"},
		{"secretaire", "secretere"},
		{"comptable", "komptable"},
		{"excel", "exel"},
	} {
		for _, w := range same[1:] {
			if a, b := Sound(same[0]), Sound(w); a != b {
				t.Errorf("%s sounds %q, %s sounds %q", same[0], a, w, b)
			}
		}
	}
	for _, other := range [][2]string{{"boulanger", "boucher"}, {"cuisine", "cuisinier"}, {"masson", "maison"}, {"caisse", "case"}} {
		if a := Sound(other[0]); a == Sound(other[1]) {
			t.Errorf("%s and %s both sound %q", other[0], other[1], a)
		}
	}
}

func FuzzSound(f *testing.F) {
	for _, s := range []string{"", "h", "cuisinier", "ss", "日本"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := Sound(String(s)); len(got) > 2*len(s)+8 {
			t.Errorf("%q sounds %q", s, got)
		}
	})
}
