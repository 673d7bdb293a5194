package legality

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// Published offers are nearly all clean: what the rules find among them is
// mostly what the rules get wrong. OFFERS names a file of real offers (JSON
// lines, gzip), which is never part of the repository. The log gives the number
// of findings by rule and severity.
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
	by, status, n := map[string]map[Severity]int{}, map[string]int{}, 0
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<24)
	for ; lines.Scan(); n++ {
		var o struct {
			Intitule, Description, RomeCode, TypeContratLibelle, NatureContrat string
			Entreprise                                                         struct{ EntrepriseAdaptee bool }
		}
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		employer := ""
		if o.Entreprise.EntrepriseAdaptee {
			employer = "entreprise adaptée"
		}
		v := e.Check(Offer{Title: o.Intitule, Text: o.Description, Contract: o.TypeContratLibelle + " " + o.NatureContrat, ROME: o.RomeCode, EmployerType: employer})
		status[v.Status]++
		for _, x := range append(slices.Clone(v.Findings), v.Advice...) {
			if by[x.Rule] == nil {
				by[x.Rule] = map[Severity]int{}
			}
			by[x.Rule][x.Severity]++
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
	if blocked := float64(status[Blocked]+status[Justify]) / float64(n); blocked > .02 {
		t.Errorf("%.1f %% of published offers would be blocked", 100*blocked)
	}
}
