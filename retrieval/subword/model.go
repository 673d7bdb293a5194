package subword

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
)

// Name is what the embedder is called where its vectors are recorded.
const Name = "tandem-subword"

// format is part of the version: raise it when features or encoding change.
const format = 2

// Model turns texts into unit vectors. It is immutable and may be used from
// several goroutines. It implements langchaingo's embeddings.Embedder.
type Model struct {
	dim     int
	index   map[string]int32 // feature → row
	scale   []float32        // of each row
	rows    []int8           // dim per row: a quarter of the memory of floats, and no measured loss
	classes map[string]int32 // named class → row, after those of the features
	seen    map[string]bool  // every word of the training texts, rare ones too
	version string

	spelling sync.Once
	speller  *speller
}

// Name of the kind of embedder.
func (m *Model) Name() string { return Name }

// Version changes whenever a vector may.
func (m *Model) Version() string { return m.version }

// Dimension of the vectors.
func (m *Model) Dimension() int { return m.dim }

// EmbedQuery returns the unit vector of text; a zero vector when no part of it
// resembles anything seen in training. It never fails.
func (m *Model) EmbedQuery(_ context.Context, text string) ([]float32, error) {
	v := make([]float32, m.dim)
	m.embed(text, v, nil)
	return v, nil
}

// EmbedDocuments returns the vector of each text. It fails only when ctx ends.
func (m *Model) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	all := make([]float32, m.dim*len(texts))
	parallel(len(texts), func(from, to int) {
		seen := map[string][]float32{} // words repeat across texts
		for i := from; i < to && ctx.Err() == nil; i++ {
			out[i] = all[i*m.dim : (i+1)*m.dim : (i+1)*m.dim]
			m.embed(texts[i], out[i], seen)
		}
	})
	return out, ctx.Err()
}

// embed averages feature vectors word by word, so that a long word does not
// weigh more than a short one; how much a word matters is the length of its
// vectors, which training has learned. seen keeps the vectors of words between
// texts; it may be nil.
func (m *Model) embed(text string, into []float32, seen map[string][]float32) {
	for _, w := range words(text) {
		v, ok := seen[w]
		if !ok {
			v = m.word(w)
			if seen != nil {
				seen[w] = v
			}
		}
		if v != nil {
			axpy(1, v, into)
		}
	}
	normalise(into)
}

// Word is what one folded word adds to the vector of a text, which is the sum of
// its words' made unit: the longer, the more the word says. Nil when the word
// says nothing or resembles nothing seen in training. So the parts of a text can
// be compared without embedding each.
func (m *Model) Word(w string) []float32 {
	if stop[w] {
		return nil
	}
	return m.word(w)
}

// word is the mean of the vectors of its known features, nil when it has none.
func (m *Model) word(w string) []float32 {
	v := make([]float32, m.dim)
	n := 0
	grams(w, func(g string) {
		row, ok := m.index[g]
		if !ok {
			return
		}
		n++
		s := m.scale[row]
		q := m.rows[int(row)*m.dim : int(row+1)*m.dim]
		for i := range v {
			v[i] += s * float32(q[i])
		}
	})
	if n == 0 {
		return nil
	}
	for i := range v {
		v[i] /= float32(n)
	}
	return v
}

// Learned returns the unit vector of a class that training gave this name: the
// direction in which the texts of the class point. Nil for a name it does not
// know. It says what the class is better than any one text of it.
func (m *Model) Learned(class string) []float32 {
	row, ok := m.classes[class]
	if !ok {
		return nil
	}
	v := make([]float32, m.dim)
	for i, q := range m.rows[int(row)*m.dim : int(row+1)*m.dim] {
		v[i] = float32(q)
	}
	normalise(v)
	return v
}

// Nearest is the cosine of v, a unit vector, to the nearest class whose name
// begins with prefix; 0 when there is none.
func (m *Model) Nearest(v []float32, prefix string) float64 {
	best := float32(0)
	for name := range m.classes {
		if strings.HasPrefix(name, prefix) {
			best = max(best, dot(v, m.Learned(name)))
		}
	}
	return float64(best)
}

