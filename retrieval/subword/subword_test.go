package subword

import (
	"bytes"
	"context"
	"math"
	"runtime"
	"testing"

	"github.com/tmc/langchaingo/embeddings"
)

var _ embeddings.Embedder = (*Model)(nil)

// lessons are titles of four classes; each word occurs twice at least, so that
// its n-grams are learned.
var lessons = []Example{
	{Text: "Boulanger pâtissier", Labels: []int32{0}}, {Text: "Boulangère en boulangerie", Labels: []int32{0}}, {Text: "Pétrir la pâte à pain", Labels: []int32{0}},
	{Text: "Cuire le pain au four", Labels: []int32{0}}, {Text: "Pâtissière, pâte et four", Labels: []int32{0}},
	{Text: "Conducteur de poids lourd", Labels: []int32{1}}, {Text: "Conductrice d'autobus", Labels: []int32{1}}, {Text: "Conduire un poids lourd sur route", Labels: []int32{1}},
	{Text: "Chauffeur routier, route et autobus", Labels: []int32{1}}, {Text: "Chauffeur de lourd", Labels: []int32{1}},
	{Text: "Infirmier en soins généraux", Labels: []int32{2}}, {Text: "Infirmière de bloc", Labels: []int32{2}}, {Text: "Donner des soins aux patients", Labels: []int32{2}},
	{Text: "Soigner les patients du bloc", Labels: []int32{2}}, {Text: "Soins infirmiers", Labels: []int32{2}},
	{Text: "Développeur web", Labels: []int32{3}}, {Text: "Développeuse de logiciel", Labels: []int32{3}}, {Text: "Programmer un logiciel web", Labels: []int32{3}},
	{Text: "Programmeur développeur", Labels: []int32{3}}, {Text: "Programmer le web", Labels: []int32{3}},
}

var classes = []string{"D1102", "N4101", "J1506", ""}

func trained(t testing.TB) *Model {
	t.Helper()
	m, err := Train(context.Background(), lessons, classes, Options{Dim: 32, Epochs: 60})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func near(m *Model, a, b string) float64 {
	v, _ := m.EmbedQuery(context.Background(), a)
	w, _ := m.EmbedQuery(context.Background(), b)
	return float64(dot(v, w))
}

func TestMeaning(t *testing.T) {
	m := trained(t)
	for _, c := range []struct{ text, near, far string }{
		{"pain", "boulanger", "infirmier"},
		{"boulengé", "boulanger", "conducteur"}, // a typing error
		{"POIDS LOURDS", "chauffeur", "boulanger"},
	} {
		if a, b := near(m, c.text, c.near), near(m, c.text, c.far); a < b+0.2 {
			t.Errorf("%q: %.2f to %q, %.2f to %q", c.text, a, c.near, b, c.far)
		}
	}
}

func TestVectors(t *testing.T) {
	m := trained(t)
	texts := []string{"Boulanger", "", "日本語", "le la les", "boulanger boulanger"}
	all, err := m.EmbedDocuments(context.Background(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		one, _ := m.EmbedQuery(context.Background(), text)
		for j := range one {
			if one[j] != all[i][j] || math.IsNaN(float64(one[j])) {
				t.Fatalf("%q: document and query differ, or are not numbers", text)
			}
		}
		if n := dot(one, one); n != 0 && math.Abs(float64(n)-1) > 1e-4 {
			t.Errorf("%q has length² %f", text, n)
		}
	}
	if n := dot(all[2], all[2]); n != 0 {
		t.Errorf("an unknown text has length² %f, want 0", n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := m.EmbedDocuments(ctx, texts); err == nil {
		t.Error("a cancelled context is no error")
	}
	if _, err := Train(ctx, lessons, classes, Options{}); err == nil {
		t.Error("a cancelled training is no error")
	}
}

// The same lessons give the same bytes, whatever the number of processors.
func TestDeterministic(t *testing.T) {
	one := trained(t).Encode()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !bytes.Equal(one, trained(t).Encode()) {
		t.Error("two trainings differ")
	}
}

func TestEncode(t *testing.T) {
	m := trained(t)
	b := m.Encode()
	back, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if back.Version() != m.Version() || back.Dimension() != 32 || !bytes.Equal(back.Encode(), b) || near(m, "pain", "four") != near(back, "pain", "four") {
		t.Error("what was decoded is not what was encoded")
	}
	for n := range 64 {
		if _, err := Decode(b[:len(b)*n/64]); err == nil {
			t.Errorf("%d of %d bytes were accepted", len(b)*n/64, len(b))
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(trained(f).Encode()[:300])
	f.Add([]byte{format, 1, 0, 0, 0, 1, 0, 0, 0, 1, 'a', 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := Decode(b); err == nil {
			near(m, "abc", "def")
		}
	})
}

func BenchmarkEmbedQuery(b *testing.B) {
	m := trained(b)
	for b.Loop() {
		m.EmbedQuery(context.Background(), "conducteur de poids lourd en boulangerie")
	}
}

// A class is where its texts are, and survives being stored.
func TestLearned(t *testing.T) {
	m := trained(t)
	again, err := Decode(m.Encode())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*Model{m, again} {
		bread, road := m.Learned("D1102"), m.Learned("N4101")
		if bread == nil || m.Learned("") != nil || m.Learned("pain") != nil {
			t.Fatal("classes are known by their names only")
		}
		v, _ := m.EmbedQuery(context.Background(), "pétrir du pain")
		if a, b := dot(v, bread), dot(v, road); a < b+0.2 {
			t.Errorf("%.2f to its class, %.2f to another", a, b)
		}
	}
}

func TestMend(t *testing.T) {
	m := trained(t)
	for said, meant := range map[string]string{
		"boulanger": "boulanger", "chofeur": "chauffeur", "rout": "route", "routte": "route", "soin": "soins", "sions": "soins", "patiens": "patients", "logisiel": "logiciel", "pian": "pian", "xylophone": "xylophone", "": "", "le": "le",
	} {
		if got := m.Mend(said); got != meant {
			t.Errorf("Mend(%q) = %q, want %q", said, got, meant)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"pain", "pain", 0}, {"pain", "pian", 1}, {"pain", "paint", 1}, {"pain", "pin", 1}, {"pain", "bain", 1}, {"pain", "four", 3}} {
		if got := distance(c.a, c.b, 2); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// TestWordsAddUp: a text's vector is the direction of the sum of its words'.
func TestWordsAddUp(t *testing.T) {
	m := trained(t)
	sum := make([]float32, m.Dimension())
	for _, w := range []string{"boulanger", "en", "boulangerie"} {
		axpy(1, m.Word(w), sum[:len(m.Word(w))])
	}
	normalise(sum)
	v, _ := m.EmbedQuery(context.Background(), "Boulanger en boulangerie")
	if d := dot(sum, v); math.Abs(float64(d)-1) > 1e-5 {
		t.Errorf("cosine %f", d)
	}
	if m.Word("en") != nil || m.Word("日本") != nil {
		t.Error("words that say nothing have a vector")
	}
}
