package skills

import (
	"regexp"
	"strings"

	"tandem/internal/fold"
)

// licences reads CACES and driving licences, which people write as a list of
// categories: « caces 1 3 5 », « R489 cat. 1B et 3 », « permis B, C, CE ».
type licences struct {
	caces  map[string][]int32 // "489-1A" → labels
	whole  map[string]int32   // "489" → label of the recommendation as a whole
	permis map[string]int32   // "CE" → label
}

var (
	recommendation = regexp.MustCompile(`\br ?(\d{3})\b`)
	ofCategory     = regexp.MustCompile(`\br ?\d{3} ?- ?([a-g1-9][0-9a-c]?)\b|\bcategorie ([a-g1-9][0-9a-c]?)\b`)
	several        = regexp.MustCompile(`categories? [a-g1-9][0-9a-c]?-\d`)
	ofPermis       = regexp.MustCompile(`^permis de conduire categorie ([a-e][12m]?e?)\b`)
	category       = regexp.MustCompile(`^([1-9][abc]?|[a-g][1-4]?)$`)
	permisCategory = regexp.MustCompile(`^(a[12m]?|b[1e]?|c1?e?|d1?e?|ec)$`)
)

func newLicences(items []Item) licences {
	l := licences{caces: map[string][]int32{}, whole: map[string]int32{}, permis: map[string]int32{}}
	for i, item := range items {
		if item.Kind != Savoir || !strings.ContainsAny(item.Label, "RP") {
			continue
		}
		folded := fold.String(item.Label)
		if m := ofPermis.FindStringSubmatch(folded); m != nil {
			if _, taken := l.permis[m[1]]; !taken {
				l.permis[m[1]] = int32(i)
			}
			continue
		}
		m := recommendation.FindStringSubmatch(folded)
		if m == nil || !strings.Contains(folded, "caces") && !strings.Contains(folded, "aptitude a la conduite") {
			continue
		}
		if several.MatchString(folded) {
			continue // « catégorie 1-3-5 » is no one's certificate
		}
		if c := ofCategory.FindStringSubmatch(folded); c != nil {
			key := m[1] + "-" + c[1] + c[2]
			l.caces[key] = append(l.caces[key], int32(i))
		} else if _, taken := l.whole[m[1]]; !taken || strings.HasPrefix(folded, "certificat") {
			l.whole[m[1]] = int32(i)
		}
	}
	return l
}

// Machines named beside « caces » instead of a recommendation, with the one in
// force.
var machines = map[string]string{
	"chariot": "489", "cariste": "489", "nacelle": "486", "pemp": "486", "gerbeur": "485", "pont": "484", "grue": "487", "engin": "482", "chantier": "482",
	"pelle": "482",
}

const (
	licenceSure   = 0.9
	licenceLikely = 0.7 // the recommendation, or half of a split category, is a guess
	licenceHalf   = 0.4 // and the other half
)

func (l licences) find(p *page) []candidate {
	var out []candidate
	for n, c := range p.clauses {
		from := len(out)
		for i := range c.tokens {
			switch w := c.tokens[i].word; {
			case w == "caces" || recommendation.MatchString(w) && l.known(w[1:]):
				out = append(out, l.readCaces(c.tokens, i)...)
			case w == "permis" || w == "permi":
				out = append(out, l.readPermis(c.tokens, i)...)
			}
		}
		for k := range out[from:] {
			out[from+k].clause = int32(n)
		}
	}
	return out
}

// within reports whether the list that began at i goes on at j.
func within(tokens []token, i, j int) bool {
	return j < len(tokens) && j < i+16 && tokens[j].after < stop
}

func (l licences) readCaces(tokens []token, i int) []candidate {
	var out []candidate
	series, named := "489", false
	if r := tokens[i].word; r != "caces" {
		series, named = r[1:], true
		if i > 0 && (tokens[i-1].word == "caces" || i > 1 && tokens[i-2].word == "caces") {
			return nil // read from « caces »
		}
	}
	numbers := 0
	add := func(label int32, j int, confidence float32) {
		out = append(out, candidate{
			label: label, stated: confidence, why: "Vous citez ce certificat.", places: [][2]int{{tokens[i].start, tokens[j].end}},
		})
	}
	last := i
	for j := i + 1; within(tokens, i, j); j++ {
		w := tokens[j].word
		if w == "r" && within(tokens, i, j+1) && len(tokens[j+1].word) == 3 && l.known(tokens[j+1].word) {
			series, named, last = tokens[j+1].word, true, j+1
			j++
			continue
		}
		if m := recommendation.FindStringSubmatch(w); m != nil && l.known(m[1]) {
			if named && numbers == 0 && last > i {
				if id, ok := l.whole[series]; ok {
					add(id, last, licenceSure)
				}
			}
			series, named, last, numbers = m[1], true, j, 0
			continue
		}
		if s, ok := machines[singular(w)]; ok {
			if !named {
				series, named, last = s, true, j
			}
			continue
		}
		if !category.MatchString(w) {
			if empty[w] || singular(w) == "categorie" || w == "type" {
				continue
			}
			break
		}
		if w == "a" && within(tokens, i, j+1) && (tokens[j+1].word == "jour" || len(tokens[j+1].word) > 2) {
			break // « à jour »
		}
		sure := float32(licenceSure)
		if !named {
			sure = licenceLikely
		}
		if ids := l.caces[series+"-"+w]; ids != nil {
			for _, id := range ids {
				add(id, j, sure)
			}
			numbers++
		} else if ids := l.caces[series+"-"+w+"a"]; ids != nil { // categories split since 2020: 1 is now 1A or 1B
			for _, id := range ids {
				add(id, j, licenceLikely)
			}
			for _, id := range l.caces[series+"-"+w+"b"] {
				add(id, j, licenceHalf)
			}
			numbers++
		}
	}
	if numbers == 0 && named {
		if id, ok := l.whole[series]; ok {
			add(id, last, licenceSure)
		}
	}
	return out
}

func (l licences) known(series string) bool {
	if _, ok := l.whole[series]; ok {
		return true
	}
	for _, c := range [...]string{"1", "1a", "a", "3"} {
		if _, ok := l.caces[series+"-"+c]; ok {
			return true
		}
	}
	return false
}

func (l licences) readPermis(tokens []token, i int) []candidate {
	var out []candidate
	seen := false
	for j := i + 1; within(tokens, i, j); j++ {
		w := tokens[j].word
		switch {
		case w == "de" || w == "conduire" || w == "et" || singular(w) == "categorie" || w == "vehicule" && seen:
			continue
		case w == "poids" || w == "pl":
			w = "c"
		case w == "ec":
			w = "ce"
		case !permisCategory.MatchString(w) || w == "a" && within(tokens, i, j+1) && tokens[j+1].after == space && !permisCategory.MatchString(tokens[j+1].word) && tokens[j+1].word != "et":
			return out
		}
		id, ok := l.permis[w]
		if !ok {
			return out
		}
		seen = true
		out = append(out, candidate{
			label: id, stated: licenceSure, why: "Vous citez ce permis.", places: [][2]int{{tokens[i].start, tokens[j].end}},
		})
	}
	return out
}
