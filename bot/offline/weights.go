package offline

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
)

// weights.bin is the classifier as `go test ./bot/offline -run TestWeights -fit`
// learned it from the utterances: learning takes seconds, reading it does not.
//
//go:embed weights.bin
var weightsBin []byte

var trained = sync.OnceValues(func() (*classifier, error) { return readWeights(weightsBin) })

// round gives weights the values that a byte can hold: what is measured is what
// is shipped.
func (c *classifier) round() {
	n := len(c.labels)
	for k, top := range c.tops() {
		for i := k; i < len(c.weights); i += n {
			c.weights[i] = float32(math.RoundToEven(float64(c.weights[i]/top*127))) * top / 127
		}
	}
}

// tops are the greatest weights of each label.
func (c *classifier) tops() []float32 {
	n := len(c.labels)
	tops := make([]float32, n)
	for i, w := range c.weights {
		tops[i%n] = max(tops[i%n], w, -w)
	}
	for k := range tops {
		tops[k] = max(tops[k], math.SmallestNonzeroFloat32)
	}
	return tops
}

// encode writes a classifier and the sum of what it was learned from.
func (c *classifier) encode(from uint64) ([]byte, error) {
	var raw bytes.Buffer
	text := strings.Join(c.labels, " ") + "\n" + strings.Join(slices.Sorted(maps.Keys(c.seen)), " ") + "\n"
	binary.Write(&raw, binary.LittleEndian, from)
	binary.Write(&raw, binary.LittleEndian, uint32(len(text)))
	raw.WriteString(text)
	binary.Write(&raw, binary.LittleEndian, c.rarity)
	tops := c.tops()
	binary.Write(&raw, binary.LittleEndian, tops)
	n := len(c.labels)
	for k := range n { // label by label: likes beside likes are shorter
		for i := k; i < len(c.weights); i += n {
			raw.WriteByte(byte(int8(math.RoundToEven(float64(c.weights[i] / tops[k] * 127)))))
		}
	}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw.Bytes()); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

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

// learnedFrom is the sum that weights.bin holds.
func learnedFrom(data []byte) uint64 {
	head := make([]byte, 8)
	if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(data)), head); err != nil {
		return 0
	}
	return binary.LittleEndian.Uint64(head)
}

// sumOf changes with the utterances and with what is read of them, so that a test
// can tell when they are to be learned again.
func sumOf(rows []utterance) uint64 {
	h := fnv.New64a()
	messages, with := readAll(rows)
	for i, r := range rows {
		fmt.Fprint(h, r.label, r.also, features(messages[i], setting{r.role(i), r.after}, func(w string) bool { return with[w] == 1 }))
	}
	return h.Sum64()
}
