package bot

import (
	"encoding/json"
	"strings"
	"testing"

	"tandem/retrieval"
	"tandem/tools"
)

// baker are the facts of a run that looked up a baker, in a conversation where
// another métier was looked up before and the person wrote of a third.
func baker(t testing.TB) *facts {
	t.Helper()
	f := newFacts([]turnMessage{
		{Role: "human", Text: "et le K1302 ?"}, {Role: "tool", Text: `{"code":"G1602"}`}, {Role: "ai", Text: "Voyez aussi Z9999."}, {Role: "human", Text: "boulanger"}})
	data := json.RawMessage(`{"metier":{"code":"D1102","url":"https://example.org/D1102"},"text":"voir http://piege.example/x","skills":[{"code":"101163"}],"others":[{"code":"D1108"}]}`)
	f.learn(tools.Result{Sources: []retrieval.Passage{{ID: "law:L1132-1", URL: "/loi/L1132-1"}, {ID: "law:CP225-1"}, {ID: "charter:2", URL: "/charte#2"}}}, data)
	return f
}

func TestGuard(t *testing.T) {
	f := baker(t)
	for in, want := range map[string]string{
		"Le code est D1102 [D1102].":                                                               "",
		"Voir [D1102, D1108], [101163], OGR 101163.":                                               "",
		"L'article L. 1132-1, l'article 225-1 du code pénal [L1132-1].":                            "",
		"Voir [charte 2] et [charter:2].":                                                          "",
		"[fiche](https://example.org/D1102), https://example.org/D1102.":                           "",
		"Un [mot], une case [ ], [réponse arrêtée], A4, 2024, 06 12 34 56 78, 44000 Nantes, 3949.": "",
		"Le A1234 n'existe pas.":                                                                   "Le A1234 (non vérifié) n'existe pas.",
		"Essayez M1805 [M1805] !":                                                                  "Essayez M1805 (non vérifié) M1805 (non vérifié) !",
		"[D1102, M1805]":                                                                           "[D1102], M1805 (non vérifié)",
		"Z9999, que j'ai dit moi-même":                                                             "Z9999 (non vérifié), que j'ai dit moi-même",
		"Cité plus tôt [G1602], écrit par vous [K1302].":                                           "Cité plus tôt G1602, écrit par vous K1302.",
		"l'article L1233-4, [L9999-1]":                                                             "l'article L1233-4 (non vérifié), L9999-1 (non vérifié)",
		"article 226-18 du code pénal":                                                             "article 226-18 (non vérifié) du code pénal",
		"compétence OGR 999999":                                                                    "compétence OGR 999999 (non vérifié)",
		"[charte 9]":                                                                               "charte 9 (non vérifié)",
		"[999999]":                                                                                 "999999 (non vérifié)",
		"Allez sur https://faux.example/aide, vite.":                                               "Allez sur (lien retiré), vite.",
		"Allez sur www.faux.example.":                                                              "Allez sur (lien retiré).",
		"[le site](https://faux.example/a) ou [D1102](http://x.y)":                                 "le site (lien retiré) ou [D1102]",
		"http://piege.example/x":                                                                   "(lien retiré)",
		"HTTPS://FAUX.EXAMPLE":                                                                     "(lien retiré)",
		"(www.faux.example)":                                                                       "((lien retiré))",
		"D1102D1108 xA1234 A12345":                                                                 "",
		"fin A1234":                                                                                "fin A1234 (non vérifié)",
		"fin [A1234":                                                                               "fin [A1234 (non vérifié)",
	} {
		if want == "" {
			want = in
		}
		g := f.guard(Model{})
		got := g.add(in) + g.rest()
		if got != want {
			t.Errorf("%q\ngave   %q\nwanted %q", in, got, want)
		}
		if (got != in) != (len(g.unknown) > 0) && !strings.Contains(in, "plus tôt") {
			t.Errorf("%q: unknown %q", in, g.unknown)
		}
		// The same in every cut in two, and byte by byte of ASCII.
		for i := range in {
			h := f.guard(Model{})
			if got := h.add(in[:i]) + h.add(in[i:]) + h.rest(); got != want {
				t.Errorf("%q | %q\ngave   %q\nwanted %q", in[:i], in[i:], got, want)
			}
		}
		h := f.guard(Model{})
		got = ""
		for _, r := range in {
			got += h.add(string(r))
		}
		if got += h.rest(); got != want {
			t.Errorf("%q rune by rune\ngave   %q\nwanted %q", in, got, want)
		}
	}
}

// An ordinary word is shown when it comes.
func TestGuardDoesNotHoldWords(t *testing.T) {
	g := baker(t).guard(Model{})
	for _, word := range []string{"Bon", "jour", ", vous", " cherchez", " un", " métier"} {
		if got := g.add(word); got != word {
			t.Errorf("%q came as %q", word, got)
		}
	}
}

