package legality

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
)

// The weights of weigh.go look out from words that a rule lists. A sentence may
// ask too much without any of them, or say the contrary of what the words near
// the evidence say. So each sentence is also read as a whole, by a small learned
// model: hashed words, pairs, pieces of words and classes each have a short
// vector; their sum is compared with one vector for "breaks rule r", one for
// "speaks of rule r's matter and is lawful", and one for "speaks of no rule".
//
// Two numbers are taken from that. The topic of a rule is by how much it is
// ahead of all other rules and of none; the demand is by how much the first of
// its two vectors is ahead of the second. Taken apart they generalise: which rule
// a sentence speaks of can be told from words, and what makes a lawful sentence
// of it is learned where both kinds were seen.
//
// All of it is whole numbers, as in weigh.go. It is learned by fit_test.go.

//go:embed sentences.bin
var shippedSentences []byte

const (
	sentenceBits = 17 // of the table of vectors
	sentenceSize = 32 // numbers of a vector
	vectorUnit   = 32 // a 1 in a vector
	longSentence = 80 // tokens; what is longer is read in pieces
)

// reader is the model. Rows of vectors are read eight numbers at a time.
type reader struct {
	vectors []byte                // biased by 128
	at      map[string]int        // rule → its place
	outputs [][sentenceSize]int32 // by place: breaks it; then: lawful; then: none
	bias    []int32               // of outputs, in units
	scale   [maxPieces]uint32     // 1/√n, in 1/65536
}

const (
	maxPieces = 4096
	zeroPiece = 0x8080808080808080
	pieceMask = 0x00FF00FF00FF00FF
)

var errSentences = errors.New("legality: sentences.bin has another size than the model")

// readReader reads sentences.bin: the ids of the rules on one line, the vectors,
// then for each output its vector and, in two bytes, its bias.
func readReader(b []byte) (*reader, error) {
	if len(b) == 0 {
		return nil, nil
	}
	head, rest, ok := bytes.Cut(b, []byte("\n"))
	ids := strings.Fields(string(head))
	n, size := 2*len(ids)+1, 1<<sentenceBits*sentenceSize
	if !ok || len(rest) != size+n*(sentenceSize+2) {
		return nil, errSentences
	}
	r := &reader{vectors: rest[:size], at: map[string]int{}}
	for i, id := range ids {
		r.at[id] = i
	}
	rest = rest[size:]
	for range n {
		var out [sentenceSize]int32
		for i := range out {
			out[i] = int32(int8(rest[i]))
		}
		r.outputs = append(r.outputs, out)
		r.bias = append(r.bias, int32(int16(binary.LittleEndian.Uint16(rest[sentenceSize:]))))
		rest = rest[sentenceSize+2:]
	}
	for i := range r.scale {
		r.scale[i] = uint32(math.Round(65536 / math.Sqrt(float64(max(i, 1)))))
	}
	return r, nil
}

// read sets z to the outputs for a sentence with these pieces, in units.
func (r *reader) read(pieces []uint32, z []int32) {
	var sum [sentenceSize]int32
	var lanes [sentenceSize / 4]uint64 // four sums of 16 bits each
	n, pending := 0, 0
	flush := func() {
		for i := range sentenceSize / 8 {
			for k := range 4 {
				sum[8*i+2*k] += int32(lanes[2*i] >> (16 * k) & 0xFFFF)
				sum[8*i+2*k+1] += int32(lanes[2*i+1] >> (16 * k) & 0xFFFF)
			}
		}
		clear(lanes[:])
		pending = 0
	}
	for _, p := range pieces {
		row := (*[sentenceSize]byte)(r.vectors[int(p)*sentenceSize:])
		if binary.LittleEndian.Uint64(row[:8]) == zeroPiece && binary.LittleEndian.Uint64(row[8:16]) == zeroPiece {
			continue // never seen
		}
		for i := range sentenceSize / 8 {
			x := binary.LittleEndian.Uint64(row[8*i : 8*i+8])
			lanes[2*i] += x & pieceMask
			lanes[2*i+1] += x >> 8 & pieceMask
		}
		n++
		if pending++; pending == 256 {
			flush()
		}
		if n == maxPieces-1 {
			break
		}
	}
	flush()
	for i := range sum {
		sum[i] = (sum[i] - int32(n)*128) * int32(r.scale[n]>>4) >> 8 // 16 to 1 of the vectors
	}
	for k := range r.outputs {
		out := &r.outputs[k]
		var a, b, c, d int32 // sums that do not wait for each other
		for i := 0; i < sentenceSize; i += 4 {
			a += sum[i] * out[i]
			b += sum[i+1] * out[i+1]
			c += sum[i+2] * out[i+2]
			d += sum[i+3] * out[i+3]
		}
		z[k] = (a+b+c+d)/(vectorUnit*vectorUnit) + r.bias[k]
	}
}

