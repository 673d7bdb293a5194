package legality

import (
	"strings"

	"tandem/internal/fold"
)

// sym names a set of words that patterns do not tell apart: a literal of one
// pattern, a class such as @homme. Tokens carry the syms they belong to.
type sym uint16

// Syms that the tokenizer's findings, not the vocabulary, give to a token.
const (
	symNumber     sym = iota // any number
	symInclusive             // a word written for both sexes
	symFieldStart            // the first token of a field
	symFirst                 // the first sym of the vocabulary
)

// vocabulary is a trie of all words that the rules speak of. Looking a word up
// is one walk over its letters, whatever the number of words.
type vocabulary struct {
	nodes  []node
	count  sym               // syms given so far
	sets   map[string]sym    // canonical form of a set of words → its sym
	near   map[string]string // keyword with one letter left out → keyword, see tolerate
	starts [256]bool         // first letters of the keys of near
}

type node struct {
	next   [26]int32
	exact  []sym // words that end here
	stem   []sym // stems that end here: an inflection may follow
	acute  []sym // the same for words in -é: -e, -es, -ée, -ées may follow
	prefix []sym // beginnings that end here: anything may follow
}

// accent is what a token tells of its last e. Folding makes one word of
// "retraite" and "retraité", and the rules must not.
type accent byte

const (
	accentUnknown accent = iota // capitals, or a text typed without accents
	accentNone                  // "retraite", "retraites"
	accentAcute                 // "retraité", "retraités"
)

func newVocabulary() *vocabulary {
	return &vocabulary{nodes: make([]node, 1), count: symFirst, sets: map[string]sym{}, near: map[string]string{}}
}

// word is one entry: how it is written and how it is matched.
type entry struct {
	text string
	kind byte // 's' stem, kindAcute, '=' exact, '*' prefix
}

// kindAcute marks words in -é, -és, -ée, -ées.
const kindAcute = '\''

// plainEntry makes the entry of a word as a rule writes it, with accents.
func plainEntry(written string) entry {
	w := strings.ToLower(written)
	for _, ending := range []string{"ées", "ée", "és", "é"} {
		if stem, ok := strings.CutSuffix(w, ending); ok && stem != "" {
			return entry{text: fold.String(stem), kind: kindAcute}
		}
	}
	return entry{text: fold.String(w), kind: 's'}
}

// set returns the sym of a set of entries, adding it when new.
func (v *vocabulary) set(key string, entries []entry) sym {
	if s, ok := v.sets[key]; ok {
		return s
	}
	s := v.count
	v.count++
	v.sets[key] = s
	for _, e := range entries {
		switch e.kind {
		case '=':
			v.insert(e.text, func(n *node) *[]sym { return &n.exact }, s)
		case '*':
			v.insert(e.text, func(n *node) *[]sym { return &n.prefix }, s)
		case kindAcute:
			v.insert(e.text, func(n *node) *[]sym { return &n.acute }, s)
		default:
			for _, stem := range stems(e.text) {
				v.insert(stem, func(n *node) *[]sym { return &n.stem }, s)
			}
		}
	}
	return s
}

func (v *vocabulary) insert(word string, list func(*node) *[]sym, s sym) {
	at := int32(0)
	for i := range len(word) {
		c, ok := letter(word[i])
		if !ok {
			return // signs are looked up by the sign table
		}
		if v.nodes[at].next[c] == 0 {
			v.nodes = append(v.nodes, node{})
			v.nodes[at].next[c] = int32(len(v.nodes) - 1)
		}
		at = v.nodes[at].next[c]
	}
	l := list(&v.nodes[at])
	for _, have := range *l {
		if have == s {
			return
		}
	}
	*l = append(*l, s)
}

func letter(c byte) (byte, bool) {
	if c >= 'a' && c <= 'z' {
		return c - 'a', true
	}
	return 0, false
}

