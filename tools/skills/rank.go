package skills

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"unicode"
)

// What is shown: at once, at all, and of the evidence of each.
const (
	shownLimit    = 15
	shownFrom     = 0.5 // confidence
	proposalLimit = 60
	proposedFrom  = 0.12
	evidenceLimit = 4
)

// candidate is one label with its features and the evidence for it.
type candidate struct {
	label      int32
	features   features
	confidence float32
	why        string
	places     [][2]int
}

// features are what the confidence of a match is computed from, each about 0–1.
type features struct {
	Cover   float32 // share of the label that is shown
	Dense   float32 // share of the evidence that the label explains
	Link    float32 // how much the found occupations use the label
	Core    float32 // as their core
	Weight  float32 // how much is shown in all
	Single  float32 // one word only
	Novel   float32 // share of the evidence that no better match explains
	Near    float32 // share shown by near-synonyms
	Head    float32 // the first telling word is shown
	Listed  float32 // in a list of skills, languages or diplomas
	Hobby   float32
	Knowing float32 // a savoir
	Diploma float32
	Exact   float32 // every word, side by side
	Stray   float32 // occupations are known and none uses it
	Common  float32 // how many métiers use it, of all
	Bare    float32 // no métier does
	Lone    float32 // a savoir of one telling word
}

// weights of the features, fitted by logistic regression on
// testdata/skills-tune.jsonl: go test ./tools/skills -run TestFit -fit
var weights = features{
	Cover: 0.68, Dense: -0.42, Link: 3.51, Core: 0.52, Weight: 2.35, Single: -0.10, Novel: 0.98, Near: -2.37, Head: 0.97,
	Listed: -0.34, Knowing: -0.01, Diploma: 0.98, Exact: 1.71, Stray: 0.09, Common: 2.43, Bare: 1.81, Lone: 0.43, Hobby: -3.00,
}

const bias = -5.60

func (f *features) list() []float32 {
	return []float32{
		f.Cover, f.Dense, f.Link, f.Core, f.Weight, f.Single, f.Novel, f.Near, f.Head, f.Listed, f.Knowing, f.Diploma, f.Exact,
		f.Stray, f.Common, f.Bare, f.Lone, f.Hobby,
	}
}

func (f *features) confidence() float32 {
	z := float64(bias)
	w := weights.list()
	for i, v := range f.list() {
		z += float64(w[i] * v)
	}
	return float32(1 / (1 + math.Exp(-z)))
}

// rank turns matches into proposals, best first, and says how many to show.
func (e *Engine) rank(p *page, found []occupation, hits []hit) ([]Proposal, int) {
	all := e.candidates(p, found, hits)
	all = append(all, e.licences.find(p)...)
	all = append(all, e.attitudes.find(p)...)
	merged := merge(all)
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
func (e *Engine) candidates(p *page, found []occupation, hits []hit) []candidate {
	strength := make(map[int32]float32, len(found))
	for _, o := range found {
		strength[o.metier] = max(strength[o.metier], o.confidence)
	}
	out := make([]candidate, 0, len(hits)/4)
	for from := 0; from < len(hits); {
		to := from + 1
		for to < len(hits) && hits[to].clause == hits[from].clause {
			to++
		}
		out = e.readings(p, strength, hits[from:to], out)
		from = to
	}
	return out
}

// readings ranks the matches of one clause: the better ones take their words,
// and what is left to the others is their novelty.
func (e *Engine) readings(p *page, strength map[int32]float32, hits []hit, out []candidate) []candidate {
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
		for _, k := range l.links {
			if s := strength[k.metier]; s > 0 {
				r.use = max(r.use, s)
				if k.core {
					r.core = max(r.core, s)
				}
			}
		}
		if r.use == 0 && h.cover < coverAny || l.title && c.section != education && c.section != abilities {
			continue
		}
		if r.shown == 1 && l.telling >= 3 && r.cover < 0.9 && (r.core == 0 || r.weight < 5.5) {
			continue // one word of many
		}
		if l.lone && !listed(c, h) && !p.proper(c.tokens[h.from]) {
			continue
		}
		r.value = h.cover * (0.5 + 0.5*h.dense) * float32(math.Sqrt(float64(h.weight))) * (1 + 0.6*r.use + 0.15*r.core)
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
	var taken uint64
	for _, r := range list {
		l := &e.index.labels[r.label]
		novel := float32(bits.OnesCount64(r.used&^taken)) / float32(max(bits.OnesCount64(r.used), 1))
		f := features{
			Cover: r.cover, Dense: r.dense, Link: r.use, Core: r.core, Weight: min(r.weight/20, 1), Novel: novel,
			Single: one(r.shown == 1), Near: float32(r.near) / float32(max(r.shown, 1)), Head: one(r.head),
			Listed: one(c.section == abilities || c.section == languages || c.section == education),
			Hobby:  one(c.hobby), Knowing: one(l.item.Kind == Savoir && !l.strict), Diploma: one(l.strict),
			Exact: one(r.cover > 0.99 && r.dense > 0.99),
			Stray: one(len(strength) > 0 && r.use == 0), Common: float32(math.Log(1+float64(len(l.links))) / 7),
			Bare: one(len(l.links) == 0), Lone: one(l.lone),
		}
		taken |= r.used
		out = append(out, candidate{
			label: r.label, features: f, confidence: f.confidence(), why: why(f, l),
			places: [][2]int{{c.tokens[r.from].start, c.tokens[r.to].end}},
		})
	}
	return out
}

// listed reports whether a match stands as an entry of a list: a section of
// skills, or a part of at most two words between commas. « Prévention » alone
// in a sentence names no knowledge.
func listed(c clause, h hit) bool {
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
	return content <= 2 || c.section == abilities && content <= 4 || c.section == languages
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
	case f.Exact == 1:
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
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.confidence, a.confidence), cmp.Compare(a.label, b.label))
	})
	at := map[int32]int{}
	var out []candidate
	for _, c := range all {
		i, ok := at[c.label]
		if !ok {
			at[c.label] = len(out)
			out = append(out, c)
			continue
		}
		kept := &out[i]
		for _, place := range c.places {
			overlaps := slices.ContainsFunc(kept.places, func(p [2]int) bool { return p[0] < place[1] && place[0] < p[1] })
			if overlaps || len(kept.places) >= evidenceLimit || c.confidence < 0.5*kept.confidence {
				continue
			}
			kept.places = append(kept.places, place)
			kept.confidence += 0.1 * c.confidence * (1 - kept.confidence)
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.confidence, a.confidence), cmp.Compare(a.label, b.label))
	})
	return out
}
