package offline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

type opt struct {
	cmin, cmax         int
	cross, cjoin       bool // char n-grams across words
	role, roleConj     bool
	sound, stem        bool
	tri, skip          bool
	concepts, pairs    bool
	idf                bool
	lr, l2             float32
	epochs             int
	wc, ww, wk, w2, wr float32
	scale              float32
	smooth             float32
	pos                bool
	nblend             bool
}

type ft struct {
	i uint32
	v float32
}

const ebits = 18

func expFeatures(m message, role string, o opt, idf []float32) []ft {
	tokens, _ := masked(m)
	val := map[uint32]float32{}
	add := func(v float32, parts ...string) {
		h := uint32(2166136261)
		for _, p := range parts {
			for i := range len(p) {
				h = (h ^ uint32(p[i])) * 16777619
			}
			h = (h ^ 0xff) * 16777619
		}
		h ^= h >> 15
		val[h&(1<<ebits-1)] = v
	}
	prev, prev2 := "^", ""
	for i, w := range tokens {
		add(o.ww, "w", w)
		add(o.w2, "2", prev, w)
		if o.tri && i > 0 {
			add(o.w2, "3", prev2, prev, w)
		}
		if o.skip && i > 1 {
			add(o.w2, "s", prev2, w)
		}
		if o.sound && w[0] != '_' {
			add(o.ww, "so", sound(w))
		}
		if o.stem && w[0] != '_' && len(w) > 5 {
			add(o.ww, "st", w[:5])
		}
		if o.roleConj {
			add(o.ww, "rw", role, w)
		}
		if o.pos && i < 2 {
			add(o.ww, "first", w)
		}
		prev2, prev = prev, w
		if o.cross || w[0] == '_' || len(w) < 3 {
			continue
		}
		b := "<" + w + ">"
		if len(b) > 24 {
			b = b[:24]
		}
		for n := o.cmin; n <= o.cmax; n++ {
			for j := 0; j+n <= len(b); j++ {
				add(o.wc, "c", b[j:j+n])
			}
		}
	}
	add(o.w2, "2", prev, "$")
	if o.cross {
		b := " " + strings.Join(tokens, " ") + " "
		for n := o.cmin; n <= o.cmax; n++ {
			for j := 0; j+n <= len(b); j++ {
				add(o.wc, "c", b[j:j+n])
			}
		}
	}
	if o.role && role != "" {
		add(o.wr, "role", role)
	}
	if o.concepts {
		var all []string
		for _, w := range tokens {
			all = append(all, concepts(w)...)
		}
		slices.Sort(all)
		all = slices.Compact(all)
		all = all[:min(len(all), 16)]
		for i, a := range all {
			add(o.wk, "k", a)
			if o.roleConj {
				add(o.wk, "rk", role, a)
			}
			if o.pairs {
				for _, b := range all[i+1:] {
					add(o.wk, "kk", a, b)
				}
			}
		}
	}
	out := make([]ft, 0, len(val)+1)
	var norm float32
	for i, v := range val {
		if idf != nil {
			v *= idf[i]
		}
		out = append(out, ft{i, v})
		norm += v * v
	}
	slices.SortFunc(out, func(a, b ft) int { return int(a.i) - int(b.i) })
	n := float32(math.Sqrt(float64(norm)))
	for i := range out {
		out[i].v /= n
	}
	out = append(out, ft{1<<ebits - 1, 0.3})
	return out
}

// sound is how a word sounds, roughly.
func sound(w string) string {
	r := strings.NewReplacer("eau", "o", "au", "o", "ai", "e", "ei", "e", "ez", "e", "er", "e", "ph", "f", "qu", "k", "q", "k", "ck", "k", "c", "k", "ss", "s", "ç", "s", "th", "t", "ll", "l", "mm", "m", "nn", "n", "tt", "t", "pp", "p", "rr", "r", "y", "i", "z", "s", "x", "s", "oi", "oi", "h", "")
	s := strings.TrimRight(r.Replace(w), "esxtdp")
	if s == "" {
		return w
	}
	return s
}

type emodel struct {
	labels []string
	w      []float32
	o      opt
	idf    []float32
}

