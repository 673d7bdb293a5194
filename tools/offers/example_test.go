package offers_test

import (
	"fmt"
	"strings"

	"tandem/tools/offers"
)

func ExampleParse() {
	f := offers.Parse("risque de depasser 30 jours ? cdd 8 mois, 39h, 2 ans dexp, 2100 brut, st nazaire, permis b obligatoire")
	for _, fact := range f.Understood() {
		fmt.Println(strings.ReplaceAll(fact, "\u00a0", " ")) // numbers hold no-break spaces
	}
	// Output:
	// CDD de 8 mois
	// 39 h par semaine
	// 2 ans d'expérience
	// environ 25 200 € brut par an (2 100 € par mois)
	// Saint-Nazaire (44)
	// permis ou véhicule exigé
}
