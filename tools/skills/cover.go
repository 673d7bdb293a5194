package skills

import "math"

// local is how rare each word is among the labels at hand: those that the text
// shows and those of the occupations found. « Ruche » says little of which skill
// of beekeeping is meant.
func (e *Engine) local(found []occupation, list []candidate) func(stem int32) float32 {
	count := map[int32]float32{}
	labels := map[int32]bool{}
	add := func(id int32) {
		if labels[id] {
			return
		}
		labels[id] = true
		for _, t := range e.index.labels[id].terms {
			count[t.stem]++
		}
	}
	for i := range list {
		add(list[i].label)
	}
	for _, o := range found[:min(len(found), 2)] {
		for _, id := range e.used[o.metier] {
			add(id)
		}
	}
	n := float64(len(labels))
	return func(stem int32) float32 {
		return float32(math.Log((n + 2) / (float64(count[stem]) + 1)))
	}
}

// written are the stems of a text, by how well they stand there.
func (p *page) written(ix *index) map[int32]float32 {
	out := map[int32]float32{}
	for _, c := range p.clauses {
		for _, t := range c.tokens {
			if t.acronym >= 0 {
				out[t.acronym] = 1
			}
			if t.stem < 0 || c.hobby {
				continue
			}
			if t.named {
				out[t.stem] = max(out[t.stem], namedQuality)
				continue
			}
			out[t.stem] = 1
			for _, other := range ix.near[t.stem] {
				out[other] = max(out[other], nearQuality)
			}
		}
	}
	return out
}

// cover says how much of a label is shown, here and in the whole text.
func (e *Engine) cover(s *signs, l *label, c *candidate, weight func(int32) float32, written map[int32]float32, p *page) {
	var total, here, ever, text, soft, rendered float32
	for k, t := range l.terms {
		w := weight(t.stem)
		total += w
		bit := uint32(1) << min(k, 31)
		shown := c.terms&bit != 0
		if k == 0 {
			s.Verb = one(shown)
		}
		if c.ever&bit != 0 {
			ever += w
		}
		text += w * written[t.stem]
		if q := written[t.stem]; q < 1 {
			s.TextGap = max(s.TextGap, w*(1-q))
		}
		if shown {
			here += w
			soft += w
			rendered += w
			s.Common = max(s.Common, w)
			continue
		}
		s.LocalGap = max(s.LocalGap, w)
		near := float32(0)
		if e.meanings.dim > 0 {
			near = e.meanings.nearestWord(t.stem, &p.reads[c.clause])
		}
		soft += w * near * near
		s.SoftGap = max(s.SoftGap, w*(1-near*near))
		var likely float32
		for _, said := range p.clauses[c.clause].tokens {
			if said.stem >= 0 {
				likely = max(likely, e.renderings[said.stem][t.stem])
			}
		}
		likely = min(3*likely, 1)
		rendered += w * likely
		s.RenderedGap = max(s.RenderedGap, w*(1-likely))
	}
	if total > 0 {
		s.Local, s.Ever, s.Text, s.Soft, s.Rendered = here/total, ever/total, text/total, soft/total, rendered/total
	}
	s.Common, s.LocalGap, s.TextGap, s.SoftGap, s.RenderedGap = s.Common/6, s.LocalGap/6, s.TextGap/6, s.SoftGap/6, s.RenderedGap/6
}
