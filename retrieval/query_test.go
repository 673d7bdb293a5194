package retrieval

import (
	"strings"
	"testing"
)

func TestUnderstand(t *testing.T) {
	for text, want := range map[string]struct{ words, ids string }{
		"code rome boulanger svp":                    {"boulanger", ""},
		"Bonjour, c'est quoi le métier de grutier ?": {"grutier", ""},
		"fiche métier développeur web":               {"developpeur web", ""},
		"dev ouèbe":                                  {"developpeur web", ""},
		"AS":                                         {"aide soignant", ""},
		"tu as travaillé de nuit cette année":        {"tu as travaille de nuit cette annee", ""}, // "as" is a verb here
		"bonjour":                                    {"bonjour", ""},
		"d1102 stp":                                  {"d1102", "D1102"},
		"M 1805":                                     {"m 1805", "M1805"},
		"compétence 117600":                          {"117600", "117600"},
		"article L. 1132-1 du code du travail":       {"article l 1132 1 du code du travail", "law:L1132-1"},
		"art 225-2 du code pénal":                    {"art 225 2 du code penal", "law:CP225-2"},
		"que dit l'engagement n°3":                   {"dit l engagement n 3", "charter:3"},
		"boulanger dans le 44000 à Nantes":           {"boulanger dans le 44000 a nantes", ""},
		"gâteaux":                                    {"gateaux patissier", ""},
		"":                                           {"", ""},
		"?!…":                                        {"", ""},
	} {
		u := understand(text)
		if u.words != want.words && !strings.HasPrefix(u.words, want.words) {
			t.Errorf("understand(%q).words = %q, want %q", text, u.words, want.words)
		}
		if got := strings.Join(u.ids, " "); got != want.ids {
			t.Errorf("understand(%q).ids = %q, want %q", text, got, want.ids)
		}
	}
	long := understand(strings.Repeat("é boulanger ", 10000))
	if len(long.words) > 2*maxQuery || long.short {
		t.Errorf("a long query is %d bytes, short %v", len(long.words), long.short)
	}
}

func FuzzUnderstand(f *testing.F) {
	f.Add("code rome boulanger svp")
	f.Add("L1132-1 é\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		u := understand(text)
		if len(u.words) > 20*maxQuery {
			t.Fatalf("%d bytes of words", len(u.words))
		}
	})
}

func TestParseEntries(t *testing.T) {
	good := "# note\n## law:X1 | Un titre\nurl: https://exemple.fr/\nto_verify: yes\nwords: a, b\nPremière ligne : suite.\nSeconde.\n"
	entries, err := ParseEntries(Law, good)
	if err != nil {
		t.Fatal(err)
	}
	e := entries[0]
	if e.ID != "law:X1" || e.Title != "Un titre" || e.Text != "Première ligne : suite. Seconde." || e.Meta["to_verify"] != "yes" || !strings.Contains(e.Keywords, "a, b") {
		t.Errorf("%+v", e)
	}
	for _, bad := range []string{"## sans titre\n", "texte avant\n", "## a | b\nurl: x\n", "## a | b\ntexte\n"} {
		if _, err := ParseEntries(Law, bad); err == nil {
			t.Errorf("accepted: %q", bad)
		}
	}
}

func TestScore(t *testing.T) {
	list := []found{{Passage: Passage{ID: "a"}}, {Passage: Passage{ID: "b"}}, {Passage: Passage{ID: "c"}}}
	got := score(list, []string{"b", "z"})
	want := map[string]float64{"mrr": 0.5, "recall_at_5": 0.5, "recall_at_10": 0.5, "ndcg_at_10": 0.38685280723454163}
	for name, w := range want {
		if got[name] != w {
			t.Errorf("%s = %v, want %v", name, got[name], w)
		}
	}
	if got["recall_at_1"] != 0 {
		t.Errorf("recall_at_1 = %v", got["recall_at_1"])
	}
}
