package skills

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"tandem/internal/fold"
)

// index is every label of skills by the stems of its words.
type index struct {
	stems    map[string]int32
	generic  []bool      // by stem
	numeric  []bool      // by stem: a number or a single letter
	word     []string    // by stem: one of its words
	near     [][]int32   // by stem: near-synonyms
	postings [][]posting // by stem
	labels   []label
	sound    int32     // the stem of « son », -1 when no label has it
	own      int       // labels of ROME; those after are other ways to say one of them
	ways     [][]int32 // by label of ROME: these
}

type posting struct {
	label  int32
	weight float32
}

// label is one skill of ROME, ready to be matched.
type label struct {
	item    Item
	of      int32 // the label of ROME: itself, or what it is another way to say
	terms   []term
	total   float32 // weight that a text must show for a full match
	bulk    float32 // rarity of all that is not generic: how much the words say
	strict  bool    // a diploma or a licence: all its words, or nothing
	telling int     // words that are neither generic nor numbers
	lone    bool    // a savoir named by one telling word: any text may hold it by chance
	heard   bool    // another way to say it that a text to tune on has
	title   bool    // named like a job title: a certificate that a job does not show
	static  bool    // a savoir about something, which handling it does not show: « Caractéristiques des … »
	doing   bool    // a savoir that is a way to do something: « Techniques de … »
	links   []link
}

type term struct {
	stem   int32
	weight float32
}

type link struct {
	metier int32
	core   bool
}

// Weights of words within a label.
const (
	genericWeight = 0.2 // « réaliser », « techniques »
	asideWeight   = 0.2 // between parentheses
	rarest        = 7.0 // no word counts for more, or a misprint would
)

// share is how much of the weight of an enumeration must be shown, by the
// number of its parts: « Accueillir, orienter, renseigner un public » is shown
// by one of the three.
var share = [...]float32{1, 1, 0.78, 0.64, 0.56, 0.5}

func newIndex(items []Item, said, heard map[string][]string, masculine map[string]string) *index {
	ix := &index{stems: make(map[string]int32, 1<<14), own: len(items)}
	items, of := withSaid(items, said)
	first := len(items)
	all, whose := withSaid(items[:ix.own], heard)
	items, of = append(items, all[ix.own:]...), append(of, whose[ix.own:]...)
	generic := ix.marked(genericText)
	type piece struct {
		stem  int32
		aside bool
	}
	pieces := make([][]piece, len(items))
	parts := make([]int, len(items))
	frequency := make([]int32, 0, 1<<14)
	cache := make(map[string]int32, 1<<14)
	for i, item := range items {
		depth, count := 0, 1
		last := 0
		folded, tokens := foldedWords(item.Label)
		var short string
		if m := acronym.FindStringSubmatch(item.Label); m != nil {
			short = fold.String(m[1])
		}
		var seen []piece
		for _, t := range tokens {
			between := folded[last:t.start]
			depth += strings.Count(between, "(") - strings.Count(between, ")")
			last = t.start
			if depth <= 0 && (t.after == comma || t.word == "ou" || t.word == "et") {
				count++
			}
			if t.word == short && depth > 0 {
				seen = append(seen, piece{ix.intern(acronymMark+short, short), true})
				continue
			}
			if empty[t.word] && t.word != "son" || len(t.word) == 1 && !digit(t.word[0]) && depth > 0 {
				continue
			}
			id, ok := cache[t.word]
			if !ok {
				word := t.word
				if he, ok := masculine[word]; ok {
					word = he // as words of texts are, also where a machine is meant: « surjeteuse »
				}
				id = ix.intern(deep(word), word)
				cache[t.word] = id
			}
			if !slices.ContainsFunc(seen, func(p piece) bool { return p.stem == id }) {
				seen = append(seen, piece{id, depth > 0})
			}
		}
		pieces[i], parts[i] = seen, count
		for len(frequency) < len(ix.stems) {
			frequency = append(frequency, 0)
		}
		if i < ix.own { // ways to say it that we thought of say nothing of how rare a word is
			for _, p := range seen {
				frequency[p.stem]++
			}
		}
	}
	ix.generic = make([]bool, len(ix.stems))
	for id := range generic {
		ix.generic[id] = true
	}
	ix.numeric = make([]bool, len(ix.stems))
	for stem, id := range ix.stems {
		ix.numeric[id] = digit(stem[0]) || len(stem) == 1
	}
	ix.postings = make([][]posting, len(ix.stems))
	for id, n := range frequency {
		ix.postings[id] = make([]posting, 0, n)
	}
	ix.labels = make([]label, len(items))
	for i, item := range items {
		l := &ix.labels[i]
		l.item, l.of, l.heard = item, of[i], i >= first
		l.strict = i < ix.own && item.Kind == Savoir && (diploma(item.Label) || qualified(item.Label))
		onlyAside := true
		for _, p := range pieces[i] {
			onlyAside = onlyAside && p.aside
		}
		onlyGeneric := true
		for _, p := range pieces[i] {
			onlyGeneric = onlyGeneric && ix.generic[p.stem]
		}
		var sum float32
		for _, p := range pieces[i] {
			w := min(float32(math.Log(1+float64(ix.own)/float64(1+frequency[p.stem]))), rarest)
			if ix.generic[p.stem] && !onlyGeneric && !l.strict {
				w *= genericWeight
			} else {
				l.bulk += w
			}
			if p.aside && !onlyAside {
				w *= asideWeight
			}
			sum += w
			l.terms = append(l.terms, term{p.stem, w})
		}
		l.total = sum
		if !l.strict {
			l.total *= share[min(parts[i], len(share)-1)]
		}
		if short := acronym.FindStringSubmatch(item.Label); short != nil && len(pieces[i]) > 1 {
			stem := ix.stems[acronymMark+fold.String(short[1])]
			for k := range l.terms {
				if l.terms[k].stem == stem {
					l.terms[k].weight = l.total // the acronym alone says it all
				}
			}
		}
		l.telling = telling(ix, l)
		if first := wordsOf(item.Label); item.Kind == Savoir && len(first) > 1 {
			l.static, l.doing = staticHeads[singular(first[0].word)], doingHeads[singular(first[0].word)]
		}
		l.lone = item.Kind == Savoir && !l.strict && l.telling == 1
		for _, t := range l.terms {
			ix.postings[t.stem] = append(ix.postings[t.stem], posting{int32(i), t.weight})
		}
	}
	ix.ways = make([][]int32, ix.own)
	for i := ix.own; i < len(ix.labels); i++ {
		of := ix.labels[i].of
		ix.ways[of] = append(ix.ways[of], int32(i))
	}
	ix.sound = -1
	if id, ok := ix.stems["son"]; ok {
		ix.sound = id
	}
	ix.near = make([][]int32, len(ix.stems))
	for _, line := range lines(nearText) {
		var group []int32
		for _, w := range strings.Fields(line) {
			if id, ok := ix.stems[deep(w)]; ok {
				group = append(group, id)
			}
		}
		for _, a := range group {
			for _, b := range group {
				if a != b {
					ix.near[a] = append(ix.near[a], b)
				}
			}
		}
	}
	return ix
}