func etrain(rows []utterance, o opt) *emodel {
	c := &emodel{o: o}
	for _, r := range rows {
		if !slices.Contains(c.labels, r.label) {
			c.labels = append(c.labels, r.label)
		}
	}
	slices.Sort(c.labels)
	n := len(c.labels)
	count := map[string]int{}
	var xs [][]ft
	var ys []int
	for _, r := range rows {
		count[r.label]++
	}
	msgs := make([]message, len(rows))
	for i, r := range rows {
		msgs[i] = polite(read(r.text))
	}
	roleOf := func(r utterance) string {
		if strings.Contains(r.roles, ",") || r.roles == "*" {
			return ""
		}
		return r.roles
	}
	if o.idf {
		df := make([]float32, 1<<ebits)
		for i, r := range rows {
			for _, f := range expFeatures(msgs[i], roleOf(r), o, nil) {
				df[f.i]++
			}
		}
		for i := range df {
			df[i] = float32(math.Log(float64(len(rows)+1) / float64(df[i]+1)))
		}
		df[1<<ebits-1] = 1
		c.idf = df
	}
	step := make([]float32, 0)
	for i, r := range rows {
		xs = append(xs, expFeatures(msgs[i], roleOf(r), o, c.idf))
		ys = append(ys, slices.Index(c.labels, r.label))
		s := float32(math.Sqrt(float64(len(rows)) / float64(n*count[r.label])))
		step = append(step, min(max(s, 0.6), 1.5))
	}
	c.w = make([]float32, (1<<ebits)*n)
	order := make([]int, len(xs))
	for i := range order {
		order[i] = i
	}
	seed := uint64(0x9E3779B97F4A7C15)
	p := make([]float32, n)
	for e := range o.epochs {
		for i := len(order) - 1; i > 0; i-- {
			seed ^= seed << 13
			seed ^= seed >> 7
			seed ^= seed << 17
			j := int(seed % uint64(i+1))
			order[i], order[j] = order[j], order[i]
		}
		lr := o.lr * (1 - float32(e)/float32(o.epochs))
		for _, i := range order {
			c.score(xs[i], p)
			for k := range p {
				t := o.smooth / float32(n)
				if k == ys[i] {
					t += 1 - o.smooth
				}
				p[k] = lr * step[i] * (t - p[k])
			}
			for _, f := range xs[i] {
				w := c.w[int(f.i)*n : int(f.i)*n+n]
				d := lr * o.l2
				for k := range w {
					w[k] += p[k]*f.v - d*w[k]
				}
			}
		}
	}
	return c
}

func (c *emodel) score(x []ft, p []float32) {
	n := len(c.labels)
	clear(p)
	for _, f := range x {
		w := c.w[int(f.i)*n : int(f.i)*n+n]
		for k := range w {
			p[k] += w[k] * f.v
		}
	}
	top := float32(math.Inf(-1))
	for k := range p {
		p[k] *= c.o.scale
		top = max(top, p[k])
	}
	var sum float32
	for k := range p {
		p[k] = float32(math.Exp(float64(p[k] - top)))
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
}

func (c *emodel) best(m message, role string) string {
	p := make([]float32, len(c.labels))
	c.score(expFeatures(m, role, c.o, c.idf), p)
	return bestOf(c.labels, p, role)
}

func bestOf(labels []string, p []float32, role string) string {
	ctx := Context{Role: role}
	sums := map[string]float32{}
	for k, l := range labels {
		if ctx.may(l) {
			sums[kind(l)] += p[k]
		}
	}
	best, top := "", float32(0)
	for _, l := range labels {
		if s := sums[kind(l)]; s > top {
			best, top = kind(l), s
		}
	}
	return best
}

type etest struct {
	author, role, text string
	want               []string
}

func expTests(t testing.TB, rows []utterance) []etest {
	var out []etest
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "routing-tune.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var c Case
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		if len(c.Context) > 0 {
			continue
		}
		out = append(out, etest{c.ID[:1], c.Persona, c.Text, append(append([]string{c.Expect.Tool}, c.AltTools...), c.Expect.AltTools...)})
	}
	for i, r := range rows {
		if r.author == "a" || r.author == "k" {
			role := firstRole(r.roles)
			if role == "" {
				role = []string{"seeker", "recruiter", "counsellor"}[i%3]
			}
			out = append(out, etest{r.author, role, r.text, []string{kind(r.label)}})
		}
	}
	return out
}

