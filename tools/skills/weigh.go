package skills

import (
	"cmp"
	"math"
	"slices"
)

// weighed is how many labels of a text are weighed against each other, the
// likeliest; the others are not proposed.
const weighed = 150

// signs are what is known of a label once everything a text shows is: how it
// stands among the others. Each about 0–1; with those of its best match they are
// what its confidence is computed from.
type signs struct {
	First, Second float32 // log-odds of the best match and of the second best, a sixth of them
	Noisy         float32 // of any of them
	Clauses       float32 // in how many clauses
	Places        float32
	Rank          float32 // among the labels of the text
	Against       float32 // the best match, less that of the fifteenth label
	ClauseRank    float32 // among the labels of its clause
	ClauseLead    float32 // its match less the best of the clause
	ClauseCrowd   float32 // how many of the clause are likely
	Under         float32 // how many better labels share its evidence
	UnderBest     float32 // the best of them
	UnderKind     float32 // and of its kind
	TwinAbove     float32 // cosine with the better label that is nearest
	TwinSum       float32 // how sure the labels are that mean about the same
	TwinWords     float32 // share of its words in common with a better label
	Place         float32 // of the best occupation that uses it
	Users         float32 // how many of the found occupations use it
	FirstUses     float32 // the first does
	FirstCore     float32
	Sure          float32 // of the first occupation
	Share         float32 // how much of the skills of that occupation the text shows
	MetierRank    float32 // its rank among them
	MetierSize    float32
	CoreShare     float32 // of the métiers that use it, those to which it is core
	Rate          float32 // how often it is right where it is found, in the texts to tune on
	Seen          float32 // in how many of them
	Words         float32 // of the text
	Labels        float32 // found in the text
	Likely        float32 // of which likely
	Where         float32 // in the text
	Evidence      float32 // how many words
	Attitude      float32 // a savoir-être
	Licence       float32 // named as such
	Local         float32 // share of the label that is shown, words weighing by how rare they are among the labels at hand
	LocalGap      float32 // weight of the rarest word that is not
	Ever          float32 // share that the label's places show together
	Text          float32 // share that stands anywhere in the text
	TextGap       float32
	Soft          float32 // share when words near in meaning count in part
	SoftGap       float32
	Rendered      float32 // share when what its words are said for counts in part
	RenderedGap   float32
	LocalLead     float32 // the shares less those of the label of the clause that has most
	SoftLead      float32
	RenderedLead  float32
	Own           float32 // the best match by its own words
	Heard         float32 // and by what texts to tune on call it
	HeardNear     float32 // the best meaning of the latter
	Verb          float32 // the label's first word is shown
	Common        float32 // weight of the rarest word shown
	Stated        float32

	Proven, ProvenLeast, ProvenSeen float32 // how often it is right where these words show it, in the texts to tune on

	Shown, Begun float32 // how often labels are right that these words show, and that begin as it does

	// See kinship.go:
	Level          float32 // how sure the first twenty labels are
	AlikeLead      float32 // its match less that of the label whose words are most alike
	UnderShare     float32 // what it has of how sure the labels are that share its evidence
	UnderKindShare float32 // and of those of its kind
	Backed         float32 // how likely the métiers are that use it, by all labels
	BackedMost     float32 // how much the other labels speak for the likeliest of them
	Company        float32 // how sure the labels are that the same métiers use
	FoundShare     float32 // of the métiers found, how many use it
	FoundMean      float32 // of the métiers that use it, how many were found

	// See pieces.go:
	Piece, PieceHere      float32 // cosine with the nearest piece of the text, and of its evidence
	PieceShare            float32 // of a piece, when the labels of the text divide it by how near they are
	PieceRank, PieceAhead float32 // how many labels are nearer to that piece, and to their own
	Called, CalledShare   float32 // the cosine and the share by what people call it
	CalledEither          float32 // and the share by either
}

