package offline

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// feature is one thing that is true of a message and how much it says.
type feature struct {
	bucket uint32
	value  float32
}

const (
	bias        = 0 // the bucket of what is true of every message
	biasValue   = 0.3
	wordValue   = 2   // a word says more than its letters…
	charValue   = 0.7 // …of which there are many
	pairValue   = 1.4 // two words, more than each of their letters
	familyValue = 1.5 // what a word is about (concepts.go)
	copiedValue = 0.4 // what is copied after a colon, beside what is asked before it
	quoteValue  = 0.7 // what is quoted
	shapeValue  = 1.5 // how long it is, what it holds, how much of it is new
	ruleValue   = 3   // the tool that a rule of guards.go would call
	signValue   = 1.5 // a sign that rules look for
	roleValue   = 1   // who writes
	afterValue  = 4   // what was asked before
)

// setting is what a message stands in.
type setting struct {
	role  string // of the person
	after string // label of what was asked before, or ""
}

// features are the hashed features of a message, sorted. Values that slots.go
// reads (codes, figures, places, occupations) stand as their kind, so that what
// was learnt on one boulanger in Lille holds for every occupation everywhere.
// isNew reports whether no other utterance has a word.
func features(m message, in setting, isNew func(word string) bool) []feature {
	tokens, asking := masked(m)
	h := hasher{out: make([]feature, 0, 24*len(tokens)+32)}
	h.words(tokens, asking)
	h.spell(tokens[:asking], charValue)
	h.spell(tokens[asking:], charValue*copiedValue)
	h.families(tokens[:asking])
	h.quotation(m)
	for _, s := range shape(m, tokens, asking, isNew) {
		h.add(shapeValue, "h", s)
	}
	if u, ok := certain(m, Context{Role: in.role}); ok {
		h.add(ruleValue, "rule", u.Calls[0].Tool)
	}
	for _, s := range signs {
		if s.re.MatchString(m.plain) {
			h.add(signValue, "sign", s.name)
		}
	}
	h.add(roleValue, "role", in.role)
	for _, w := range tokens[:asking] {
		h.add(roleValue/2, "rw", in.role, w)
	}
	if in.after != "" {
		h.add(afterValue, "after", in.after)
		if len(tokens) <= 6 {
			h.add(afterValue, "short", in.after)
		}
	}
	// What stands twice counts once.
	slices.SortFunc(h.out, func(a, b feature) int {
		return cmp.Or(cmp.Compare(a.bucket, b.bucket), cmp.Compare(b.value, a.value))
	})
	out := slices.CompactFunc(h.out, func(a, b feature) bool { return a.bucket == b.bucket })
	return append(out, feature{bias, biasValue})
}

// hasher collects features by the bucket that their names fall in.
type hasher struct{ out []feature }

func (h *hasher) add(value float32, parts ...string) {
	sum := uint32(2166136261)
	for _, p := range parts {
		for i := range len(p) {
			sum = (sum ^ uint32(p[i])) * 16777619
		}
		sum = (sum ^ 0xff) * 16777619
	}
	sum ^= sum >> 15
	h.out = append(h.out, feature{1 + sum%(buckets-1), value})
}

// words are the words, their pairs and triples.
func (h *hasher) words(tokens []string, asking int) {
	prev, before := "^", ""
	for i, w := range tokens {
		weight := float32(1)
		if i >= asking {
			weight = copiedValue
		}
		h.add(wordValue*weight, "w", w)
		h.add(pairValue*weight, "2", prev, w)
		if i > 0 {
			h.add(weight, "3", before, prev, w)
		}
		before, prev = prev, w
	}
	h.add(1, "2", prev, "$")
}

// spell adds the runs of 3 and 4 characters, also across words.
func (h *hasher) spell(tokens []string, value float32) {
	if len(tokens) == 0 {
		return
	}
	letters := " " + strings.Join(tokens, " ") + " "
	for n := 3; n <= 4; n++ {
		for j := 0; j+n <= len(letters); j++ {
			h.add(value, "c", letters[j:j+n])
		}
	}
}

// families are what the words are about, and what with what.
func (h *hasher) families(tokens []string) {
	var all []string
	for _, w := range tokens {
		all = append(all, concepts(w)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	all = all[:min(len(all), 16)]
	for i, a := range all {
		h.add(familyValue, "k", a)
		for _, b := range all[i+1:] {
			h.add(1, "kk", a, b)
		}
	}
}

// quotation is what stands between quotation marks, which is not what is asked
// but what it is asked of: an offer, a parcours, words of one or the other.
func (h *hasher) quotation(m message) {
	at := quoted(m.fold.Folded)
	if at == nil {
		return
	}
	said := m.fold.Folded[at[0]:at[1]]
	ws := words(said)
	for _, w := range ws {
		h.add(quoteValue, "q", w)
		for _, k := range concepts(w) {
			h.add(quoteValue, "qk", k)
		}
	}
	cv, offer := kindOfText(said)
	h.add(quoteValue, "qcv", strconv.Itoa(min(cv, 2)), strconv.Itoa(min(offer, 2)))
	h.add(quoteValue, "qn", strconv.Itoa(min(len(ws)/3, 3)))
}

// signs are what the rules look for; here each is a reason among others.
var signs = []struct {
	name string
	re   *regexp.Regexp
}{
	{"rewrite", wantsRewrite}, {"delay", wantsDelay}, {"asked", askedOf}, {"blocked", blocked}, {"forecast", asksForecast},
	{"instead", insteadWords}, {"order", ordersChange}, {"own", ownOffers}, {"offer", offerWord}, {"requests", requests}, {"cv", mentionsCV},
}

// shape is how long a message is, what it holds and how much of it is in no
// utterance: with nothing to act on, a few words are no request.
func shape(m message, tokens []string, asking int, isNew func(word string) bool) []string {
	var out []string
	content, fresh := 0, 0
	bare := true // no value to act on
	for _, w := range tokens {
		switch w {
		case "_metier", "_offre", "_rome", "_article", "_lieu", "_n", "_citation":
			out = append(out, w)
			bare = false
		default:
			if len(w) > 3 {
				content++
				if isNew(w) {
					fresh++
				}
			}
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	size := "more"
	for _, n := range []int{2, 4, 7, 12, 20} {
		if len(tokens) <= n {
			size = strconv.Itoa(n)
			break
		}
	}
	some := strconv.Itoa(min(content, 6))
	share := "0"
	if content > 0 {
		share = strconv.Itoa(fresh * 3 / content)
	}
	out = append(out, "size"+size, "content"+some, "new"+strconv.Itoa(min(fresh, 3)), "share"+share+size)
	if bare {
		out = append(out, "bare"+size, "barecontent"+some, "barenew"+share+size)
	}
	if strings.Contains(m.raw, "?") {
		out = append(out, "?", "?"+size)
	}
	if asking < len(tokens) {
		out = append(out, "copied")
	}
	return out
}
