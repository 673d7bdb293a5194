package offline

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
)

// weights.bin is the classifier as `go test ./bot/offline -run TestWeights -fit`
// learned it from the utterances: learning takes seconds, reading it does not.
//
//go:embed weights.bin
var weightsBin []byte

var trained = sync.OnceValues(func() (*classifier, error) { return readWeights(weightsBin) })

// readWeights reads what encode wrote.
func readWeights(data []byte) (*classifier, error) {
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(data)))
	if err != nil {
		return nil, fmt.Errorf("offline: weights.bin: %w", err)
	}
	short := errors.New("offline: weights.bin is cut off")
	if len(raw) < 12 {
		return nil, short
	}
	text, rest := raw[12:], []byte(nil)
	if n := int(binary.LittleEndian.Uint32(raw[8:])); n <= len(text) {
		text, rest = text[:n], text[n:]
	}
	labels, words, _ := strings.Cut(string(text), "\n")
	c := &classifier{labels: strings.Fields(labels), seen: set(words), rarity: make([]float32, buckets)}
	n := len(c.labels)
	tops := make([]float32, n)
	if len(rest) != 4*(buckets+n)+buckets*n {
		return nil, short
	}
	for i := range c.rarity {
		c.rarity[i] = math.Float32frombits(binary.LittleEndian.Uint32(rest[4*i:]))
	}
	rest = rest[4*buckets:]
	for k := range tops {
		tops[k] = math.Float32frombits(binary.LittleEndian.Uint32(rest[4*k:]))
	}
	rest = rest[4*n:]
	c.weights = make([]float32, buckets*n)
	for k := range n {
		for i, b := range rest[k*buckets : (k+1)*buckets] {
			c.weights[i*n+k] = float32(int8(b)) * tops[k] / 127
		}
	}
	return c, nil
}
