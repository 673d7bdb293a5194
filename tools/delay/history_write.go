package delay

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"time"
)

// written are the columns that [HistoryWriter] fills: those a portfolio knows.
// Why an offer closed is not among them.
var written = []string{
	"id", "origine", "rome_code", "type_contrat", "type_contrat_libelle", "code_postal", "salaire_libelle", "experience_libelle",
	"date_creation", "premiere_capture", "derniere_capture", "premiere_absence_apres",
	"qualification", "heures_semaine", "taille_etablissement", "permis", "horaires_atypiques",
}

// HistoryWriter writes a history as [ReadHistory] reads it, in the labels of the
// public offers: durations and experience in whole months, pay in cents.
type HistoryWriter struct {
	Offers, Closed int // written so far

	csv *csv.Writer
}

// NewHistoryWriter writes the line of titles. Call Flush at the end.
func NewHistoryWriter(w io.Writer) (*HistoryWriter, error) {
	h := &HistoryWriter{csv: csv.NewWriter(w)}
	return h, h.csv.Write(written)
}

// Write adds one offer.
func (h *HistoryWriter) Write(o Observed) error {
	if h.Offers++; !o.Gone.IsZero() {
		h.Closed++
	}
	f, first := o.Offer, o.First
	if o.Created.After(first) { // a record may be dated later than it came
		o.Created = first
	}
	return h.csv.Write([]string{
		o.ID, Origin, f.ROME, f.Contract, label(f.DurationMonths > 0, f.Contract+" - "+monthsLabel(f.DurationMonths)), postcode(f.Departement),
		label(f.SalaryYear > 0, "Annuel de "+strconv.FormatFloat(f.SalaryYear, 'f', 2, 64)+" Euros"), experienceLabelOf(f.ExperienceYears),
		moment(o.Created), moment(first), moment(o.Last), moment(o.Gone),
		f.Qualification, figure(f.HoursWeek), figure(float64(f.EstablishmentSize)), yes(f.PermitNeeded), yes(f.AtypicalHours),
	})
}

// Flush ends the file and returns the first error there was.
func (h *HistoryWriter) Flush() error {
	h.csv.Flush()
	return h.csv.Error()
}

func label(known bool, s string) string {
	if !known {
		return ""
	}
	return s
}

func monthsLabel(months float64) string {
	if months < 1 {
		return strconv.Itoa(max(1, int(math.Round(months*30.4)))) + " Jour(s)"
	}
	return strconv.Itoa(int(math.Round(months))) + " Mois"
}

func experienceLabelOf(years *float64) string {
	switch {
	case years == nil:
		return ""
	case *years == 0:
		return "Débutant accepté"
	}
	return strconv.Itoa(max(1, int(math.Round(*years*12)))) + " Mois"
}

// postcode is the first of a département.
func postcode(departement string) string {
	switch {
	case departement == "2A":
		return "20000"
	case departement == "2B":
		return "20200"
	case departement == "":
		return ""
	}
	return (departement + "000")[:5]
}

func moment(t time.Time) string { return label(!t.IsZero(), t.UTC().Format(time.RFC3339Nano)) }
func figure(x float64) string   { return label(x > 0, strconv.FormatFloat(x, 'f', -1, 64)) }

func yes(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
