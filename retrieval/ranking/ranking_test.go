package ranking

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/retrieval/subword"
)

// titles of three invented métiers.
var titles = map[string][]string{
	"A": {"Boulanger / Boulangère", "Ouvrier boulanger / Ouvrière boulangère", "Fabricant / Fabricante de pain", "Enfourneur / Enfourneuse de pain"},
	"B": {"Routier / Routière", "Conducteur / Conductrice de camion", "Chauffeur / Chauffeuse de camion", "Conducteur routier / Conductrice routière"},
	"C": {"Infirmier / Infirmière", "Soignant / Soignante", "Infirmier / Infirmière de bloc", "Soignant / Soignante de bloc"},
}

func atlas(t testing.TB) *Atlas {
	t.Helper()
	var lessons []subword.Example
	codes := []string{"A", "B", "C"}
	for c, code := range codes {
		for _, title := range titles[code] {
			for _, form := range segments(title) {
				lessons = append(lessons, subword.Example{Text: form, Labels: []int32{int32(c)}, Times: 2})
			}
		}
	}
	m, err := subword.Train(t.Context(), lessons, codes, subword.Options{Dim: 24, Epochs: 40})
	if err != nil {
		t.Fatal(err)
	}
	return NewAtlas(m, titles)
}

func TestSegments(t *testing.T) {
	for in, want := range map[string][]string{
		"Agent / Agente d'entretien":                      {"agent d'entretien", "agente d'entretien"},
		"Boulanger / Boulangère":                          {"boulanger", "boulangere"},
		"Chargé(e) de mission H/F":                        {"charge de mission"},
		"Technicien·ne F/H - CDI":                         {"technicien -"},
		"Directeur(trice) (h/f) ; Gérant | Chef\nMeneuse": {"directeur", "gerant", "chef", "meneuse"},
		"Aide-soignant / Brancardier de nuit":             {"aide-soignant", "brancardier de nuit"},
		"CDI":                                             {"cdi"},
		"":                                                {""},
	} {
		if got := segments(in); !slices.Equal(got, want) {
			t.Errorf("segments(%q) = %q, want %q", in, got, want)
		}
	}
	if n := len(segments(strings.Repeat("a;", 1000))); n != maxSegments {
		t.Errorf("%d segments", n)
	}
}

func TestStem(t *testing.T) {
	for _, family := range [][]string{{"conducteur", "conductrice", "conducteurs", "conductrices"}, {"vendeur", "vendeuse"}, {"infirmier", "infirmieres"},
		{"technicien", "technicienne"}, {"commercial", "commerciale"}, {"animateur", "animatrice", "animation"}} {
		for _, w := range family {
			if stem(w) != stem(family[0]) {
				t.Errorf("%q and %q: %q, %q", w, family[0], stem(w), stem(family[0]))
			}
		}
	}
	if stem("boulanger") == stem("boucher") {
		t.Error("two trades have one stem")
	}
}

// Four documents, the second and the fourth right, at places 1 and 3:
// AP = (1/1 + 2/3) / 2.
func TestMeasure(t *testing.T) {
	got := ranks([]float32{.5, .9, .1, .4}, []int32{1, 3})
	if !slices.Equal(got, []int{1, 3}) {
		t.Fatalf("ranks %v", got)
	}
	if f := measure(got); math.Abs(f.ap-5.0/6) > 1e-9 || f.rr != 1 || f.first != 1 || f.recall5 != 1 {
		t.Errorf("%+v", f)
	}
	// Equal scores keep the order of the file, whoever is right.
	if got := ranks([]float32{0, 0, 0, 0}, []int32{0, 2}); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("ranks of equals %v", got)
	}
	// Six right ones from place 2 to 7: recall at 5 counts four of five.
	if f := measure([]int{2, 3, 4, 5, 6, 7}); f.rr != .5 || f.first != 0 || math.Abs(f.recall5-.8) > 1e-9 || math.Abs(f.recall10-1) > 1e-9 {
		t.Errorf("%+v", f)
	}
}

func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var small = map[string]string{
	"queries.tsv": "id\ttext\nq1\tfabricante de pain\nq2\tchofeur de camion\nq3\tsoignante\nq4\tpersonne\n",
	"corpus.tsv":  "\ufeffid\ttext\r\nd1\tConducteur routier ; Chauffeur\r\nd2\tBoulangère\r\nd3\tInfirmier / Infirmière de bloc\r\nd4\tOuvrier boulanger\r\n\r\nd5\t\r\n",
	"qrels.tsv":   "qid\titeration\tdid\nq1\t0\td2\nq1\t0\td4\nq1\t0\td4\nq2\t0\td1\nq3\t0\td3\n",
}

