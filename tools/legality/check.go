package legality

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

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
	defer e.scratch.Put(s)
	v := Verdict{Status: Clean, Findings: []Finding{}, Advice: []Finding{}, Version: e.version, Date: e.date, Contest: contest, Notice: notice}
	for _, h := range e.scan(o, s) {
		f := e.finding(o, s, h)
		if f.Severity == S1 {
			v.Advice = append(v.Advice, f)
			continue
		}
		v.Findings = append(v.Findings, f)
		switch {
		case f.Severity == S4:
			v.Status = Blocked
		case f.Severity == S3 && v.Status != Blocked:
			v.Status = Justify
		case v.Status == Clean:
			v.Status = Review
		}
	}
	return v
}

// scratch is the memory of one check, reused by the next.
type scratch struct {
	pages [2]page
	found []found
	zones []zone
	trail []uint64
	marks []mark
}

// found is one match of one pattern.
type found struct {
	use  int32
	page int8
	hit
}

// zone is a stretch of tokens that a scope covers.
type zone struct {
	page     int8
	from, to int
	name     string
}

// mark is what becomes a finding: a rule, its words, how grave.
type mark struct {
	rule      int32
	page      int8
	from, to  int // tokens
	use       int32
	explicit  bool // the severity is that of the line, not of the rule
	severity  Severity
	exception string
}

func (m mark) overlaps(page int8, from, to int) bool {
	return m.page == page && m.from < to && from < m.to
}

// scan finds, filters, merges and orders the marks of an offer.
func (e *Engine) scan(o Offer, s *scratch) []mark {
	s.found, s.zones, s.marks = s.found[:0], s.zones[:0], s.marks[:0]
	for i, text := range [2]string{clip(o.Title), clip(o.Text)} {
		e.lexicon.page([2]string{"title", "text"}[i], text, &s.pages[i])
		e.run(&s.pages[i], int8(i), s)
	}
	e.zone(s)
	for _, f := range s.found {
		u := &e.uses[f.use]
		if u.role != roleMatch || e.spared(s, f, u) {
			continue
		}
		m := mark{rule: u.rule, page: f.page, from: f.from, to: f.to, use: f.use, explicit: u.severity != "", severity: u.severity}
		if !m.explicit {
			m.severity = e.rules[u.rule].Severity
		}
		s.marks = append(s.marks, m)
	}
	s.marks = merge(s.marks)
	for i := range s.marks {
		e.except(o, s, &s.marks[i])
	}
	s.marks = e.yield(s.marks)
	slices.SortStableFunc(s.marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.page, b.page), cmp.Compare(a.from, b.from), cmp.Compare(a.rule, b.rule))
	})
	return s.marks
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

// run applies every pattern that can begin at each token.
func (e *Engine) run(pg *page, index int8, s *scratch) {
	for i := range pg.tokens {
		t := &pg.tokens[i]
		for _, first := range pg.syms[t.symFrom:t.symTo] {
			for _, k := range e.byFirst[first] {
				p := e.patterns[k]
				if e.uses[k].titleOnly && index != 0 || !pg.hasAll(p.required) {
					continue
				}
				if h, ok := p.match(pg, i, &s.trail); ok {
					s.found = append(s.found, found{use: k, page: index, hit: h})
				}
			}
		}
	}
}

func (pg *page) hasAll(syms []sym) bool {
	for _, s := range syms {
		if pg.present[s/64]&(1<<(s%64)) == 0 {
			return false
		}
	}
	return true
}

// zone lays out what the scopes cover.
func (e *Engine) zone(s *scratch) {
	for _, f := range s.found {
		u := &e.uses[f.use]
		if u.role != roleScope {
			continue
		}
		pg := &s.pages[f.page]
		z := zone{page: f.page, from: f.from, to: f.to, name: u.scope}
		switch u.reach {
		case reachSentence:
			for z.from > 0 && pg.tokens[z.from].before != strong && !e.limits(pg, z.from-1) {
				z.from--
			}
			for z.to < len(pg.tokens) && pg.tokens[z.to].before != strong && !e.limits(pg, z.to) {
				z.to++
			}
		case reachAfter:
			z.from++ // words that open the zone and the match alike are the match's own
			for z.to < len(pg.tokens) && z.to < f.to+u.after && pg.tokens[z.to].before != strong && !e.limits(pg, z.to) &&
				!pg.has(&pg.tokens[z.to], e.edges.resume) && !(u.tight && pg.tokens[z.to].before == soft) {
				z.to++
			}
		}
		s.zones = append(s.zones, z)
	}
}

