package delay

import (
	"compress/gzip"
	"encoding/csv"
	"flag"
	"io"
	"os"
	"testing"

	"tandem/tools/delay/survival"
)

var historyFile = flag.String("history", "", "captures (csv.gz) to look for what tells the answer")

// TestLeak says what whether a field is filled is worth as a forecast, with
// nothing learned: each offer is ranked by that, then by its age. It measures
// and cannot fail:
//
//	go test ./tools/delay -run TestLeak -v -history captures.csv.gz
func TestLeak(t *testing.T) {
	if *historyFile == "" {
		t.Skip("no -history")
	}
	f, err := os.Open(*historyFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h, err := ReadHistory(f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	model := Default().For(Online).Trained()
	for column, name := range rows[0] {
		filled := map[string]bool{}
		for _, row := range rows[1:] {
			filled[row[0]] = row[column] != ""
		}
		var list []survival.Judged
		for _, o := range h.Offers {
			if o.Over == nil || !o.young() {
				continue
			}
			p := model.kaplan(groupAny, min(o.entry(), horizon), survival.Horizon)
			if filled[o.ID] {
				p += 1
			}
			list = append(list, survival.Judged{P: p, Yes: *o.Over})
		}
		t.Logf("%-26s AUC %.3f", name, survival.AUC(list))
	}
}
