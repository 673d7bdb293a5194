package skills

import "math"

// piece is a run of words that may say one thing: what stands between commas or
// conjunctions, and up to three of these together.
type piece struct {
	start, end int // bytes of the folded text
	means      []float32
}

// joints stand between what a sentence says and what it says next.
var joints = set("et puis mais alors donc pour avec car")

// Pieces of more words are not read, nor more pieces than a long CV has.
const (
	pieceWords = 16
	pieceLimit = 800
	waysLimit  = 24 // to say one label
)

// pieces are those of a page, with what each means.
func (m *meanings) pieces(p *page) (out []piece) {
	for n, c := range p.clauses {
		words := p.reads[n].words
		if len(words) == 0 || c.hobby {
			continue
		}
		var cuts []int
		for i, t := range c.tokens {
			if i == 0 || !t.apart && (t.after >= comma || joints[t.word]) {
				cuts = append(cuts, i)
			}
		}
		cuts = append(cuts, len(c.tokens))
		for a := range cuts {
			for b := a + 1; b < min(a+4, len(cuts)) && len(out) < pieceLimit; b++ {
				from, to := cuts[a], cuts[b]
				if to-from > pieceWords && b > a+1 {
					break
				}
				sum := make([]float32, m.dim)
				add(sum, words[from:to])
				if unit(sum) {
					out = append(out, piece{c.tokens[from].start, c.tokens[to-1].end, sum})
				}
			}
		}
	}
	return out
}

// nearestPieces says of each label how near it, or what people call it, is to the
// piece that is nearest to it, and how it stands there among the labels of the text.
func (e *Engine) nearestPieces(p *page, list []candidate, out []signs) {
	if e.meanings.dim == 0 {
		return
	}
	const sharp = 10 // a cosine less by a tenth is worth a third
	power := func(cosine float32) float32 { return float32(math.Exp(float64(sharp * cosine))) }
	best := make([]int, len(list))
	all := e.meanings.pieces(p)
	called := make([]float32, len(list))
	cosines := make([]float32, len(list)*len(all))
	for n := range all {
		x := &all[n]
		here := cosines[n*len(list) : (n+1)*len(list)]
		var sum, either, both float32
		for i := range list {
			here[i] = e.meanings.cosine(list[i].label, x.means)
			called[i] = 0
			ways := e.index.ways[list[i].label]
			for _, way := range ways[:min(len(ways), waysLimit)] {
				called[i] = max(called[i], e.meanings.cosine(way, x.means))
			}
			sum += power(here[i])
			either += power(max(here[i], called[i]))
			if called[i] > 0 {
				both += power(called[i])
			}
		}
		for i := range list {
			s := &out[i]
			s.PieceShare = max(s.PieceShare, power(here[i])/sum)
			s.CalledEither = max(s.CalledEither, power(max(here[i], called[i]))/either)
			if called[i] > 0 {
				s.Called, s.CalledShare = max(s.Called, called[i]), max(s.CalledShare, power(called[i])/both)
			}
			if here[i] > s.Piece {
				s.Piece, best[i] = here[i], n
			}
			if place := list[i].places[0]; x.start < place[1] && place[0] < x.end {
				s.PieceHere = max(s.PieceHere, here[i])
			}
		}
	}
	for i := range list {
		if out[i].Piece == 0 {
			continue
		}
		closer, ahead := 0, 0
		for j := range list {
			if cosines[best[i]*len(list)+j] > out[i].Piece {
				closer++
			}
			if out[j].Piece > out[i].Piece {
				ahead++
			}
		}
		out[i].PieceRank, out[i].PieceAhead = logarithm(int32(closer))/5, float32(ahead)/weighed
	}
}
