package legality

import (
	_ "embed"
	"math/bits"
	"sort"
	"strings"
)

// What a rule speaks of is easy to recognise; whether it is asked of the
// candidate is not. Patterns say it for the phrasings somebody thought of. For
// the others a rule lists the words that evidence its matter ([evidence]), and
// the words around them are weighed: a linear model over what stands before and
// after the evidence, whose weights are learned from the tuning phrases and the
// rules' examples (fit_test.go) and shipped as whole numbers, so that a verdict
// is the same on every machine.
//
// Nearly all features hide the evidence itself, so that « les candidatures X ne
// seront pas étudiées » learned from one rule serves all. Each feature counts
// once for all rules and once for its own.

//go:embed weights.bin
var shippedWeights []byte

const (
	weightBits  = 20  // of the table of weights
	unit        = 16  // a weight of 1 in the table, so that int8 spans ±8
	fewestWords = 2   // evidence alone in its sentence has no surroundings to weigh
	window      = 8   // words looked at on either side of the evidence
	apart       = 10  // evidence further apart than that is weighed apart
	maxCluster  = 200 // tokens: a bound on the work for one evidence
)

// reading is the weight of some evidence of a rule.
type reading struct {
	page     int8
	from, to int // tokens of the evidence, first to last
	score    int // in units
	words    int // of the sentence around it
	use      int32
	matched  bool // a [match] line speaks of the same words
}

// unlikely is how far below likely the weight has to be for a finding of a
// [match] line to be left out. Between the two it is for a person to check, as
// is what the weight finds alone.
const unlikely = 2 * unit

// cue is a stretch of evidence being weighed.
type cue struct {
	rule  int32
	use   int32
	page  int8
	spans []stretch
}

// readEvidence reads a line of [evidence]: a pattern, or "(word|some phrase|…)",
// of which the words share one pattern and each phrase is one, which is faster
// to rule out than one pattern of them all.
func (e *Engine) readEvidence(rule int32, l line) error {
	u := use{rule: rule, role: roleEvidence}
	inner, ok := strings.CutSuffix(strings.TrimPrefix(l.text, "("), ")")
	if !ok || strings.ContainsAny(inner, "(){}") {
		return e.add(l, l.text, u)
	}
	var lone []string
	for _, item := range strings.Split(inner, "|") {
		if _, tokens := written(item); strings.Contains(item, " ") || len(tokens) != 1 {
			if err := e.add(l, item, u); err != nil {
				return err
			}
			continue
		}
		lone = append(lone, item)
	}
	if len(lone) == 0 {
		return nil
	}
	return e.add(l, "("+strings.Join(lone, "|")+")", u)
}

// cues gathers the evidence of each rule: what stands close together in a
// sentence is one cue.
func (e *Engine) cues(s *scratch) []cue {
	s.cues = s.cues[:0]
	if len(s.lastCue) != len(e.rules) {
		s.lastCue = make([]int, len(e.rules))
	}
	for i := range s.lastCue {
		s.lastCue[i] = -1
	}
	for _, f := range s.found {
		u := &e.uses[f.use]
		if u.role != roleEvidence {
			continue
		}
		here := stretch{page: f.page, from: f.from, to: f.to}
		if k := s.lastCue[u.rule]; k >= 0 && s.cues[k].page == f.page {
			c := &s.cues[k]
			last, t := &c.spans[len(c.spans)-1], s.pages[f.page].tokens
			if f.from < last.to {
				last.to = max(last.to, f.to)
				continue
			}
			if t[f.from].sentence == t[last.from].sentence && f.from-last.to < apart && f.to-c.spans[0].from < maxCluster {
				c.spans = append(c.spans, here)
				continue
			}
		}
		s.lastCue[u.rule] = len(s.cues)
		if len(s.cues) < cap(s.cues) { // reuse the spans of an earlier check
			s.cues = s.cues[:len(s.cues)+1]
			c := &s.cues[len(s.cues)-1]
			c.rule, c.use, c.page, c.spans = u.rule, f.use, f.page, append(c.spans[:0], here)
			continue
		}
		s.cues = append(s.cues, cue{rule: u.rule, use: f.use, page: f.page, spans: []stretch{here}})
	}
	return s.cues
}

// weigh gives each evidence its score.
func (e *Engine) weigh(s *scratch) {
	s.readings = empty(s.readings, len(e.rules))
	if e.weights == nil {
		return
	}
	for _, c := range e.cues(s) {
		score := 0
		e.features(s, &c, func(f uint32) { score += int(int8(e.weights[f])) })
		s.readings[c.rule] = append(s.readings[c.rule], reading{use: c.use, page: c.page, from: c.spans[0].from, to: c.spans[len(c.spans)-1].to, score: score, words: len(s.seen) - 2})
	}
}

