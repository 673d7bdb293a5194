package rome

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/fault"
	"tandem/retrieval"
)

// Data is one release of ROME, read and checked: every code it names exists.
// The archive and the built-in extract both become this before anything is
// written.
type Data struct {
	Release      Release
	Domaines     []Domaine
	Metiers      []metier
	Appellations []appellation
	Items        []item
	Links        []link
	Mobilites    []mobilite
	Textes       []texte
	Entrees      []entree
	EntreeLinks  []entreeLink
	LeftOut      map[string]bool // of our own phrases, those not to learn; see [HoldOut]
}

// Release says which ROME is loaded. Complete is false for the built-in
// extract, which covers some métiers only.
type Release struct {
	Version   int    `json:"version"`             // 60 = ROME 4.0 version 60
	Published string `json:"published,omitempty"` // 2006-01-02
	Complete  bool   `json:"complete"`
	SHA256    string `json:"sha256,omitempty"` // of the source's content
}

// Attribution is what the licence (Licence Ouverte 2.0) asks to be shown.
func (r Release) Attribution() string {
	s := "Source : France Travail, ROME 4.0 version " + strconv.Itoa(r.Version)
	if d := strings.Split(r.Published, "-"); len(d) == 3 {
		s += " du " + d[2] + "/" + d[1] + "/" + d[0]
	}
	if !r.Complete {
		s += " (extrait)"
	}
	return s
}

// Domaine is a grand domaine (one letter) or a domaine professionnel.
type Domaine struct{ Code, Label string }

type metier struct {
	Code, OGR, Label, Domaine, Parent string
	Eco, Num, Demo                    string // transitions, in ROME's words
	Regulated, Executive              bool
	RIASEC                            string // major then minor letter
}

type appellation struct {
	Code, Label, Short, Metier string
	Principal, Rare            bool
}

// item is a compétence (macro ones included), savoir, savoir-être or contexte.
type item struct {
	Code, Kind, Label, Definition string
	Macro                         string // OGR code of its macro-compétence
	Function                      string // place of a macro-compétence in ROME's tree: 4A101
	Category, Subcategory         string
	Eco, Num                      string
	RIASEC                        string // of macro-compétences
}

type link struct{ Metier, Item, Core string } // Core: "Principale", "Émergente" or ""

type mobilite struct {
	Metier, Target string
	Rank           int
}

type texte struct {
	Metier, Kind string // definition, acces_metier
	Position     int
	Text         string
}

// entree is another way into ROME: kind secteur, sous-secteur, naf,
// centre-interet, theme, or competence-tree (the optional arborescence).
type entree struct{ Kind, Code, Label, Definition, Parent string }

type entreeLink struct {
	Kind, Code, Metier string
	Main               bool
}

var metierCode = regexp.MustCompile(`^[A-N]\d{4}$`)

// reading collects the tables and knows which codes exist.
type reading struct {
	a       *archive
	d       *Data
	metiers map[string]int    // code → index in d.Metiers
	items   map[string]int    // OGR code → index in d.Items
	seen    map[string]string // OGR code → file, over all kinds: passages need one id space
}

// read checks and reads all of an archive.
func read(a *archive) (*Data, error) {
	r := &reading{a: a, d: &Data{}, metiers: map[string]int{}, items: map[string]int{}, seen: map[string]string{}}
	if err := r.release(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{r.domaines, r.metiersTable, r.appellations, r.competences, r.savoirs, r.contextes,
		r.links, r.mobilites, r.textes, r.riasec, r.entrees, r.leftOut} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return r.d, nil
}

var (
	versionLine = regexp.MustCompile(`(?i)num[ée]ro de version\s*:\s*(\d+)`)
	dateLine    = regexp.MustCompile(`(?i)date de publication\s*:\s*(\d{2})/(\d{2})/(\d{4})`)
)

func (r *reading) release() error {
	r.d.Release.Complete = true
	r.d.Release.Version = r.a.files["referentiel_code_rome"].version
	if notes, ok := r.a.files["version.txt"]; ok {
		text, err := decode(notes.data)
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "Archive ROME : « version.txt » est illisible.")
		}
		if m := versionLine.FindSubmatch(text); m != nil {
			r.d.Release.Version, _ = strconv.Atoi(string(m[1]))
		}
		if m := dateLine.FindSubmatch(text); m != nil {
			r.d.Release.Published = string(m[3]) + "-" + string(m[2]) + "-" + string(m[1])
		}
	}
	if r.d.Release.Version <= 0 {
		return fault.New(fault.Invalid, "Archive ROME : la version est introuvable, ni dans « version.txt » ni dans le nom des fichiers de « %s ».", r.a.name)
	}
	return nil
}

// claim reserves an OGR code for one passage.
func (r *reading) claim(at row, code string) error {
	if n, err := strconv.Atoi(code); err != nil || n <= 0 || len(code) > 12 {
		return at.fault("« %s » n'est pas un code OGR", code)
	}
	if other, taken := r.seen[code]; taken {
		return at.fault("le code %s existe déjà dans « %s »", code, other)
	}
	r.seen[code] = at.file
	return nil
}

func (r *reading) known(at row, code string) error {
	if _, ok := r.metiers[code]; !ok {
		return at.fault("le métier %s n'existe pas dans cette version", code)
	}
	return nil
}

