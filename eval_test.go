package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/retrieval/rome/rometest"
)

// A folder is ranked without a database, and the second time without training.
func TestEvalRanking(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"queries.tsv": "id\ttext\nq1\tdompteuse de nuages\n",
		"corpus.tsv":  "id\ttext\nd1\tSouffleur / Souffleuse de bulles\nd2\tDompteur / Dompteuse de nuages\n",
		"qrels.tsv":   "qid\tdid\nq1\td2\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := config{RomeArchive: rometest.Zip(t, rometest.V60()), DataDir: t.TempDir(), DatabaseURL: "postgres://nowhere.invalid/none"}
	run := func(words ...string) (string, error) {
		var out bytes.Buffer
		err := eval(t.Context(), c, terminal{out: &out, err: io.Discard}, slog.New(slog.DiscardHandler), words)
		return out.String(), err
	}
	for range 2 {
		out, err := run("ranking", dir, "--json")
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Suite   string
			N       int
			Figures map[string]float64
			By      map[string]map[string]float64
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil || got.Suite != "ranking" || got.N != 1 || got.Figures["map"] != 1 || got.By["lexical"]["mrr"] != 1 || got.By["embedder"] == nil {
			t.Errorf("%v, %s", err, out)
		}
	}
	if kept, _ := filepath.Glob(filepath.Join(c.DataDir, "rome", "embedder-*.bin")); len(kept) != 1 {
		t.Errorf("kept: %v", kept)
	}
	if _, err := run("ranking", t.TempDir()); fault.CodeOf(err) != fault.NotFound || !strings.Contains(fault.Message(err), "queries.tsv") {
		t.Errorf("an empty folder: %v", err)
	}
}
