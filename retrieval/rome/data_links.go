package rome

import (
	"cmp"
	"slices"
)

// links are the union of two tables: coherence_item says which items are at
// the heart of a métier, liens_rome_referentiels also lists them by block.
func (r *reading) links() error {
	at := map[[2]string]int{}
	add := func(x row, metier, code, core string) error {
		if err := r.known(x, metier); err != nil {
			return err
		}
		if _, ok := r.items[code]; !ok {
			return x.fault("le code OGR %s, lié au métier %s, n'existe pas dans cette version", code, metier)
		}
		key := [2]string{metier, code}
		if _, twice := at[key]; !twice {
			at[key] = len(r.d.Links)
			r.d.Links = append(r.d.Links, link{metier, code, core})
		}
		return nil
	}
	if err := r.a.each("coherence_item", []string{"code_rome", "code_ogr", "coeur_metier"}, func(x row) error {
		return add(x, x.v[0], x.v[1], x.v[2])
	}); err != nil {
		return err
	}
	return r.a.each("liens_rome_referentiels", []string{"code_rome", "code_ogr", "code_compo_bloc"}, func(x row) error {
		if x.v[2] != "5" && x.v[2] != "6" { // 1 and 2 are the métier and its appellations
			return nil
		}
		return add(x, x.v[0], x.v[1], "")
	})
}

func (r *reading) mobilites() error {
	return r.a.each("rubrique_mobilite", []string{"code_rome", "code_rome_cible", "numero_ordre"}, func(x row) error {
		if err := cmp.Or(r.known(x, x.v[0]), r.known(x, x.v[1])); err != nil {
			return err
		}
		rank, err := x.number(2, "numero_ordre")
		r.d.Mobilites = append(r.d.Mobilites, mobilite{x.v[0], x.v[1], rank})
		return err
	})
}

func (r *reading) textes() error {
	return r.a.each("texte", []string{"code_rome", "libelle_type_texte", "position_phrase", "libelle_texte"}, func(x row) error {
		if err := r.known(x, x.v[0]); err != nil {
			return err
		}
		position, err := x.number(2, "position_phrase")
		r.d.Textes = append(r.d.Textes, texte{x.v[0], x.v[1], position, x.v[3]})
		return err
	})
}

func (r *reading) riasec() error {
	if err := r.a.each("referentiel_code_rome_riasec", []string{"code_rome", "riasec_majeur", "riasec_mineur"}, func(x row) error {
		if err := r.known(x, x.v[0]); err != nil {
			return err
		}
		r.d.Metiers[r.metiers[x.v[0]]].RIASEC = x.v[1] + x.v[2]
		return nil
	}); err != nil {
		return err
	}
	return r.a.each("referentiel_macro_competence_riasec", []string{"code_ogr", "riasec_majeur", "riasec_mineur"}, func(x row) error {
		i, ok := r.items[x.v[0]]
		if !ok {
			return x.fault("la macro-compétence %s n'existe pas dans cette version", x.v[0])
		}
		r.d.Items[i].RIASEC = x.v[1] + x.v[2]
		return nil
	})
}

// entrees reads the other ways into ROME, each a list and its links to métiers.
func (r *reading) entrees() error {
	have := map[[2]string]bool{}
	list := func(kind, table string, columns ...string) error { // code, label[, definition[, parent]]
		return r.a.each(table, columns, func(x row) error {
			e := entree{Kind: kind, Code: x.v[0], Label: x.v[1]}
			if len(x.v) > 2 {
				e.Definition = x.v[2]
			}
			if len(x.v) > 3 {
				e.Parent = x.v[3]
			}
			if have[[2]string{kind, e.Code}] {
				return x.fault("le code %s y est deux fois", e.Code)
			}
			have[[2]string{kind, e.Code}] = true
			r.d.Entrees = append(r.d.Entrees, e)
			return nil
		})
	}
	linked := map[[3]string]int{}
	links := func(kind, table string, columns ...string) error { // code, métier[, principal]
		return r.a.each(table, columns, func(x row) error {
			if err := r.known(x, x.v[1]); err != nil {
				return err
			}
			if x.v[0] == "" {
				return nil // a métier filed under a sector but under none of its parts
			}
			if !have[[2]string{kind, x.v[0]}] {
				return x.fault("le code %s (%s) n'existe pas dans cette version", x.v[0], kind)
			}
			main := len(x.v) > 2 && x.v[2] == "oui"
			key := [3]string{kind, x.v[0], x.v[1]}
			if i, twice := linked[key]; twice {
				r.d.EntreeLinks[i].Main = r.d.EntreeLinks[i].Main || main
				return nil
			}
			linked[key] = len(r.d.EntreeLinks)
			r.d.EntreeLinks = append(r.d.EntreeLinks, entreeLink{kind, x.v[0], x.v[1], main})
			return nil
		})
	}
	steps := []func() error{
		func() error {
			return list("secteur", "secteur_activite", "code_sect_activite", "libelle_sect_activite", "definition_sect_activite")
		},
		func() error {
			return list("sous-secteur", "sous_secteur_activite", "code_ss_sect_activite", "libelle_ss_sect_activite", "definition_ss_sect_activite", "code_sect_activite")
		},
		func() error { return list("naf", "secteur_naf", "code_secteur_naf", "libelle_secteur_naf") },
		func() error {
			return list("centre-interet", "centre_interet", "code_centre_interet", "libelle_centre_interet", "definition_centre_interet")
		},
		func() error { return list("theme", "themes", "code_theme", "libelle_theme", "definition_theme") },
		func() error {
			return links("secteur", "arborescence_secteur_activite", "code_sect_activite", "code_rome", "principal")
		},
		func() error {
			return links("sous-secteur", "arborescence_secteur_activite", "code_ss_sect_activite", "code_rome", "principal")
		},
		func() error { return links("naf", "arborescence_secteur_naf", "code_secteur_naf", "code_rome") },
		func() error {
			return links("centre-interet", "arborescence_centre_interet", "code_centre_interet", "code_rome", "principal")
		},
		func() error { return links("theme", "arborescence_thematique", "code_theme", "code_rome") },
		r.competenceTree,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// competenceTree reads domaines, enjeux and objectifs de compétences. Many
// copies of the archive lack this file; macro-compétences then keep their
// functional code (4A101) without the labels above it.
func (r *reading) competenceTree() error {
	const table = "arborescence_competences"
	if _, ok := r.a.files[table]; !ok {
		return nil
	}
	nodes := map[string]entree{}
	if err := r.a.each(table, []string{"code_domaine_competence", "domaine_competence", "code_enjeu", "enjeu", "code_objectif", "objectif"}, func(x row) error {
		for i := 0; i < 6; i += 2 {
			e := entree{Kind: "competence-tree", Code: x.v[i], Label: x.v[i+1]}
			if i > 0 {
				e.Parent = x.v[i-2]
			}
			if e.Code != "" {
				nodes[e.Code] = e
			}
		}
		return nil
	}); err != nil {
		return err
	}
	at := len(r.d.Entrees)
	for _, e := range nodes {
		r.d.Entrees = append(r.d.Entrees, e)
	}
	slices.SortFunc(r.d.Entrees[at:], func(a, b entree) int { return cmp.Compare(a.Code, b.Code) })
	return nil
}
