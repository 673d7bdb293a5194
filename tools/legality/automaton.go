package legality

import "math/bits"

// link computes Glushkov's nullable, first, last and follow.
func (p *pattern) link(e *expr) (nullable bool, first, last uint64) {
	switch e.op {
	case 'p':
		bit := uint64(1) << e.pos
		return false, bit, bit
	case '?':
		_, first, last = p.link(e.args[0])
		return true, first, last
	case '|':
		for _, a := range e.args {
			n, f, l := p.link(a)
			nullable = nullable || n
			first |= f
			last |= l
		}
		return nullable, first, last
	}
	nullable = true
	for _, a := range e.args {
		n, f, l := p.link(a)
		for set := last; set != 0; set &= set - 1 {
			p.follow[bits.TrailingZeros64(set)] |= f
		}
		if nullable {
			first |= f
		}
		if n {
			last |= l
		} else {
			last = l
		}
		nullable = nullable && n
	}
	return nullable, first, last
}

// needs lists the syms without which e cannot match.
func (p *pattern) needs(e *expr) []sym {
	switch e.op {
	case 'p':
		if q := p.positions[e.pos]; q.kind != '.' {
			return []sym{q.sym}
		}
	case '&':
		var all []sym
		for _, a := range e.args {
			all = append(all, p.needs(a)...)
		}
		return all
	}
	return nil
}

// anyOf lists groups of syms: without one of each group e cannot match. Where
// needs asks for a word that all alternatives share, this asks for one of the
// words that tell them apart, which rules out most patterns for most sentences.
func (p *pattern) anyOf(e *expr) [][]sym {
	switch e.op {
	case '&':
		var all [][]sym
		for _, a := range e.args {
			all = append(all, p.anyOf(a)...)
		}
		return all
	case '|':
		var group []sym
		for _, a := range e.args {
			needed := p.needs(a)
			if len(needed) == 0 {
				inner := p.anyOf(a)
				if len(inner) == 0 {
					return nil
				}
				group = append(group, inner[0]...)
				continue
			}
			// The last word of a phrase is rarer than its first: "pas de voile".
			group = append(group, needed[len(needed)-1])
		}
		return [][]sym{group}
	}
	return nil
}

// hit is one match: the tokens [from, to) of its core, and of all of it.
type hit struct{ from, to, allFrom, allTo int }

// match runs the pattern from token i and returns its longest match. trail is
// scratch space that grows to the length of the longest match.
func (p *pattern) match(pg *page, i int, trail *[]uint64) (hit, bool) {
	if p.head == '^' && pg.tokens[i].before == tight || p.head == '2' && i > 0 {
		return hit{}, false
	}
	steps := (*trail)[:0]
	alive, end := p.first, -1
	for k := i; k < len(pg.tokens); k++ {
		if k > i && pg.tokens[k].before == strong {
			break
		}
		now := p.accepts(pg, k, alive)
		if now == 0 {
			break
		}
		steps = append(steps, now)
		if now&p.last != 0 && (!p.tail || k+1 == len(pg.tokens) || pg.tokens[k+1].before != tight) {
			end = k
		}
		alive = 0
		for set := now; set != 0; set &= set - 1 {
			alive |= p.follow[bits.TrailingZeros64(set)]
		}
		if alive == 0 {
			break
		}
	}
	*trail = steps
	if end < 0 {
		return hit{}, false
	}
	// Walk back along one path to learn which tokens are the core.
	h := hit{from: -1, allFrom: i, allTo: end + 1}
	at := bits.TrailingZeros64(steps[end-i] & p.last)
	for k := end; ; k-- {
		if p.positions[at].core {
			h.from = k
			if h.to == 0 {
				h.to = k + 1
			}
		}
		if k == i {
			break
		}
		// Of several ways back the one through the core shows more of it.
		before, found := at, false
		for set := steps[k-1-i]; set != 0; set &= set - 1 {
			b := bits.TrailingZeros64(set)
			if p.follow[b]&(1<<before) == 0 || k-1 == i && p.first&(1<<b) == 0 || found && !p.positions[b].core {
				continue
			}
			at, found = b, true
			if p.positions[b].core {
				break
			}
		}
	}
	if h.from < 0 {
		h.from, h.to = h.allFrom, h.allTo
	}
	return h, true
}

// accepts returns the positions of alive that token k satisfies.
func (p *pattern) accepts(pg *page, k int, alive uint64) (now uint64) {
	t := &pg.tokens[k]
	for set := alive; set != 0; set &= set - 1 {
		b := bits.TrailingZeros64(set)
		q := &p.positions[b]
		switch q.kind {
		case '.':
			if t.negation {
				continue // a gap that jumps over "sans" would mean the contrary
			}
		case '#':
			if !t.number || t.num < q.lo || t.num > q.hi {
				continue
			}
		default:
			if !pg.has(t, q.sym) {
				continue
			}
		}
		now |= 1 << b
	}
	return now
}

func (pg *page) has(t *token, s sym) bool {
	for _, have := range pg.syms[t.symFrom:t.symTo] {
		if have == s {
			return true
		}
	}
	return false
}
