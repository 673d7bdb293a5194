package skills

import (
	"encoding/binary"
	"math"
	"strings"

	"tandem/internal/fold"
)

// titles is every job title of ROME.
type titles struct {
	vocation map[string]int32 // light form of a word → its number
	weight   []float32        // by word: rarity among titles
	heads    []bool           // by word: some title begins with it
	postings [][]int32        // by word: forms
	forms    []form
	known    map[string]bool // by key: some title is these words
}

// form is one way to write a title, in light words.
type form struct {
	appellation int32
	words       []int32
	total       float32
}

func newTitles(appellations []Appellation) *titles {
	ts := &titles{vocation: make(map[string]int32, 1<<13)}
	for i, a := range appellations {
		seen := map[string]bool{}
		for _, name := range [...]string{a.Long, a.Short} {
			for _, plain := range genders(name) {
				f := form{appellation: int32(i)}
				var key strings.Builder
				for _, t := range wordsOf(plain) {
					if silent(t.word) {
						continue
					}
					w := light(t.word)
					id, ok := ts.vocation[w]
					if !ok {
						id = int32(len(ts.vocation))
						ts.vocation[w] = id
					}
					f.words = append(f.words, id)
					key.WriteString(w + " ")
				}
				if len(f.words) == 0 || seen[key.String()] {
					continue
				}
				seen[key.String()] = true
				ts.forms = append(ts.forms, f)
			}
		}
	}
	for _, a := range aliases(titlesText, appellations) {
		f := form{appellation: a.appellation}
		for _, t := range expand(tokenize(a.said)) {
			if silent(t.word) {
				continue
			}
			w := light(t.word)
			id, ok := ts.vocation[w]
			if !ok {
				id = int32(len(ts.vocation))
				ts.vocation[w] = id
			}
			f.words = append(f.words, id)
		}
		ts.forms = append(ts.forms, f)
	}
	ts.postings = make([][]int32, len(ts.vocation))
	ts.heads = make([]bool, len(ts.vocation))
	for i, f := range ts.forms {
		ts.heads[f.words[0]] = true
		for _, w := range f.words {
			if n := len(ts.postings[w]); n == 0 || ts.postings[w][n-1] != int32(i) {
				ts.postings[w] = append(ts.postings[w], int32(i))
			}
		}
	}
	ts.weight = make([]float32, len(ts.vocation))
	for w, list := range ts.postings {
		ts.weight[w] = float32(math.Log(1 + float64(len(ts.forms))/float64(1+len(list))))
	}
	ts.known = make(map[string]bool, len(ts.forms))
	for i := range ts.forms {
		ts.known[ts.key(ts.forms[i].words)] = true
		for _, w := range ts.forms[i].words {
			ts.forms[i].total += ts.weight[w]
		}
	}
	return ts
}

// silent reports whether a word says nothing in a title. « Son » does, or
// « Opérateur du son » would be what every « opérateur » is.
func silent(word string) bool { return empty[word] && word != "son" }

// alias is what people say for an appellation.
type alias struct {
	said        string
	appellation int32
}

// aliases reads a word list of lines « said = title of ROME »; those whose
// title the lexicon does not have are left out.
func aliases(list string, appellations []Appellation) []alias {
	byTitle := make(map[string]int32, len(appellations))
	for i, a := range appellations {
		for _, name := range genders(a.Long) {
			key := strings.TrimSpace(fold.String(name))
			if _, taken := byTitle[key]; !taken {
				byTitle[key] = int32(i)
			}
		}
	}
	var out []alias
	for _, line := range lines(list) {
		said, title, _ := strings.Cut(line, "=")
		if a, ok := byTitle[strings.TrimSpace(title)]; ok {
			out = append(out, alias{strings.TrimSpace(said), a})
		}
	}
	return out
}

// key is a title's words as one string.
func (ts *titles) key(words []int32) string {
	b := make([]byte, 0, 4*len(words))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, uint32(w))
	}
	return string(b)
}

// whole reports whether words are, all of them, one title.
func (ts *titles) whole(words []token) bool {
	var ids []int32
	for _, t := range words {
		if silent(t.word) {
			continue
		}
		id, ok := ts.vocation[light(t.word)]
		if !ok {
			return false
		}
		ids = append(ids, id)
	}
	return ts.known[ts.key(ids)]
}

// masculine pairs the feminine words of titles with the masculine ones, in which
// the labels of skills are written: a « CAP pâtissier » is also a pâtissière's.
func masculine(appellations []Appellation) map[string]string {
	out := map[string]string{}
	for _, a := range appellations {
		forms := genders(a.Long)
		if len(forms) != 2 {
			continue
		}
		he, she := wordsOf(forms[0]), wordsOf(forms[1])
		if len(he) != len(she) {
			continue
		}
		for i := range he {
			if h, s := he[i].word, she[i].word; h != s && light(h) == light(s) {
				out[s] = h
			}
		}
	}
	for s, h := range out {
		if _, both := out[h]; both && s < h {
			delete(out, s) // written either way: one of the two
		}
	}
	return out
}

// genders are the plain forms of a title of ROME: « Agent / Agente d'accueil »
// gives « Agent d'accueil » and « Agente d'accueil ». What stands between
// parentheses is left out: people do not write it.
func genders(name string) []string {
	if open := strings.IndexByte(name, '('); open > 0 {
		if shut := strings.IndexByte(name[open:], ')'); shut > 0 && name[open-1] == ' ' {
			name = strings.TrimSpace(name[:open] + name[open+shut+1:])
		}
	}
	he, she, both := strings.Cut(name, " / ")
	if !both {
		return []string{name}
	}
	words, n := strings.Fields(she), len(strings.Fields(he))
	if n > len(words) {
		for _, w := range words { // « Homme sage-femme / Sage-femme »
			if strings.Contains(strings.ToLower(he), strings.ToLower(w)) {
				return []string{he, she}
			}
		}
		return []string{name}
	}
	rest := strings.Join(words[n:], " ")
	return []string{he + " " + rest, strings.Join(words[:n], " ") + " " + rest}
}