// likely is the score from which the weight alone convinces. Of many sentences
// each is the less likely to be the one that asks too much.
func (s *scratch) likely() int {
	sentences := 0
	for i := range s.pages[:fieldsIndex] {
		if t := s.pages[i].tokens; len(t) > 0 {
			sentences += int(t[len(t)-1].sentence)
		}
	}
	return -unit/2 + bits.Len(uint(sentences/3))*unit/4
}

// reading returns the best reading of the evidence in or beside a match.
func (s *scratch) reading(rule int32, f found) *reading {
	all := s.readings[rule]
	k := sort.Search(len(all), func(k int) bool { return all[k].page > f.page || all[k].page == f.page && all[k].to > f.allFrom })
	var best *reading
	for ; k < len(all) && all[k].page == f.page && all[k].from < f.allTo; k++ {
		if best == nil || all[k].score > best.score {
			best = &all[k]
		}
		all[k].matched = true
	}
	return best
}

// guess marks the evidence that no [match] line has taken up and whose
// surroundings say that it is asked of the candidate. The words shown are the
// clause around the evidence.
func (e *Engine) guess(s *scratch) {
	s.taken = empty(s.taken, len(e.rules))
	for _, m := range s.marks {
		s.taken[m.rule].add(stretch{m.page, m.from, m.to})
	}
	likely := s.likely()
	for rule, all := range s.readings {
		for _, r := range all {
			if r.matched || r.score < likely || r.words < fewestWords {
				continue
			}
			t := s.pages[r.page].tokens
			from, to := r.from, r.to
			for from > 0 && r.from-from < window && t[from].before == tight {
				from--
			}
			for to < len(t) && to-r.to < window && t[to].before == tight {
				to++
			}
			if !s.taken[rule].reaches(r.page, from, to) {
				s.marks = append(s.marks, mark{rule: int32(rule), page: r.page, from: from, to: to, use: r.use, severity: min(S2, e.rules[rule].Severity), explicit: true, guess: true, edit: stretch{r.page, from, to}})
			}
		}
	}
}

// Codes of what is not an ordinary word, and salts of the kinds of features.
const (
	codeX uint32 = iota + 1 // the evidence
	codeStart
	codeEnd
	codeComma
	codeYear
	codeAge
	codeMajority
	codeSmall
	codeNumber
	codeSign
	codeFrame

	featureWord
	featureSize
	featureFrame
	featureFrames
	featureSkip
	featureFramesSkip
	featureBeginning
	featureBeginnings
	featureEvidence
	featureEvidenceBeginning
	featureEvidenceAfter
	featureEvidenceBefore
	featureScope
	featureSpared
	featureUnless
	featureLength
	featureField
	featureCount
	featureAlways
)

// mix hashes two codes.
func mix(a, b uint32) uint32 {
	h := (a ^ bits.RotateLeft32(b, 15)) * 0x9E3779B1
	return h ^ h>>15
}

func hashWord(w string) uint32 {
	h := uint32(2166136261)
	for i := range len(w) {
		h = (h ^ uint32(w[i])) * 16777619
	}
	return h
}

// inflections are cut off a word, the longest first, when four letters remain.
var inflections = strings.Fields("ements ations ement ation euses rices euse eurs rice ives eur ive ifs ees if ee es s x e")

func root(w string) string {
	for _, s := range inflections {
		if len(w)-len(s) >= 4 && strings.HasSuffix(w, s) {
			return w[:len(w)-len(s)]
		}
	}
	return w
}

// word is what the features see of a token.
type word struct {
	code      uint32 // the word without its inflection, or the kind of number
	frame     uint32 // the word's class of @candidat, @exigé…, if it has one; otherwise code
	beginning uint32 // its first letters; 0 for what is not a word
	size      uint32 // of a number: its place in sizes, from 1
}

// sizes are the numbers that tell lawful hours, months and sums from others.
var sizes = []float64{2, 4, 8, 10, 12.02, 14, 18, 24, 36, 39, 48, 60, 100, 1000, 1823, 2500, 4000}

// word describes token i of a page, once.
func (e *Engine) word(pg *page, i int) word {
	if len(pg.words) < len(pg.tokens) {
		pg.words = append(pg.words[:0], make([]word, len(pg.tokens))...)
	}
	w := &pg.words[i]
	if w.code != 0 {
		return *w
	}
	switch t := &pg.tokens[i]; {
	case t.number && t.num >= 1930 && t.num <= 2015:
		w.code = codeYear
	case t.number && t.num >= 16 && t.num <= 18:
		w.code = codeMajority
	case t.number && t.num > 18 && t.num <= 75:
		w.code = codeAge
	case t.number && t.num < 16:
		w.code = codeSmall
	case t.number:
		w.code = codeNumber
	case t.sign:
		w.code = mix(codeSign, hashWord(t.word))
	default:
		w.code, w.beginning = hashWord(root(t.word)), hashWord(t.word[:min(4, len(t.word))])
	}
	if t := &pg.tokens[i]; t.number {
		w.size = uint32(sort.SearchFloat64s(sizes, t.num)) + 1
	}
	w.frame = w.code
	if f := pg.tokens[i].frame; f > 0 {
		w.frame = mix(codeFrame, uint32(f))
	}
	return *w
}

