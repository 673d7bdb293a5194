package skills

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

var (
	fit       = flag.Bool("fit", false, "fit the confidence on the texts to tune on and write the forests and known.txt")
	fitWords  = flag.Bool("fit.words", true, "also the forests of engines that compare words only")
	fitErrors = flag.String("fit.errors", "", "a file for what each text is shown and what is missed, by forests of other authors")
)

// leaning is what a text counts for whose gold leans on what the engine found, as
// that of the oldest does (t01 to t90). The authors of the others did not see it.
const (
	leaning = 0.1
	leans   = "t"
)

// author is who wrote a text and its gold, by its id without the number.
func author(x example) string { return strings.TrimRight(x.ID, "0123456789") }

// How the forests are grown; firstly, to choose which match of a label counts.
var (
	startGrowth  = growth{trees: 60, rate: 0.1, ridge: 8, least: 6, rows: 0.7, column: 0.5}
	firstGrowth  = growth{trees: 120, rate: 0.08, ridge: 8, least: 6, rows: 0.7, column: 0.5}
	secondGrowth = growth{trees: 400, rate: 0.03, ridge: 8, least: 8, rows: 0.7, column: 0.4}
)

// TestFit writes the forests and known.txt, and says what they are worth on texts
// of authors that nothing was learned from: neither forests nor words.
func TestFit(t *testing.T) {
	if !*fit {
		t.Skip("run with -fit to fit the confidence anew")
	}
	none := func(n int) string { return fmt.Sprint(n, " -2\n") } // those of before may be of other features
	one, two := len(new(features).list()), len(new(features).list())+len(new(signs).list())
	forestText, wordsText, secondText, secondWordsText = none(one), none(one), none(two), none(two)
	if archivePath() == "" {
		t.Fatal("ROME_ARCHIVE is not set")
	}
	lex, err := archive(archivePath())
	if err != nil {
		t.Fatal(err)
	}
	fitOne(t, lex, "")
	if *fitWords {
		lex.Word, lex.Metier = nil, nil
		fitOne(t, lex, "_words")
	}
}

// fitter is the texts to tune on, read up to what is to be learned.
type fitter struct {
	all     []example
	texts   []fitting
	authors []string
	engines []*Engine // by author: knowing no words of that one
}

type fitting struct {
	example
	author int
	gold   map[string]bool
	page   *page
	found  []occupation
	all    []candidate
}

func newFitter(t *testing.T, lex Lexicon) *fitter {
	f := &fitter{all: examples(t, tune)}
	for _, x := range f.all {
		a := slices.Index(f.authors, author(x))
		if a < 0 {
			a = len(f.authors)
			f.authors = append(f.authors, author(x))
			knownText = f.known(author(x), nil)
			f.engines = append(f.engines, New(lex))
		}
		e := f.engines[a]
		p := e.read(x.Text)
		s := e.scratch.Get().(*scratch)
		found, hits, _ := e.found(s, p)
		e.scratch.Put(s)
		f.texts = append(f.texts, fitting{example: x, author: a, gold: goldOf(x), page: p, found: found, all: e.candidates(p, e.uses(found), hits)})
	}
	return f
}

