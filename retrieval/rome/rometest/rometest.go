// Package rometest makes small releases of ROME for tests, in the form of the
// official archive: [Sample], and [V60] with its next release [V61], in which
// everything happens that a release may do to what people hold. Métiers and
// skills are invented. [Hashing] is an embedder that needs no training.
package rometest

import (
	"archive/zip"
	"bytes"
	"context"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"tandem/internal/fold"
	"tandem/retrieval"
)

// Sample is a ROME of three invented métiers in the form of the official
// archive, with its traps: a file in ISO-8859-15, fields of several lines, blank
// lines between records, typographic apostrophes, misspelt columns.
func Sample() map[string]string {
	return map[string]string{
		"version.txt": "Numero de version : 60\n\nDate de publication : 18/09/2025\n",
		"unix_referentiel_code_rome_v460_utf8.csv": `"code_rome","code_fiche_metier","code_ogr","libelle_rome","transition_eco","transition_num","transition_demo","emploi_reglemente","emploi_cadre","code_rome_parent"
"D1101","1","11","Souffleur / Souffleuse de bulles","","","","O","","D1101"
"D1102","2","12","Dompteur / Dompteuse de nuages","","","","","O","D1101"
"M1801","3","13","Accordeur / Accordeuse d'horloges","","","","","","M1801"
`,
		"unix_referentiel_appellation_v460_utf8.csv": `"code_ogr","libelle_appellation_long","libelle_appellation_court","code_rome","transition_eco","transition_num","transition_demo","emploi_reglemente","emploi_cadre","classification","origine","code_rome_parent","peu_usite"
"101","Souffleur / Souffleuse de bulles","Souffleur / Souffleuse de bulles","D1101","","","","","","PRINCIPALE","","D1101","N"
"102","Bulleur forain / Bulleuse foraine","Bulleur forain / Bulleuse foraine","D1101","","","","","","SYNONYME","","D1101","N"
"103","Dompteur / Dompteuse de nuages (DDN)","Dompteur / Dompteuse de nuages","D1102","","","","","","PRINCIPALE","","D1101","N"
"104","Accordeur / Accordeuse d’horloges","Accordeur / Accordeuse d’horloges","M1801","","","","","","PRINCIPALE","","M1801","O"
`,
		"unix_referentiel_competence_v460_utf8.csv": `"code_ogr","nature","libelle_competence","definition","code_ogr_macro_comp","code_macro_comp","cat_comp","sous_cat_comp","transition_eco","transition_num","libelle_heterogeneite","libelle_origine"
"201","Compétence","Mélanger le savon, l'eau et la glycérine","","203","","Savoir-faire","Technique","","","",""
"202","Compétence","Siffler un cumulus","","","","Savoir-faire","Technique","","","",""
"203","Macro-compétence","Préparer des mélanges","Réunir des produits.","","4A101","Savoir-faire","Technique","","","",""
"204","Macro-compétence","Faire preuve de patience","Savoir attendre.","","6D199","Savoir-être professionnel","Transverse","","","",""
`,
		"unix_referentiel_savoir_v460_utf8.csv": `"code_ogr_savoir","libelle_savoir","categorie_savoir","sous_categorie_savoir","transition_eco","transition_num"
"301","Mécanique des ""coucous""","Domaines d'expertise","","",""
`,
		"unix_referentiel_contexte_travail_v460_utf8.csv": `"code_ogr","libelle_cont_travail","code_type_cont_trav","libelle_type_cont_trav"
"401","En plein vent","1","Lieux"
`,
		"unix_coherence_item_v460_utf8.csv": `"code_rome","code_ogr","coeur_metier"
"D1101","201","Principale"
"D1101","204",""
"D1102","202","Émergente"
"D1102","401",""
"M1801","301","Principale"
`,
		"unix_liens_rome_referentiels_v460_utf8.csv": `"code_rome","code_compo_bloc","code_rubrique","code_ogr"
"D1101","1","","11"
"D1101","2","","101"
"D1101","5","1","201"
"M1801","5","2","204"
`,
		"unix_rubrique_mobilite_v460_utf8.csv": `"code_rome","code_rome_cible","numero_ordre"
"D1101","D1102","1"
`,
		"unix_texte_v460_utf8.csv": `"code_rome","code_compo_bloc","libelle_type_texte","position_phrase","libelle_texte"
"D1101","3","definition","2","Les vend à la foire."
"D1101","3","definition","1","Fait des bulles."
"D1101","4","acces_metier","1","Sans diplôme."
`,
		"unix_cr_gd_dp_v460_utf8.csv": `"code_rome","libelle_rome","code_grand_domaine","libelle_grand_domaine","code_domaine_professionel","libelle_domaine_professionel"
"D1101","","D","","D11",""
"D1102","","D","","D11",""
"M1801","","M","","M18",""
`,
		"unix_grand_domaine_v460_utf8.csv":         "\"code_grand_domaine\",\"libelle_grand_domaine\"\n\"D\",\"Foires\"\n\"M\",\"Heures\"\n",
		"unix_domaine_professionnel_v460_utf8.csv": "\"code_domaine_professionnel\",\"libelle_domaine_professionnel\"\n\"D11\",\"Foires du ciel\"\n\"M18\",\"Horloges\"\n",
		"unix_arborescence_secteur_activite_v460_utf8.csv": `"code_sect_activite","libelle_sect_activite","code_ss_sect_activite","libelle_ss_sect_activite","code_ogr_rome","code_rome","libelle_rome","principal"
"1","Spectacle","2","Rue","11","D1101","","oui"
"1","Spectacle","","","12","D1102","","non"
`,
		"unix_secteur_activite_v460_utf8.csv":                    "\"code_sect_activite\",\"libelle_sect_activite\",\"definition_sect_activite\"\n\"1\",\"Spectacle\",\"Une définition\n\nsur trois lignes\"\n\n",
		"unix_sous_secteur_activite_v460_utf8.csv":               "\"code_ss_sect_activite\",\"libelle_ss_sect_activite\",\"definition_ss_sect_activite\",\"code_sect_activite\"\n\"2\",\"Rue\",\"\",\"1\"\n",
		"unix_arborescence_secteur_naf_v460_utf8.csv":            latin("\"code_secteur_naf\",\"libelle_secteur_naf\",\"code_ogr_rome\",\"code_rome\",\"libelle_rome\"\n\"93\",\"Activités récréatives\",\"11\",\"D1101\",\"\"\n"),
		"unix_secteur_naf_v460_utf8.csv":                         "\"code_tech_secteur_naf\",\"code_secteur_naf\",\"libelle_secteur_naf\"\n\"1\",\"93\",\"Activités récréatives\"\n",
		"unix_arborescence_centre_interet_v460_utf8.csv":         "\"code_centre_interet\",\"libelle_centre_interet\",\"code_ogr_rome\",\"code_rome\",\"libelle_rome\",\"principal\"\n\"1\",\"\",\"11\",\"D1101\",\"\",\"oui\"\n",
		"unix_centre_interet_v460_utf8.csv":                      "\"code_centre_interet\",\"libelle_centre_interet\",\"definition_centre_interet\"\n\"1\",\"J'ai envie de rêver\",\"Rêver :\n\n- debout\"\n\n\n",
		"unix_arborescence_thematique_v460_utf8.csv":             "\"code_theme\",\"libelle_theme\",\"code_ogr_rome\",\"code_rome\",\"libelle_rome\"\n\"001\",\"\",\"11\",\"D1101\",\"\"\n",
		"unix_themes_v460_utf8.csv":                              "\"code_theme\",\"libelle_theme\",\"definition_theme\"\n\"001\",\"Métiers du vent\",\"\"\n",
		"unix_referentiel_code_rome_riasec_v460_utf8.csv":        "\"code_rome\",\"riasec_majeur\",\"riasec_mineur\"\n\"D1101\",\"A\",\"S\"\n",
		"unix_referentiel_macro_competence_riasec_v460_utf8.csv": "\"code_ogr\",\"riasec_majeur\",\"riasec_mineur\"\n\"203\",\"R\",\"\"\n",
		"unix_type_referentiel_v460_utf8.csv":                    "\"code_type_referentiel\",\"libelle_type_referentiel\"\n",
	}
}

