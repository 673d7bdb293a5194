package skills

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"time"
)

// Export is a profile as it leaves Tandem: what the person accepted, nothing
// else. Its JSON is a format that others read, so it only ever grows:
//
//	format        "tandem-profile/1"
//	at            when it was exported, RFC 3339
//	rome_version  release of ROME in force then; each item names its own
//	ai_assisted   true when a program proposed any of it (the person decided)
//	occupations   métiers: {code, label, rome_version, origin}, with appellation and
//	              appellation_code when the person goes by a job title
//	skills        {code, label, kind, rome_version, origin}; code is OGR's, kind
//	              competence, savoir or savoir-etre
//
// origin is "document" (proposed from a CV, then accepted) or "person" (added by
// hand). Evidence, confidence and what was refused stay with the person.
type Export struct {
	Format      string       `json:"format"`
	At          time.Time    `json:"at"`
	ROMEVersion string       `json:"rome_version"`
	AIAssisted  bool         `json:"ai_assisted"`
	Occupations []ExportItem `json:"occupations"`
	Skills      []ExportItem `json:"skills"`
}

// ExportItem is one accepted item.
type ExportItem struct {
	Code        string `json:"code"`
	Label       string `json:"label"`
	Kind        string `json:"kind,omitempty"`
	ROMEVersion string `json:"rome_version"`
	Origin      string `json:"origin"`

	Appellation     string `json:"appellation,omitempty"`
	AppellationCode string `json:"appellation_code,omitempty"`
}

// Name is what the person calls the item.
func (i ExportItem) Name() string { return cmp.Or(i.Appellation, i.Label) }

// NewExport takes the accepted entries of a profile, in their order.
func NewExport(entries []Entry, romeVersion string, at time.Time) Export {
	x := Export{
		Format: "tandem-profile/1", At: at.UTC().Truncate(time.Second), ROMEVersion: romeVersion, Occupations: []ExportItem{}, Skills: []ExportItem{},
	}
	for _, e := range entries {
		if e.Status != Accepted {
			continue
		}
		x.AIAssisted = x.AIAssisted || e.Origin == "document"
		item := ExportItem{Code: e.Code, Label: e.Label, Kind: e.Kind, ROMEVersion: e.ROMEVersion, Origin: e.Origin,
			Appellation: e.Appellation, AppellationCode: e.AppellationCode}
		if e.Kind == KindMetier {
			item.Kind = ""
			x.Occupations = append(x.Occupations, item)
		} else {
			x.Skills = append(x.Skills, item)
		}
	}
	return x
}

// WriteJSON writes the documented JSON.
func (x Export) WriteJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(x)
}

// WriteCSV writes one line per item, with semicolons and a byte order mark, which
// spreadsheets in French need to show accents and columns.
func (x Export) WriteCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	out.UseCRLF = true
	lines := [][]string{{"nature", "code", "libellé", "version du ROME", "origine"}}
	for _, i := range x.Occupations {
		lines = append(lines, []string{"métier", i.Code, cell(i.Name()), i.ROMEVersion, origins[i.Origin]})
	}
	for _, i := range x.Skills {
		lines = append(lines, []string{kinds[i.Kind], i.Code, cell(i.Label), i.ROMEVersion, origins[i.Origin]})
	}
	return out.WriteAll(lines)
}

// cell keeps a spreadsheet from running a label as a formula.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

var (
	origins = map[string]string{"document": "proposé d'après un document, puis accepté", "person": "ajouté par la personne"}
	kinds   = map[string]string{SavoirFaire: "savoir-faire", Savoir: "savoir", SavoirEtre: "savoir-être"}
)

// Kinds are the skills by kind, in the order of the printed page.
func (x Export) Kinds() []ExportKind {
	var out []ExportKind
	for _, k := range []struct{ kind, title string }{{SavoirFaire, "Savoir-faire"}, {Savoir, "Savoirs"}, {SavoirEtre, "Savoir-être"}} {
		group := ExportKind{Title: k.title}
		for _, i := range x.Skills {
			if i.Kind == k.kind {
				group.Items = append(group.Items, i)
			}
		}
		if len(group.Items) > 0 {
			out = append(out, group)
		}
	}
	return out
}

// ExportKind is the skills of one kind under their French title.
type ExportKind struct {
	Title string
	Items []ExportItem
}