func TestEvaluate(t *testing.T) {
	s, err := Read(write(t, small))
	if err != nil {
		t.Fatal(err)
	}
	if want := [][]int32{{1, 3}, {0}, {2}, nil}; !reflect.DeepEqual(s.Relevant, want) || len(s.Docs) != 5 {
		t.Fatalf("%v, %d documents", s.Relevant, len(s.Docs))
	}
	a := atlas(t)
	first, err := Evaluate(t.Context(), s, a, nil)
	if err != nil {
		t.Fatal(err)
	}
	if first.N != 3 || first.Figures["map"] != 1 || first.Figures["success_at_1"] != 1 || first.Figures["recall_at_5"] != 1 {
		t.Errorf("%+v", first)
	}
	for _, name := range []string{"lexical", "embedder"} {
		if len(first.By[name]) != 5 {
			t.Errorf("%s: %v", name, first.By[name])
		}
	}
	if again, _ := Evaluate(t.Context(), s, a, nil); !reflect.DeepEqual(first, again) {
		t.Errorf("not the same twice: %v, %v", first, again)
	}
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		file, text string
		code       fault.Code
		says       string
	}{
		{"qrels.tsv", "", fault.Invalid, "vide"},
		{"qrels.tsv", "qid\tdid\n", fault.Invalid, "vide"},
		{"qrels.tsv", "q1\td1\n", fault.Invalid, "colonnes « qid » et « did »"},
		{"qrels.tsv", "qid\tdid\nq1\td9\n", fault.Invalid, "qrels.tsv, ligne 2 : le document « d9 »"},
		{"qrels.tsv", "qid\tdid\nq1\td2\nq9\td1\n", fault.Invalid, "ligne 3 : la requête « q9 »"},
		{"qrels.tsv", "qid\tdid\nq1 d2\n", fault.Invalid, "séparés par une tabulation"},
		{"queries.tsv", "id\ttext\nq1\ta\nq1\tb\n", fault.Invalid, "ligne 3 : l'identifiant « q1 » y est déjà"},
		{"queries.tsv", "id\ttext\nq1\t \n", fault.Invalid, "le texte est vide"},
		{"queries.tsv", "id\ttext\nq1\t\xff\n", fault.Invalid, "UTF-8"},
		{"corpus.tsv", "id\ttext\n\tsans identifiant\n", fault.Invalid, "ligne 2"},
		{"corpus.tsv", "id\ttext\nd1\t" + strings.Repeat("x", maxLine), fault.TooLarge, "ko"},
	} {
		files := map[string]string{}
		for name, text := range small {
			files[name] = text
		}
		files[c.file] = c.text
		_, err := Read(write(t, files))
		if fault.CodeOf(err) != c.code || !strings.Contains(fault.Message(err), c.says) {
			t.Errorf("%s %.40q: %v, want %s %q", c.file, c.text, err, c.code, c.says)
		}
	}
	if _, err := Read(t.TempDir()); fault.CodeOf(err) != fault.NotFound || !strings.Contains(fault.Message(err), "queries.tsv") {
		t.Errorf("an empty folder: %v", err)
	}
	s := Set{Queries: []string{"a"}, Docs: []string{"b"}, Relevant: [][]int32{nil}}
	if _, err := Evaluate(t.Context(), s, nil, nil); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("nothing to measure: %v", err)
	}
}

// Texts that are not titles score without harm.
func TestStrangeTexts(t *testing.T) {
	r, err := New(t.Context(), []string{"", " ; ", "日本語", "le la les", "\x00", strings.Repeat("a", 20_000), "😀 / 😀 / 😀"}, atlas(t))
	if err != nil {
		t.Fatal(err)
	}
	var sc scratch
	for _, q := range []string{"", "日本語", "/ / /", "h/f", strings.Repeat("boulanger ", 5000)} {
		r.signals(q, &sc, &sc.signals)
		for k, scores := range sc.signals {
			for d, x := range scores {
				if math.IsNaN(float64(x)) || x > 1.01 || x < -1.01 {
					t.Errorf("%.20q: signal %d of document %d is %v", q, k, d, x)
				}
			}
		}
	}
}

func FuzzReadRows(f *testing.F) {
	f.Add("id\ttext\na\tb\n")
	f.Add(small["corpus.tsv"])
	f.Add("text\tid\tid\n\t\t\t\t\n")
	f.Fuzz(func(t *testing.T, file string) {
		_ = readRows(strings.NewReader(file), "corpus.tsv", [2]string{"id", "text"}, 100, func(_ int, id, text string) error {
			if id == "" {
				t.Error("a row without id")
			}
			segments(text)
			return nil
		})
	})
}