func (s *signs) list() []float32 {
	return []float32{
		s.First, s.Second, s.Noisy, s.Clauses, s.Places, s.Rank, s.Against, s.ClauseRank, s.ClauseLead, s.ClauseCrowd, s.Under, s.UnderBest, s.UnderKind,
		s.TwinAbove, s.TwinSum, s.TwinWords, s.Place, s.Users, s.FirstUses, s.FirstCore, s.Sure, s.Share, s.MetierRank, s.MetierSize, s.CoreShare, s.Rate, s.Seen,
		s.Words, s.Labels, s.Likely, s.Where, s.Evidence, s.Attitude, s.Licence, s.Stated,
		s.Local, s.LocalGap, s.Ever, s.Text, s.TextGap, s.Soft, s.SoftGap, s.Rendered, s.RenderedGap, s.LocalLead, s.SoftLead, s.RenderedLead, s.Own, s.Heard, s.HeardNear, s.Verb, s.Common,
		s.Proven, s.ProvenLeast, s.ProvenSeen, s.Shown, s.Begun, s.Level, s.AlikeLead, s.UnderShare, s.UnderKindShare, s.Backed, s.BackedMost, s.Company, s.FoundShare, s.FoundMean,
		s.Piece, s.PieceHere, s.PieceShare, s.PieceRank, s.PieceAhead, s.Called, s.CalledShare, s.CalledEither,
	}
}

// weigh gives the labels of a text their confidence, by how they stand among each
// other, and puts them in its order. They come best match first.
func (e *Engine) weigh(p *page, found []occupation, u uses, list []candidate) {
	if e.second == nil {
		return
	}
	for i, s := range e.signs(p, found, u, list) {
		c := &list[i]
		held := c.features.Hobby == 1 || c.features.Named == 1
		c.confidence = e.second.confidence(append(c.features.list(), s.list()...))
		if held {
			c.confidence = min(c.confidence, unsaidAtMost)
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.confidence, a.confidence), cmp.Compare(a.label, b.label))
	})
}

