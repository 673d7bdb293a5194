package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"tandem/retrieval/rome"
)

func main() {
	archive := flag.String("archive", "", "official archive")
	figures := flag.String("figures", "", "CSV with code_rome and nb_offres")
	out := flag.String("out", "extract.tsv", "file to write")
	total := flag.Int("metiers", 250, "how many métiers")
	least := flag.Int("least", 8, "how many of each grand domaine at least")
	flag.Parse()
	if err := run(*archive, *figures, *out, *total, *least); err != nil {
		fmt.Fprintln(os.Stderr, "genextract:", err)
		os.Exit(1)
	}
}

func run(archive, figures, out string, total, least int) error {
	f, err := os.Open(figures)
	if err != nil {
		return err
	}
	defer f.Close()
	keep, err := choose(f, total, least)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := rome.WriteExtract(&b, archive, func(code string) bool { return keep[code] }); err != nil {
		return err
	}
	return os.WriteFile(out, b.Bytes(), 0o644)
}

// choose takes the most sought métiers: first some of each grand domaine, then
// whatever comes.
func choose(r io.Reader, total, least int) (map[string]bool, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	code, offers := slices.Index(rows[0], "code_rome"), slices.Index(rows[0], "nb_offres")
	if code < 0 || offers < 0 {
		return nil, fmt.Errorf("columns code_rome and nb_offres expected, got %v", rows[0])
	}
	rows = rows[1:]
	count := func(row []string) int {
		n, _ := strconv.Atoi(row[offers]) // not published counts as none
		return n
	}
	slices.SortStableFunc(rows, func(a, b []string) int {
		return cmp.Or(-cmp.Compare(count(a), count(b)), cmp.Compare(a[code], b[code]))
	})
	keep, by := map[string]bool{}, map[byte]int{}
	for _, row := range rows {
		if domaine := row[code][0]; by[domaine] < least {
			keep[row[code]] = true
			by[domaine]++
		}
	}
	for _, row := range rows {
		if len(keep) >= total {
			break
		}
		keep[row[code]] = true
	}
	return keep, nil
}
