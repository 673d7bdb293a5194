package rome_test

import (
	"os"
	"path/filepath"
	"testing"

	"tandem/retrieval/rome"
	"tandem/retrieval/rome/rometest"
	"tandem/retrieval/subword"
)

// A second training on the same reads what the first has left; a damaged copy
// is made anew.
func TestTrained(t *testing.T) {
	src, err := rome.At(rometest.Zip(t, rometest.V60()))
	if err != nil {
		t.Fatal(err)
	}
	o := rome.Options{DataDir: t.TempDir()}
	train := func() *subword.Model {
		m, titles, err := rome.Trained(t.Context(), src, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(titles["D1102"]) < 2 || m.Learned("D1102") == nil {
			t.Fatalf("titles %q", titles["D1102"])
		}
		return m
	}
	first := train()
	kept, _ := filepath.Glob(filepath.Join(o.DataDir, "rome", "embedder-*.bin"))
	if len(kept) != 1 {
		t.Fatalf("kept: %v", kept)
	}
	other, err := subword.Train(t.Context(), []subword.Example{{Text: "abc", Labels: []int32{0}, Times: 2}}, []string{"D1102"}, subword.Options{Dim: 8})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"another": other.Encode(), "damaged": []byte("x")} {
		if err := os.WriteFile(kept[0], content, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := train(); (got.Dimension() == 8) != (name == "another") || name == "damaged" && got.Version() != first.Version() {
			t.Errorf("%s: dimension %d", name, got.Dimension())
		}
	}
	o.DataDir = ""
	if got := train(); got.Version() != first.Version() {
		t.Error("without a folder the model differs")
	}
}
