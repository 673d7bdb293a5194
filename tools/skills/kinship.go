package skills

import "math"

// kinship says how the labels of a text back each other through ROME: labels that
// the same métiers use, labels that say nearly the same, labels that the same
// words show.
func (e *Engine) kinship(found []occupation, list []candidate, out []signs) {
	e.byMetiers(found, list, out)
	var level float32
	for i := range list[:min(len(list), 20)] {
		level += list[i].confidence / 20
	}
	for i := range list {
		c, s := &list[i], &out[i]
		kind := e.index.labels[c.label].item.Kind
		var best, lead, under, same float32
		for j := range list {
			if i == j {
				continue
			}
			o := &list[j]
			if alike := e.index.alike(c.label, o.label) * o.confidence; alike > best {
				best, lead = alike, o.confidence
				if alike < 0.4*o.confidence {
					lead = 0
				}
			}
			if overlap(c.places[:1], o.places[:1]) {
				under += o.confidence
				if e.index.labels[o.label].item.Kind == kind {
					same += o.confidence
				}
			}
		}
		s.Level, s.AlikeLead = level, c.confidence-lead
		s.UnderShare, s.UnderKindShare = portion(c.confidence, under), portion(c.confidence, same)
	}
}

// byMetiers says how the labels of a text speak for métiers, and these for each
// of them.
func (e *Engine) byMetiers(found []occupation, list []candidate, out []signs) {
	score := make([]float32, len(e.metiers)) // how much the labels speak for a métier
	near := make([]float32, len(e.metiers))  // and the sum of them, each the less the more métiers use it
	for i := range list {
		links := e.index.labels[list[i].label].links
		part := list[i].confidence / root(len(links))
		for _, k := range links {
			score[k.metier] += list[i].confidence / root(len(e.used[k.metier])+10)
			near[k.metier] += part
		}
	}
	var top, all float32
	for _, v := range score {
		top = max(top, v)
	}
	if top == 0 {
		return
	}
	const steep = 8 // a métier that a tenth less speaks for is worth half
	likely := make([]float32, len(score))
	for m, v := range score {
		if v > 0 {
			likely[m] = float32(math.Exp(float64(steep * (v/top - 1))))
			all += likely[m]
		}
	}
	sure := map[int32]float32{}
	var sum float32
	for _, o := range found {
		sure[o.metier] = o.confidence
		sum += o.confidence
	}
	for i := range list {
		c, s := &list[i], &out[i]
		links := e.index.labels[c.label].links
		var company, by float32
		for _, k := range links {
			company += near[k.metier]
			s.Backed += likely[k.metier] / all
			s.BackedMost = max(s.BackedMost, (score[k.metier]-c.confidence/root(len(e.used[k.metier])+10))/top)
			by += sure[k.metier]
		}
		if len(links) > 0 {
			s.Company = (company/root(len(links)) - c.confidence) / 10
		}
		if sum > 0 {
			s.FoundShare = by / sum
		}
		s.FoundMean = by / float32(len(links)+1)
	}
}

func root(n int) float32 { return float32(math.Sqrt(float64(n))) }

// portion is what one has of what it has with others.
func portion(one, others float32) float32 {
	if one == 0 {
		return 0
	}
	return one / (one + others)
}

// alike is the share of their words, by weight, that two labels have in common.
func (ix *index) alike(a, b int32) float32 {
	var both, all float32
	for _, t := range ix.labels[a].terms {
		all += t.weight
		for _, o := range ix.labels[b].terms {
			if o.stem == t.stem {
				both += t.weight + o.weight
				break
			}
		}
	}
	if both == 0 {
		return 0
	}
	for _, o := range ix.labels[b].terms {
		all += o.weight
	}
	return both / all
}
