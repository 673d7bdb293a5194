package offline

import (
	"archive/zip"
	"encoding/csv"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"tandem/internal/fold"
)

var update = flag.String("titles", "", "write titles.txt anew from this archive of ROME")

// TestTitles writes the words of job titles from the appellations of an archive.
func TestTitles(t *testing.T) {
	if *update == "" {
		if len(titleHeads) < 2000 || len(titleWords) < 1000 || len(titleFields) < 500 {
			t.Errorf("%d heads, %d words, %d fields in titles.txt", len(titleHeads), len(titleWords), len(titleFields))
		}
		return
	}
	archive, err := zip.OpenReader(*update)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	heads, complements, fields := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range archive.File {
		if !strings.Contains(f.Name, "cr_gd_dp_appellations") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		rows, err := csv.NewReader(r).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		short := slices.Index(rows[0], "libelle_appellation_court")
		for _, row := range rows[1:] {
			for _, form := range strings.Split(row[short], " / ") {
				toks := tokenise(fold.String(form))
				if len(toks) == 0 || toks[0].start > 0 || len(toks[0].text) < 4 {
					continue
				}
				heads[toks[0].text] = true
				for i, t := range toks[:len(toks)-1] {
					if next := toks[i+1].text; t.text == "en" && len(next) > 2 && next[0] != '-' {
						fields[next] = true
					}
				}
				if len(toks) < 2 || len(toks[1].text) < 3 {
					continue
				}
				if _, link := links[toks[1].text]; !link {
					complements[toks[1].text] = true
				}
			}
		}
	}
	var out strings.Builder
	out.WriteString("# Words that job titles of ROME 4.0 begin with, then words that follow them without a link,\n# then those that follow « en ». Made by titles_test.go; what is\n# also an everyday word is taken out by occupations.go.\n")
	for _, list := range []map[string]bool{heads, complements, fields} {
		width := 0
		for _, w := range slices.Sorted(maps.Keys(list)) {
			if width+len(w) > 138 {
				out.WriteString("\n")
				width = 0
			}
			out.WriteString(w + " ")
			width += len(w) + 1
		}
		out.WriteString("\n\n")
	}
	if err := os.WriteFile("titles.txt", []byte(strings.ReplaceAll(strings.TrimSpace(out.String()), " \n", "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
