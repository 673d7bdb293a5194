package skills

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// meanings compares what words mean with what labels mean, by the vectors of
// [Lexicon].Word: « lâchers de coccinelles » shares no word with « Utiliser des
// méthodes de lutte biologique ».
type meanings struct {
	word   func(string) []float32
	dim    int
	labels []int8 // dim per label, its unit vector
	scale  []float32
	stems  []int8    // dim per stem of the index, the unit vector of one of its words
	size   []float32 // and what one of its bytes is worth; 0 for a word that says nothing

	metiers [][]float32 // by métier, where its texts point
}

// widest is how many words of a clause may show one skill by what they mean
// together.
const widest = 8

// readWords is of how many words of a text the meaning is read, as it costs most
// of the time; a long CV has 1,600. What follows is compared word by word.
const readWords = 2000

func newMeanings(word func(string) []float32, labels []label, stems []string) meanings {
	m := meanings{word: word}
	if word == nil {
		return m
	}
	seen := map[string][]float32{}
	m.scale = make([]float32, len(labels))
	for i := range labels {
		var sum []float32
		for _, t := range wordsOf(labels[i].item.Label) {
			v, ok := seen[t.word]
			if !ok {
				v = word(t.word)
				seen[t.word] = v
			}
			if sum == nil && v != nil {
				sum = make([]float32, len(v))
			}
			for k := range v {
				sum[k] += v[k]
			}
		}
		if sum == nil {
			continue
		}
		if m.labels == nil {
			m.dim = len(sum)
			m.labels = make([]int8, m.dim*len(labels))
		}
		m.scale[i] = quantise(sum, m.labels[i*m.dim:(i+1)*m.dim])
	}
	m.stems, m.size = make([]int8, m.dim*len(stems)), make([]float32, len(stems))
	for i, w := range stems {
		v, ok := seen[w]
		if !ok {
			v = word(w)
		}
		if v != nil && m.dim > 0 {
			m.size[i] = quantise(v, m.stems[i*m.dim:(i+1)*m.dim])
		}
	}
	return m
}

// learn takes where the texts of each métier point.
func (m *meanings) learn(metiers []Metier, learned func(string) []float32) {
	if m.dim == 0 || learned == nil {
		return
	}
	for _, x := range metiers {
		m.metiers = append(m.metiers, learned(x.Code))
	}
}

// unit makes v as long as one, unless it is zero.
func unit(v []float32) bool {
	var square float32
	for _, x := range v {
		square += x * x
	}
	if square == 0 {
		return false
	}
	length := float32(math.Sqrt(float64(square)))
	for k := range v {
		v[k] /= length
	}
	return true
}

// spheres is how near a direction is to each métier, 1 for the nearest.
func (m *meanings) spheres(of []float32) []float32 {
	if of == nil || m.metiers == nil {
		return nil
	}
	const steep = 8 // a cosine less by a tenth is worth half
	out := make([]float32, len(m.metiers))
	var top float32
	for i, v := range m.metiers {
		for k, x := range v {
			out[i] += x * of[k]
		}
		top = max(top, out[i])
	}
	for i, x := range out {
		out[i] = float32(math.Exp(float64(steep * (x - top))))
	}
	return out
}

// quantise writes the direction of v in bytes, and says what one of them is
// worth: a quarter of the memory.
func quantise(v []float32, into []int8) float32 {
	var top, square float32
	for _, x := range v {
		top = max(top, x, -x)
		square += x * x
	}
	if top == 0 {
		return 0
	}
	for k, x := range v {
		into[k] = int8(math.Round(float64(x / top * 127)))
	}
	return top / 127 / float32(math.Sqrt(float64(square)))
}

// read is what the words of a clause mean, and each run of them together.
type read struct {
	words  [][]float32 // by token; nil for those that say nothing, and in titles
	titles [][]float32 // of the words of titles
	length [][]float32 // of the sum of a run, by its first token and its size less one
	along  []float32   // working memory
}

// read finds what the clauses of a page mean, each and together.
func (m *meanings) read(p *page) {
	p.reads = make([]read, len(p.clauses))
	if m.dim == 0 {
		return
	}
	cache := map[string][]float32{}
	whole := make([]float32, m.dim)
	words := 0
	for n, c := range p.clauses {
		if words += len(c.tokens); words > readWords {
			break
		}
		p.reads[n] = m.clause(c, cache)
		if !c.hobby {
			add(whole, p.reads[n].words)
			add(whole, p.reads[n].titles)
		}
	}
	if unit(whole) {
		p.spheres = m.spheres(whole)
	}
	p.field = m.together(p, 0, len(p.clauses))
}

func add(sum []float32, words [][]float32) {
	for _, w := range words {
		for k, x := range w {
			sum[k] += x
		}
	}
}

func (m *meanings) clause(c clause, cache map[string][]float32) read {
	r := read{words: make([][]float32, len(c.tokens)), length: make([][]float32, len(c.tokens)), along: make([]float32, len(c.tokens))}
	for i, t := range c.tokens {
		v, ok := cache[t.word]
		if !ok {
			v = m.word(t.word)
			cache[t.word] = v
		}
		switch {
		case t.named && !t.apart:
			r.titles = append(r.titles, v)
		case !t.apart:
			r.words[i] = v
		}
	}
	sum := make([]float32, m.dim)
	for i := range r.words {
		clear(sum)
		var square float32
		r.length[i] = make([]float32, 0, widest)
		for _, w := range r.words[i:min(i+widest, len(r.words))] {
			for k, x := range w {
				square += x * (2*sum[k] + x)
				sum[k] += x
			}
			r.length[i] = append(r.length[i], float32(math.Sqrt(float64(max(square, 0)))))
		}
	}
	return r
}