// withSaid appends the other ways to say each item, and tells whose each is.
func withSaid(items []Item, said map[string][]string) (all []Item, of []int32) {
	all = slices.Clone(items)
	for i := range items {
		of = append(of, int32(i))
	}
	for i, item := range items {
		for _, phrase := range said[item.Code] {
			all = append(all, Item{Code: item.Code, Label: phrase, Kind: item.Kind})
			of = append(of, int32(i))
		}
	}
	return all, of
}

// acronym is an abbreviation that a label gives between parentheses.
var acronym = regexp.MustCompile(`\(([A-Z][A-Z0-9]{2,7})\)`)

// How savoirs begin that are about something, or ways to do something.
var (
	staticHeads = set("caracteristique norme type reglementation principe logiciel connaissance droit propriete notion specificite histoire fonctionnement condition code categorie")
	doingHeads  = set("technique procedure utilisation methode pratique gestion regle mode")
)

// acronymMark keeps acronyms apart from words: « APRS » is not « après ».
const acronymMark = "="

// telling counts the words of a label that are neither generic nor numbers.
func telling(ix *index, l *label) int {
	n := 0
	for _, t := range l.terms {
		if !ix.generic[t.stem] && !ix.numeric[t.stem] {
			n++
		}
	}
	return n
}

// marked are the stems of a word list.
func (ix *index) marked(list string) map[int32]bool {
	out := map[int32]bool{}
	for _, line := range lines(list) {
		for _, w := range strings.Fields(line) {
			out[ix.intern(deep(w), w)] = true
		}
	}
	return out
}

func (ix *index) intern(stem, word string) int32 {
	id, ok := ix.stems[stem]
	if !ok {
		id = int32(len(ix.stems))
		ix.stems[stem] = id
		ix.word = append(ix.word, word)
	}
	return id
}

// allOf are all the words of a label.
func (ix *index) allOf(label int32) uint32 {
	return uint32(1<<min(len(ix.labels[label].terms), 32) - 1)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// diplomas are how the names of diplomas, certificates and licences begin.
var diplomas = set(`cap bp bep bac bts but dut licence master mc mention titre cqp deug deust diplome certificat caces permis brevet bpa bpjeps
capa cs bm habilitation h0b0 certification attestation pemp doctorat formation`)

// qualified reports whether a label is one use of a language: « Anglais » alone
// does not show « Anglais technique ».
func qualified(label string) bool {
	words := wordsOf(label)
	return len(words) > 1 && languageNames[words[0].word]
}

var languageNames = set("anglais espagnol allemand italien portugais francais arabe chinois russe")

func diploma(label string) bool {
	words := wordsOf(label)
	if len(words) < 2 {
		return false
	}
	if diplomas[words[0].word] {
		return true
	}
	for _, t := range words {
		if t.word == "caces" {
			return true
		}
	}
	return false
}