// known is known.txt of the texts, those of an author left out.
func (f *fitter) known(but string, counted *knowledge) string {
	heard := map[string][]string{}
	clean := strings.NewReplacer("|", " ", "\t", " ", "\n", " ")
	for _, x := range f.all {
		for code, words := range x.Spans {
			words = strings.Join(strings.Fields(clean.Replace(words)), " ")
			const most = 12 // words: longer ones are read as prose, not as a name
			if n := len(wordsOf(words)); author(x) != but && n > 0 && n <= most && !slices.Contains(heard[code], words) {
				heard[code] = append(heard[code], words)
			}
		}
	}
	codes := map[string]bool{}
	for code := range heard {
		codes[code] = true
	}
	words := map[string][]string{}
	labels := map[string]experienced{}
	if counted != nil {
		code := func(label int32) string {
			for mark, id := range marks {
				if id == label {
					return mark
				}
			}
			return f.engines[0].index.labels[label].item.Code
		}
		for i, k := range counted.labels {
			if k.seen > 0 {
				labels[code(int32(i))] = k
				codes[code(int32(i))] = true
			}
		}
		for w, k := range counted.words {
			if k.seen >= seldom {
				codes[code(w.label)] = true
				words[code(w.label)] = append(words[code(w.label)], fmt.Sprintf("%s:%d:%d", w.stem, k.seen, k.right))
			}
		}
	}
	var b strings.Builder
	b.WriteString("# Of labels: in how many texts to tune on each was found, in how many rightly, what the texts call it, and the same of the words it was found by. Written by TestFit.\n")
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		slices.Sort(heard[code])
		slices.Sort(words[code])
		row := fmt.Sprintf("%s\t%d\t%d\t%s\t%s", code, labels[code].seen, labels[code].right, strings.Join(heard[code], " | "), strings.Join(words[code], " "))
		b.WriteString(strings.TrimRight(row, "\t"))
		b.WriteByte('\n')
	}
	return b.String()
}

// engine is that of an author with what was learned.
func (f *fitter) engine(author int, first, second *forest, known knowledge) *Engine {
	e := *f.engines[author]
	e.forest, e.second, e.known = first, second, known
	return &e
}

func (f *fitter) right(x *fitting, c *candidate) bool {
	return x.gold[f.engines[x.author].index.labels[c.label].item.Code]
}

// sample is a label of a text to learn from. All labels of a text count together
// about as much as those of another.
func (f *fitter) sample(n int, c *candidate, features []float32, labels int) sample {
	x, w := &f.texts[n], 1.0
	if f.authors[x.author] == leans {
		w = leaning
	}
	return sample{n, features, f.right(x, c), w / float64(labels+30)}
}

// merged are the labels of a text, judged by a forest.
func (f *fitter) merged(x *fitting, first *forest, most int) []candidate {
	all := slices.Clone(x.all)
	f.engine(x.author, first, nil, knowledge{}).judge(all)
	list := merge(all)
	return list[:min(len(list), most)]
}

// matches are samples for a first forest: of each label the match that start
// believes in most.
func (f *fitter) matches(start *forest) (out []sample) {
	for n := range f.texts {
		list := f.merged(&f.texts[n], start, 200)
		for i := range list {
			if c := &list[i]; c.stated == 0 {
				out = append(out, f.sample(n, c, c.features.list(), len(list)))
			}
		}
	}
	return out
}

// weighing are samples for a second forest, of a text.
func (f *fitter) weighing(n int, first *forest, known knowledge) (out []sample) {
	x := &f.texts[n]
	list := f.merged(x, first, weighed)
	e := f.engine(x.author, first, nil, known)
	for i, s := range e.signs(x.page, x.found, e.uses(x.found), list) {
		out = append(out, f.sample(n, &list[i], append(list[i].features.list(), s.list()...), len(list)))
	}
	return out
}

// count is what is known of each label from the texts of each author.
func (f *fitter) count(firsts [][]*forest) []knowledge {
	n := len(f.authors)
	counts := make([]knowledge, n)
	for a := range counts {
		counts[a] = knowledge{make([]experienced, f.engines[a].index.own), map[showing]experienced{}}
	}
	for i := range f.texts {
		x := &f.texts[i]
		if f.authors[x.author] == leans {
			continue
		}
		list := f.merged(x, firsts[x.author][n], weighed)
		for j := range list {
			c := &list[j]
			one := experienced{seen: 1}
			if f.right(x, c) {
				one.right = 1
			}
			into := counts[x.author]
			into.labels[c.label].add(one)
			note := func(w showing) {
				sum := into.words[w]
				sum.add(one)
				into.words[w] = sum
			}
			for _, stem := range slices.Compact(slices.Sorted(slices.Values(f.engines[x.author].shownBy(x.page, c)))) {
				note(showing{c.label, stem})
				note(showing{anyLabel, stem})
			}
			note(showing{beginning, f.engines[x.author].index.labels[c.label].begins()})
		}
	}
	return counts
}

