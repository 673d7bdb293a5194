package skills

import (
	"cmp"
	"math"
	"slices"

	"tandem/tools/span"
)

// occupation is a métier found, with what shows it.
type occupation struct {
	metier      int32
	appellation int32
	confidence  float32
	places      [][2]int // bytes of the folded text
}

// guessed are the métiers that some mention may mean, and those that the text is
// nearest to.
func (e *Engine) guessed(p *page) map[int32]bool {
	out := map[int32]bool{}
	for _, m := range p.mentions {
		for _, g := range m.guesses {
			out[e.metierOf[g.appellation]] = true
		}
	}
	for _, m := range p.nearest() {
		out[m] = true
	}
	return out
}

// nearest are the métiers that a text is nearest to by what it means as a whole.
func (p *page) nearest() []int32 {
	var out []int32
	for m, s := range p.spheres {
		if s >= nearFrom {
			out = append(out, int32(m))
		}
	}
	slices.SortFunc(out, func(a, b int32) int { return cmp.Or(cmp.Compare(p.spheres[b], p.spheres[a]), cmp.Compare(a, b)) })
	return out[:min(len(out), nearLimit)]
}

// How much what a text means as a whole counts beside the jobs that it names,
// which count for one at most; how near a métier must be that it does not name,
// to the nearest, and how many of them are proposed.
const (
	sphereWeight = 1.5
	nearFrom     = 0.5
	nearLimit    = 4
)

// How far the skills that a text shows may move the choice between the métiers
// that one title may mean, and the most occupations proposed.
const (
	supportWeight   = 0.28
	occupationLimit = 8
)

// occupations decides which métier each mention means, by its words and by the
// skills found around it, and ranks the métiers.
func (e *Engine) occupations(p *page, hits []hit) []occupation {
	support := e.support(hits)
	byMetier := map[int32]*occupation{}
	add := func(m mention, g guess, confidence float32) {
		metier := e.metierOf[g.appellation]
		o := byMetier[metier]
		if o == nil {
			o = &occupation{metier: metier, appellation: g.appellation}
			byMetier[metier] = o
		}
		if confidence > o.confidence {
			o.appellation = g.appellation
			o.confidence, confidence = confidence, o.confidence
		}
		o.confidence = min(o.confidence+0.08*confidence*(1-o.confidence), 0.99)
		if place := [2]int{m.start, m.end}; !slices.Contains(o.places, place) {
			o.places = append(o.places, place)
		}
	}
	for _, m := range p.mentions {
		var strongest float32
		for _, g := range m.guesses {
			strongest = max(strongest, support[e.metierOf[g.appellation]])
		}
		type scored struct {
			guess
			score float32
		}
		var list []scored
		for _, g := range m.guesses {
			score := g.likeness
			if strongest > 0 {
				score += supportWeight * support[e.metierOf[g.appellation]] / strongest
			}
			list = append(list, scored{g, score})
		}
		slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
		add(m, list[0].guess, m.weight*(0.55+0.45*list[0].likeness))
		taken := map[int32]bool{e.metierOf[list[0].appellation]: true}
		for _, s := range list[1:] {
			if metier := e.metierOf[s.appellation]; !taken[metier] && len(taken) < 3 && s.score > list[0].score-0.15 {
				taken[metier] = true
				add(m, s.guess, m.weight*(0.55+0.45*s.likeness)*0.4)
			}
		}
	}
	for _, m := range p.nearest() {
		if byMetier[m] == nil {
			if places := e.clausesOf(p, m); len(places) > 0 && e.appellationOf[m] >= 0 {
				byMetier[m] = &occupation{metier: m, appellation: e.appellationOf[m], places: places}
			}
		}
	}
	var out []occupation
	for _, o := range byMetier {
		if p.spheres != nil {
			o.confidence = min((o.confidence+sphereWeight*p.spheres[o.metier])/(1+sphereWeight), 0.99)
		}
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b occupation) int {
		return cmp.Or(cmp.Compare(b.confidence, a.confidence), cmp.Compare(a.places[0][0], b.places[0][0]), cmp.Compare(a.metier, b.metier))
	})
	return out[:min(len(out), occupationLimit)]
}

// clausesOf are the places of a text that are nearest to a métier: what shows it
// where no job is named.
func (e *Engine) clausesOf(p *page, metier int32) [][2]int {
	const most, from = 2, 0.35
	type near struct {
		clause int
		cosine float32
	}
	var list []near
	for n, c := range p.clauses {
		if v := e.meanings.together(p, n, n+1); v != nil && len(c.own()) > 1 {
			var cosine float32
			for k, x := range e.meanings.metiers[metier] {
				cosine += x * v[k]
			}
			if cosine >= from {
				list = append(list, near{n, cosine})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return cmp.Compare(b.cosine, a.cosine) })
	var out [][2]int
	for _, x := range list[:min(len(list), most)] {
		tokens := p.clauses[x.clause].own()
		out = append(out, [2]int{tokens[0].start, tokens[len(tokens)-1].end})
	}
	return out
}

// support is, by métier, how much the skills found speak for it: each label
// once, the rare ones more. What other texts call them does not count: a phrase
// may stand there for a skill of another trade.
func (e *Engine) support(hits []hit) map[int32]float32 {
	best := map[int32]float32{}
	for _, h := range hits {
		if h.cover >= 0.6 && !e.index.labels[h.label].heard {
			of := e.index.labels[h.label].of
			best[of] = max(best[of], h.cover*h.dense*min(h.weight, 14))
		}
	}
	ids := make([]int32, 0, len(best))
	for id := range best {
		ids = append(ids, id)
	}
	slices.Sort(ids) // float sums must not depend on the order of a map
	out := map[int32]float32{}
	for _, id := range ids {
		links := e.index.labels[id].links
		share := best[id] / float32(math.Log(2+float64(len(links))))
		for _, l := range links {
			if l.core {
				out[l.metier] += 1.3 * share
			} else {
				out[l.metier] += share
			}
		}
	}
	return out
}

func (e *Engine) show(p *page, list []occupation) []Occupation {
	out := make([]Occupation, 0, len(list))
	for _, o := range list {
		a, m := e.appellations[o.appellation], e.metiers[o.metier]
		shown := Occupation{
			ROME: m.Code, Metier: m.Label, Appellation: a.Long, AppellationCode: a.Code,
			Confidence: round(o.confidence),
		}
		for _, place := range o.places {
			if len(shown.Evidence) < evidenceLimit {
				shown.Evidence = append(shown.Evidence, p.span(place[0], place[1]))
			}
		}
		out = append(out, shown)
	}
	return out
}

// span is the place [from, to) of the folded text, in the original.
func (p *page) span(from, to int) span.Span {
	start, end := p.text.Span(from, to)
	return span.Of(p.text.Original, start, end)
}

func round(confidence float32) float64 { return math.Round(float64(confidence)*100) / 100 }
