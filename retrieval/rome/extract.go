package rome

import (
	"bufio"
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

//go:generate go run ./genextract -archive $ROME_ARCHIVE -figures $ROME_FIGURES -out extract.tsv

// extract.tsv holds facts only (codes, labels, links) of the métiers that
// recruit most, from the ROME 4.0 of France Travail under Licence Ouverte 2.0.
// One record a line, its kind first:
//
//	ROME  version  date of publication
//	D     code  label                                     domaine
//	M     code  ogr  label  domaine  parent  flags  riasec    métier; flags R regulated, E executive
//	A     code  label  flags                              appellation of the métier above; P principal, R rare
//	L     code[*+] …                                      items of the métier above; * Principale, + Émergente
//	V     code …                                          mobilités of the métier above, in order
//	I     kind  code  label  category                     item
//
//go:embed extract.tsv
var extractTSV []byte

// extract reads the built-in extract.
func extract() (*Data, error) {
	d, err := decodeExtract(bytes.NewReader(extractTSV))
	if err != nil {
		return nil, fmt.Errorf("rome: built-in extract: %w", err)
	}
	return d, nil
}

var cores = map[string]string{"*": "Principale", "+": "Émergente", "": ""}

func decodeExtract(r io.Reader) (*Data, error) {
	d := &Data{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		f := strings.Split(lines.Text(), "\t")
		want := map[string]int{"ROME": 3, "D": 3, "M": 8, "A": 4, "I": 5}[f[0]]
		if want > 0 && len(f) != want || strings.Contains("A L V", f[0]) && len(d.Metiers) == 0 {
			return nil, fmt.Errorf("line %d: %q", n, lines.Text())
		}
		var at string
		if len(d.Metiers) > 0 {
			at = d.Metiers[len(d.Metiers)-1].Code
		}
		switch f[0] {
		case "ROME":
			version, err := strconv.Atoi(f[1])
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			d.Release = Release{Version: version, Published: f[2]}
		case "D":
			d.Domaines = append(d.Domaines, Domaine{f[1], f[2]})
		case "M":
			d.Metiers = append(d.Metiers, metier{Code: f[1], OGR: f[2], Label: f[3], Domaine: f[4], Parent: f[5],
				Regulated: strings.Contains(f[6], "R"), Executive: strings.Contains(f[6], "E"), RIASEC: f[7]})
		case "A":
			d.Appellations = append(d.Appellations, appellation{Code: f[1], Label: f[2], Short: f[2], Metier: at,
				Principal: strings.Contains(f[3], "P"), Rare: strings.Contains(f[3], "R")})
		case "L":
			for _, code := range f[1:] {
				bare := strings.TrimRight(code, "*+")
				d.Links = append(d.Links, link{at, bare, cores[code[len(bare):]]})
			}
		case "V":
			for i, code := range f[1:] {
				d.Mobilites = append(d.Mobilites, mobilite{at, code, i + 1})
			}
		case "I":
			d.Items = append(d.Items, item{Kind: f[1], Code: f[2], Label: f[3], Category: f[4]})
		default:
			return nil, fmt.Errorf("line %d: unknown record %q", n, f[0])
		}
	}
	return d, lines.Err()
}

// WriteExtract writes the facts about some métiers of the archive at p, in the
// form of extract.tsv. It is for genextract.
func WriteExtract(w io.Writer, p string, keep func(code string) bool) error {
	a, err := openArchive(p)
	if err != nil {
		return err
	}
	d, err := read(a)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	line := func(fields ...string) { fmt.Fprintln(out, strings.Join(fields, "\t")) }
	v := viewOf(d)
	line("ROME", strconv.Itoa(d.Release.Version), d.Release.Published)
	for _, x := range d.Domaines {
		line("D", x.Code, x.Label)
	}
	used := map[string]bool{}
	for _, m := range d.Metiers {
		if keep(m.Code) {
			v.writeMetier(line, m, keep, used)
		}
	}
	slices.SortFunc(d.Items, func(a, b item) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Code, b.Code)) })
	for _, x := range d.Items {
		if used[x.Code] {
			line("I", x.Kind, x.Code, x.Label, x.Category)
		}
	}
	return out.Flush()
}

func (v *view) writeMetier(line func(...string), m metier, keep func(string) bool, used map[string]bool) {
	line("M", m.Code, m.OGR, m.Label, m.Domaine, m.Parent, flag("R", m.Regulated)+flag("E", m.Executive), m.RIASEC)
	for _, x := range v.Appellations {
		if x.Metier == m.Code {
			line("A", x.Code, x.Label, flag("P", x.Principal)+flag("R", x.Rare))
		}
	}
	links := []string{"L"}
	for _, l := range v.needs[m.Code] {
		used[l.Item] = true
		links = append(links, l.Item+map[string]string{"Principale": "*", "Émergente": "+"}[l.Core])
	}
	line(links...)
	var moves []mobilite
	for _, x := range v.Mobilites {
		if x.Metier == m.Code && keep(x.Target) {
			moves = append(moves, x)
		}
	}
	slices.SortFunc(moves, func(a, b mobilite) int { return cmp.Compare(a.Rank, b.Rank) })
	if len(moves) > 0 {
		fields := []string{"V"}
		for _, x := range moves {
			fields = append(fields, x.Target)
		}
		line(fields...)
	}
}

func flag(letter string, on bool) string {
	if on {
		return letter
	}
	return ""
}