func (r *reading) domaines() error {
	for table, columns := range map[string][]string{
		"grand_domaine":         {"code_grand_domaine", "libelle_grand_domaine"},
		"domaine_professionnel": {"code_domaine_professionnel|code_domaine_professionel", "libelle_domaine_professionnel|libelle_domaine_professionel"},
	} {
		if err := r.a.each(table, columns, func(x row) error {
			if x.v[0] == "" || x.v[1] == "" {
				return x.fault("code ou libellé vide")
			}
			r.d.Domaines = append(r.d.Domaines, Domaine{x.v[0], x.v[1]})
			return nil
		}); err != nil {
			return err
		}
	}
	slices.SortFunc(r.d.Domaines, func(a, b Domaine) int { return cmp.Compare(a.Code, b.Code) })
	return nil
}

func (r *reading) metiersTable() error {
	err := r.a.each("referentiel_code_rome", []string{"code_rome", "code_ogr", "libelle_rome", "transition_eco", "transition_num",
		"transition_demo", "emploi_reglemente", "emploi_cadre", "code_rome_parent"}, func(x row) error {
		if !metierCode.MatchString(x.v[0]) {
			return x.fault("« %s » n'est pas un code ROME (une lettre de A à N et quatre chiffres)", x.v[0])
		}
		if _, twice := r.metiers[x.v[0]]; twice {
			return x.fault("le métier %s y est deux fois", x.v[0])
		}
		if x.v[2] == "" {
			return x.fault("le métier %s n'a pas de libellé", x.v[0])
		}
		r.metiers[x.v[0]] = len(r.d.Metiers)
		r.d.Metiers = append(r.d.Metiers, metier{Code: x.v[0], OGR: x.v[1], Label: x.v[2], Eco: x.v[3], Num: x.v[4], Demo: x.v[5],
			Regulated: x.v[6] == "O", Executive: x.v[7] == "O", Parent: x.v[8]})
		return nil
	})
	if err != nil {
		return err
	}
	if len(r.d.Metiers) == 0 {
		return fault.New(fault.Invalid, "Archive ROME : « %s » ne contient aucun métier.", r.a.files["referentiel_code_rome"].name)
	}
	domaines := map[string]bool{}
	for _, d := range r.d.Domaines {
		domaines[d.Code] = true
	}
	return r.a.each("cr_gd_dp", []string{"code_rome", "code_domaine_professionel|code_domaine_professionnel"}, func(x row) error {
		if err := r.known(x, x.v[0]); err != nil {
			return err
		}
		if !domaines[x.v[1]] {
			return x.fault("le domaine professionnel %s n'existe pas dans cette version", x.v[1])
		}
		r.d.Metiers[r.metiers[x.v[0]]].Domaine = x.v[1]
		return nil
	})
}

func (r *reading) appellations() error {
	return r.a.each("referentiel_appellation", []string{"code_ogr", "libelle_appellation_long", "libelle_appellation_court", "code_rome",
		"classification", "peu_usite"}, func(x row) error {
		if err := cmp.Or(r.claim(x, x.v[0]), r.known(x, x.v[3])); err != nil {
			return err
		}
		if x.v[1] == "" {
			return x.fault("l'appellation %s n'a pas de libellé", x.v[0])
		}
		r.d.Appellations = append(r.d.Appellations, appellation{Code: x.v[0], Label: x.v[1], Short: x.v[2], Metier: x.v[3],
			Principal: x.v[4] == "PRINCIPALE", Rare: x.v[5] == "O"})
		return nil
	})
}

func (r *reading) add(at row, it item) error {
	if err := r.claim(at, it.Code); err != nil {
		return err
	}
	if it.Label == "" {
		return at.fault("le code %s n'a pas de libellé", it.Code)
	}
	r.items[it.Code] = len(r.d.Items)
	r.d.Items = append(r.d.Items, it)
	return nil
}

func (r *reading) competences() error {
	var macros []row
	err := r.a.each("referentiel_competence", []string{"code_ogr", "libelle_competence", "definition", "code_ogr_macro_comp", "code_macro_comp",
		"cat_comp", "sous_cat_comp", "transition_eco", "transition_num"}, func(x row) error {
		it := item{Code: x.v[0], Kind: retrieval.Competence, Label: x.v[1], Definition: x.v[2], Macro: x.v[3], Function: x.v[4],
			Category: x.v[5], Subcategory: x.v[6], Eco: x.v[7], Num: x.v[8]}
		if strings.HasPrefix(it.Category, "Savoir-être") {
			it.Kind = retrieval.SavoirEtre
		}
		if it.Macro != "" {
			macros = append(macros, x)
		}
		return r.add(x, it)
	})
	if err != nil {
		return err
	}
	for _, x := range macros { // a macro-compétence may stand after those it gathers
		if _, ok := r.items[x.v[3]]; !ok {
			return x.fault("la macro-compétence %s n'existe pas dans cette version", x.v[3])
		}
	}
	return nil
}

func (r *reading) savoirs() error {
	return r.a.each("referentiel_savoir", []string{"code_ogr_savoir|code_ogr", "libelle_savoir", "categorie_savoir", "sous_categorie_savoir",
		"transition_eco", "transition_num"}, func(x row) error {
		return r.add(x, item{Code: x.v[0], Kind: retrieval.Savoir, Label: x.v[1], Category: x.v[2], Subcategory: x.v[3], Eco: x.v[4], Num: x.v[5]})
	})
}

func (r *reading) contextes() error {
	return r.a.each("referentiel_contexte_travail", []string{"code_ogr", "libelle_cont_travail", "libelle_type_cont_trav"}, func(x row) error {
		return r.add(x, item{Code: x.v[0], Kind: retrieval.Contexte, Label: x.v[1], Category: x.v[2]})
	})
}
