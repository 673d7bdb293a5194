package document

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/internal/paper"
)

// The CVs of testdata/cv are made here, of people who do not exist (their
// telephone numbers are of the range kept for fiction). Other packages, the
// browser tests and the README use the files.
var update = flag.Bool("update", false, "write testdata/cv anew")

const fixtureFolder = "../../testdata/cv"

var fixtures = map[string]func() []byte{
	"deux-colonnes.pdf": func() []byte { return paper.File{Pages: []*paper.Sheet{twoColumns()}}.PDF() },
	"chiffre.pdf":       func() []byte { return paper.File{Pages: []*paper.Sheet{twoColumns()}, Password: "secret"}.PDF() },
	"image.pdf":         func() []byte { return paper.File{Pages: []*paper.Sheet{picturePage()}, Image: true}.PDF() },
	"simple.docx":       func() []byte { return makeDOCX(docxBody(cvLogistics)) },
	"simple.odt":        func() []byte { return makeODT(odtBody(cvLogistics)) },
	"simple.txt":        func() []byte { return []byte(cvLogistics) },
}

// TestFixtures fails when a file of testdata/cv is not what is made here.
func TestFixtures(t *testing.T) {
	for name, make := range fixtures {
		path := filepath.Join(fixtureFolder, name)
		want := make()
		if *update {
			if err := os.MkdirAll(fixtureFolder, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: not what the generator makes; go test -run TestFixtures -update ./tools/document", name)
		}
	}
}

// twoColumns is a baker's CV: a name over both columns, a narrow column on the
// left, the experiences on the right. It is drawn line by line across both
// columns, as many producers do, so that the order of the file is no help.
func twoColumns() *paper.Sheet {
	s := &paper.Sheet{}
	s.Raw("0.93 0.95 0.98 rg 0 0 205 742 re f 0 0 0 rg")
	s.At(40, 795, paper.Bold, 22, "Camille Le Goff")
	s.At(40, 770, paper.Regular, 13, "Boulangère – huit ans d'expérience en boulangerie artisanale à Nantes")
	type entry struct {
		x, y, size float64
		font, text string
	}
	var entries []entry
	column := func(x, y float64, lines ...string) {
		for _, text := range lines {
			switch {
			case text == "":
				y -= 9
			case strings.HasPrefix(text, "# "):
				entries = append(entries, entry{x, y, 12, paper.Bold, text[2:]})
				y -= 18
			case strings.HasPrefix(text, "* "):
				entries = append(entries, entry{x, y, 10, paper.Bold, text[2:]})
				y -= 14
			default:
				entries = append(entries, entry{x, y, 10, paper.Regular, text})
				y -= 14
			}
		}
	}
	column(40, 722,
		"# CONTACT", "44000 Nantes", "06 39 98 12 34", "camille.legoff@courriel.example", "",
		"# COMPÉTENCES", "• Pétrir manuellement ou", "mécaniquement des pâtes", "• Cuire des pâtons", "• Cuire des pièces de viennoiserie",
		"• Défourner des pains", "• Confectionner des viennoiseries", "• Vérifier les stocks", "• Gérer une caisse", "",
		"# LANGUES", "Français : langue maternelle", "Anglais : notions", "Breton : lu, parlé", "",
		"# PERMIS", "Permis B, véhicule personnel", "",
		"# LOISIRS", "Course à pied, chorale")
	column(235, 722,
		"# PROFIL",
		"Ouvrière boulangère autonome, du pétrissage à la cuisson. J'aime le savoir-",
		"faire du levain, le travail en équipe et le contact avec la clientèle de quar-",
		"tier. Disponible immédiatement.", "",
		"# EXPÉRIENCES PROFESSIONNELLES",
		"* Boulangère – Le Fournil des Lices, Nantes", "2019 – 2024",
		"• Fabrication de pains spéciaux au levain et de viennoiseries",
		"• Préparation des commandes de la cantine scolaire et des restaurants du",
		"quartier",
		"• Formation de deux apprentis", "",
		"* Ouvrière boulangère – Aux Blés d'Or, Rezé", "2016 – 2019",
		"• Pétrissage, façonnage et cuisson de 400 baguettes par jour",
		"• Entretien du fournil dans le respect des règles d'hygiène", "",
		"* Vendeuse en boulangerie – Maison Tilleul, Vertou", "2014 – 2016",
		"• Accueil de la clientèle, mise en rayon et encaissement", "",
		"# FORMATION",
		"* CAP Boulanger", "2014, CFA de Loire-Atlantique",
		"* Baccalauréat professionnel Commerce", "2012, lycée Olympe-de-Gouges, Nantes")
	for len(entries) > 0 { // highest first, left before right
		next := 0
		for i, e := range entries {
			if e.y > entries[next].y {
				next = i
			}
		}
		e := entries[next]
		s.At(e.x, e.y, e.font, e.size, e.text)
		entries = append(entries[:next], entries[next+1:]...)
	}
	return s
}

// twoColumnsText is how twoColumns reads.
const twoColumnsText = `Camille Le Goff
Boulangère – huit ans d'expérience en boulangerie artisanale à Nantes

CONTACT
44000 Nantes
06 39 98 12 34
camille.legoff@courriel.example

COMPÉTENCES
• Pétrir manuellement ou mécaniquement des pâtes
• Cuire des pâtons
• Cuire des pièces de viennoiserie
• Défourner des pains
• Confectionner des viennoiseries
• Vérifier les stocks
• Gérer une caisse

LANGUES
Français : langue maternelle
Anglais : notions
Breton : lu, parlé

PERMIS
Permis B, véhicule personnel

LOISIRS
Course à pied, chorale

PROFIL
Ouvrière boulangère autonome, du pétrissage à la cuisson. J'aime le savoir-faire du levain, le travail en équipe et le contact avec la clientèle de quartier. Disponible immédiatement.

EXPÉRIENCES PROFESSIONNELLES
Boulangère – Le Fournil des Lices, Nantes
2019 – 2024
• Fabrication de pains spéciaux au levain et de viennoiseries
• Préparation des commandes de la cantine scolaire et des restaurants du quartier
• Formation de deux apprentis

Ouvrière boulangère – Aux Blés d'Or, Rezé
2016 – 2019
• Pétrissage, façonnage et cuisson de 400 baguettes par jour
• Entretien du fournil dans le respect des règles d'hygiène

Vendeuse en boulangerie – Maison Tilleul, Vertou
2014 – 2016
• Accueil de la clientèle, mise en rayon et encaissement

FORMATION
CAP Boulanger
2014, CFA de Loire-Atlantique
Baccalauréat professionnel Commerce
2012, lycée Olympe-de-Gouges, Nantes`

// picturePage is what a scanner makes: an image as large as the page.
func picturePage() *paper.Sheet {
	s := &paper.Sheet{}
	s.Raw("q 595 0 0 842 0 0 cm /Im1 Do Q")
	return s
}

// cvLogistics is an order picker's CV as plain text; lines beginning with "• "
// are lists in the DOCX and ODT.
const cvLogistics = `Idriss Morvan
Préparateur de commandes, cariste
35000 Rennes
06 39 98 56 78
idriss.morvan@courriel.example

EXPÉRIENCES
Préparateur de commandes, Entrepôts de la Vilaine, Rennes, depuis mars 2021
• Préparer les commandes en suivant les procédures
• Contrôler la conformité du produit à la commande
• Charger, décharger, manutentionner des produits
• Participer à un inventaire
Cariste, Coopérative du Meu, Montfort, 2018 – 2021
• Conduite de chariots élévateurs
• Gérer les stocks
• Conditionner des produits
Employé de rayon, Le Panier d'Armor, Rennes, 2016 – 2018
• Réaliser la mise en rayon
• Accueillir, orienter et renseigner un client

FORMATION
CAP Opérateur logistique, 2016
CACES R489 catégorie 3, renouvelé en 2023

LANGUES
Français, arabe courant, notions d'anglais

CENTRES D'INTÉRÊT
Bénévole à la banque alimentaire : collecte et tri des denrées
`

type zipEntry struct{ name, body string }

func makeZip(entries ...zipEntry) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range entries {
		method := zip.Deflate
		if e.name == "mimetype" {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: method})
		if err == nil {
			_, err = w.Write([]byte(e.body))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

const (
	wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"`
	odtNS  = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"`
	relNS  = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	relURL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// makeDOCX wraps the XML of a body; more parts replace or join the usual ones.
func makeDOCX(body string, more ...zipEntry) []byte {
	return makeZip(append([]zipEntry{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", fmt.Sprintf(`<Relationships %s><Relationship Id="rId1" Type="%sofficeDocument" Target="word/document.xml"/></Relationships>`, relNS, relURL)},
		{"word/document.xml", fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document %s><w:body>%s</w:body></w:document>`, wordNS, body)},
	}, more...)...)
}

func makeODT(body string, more ...zipEntry) []byte {
	return makeZip(append([]zipEntry{
		{"mimetype", "application/vnd.oasis.opendocument.text"},
		{"content.xml", fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2" %s><office:body><office:text>%s</office:text></office:body></office:document-content>`, odtNS, body)},
		{"META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`},
	}, more...)...)
}

func docxBody(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		properties := ""
		if item, ok := strings.CutPrefix(line, "• "); ok {
			line, properties = item, `<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>`
		}
		fmt.Fprintf(&b, `<w:p>%s<w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>`, properties, html.EscapeString(line))
	}
	return b.String()
}

func odtBody(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if item, ok := strings.CutPrefix(line, "• "); ok {
			fmt.Fprintf(&b, `<text:list><text:list-item><text:p>%s</text:p></text:list-item></text:list>`, html.EscapeString(item))
		} else {
			fmt.Fprintf(&b, `<text:p>%s</text:p>`, html.EscapeString(line))
		}
	}
	return b.String()
}