func (e *Engine) signs(p *page, found []occupation, u uses, list []candidate) []signs {
	out := make([]signs, len(list))
	words := 0
	for _, c := range p.clauses {
		words += c.said()
	}
	var likely, level float32
	for i := range list {
		likely += one(list[i].confidence > 0.5)
	}
	if len(list) > 0 {
		level = list[min(14, len(list)-1)].confidence
	}
	found = found[:min(len(found), 4)]
	shares := make([]float32, len(found))
	sizes := make([]float32, len(found))
	for k, o := range found {
		var sum float32
		for i := range list {
			for _, l := range e.index.labels[list[i].label].links {
				if l.metier == o.metier {
					sum += list[i].confidence
				}
			}
		}
		sizes[k] = float32(len(e.used[o.metier]))
		shares[k] = sum / max(sizes[k], 10)
	}
	weight := e.local(found, list)
	written := p.written(e.index)
	ranks := make([]int, len(found))
	clauses := map[int32][]int{} // by clause: its labels, best first
	for i := range list {
		c := &list[i]
		l := &e.index.labels[c.label]
		s := &out[i]
		s.First, s.Second, s.Noisy = logit(c.confidence), logit(c.second), logit(1-c.none)
		s.Own, s.Heard, s.HeardNear = c.own, c.heard, c.near
		s.Clauses, s.Places = logarithm(c.clauses)/2, float32(len(c.places))/evidenceLimit
		s.Rank, s.Against = logarithm(int32(i))/5, c.confidence-level
		here := clauses[c.clause]
		s.ClauseRank = logarithm(int32(len(here))) / 3
		if len(here) > 0 {
			s.ClauseLead = c.confidence - list[here[0]].confidence
		}
		clauses[c.clause] = append(here, i)
		under := int32(0)
		for j := range list[:i] {
			o := &list[j]
			cos := e.meanings.between(c.label, o.label)
			s.TwinAbove = max(s.TwinAbove, cos)
			if cos > 0.7 {
				s.TwinSum += (cos - 0.7) * o.confidence
				out[j].TwinSum += (cos - 0.7) * c.confidence
			}
			if o.clause == c.clause || o.clauses > 1 || c.clauses > 1 {
				s.TwinWords = max(s.TwinWords, e.index.shared(c.label, o.label))
				if overlap(c.places, o.places) {
					under++
					s.UnderBest = max(s.UnderBest, o.confidence)
					if e.index.labels[o.label].item.Kind == l.item.Kind {
						s.UnderKind = max(s.UnderKind, o.confidence)
					}
				}
			}
		}
		s.Under = logarithm(under) / 3
		s.Place = 1
		cores := 0
		for _, k := range l.links {
			if k.core {
				cores++
			}
			for n, o := range found {
				if o.metier != k.metier {
					continue
				}
				s.Users += 0.25
				if where := float32(n) / 4; where < s.Place {
					s.Place = where
				}
				if n == 0 {
					s.FirstUses, s.FirstCore = 1, one(k.core)
				}
				if shares[n] > s.Share {
					s.Share, s.MetierSize = shares[n], sizes[n]/200
					s.MetierRank = logarithm(int32(ranks[n])) / 4
				}
				ranks[n]++
			}
		}
		if len(l.links) > 0 {
			s.CoreShare = float32(cores) / float32(len(l.links))
		}
		if len(found) > 0 {
			s.Sure = found[0].confidence
		}
		known := e.known.labels[c.label]
		var seen int32
		stems := e.shownBy(p, c)
		s.Proven, s.ProvenLeast, seen = e.known.proven(c.label, stems)
		s.Shown, s.Begun = e.known.usual(stems, l.begins())
		s.ProvenSeen = logarithm(seen) / 4
		s.Rate, s.Seen = known.rate(), logarithm(known.seen)/3
		s.Words, s.Labels, s.Likely = float32(words)/300, float32(len(list))/weighed, likely/20
		s.Where = float32(c.clause) / float32(max(len(p.clauses), 1))
		// Words, not letters: « serveuse » has one letter more than « serveur ».
		s.Evidence = min(float32(len(tokenize(p.text.Folded[c.places[0][0]:c.places[0][1]])))/10, 1)
		e.cover(s, l, c, weight, written, p)
		s.Attitude, s.Licence, s.Stated = one(l.item.Kind == SavoirEtre), one(c.stated > 0 && l.item.Kind != SavoirEtre), c.stated
	}
	for i := range list {
		crowd := 0
		var local, soft, rendered float32
		for _, j := range clauses[list[i].clause] {
			if list[j].confidence > 0.3 {
				crowd++
			}
			if j != i {
				local, soft, rendered = max(local, out[j].Local), max(soft, out[j].Soft), max(rendered, out[j].Rendered)
			}
		}
		s := &out[i]
		s.ClauseCrowd = float32(crowd) / 10
		s.LocalLead, s.SoftLead, s.RenderedLead = s.Local-local, s.Soft-soft, s.Rendered-rendered
	}
	e.kinship(found, list, out)
	e.nearestPieces(p, list, out)
	return out
}

func logarithm(n int32) float32 { return float32(math.Log1p(float64(n))) }

// logit is the log-odds of p, a sixth of them, between -1 and 1.
func logit(p float32) float32 {
	const least = 0.0025
	q := min(max(float64(p), least), 1-least)
	return float32(math.Log(q/(1-q)) / 6)
}

func overlap(a, b [][2]int) bool {
	for _, x := range a {
		for _, y := range b {
			if x[0] < y[1] && y[0] < x[1] {
				return true
			}
		}
	}
	return false
}

// shared is the share of a label's words, by weight, that another has as well.
func (ix *index) shared(a, b int32) float32 {
	var both, all float32
	for _, t := range ix.labels[a].terms {
		all += t.weight
		for _, o := range ix.labels[b].terms {
			if o.stem == t.stem {
				both += t.weight
				break
			}
		}
	}
	if all == 0 {
		return 0
	}
	return both / all
}