func (x *experienced) add(o experienced) {
	x.seen += o.seen
	x.right += o.right
}

// without adds what is known from all authors but two.
func without(counts []knowledge, a, b int) knowledge {
	out := knowledge{make([]experienced, len(counts[0].labels)), map[showing]experienced{}}
	for by, one := range counts {
		if by == a || by == b {
			continue
		}
		for i, c := range one.labels {
			out.labels[i].add(c)
		}
		for w, c := range one.words {
			sum := out.words[w]
			sum.add(c)
			out.words[w] = sum
		}
	}
	return out
}

// together runs jobs on all processors.
func together(n int, job func(i int)) {
	var wg sync.WaitGroup
	free := make(chan bool, runtime.GOMAXPROCS(0))
	for i := range n {
		wg.Go(func() {
			free <- true
			defer func() { <-free }()
			job(i)
		})
	}
	wg.Wait()
}

// fitOne learns for an engine. What labels are weighed by is learned from matches
// that were judged by a forest that has not seen their author either: what a
// forest says of its own texts is too sure.
func fitOne(t *testing.T, lex Lexicon, suffix string) {
	f := newFitter(t, lex)
	n := len(f.authors)
	lean := slices.Index(f.authors, leans)
	start := grow(f.matches(&forest{features: len(new(features).list()), bias: -2}), startGrowth)
	matches := f.matches(start)

	// firsts[a][b] has seen neither a nor b; n is nobody. Who leans is never judged,
	// so that no forest need leave him and another out.
	firsts := make([][]*forest, n+1)
	var pairs [][2]int
	for a := range firsts {
		firsts[a] = make([]*forest, n+1)
		for b := range a {
			if a == n || a != lean && b != lean {
				pairs = append(pairs, [2]int{a, b})
			}
		}
	}
	pairs = append(pairs, [2]int{n, n})
	together(len(pairs), func(i int) {
		a, b := pairs[i][0], pairs[i][1]
		by := slices.DeleteFunc(slices.Clone(matches), func(s sample) bool {
			author := f.texts[s.text].author
			return author == a || author == b
		})
		firsts[a][b] = grow(by, firstGrowth)
		firsts[b][a] = firsts[a][b]
	})
	for a := range n {
		firsts[a][lean] = firsts[a][n]
	}

	counts := f.count(firsts)
	seconds := make([]*forest, n+1)
	together(n+1, func(a int) {
		if a == lean {
			return
		}
		var by []sample
		for b := range n {
			if b == a {
				continue
			}
			known := without(counts, a, b)
			for i := range f.texts {
				if f.texts[i].author == b {
					by = append(by, f.weighing(i, firsts[a][b], known)...)
				}
			}
		}
		seconds[a] = grow(by, secondGrowth)
	})

	var everybody tally
	var curve thresholds
	for a := range n {
		if a == lean {
			continue
		}
		e := f.engine(a, firsts[a][n], seconds[a], without(counts, a, a))
		var one tally
		for i := range f.texts {
			if x := &f.texts[i]; x.author == a {
				analysis := one.measure(e, x.example)
				everybody.add(x.example, analysis)
				curve.add(x, analysis)
				listErrors(t, e, x, analysis)
			}
		}
		everybody.took = append(everybody.took, one.took...)
		t.Logf("forest%s.txt, by others: %s* %v", suffix, f.authors[a], &one)
	}
	t.Logf("forest%s.txt, by others: all %v", suffix, &everybody)
	curve.log(t)

	write := func(file, text string) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("forest"+suffix+".txt", firsts[n][n].String())
	write("second"+suffix+".txt", seconds[n].String())
	if suffix == "" {
		counted := without(counts, n, n)
		write("known.txt", f.known("", &counted))
	}
}

func goldOf(x example) map[string]bool {
	gold := map[string]bool{}
	for _, code := range x.Skills {
		gold[code] = true
	}
	return gold
}

func examples(t testing.TB, path string) []example {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []example
	for s := bufio.NewScanner(f); s.Scan(); {
		var x example
		if err := json.Unmarshal(s.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out
}