// sentence is what the reader makes of one sentence.
type sentence struct {
	page     int8
	from, to int
	z        []int32
	ahead    int // place of the rule that is ahead, or that of none
	first    int32
	second   int32 // the next but one
}

// topic is by how much the rule in place k is ahead of everything else.
func (x *sentence) topic(k int) int32 {
	own := max(x.z[k], x.z[k+len(x.z)/2])
	if k == x.ahead {
		return own - x.second
	}
	return own - x.first
}

// demand is by how much the sentence rather breaks the rule than not.
func (x *sentence) demand(k int) int32 { return x.z[k] - x.z[k+len(x.z)/2] }

// readSentences reads the title and the text.
func (e *Engine) readSentences(s *scratch) {
	s.sentences = s.sentences[:0]
	if e.reader == nil {
		return
	}
	n := len(e.reader.outputs)
	k := 0
	e.eachSentence(s, func(page int8, from, to int, pieces []uint32) {
		if k++; k*n > len(s.z) {
			s.z = append(s.z, make([]int32, max(n, k*n-len(s.z)))...)
		}
		s.sentences = append(s.sentences, sentence{page: page, from: from, to: to})
		e.reader.read(pieces, s.z[(k-1)*n:k*n])
	})
	for i := range s.sentences {
		x := &s.sentences[i]
		x.z = s.z[i*n : (i+1)*n]
		x.ahead, x.first, x.second = n/2, x.z[n-1], math.MinInt32
		for k := range n / 2 {
			switch own := max(x.z[k], x.z[k+n/2]); {
			case own > x.first:
				x.ahead, x.first, x.second = k, own, x.first
			case own > x.second:
				x.second = own
			}
		}
	}
}

