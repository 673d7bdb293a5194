package legality

import (
	"math/bits"
	"sort"
	"strings"
)

// This file is about what the weights see of the words around some evidence.
// A change here asks for new weights: see fit_test.go.

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
	featureSide
	featureFar
	featureEvidenceFrame
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

// farthest is how far apart two words make a feature, when both have a frame.
const farthest = 8

// features calls emit with the index of each feature of a cue: words, pairs of
// neighbours, pairs one apart and pairs of frames further apart, in the window
// around the evidence.
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
		if w.frame != w.code {
			add(featureEvidenceFrame, w.frame)
		}
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
	side := uint32(0) // of the evidence: before, after
	for i, w := range seen {
		if w.code == codeX {
			side = 1
		} else {
			add(featureWord, w.code)
			add(featureSide, mix(w.frame, side))
		}
		if w.size > 0 {
			add(featureSize, w.size)
		}
		if w.frame != w.code {
			add(featureFrame, w.frame)
			for _, far := range seen[min(i+3, len(seen)):min(i+farthest, len(seen))] {
				if far.frame != far.code || far.code == codeX {
					add(featureFar, mix(w.frame, far.frame))
				}
			}
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
