package skills

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// MaxText is how many bytes of a text are read; a long CV has 10,000.
// [Analysis].Cut tells that there was more.
const MaxText = 60_000

// Engine proposes ROME occupations and skills for a text. It is immutable and
// safe for concurrent use; build it once per release of ROME with [New].
type Engine struct {
	version       string
	metiers       []Metier
	appellations  []Appellation
	metierOf      []int32 // by appellation
	appellationOf []int32 // by métier: the title that is its name, or its first; -1 without any
	index         *index
	titles        *titles
	activities    map[string]int32 // what people did → appellation
	attitudes     attitudes
	licences      licences
	phrases       phrases
	byCode        map[string]int32 // OGR code → label
	meanings      meanings
	forest        *forest // what matches are judged by
	second        *forest // what labels are weighed by; nil in tests without
	renderings    renderings
	known         knowledge
	used          [][]int32 // by métier: the labels that it uses
	scratch       *sync.Pool
	masculine     map[string]string // words of titles as labels write them
	chart
}

// New builds the engine for a release or an extract of ROME: for a full release
// in about a second, and with some 30 MB beside the lexicon's own strings. Links
// and appellations to métiers that are not in the lexicon are left out; an empty
// lexicon gives an engine that finds nothing.
func New(lex Lexicon) *Engine {
	e := &Engine{version: lex.Version, metiers: lex.Metiers, byCode: make(map[string]int32, len(lex.Items))}
	metier := make(map[string]int32, len(lex.Metiers))
	for i, m := range lex.Metiers {
		metier[m.Code] = int32(i)
	}
	for _, a := range lex.Appellations {
		if m, ok := metier[a.ROME]; ok {
			e.appellations = append(e.appellations, a)
			e.metierOf = append(e.metierOf, m)
		}
	}
	e.appellationOf = slices.Repeat([]int32{-1}, len(e.metiers))
	for i, a := range e.appellations {
		if m := e.metierOf[i]; e.appellationOf[m] < 0 || a.Long == e.metiers[m].Label {
			e.appellationOf[m] = int32(i)
		}
	}
	e.masculine = masculine(e.appellations)
	for i, item := range lex.Items {
		e.byCode[item.Code] = int32(i)
	}
	heard := e.readKnown(knownText)
	e.index = newIndex(lex.Items, lex.Said, heard, e.masculine)
	e.renderings = learnRenderings(e.index)
	for _, l := range lex.Links {
		id, known := e.byCode[l.Item]
		m, listed := metier[l.ROME]
		if known && listed {
			e.index.labels[id].links = append(e.index.labels[id].links, link{m, l.Core})
		}
	}
	for i := e.index.own; i < len(e.index.labels); i++ {
		l := &e.index.labels[i]
		l.links = e.index.labels[l.of].links
	}
	if lex.Word != nil {
		e.meanings = newMeanings(func(word string) []float32 {
			if he, ok := e.masculine[word]; ok {
				word = he
			}
			return lex.Word(word)
		}, e.index.labels, e.index.word)
		e.meanings.learn(e.metiers, lex.Metier)
	}
	e.used = make([][]int32, len(e.metiers))
	for i, l := range e.index.labels[:e.index.own] {
		for _, k := range l.links {
			e.used[k.metier] = append(e.used[k.metier], int32(i))
		}
	}
	e.forest, e.second = forests(e.meanings.dim > 0)
	e.chart = e.newChart(lex.Moves)
	e.titles = newTitles(e.appellations)
	e.markTitles()
	e.activities = e.newActivities()
	e.attitudes = newAttitudes(lex.Items)
	e.licences = newLicences(lex.Items)
	e.phrases = e.newPhrases(lex.Items)
	e.scratch = &sync.Pool{New: func() any {
		return &scratch{
			score: make([]float32, len(e.index.labels)),
			at:    make([]int32, len(e.index.near)), quality: make([]float32, len(e.index.near)),
		}
	}}
	return e
}

// Version is the release of ROME the engine was built from.
func (e *Engine) Version() string { return e.version }