// Classes returns the names of the classes, in the order of training, and what
// [Model.Learned] says of each, one after the other.
func (m *Model) Classes() (names []string, vectors []float32) {
	names = slices.SortedFunc(maps.Keys(m.classes), func(a, b string) int { return int(m.classes[a] - m.classes[b]) })
	vectors = make([]float32, 0, len(names)*m.dim)
	for _, name := range names {
		vectors = append(vectors, m.Learned(name)...)
	}
	return names, vectors
}

// newModel quantises trained vectors: those of the features, then of the classes.
func newModel(dim int, index map[string]int32, features []float32, names []string, classes []float32, seen []string) *Model {
	m := &Model{dim: dim, index: index, classes: map[string]int32{}, seen: make(map[string]bool, len(seen))}
	for _, w := range seen {
		m.seen[w] = true
	}
	m.quantise(features)
	for c, name := range names {
		if name != "" {
			m.classes[name] = int32(len(m.scale))
			m.quantise(classes[c*dim : (c+1)*dim])
		}
	}
	m.version = versionOf(m.Encode())
	return m
}

// quantise adds rows.
func (m *Model) quantise(vectors []float32) {
	for row := range slices.Chunk(vectors, m.dim) {
		var top float32
		for _, x := range row {
			top = max(top, x, -x)
		}
		scale := top / 127
		m.scale = append(m.scale, scale)
		for _, x := range row {
			q := int8(0)
			if scale > 0 {
				q = int8(math.Round(float64(x / scale)))
			}
			m.rows = append(m.rows, q)
		}
	}
}

func versionOf(encoded []byte) string {
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:6])
}

// Encode returns the model as bytes that [Decode] reads. Equal models have
// equal bytes.
func (m *Model) Encode() []byte {
	names := make([]string, len(m.scale))
	for _, index := range []map[string]int32{m.index, m.classes} {
		for name, row := range index {
			names[row] = name
		}
	}
	seen := slices.Sorted(maps.Keys(m.seen))
	b := []byte{format}
	for _, n := range []int{m.dim, len(m.index), len(m.classes), len(seen)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	for _, name := range append(names, seen...) {
		b = append(b, byte(len(name)))
		b = append(b, name...)
	}
	for _, s := range m.scale {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(s))
	}
	b = slices.Grow(b, len(m.rows))
	for _, q := range m.rows {
		b = append(b, byte(q))
	}
	return b
}

// ErrDamaged is what [Decode] says of bytes that this version did not write.
var ErrDamaged = errors.New("subword: the stored model is damaged or of another version; load ROME again")

// Decode reads what [Model.Encode] wrote.
func Decode(b []byte) (*Model, error) {
	r := bytes.NewReader(b)
	var head struct {
		Format                       uint8
		Dim, Features, Classes, Seen uint32
	}
	if binary.Read(r, binary.LittleEndian, &head) != nil || head.Format != format || head.Dim == 0 || head.Dim > 2000 {
		return nil, ErrDamaged
	}
	n := uint64(head.Features) + uint64(head.Classes)
	if n*uint64(head.Dim)+uint64(head.Seen) > uint64(len(b)) {
		return nil, ErrDamaged
	}
	m := &Model{dim: int(head.Dim), index: make(map[string]int32, head.Features), classes: make(map[string]int32, head.Classes), seen: make(map[string]bool, head.Seen),
		scale: make([]float32, n), rows: make([]int8, n*uint64(head.Dim))}
	name := make([]byte, 255)
	for row := range int32(n) + int32(head.Seen) {
		size, err := r.ReadByte()
		if err != nil {
			return nil, ErrDamaged
		}
		if k, _ := r.Read(name[:size]); k != int(size) {
			return nil, ErrDamaged
		}
		switch name := string(name[:size]); {
		case row < int32(head.Features):
			m.index[name] = row
		case row < int32(n):
			m.classes[name] = row
		default:
			m.seen[name] = true
		}
	}
	if len(m.index) != int(head.Features) || len(m.classes) != int(head.Classes) || len(m.seen) != int(head.Seen) || binary.Read(r, binary.LittleEndian, m.scale) != nil ||
		binary.Read(r, binary.LittleEndian, m.rows) != nil || r.Len() > 0 {
		return nil, ErrDamaged
	}
	m.version = versionOf(b)
	return m, nil
}
