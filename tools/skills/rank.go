package skills

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sort"
	"unicode"
)

// What is shown: at once, at all, and of the evidence of each.
const (
	shownLimit    = 15
	shownFrom     = 0.76 // confidence: of those above it, six of seven are right
	proposalLimit = 60
	proposedFrom  = 0.12
	evidenceLimit = 4
)

// candidate is one label with its features and the evidence for it.
type candidate struct {
	label      int32
	clause     int32
	terms      uint32 // which of its words are shown
	features   features
	stated     float32 // how sure, of what is named rather than matched; 0 for the others
	confidence float32
	why        string
	places     [][2]int

	// After merging:
	clauses int32   // in how many clauses it was found
	ever    uint32  // which of its words any of them shows
	second  float32 // confidence of the second best of them
	own     float32 // the best confidence by its own words
	heard   float32 // and by what texts to tune on call it
	near    float32 // the best meaning of the latter
	none    float32 // probability that none of them shows it, were they independent
}

// rank turns matches into proposals, best first, and says how many to show.
func (e *Engine) rank(p *page, found []occupation, hits []hit) ([]Proposal, int) {
	u := e.uses(found)
	all := e.candidates(p, u, hits)
	e.judge(all)
	merged := merge(all)
	merged = merged[:min(len(merged), weighed)]
	e.weigh(p, found, u, merged)
	out := make([]Proposal, 0, min(len(merged), proposalLimit))
	shown := 0
	for _, c := range merged {
		if c.confidence < proposedFrom || len(out) == proposalLimit {
			break
		}
		item := e.index.labels[c.label].item
		proposal := Proposal{
			Code: item.Code, Label: item.Label, Kind: item.Kind, Confidence: round(c.confidence), Why: c.why, Status: Proposed,
		}
		for _, place := range c.places {
			if len(proposal.Evidence) < evidenceLimit {
				proposal.Evidence = append(proposal.Evidence, p.span(place[0], place[1]))
			}
		}
		out = append(out, proposal)
		if c.confidence >= shownFrom && shown < shownLimit {
			shown = len(out)
		}
	}
	return out, shown
}

// candidates keeps, of all the matches of a clause, one reading of each piece
// of evidence ahead of the others.
func (e *Engine) candidates(p *page, u uses, hits []hit) []candidate {
	out := make([]candidate, 0, len(hits)/4)
	for from := 0; from < len(hits); {
		to := from + 1
		for to < len(hits) && hits[to].clause == hits[from].clause {
			to++
		}
		out = e.readings(p, u, hits[from:to], out)
		from = to
	}
	out = e.phrased(p, u, out)
	out = append(out, e.licences.find(p)...)
	return append(out, e.attitudes.find(p)...)
}

// judge says how sure each match is by itself.
func (e *Engine) judge(all []candidate) {
	for i := range all {
		c := &all[i]
		if c.confidence = c.stated; c.stated == 0 {
			c.confidence = e.confidence(&c.features)
		}
	}
}