func TestExp(t *testing.T) {
	rows, _ := utterances()
	tests := expTests(t, rows)
	base := opt{cmin: 3, cmax: 4, tri: true, concepts: true, pairs: true, lr: 6, l2: 2e-6, epochs: 14, wc: 1, ww: 1, wk: 1, w2: 1, wr: 1, scale: 1}
	run := func(name string, o opt) {
		res := ""
		start := time.Now()
		var sum float64
		for _, a := range []string{"h", "j", "k", "a"} {
			var in []utterance
			for _, r := range rows {
				if r.author != a && !(r.author == "k" && (a == "h" || a == "j")) {
					in = append(in, r)
				}
			}
			m := etrain(in, o)
			n, ok := 0, 0
			for _, x := range tests {
				if x.author == a {
					n++
					if slices.Contains(x.want, m.best(polite(read(x.text)), x.role)) {
						ok++
					}
				}
			}
			res += fmt.Sprintf(" %s %.3f", a, float64(ok)/float64(n))
			sum += float64(ok) / float64(n)
		}
		t.Logf("%-30s%s mean %.4f  %v", name, res, sum/4, time.Since(start)/4)
	}
	// the present one
	{
		res := ""
		for _, a := range []string{"h", "j", "k", "a"} {
			var in []utterance
			for _, r := range rows {
				if r.author != a && !(r.author == "k" && (a == "h" || a == "j")) {
					in = append(in, r)
				}
			}
			m := train(in)
			n, ok := 0, 0
			for _, x := range tests {
				if x.author == a {
					n++
					l, _, _ := m.best(polite(read(x.text)), "", Context{Role: x.role}.may)
					if slices.Contains(x.want, kind(l)) {
						ok++
					}
				}
			}
			res += fmt.Sprintf(" %s %.3f", a, float64(ok)/float64(n))
		}
		t.Logf("present %s", res)
	}
	_ = run
	_ = base
}

func TestBins(t *testing.T) {
	rows, _ := utterances()
	tests := expTests(t, rows)
	var n, ok [11]int
	nll := 0.0
	for _, a := range []string{"h", "j"} {
		var in []utterance
		for _, r := range rows {
			if r.author != a && r.author != "k" {
				in = append(in, r)
			}
		}
		m := &Model{train(in)}
		for _, x := range tests {
			if x.author != a {
				continue
			}
			l, p, _ := m.classify(read(x.text), Context{Role: x.role})
			good := slices.Contains(x.want, kind(l))
			if !good {
				p2 := max(1-p, 1e-6)
				nll -= math.Log(p2)
			} else {
				nll -= math.Log(p)
			}
			b := int(p * 10)
			n[b]++
			ok[b] += b2i(slices.Contains(x.want, kind(l)))
		}
	}
	t.Log("bin nll", nll)
	for b := range n {
		t.Logf("bin .%d n %d right %.2f", b, n[b], float64(ok[b])/float64(max(n[b], 1)))
	}
}

func TestArgNames(t *testing.T) {
	rows, _ := utterances()
	data, _ := os.ReadFile(filepath.Join("..", "..", "testdata", "routing-tune.jsonl"))
	for _, a := range []string{"h", "j"} {
		var in []utterance
		for _, r := range rows {
			if r.author != a {
				in = append(in, r)
			}
		}
		m := &Model{train(in)}
		tot, bad, badWrongTool := map[string]int{}, map[string]int{}, map[string]int{}
		conf := map[string]int{}
		ctxN, ctxOK := 0, 0
		for line := range bytes.Lines(data) {
			var c Case
			json.Unmarshal(line, &c)
			if c.ID[:1] != a {
				continue
			}
			ctx := Context{Role: c.Persona}
			for _, text := range c.Context {
				ctx.Earlier = append(ctx.Earlier, Turn{Text: text})
			}
			u := m.Understand(c.Text, ctx)
			right, args := c.judge(u)
			if len(c.Context) > 0 {
				ctxN++
				ctxOK += b2i(right)
			}
			if !right {
				conf[c.Expect.Tool+" → "+kind(u.label())]++
			}
			for _, k := range compared {
				if want, ok := c.Expect.Args[k]; ok {
					tot[k]++
					if !same(k, want, args[k]) {
						if right {
							bad[k]++
						} else {
							badWrongTool[k]++
						}
					}
				}
			}
		}
		t.Log(a, "total", tot, "bad", bad, "bad, wrong tool", badWrongTool, "context", ctxN, ctxOK)
		t.Log(a, conf)
	}
}
