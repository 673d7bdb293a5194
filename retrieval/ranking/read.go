package ranking

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"tandem/internal/fault"
)

// Bounds of what is read: an evaluation is somebody else's file.
const (
	maxFile    = 256 << 20
	maxLine    = 1 << 20
	maxQueries = 50_000
	maxDocs    = 300_000
	maxQrels   = 5_000_000
	maxText    = 20_000 // bytes of a query or document that are read
)

// Set is an evaluation: queries, documents, and for each query the documents
// that are right, in order. A query without any is asked of nobody.
type Set struct {
	Queries, Docs []string
	Relevant      [][]int32
}

// Read reads a folder with queries.tsv and corpus.tsv (columns id, text) and
// qrels.tsv (columns qid, did), each with a header line. Other columns are
// ignored, and a judgement made twice counts once. Returns a fault that names
// file and line when something is missing, twice there, empty or too large.
func Read(dir string) (Set, error) {
	var s Set
	var err error
	var queries, docs map[string]int32
	if queries, s.Queries, err = readTexts(dir, "queries.tsv", maxQueries); err != nil {
		return s, err
	}
	if docs, s.Docs, err = readTexts(dir, "corpus.tsv", maxDocs); err != nil {
		return s, err
	}
	for q, text := range s.Queries {
		if strings.TrimSpace(text) == "" {
			return s, fault.New(fault.Invalid, "queries.tsv, requête %d : le texte est vide.", q+1)
		}
	}
	s.Relevant = make([][]int32, len(s.Queries))
	err = readFile(dir, "qrels.tsv", [2]string{"qid", "did"}, maxQrels, func(line int, qid, did string) error {
		q, ok := queries[qid]
		if !ok {
			return fault.New(fault.Invalid, "qrels.tsv, ligne %d : la requête « %s » n'est pas dans queries.tsv.", line, short(qid))
		}
		d, ok := docs[did]
		if !ok {
			return fault.New(fault.Invalid, "qrels.tsv, ligne %d : le document « %s » n'est pas dans corpus.tsv.", line, short(did))
		}
		s.Relevant[q] = append(s.Relevant[q], d)
		return nil
	})
	for q := range s.Relevant {
		slices.Sort(s.Relevant[q])
		s.Relevant[q] = slices.Compact(s.Relevant[q])
	}
	return s, err
}

func readTexts(dir, name string, most int) (places map[string]int32, texts []string, err error) {
	places = map[string]int32{}
	err = readFile(dir, name, [2]string{"id", "text"}, most, func(line int, id, text string) error {
		if _, twice := places[id]; twice {
			return fault.New(fault.Invalid, "%s, ligne %d : l'identifiant « %s » y est déjà.", name, line, short(id))
		}
		places[id] = int32(len(texts))
		if len(text) > maxText {
			text = strings.ToValidUTF8(text[:maxText], "")
		}
		texts = append(texts, text)
		return nil
	})
	return places, texts, err
}

func readFile(dir, name string, columns [2]string, most int, row func(line int, first, second string) error) error {
	f, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(err, fault.NotFound, "« %s » ne contient pas %s : il faut queries.tsv, corpus.tsv et qrels.tsv.", dir, name)
	}
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "%s est illisible.", name)
	}
	defer func() { _ = f.Close() }()
	return readRows(f, name, columns, most, row)
}

// readRows calls row for every line after the header, with the two columns asked for.
func readRows(r io.Reader, name string, columns [2]string, most int, row func(line int, first, second string) error) error {
	in := &io.LimitedReader{R: r, N: maxFile + 1}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	at, width := [2]int{}, 0
	rows := 0
	for n := 1; lines.Scan(); n++ {
		text := lines.Bytes()
		if n == 1 {
			text = bytes.TrimPrefix(text, []byte("\ufeff"))
		}
		if !utf8.Valid(text) {
			return fault.New(fault.Invalid, "%s, ligne %d : ce n'est pas de l'UTF-8.", name, n)
		}
		if width == 0 {
			header := strings.Split(strings.ToLower(string(text)), "\t")
			for i, c := range columns {
				if at[i] = slices.IndexFunc(header, func(h string) bool { return strings.TrimSpace(h) == c }); at[i] < 0 {
					return fault.New(fault.Invalid, "%s : la première ligne doit nommer les colonnes « %s » et « %s », séparées par une tabulation.", name, columns[0], columns[1])
				}
			}
			width = len(header)
			continue
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		// A tab too many belongs to the last column, which is often a text.
		cells := strings.SplitN(string(text), "\t", width)
		if len(cells) <= max(at[0], at[1]) || strings.TrimSpace(cells[at[0]]) == "" {
			return fault.New(fault.Invalid, "%s, ligne %d : il faut « %s » et « %s », séparés par une tabulation.", name, n, columns[0], columns[1])
		}
		if rows++; rows > most {
			return fault.New(fault.TooLarge, "%s a plus de %d lignes.", name, most)
		}
		if err := row(n, strings.TrimSpace(cells[at[0]]), strings.TrimSpace(cells[at[1]])); err != nil {
			return err
		}
	}
	switch {
	case errors.Is(lines.Err(), bufio.ErrTooLong):
		return fault.Wrap(lines.Err(), fault.TooLarge, "%s : une ligne dépasse %d ko.", name, maxLine>>10)
	case lines.Err() != nil:
		return fault.Wrap(lines.Err(), fault.Invalid, "%s est illisible.", name)
	case in.N <= 0:
		return fault.New(fault.TooLarge, "%s dépasse %d Mo.", name, maxFile>>20)
	case rows == 0:
		return fault.New(fault.Invalid, "%s est vide : il faut une ligne d'en-tête et au moins une autre.", name)
	}
	return nil
}

// short is an id as a message shows it.
func short(id string) string {
	if len(id) > 60 {
		return strings.ToValidUTF8(id[:60], "") + "…"
	}
	return id
}
