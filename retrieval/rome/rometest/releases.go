package rometest

import "strings"

// V60 is [Sample] with more of each kind, as the release before [V61].
func V60() map[string]string {
	files := Sample()
	add(files, "v460", "referentiel_appellation",
		`"106","Remonteur / Remonteuse de pendules","Remonteur / Remonteuse de pendules","M1801","","","","","","SYNONYME","","M1801","N"`,
		`"107","Huileur / Huileuse de rouages","Huileur / Huileuse de rouages","M1801","","","","","","SYNONYME","","M1801","N"`)
	add(files, "v460", "referentiel_competence",
		`"205","Compétence","Accorder un carillon","","","","Savoir-faire","Technique","","","",""`,
		`"206","Compétence","Graisser un pignon","","","","Savoir-faire","Technique","","","",""`,
		`"207","Compétence","Lancer un cerf-volant","","","","Savoir-faire","Technique","","","",""`)
	add(files, "v460", "coherence_item", `"M1801","205","Principale"`, `"M1801","206",""`, `"D1102","207",""`)
	return files
}

// V61 is the release after [V60]. In it
//   - métier D1103 is new, with appellation 105;
//   - métier M1801 is gone; of its three appellations 104 and 106 are now of the
//     new métier M1802, 107 is of D1102;
//   - métier D1102 has another label, and so has compétence 202;
//   - appellation 102 has moved from D1101 to D1102;
//   - compétence 205 has the code 905, its label but for a capital;
//   - compétence 206 is gone and two new ones, 906 and 907, have its label;
//   - compétence 207 is gone;
//   - D1101 no longer needs 204 and now needs 202.
func V61() map[string]string {
	files := map[string]string{}
	for name, text := range V60() {
		files[strings.Replace(name, "v460", "v461", 1)] = text
	}
	files["version.txt"] = "Numero de version : 61\n\nDate de publication : 15/06/2026\n"
	edit := func(table string, oldNew ...string) {
		name := "unix_" + table + "_v461_utf8.csv"
		for i := 0; i < len(oldNew); i += 2 {
			if !strings.Contains(files[name], oldNew[i]) {
				panic(table + " holds no " + oldNew[i])
			}
			files[name] = strings.Replace(files[name], oldNew[i], oldNew[i+1], 1)
		}
	}
	edit("referentiel_code_rome", `"M1801","3","13","Accordeur / Accordeuse d'horloges"`, `"M1802","3","14","Horloger / Horlogère de foire"`,
		"Dompteur / Dompteuse de nuages", "Dresseur / Dresseuse de nuages")
	add(files, "v461", "referentiel_code_rome", `"D1103","4","15","Jongleur / Jongleuse de brumes","","","","","","D1101"`)
	add(files, "v461", "cr_gd_dp", `"D1103","","D","","D11",""`)
	edit("cr_gd_dp", `"M1801"`, `"M1802"`)
	edit("referentiel_appellation", `d’horloges","M1801"`, `d’horloges","M1802"`, `de pendules","M1801"`, `de pendules","M1802"`,
		`de rouages","M1801"`, `de rouages","D1102"`, `Bulleuse foraine","D1101"`, `Bulleuse foraine","D1102"`)
	add(files, "v461", "referentiel_appellation",
		`"105","Jongleur / Jongleuse de brumes","Jongleur / Jongleuse de brumes","D1103","","","","","","PRINCIPALE","","D1101","N"`)
	edit("referentiel_competence", `"205","Compétence","Accorder un carillon"`, `"905","Compétence","Accorder un Carillon"`,
		`"206","Compétence"`, `"906","Compétence"`, `"207","Compétence","Lancer un cerf-volant"`, `"907","Compétence","Graisser un pignon"`,
		"Siffler un cumulus", "Siffler un nimbus")
	edit("coherence_item", `"M1801","301"`, `"M1802","301"`, `"M1801","205"`, `"M1802","905"`, `"M1801","206"`, `"M1802","906"`,
		`"D1102","207"`, `"D1103","907"`, `"D1101","204",""`, `"D1101","202",""`)
	edit("liens_rome_referentiels", `"M1801"`, `"M1802"`)
	return files
}

func add(files map[string]string, version, table string, rows ...string) {
	files["unix_"+table+"_"+version+"_utf8.csv"] += strings.Join(rows, "\n") + "\n"
}