// features calls emit with the index of each feature of a cue: words, pairs of
// neighbours and pairs one apart, in the window around the evidence.
func (e *Engine) features(s *scratch, c *cue, emit func(uint32)) {
	own := e.rules[c.rule].hash
	add := func(kind, f uint32) {
		f = mix(kind, f)
		emit(f >> (32 - weightBits))
		emit(mix(own, f) >> (32 - weightBits))
	}
	pg := &s.pages[c.page]
	t := pg.tokens
	first, last := c.spans[0].from, c.spans[len(c.spans)-1].to
	sentence := t[first].sentence
	from, to := first, last
	for from > 0 && first-from < window && t[from-1].sentence == sentence {
		from--
	}
	for to < len(t) && to-last < window && t[to].sentence == sentence {
		to++
	}
	seen := s.seen[:0]
	put := func(code uint32) { seen = append(seen, word{code: code, frame: code}) }
	if from == 0 || t[from-1].sentence != sentence {
		put(codeStart)
	}
	k := 0
	for i := from; i < to; i++ {
		if i > from && t[i].before == soft {
			put(codeComma)
		}
		for k < len(c.spans) && i >= c.spans[k].to {
			k++
		}
		w := e.word(pg, i)
		if k == len(c.spans) || i < c.spans[k].from {
			seen = append(seen, w)
			continue
		}
		add(featureEvidence, w.code)
		if len(t[i].word) > 5 {
			add(featureEvidenceBeginning, hashWord(t[i].word[:5]))
		}
		if i+1 < to {
			add(featureEvidenceAfter, mix(w.code, e.word(pg, i+1).code))
		}
		if i > from {
			add(featureEvidenceBefore, mix(e.word(pg, i-1).code, w.code))
		}
		if len(seen) == 0 || seen[len(seen)-1].code != codeX {
			put(codeX)
		}
	}
	if to == len(t) || t[to].sentence != sentence {
		put(codeEnd)
	}
	s.seen = seen
	for i, w := range seen {
		if w.code != codeX {
			add(featureWord, w.code)
		}
		if w.size > 0 {
			add(featureSize, w.size)
		}
		if w.frame != w.code {
			add(featureFrame, w.frame)
		}
		if w.beginning != 0 {
			add(featureBeginning, w.beginning)
		}
		if i+1 < len(seen) {
			next := seen[i+1]
			add(featureFrames, mix(w.frame, next.frame))
			if w.beginning != 0 && next.beginning != 0 {
				add(featureBeginnings, mix(w.beginning, next.beginning))
			}
		}
		if i+2 < len(seen) {
			add(featureSkip, mix(w.code, seen[i+2].code))
			add(featureFramesSkip, mix(w.frame, seen[i+2].frame))
		}
	}
	for i, name := range e.scopes {
		if s.scopes[i].has(c.page, first) {
			add(featureScope, hashWord(name))
		}
	}
	if s.spared[c.rule].has(c.page, first) {
		add(featureSpared, 0)
	}
	if s.unlessAt(c.rule, c.page, first, last) {
		add(featureUnless, 0)
	}
	add(featureLength, uint32(min(len(seen)/4, 6)))
	add(featureField, uint32(c.page))
	add(featureCount, uint32(min(len(c.spans), 4)))
	add(featureAlways, 0)
}

// unlessAt reports whether an "unless" of the rule stands over the tokens.
func (s *scratch) unlessAt(rule int32, page int8, from, to int) bool {
	near := s.unless[rule]
	k := sort.Search(len(near), func(k int) bool {
		return near[k].page > page || near[k].page == page && near[k].allFrom > from-longest
	})
	for ; k < len(near) && near[k].page == page && near[k].allFrom < to; k++ {
		if near[k].from < to && from < near[k].to {
			return true
		}
	}
	return false
}

// framePrefix marks the classes of lexicon/frames.txt, in the order of the file.
const framePrefix = "c_"

// readFrames numbers the frame class of each sym.
func (l *lexicon) readFrames() {
	syms := make([]sym, len(l.frames))
	for i, name := range l.frames {
		syms[i] = l.vocabulary.set("@"+name, l.classes[name].words)
	}
	l.frameOf = make([]uint8, l.vocabulary.count)
	for i, x := range syms {
		l.frameOf[x] = uint8(i + 1)
	}
}
