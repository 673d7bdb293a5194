package legality

import (
	"strings"
	"testing"
)

// twoHundredWords is an ordinary offer of about 200 words with one finding.
var twoHundredWords = Offer{Title: "Technicien / Technicienne de maintenance (H/F)", Contract: "CDI", ROME: "I1304", Text: strings.Repeat(`Au sein d'une usine de quatre-vingts personnes, vous assurez l'entretien préventif et le dépannage des lignes de conditionnement.
Vos missions :
- diagnostiquer les pannes mécaniques, électriques et pneumatiques ;
- remplacer ou réparer les pièces, régler les machines après intervention ;
- tenir à jour la documentation et proposer des améliorations.
Profil : titulaire d'un bac professionnel ou d'un BTS, vous avez une première expérience en milieu industriel. Autonomie, rigueur et esprit d'équipe sont attendus.
Conditions : CDI de 35 heures, horaires en deux équipes, 2 150 € brut par mois, prime de panier et treizième mois. `, 2) + "Candidats de moins de 40 ans de préférence."}

func BenchmarkCheck(b *testing.B) {
	e := loaded(b)
	b.ReportAllocs()
	for b.Loop() {
		e.Check(twoHundredWords)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "offers/s")
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
