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

	"tandem/bot/fake"
	"tandem/internal/fault"
	"tandem/retrieval/rome/rometest"
	"tandem/tools"
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

// The routing suite asks an endpoint as it asks the model itself, in every style;
// an answer in words is right for any act without a tool.
func TestEvalRoutingThroughAnEndpoint(t *testing.T) {
	const lines = `{"id":"1","persona":"seeker","text":"code rome boulanger svp","expect":{"tool":"search_rome","args":{"occupation":"boulanger"}}}
{"id":"2","persona":"seeker","text":"merci beaucoup","expect":{"tool":"smalltalk","args":{}}}
{"id":"3","persona":"recruiter","text":"que dit l'engagement 2 de la charte ?","expect":{"tool":"search_charter","args":{"principle":2}}}
{"id":"4","persona":"recruiter","text":"merci beaucoup","expect":{"tool":"predict_delay","args":{}}}
`
	log := slog.New(slog.DiscardHandler)
	for name := range fake.Styles {
		m, stop, err := evaluated(config{}, "fake:"+name, nil, log)
		if err != nil {
			t.Fatal(err)
		}
		rep, err := evalRouting(t.Context(), m, tools.All(&tools.Engines{}), []byte(lines))
		stop()
		if err != nil || rep.N != 4 || rep.Figures["tool_accuracy"] != .75 || rep.Figures["argument_accuracy"] != 1 {
			t.Errorf("%s: %+v, %v", name, rep, err)
		}
	}
	c := config{Models: []endpoint{{URL: "http://a/v1", Name: "m", Key: "k"}}}
	if d := dialectOf(c, "http://a/v1", log); d.Name != "m" || d.Key != "k" {
		t.Errorf("%+v", d)
	}
	for _, bad := range []string{"fake:nobody", "http://b/v1", "b"} { // another address has neither the name nor the key
		if _, _, err := evaluated(c, bad, nil, log); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
	if err := eval(t.Context(), config{}, terminal{out: io.Discard, err: io.Discard}, log, []string{"pairs", "x", "--endpoint", "fake"}); err == nil {
		t.Error("another suite took --endpoint")
	}
}
