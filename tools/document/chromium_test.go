package document

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fonts are those that pages are printed in: lines break elsewhere in each, and
// the text is the same. Where one is not installed Chromium takes another.
var fonts = []string{"Liberation Sans", "Liberation Serif", "DejaVu Sans", "DejaVu Serif"}

// printed is a page as people's browsers print it.
func printed(t testing.TB, page string) []byte {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	dir := t.TempDir()
	source, pdf := filepath.Join(dir, "cv.html"), filepath.Join(dir, "cv.pdf")
	if err := os.WriteFile(source, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), program, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
		"--user-data-dir="+filepath.Join(dir, "profile"), "--print-to-pdf="+pdf, "file://"+source).CombinedOutput()
	if err != nil {
		t.Skipf("chromium does not print here: %v\n%s", err, out)
	}
	data, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A CV printed by a browser: web fonts in subsets, letters placed one by one,
// a table, flex boxes, justified text.
func TestPrintedByChromium(t *testing.T) {
	const want = `Maëlle Guérin
Aide-soignante diplômée d'État, douze ans d'expérience en EHPAD et à domicile

CONTACT

29000 Quimper
06 39 98 00 11
maelle@courriel.example

COMPÉTENCES

Réaliser des soins d'hygiène corporelle, de confort et de prévention
Qualifications : aide à la prise de repas, efficacité
Transmissions ciblées

LANGUES

Anglais courant
Breton notions

EXPÉRIENCE PROFESSIONNELLE

Aide-soignante, Résidence des Ajoncs	2018 – 2024

Toilette, habillage et aide aux déplacements de douze résidents, dans le respect de leur rythme et de leur intimité
Participation au projet de soins avec l'équipe pluridisciplinaire

Auxiliaire de vie, Domicile Cornouaille	2012 – 2018

Courses, repas, ménage
Accompagnement aux rendez-vous médicaux

FORMATION

Diplôme d'État d'aide-soignant	2012

Formation suivie à l'institut de formation de Quimper, avec des stages en gériatrie, en chirurgie et en hospitalisation à domicile ; mémoire sur la bientraitance.`
	page, err := os.ReadFile("testdata/cv.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, font := range fonts {
		t.Run(font, func(t *testing.T) {
			data := printed(t, strings.ReplaceAll(string(page), "Liberation Sans", font))
			wantText(t, mustRead(t, newReader(t, Options{}), data).Text, want)
		})
	}
}

// TestPrintedLayouts: each page of testdata/layouts reads as the text beside
// it, blank lines apart, and is found on its page.
func TestPrintedLayouts(t *testing.T) {
	names, err := filepath.Glob("testdata/layouts/*.html")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var sheets strings.Builder
	var want []string
	for _, name := range names {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(strings.TrimSuffix(name, ".html") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&sheets, "<div class=sheet>%s</div>\n", page)
		want = append(want, strings.TrimSpace(string(text)))
	}
	blank := regexp.MustCompile(`\n+`)
	for _, font := range fonts {
		t.Run(font, func(t *testing.T) {
			data := printed(t, fmt.Sprintf(`<!doctype html><html lang=fr><meta charset=utf-8><style>@page{margin:12mm}body{font:11pt %q;margin:0}.sheet{position:relative}.sheet+.sheet{break-before:page}</style>%s`, font, &sheets))
			doc := mustRead(t, newReader(t, Options{}), data)
			if len(doc.Pages) != len(want) {
				t.Fatalf("%d pages for %d layouts", len(doc.Pages), len(want))
			}
			for i, p := range doc.Pages {
				text := strings.TrimSpace(doc.Text[p.Start:p.End])
				t.Run(strings.TrimSuffix(filepath.Base(names[i]), ".html"), func(t *testing.T) {
					wantText(t, blank.ReplaceAllString(text, "\n"), want[i])
					if first, last := doc.PageOf(p.Start), doc.PageOf(p.End-1); first != i+1 || last != i+1 {
						t.Errorf("on pages %d to %d, want %d", first, last, i+1)
					}
				})
			}
		})
	}
}