// stems returns the forms from which the inflections of a French noun or
// adjective are recognised together with inflects.
func stems(w string) []string {
	base := w
	if len(base) > 3 && (strings.HasSuffix(base, "s") || strings.HasSuffix(base, "x")) && !strings.HasSuffix(base, "ss") {
		base = base[:len(base)-1]
	}
	if len(base) > 4 && base[len(base)-1] == 'e' {
		base = base[:len(base)-1]
	}
	out := []string{base}
	also := func(suffix, other string) {
		if strings.HasSuffix(w, suffix) && len(w) > len(suffix)+1 {
			out = append(out, strings.TrimSuffix(w, suffix)+other)
		}
	}
	also("if", "iv")
	also("eux", "eus")
	also("eur", "eus")
	also("teur", "tric")
	also("er", "er")
	also("al", "aux")
	also("au", "aux")
	return out
}

// inflects reports whether rest, after a stem of n letters, only inflects it.
// Short stems take a plural and no more: "bas" is not the stem of "base".
func inflects(n int, rest string, last accent) bool {
	switch rest {
	case "", "s", "x":
		return true
	case "e", "es", "se", "ses", "ne", "nes":
		return n > 3 && last != accentAcute
	}
	return false
}

// inflectsAcute is the same for words in -é.
func inflectsAcute(rest string, last accent) bool {
	switch rest {
	case "e", "es":
		return last != accentNone
	case "ee", "ees":
		return true
	}
	return false
}

// lookup appends the syms of a word to syms.
func (v *vocabulary) lookup(word string, last accent, syms []sym) []sym {
	before := len(syms)
	at := int32(0)
	for i := 0; ; i++ {
		n := &v.nodes[at]
		syms = append(syms, n.prefix...)
		if left := len(word) - i; left <= 3 {
			if len(n.stem) > 0 && inflects(i, word[i:], last) {
				syms = append(syms, n.stem...)
			}
			if len(n.acute) > 0 && inflectsAcute(word[i:], last) {
				syms = append(syms, n.acute...)
			}
		}
		if i == len(word) {
			syms = append(syms, n.exact...)
			break
		}
		c, ok := letter(word[i])
		if !ok || n.next[c] == 0 {
			break
		}
		at = n.next[c]
	}
	if len(syms) == before && len(word) >= 7 {
		if keyword := v.nearest(word); keyword != "" && keyword != word {
			return v.lookup(keyword, accentUnknown, syms)
		}
	}
	return syms
}

// knows reports whether the rules speak of this very word, inflections
// included. Beginnings ("syndiqu*") do not count.
func (v *vocabulary) knows(word string) bool {
	at := int32(0)
	for i := 0; ; i++ {
		n := &v.nodes[at]
		if len(n.stem) > 0 && inflects(i, word[i:], accentUnknown) || len(n.acute) > 0 && inflectsAcute(word[i:], accentUnknown) {
			return true
		}
		if i == len(word) {
			return len(n.exact) > 0
		}
		c, ok := letter(word[i])
		if !ok || n.next[c] == 0 {
			return false
		}
		at = n.next[c]
	}
}

// tolerate makes one wrong, missing, doubled or swapped letter in keyword
// forgiven. It is for words that no other French word is that near to.
func (v *vocabulary) tolerate(keyword string) {
	v.near[keyword] = keyword
	for i := range len(keyword) {
		v.near[keyword[:i]+keyword[i+1:]] = keyword
	}
	v.starts[keyword[0]], v.starts[keyword[1]] = true, true
}

// nearest returns the tolerant keyword at one mistake of word, or "". Two
// words are that near when leaving out at most one letter of each makes them
// equal (which also forgives two swapped neighbours).
func (v *vocabulary) nearest(word string) string {
	if len(word) > 24 || !v.starts[word[0]] {
		return ""
	}
	if k, ok := v.near[word]; ok {
		return k
	}
	var buf [24]byte
	copy(buf[:], word[1:])
	for i := 0; ; i++ { // buf holds word without its letter i
		if k, ok := v.near[string(buf[:len(word)-1])]; ok && abs(len(k)-len(word)) <= 1 {
			return k
		}
		if i == len(word)-1 {
			return ""
		}
		buf[i] = word[i]
	}
}

func abs(n int) int { return max(n, -n) }
