package document

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"tandem/internal/paper"
)

// draw is the text of a page drawn by f.
func draw(t *testing.T, r *Reader, f func(s *paper.Sheet)) string {
	t.Helper()
	s := &paper.Sheet{}
	f(s)
	return mustRead(t, r, paper.File{Pages: []*paper.Sheet{s}}.PDF()).Text
}

func TestLayouts(t *testing.T) {
	r := newReader(t, Options{})
	tests := []struct {
		name string
		draw func(s *paper.Sheet)
		want string
	}{
		{"one column, lines wrapped and lists kept", func(s *paper.Sheet) {
			s.Lines(50, 780, paper.Regular, 11, 14,
				"Agent d'entretien depuis dix ans, je cherche un poste à temps plein dans une école,",
				"une mairie ou un hôpital de la région.",
				"Nettoyage des sols et des vitres",
				"Gestion des stocks de produits",
				"", "Permis B")
		}, "Agent d'entretien depuis dix ans, je cherche un poste à temps plein dans une école, une mairie ou un hôpital de la région.\nNettoyage des sols et des vitres\nGestion des stocks de produits\n\nPermis B"},

		{"sidebar on the right", func(s *paper.Sheet) {
			s.At(50, 800, paper.Bold, 20, "Nadia Ferrand, aide-soignante à domicile et en établissement")
			s.Lines(50, 750, paper.Regular, 10, 13, "EXPÉRIENCE", "Aide-soignante, Résidence des Tilleuls", "Toilette et repas des résidents", "Transmissions à l'équipe", "Auxiliaire de vie, Domicile Plus", "Courses, repas, présence")
			s.Lines(380, 756, paper.Regular, 10, 15, "COMPÉTENCES", "Écoute", "Gestes d'urgence", "Premiers secours", "Discrétion")
		}, "Nadia Ferrand, aide-soignante à domicile et en établissement\n\nEXPÉRIENCE\nAide-soignante, Résidence des Tilleuls\nToilette et repas des résidents\nTransmissions à l'équipe\nAuxiliaire de vie, Domicile Plus\nCourses, repas, présence\n\nCOMPÉTENCES\nÉcoute\nGestes d'urgence\nPremiers secours\nDiscrétion"},

		{"columns on one grid of lines", func(s *paper.Sheet) {
			s.Lines(50, 750, paper.Regular, 10, 14, "ATOUTS", "Ponctuel", "Soigneux", "Force physique", "Conduite de chariot")
			s.Lines(220, 750, paper.Regular, 10, 14, "PARCOURS", "Cariste chez Logis Ouest pendant quatre ans", "Chargement de camions", "Préparation de commandes", "Inventaires mensuels")
		}, "ATOUTS\nPonctuel\nSoigneux\nForce physique\nConduite de chariot\n\nPARCOURS\nCariste chez Logis Ouest pendant quatre ans\nChargement de camions\nPréparation de commandes\nInventaires mensuels"},

		{"dates in the left margin stay with their line", func(s *paper.Sheet) {
			for i, e := range [][]string{{"2019 – 2023", "Maçon, Bâtir Ensemble, Lorient", "Murs, dalles, enduits"}, {"2016 – 2019", "Manœuvre, Granit et Fils", "Approvisionnement du chantier"}, {"mars 2014", "Stage de découverte", "Chantier-école"}} {
				y := 750 - 45*float64(i)
				s.At(50, y, paper.Regular, 10, e[0])
				s.Lines(150, y, paper.Regular, 10, 14, e[1], e[2])
			}
		}, "2019 – 2023\tMaçon, Bâtir Ensemble, Lorient\nMurs, dalles, enduits\n\n2016 – 2019\tManœuvre, Granit et Fils\nApprovisionnement du chantier\n\nmars 2014\tStage de découverte\nChantier-école"},

		{"dates set flush right", func(s *paper.Sheet) {
			for i, e := range []string{"Serveuse, Café du Port", "Serveuse, La Criée", "Plongeuse, Chez Paulo", "Vendangeuse, Domaine des Ajoncs"} {
				y := 750 - 30*float64(i)
				s.At(50, y, paper.Bold, 10, e)
				s.At(480, y, paper.Regular, 10, fmt.Sprintf("%d – %d", 2020-i, 2021-i))
				s.At(60, y-13, paper.Regular, 10, "• Service en salle et encaissement")
			}
		}, "Serveuse, Café du Port\t2020 – 2021\n• Service en salle et encaissement\nServeuse, La Criée\t2019 – 2020\n• Service en salle et encaissement\nPlongeuse, Chez Paulo\t2018 – 2019\n• Service en salle et encaissement\nVendangeuse, Domaine des Ajoncs\t2017 – 2018\n• Service en salle et encaissement"},

		{"titles of sections in the margin", func(s *paper.Sheet) {
			y := 750.0
			for _, e := range [][]string{{"FORMATION", "BTS Comptabilité et gestion, 2015", "Baccalauréat STMG, 2013", "Brevet, 2010"}, {"EXPÉRIENCE", "Comptable, Cabinet Morel, depuis 2018", "Saisie des factures et rapprochements", "Assistante comptable, Ateliers Roz"}, {"LANGUES", "Anglais courant, espagnol", "Notions d'italien", "Langue des signes"}} {
				s.At(50, y, paper.Bold, 10, e[0])
				y = s.Lines(160, y, paper.Regular, 10, 14, e[1:]...) - 10
			}
		}, "FORMATION\tBTS Comptabilité et gestion, 2015\nBaccalauréat STMG, 2013\nBrevet, 2010\n\nEXPÉRIENCE\tComptable, Cabinet Morel, depuis 2018\nSaisie des factures et rapprochements\nAssistante comptable, Ateliers Roz\n\nLANGUES\tAnglais courant, espagnol\nNotions d'italien\nLangue des signes"},

		{"three columns under a paragraph", func(s *paper.Sheet) {
			s.Lines(50, 780, paper.Regular, 10, 14, "Je suis paysagiste et j'aime autant la conception des jardins que leur entretien au fil des saisons, par tous les temps,", "avec une équipe ou en autonomie.")
			s.Lines(50, 730, paper.Regular, 10, 14, "Taille", "Tonte", "Semis", "Plantation")
			s.Lines(230, 730, paper.Regular, 10, 14, "Arrosage", "Pavage", "Clôtures", "Engazonnement")
			s.Lines(410, 730, paper.Regular, 10, 14, "Élagage", "Débroussaillage", "Compostage", "Désherbage")
		}, "Je suis paysagiste et j'aime autant la conception des jardins que leur entretien au fil des saisons, par tous les temps, avec une équipe ou en autonomie.\n\nTaille\nTonte\nSemis\nPlantation\n\nArrosage\nPavage\nClôtures\nEngazonnement\n\nÉlagage\nDébroussaillage\nCompostage\nDésherbage"},

		{"spaced-out heading", func(s *paper.Sheet) {
			x := 50.0
			for _, r := range "ÉTUDES CHOISIES" {
				if r != ' ' {
					s.At(x, 780, paper.Bold, 12, string(r))
				}
				x += 17
			}
			s.At(50, 750, paper.Regular, 10, "CAP Cuisine")
		}, "ÉTUDES CHOISIES\n\nCAP Cuisine"},

		{"spacing by the character", func(s *paper.Sheet) {
			s.Raw("BT /F2 12 Tf 6 Tc 1 0 0 1 50 780 Tm (%s) Tj 0 Tc ET", paper.WinAnsi("COMPÉTENCES CLÉS"))
			s.At(50, 750, paper.Regular, 10, "Soudure à l'arc")
		}, "COMPÉTENCES CLÉS\n\nSoudure à l'arc"},

		{"bold drawn twice", func(s *paper.Sheet) {
			s.At(50, 780, paper.Regular, 12, "Soudeur")
			s.At(50.3, 780, paper.Regular, 12, "Soudeur")
		}, "Soudeur"},

		{"accents drawn as glyphs of their own", func(s *paper.Sheet) {
			// As TeX does: the accent, back by its width, the letter.
			s.Raw("BT /F1 12 Tf 1 0 0 1 50 780 Tm [(d) -100 (%s) 440 (eveloppeuse et cr) -100 (%s) 440 (eatrice)] TJ ET", paper.WinAnsi("´"), paper.WinAnsi("´"))
		}, "développeuse et créatrice"},

		{"words placed one by one", func(s *paper.Sheet) {
			s.Raw("BT /F1 12 Tf 1 0 0 1 50 780 Tm [(Conduite) -600 (de) -600 (poids) -600 (lourds)] TJ ET")
		}, "Conduite de poids lourds"},

		{"a watermark is no text", func(s *paper.Sheet) {
			s.At(50, 780, paper.Regular, 12, "Conducteur de car")
			s.Raw("BT /F2 60 Tf 0.7 0.7 -0.7 0.7 100 200 Tm (BROUILLON) Tj ET")
		}, "Conducteur de car"},

		{"cut words", func(s *paper.Sheet) {
			s.Lines(50, 780, paper.Regular, 10, 13, "Encadrement d'une équipe de huit per-", "sonnes, dont deux sous-", "traitants et un demi-", "poste. Vente en porte-à-", "porte.")
		}, "Encadrement d'une équipe de huit personnes, dont deux sous-traitants et un demi-poste. Vente en porte-à-porte."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantText(t, draw(t, r, tt.draw), tt.want) })
	}
}

