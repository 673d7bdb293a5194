package delay

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tandem/internal/fault"
)

// Columns of a history, in any order; others are not read, so that neither an
// employer nor a candidate can come along.
//
//	id                      of the offer, once
//	origine                 only « france_travail » is learned from
//	rome_code               métier, may be empty
//	type_contrat            CDI, CDD, MIS…
//	type_contrat_libelle    « CDD - 6 Mois »: the duration
//	code_postal             the département
//	salaire_libelle         « Mensuel de 2000.0 Euros à 2300.0 Euros sur 12 mois »
//	experience_libelle      « 2 An(s) », « Débutant accepté »
//	date_creation           when the offer appeared, RFC 3339
//	premiere_capture        when it was first seen online
//	derniere_capture        when it was last seen online
//	premiere_absence_apres  when it was first missing; empty: never
//	ouverte_plus_30j        1, 0, or empty when nobody knows
//
// and, where a service has them: qualification, heures_semaine,
// taille_etablissement, permis (1 or 0), horaires_atypiques (1 or 0), and motif
// (« pourvue », or anything else: why the offer closed).
var (
	neededColumns  = []string{"id", "origine", "rome_code", "type_contrat", "date_creation", "premiere_capture", "derniere_capture", "premiere_absence_apres"}
	furtherColumns = []string{
		"type_contrat_libelle", "code_postal", "salaire_libelle", "experience_libelle", "ouverte_plus_30j",
		"qualification", "heures_semaine", "taille_etablissement", "permis", "horaires_atypiques", "motif",
	}
)

// Bounds of a history.
const (
	maxHistory = 512 << 20 // bytes, unpacked
	maxLine    = 64 << 10
	maxRows    = 2_000_000
)

// Origin of the rows to learn from: those of other feeds vanish with the feed.
const Origin = "france_travail"

// Observed is one offer as a history saw it.
type Observed struct {
	ID      string
	Offer   Offer // without age
	Created time.Time
	First   time.Time // seen
	Last    time.Time
	Gone    time.Time // first missing; zero: never
	Filled  bool      // closed because it was filled, where the history says so
	Over    *bool     // seen after 30 days; nil: nobody knows
}

// History is what a file told, and what of it could not be read.
type History struct {
	Offers []Observed
	Rows   int       // of the file, without the header
	Other  int       // rows of other origins
	Bad    []Problem // each row that is in neither count
	Hidden []Hidden
	SHA256 string // of the unpacked file
	Causes bool   // the column motif is there
}

// Problem is a row that could not be read.
type Problem struct {
	Line int    `json:"line"`
	Why  string `json:"why"` // French
}

// Hidden is a field that was not collected from the start. Its mere presence
// tells that an offer lived until it was: it is taken for unknown in the offers
// first seen before.
type Hidden struct {
	Field  string    `json:"field"` // French
	Since  time.Time `json:"since"`
	Offers int       `json:"offers"`
}

