package mask

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
)

// Invented values with right check digits.
const (
	nir  = "185057800608491"
	iban = "FR7630006000011234567890189"
)

func TestHideAndShow(t *testing.T) {
	for text, want := range map[string]string{
		"Mon numéro est 1 85 05 78 006 084 91, appelez-moi au 06 12 34 56 78.": "Mon numéro est [NIR_1], appelez-moi au [TEL_1].",
		"sécu185057800608491merci":                                           "sécu[NIR_1]merci",
		"1 85 05 78 006 084/91":                                              "[NIR_1]", // narrow no-break spaces
		"RIB : FR76 3000 6000 0112 3456 7890 189":                            "RIB : [IBAN_1]",
		"rib fr76-3000-6000-0112-3456-7890-189 ok":                           "rib [IBAN_1] ok",
		"écrire à jeanne.exemple@mail.example.fr ou au +33 (0)6.12.34.56.78": "écrire à [MAIL_1] ou au [TEL_1]",
		"Née le 12 mars 1985 à Brest":                                        "Née le [NAISSANCE_1] à Brest",
		"né(e) le 03/07/1990, permis B":                                      "né(e) le [NAISSANCE_1], permis B",
		"date de naissance : 1er août 1971":                                  "date de naissance : [NAISSANCE_1]",
		"J'habite 12 bis, rue des Lilas, 44000 Nantes et je cherche":         "J'habite [ADRESSE_1] et je cherche",
		"4 impasse du Moulin\n29200 Brest\nVendeur":                          "[ADRESSE_1]\nVendeur",
	} {
		m := New()
		hidden := m.Hide(text)
		if hidden != want {
			t.Errorf("Hide(%q) = %q, want %q", text, hidden, want)
		}
		if err := Check(hidden); err != nil {
			t.Errorf("Check(%q): %v", hidden, err)
		}
		if got := m.Show(hidden); got != text {
			t.Errorf("Show(Hide(%q)) = %q", text, got)
		}
	}
}

func TestCorsicanNumber(t *testing.T) {
	valid := 0
	for key := 1; key <= 97; key++ {
		if New().Hide(fmt.Sprintf("1 85 05 2A 006 084 %02d", key)) == "[NIR_1]" {
			valid++
		}
	}
	if valid != 1 {
		t.Errorf("%d keys are right for one number", valid)
	}
}

func TestSameWordsSamePlaceholder(t *testing.T) {
	m := New()
	if got := m.Hide("0612345678 ou 0612345678 ou 07 12 34 56 78"); got != "[TEL_1] ou [TEL_1] ou [TEL_2]" {
		t.Errorf("got %q", got)
	}
}

func TestInnocentTextStays(t *testing.T) {
	for _, text := range []string{
		"offre n° 187XKTP, 35 h, 2 100 € brut, le 12/03/2026",
		"1 85 05 78 006 084 92 a une mauvaise clé",
		"code OGR 101163, D1102",
		"poste à pourvoir le 12 mars 2026, 35 places en crèche, 3 quais",
		"CDI de 2 ans à Nantes 44000, trois places en crèche",
		"je suis née en Bretagne",
	} {
		if got := New().Hide(text); got != text {
			t.Errorf("Hide(%q) = %q", text, got)
		}
	}
}

func TestNames(t *testing.T) {
	m := New()
	m.Name("Hélène Marchand", "Hélène", "x")
	const text = "HELENE MARCHAND, dite Hélène ; marchande de helenes, rue Sainte-Hélène"
	const want = "[NOM_1], dite [NOM_2] ; marchande de helenes, rue Sainte-[NOM_2]"
	if got := m.Hide(text); got != want || m.Show(got) != text {
		t.Errorf("got %q, back %q", got, m.Show(got))
	}
}

func TestForgedPlaceholderIsNotRestored(t *testing.T) {
	m := New()
	if got := m.Show(m.Hide("[TEL_1] et 06 12 34 56 78")); got != "(TEL_1) et 06 12 34 56 78" {
		t.Errorf("got %q", got)
	}
}

func TestJSON(t *testing.T) {
	m := New()
	m.Name(`Jo "la bûche" Martin`)
	const args = `{"text":"Jo \"la bûche\" Martin, 06 12 34 56 78","n":1.50}`
	hidden := m.HideJSON(args)
	if hidden != `{"n":1.50,"text":"[NOM_1], [TEL_1]"}` {
		t.Errorf("hidden %s", hidden)
	}
	if got := m.ShowJSON(hidden); got != `{"n":1.50,"text":"Jo \"la bûche\" Martin, 06 12 34 56 78"}` {
		t.Errorf("shown %s", got)
	}
	if got := m.HideJSON("pas du JSON : 06 12 34 56 78"); got != "pas du JSON : [TEL_1]" {
		t.Errorf("got %s", got)
	}
}

// FuzzHide puts numbers with valid check digits, spaced in any way, anywhere in
// any text: none gets through, and what the person reads afterwards is what they
// wrote.
func FuzzHide(f *testing.F) {
	f.Add("mon numéro : ", " merci", " ", uint16(0b10100101))
	f.Add("né le 12 mars 1985, 4 rue des Lilas, 75001 Paris 06", "1234 [TEL_1]", "\u202f", uint16(0xffff))
	f.Add("FR76 3000 ", "91", "-", uint16(1))
	f.Fuzz(func(t *testing.T, before, after, separator string, where uint16) {
		for _, r := range separator {
			if !separates(r) {
				return
			}
		}
		if len([]rune(separator)) > maxGap {
			return
		}
		for _, number := range []string{nir, iban} {
			var spaced strings.Builder
			for i, c := range number {
				if i > 0 && where>>(i%16)&1 == 1 {
					spaced.WriteString(separator)
				}
				spaced.WriteRune(c)
			}
			text := strings.ToValidUTF8(before+spaced.String()+after, "")
			m := New()
			hidden := m.Hide(text)
			bare := strings.Map(func(r rune) rune {
				if separates(r) || unicode.IsSpace(r) {
					return -1
				}
				return r
			}, hidden)
			if strings.Contains(bare, number) {
				t.Errorf("%s is readable in %q", number, hidden)
			}
			if err := Check(hidden); err != nil {
				t.Errorf("%v in %q", err, hidden)
			}
			if got, want := m.Show(hidden), lookalike.ReplaceAllString(text, "($1)"); got != want {
				t.Errorf("shown %q, written %q", got, want)
			}
		}
	})
}
