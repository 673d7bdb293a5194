package fold

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestString(t *testing.T) {
	for in, want := range map[string]string{
		"Bouché(e)":             "bouche(e)",
		"ŒUVRE d’art":           "oeuvre d'art",
		"e\u0301té":             "ete",
		"ven\u200bdeuse":        "vendeuse",
		"35\u00a0ans\tmaxi":     "35 ans maxi",
		"vendeur·se":            "vendeur.se",
		"De l’« ﬁche » – Ａgent": "de l'\" fiche \" - agent",
	} {
		if got := String(in); got != want {
			t.Errorf("String(%q) = %q, want %q", in, got, want)
		}
		if got := Map(in).Folded; got != want {
			t.Errorf("Map(%q).Folded = %q, want %q", in, got, want)
		}
	}
}

func TestSpanPointsAtTheOriginal(t *testing.T) {
	const in = "Un Ho\u200bmme œuvrant, e\u0301te\u0301 compris"
	m := Map(in)
	for folded, original := range map[string]string{
		"homme":    "Ho\u200bmme",
		"oeuvrant": "œuvrant",
		"ete":      "e\u0301te\u0301",
		"compris":  "compris",
	} {
		i := strings.Index(m.Folded, folded)
		start, end := m.Span(i, i+len(folded))
		if got := in[start:end]; got != original {
			t.Errorf("span of %q = %q, want %q", folded, got, original)
		}
	}
}

func FuzzSpan(f *testing.F) {
	f.Add("Œuvre d’été\u200b ﬁn", 0, 3)
	f.Fuzz(func(t *testing.T, s string, from, to int) {
		m := Map(s)
		if m.Folded != String(s) {
			t.Fatalf("Map and String differ on %q", s)
		}
		if from < 0 || to < from || to > len(m.Folded) {
			return
		}
		start, end := m.Span(from, to)
		if start < 0 || end < start || end > len(s) {
			t.Fatalf("span [%d,%d) of %q leaves it", start, end, s)
		}
		if utf8.ValidString(s) && !utf8.ValidString(s[start:end]) {
			t.Fatalf("span [%d,%d) of %q cuts a character", start, end, s)
		}
	})
}