// ReadHistory reads a CSV, plain or gzip. Rows that cannot be read are listed
// and the others kept; a file that is no history at all is a fault.
func ReadHistory(r io.Reader) (History, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	var unpacked io.Reader = in
	if magic, _ := in.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return History{}, fault.Wrap(err, fault.Invalid, "Le fichier gzip est abîmé.")
		}
		unpacked = z
	}
	sum := sha256.New()
	limited := &io.LimitedReader{R: unpacked, N: maxHistory}
	lines := bufio.NewScanner(io.TeeReader(limited, sum))
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	if !lines.Scan() {
		return History{}, unreadable(lines.Err(), 1)
	}
	header, err := cells(strings.TrimPrefix(lines.Text(), "\ufeff"))
	if err != nil {
		return History{}, fault.Wrap(err, fault.Invalid, "La première ligne du fichier n'est pas une ligne de titres séparés par des virgules.")
	}
	columns, err := columnsOf(header)
	if err != nil {
		return History{}, err
	}
	h := History{Causes: columns["motif"] >= 0}
	seen, line := map[string]bool{}, 1
	for lines.Scan() {
		if line++; lines.Text() == "" {
			continue
		}
		if h.Rows++; h.Rows > maxRows {
			return History{}, fault.New(fault.TooLarge, "L'historique dépasse %d lignes. Découpez-le.", maxRows)
		}
		o, other, why := Observed{}, false, ""
		if record, err := cells(lines.Text()); err != nil || len(record) != len(header) {
			why = fmt.Sprintf("%d cases au lieu de %d, ou des guillemets mal fermés", len(record), len(header))
		} else {
			o, other, why = observed(columns, record)
		}
		switch {
		case why != "":
			h.Bad = append(h.Bad, Problem{line, why})
		case other:
			h.Other++
		case seen[o.ID]:
			h.Bad = append(h.Bad, Problem{line, fmt.Sprintf("l'offre %.40s est déjà plus haut", o.ID)})
		default:
			seen[o.ID] = true
			h.Offers = append(h.Offers, o)
		}
	}
	if err := lines.Err(); err != nil {
		return History{}, unreadable(err, line+1)
	}
	if limited.N == 0 {
		return History{}, fault.New(fault.TooLarge, "L'historique dépasse %d Mo une fois décompressé. Découpez-le.", maxHistory>>20)
	}
	h.SHA256 = hex.EncodeToString(sum.Sum(nil))
	h.hide()
	return h, nil
}

// cells are those of one line: a quoted cell ends where its line ends, so that
// one stray quote costs a row and not the file.
func cells(line string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord = -1
	return r.Read()
}

func unreadable(err error, line int) error {
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return fault.Wrap(err, fault.Invalid, "La lecture s'est arrêtée à la ligne %d : fichier vide ou abîmé, ou ligne de plus de %d Kio.", line, maxLine>>10)
}

func columnsOf(header []string) (map[string]int, error) {
	columns := map[string]int{}
	for _, name := range furtherColumns {
		columns[name] = -1
	}
	for i, name := range header {
		name = strings.TrimSpace(name)
		if slices.Contains(neededColumns, name) || slices.Contains(furtherColumns, name) {
			columns[name] = i
		}
	}
	for _, name := range neededColumns {
		if _, ok := columns[name]; !ok {
			return nil, fault.New(fault.Invalid, "La colonne « %s » manque. Il faut : %s.", name, strings.Join(neededColumns, ", "))
		}
	}
	return columns, nil
}

