package document

import "testing"

// A CV printed by a browser: web fonts in subsets, letters placed one by one,
// a table, flex boxes, justified text.
func TestPrintedByChromium(t *testing.T) {
	data := chromiumPDF(t)
	wantText(t, mustRead(t, newReader(t, Options{}), data).Text, `Maëlle Guérin
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

Formation suivie à l'institut de formation de Quimper, avec des stages en gériatrie, en chirurgie et en hospitalisation à domicile ; mémoire sur la bientraitance.`)
}
