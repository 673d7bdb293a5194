package main

import (
	"regexp"
	"strings"
	"testing"

	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval/rome"
	"tandem/retrieval/rome/rometest"
)

// What an operator reads after a load.
func TestPrintReport(t *testing.T) {
	db := postgrestest.New(t)
	var last string
	for _, files := range []map[string]string{rometest.V60(), rometest.V61(), rometest.V61()} {
		src, err := rome.At(rometest.Zip(t, files))
		if err != nil {
			t.Fatal(err)
		}
		src.Name = "archive.zip"
		r, err := rome.Load(t.Context(), db, src, rome.Options{Embedder: rometest.Hashing("1")})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		printReport(&b, r)
		// How long it took, and how many vectors could be kept, is not its business.
		last += regexp.MustCompile(`en [\d.]+m?s`).ReplaceAllString(regexp.MustCompile(`\d+ vecteurs`).ReplaceAllString(b.String(), "0 vecteurs"), "en 1s") + "\n"
	}
	if want := `Source : France Travail, ROME 4.0 version 60 du 18/09/2025 (source : archive.zip)
Premier chargement, en 1s. 18 passages : 18 ajoutés ; 0 vecteurs calculés.

Source : France Travail, ROME 4.0 version 61 du 15/06/2026 (source : archive.zip)
De la version 60 à la version 61, en 1s. 20 passages : 6 ajoutés, 11 modifiés, 4 retirés ; 0 vecteurs calculés.
Métiers : 2 nouveaux, 1 retiré, 1 renommé
  + D1103 Jongleur / Jongleuse de brumes
  + M1802 Horloger / Horlogère de foire
  − M1801 Accordeur / Accordeuse d'horloges : remplaçant proposé M1802 Horloger / Horlogère de foire (il a la plupart de ses appellations)
  ~ D1102 « Dompteur / Dompteuse de nuages » devient « Dresseur / Dresseuse de nuages »
Appellations : 1 nouvelle
  + 105 Jongleur / Jongleuse de brumes
Appellations déplacées d'un métier à un autre : 4
  → 102 Bulleur forain / Bulleuse foraine : de D1101 Souffleur / Souffleuse de bulles à D1102 Dresseur / Dresseuse de nuages
  → 107 Huileur / Huileuse de rouages : de M1801 Accordeur / Accordeuse d'horloges à D1102 Dresseur / Dresseuse de nuages
  → 104 Accordeur / Accordeuse d'horloges : de M1801 Accordeur / Accordeuse d'horloges à M1802 Horloger / Horlogère de foire
  → 106 Remonteur / Remonteuse de pendules : de M1801 Accordeur / Accordeuse d'horloges à M1802 Horloger / Horlogère de foire
Savoir-faire : 3 nouveaux, 3 retirés, 1 renommé
  + 905 Accorder un Carillon
  + 906 Graisser un pignon
  + 907 Graisser un pignon
  − 205 Accorder un carillon : remplaçant proposé 905 Accorder un Carillon (même libellé)
  − 206 Graisser un pignon
  − 207 Lancer un cerf-volant
  ~ 202 « Siffler un cumulus » devient « Siffler un nimbus »
Liens des métiers avec compétences et contextes : 6 ajoutés, 6 retirés
  D1101 Souffleur / Souffleuse de bulles : 1 ajouté, 1 retiré
  D1102 Dresseur / Dresseuse de nuages : 1 retiré
Les profils validés gardent ce qui a été retiré ou renommé ; un remplaçant n'y entre qu'avec l'accord de la personne.

Source : France Travail, ROME 4.0 version 61 du 15/06/2026 (source : archive.zip)
Rien n'a changé : cette version était déjà chargée.

`; last != want {
		t.Errorf("got\n%s\nwant\n%s", last, want)
	}
}
