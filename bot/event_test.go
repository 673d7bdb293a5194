package bot

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"tandem/retrieval"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The wire form of every event is fixed: clients that we did not write read it.
// Empty required fields are there, empty optional ones are not.
func TestWireFormOfEvents(t *testing.T) {
	const now = 1795478400000
	b := func(kind string) base { return base{kind, now} }
	source := sourceOf(retrieval.Passage{ID: "D1102", Title: "Boulanger / Boulangère", URL: "/rome/D1102"})
	events := []any{
		runStarted{b(typeRunStarted), "c1", "r1"},
		runFinished{b(typeRunFinished), "c1", "r1", outcome{"success"}, []usage{{"tandem", "mode sobre", 3, 2, 5}}},
		runFinished{b(typeRunFinished), "c1", "r1", outcome{"success"}, nil},
		runError{b(typeRunError), "c1", "r1", "Réponse arrêtée à votre demande.", "aborted"},
		step{b(typeStepStarted), ""},
		step{b(typeStepEnded), "search_rome"},
		textStart{b(typeTextStart), "m1", "assistant", ""},
		textContent{b(typeTextContent), "m1", ""},
		textEnd{b(typeTextEnd), "m1"},
		toolStart{b(typeToolStart), "t1", "search_rome", ""},
		toolArgs{b(typeToolArgs), "t1", `{"rome":"D1102"}`},
		toolEnd{b(typeToolEnd), "t1"},
		toolResult{b(typeToolResult), "t1:result", "t1", "", "tool"},
		activity{b(typeActivity), "t1:activity", "rome.occupation", json.RawMessage(`{"found":false}`), true},
		custom{b(typeCustom), "source", source},
		custom{b(typeCustom), "receipt", Receipt{Model: "mode sobre", Offline: true, PromptVersion: "1", Tools: []ReceiptTool{{"search_rome", 4, true}}, Sources: []string{"D1102"}}},
	}
	var got bytes.Buffer
	for _, e := range events {
		got.Write(must(e))
		got.WriteByte('\n')
	}
	got.Write(ErrorFrame("c1", "", "invalid", "Message illisible.", now))
	got.WriteByte('\n')
	const golden = "testdata/events.jsonl"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("events changed on the wire; if that is meant, run with -update\n%s", got.Bytes())
	}
}