// markTitles finds the savoirs that are named like a job title: certificates
// such as « Boulanger », which having been a baker does not show.
func (e *Engine) markTitles() {
	for i := range e.index.labels[:e.index.own] {
		l := &e.index.labels[i]
		if l.item.Kind != Savoir {
			continue
		}
		words := wordsOf(genders(l.item.Label)[0])
		for k := range words {
			id, ok := e.titles.vocation[light(words[k].word)]
			if !ok {
				id = -1
			}
			words[k].title = id
		}
		m, like := e.title(words)
		if l.title = e.titles.whole(words) || like && m.start == words[0].start && m.guesses[0].likeness >= surelyTitle || strings.ContainsRune(l.item.Label, '['); l.title {
			l.strict = true
		}
	}
}

// newActivities reads what people say they did.
func (e *Engine) newActivities() map[string]int32 {
	out := map[string]int32{}
	for _, a := range aliases(activitiesText, e.appellations) {
		var key []string
		for _, t := range tokenize(a.said) {
			key = append(key, singular(t.word))
		}
		out[strings.Join(key, " ")] = a.appellation
	}
	return out
}

// Analyse says which occupations and skills a text shows, best first. The spans
// of the evidence are bytes of text itself.
func (e *Engine) Analyse(text string) Analysis {
	a := Analysis{Occupations: []Occupation{}, Skills: []Proposal{}, ROMEVersion: e.version}
	if len(text) > MaxText {
		end := MaxText
		for end > MaxText-utf8.UTFMax && !utf8.RuneStart(text[end]) {
			end--
		}
		text, a.Cut = text[:end], true
	}
	p := e.read(text)
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	occupations, hits, cut := e.found(s, p)
	a.Cut = a.Cut || cut
	a.Occupations = e.show(p, occupations)
	a.Skills, a.Shown = e.rank(p, occupations, hits)
	return a
}

// read lays a text out and understands its words.
func (e *Engine) read(text string) *page {
	p := lay(text, e.titles)
	e.number(p)
	p.mentions = e.mentions(p)
	e.mute(p, p.mentions)
	e.meanings.read(p)
	return p
}

// found are the occupations and the labels that a text shows, before they are
// judged.
func (e *Engine) found(s *scratch, p *page) (occupations []occupation, hits []hit, cut bool) {
	hits, cut = e.hits(s, p, e.guessed(p))
	occupations = e.occupations(p, hits)
	return occupations, e.meant(p, occupations, hits), cut
}

// hits are the labels that the clauses of a text show; guessed are the métiers
// that it may name.
func (e *Engine) hits(s *scratch, p *page, guessed map[int32]bool) (hits []hit, cut bool) {
	may := func(id int32) float32 {
		for _, l := range e.index.labels[id].links {
			if guessed[l.metier] {
				return 1
			}
		}
		return 0
	}
	for n, c := range p.clauses {
		if len(hits) > hitLimit {
			return hits, true
		}
		hits = e.match(s, n, c, &p.reads[n], may, hits)
	}
	return hits, false
}

// hitLimit bounds the matches of a text written to have many.
const hitLimit = 200_000

// stem is the number of a word's stem in the index, -1 when no label has it.
func (e *Engine) stem(word string) int32 {
	if id, ok := e.index.stems[e.deep(word)]; ok && !empty[word] && int(id) < len(e.index.near) {
		return id
	}
	return -1
}

// deep is the stem of a word, whoever says it: « apprentie » is « apprenti ».
func (e *Engine) deep(word string) string {
	if he, ok := e.masculine[word]; ok {
		word = he
	}
	return deep(word)
}

// number gives every word its numbers in the indexes.
func (e *Engine) number(p *page) {
	type numbers struct{ title, stem, acronym int32 }
	cache := map[string]numbers{}
	give := func(tokens []token) {
		for i := range tokens {
			t := &tokens[i]
			ids, ok := cache[t.word]
			if !ok {
				ids = numbers{-1, -1, -1}
				if id, ok := e.titles.vocation[light(t.word)]; ok {
					ids.title = id
				}
				ids.stem = e.stem(t.word)
				if id, ok := e.index.stems[acronymMark+t.word]; ok {
					ids.acronym = id
				}
				cache[t.word] = ids
			}
			t.title, t.stem, t.acronym = ids.title, ids.stem, ids.acronym
			if t.word == "son" && i > 0 && nominal[tokens[i-1].word] {
				t.stem = e.index.sound // « technicien du son », not « son travail »
			}
		}
	}
	for i := range p.lines {
		give(p.lines[i].tokens)
	}
	for i := range p.clauses {
		give(p.clauses[i].tokens)
	}
}
