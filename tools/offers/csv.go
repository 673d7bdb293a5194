package offers

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tandem/internal/fault"
)

// columns of a CSV: the fields of the public shape, nested ones with a point or
// an underscore, and the short names of other exports. Titles are read without
// case; other columns are not read.
var columns = map[string]func(*record, string){
	"id":                          func(r *record, s string) { r.ID = s },
	"intitule":                    func(r *record, s string) { r.Title = s },
	"description":                 func(r *record, s string) { r.Body = s },
	"datecreation":                func(r *record, s string) { r.Created = s },
	"romecode":                    func(r *record, s string) { r.ROME = s },
	"appellationlibelle":          func(r *record, s string) { r.Appellation = s },
	"typecontrat":                 func(r *record, s string) { r.Contract = s },
	"typecontratlibelle":          func(r *record, s string) { r.ContractLabel = s },
	"naturecontrat":               func(r *record, s string) { r.Nature = s },
	"experienceexige":             func(r *record, s string) { r.Experience = s },
	"experiencelibelle":           func(r *record, s string) { r.ExperienceLabel = s },
	"dureetravaillibelle":         func(r *record, s string) { r.Hours = s },
	"alternance":                  func(r *record, s string) { r.Apprenticeship = yes(s) },
	"qualificationcode":           func(r *record, s string) { r.Qualification = code(s) },
	"codenaf":                     func(r *record, s string) { r.NAF = s },
	"secteuractivite":             func(r *record, s string) { r.Sector = code(s) },
	"trancheeffectifetab":         func(r *record, s string) { r.EstablishmentTop = s },
	"lieutravaillibelle":          func(r *record, s string) { r.Place.Label = s },
	"lieutravailcodepostal":       func(r *record, s string) { r.Place.PostalCode = s },
	"salairelibelle":              func(r *record, s string) { r.Pay.Label = s },
	"salairecommentaire":          func(r *record, s string) { r.Pay.Comment = s },
	"permisexige":                 func(r *record, s string) { r.Permits = permits(s) },
	"entrepriseadaptee":           func(r *record, s string) { r.Employer.Adapted = yes(s) },
	"contextetravailhoraires":     func(r *record, s string) { r.Context.Hours = []string{s} },
	"entrepriseentrepriseadaptee": func(r *record, s string) { r.Employer.Adapted = yes(s) },
	// short names
	"titre":      func(r *record, s string) { r.Title = s },
	"texte":      func(r *record, s string) { r.Body = s },
	"commune":    func(r *record, s string) { r.Place.Label = s },
	"codepostal": func(r *record, s string) { r.Place.PostalCode = s },
	"salaire":    func(r *record, s string) { r.Pay.Label = s },
}

// Columns are the titles that a CSV of offers may have, folded: id and intitule
// are needed. « lieuTravail.libelle », « lieu_travail_libelle » and
// « lieuTravailLibelle » are one.
func Columns() []string { return slices.Sorted(maps.Keys(columns)) }

func yes(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "true", "vrai", "oui", "o":
		return true
	}
	return false
}

func permits(s string) (out []struct {
	Need string `json:"exigence"`
}) {
	if s = strings.TrimSpace(s); yes(s) || s == "E" {
		out = append(out, struct {
			Need string `json:"exigence"`
		}{"E"})
	}
	return out
}

// mostColumns bounds the titles of a CSV.
const mostColumns = 500

// table reads a CSV separated by commas, semicolons or tabs, as its line of
// titles shows.
func (rd *reader) table(in *bufio.Reader, line int) error {
	src := &bounded{r: in, line: line + 1}
	src.next()
	head, _ := in.Peek(4096)
	titles, _, _ := bytes.Cut(head, []byte("\n"))
	c := csv.NewReader(src)
	c.ReuseRecord, c.FieldsPerRecord, c.LazyQuotes = true, -1, false
	c.Comma = separator(titles)
	fail := func(err error) error {
		if errors.Is(err, errTooLarge) {
			return fault.Wrap(err, fault.TooLarge, "Une offre dépasse 1 Mio après la ligne %d, ou des guillemets n'y sont pas refermés. Retirez-la du fichier.", src.at(c.InputOffset()))
		}
		return notOffers(err, src.at(c.InputOffset()))
	}
	first, err := c.Read()
	if err != nil {
		return fail(err)
	}
	set := make([]func(*record, string), min(len(first), mostColumns))
	known := map[string]bool{}
	for i, title := range first[:len(set)] {
		name := strings.ToLower(strings.NewReplacer(".", "", "_", "", " ", "", "-", "").Replace(title))
		if set[i] = columns[name]; set[i] != nil {
			known[name] = true
		}
	}
	if !known["id"] || !known["intitule"] && !known["titre"] {
		return fault.New(fault.Invalid, "La première ligne du CSV doit nommer les colonnes, dont « id » et « intitule ». Colonnes lues : %s.", strings.Join(Columns(), ", "))
	}
	width := len(first)
	for {
		src.next()
		cells, err := c.Read()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, csv.ErrQuote), errors.Is(err, csv.ErrBareQuote):
			src.at(c.InputOffset()) // forgets the lines passed
			var wrong *csv.ParseError
			errors.As(err, &wrong) // both come in one
			rd.bad(Problem{Line: line + wrong.StartLine, Why: "Des guillemets sont mal placés ou mal fermés."})
			continue
		case err != nil:
			return fail(err)
		}
		at, _ := c.FieldPos(0)
		src.at(c.InputOffset())
		if len(cells) != width {
			rd.bad(Problem{Line: line + at, ID: cut(plainText(cells[0]), 64), Why: fmt.Sprintf("La ligne a %d cases au lieu de %d.", len(cells), width)})
			continue
		}
		var r record
		for i, f := range set {
			if f != nil {
				f(&r, plainText(cells[i]))
			}
		}
		if err := rd.take(r, line+at); err != nil {
			return err
		}
	}
}

// separator is the one that the titles have most of.
func separator(titles []byte) rune {
	best, most := ',', 0
	for _, r := range []rune{',', ';', '\t'} {
		if n := bytes.Count(titles, []byte(string(r))); n > most {
			best, most = r, n
		}
	}
	return best
}

// plainText is a copy of a cell, in UTF-8 also when a spreadsheet wrote Windows-1252.
func plainText(s string) string {
	if utf8.ValidString(s) {
		return strings.Clone(s)
	}
	if out, err := charmap.Windows1252.NewDecoder().String(s); err == nil {
		return out
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