// readings ranks the matches of one clause: the better ones take their words,
// and what is left to the others is their novelty.
func (e *Engine) readings(p *page, u uses, hits []hit, out []candidate) []candidate {
	at := int(hits[0].clause)
	around := e.meanings.together(p, at-2, at+3)
	c := p.clauses[hits[0].clause]
	type reading struct {
		hit
		use, core float32
		value     float32
	}
	list := make([]reading, 0, len(hits))
	for _, h := range hits {
		l := &e.index.labels[h.label]
		r := reading{hit: h}
		r.use, r.core, _ = u.of(l)
		if l.title && c.section != education && c.section != abilities {
			continue
		}
		if h.shown == 0 {
			r.value = h.meaning * 0.5
		} else {
			r.value = h.cover * (0.5 + 0.5*h.dense) * float32(math.Sqrt(float64(h.weight))) * (1 + 0.6*r.use + 0.15*r.core)
		}
		if l.item.Kind == Savoir && !l.strict {
			r.value *= 0.93
		}
		if len(l.links) == 0 && l.item.Kind == SavoirFaire {
			r.value *= 0.7
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b reading) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.label, b.label))
	})
	best := make(map[int32]bool, len(list)) // the best reading of each label, and the best by what a text calls it
	list = slices.DeleteFunc(list, func(r reading) bool {
		of := 2 * e.index.labels[r.label].of
		if e.index.labels[r.label].heard {
			of++
		}
		worse := best[of]
		best[of] = true
		return worse
	})
	alike := make(map[uint64][]float32, len(list)) // by the words used: values, best first
	for _, r := range list {
		alike[r.used] = append(alike[r.used], r.value)
	}
	var taken uint64
	for _, r := range list {
		l := &e.index.labels[r.label]
		same := alike[r.used]
		rivals := sort.Search(len(same), func(j int) bool { return same[j] <= 0.8*r.value }) - 1
		if l.title && r.used&^taken == 0 {
			continue // « CAP boulanger » is that, and not « Boulanger » besides
		}
		told := float32(r.shown) / float32(max(l.telling, int(r.shown), 1))
		novel := float32(bits.OnesCount64(r.used&^taken)) / float32(max(bits.OnesCount64(r.used), 1))
		f := u.features(l, c)
		f.Cover, f.Told, f.Gap, f.Dense, f.Weight = r.cover, told, r.gap/rarest, r.dense, min(r.weight/20, 1)
		f.Rest = float32(min(max(l.telling-int(r.shown), 0), 4)) / 4
		f.Exact, f.Single, f.Head, f.Novel = one(r.cover > 0.99 && r.dense > 0.99), one(r.shown == 1), one(r.head), novel
		f.Near, f.Named = float32(r.near)/float32(max(r.shown, 1)), float32(r.named)/float32(max(r.shown, 1))
		f.Rivals = float32(math.Log(1+float64(rivals))) / 3
		f.LinkCover, f.LinkTold, f.CoreCover, f.CoreTold = r.use*r.cover, r.use*told, r.core*r.cover, r.core*told
		f.Alias, f.Heard = one(l.of != r.label), one(l.heard)
		f.Field, f.Around = e.meanings.cosine(l.of, p.field), e.meanings.cosine(l.of, around)
		if p.spheres != nil {
			for _, k := range l.links {
				f.Sphere = max(f.Sphere, p.spheres[k.metier])
			}
		}
		f.Part = float32(bits.OnesCount64(r.used)) / float32(max(neighbours(c, r.hit), bits.OnesCount64(r.used), 1))
		f.Full, f.Size, f.Long = one(int(r.shown) >= l.telling), min(float32(l.telling)/8, 1), float32(c.said())/clauseLimit
		f.Aside, f.Amid = one(l.lone && !listed(c, r.hit)), one(r.use == 0 && l.lone && !alone(c, r.hit) && !languageNames[c.tokens[r.from].word] && !p.proper(c.tokens[r.from]))
		f.Scrap, f.Loose = one(r.use == 0 && r.shown == 1 && l.telling >= 3 && r.cover < 0.9), one(r.use == 0 && r.cover < coverAny)
		f.Meaning, f.Here, f.Meant, f.LinkMean = r.meaning, r.here, one(r.shown == 0), r.use*r.meaning
		f.Far, f.Distant = float32(math.Log(1+float64(r.closer)))/5, one(r.meaning < 0.5)*(0.5-r.meaning)*2
		if r.shown > 0 {
			taken |= r.used
		}
		terms := r.terms
		if l.of != r.label {
			terms = e.index.allOf(l.of) // said otherwise
		}
		out = append(out, candidate{
			label: l.of, clause: r.clause, terms: terms, features: f, why: why(f, l),
			places: [][2]int{{c.tokens[r.from].start, c.tokens[r.to].end}},
		})
	}
	return out
}

