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
	window      = 8   // tokens looked at on either side of the evidence
	apart       = 10  // evidence further apart than that is weighed apart
	maxCluster  = 200 // tokens: a bound on the work for one evidence
)

// guessed is what a finding says that rests on the weights alone.
const guessed = "Aucune tournure connue de la règle : ces mots évoquent son objet et leur contexte ressemble à celui d'une exigence. C'est à une personne d'en juger."

// Guessed reports whether f rests on the weights alone, not on a line of its rule.
func (f Finding) Guessed() bool { return f.Computed == guessed }

// reading is the weight of some evidence of a rule.
type reading struct {
	page     int8
	from, to int   // tokens of the evidence, first to last
	score    int   // in units
	use      int32 // the line of the evidence
	matched  bool  // a [match] line speaks of the same words
}

// cue is some evidence of one rule, to be weighed as one.
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
		s.readings[c.rule] = append(s.readings[c.rule], reading{use: c.use, page: c.page, from: c.spans[0].from, to: c.spans[len(c.spans)-1].to, score: score})
	}
}

// bars are the scores that decide on a guess. Of many sentences each is the less
// likely to be the one that asks too much, so they rise with the length of the offer.
type bars struct {
	guess int // from here the weight alone convinces
	topic int // how far ahead a rule must be
}

const (
	guessBar  = 7 * unit / 2
	phraseBar = 3 * unit / 2 // the same where a phrase or two is all that is read
	phrases   = 3            // sentences, from here a text is an offer
	blockBar  = 7 * unit / 2 // from here a finding of a [match] line keeps its severity; below, a person checks
	spareBar  = -2 * unit    // below, it is left out
	topicBar  = -4 * unit
	topicRise = 3 * unit / 2
	bareTopic = 0         // the same where there is no evidence
	unsaid    = -3 * unit // score of no evidence, and the least that evidence may say
)

func (s *scratch) bars() bars {
	sentences := 0
	for i := range s.pages[:fieldsIndex] {
		if t := s.pages[i].tokens; len(t) > 0 {
			sentences += int(t[len(t)-1].sentence)
		}
	}
	guess := guessBar
	if sentences < phrases {
		guess = phraseBar
	}
	return bars{guess: guess, topic: topicBar + topicRise*bits.Len(uint(sentences/3))}
}

// score puts together what the surroundings of the evidence say and what the
// sentence as a whole does.
func (e *Engine) score(evidence int, x *sentence, place int) int {
	return max(evidence, unsaid)/2 + int(x.demand(place))
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

// guess marks what no [match] line has taken up: sentences on the topic of a rule
// that ask what it forbids. The words shown are the clause around the evidence,
// or around the word that speaks most for the rule where there is none.
func (e *Engine) guess(s *scratch, bars bars) {
	s.taken = empty(s.taken, len(e.rules))
	for _, m := range s.marks {
		s.taken[m.rule].add(stretch{m.page, m.from, m.to})
	}
	for i := range s.sentences {
		x := &s.sentences[i]
		if spoken(s.pages[x.page].tokens[x.from:x.to]) <= fewestWords {
			continue
		}
		for rule, r := range e.rules {
			place, ok := e.place(r)
			if !ok || int(x.topic(place)) < bars.topic {
				continue
			}
			best := s.evidence(int32(rule), x)
			if best != nil && best.matched || best == nil && s.taken[rule].reaches(x.page, x.from, x.to) {
				continue
			}
			if best == nil && int(x.topic(place)) < bareTopic {
				continue
			}
			evidence, from, to, use := unsaid, 0, 0, r.use
			if best != nil {
				evidence, from, to, use = best.score, best.from, best.to, best.use
			}
			if e.score(evidence, x, place) < bars.guess {
				continue
			}
			if best == nil {
				from = e.focus(s, x, place)
				to = from + 1
			}
			from, to = s.clause(x.page, from, to)
			if !s.taken[rule].reaches(x.page, from, to) {
				s.marks = append(s.marks, mark{rule: int32(rule), page: x.page, from: from, to: to, use: use, severity: min(S2, r.Severity), explicit: true, guess: true, computed: guessed, edit: stretch{x.page, from, to}})
			}
		}
	}
}

// spoken counts what is neither a number nor a sign: « 3 $ et 4 € » says nothing
// of what is asked.
func spoken(tokens []token) int {
	n := 0
	for i := range tokens {
		if !tokens[i].number && !tokens[i].sign {
			n++
		}
	}
	return n
}

// evidence returns the best reading of a rule's evidence in a sentence, or nil.
func (s *scratch) evidence(rule int32, x *sentence) *reading {
	all := s.readings[rule]
	k := sort.Search(len(all), func(k int) bool { return all[k].page > x.page || all[k].page == x.page && all[k].to > x.from })
	var best *reading
	for ; k < len(all) && all[k].page == x.page && all[k].from < x.to; k++ {
		if best == nil || all[k].score > best.score {
			best = &all[k]
		}
	}
	return best
}

// clause widens some tokens to the clause around them.
func (s *scratch) clause(page int8, from, to int) (int, int) {
	t, first, last := s.pages[page].tokens, from, to
	for from > 0 && first-from < window && t[from].before == tight {
		from--
	}
	for to < len(t) && to-last < window && t[to].before == tight {
		to++
	}
	return from, to
}
