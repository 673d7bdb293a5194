package offline

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

var fit = flag.Bool("fit", false, "learn weights.bin from the utterances")

// TestWeights holds weights.bin against the utterances and what is read of them.
func TestWeights(t *testing.T) {
	if raceEnabled {
		t.Skip("one goroutine: nothing for the race detector")
	}
	rows, err := utterances()
	if err != nil {
		t.Fatal(err)
	}
	sum := sumOf(rows)
	if *fit {
		data, err := train(rows).encode(sum)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("weights.bin", data, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d utterances, %d bytes", len(rows), len(data))
		return
	}
	if learnedFrom(weightsBin) != sum {
		t.Error("weights.bin was learned from other utterances or features: go test ./bot/offline -run TestWeights -fit")
	}
}

// What is read is what was written, and what is cut off is not.
func TestWeightsFile(t *testing.T) {
	c := &classifier{labels: []string{"search_rome", "smalltalk/hello"}, seen: set("bonjour metier"), rarity: make([]float32, buckets), weights: make([]float32, 2*buckets)}
	c.rarity[7], c.weights[2*9], c.weights[2*9+1] = 1.5, 3, -0.25
	c.round()
	data, err := c.encode(42)
	if err != nil {
		t.Fatal(err)
	}
	got, err := readWeights(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := got.encode(42)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, again) || got.rarity[7] != 1.5 || got.weights[2*9] != 3 || got.weights[2*9+1] != -0.25 || learnedFrom(data) != 42 {
		t.Errorf("read %v %v %v", got.rarity[7], got.weights[2*9], got.weights[2*9+1])
	}
	if _, err := readWeights(data[:len(data)/2]); err == nil {
		t.Error("half a file was read")
	}
}