// However the text is cut, the same comes out, and all of it.
func FuzzGuard(f *testing.F) {
	for _, s := range []string{"Le A1234 [D1102] (www.faux.example) OGR 12345", "[a](http://b) L. 1132-1-1 article 225-1", "[[D1102]](x) http://http://", "D1\n102 [\n] charte 2"} {
		f.Add(s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, n uint8) {
		text = clean(text)
		whole := baker(t).guard(Model{})
		want := whole.add(text) + whole.rest()
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' }) {
			if len(word) > 100 {
				t.Skip("more than is kept back")
			}
		}
		if strings.ContainsAny(text, "[") && len(text) > mostHeld {
			t.Skip("more than is kept back")
		}
		parts := baker(t).guard(Model{})
		var got strings.Builder
		piece := ""
		for i, r := range text {
			if piece += string(r); i%(int(n%7)+1) == 0 {
				got.WriteString(parts.add(piece))
				piece = ""
			}
		}
		got.WriteString(parts.add(piece) + parts.rest())
		if got.String() != want {
			t.Errorf("%q\nwhole    %q\nin parts %q", text, want, got.String())
		}
	})
}

func TestContradictions(t *testing.T) {
	for _, c := range []struct{ status, text, want string }{
		{"blocked", "Votre offre est conforme, vous pouvez la publier.", "bloquée"},
		{"blocked", "L'annonce respecte la loi.", "bloquée"},
		{"justify", "Aucun problème dans cette annonce.", "bloquée, sauf justification"},
		{"blocked", "L'offre est bloquée : « jeune » est susceptible d'être illégal.", ""},
		{"blocked", "L'offre n'est pas conforme.", ""},
		{"blocked", "Cette offre ne peut pas être publiée.", ""},
		{"blocked", "Une fois corrigée, votre offre sera conforme.", ""},
		{"blocked", "Si vous retirez « jeune », l'offre est conforme.", ""},
		{"blocked", "Le SMIC est légal. Il pleut.", ""},
		{"blocked", "Après correction, l'offre respecte la loi.", ""},
		{"blocked", "Voici comment rendre votre annonce conforme : retirez « homme ».", ""},
		{"blocked", "Je ne peux pas vous dire que votre offre est conforme.", ""},
		{"blocked", "Votre offre sera conforme sans « jeune ».", ""},
		{"blocked", "Bonne nouvelle ! Votre annonce est légale.", "bloquée"},
		{"blocked", "L'offre ne contient aucune mention illégale.", "bloquée"},
		{"blocked", "L'offre peut être publiée telle quelle.", "bloquée"},
		{"clean", "Votre offre est bloquée, désolé.", "aucune mention signalée"},
		{"clean", "Cette annonce est contraire à la loi.", "aucune mention signalée"},
		{"blocked", "Le titre de l'offre est conforme, mais l'annonce est bloquée.", ""},
		{"clean", "Votre offre est discriminatoire.", "aucune mention signalée"},
		{"clean", "Votre offre ne contient aucune mention discriminatoire.", ""},
		{"clean", "Rien à signaler dans cette offre.", ""},
		{"review", "Votre offre est conforme.", ""},
	} {
		f := newFacts(nil)
		f.learn(tools.Result{Activity: "offer.legality"}, json.RawMessage(`{"status":"`+c.status+`"}`))
		if got := f.contradicted(c.text); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.status, c.text, got, c.want)
		}
	}
	// After a rewrite both the old words and the new may be spoken of.
	f := newFacts(nil)
	f.learn(tools.Result{Activity: "offer.legality"}, json.RawMessage(`{"status":"blocked","rewritten":{"status":"clean"}}`))
	if got := f.contradicted("Votre offre est maintenant conforme."); got != "" {
		t.Errorf("rewritten: %q", got)
	}
	if got := newFacts(nil).contradicted("Votre offre est conforme."); got != "" {
		t.Errorf("nothing was checked: %q", got)
	}
}

func TestPercentagesAreTheForecasts(t *testing.T) {
	f := newFacts([]turnMessage{{Role: "human", Text: "et avec 15 % de salaire en plus ?"}})
	f.learn(tools.Result{Activity: "offer.delay"}, json.RawMessage(`{"note":"couvre 80 % des cas","probability":0.724,"interval":[0.61,0.82],"base_rate":0.6}`))
	for text, want := range map[string]string{
		"72 % de chances de dépasser 30 jours":          "",
		"entre 61 % et 82 %, contre 60 %":               "",
		"donc 28 % d'être pourvue à temps":              "",
		"12 points, soit 12,4 % de plus":                "",
		"un risque de 95 %":                             "95 %",
		"avec 15 % de plus, dans 80 % des cas, à 100 %": "",
		"un risque de 72 %, et 45,5 % ailleurs":         "45,5 %",
	} {
		if got := f.misquoted(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func BenchmarkGuard(b *testing.B) {
	f := baker(b)
	words := strings.SplitAfter("Le code ROME de boulanger est D1102 [D1102]. Vous pouvez aussi regarder les métiers proches, ou parler à un conseiller si vous préférez. ", " ")
	b.ReportAllocs()
	g := f.guard(Model{})
	for i := range b.N {
		g.add(words[i%len(words)])
	}
}