// nearest is the run of words of the clause that is nearest to what a label
// means, and its cosine; whole is that of the run [from, to].
func (m *meanings) nearest(r *read, label int32, from, to int32) (best, whole float32, first, last int32) {
	if len(r.words) == 0 || m.scale[label] == 0 {
		return 0, 0, 0, 0
	}
	v := m.labels[int(label)*m.dim : int(label+1)*m.dim]
	for i, w := range r.words {
		var dot float32
		if w != nil {
			w = w[:len(v)]
			for k, x := range v {
				dot += float32(x) * w[k]
			}
		}
		r.along[i] = dot * m.scale[label]
	}
	for i := range r.words {
		if r.words[i] == nil {
			continue
		}
		var along float32
		for n, length := range r.length[i] {
			along += r.along[i+n]
			if length == 0 || r.words[i+n] == nil {
				continue
			}
			if cos := along / length; cos > best {
				best, first, last = cos, int32(i), int32(i+n)
			}
		}
	}
	whole = best
	if from >= 0 && to-from < widest {
		var along float32
		for _, x := range r.along[from : to+1] {
			along += x
		}
		if length := r.length[from][to-from]; length > 0 {
			whole = along / length
		}
	}
	return best, whole, first, last
}

// along is the cosine of a label with what many words mean together.
func (m *meanings) cosine(label int32, of []float32) float32 {
	if m.dim == 0 || of == nil || m.scale[label] == 0 {
		return 0
	}
	v := m.labels[int(label)*m.dim : int(label+1)*m.dim]
	of = of[:len(v)]
	var dot float32
	for k, x := range v {
		dot += float32(x) * of[k]
	}
	return dot * m.scale[label]
}

// between is the cosine of what two labels mean.
func (m *meanings) between(a, b int32) float32 {
	if m.dim == 0 {
		return 0
	}
	v, w := m.labels[int(a)*m.dim:int(a+1)*m.dim], m.labels[int(b)*m.dim:int(b+1)*m.dim]
	w = w[:len(v)]
	var dot int32
	for k, x := range v {
		dot += int32(x) * int32(w[k])
	}
	return float32(dot) * m.scale[a] * m.scale[b]
}

// nearestWord is the cosine of a stem with the word of a clause that is nearest
// to it.
func (m *meanings) nearestWord(stem int32, r *read) (best float32) {
	if m.size[stem] == 0 {
		return 0
	}
	v := m.stems[int(stem)*m.dim : int(stem+1)*m.dim]
	for i, w := range r.words {
		if w == nil || len(r.length[i]) == 0 || r.length[i][0] == 0 {
			continue
		}
		var dot float32
		w = w[:len(v)]
		for k, x := range v {
			dot += float32(x) * w[k]
		}
		best = max(best, dot/r.length[i][0])
	}
	return best * m.size[stem]
}

// together is the direction of what the clauses [from, to) mean, pastimes apart.
func (m *meanings) together(p *page, from, to int) []float32 {
	if m.dim == 0 {
		return nil
	}
	sum := make([]float32, m.dim)
	for n := max(from, 0); n < min(to, len(p.clauses)); n++ {
		if p.clauses[n].hobby {
			continue
		}
		add(sum, p.reads[n].words)
	}
	if !unit(sum) {
		return nil
	}
	return sum
}

// What the words of a clause may mean without sharing any word with a label: of
// the labels that the found occupations use, the nearest.
const (
	meantOnly  = 0.5 // cosine
	meantFirst = 6   // by clause
)

// meant appends the labels of the found occupations that clauses show by what
// they mean, and ranks the others among them.
func (e *Engine) meant(p *page, found []occupation, hits []hit) []hit {
	if e.meanings.dim == 0 || len(found) == 0 {
		return hits
	}
	own := map[int32]bool{}
	for _, o := range found {
		own[o.metier] = true
	}
	var labels []int32
	for i := range e.index.labels {
		l := &e.index.labels[i]
		if l.strict || l.title || l.item.Kind == SavoirEtre {
			continue
		}
		for _, k := range l.links {
			if own[k.metier] {
				labels = append(labels, int32(i))
				break
			}
		}
	}
	var out []hit
	for from, n := 0, 0; n < len(p.clauses); n++ {
		to := from
		for to < len(hits) && int(hits[to].clause) == n {
			to++
		}
		here := hits[from:to]
		from = to
		known := make(map[int32]bool, len(here))
		for i := range here {
			known[here[i].label] = true
		}
		var fresh []hit
		var all []float32
		for _, id := range labels {
			if len(p.reads[n].words) == 0 {
				break
			}
			best, _, first, last := e.meanings.nearest(&p.reads[n], id, -1, -1)
			all = append(all, best)
			if best >= meantOnly && !known[id] {
				h := hit{label: id, clause: int32(n), from: first, to: last, meaning: best, here: best}
				for i := first; i <= last; i++ {
					if p.reads[n].words[i] != nil {
						h.used |= 1 << min(uint(i), 63)
					}
				}
				fresh = append(fresh, h)
			}
		}
		slices.SortFunc(all, func(a, b float32) int { return cmp.Compare(b, a) })
		slices.SortFunc(fresh, func(a, b hit) int { return cmp.Or(cmp.Compare(b.meaning, a.meaning), cmp.Compare(a.label, b.label)) })
		out = append(out, here...)
		out = append(out, fresh[:min(len(fresh), meantFirst)]...)
		for i := len(out) - len(here) - min(len(fresh), meantFirst); i < len(out); i++ {
			out[i].closer = int32(sort.Search(len(all), func(j int) bool { return all[j] <= out[i].meaning }))
		}
	}
	return out
}
