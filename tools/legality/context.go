package legality

import "sort"

// longest is a bound on the tokens of a match: a pattern has 64 positions.
const longest = 64

// stretch is some tokens of a page.
type stretch struct {
	page     int8
	from, to int
}

// cover is a set of tokens, as sorted and disjoint stretches. Whatever the
// number of matches in a text, asking it is one binary search, so that a text
// made of nothing but matches is still checked in about linear time.
type cover []stretch

// add takes stretches in the order of their beginnings, give or take the
// length of a match.
func (c *cover) add(s stretch) {
	for n := len(*c); n > 0; n-- {
		last := &(*c)[n-1]
		if last.page != s.page || last.to < s.from {
			break
		}
		s.from, s.to = min(s.from, last.from), max(s.to, last.to)
		*c = (*c)[:n-1]
	}
	*c = append(*c, s)
}

// has reports whether token i of a page is covered.
func (c cover) has(page int8, i int) bool { return c.reaches(page, i, i+1) }

// reaches reports whether any of the tokens [from, to) is covered.
func (c cover) reaches(page int8, from, to int) bool {
	k := sort.Search(len(c), func(k int) bool { return c[k].page > page || c[k].page == page && c[k].to > from })
	return k < len(c) && c[k].page == page && c[k].from < to
}

// surroundings is what surrounds the matches of an offer.
type surroundings struct {
	scopes []cover   // by scope: the words it disarms
	spared []cover   // by rule: sentences and fields of an "unless"
	unless [][]found // by rule: the words of an "unless"
	open   []cover   // by exception: where it applies
}

// lay sorts what was found into the context.
func (e *Engine) lay(s *scratch) {
	s.scopes, s.spared, s.open = empty(s.scopes, len(e.scopes)), empty(s.spared, len(e.rules)), empty(s.open, e.exceptions)
	s.unless = empty(s.unless, len(e.rules))
	for _, f := range s.found {
		u := &e.uses[f.use]
		switch u.role {
		case roleScope:
			s.scopes[u.scope].add(e.around(s, f, u))
		case roleException:
			s.everywhere(&s.open[u.exception], e.around(s, f, u), u.reach)
		case roleUnless:
			if u.reach == reachOverlap {
				s.unless[u.rule] = append(s.unless[u.rule], f)
				continue
			}
			s.everywhere(&s.spared[u.rule], e.around(s, f, u), u.reach)
		}
	}
}

// empty returns lists as n lists without elements, keeping their memory.
func empty[T ~[]E, E any](lists []T, n int) []T {
	if len(lists) != n {
		return make([]T, n)
	}
	for i := range lists {
		lists[i] = lists[i][:0]
	}
	return lists
}

// everywhere adds a stretch, in both fields when it concerns the whole offer.
func (s *scratch) everywhere(c *cover, st stretch, r reach) {
	if r != reachOffer {
		c.add(st)
		return
	}
	*c = append((*c)[:0], stretch{page: 0, to: len(s.pages[0].tokens)}, stretch{page: 1, to: len(s.pages[1].tokens)})
}

// around returns the tokens that a match reaches.
func (e *Engine) around(s *scratch, f found, u *use) stretch {
	t := s.pages[f.page].tokens
	st := stretch{page: f.page, from: f.from, to: f.to}
	switch u.reach {
	case reachField, reachOffer:
		st.from, st.to = 0, len(t)
	case reachSentence:
		// A scope is about one side of "sauf": "ouvert à tous, sauf aux…"
		// must not be covered by its generous beginning.
		number := func(i int) int32 { return t[i].sentence }
		if u.role == roleScope {
			number = func(i int) int32 { return t[i].segment }
		}
		here := number(f.from)
		st.from = sort.Search(len(t), func(i int) bool { return number(i) >= here })
		st.to = sort.Search(len(t), func(i int) bool { return number(i) > here })
	case reachAfter:
		st.from++ // words that open the zone and the match alike are the match's own
		for st.to < len(t) && st.to < f.to+u.after && t[st.to].before != strong && !e.limits(&s.pages[f.page], st.to) &&
			!s.pages[f.page].has(&t[st.to], e.edges.resume) && !(u.tight && t[st.to].before == soft) {
			st.to++
		}
	}
	return st
}

// limits reports whether token i turns the sentence round.
func (e *Engine) limits(pg *page, i int) bool { return pg.has(&pg.tokens[i], e.edges.limit) }

// refuses reports whether the words of a match turn candidates away.
func (e *Engine) refuses(pg *page, f found) bool {
	for i := f.allFrom; i < f.allTo; i++ {
		if pg.has(&pg.tokens[i], e.edges.refusal) {
			return true
		}
	}
	return false
}

// spares reports whether a match is disarmed by a scope or by its rule.
func (e *Engine) spares(s *scratch, f found, u *use) bool {
	r := e.rules[u.rule]
	for i, name := range e.scopes {
		// "Hommes s'abstenir" speaks to candidates, whatever stands before it.
		if s.scopes[i].has(f.page, f.from) && !r.sees[name] && (name == "statement" || !e.refuses(&s.pages[f.page], f)) {
			return true
		}
	}
	if s.spared[u.rule].has(f.page, f.from) {
		return true
	}
	near := s.unless[u.rule]
	k := sort.Search(len(near), func(k int) bool {
		return near[k].page > f.page || near[k].page == f.page && near[k].allFrom > f.from-longest
	})
	for ; k < len(near) && near[k].page == f.page && near[k].allFrom < f.to; k++ {
		g := near[k]
		if g.from >= f.to || f.from >= g.to {
			continue
		}
		// The longer reading is the better informed one: "sans photo" is
		// harmless, "candidature sans photo refusée" is not.
		if longer := f.from <= g.from && g.to <= f.to && g.to-g.from < f.to-f.from; !longer {
			return true
		}
	}
	return false
}
