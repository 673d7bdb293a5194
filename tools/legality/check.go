package legality

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"tandem/internal/fold"
	"tandem/tools/span"
)

// MaxText is the length in bytes up to which a title or text is read. What
// comes after is not checked; no offer is that long, only attacks are.
const MaxText = 200_000

const (
	contest = "Vous n'êtes pas d'accord avec un signalement ? Choisissez « Contester ce signalement » : un conseiller relira votre offre et décidera."
	notice  = "Relecture automatique, à titre d'information : ce n'est pas un avis juridique. La décision revient toujours à une personne."
)

// Check reads an offer against all rules. Equal offers give equal verdicts.
func (e *Engine) Check(o Offer) Verdict {
	s := e.scratch.Get().(*scratch)
	if len(o.Text) < 32<<10 { // an attack's memory is not worth keeping
		defer e.scratch.Put(s)
	}
	v := Verdict{Findings: []Finding{}, Advice: []Finding{}, Version: e.version, Date: e.date, Contest: contest, Notice: notice}
	for _, h := range e.scan(o, s) {
		f := e.finding(o, s, h)
		if f.Severity == S1 {
			v.Advice = append(v.Advice, f)
			continue
		}
		v.Findings = append(v.Findings, f)
	}
	v.Settle()
	return v
}

// scratch is the memory of one check, reused by the next.
type scratch struct {
	pages        [3]page // title, text, fields
	found        []found
	marks        []mark
	trail        []uint64  // see pattern.match
	present      []uint64  // bit set of the syms of a sentence
	missing      []uint32  // by pattern: the last sentence found to lack a word it needs
	sentence     uint32    // number of the sentence, over all checks
	sides        [][]found // see clashes
	surroundings           // see context.go
	cues         []cue     // see weigh.go
	lastCue      []int
	readings     [][]reading // by rule
	taken        []cover     // by rule
	seen         []word
	sentences    []sentence // see sentence.go
	z            []int32
	pieces       []uint32
}

// found is one match of one pattern.
type found struct {
	use  int32
	page int8
	hit
}

// mark is what becomes a finding: a rule, its words, how grave.
type mark struct {
	rule      int32
	page      int8
	from, to  int // tokens
	use       int32
	edit      stretch // the words that the rewrite of use is about
	guess     bool    // found by the weight of its surroundings alone, see weigh.go
	explicit  bool    // the severity is that of the line, not of the rule
	severity  Severity
	exception string
	with      stretch // the other side of a contradiction
	computed  string
}

func (m mark) overlaps(page int8, from, to int) bool {
	return m.page == page && m.from < to && from < m.to
}

// scan finds, filters, merges and orders the marks of an offer.
func (e *Engine) scan(o Offer, s *scratch) []mark {
	s.found, s.marks = s.found[:0], s.marks[:0]
	for i, text := range [3]string{clip(o.Title), clip(o.Text), clip(fieldsPage(o))} {
		e.lexicon.page([3]string{"title", "text", "fields"}[i], text, &s.pages[i])
		e.run(&s.pages[i], int8(i), s)
	}
	e.lay(s)
	e.weigh(s)
	e.readSentences(s)
	for _, f := range s.found {
		u := &e.uses[f.use]
		if u.role != roleMatch || len(u.contracts) > 0 && !slices.ContainsFunc(u.contracts, contains(o.Contract)) || e.spares(s, f, u) {
			continue
		}
		score, advice := blockBar, cmp.Or(u.severity, e.rules[u.rule].Severity) == S1
		r, x := s.reading(u.rule, f), s.sentenceOf(f.page, f.from)
		if place, ok := e.place(e.rules[u.rule]); ok && x != nil && !advice && len(u.contracts) == 0 {
			evidence := unsaid
			if r != nil {
				evidence = r.score
			}
			score = e.score(evidence, x, place)
		}
		if score < spareBar {
			continue
		}
		e.mark(s, u, f, found{})
		if m := &s.marks[len(s.marks)-1]; score < blockBar && m.severity > S2 {
			m.severity, m.explicit = S2, true
		}
	}
	e.guess(s, s.bars())
	e.clashes(s)
	e.measure(o, s)
	s.marks = e.merge(s.marks)
	for i := range s.marks {
		e.except(o, s, &s.marks[i])
	}
	slices.SortStableFunc(s.marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.page, b.page), cmp.Compare(a.from, b.from), cmp.Compare(a.rule, b.rule))
	})
	return e.yield(s.marks)
}