// limits reports whether token i turns the sentence round: "ouvert à tous,
// sauf aux…" must not be covered by its generous beginning.
func (e *Engine) limits(pg *page, i int) bool {
	t := &pg.tokens[i]
	return pg.has(t, e.edges.limit)
}

// spared reports whether a match is disarmed by a scope or by its rule.
func (e *Engine) spared(s *scratch, f found, u *use) bool {
	r := e.rules[u.rule]
	for _, z := range s.zones {
		if z.page == f.page && z.from <= f.from && f.from < z.to && !r.sees[z.name] {
			return true
		}
	}
	for _, g := range s.found {
		x := &e.uses[g.use]
		if x.role != roleUnless || x.rule != u.rule {
			continue
		}
		// The longer reading is the better informed one: "sans photo" is
		// harmless, "candidature sans photo refusée" is not.
		longer := x.reach == reachOverlap && f.from <= g.from && g.to <= f.to && g.to-g.from < f.to-f.from
		if !longer && s.near(x.reach, g, f.page, f.from, f.to) {
			return true
		}
	}
	return false
}

// near reports whether the words [from, to) of a page are within reach of g.
func (s *scratch) near(r reach, g found, page int8, from, to int) bool {
	switch r {
	case reachOffer:
		return true
	case reachField:
		return g.page == page
	case reachSentence:
		t := s.pages[page].tokens
		return g.page == page && t[g.from].sentence == t[from].sentence
	}
	return g.page == page && g.from < to && from < g.to
}

// merge joins overlapping marks of one rule. A line that states a severity is
// more precise than the rule's own; among such lines the mildest is the one
// that knows best, since it was written for a near-miss.
func merge(marks []mark) []mark {
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
		if prefer(m, *last) {
			m.from, m.to, *last = min(m.from, last.from), max(m.to, last.to), m
		} else {
			last.to = max(last.to, m.to)
		}
	}
	return out
}

func prefer(m, last mark) bool {
	if m.explicit != last.explicit {
		return m.explicit
	}
	return m.explicit && m.severity < last.severity
}

// except applies the first exception of the rule that is open.
func (e *Engine) except(o Offer, s *scratch, m *mark) {
	r := e.rules[m.rule]
	m.exception = r.otherwise
	for i := range r.exceptions {
		x := &r.exceptions[i]
		open := x.applies(o)
		for j := 0; !open && j < len(s.found); j++ {
			g := s.found[j]
			u := &e.uses[g.use]
			open = u.role == roleException && u.rule == m.rule && u.exception == i && s.near(u.reach, g, m.page, m.from, m.to)
		}
		if open {
			m.severity, m.exception = min(m.severity, x.severity), x.say
			return
		}
	}
}

// yield removes the marks of rules that give way to another on the same words.
func (e *Engine) yield(marks []mark) []mark {
	return slices.DeleteFunc(marks, func(m mark) bool {
		r := e.rules[m.rule]
		return len(r.yields) > 0 && slices.ContainsFunc(marks, func(o mark) bool {
			return r.yields[e.rules[o.rule].ID] && o.overlaps(m.page, m.from, m.to)
		})
	})
}

// finding explains a mark.
func (e *Engine) finding(o Offer, s *scratch, m mark) Finding {
	r, pg := e.rules[m.rule], &s.pages[m.page]
	start, end := pg.bytes(m.from, m.to)
	f := Finding{
		Rule: r.ID, Title: r.Title, Severity: m.severity, Field: pg.field, Span: span.Of(pg.text.Original, start, end),
		Why: r.Why, Articles: r.Basis, Exception: m.exception, Rewrite: r.Advice,
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
