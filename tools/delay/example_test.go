package delay_test

import (
	"fmt"

	"tandem/tools/delay"
)

func Example() {
	none := 0.0
	f := delay.Default().Forecast(delay.Offer{ROME: "D1507", Contract: "CDD", DurationMonths: 2, ExperienceYears: &none, Departement: "44"})
	fmt.Printf("%.0f %% (%s), médiane %.0f jours, base %.0f %%\n", 100*f.Probability, f.Band, f.MedianDays, 100*f.BaseRate)
	for _, c := range f.Contributions {
		fmt.Printf("%+.2f %s\n", c.LogOdds, c.Factor)
	}
	// Output:
	// 32 % (faible), médiane 14 jours, base 60 %
	// -0.78 CDD de 2 mois
	// -0.20 tension du métier D1507
	// -0.02 secteur : commerce (déduit du métier)
	// -0.09 employé non qualifié (usuel pour ce métier)
	// -0.15 débutant accepté
	// +0.05 département 44
}
