package skills

// small is an invented lexicon shaped like ROME, for tests that run without the
// archive.
func small() *Engine {
	return New(Lexicon{
		Version: "0",
		Metiers: []Metier{
			{"X1001", "Allumeur / Allumeuse de phares"},
			{"X1002", "Hôte / Hôtesse de caisse"},
			{"X1003", "Cariste"},
			{"X1004", "Réparateur / Réparatrice d'horloges"},
		},
		Appellations: []Appellation{
			{"1", "Allumeur / Allumeuse de phares", "Allumeur(se) de phares", "X1001"},
			{"2", "Gardien / Gardienne de phare", "Gardien / Gardienne de phare", "X1001"},
			{"3", "Hôte / Hôtesse de caisse", "Hôte / Hôtesse de caisse", "X1002"},
			{"4", "Cariste", "Cariste", "X1003"},
			{"5", "Réparateur / Réparatrice d'horloges", "Réparateur(trice) d'horloges", "X1004"},
			{"6", "Valet / Femme de phare", "Valet / Femme de phare", "X1001"},
			{"7", "Berger / Bergère des îles", "Berger / Bergère des îles", "X1001"},
			{"8", "Berger / Bergère", "Berger / Bergère", "X1001"},
			{"9", "Orphelin / Orpheline", "Orphelin / Orpheline", "X9999"}, // métier not in the extract
		},
		Items: []Item{
			{"101", "Accueillir, orienter, renseigner un public", SavoirFaire},
			{"102", "Procéder à l'encaissement", SavoirFaire},
			{"103", "Gérer un stock de lanternes", SavoirFaire},
			{"104", "Nettoyer une lentille de Fresnel", SavoirFaire},
			{"105", "Anglais", Savoir},
			{"106", "Engins de quai (CACES R 489-1A) - Depuis 2020", Savoir},
			{"107", "Certificat d'aptitude à la conduite en sécurité R489 catégorie 3 chariots frontaux", Savoir},
			{"108", "Certificat d'aptitude à la conduite en sécurité R489 catégorie 5 chariots à mât", Savoir},
			{"109", "Permis de conduire catégorie B", Savoir},
			{"110", "Permis de conduire catégorie CE", Savoir},
			{"111", "Méthode d'analyse des points salés (MAPS)", Savoir},
			{"112", "Portugais", Savoir},
			{"113", "Couture", Savoir},
			{"114", "Chariots élévateurs (CACES R 489-3) - Depuis 2020", Savoir}, // the same certificate as 107
			{"201", "Faire preuve d'autonomie", SavoirEtre},
			{"202", "Faire preuve de rigueur et de précision", SavoirEtre},
			{"203", "Etre à l'écoute, faire preuve d'empathie", SavoirEtre},
		},
		Moves: []Move{{"X1001", "X1002"}, {"X1001", "X1004"}, {"X1001", "X9999"}},
		Links: []Link{
			{"X1001", "103", true}, {"X1001", "104", false}, {"X1002", "101", true}, {"X1002", "102", true},
			{"X1003", "106", false}, {"X9999", "101", true}, {"X1001", "99999", false}, // unknown ends are dropped
		},
	}).Believe()
}