func latin(s string) string {
	out, err := charmap.ISO8859_15.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

// Zip writes files as an archive in a folder of the test and returns its path.
func Zip(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	p := filepath.Join(t.TempDir(), "RefRomeCsv.zip")
	if err := os.WriteFile(p, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

// Hashing is an embedder that needs no training: trigrams hashed to a few
// dimensions, of the version it is. It stands in for an external one.
type Hashing string

var _ retrieval.Embedder = Hashing("")

func (h Hashing) Name() string    { return "hashing" }
func (h Hashing) Version() string { return string(h) }
func (h Hashing) Dimension() int  { return 32 }

func (h Hashing) EmbedDocuments(_ context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, text := range texts {
		v := make([]float32, 32)
		padded := " " + fold.String(text) + " "
		for j := 0; j+3 <= len(padded); j++ {
			f := fnv.New32a()
			f.Write([]byte(padded[j : j+3]))
			v[f.Sum32()%32]++
		}
		var n float64
		for _, x := range v {
			n += float64(x) * float64(x)
		}
		for j := range v {
			v[j] /= float32(math.Sqrt(n) + 1e-9)
		}
		out[i] = v
	}
	return out, nil
}

func (h Hashing) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	v, err := h.EmbedDocuments(ctx, []string{text})
	return v[0], err
}
