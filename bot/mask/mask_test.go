package mask

import (
	"strings"
	"testing"
)

func TestHideAndShow(t *testing.T) {
	// Invented values with right check digits.
	const nir, iban = "1 85 05 78 006 084 91", "FR76 3000 6000 0112 3456 7890 189"
	for _, text := range []string{
		"Mon numéro est " + nir + ", appelez-moi au 06 12 34 56 78.",
		"RIB : " + iban,
		"écrire à jeanne.exemple@mail.example.fr ou au +33 (0)6.12.34.56.78",
		"2A : 1 85 05 2A 006 084 " + corsicanKey(t),
	} {
		m := New()
		hidden := m.Hide(text)
		if hidden == text || strings.Contains(hidden, "12 34 56 78") || strings.Contains(hidden, "@") {
			t.Errorf("Hide(%q) = %q", text, hidden)
		}
		if err := Check(hidden); err != nil {
			t.Errorf("Check(%q): %v", hidden, err)
		}
		if got := m.Show(hidden); got != text {
			t.Errorf("Show(Hide(%q)) = %q", text, got)
		}
	}
}

func corsicanKey(t *testing.T) string {
	t.Helper()
	for k := 1; k <= 97; k++ {
		key := string(rune('0'+k/10)) + string(rune('0'+k%10))
		if validNIR("185052A006084" + key) {
			return key
		}
	}
	t.Fatal("no key")
	return ""
}

func TestSameValueSamePlaceholder(t *testing.T) {
	m := New()
	if got := m.Hide("0612345678 ou 06.12.34.56.78 ou 07 12 34 56 78"); got != "[TEL_1] ou [TEL_1] ou [TEL_2]" {
		t.Errorf("got %q", got)
	}
}

func TestInnocentNumbersStay(t *testing.T) {
	for _, text := range []string{
		"offre n° 187XKTP, 35 h, 2 100 € brut, le 12/03/2026",
		"1 85 05 78 006 084 92 a une mauvaise clé",
		"code OGR 101163, D1102",
	} {
		if got := New().Hide(text); got != text {
			t.Errorf("Hide(%q) = %q", text, got)
		}
	}
}

func TestForgedPlaceholderIsNotRestored(t *testing.T) {
	m := New()
	hidden := m.Hide("[TEL_1] et 06 12 34 56 78")
	if got := m.Show(hidden); got != "(TEL_1) et 06 12 34 56 78" {
		t.Errorf("got %q", got)
	}
}

func FuzzHide(f *testing.F) {
	f.Add("1 85 05 78 006 084 91 et FR76 3000 6000 0112 3456 7890 189")
	f.Fuzz(func(t *testing.T, text string) {
		if err := Check(New().Hide(text)); err != nil {
			t.Errorf("%v in %q", err, New().Hide(text))
		}
	})
}
