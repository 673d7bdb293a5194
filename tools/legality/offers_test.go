package legality

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// Published offers are nearly all clean: what the rules find among them is
// mostly what the rules get wrong. OFFERS names a file of real offers (JSON
// lines, gzip), which is never part of the repository. The log gives the number
// of findings by rule and severity. Those of S3 and S4 are held against
// testdata/legality-judged.tsv, where a person's verdict on each is kept by the
// offer's id, without its text.
func TestRealOffers(t *testing.T) {
	path := os.Getenv("OFFERS")
	if path == "" {
		t.Skip("OFFERS ne nomme pas de fichier d'offres réelles")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	e := loaded(t)
	judged, verdicts, unjudged := judgements(t), map[string]int{}, []string(nil)
	by, status, n := map[string]map[Severity]int{}, map[string]int{}, 0
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<24)
	for ; lines.Scan(); n++ {
		var o struct {
			ID, Intitule, Description, RomeCode, TypeContrat, TypeContratLibelle, NatureContrat, ExperienceLibelle, DateCreation string
			Entreprise                                                                                                           struct{ EntrepriseAdaptee bool }
			Salaire, LieuTravail                                                                                                 struct{ Libelle string }
		}
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		employer := ""
		if o.Entreprise.EntrepriseAdaptee {
			employer = "entreprise adaptée"
		}
		v := e.Check(Offer{Title: o.Intitule, Text: o.Description, Contract: cmp.Or(o.TypeContratLibelle, o.TypeContrat) + " " + o.NatureContrat, ROME: o.RomeCode, EmployerType: employer,
			Experience: o.ExperienceLibelle, Salary: o.Salaire.Libelle, Town: o.LieuTravail.Libelle, Date: o.DateCreation[:min(10, len(o.DateCreation))]})
		status[v.Status]++
		for _, x := range append(slices.Clone(v.Findings), v.Advice...) {
			if by[x.Rule] == nil {
				by[x.Rule] = map[Severity]int{}
			}
			by[x.Rule][x.Severity]++
			if x.Severity >= S3 {
				switch verdict := judged[o.ID+" "+x.Rule]; verdict {
				case "":
					unjudged = append(unjudged, o.ID+" "+x.Rule)
				default:
					verdicts[verdict]++
				}
			}
		}
	}
	if err := lines.Err(); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	t.Logf("%d offers, status %v", n, status)
	for _, r := range e.Rules() {
		if by[r.ID] != nil {
			t.Logf("%-16s %v", r.ID, by[r.ID])
		}
	}
	precision := float64(verdicts["right"]) / float64(verdicts["right"]+verdicts["wrong"])
	t.Logf("S3 and S4: %v, precision %.3f, not judged yet: %v", verdicts, precision, unjudged)
	if precision < .90 {
		t.Errorf("precision of S3 and S4 is %.3f", precision)
	}
	if blocked := float64(status[Blocked]+status[Justify]) / float64(n); blocked > .02 {
		t.Errorf("%.1f %% of published offers would be blocked", 100*blocked)
	}
}

// judgements reads the table of verdicts, by "offer rule".
func judgements(t *testing.T) map[string]string {
	b, err := os.ReadFile("../../testdata/legality-judged.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if c := strings.Split(strings.TrimSpace(line), "\t"); len(c) >= 4 {
			out[c[0]+" "+c[1]] = c[3]
		}
	}
	return out
}
