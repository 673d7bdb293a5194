package skills

// hit is a label whose words a clause shows.
type hit struct {
	label    int32
	clause   int32
	from, to int32   // first and last token of the evidence in the clause
	cover    float32 // share of the label's weight that is shown, 0–1
	dense    float32 // share of the evidence's words that the label explains
	weight   float32 // weight shown
	shown    uint8   // words of the label shown, generic ones apart
	near     uint8   // of which by a near-synonym
	named    uint8   // of which as words of a job title
	gap      float32 // weight of the rarest telling word that is not shown
	head     bool    // the label's first telling word is among them
	used     uint64  // which tokens of the clause
	terms    uint32  // which words of the label
	meaning  float32 // cosine with the words of the clause that are nearest to it
	here     float32 // and with the evidence
	closer   int32   // how many labels that the found occupations use are nearer to the clause
}

// Thresholds below which a match is not looked at any further. The lower one
// is for labels that the found occupations use.
const (
	coverAny     = 0.72
	coverLinked  = 0.3
	coverMeant   = 0.36 // when the meaning is near too
	meantFrom    = 0.6  // cosine
	strictCover  = 0.9  // of a diploma
	nearQuality  = 0.75
	namedQuality = 0.7 // a word of a job title
)

// scratch is the working memory of one analysis, reused.
type scratch struct {
	score   []float32 // by label
	touched []int32
	at      []int32   // by stem: 1 + where in the clause
	quality []float32 // by stem
	set     []int32   // stems with at != 0
}

// match appends the labels that a clause shows. linked tells how strongly the
// found occupations use a label, 0–1.
func (e *Engine) match(s *scratch, n int, c clause, r *read, linked func(int32) float32, out []hit) []hit {
	ix := e.index
	for i, t := range c.tokens {
		if t.stem >= 0 && !t.named {
			s.put(t.stem, i, 1)
		}
	}
	for i, t := range c.tokens {
		if t.stem >= 0 && t.named {
			s.put(t.stem, i, namedQuality)
		}
	}
	for i, t := range c.tokens {
		if t.acronym >= 0 {
			s.put(t.acronym, i, 1)
		}
	}
	for i, t := range c.tokens {
		if t.stem < 0 || t.named {
			continue
		}
		for _, other := range ix.near[t.stem] {
			s.put(other, i, nearQuality)
		}
	}
	for _, stem := range s.set {
		q := s.quality[stem]
		for _, p := range ix.postings[stem] {
			if s.score[p.label] == 0 {
				s.touched = append(s.touched, p.label)
			}
			s.score[p.label] += q * p.weight
		}
	}
	for _, id := range s.touched {
		score := s.score[id]
		s.score[id] = 0
		l := &ix.labels[id]
		cover := score / l.total
		if l.item.Kind == SavoirEtre && (!l.heard || cover < strictCover) {
			continue // only as people state it
		}
		if cover < coverLinked || l.strict && cover < strictCover {
			continue
		}
		loose := cover < coverAny && linked(id) == 0
		if loose && (cover < coverMeant || l.strict || e.meanings.dim == 0) {
			continue
		}
		if h, ok := e.place(s, l, c, min(cover, 1), score); ok && (h.named == 0 || linked(id) > 0) {
			h.label, h.clause = id, int32(n)
			h.meaning, h.here, _, _ = e.meanings.nearest(r, id, h.from, h.to)
			if loose && h.meaning < meantFrom {
				continue
			}
			out = append(out, h)
		}
	}
	s.touched = s.touched[:0]
	for _, stem := range s.set {
		s.at[stem], s.quality[stem] = 0, 0
	}
	s.set = s.set[:0]
	return out
}

func (s *scratch) put(stem int32, i int, quality float32) {
	if s.at[stem] != 0 {
		return
	}
	s.at[stem] = int32(i) + 1
	s.quality[stem] = quality
	s.set = append(s.set, stem)
}

// place finds where in the clause the words of a label stand closest together.
func (e *Engine) place(s *scratch, l *label, c clause, cover, weight float32) (hit, bool) {
	h := hit{cover: cover, weight: weight, from: -1}
	// The rarest word shown is the anchor; of the others the nearest
	// occurrence counts.
	anchor, best := int32(-1), float32(0)
	for _, t := range l.terms {
		if s.at[t.stem] != 0 && t.weight*s.quality[t.stem] > best {
			anchor, best = s.at[t.stem]-1, t.weight*s.quality[t.stem]
		}
	}
	if anchor < 0 {
		return h, false
	}
	h.from, h.to = anchor, anchor
	first := true
	for k, t := range l.terms {
		if s.at[t.stem] != 0 && k < 32 {
			h.terms |= 1 << k
		}
		if e.index.generic[t.stem] && !l.strict {
			continue // « réaliser » far away proves nothing and stretches the evidence
		}
		leads := first
		first = false
		if s.at[t.stem] == 0 {
			h.gap = max(h.gap, t.weight)
			continue
		}
		where := s.at[t.stem] - 1
		if s.quality[t.stem] == 1 {
			where = nearest(c.tokens, t.stem, anchor)
		}
		h.from, h.to = min(h.from, where), max(h.to, where)
		h.used |= 1 << min(uint(where), 63)
		if e.index.numeric[t.stem] {
			continue
		}
		h.shown++
		switch q := s.quality[t.stem]; {
		case q == namedQuality:
			h.named++
		case q < 1:
			h.near++
		}
		if leads {
			h.head = true
		}
	}
	if h.shown == 0 {
		return h, false
	}
	e.widen(s, l, c, &h)
	content := 0
	for i := h.from; i <= h.to; i++ {
		if !empty[c.tokens[i].word] {
			content++
		}
	}
	covered := 0
	for i := h.from; i <= h.to; i++ {
		if h.used&(1<<min(uint(i), 63)) != 0 {
			covered++
		}
	}
	h.dense = min(1, float32(covered)/float32(max(content, 1)))
	return h, true
}

// widen takes into the evidence the label's generic words that stand next to
// it, so that people read « mise en rayon » and not « rayon ».
func (e *Engine) widen(s *scratch, l *label, c clause, h *hit) {
	const step = 3
	for _, t := range l.terms {
		if s.at[t.stem] == 0 || s.quality[t.stem] < 1 || !e.index.generic[t.stem] {
			continue
		}
		for d := int32(1); d <= step; d++ {
			if i := h.from - d; i >= 0 && c.tokens[i].stem == t.stem {
				h.from = i
				h.used |= 1 << min(uint(i), 63)
				break
			}
			if i := h.to + d; int(i) < len(c.tokens) && c.tokens[i].stem == t.stem {
				h.to = i
				h.used |= 1 << min(uint(i), 63)
				break
			}
		}
	}
}

func nearest(tokens []token, stem, anchor int32) int32 {
	for d := int32(0); ; d++ {
		lo, hi := anchor-d, anchor+d
		if lo < 0 && hi >= int32(len(tokens)) {
			return anchor
		}
		if lo >= 0 && (tokens[lo].stem == stem || tokens[lo].acronym == stem) {
			return lo
		}
		if hi < int32(len(tokens)) && (tokens[hi].stem == stem || tokens[hi].acronym == stem) {
			return hi
		}
	}
}