// A page made or scanned sideways reads like one that stands upright.
func TestTurnedPages(t *testing.T) {
	r := newReader(t, Options{})
	lines := []string{"Chauffeur-livreur", "Tournées de quarante colis", "Relation avec les clients"}
	for turn := range 4 {
		t.Run(fmt.Sprint(turn*90), func(t *testing.T) {
			sin, cos := math.Sincos(float64(turn) * math.Pi / 2)
			got := draw(t, r, func(s *paper.Sheet) {
				for i, text := range lines {
					down := 14 * float64(i)
					x, y := 300+down*sin, 400-down*cos
					s.Raw("BT /F1 10 Tf %.4f %.4f %.4f %.4f %.2f %.2f Tm (%s) Tj ET", cos, sin, -sin, cos, x, y, paper.WinAnsi(text))
				}
			})
			wantText(t, got, strings.Join(lines, "\n"))
		})
	}
}

func TestPagesOfPDF(t *testing.T) {
	r := newReader(t, Options{})
	one, empty, two := &paper.Sheet{}, &paper.Sheet{}, &paper.Sheet{}
	one.At(50, 780, paper.Regular, 12, "Première page")
	two.At(50, 780, paper.Regular, 12, "Troisième page")
	doc := mustRead(t, r, paper.File{Pages: []*paper.Sheet{one, empty, two}}.PDF())
	wantText(t, doc.Text, "Première page\n\nTroisième page")
	if len(doc.Pages) != 3 || doc.Text[doc.Pages[2].Start:doc.Pages[2].End] != "Troisième page" || doc.Pages[1].Start != doc.Pages[1].End {
		t.Errorf("pages %v", doc.Pages)
	}
}

// Ligatures come as one glyph; the font of this file names it.
func TestLigature(t *testing.T) {
	s := &paper.Sheet{}
	s.Raw("BT /F1 12 Tf 50 780 Td (Quali\\001cation, ef\\002uents) Tj ET")
	data := paper.File{Pages: []*paper.Sheet{s}, Encoding: "<< /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /fl] >>"}.PDF()
	wantText(t, mustRead(t, newReader(t, Options{}), data).Text, "Qualification, effluents")
}