// sentenceOf returns the sentence around a token, or nil.
func (s *scratch) sentenceOf(page int8, token int) *sentence {
	k, ok := slices.BinarySearchFunc(s.sentences, token, func(x sentence, token int) int {
		switch {
		case x.page < page || x.page == page && x.to <= token:
			return -1
		case x.page > page || x.from > token:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return &s.sentences[k]
}

// eachSentence calls see with the pieces of each sentence of title and text.
func (e *Engine) eachSentence(s *scratch, see func(page int8, from, to int, pieces []uint32)) {
	nextFound, nextCue := 0, 0
	for page := range int8(fieldsIndex) {
		t := s.pages[page].tokens
		for from := 0; from < len(t); {
			to := from + 1
			for to < len(t) && to-from < longSentence && t[to].sentence == t[from].sentence {
				to++
			}
			s.pieces = e.pieces(s, page, from, to, s.pieces[:0])
			before := func(p int8, at int) bool { return p < page || p == page && at < to }
			for ; nextFound < len(s.found) && before(s.found[nextFound].page, s.found[nextFound].allFrom); nextFound++ {
				f := &s.found[nextFound]
				u := &e.uses[f.use]
				kind := pieceMatch
				switch {
				case u.role == roleUnless:
					kind = pieceUnless
				case u.role != roleMatch:
					continue
				case e.spares(s, *f, u):
					kind = pieceSpared
				}
				s.pieces = append(s.pieces, piece(kind, e.rules[u.rule].hash))
			}
			for ; nextCue < len(s.cues) && before(s.cues[nextCue].page, s.cues[nextCue].spans[0].from); nextCue++ {
				s.pieces = append(s.pieces, piece(pieceCue, e.rules[s.cues[nextCue].rule].hash))
			}
			see(page, from, to, s.pieces)
			from = to
		}
	}
}

// Kinds of pieces.
const (
	pieceWord uint32 = iota + 101
	pieceFrame
	pieceSize
	pieceLetters
	pieceSym
	pieceWords
	pieceFrames
	pieceSkip
	pieceFar
	pieceScope
	pieceCue
	pieceMatch
	pieceSpared
	pieceUnless
	pieceLength
	pieceBeginning
)

func piece(kind, f uint32) uint32 { return mix(kind*7919, f) >> (32 - sentenceBits) }

// pieces appends what the reader sees of a sentence: its words, classes and
// numbers, four letters of words at a time, neighbours, and pairs of classes
// further apart.
func (e *Engine) pieces(s *scratch, page int8, from, to int, out []uint32) []uint32 {
	pg := &s.pages[page]
	seen := append(s.seen[:0], word{code: codeStart, frame: codeStart})
	for i := from; i < to; i++ {
		if i > from && pg.tokens[i].before == soft {
			seen = append(seen, word{code: codeComma, frame: codeComma})
		}
		seen = append(seen, e.word(pg, i))
		out = e.wordPieces(pg, i, out)
	}
	seen = append(seen, word{code: codeEnd, frame: codeEnd})
	s.seen = seen
	for i, w := range seen {
		if i+1 < len(seen) {
			next := seen[i+1]
			out = append(out, piece(pieceWords, mix(w.code, next.code)))
			if w.frame != w.code || next.frame != next.code {
				out = append(out, piece(pieceFrames, mix(w.frame, next.frame)))
			}
		}
		if i+2 < len(seen) {
			out = append(out, piece(pieceSkip, mix(w.frame, seen[i+2].frame)))
		}
		if w.frame != w.code {
			for _, far := range seen[min(i+3, len(seen)):min(i+12, len(seen))] {
				if far.frame != far.code {
					out = append(out, piece(pieceFar, mix(w.frame, far.frame)))
				}
			}
		}
	}
	for i := range e.scopes {
		if s.scopes[i].reaches(page, from, to) {
			out = append(out, piece(pieceScope, hashWord(e.scopes[i])))
		}
	}
	return append(out, piece(pieceLength, uint32(min((to-from)/4, 8))))
}

// wordPieces appends the pieces of one token.
func (e *Engine) wordPieces(pg *page, i int, out []uint32) []uint32 {
	t, w := &pg.tokens[i], e.word(pg, i)
	out = append(out, piece(pieceWord, w.code))
	if w.frame != w.code {
		out = append(out, piece(pieceFrame, w.frame))
	}
	if w.size > 0 {
		out = append(out, piece(pieceSize, w.size))
	}
	if w.beginning == 0 || len(t.word) < 5 {
		return out
	}
	for k := range min(len(t.word), 24) - 3 {
		f := uint32(t.word[k]) | uint32(t.word[k+1])<<8 | uint32(t.word[k+2])<<16 | uint32(t.word[k+3])<<24
		out = append(out, piece(pieceLetters, f))
	}
	if len(t.word) >= 6 {
		out = append(out, piece(pieceBeginning, hashWord(t.word[:5])))
	}
	return out
}

// focus returns the token of a sentence that speaks most for the rule in place k.
func (e *Engine) focus(s *scratch, x *sentence, k int) int {
	r, pg := e.reader, &s.pages[x.page]
	breaks, none := &r.outputs[k], &r.outputs[len(r.outputs)-1]
	at, most := x.from, int32(math.MinInt32)
	for i := x.from; i < x.to; i++ {
		s.pieces = e.wordPieces(pg, i, s.pieces[:0])
		sum := int32(0)
		for _, p := range s.pieces {
			for d, v := range r.vectors[int(p)*sentenceSize : int(p+1)*sentenceSize] {
				sum += (int32(v) - 128) * (breaks[d] - none[d])
			}
		}
		if sum > most {
			at, most = i, sum
		}
	}
	return at
}

// readWith makes the engine read sentences with a model, or without one (nil).
// The model has no say on rules that are about titles, where there is no
// sentence to read, nor on those that it does not know.
func (e *Engine) readWith(model *reader) {
	e.reader = model
	for _, r := range e.rules {
		r.place = -1
		if model == nil || r.subject == "title" {
			continue
		}
		if k, ok := model.at[r.ID]; ok {
			r.place = k
		}
	}
}

// place is where the model has a rule.
func (e *Engine) place(r *rule) (int, bool) { return r.place, r.place >= 0 }