// observed reads one row; why, in French, when it cannot.
func observed(columns map[string]int, record []string) (o Observed, other bool, why string) {
	cell := func(name string) string {
		if i := columns[name]; i >= 0 {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	if cell("origine") != Origin {
		return o, true, ""
	}
	if o.ID = strings.Clone(cell("id")); o.ID == "" {
		return o, false, "numéro d'offre manquant"
	}
	for _, d := range []struct {
		column string
		at     *time.Time
	}{{"date_creation", &o.Created}, {"premiere_capture", &o.First}, {"derniere_capture", &o.Last}, {"premiere_absence_apres", &o.Gone}} {
		text := cell(d.column)
		if text == "" && d.at == &o.Gone {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil || at.Year() < 1990 || at.Year() > 2200 {
			return o, false, fmt.Sprintf("%s : « %.40s » n'est pas une date", d.column, text)
		}
		*d.at = at
	}
	switch {
	case o.Last.Before(o.First):
		return o, false, "vue pour la dernière fois avant de l'être pour la première"
	case !o.Gone.IsZero() && !o.Gone.After(o.Last):
		return o, false, "absente avant d'avoir été vue pour la dernière fois"
	case o.First.Sub(o.Created) < -12*time.Hour:
		return o, false, "vue avant d'avoir été créée"
	}
	switch cell("ouverte_plus_30j") {
	case "0":
		o.Over = new(bool)
	case "1":
		yes := true
		o.Over = &yes
	case "":
	default:
		return o, false, "ouverte_plus_30j n'est ni 1, ni 0, ni vide"
	}
	o.Filled = cell("motif") == string(Filled)
	return o, false, facts(cell, &o.Offer)
}

// facts reads what the offer says.
func facts(cell func(string) string, o *Offer) (why string) {
	if code := strings.ToUpper(cell("rome_code")); code != "" {
		if !romeCode(code) {
			return fmt.Sprintf("« %.20s » n'est pas un code ROME", code)
		}
		o.ROME = strings.Clone(code)
	}
	o.Contract = Contract(cell("type_contrat"))
	if o.Contract == "" && cell("type_contrat") != "" {
		o.Contract = "autre" // known, of a kind the surveys do not cover
	}
	o.DurationMonths = durationOf(cell("type_contrat_libelle"))
	o.SalaryYear = salaryOf(cell("salaire_libelle"))
	o.ExperienceYears = experienceOf(cell("experience_libelle"))
	o.Departement = departementOf(cell("code_postal"))
	o.Qualification = qualificationOf(cell("qualification"))
	var size float64
	for _, n := range []struct {
		column string
		to     *float64
	}{{"heures_semaine", &o.HoursWeek}, {"taille_etablissement", &size}} {
		text := cell(n.column)
		if x, ok := decimal(text); ok && x >= 0 && x < 1e7 {
			*n.to = x
		} else if text != "" {
			return fmt.Sprintf("%s : « %.20s » n'est pas un nombre plausible", n.column, text)
		}
	}
	o.EstablishmentSize = int(size)
	o.PermitNeeded = cell("permis") == "1"
	o.AtypicalHours = cell("horaires_atypiques") == "1"
	return ""
}

// enoughWithout offers in a row without a field are no accident.
const enoughWithout = 20

// hide finds the fields that were not collected from the start, and forgets
// them where knowing them tells that the offer lived to be asked. A field is
// collected from the first day of last sights on which a twentieth has it.
func (h *History) hide() {
	for _, f := range []struct {
		name   string
		known  func(*Offer) bool
		forget func(*Offer)
	}{
		{"expérience", func(o *Offer) bool { return o.ExperienceYears != nil }, func(o *Offer) { o.ExperienceYears = nil }},
		{"salaire", func(o *Offer) bool { return o.SalaryYear > 0 }, func(o *Offer) { o.SalaryYear = 0 }},
		{"durée du contrat", func(o *Offer) bool { return o.DurationMonths > 0 }, func(o *Offer) { o.DurationMonths = 0 }},
		{"code ROME", func(o *Offer) bool { return o.ROME != "" }, func(o *Offer) { o.ROME = "" }},
		{"qualification", func(o *Offer) bool { return o.Qualification != "" }, func(o *Offer) { o.Qualification = "" }},
		{"heures par semaine", func(o *Offer) bool { return o.HoursWeek > 0 }, func(o *Offer) { o.HoursWeek = 0 }},
		{"taille de l'établissement", func(o *Offer) bool { return o.EstablishmentSize > 0 }, func(o *Offer) { o.EstablishmentSize = 0 }},
	} {
		all, known := map[time.Time]int{}, map[time.Time]int{}
		for _, o := range h.Offers {
			last := day(o.Last)
			all[last]++
			if f.known(&o.Offer) {
				known[last]++
			}
		}
		var since time.Time
		for at, n := range all {
			if known[at] > 0 && known[at]*20 >= n && (since.IsZero() || at.Before(since)) {
				since = at
			}
		}
		without := 0
		for at, n := range all {
			if at.Before(since) {
				without += n
			}
		}
		hidden := Hidden{Field: f.name, Since: since}
		for i := range h.Offers {
			if o := &h.Offers[i]; without >= enoughWithout && o.First.Before(since) && f.known(&o.Offer) {
				f.forget(&o.Offer)
				hidden.Offers++
			}
		}
		if hidden.Offers > 0 {
			h.Hidden = append(h.Hidden, hidden)
		}
	}
}
