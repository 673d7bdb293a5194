package offline

import (
	_ "embed"
	"strings"
)

//go:embed titles.txt
var titlesTXT string

// titleHeads are the words that a job title of ROME begins with, titleWords those
// that follow it without a link ("social" of médiateur social), titleFields those
// that follow « en » ("jardinerie" of vendeur en jardinerie). Words that sentences
// use for something else are in none.
var titleHeads, titleWords, titleFields = func() (heads, others, fields map[string]struct{}) {
	var text strings.Builder
	for line := range strings.Lines(titlesTXT) {
		if !strings.HasPrefix(line, "#") {
			text.WriteString(line)
		}
	}
	first, second, _ := strings.Cut(text.String(), "\n\n")
	second, third, _ := strings.Cut(second, "\n\n")
	heads, others, fields = set(first), set(second), set(third)
	for w := range set("temps part forme point premiere petit grande moyenne basse laisser zone cours route situation place ligne apprentissage alternance saison") {
		delete(fields, w)
	}
	for w := range everyday {
		delete(heads, w)
		delete(others, w)
	}
	return heads, others, fields
}()

// everyday words are no title by themselves, though ROME has one that begins or
// goes on with them.
var everyday = set(`
premier premiere second seconde deuxieme grand grande principal principale modele data media net radio social spa lead chief business personnel membre fille voix contre
credit couleur lecteur lectrice major comique silhouette professionnel professionnelle salarie salariee general generale specialise specialisee qualifie qualifiee sportif sportive
critique story support motion product project junior senior dirigeant dirigeante engage apprenti apprentie livraison mobile office team talent risk post docteur digital network database
security prompt growth music sound travel cash road ship ramp patron patronne recruteur recruteuse vice collaborateur collaboratrice entrepreneur entrepreneuse observateur
detecteur calculateur servant servante mandataire commandement debiteur capteur afficheur constructeur chargeur transporteur correspondant correspondante tuteur tutrice
valet compagnon juge arbitre personnage maitre maitresse cadre professeur bon hors haut haute bout positif negatif mise main cellule recherche poste aide on public publique
international internationale national nationale regional regionale local locale special speciale local produit produits travaux centre rayon groupe information lumiere image
exploitant partenaire ecoutant ressources sous-principal commande plateau decision master contenu content user customer credit salle premiere formation programme marche vente ventes
achat achats commerce secteur risques sinistre sinistres credits energie energies transport transports assurance developpement etudes entretien conseil aupres sante santé nature
gestion controle direction production charge chargee employe employee operateur operatrice responsable assistant assistante tout toute tous intervenant intervenante accueil lot
serie langue langues texte textes article articles emploi emplois candidat offre experience travail mission missions interim saison nuit jour week-end matin soir temps partiel plein complet
parti particulier particuliere porte machine prive privee agence societe structure projet expert experte equipier specialiste demandeur vie monde europe france bureau
`)
