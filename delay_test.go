package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/internal/fault"
	"tandem/tools/delay"
)

// captures is a small history of invented offers, looked at every third day.
func captures(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var b strings.Builder
	b.WriteString("id,origine,rome_code,type_contrat,date_creation,premiere_capture,derniere_capture,premiere_absence_apres,ouverte_plus_30j\n")
	at := func(day int) string { return start.AddDate(0, 0, day).Format(time.RFC3339) }
	for i := range n {
		born, lasts := r.IntN(60), int(r.ExpFloat64()*20)
		first := (born/3 + 1) * 3
		last := first + lasts/3*3
		over := "0"
		if last-born > 30 {
			over = "1"
		}
		fmt.Fprintf(&b, "T%d,france_travail,%s,%s,%s,%s,%s,%s,%s\n", i, []string{"F1703", "D1505"}[r.IntN(2)], []string{"CDI", "CDD"}[r.IntN(2)], at(born), at(first), at(last), at(last+3), over)
	}
	return b.String()
}

// One history, from the file to a served model, without a database.
func TestDelayCommands(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) string {
		if err := os.WriteFile(path(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path(name)
	}
	var warned bytes.Buffer
	c := config{DataDir: dir, DatabaseURL: "postgres://nowhere.invalid/none", DelayTarget: delay.Filled}
	call := func(run func(config, terminal, []string) error, words ...string) (string, error) {
		warned.Reset()
		var out bytes.Buffer
		err := run(c, terminal{in: strings.NewReader(`{"rome":"F1703","contract":"CDI"}`), out: &out, err: &warned}, words)
		return out.String(), err
	}
	command := func(c config, t2 terminal, words []string) error {
		return delayCommand(t.Context(), c, t2, slog.New(slog.DiscardHandler), words)
	}
	measured := func(c config, t2 terminal, words []string) error {
		return eval(t.Context(), c, t2, slog.New(slog.DiscardHandler), words)
	}
	history := write("history.csv", captures(310)+"T0,france_travail,,CDI,hier,,,,\n")
	out, err := call(command, "train", history, "--out", path("model.json"), "--card", path("card.md"))
	if err != nil || !strings.Contains(out, "appris sur 310 offres") {
		t.Fatal(out, err)
	}
	if !strings.Contains(warned.String(), "1 illisibles") || !strings.Contains(warned.String(), "ligne 312") {
		t.Errorf("bad rows are not told: %s", warned.String())
	}
	if card, err := os.ReadFile(path("card.md")); err != nil || !strings.Contains(string(card), "310 offres suivies") {
		t.Errorf("%s, %v", card, err)
	}
	for _, want := range []struct {
		words []string
		says  delay.Target
		model string
	}{
		{[]string{"forecast", "-", "--json"}, delay.Filled, "tandem-delai-a-priori-1"},
		{[]string{"forecast", "-", "--json", "--target", "en-ligne", "--model", path("model.json")}, delay.Online, "tandem-delai-en-ligne-2026"},
	} {
		out, err := call(command, want.words...)
		var f delay.Forecast
		if err != nil || json.Unmarshal([]byte(out), &f) != nil || f.Measure != want.says || !strings.HasPrefix(f.Model, want.model) || f.Probability <= 0 {
			t.Errorf("%v: %s, %v", want.words, out, err)
		}
	}
	// What is no fact of an offer is refused, not skipped.
	if _, err := call(command, "forecast", write("offer.json", `{"contract":"CDI","employer":"Maison Untel"}`)); fault.CodeOf(err) != fault.Invalid {
		t.Error(err)
	}
	c.DelayModel = path("model.json")
	out, err = call(measured, "delay", history, "--json", "--plot", path("plot.svg"))
	var s delay.Score
	if err != nil || json.Unmarshal([]byte(out), &s) != nil || s.Suite != "delay" || s.N == 0 || s.Figures["auc"] == 0 || !strings.HasPrefix(s.Model, "tandem-delai-en-ligne-2026") {
		t.Errorf("%s, %v", out, err)
	}
	if plot, err := os.ReadFile(path("plot.svg")); err != nil || !bytes.HasPrefix(plot, []byte("<svg")) {
		t.Errorf("%s, %v", plot, err)
	}
	if out, err := call(measured, "pairs", write("pairs.jsonl", `{"id":"1","A":{"contract":"CDI"},"B":{"contract":"CDD","duration_months":1},"higher":"A"}`)); err != nil || !strings.Contains(out, "1.000") {
		t.Error(out, err)
	}
	for _, words := range [][]string{{}, {"learn"}, {"train"}, {"forecast"}, {"card", "a", "b"}} {
		if _, usage := delayCommand(t.Context(), c, terminal{out: io.Discard, err: io.Discard}, nil, words).(errUsage); !usage {
			t.Errorf("%v is no wrong call", words)
		}
	}
}