func clip(text string) string {
	if len(text) <= MaxText {
		return text
	}
	end := MaxText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// contains reports whether the folded text has a part.
func contains(text string) func(string) bool {
	text = fold.String(text)
	return func(part string) bool { return strings.Contains(text, part) }
}

// run applies every pattern that can begin at each token. It goes sentence by
// sentence, since no pattern crosses one: the syms that a pattern needs must
// all occur in the sentence, which rules out nearly every pattern at once.
func (e *Engine) run(pg *page, index int8, s *scratch) {
	if n := int(e.lexicon.vocabulary.count)/64 + 1; len(s.present) != n {
		s.present = make([]uint64, n)
	}
	if len(s.missing) != len(e.patterns) {
		s.missing, s.sentence = make([]uint32, len(e.patterns)), 0
	}
	segment := int32(0)
	for from := 0; from < len(pg.tokens); {
		to := from + 1
		for to < len(pg.tokens) && pg.tokens[to].before != strong {
			to++
		}
		if s.sentence++; s.sentence == 0 { // after four thousand million sentences
			clear(s.missing)
			s.sentence = 1
		}
		syms := pg.syms[pg.tokens[from].symFrom:pg.tokens[to-1].symTo]
		for _, x := range syms {
			s.present[x/64] |= 1 << (x % 64)
		}
		for i := from; i < to; i++ {
			if i > 0 && (i == from || e.limits(pg, i) || e.limits(pg, i-1)) {
				segment++
			}
			pg.tokens[i].segment = segment
			for _, first := range pg.syms[pg.tokens[i].symFrom:pg.tokens[i].symTo] {
				e.try(pg, index, i, e.byFirst[first], s)
			}
		}
		for _, x := range syms {
			s.present[x/64] = 0
		}
		from = to
	}
}

// try runs those of the patterns that may match at token i.
func (e *Engine) try(pg *page, index int8, i int, entrances []entrance, s *scratch) {
	for _, in := range entrances {
		k := in.pattern
		if !s.has(in.gate) {
			continue
		}
		if s.missing[k] == s.sentence { // what a sentence lacks it lacks at each of its tokens
			continue
		}
		p := e.patterns[k]
		if !s.hasAll(p) {
			s.missing[k] = s.sentence
			continue
		}
		u := &e.uses[k]
		if index != 0 && u.titleOnly || index == fieldsIndex && u.role != roleClash && u.role != roleDiffer {
			continue
		}
		if h, ok := p.match(pg, i, &s.trail); ok {
			s.found = append(s.found, found{use: k, page: index, hit: h})
		}
	}
}

func (s *scratch) has(x sym) bool { return s.present[x/64]&(1<<(x%64)) != 0 }

// hasAll reports whether the sentence holds every word that p needs.
func (s *scratch) hasAll(p *pattern) bool {
	for _, x := range p.required {
		if !s.has(x) {
			return false
		}
	}
groups:
	for _, group := range p.oneOf {
		for _, x := range group {
			if s.has(x) {
				continue groups
			}
		}
		return false
	}
	return true
}

// merge joins overlapping marks of one rule. A line that states a severity is
// more precise than the rule's own; among such lines the mildest is the one
// that knows best, since it was written for a near-miss.
func (e *Engine) merge(marks []mark) []mark {
	slices.SortStableFunc(marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.page, b.page), cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	out := marks[:0]
	for _, m := range marks {
		if len(out) == 0 || out[len(out)-1].rule != m.rule || !out[len(out)-1].overlaps(m.page, m.from, m.to) {
			out = append(out, m)
			continue
		}
		last := &out[len(out)-1]
		if last.guess && !m.guess { // what is read or computed knows better than a guess
			last.guess, last.explicit, last.severity, last.computed = false, m.explicit, m.severity, m.computed
		}
		if m.explicit && (!m.guess || last.guess) && (!last.explicit || m.severity < last.severity) {
			last.explicit, last.severity = true, m.severity
		}
		if e.edits(m) > e.edits(*last) {
			last.use, last.edit = m.use, m.edit
		}
		if last.with.to == 0 {
			last.with = m.with
		}
		last.from, last.to = min(m.from, last.from), max(m.to, last.to)
		if e.uses[last.use].fix.kind == fixDrop {
			last.edit.from, last.edit.to = last.from, last.to
		}
	}
	return out
}

// edits ranks what a mark proposes: the more precise rewrite of the more words.
func (e *Engine) edits(m mark) int {
	rank := [...]int{fixNone: 0, fixDrop: 1, fixAppend: 2, fixBoth: 3, fixReplace: 3}
	return rank[e.uses[m.use].fix.kind]*1000 + m.edit.to - m.edit.from
}

// except applies the first exception of the rule that is open.
func (e *Engine) except(o Offer, s *scratch, m *mark) {
	r := e.rules[m.rule]
	m.exception = r.otherwise
	for i := range r.exceptions {
		x := &r.exceptions[i]
		if x.applies(o) || s.open[x.number].reaches(m.page, m.from, m.to) {
			m.severity, m.exception = min(m.severity, x.severity), x.say
			return
		}
	}
}

// yield removes the marks of rules that give way to another on the same words.
// marks are sorted by position; no words are longer than a pattern.
func (e *Engine) yield(marks []mark) []mark {
	out := marks[:0:0]
	for i, m := range marks {
		r := e.rules[m.rule]
		gives := func(o mark) bool { return !o.guess && r.yields[e.rules[o.rule].ID] && o.overlaps(m.page, m.from, m.to) }
		giving := false
		for j := i - 1; len(r.yields) > 0 && !giving && j >= 0 && marks[j].page == m.page && marks[j].from > m.from-longest; j-- {
			giving = gives(marks[j])
		}
		for j := i + 1; len(r.yields) > 0 && !giving && j < len(marks) && marks[j].page == m.page && marks[j].from < m.to; j++ {
			giving = gives(marks[j])
		}
		if !giving {
			out = append(out, m)
		}
	}
	return out
}

// finding explains a mark.
func (e *Engine) finding(o Offer, s *scratch, m mark) Finding {
	r, pg := e.rules[m.rule], &s.pages[m.page]
	start, end := pg.bytes(m.from, m.to)
	f := Finding{
		Rule: r.ID, Title: r.Title, Severity: m.severity, Field: pg.field, Span: span.Of(pg.text.Original, start, end),
		With: s.passage(m), Computed: m.computed, Why: r.Why, Articles: r.Basis, Exception: m.exception, Rewrite: r.Advice,
	}
	if m.severity == S4 {
		f.Risk = r.Risk
	}
	if edit := e.edit(pg, m); edit != nil {
		f.Edit = edit
		if edit.Span == f.Span {
			f.Replace = &edit.To
		}
	}
	return f
}

// bytes returns where the tokens [from, to) stand in the original.
func (pg *page) bytes(from, to int) (start, end int) {
	return pg.text.Span(int(pg.tokens[from].from), int(pg.tokens[to-1].to))
}

// capitalised gives to the case of from: "Homme" → "Personne", "HOMME" → "PERSONNE".
func capitalised(to, from string) string {
	first, n := utf8.DecodeRuneInString(from)
	if to == "" || strings.ToLower(string(first)) == string(first) {
		return to
	}
	if len(from) > n+2 && strings.ToUpper(from) == from {
		return strings.ToUpper(to)
	}
	r, n := utf8.DecodeRuneInString(to)
	return strings.ToUpper(string(r)) + to[n:]
}