// said counts the words of a clause that ROME uses. Names it does not: a hidden
// employer must not make a clause longer.
func (c clause) said() (n int) {
	for _, t := range c.tokens {
		if t.stem >= 0 {
			n++
		}
	}
	return n
}

// listed reports whether a match stands as an entry of a list: a section of
// skills, or a part of at most two words between commas. « Prévention » alone
// in a sentence names no knowledge.
func listed(c clause, h hit) bool {
	content := neighbours(c, h)
	return content <= 2 || c.section == abilities && content <= 4 || c.section == languages
}

// alone is listed for what no occupation backs: « contrôle des sacs » is no
// knowledge of bags.
func alone(c clause, h hit) bool {
	content := neighbours(c, h)
	return content <= 1 || c.section == abilities && content <= 4 || c.section == languages
}

// neighbours counts the content words between the commas around a match.
func neighbours(c clause, h hit) int {
	from, to := h.from, h.to+1
	for from > 0 && c.tokens[from].after < comma {
		from--
	}
	for int(to) < len(c.tokens) && c.tokens[to].after < comma {
		to++
	}
	content := 0
	for _, t := range c.tokens[from:to] {
		if !empty[t.word] {
			content++
		}
	}
	return content
}

// proper reports whether a word is written like the name of a tool: MySQL, PHP.
func (p *page) proper(t token) bool {
	capitals := 0
	for _, r := range p.raw(t.start, t.end) {
		if unicode.IsUpper(r) {
			capitals++
		}
	}
	return capitals >= 2 && capitals <= 5
}

func one(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// why says in French what a match rests on.
func why(f features, l *label) string {
	switch {
	case f.Exact == 1 && f.Alias == 0 && f.Near == 0:
		return "Votre texte emploie les mots mêmes du ROME."
	case f.Link > 0 && f.Cover >= coverAny:
		return "Vos mots disent la même chose, et cette compétence fait partie d'un métier que vous citez."
	case f.Link > 0:
		return "Vos mots en disent une partie, et cette compétence fait partie d'un métier que vous citez."
	default:
		return "Vos mots disent à peu près la même chose."
	}
}

// merge brings together what speaks for the same label, best first.
func merge(all []candidate) []candidate {
	order := make([]int32, len(all)) // candidates are large: sorting them would cost more than judging them
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		a, b := &all[i], &all[j]
		return cmp.Or(cmp.Compare(b.confidence, a.confidence), cmp.Compare(a.label, b.label), cmp.Compare(i, j))
	})
	at := make(map[int32]int, len(all)/2)
	seen := make(map[[2]int32]bool, len(all))
	var out []candidate
	for _, n := range order {
		c := all[n]
		i, ok := at[c.label]
		if !ok {
			at[c.label] = len(out)
			c.told()
			c.clauses, c.none, c.ever = 1, 1-c.confidence, c.terms
			seen[[2]int32{c.label, c.clause}] = true
			c.places = slices.Clone(c.places)
			out = append(out, c)
			continue
		}
		kept := &out[i]
		kept.ever |= c.terms
		c.told()
		kept.own, kept.heard, kept.near = max(kept.own, c.own), max(kept.heard, c.heard), max(kept.near, c.near)
		if in := [2]int32{c.label, c.clause}; !seen[in] {
			seen[in] = true
			kept.second = max(kept.second, c.confidence)
			kept.clauses++
			kept.none *= 1 - c.confidence
		}
		for _, place := range c.places {
			overlaps := slices.ContainsFunc(kept.places, func(p [2]int) bool { return p[0] < place[1] && place[0] < p[1] })
			if !overlaps && c.features.Named != 1 && len(kept.places) < evidenceLimit && c.confidence >= 0.5*kept.confidence {
				kept.places = append(kept.places, place)
			}
		}
	}
	return out
}

// told notes in which words a single match shows its label.
func (c *candidate) told() {
	if c.features.Heard == 1 {
		c.heard, c.near = c.confidence, c.features.Meaning
	} else {
		c.own = c.confidence
	}
}
