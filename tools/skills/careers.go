package skills

import (
	"cmp"
	"math"
	"slices"
)

// Career is a métier that a person's skills lead towards: an answer to « quels
// métiers avec ces compétences ? ».
type Career struct {
	ROME    string       `json:"rome"`
	Metier  string       `json:"metier"`
	Score   float64      `json:"score"`           // 0–1: how much of what makes the métier is there
	From    string       `json:"from,omitempty"`  // code of a métier of the person that ROME leads here from
	Leads   string       `json:"leads,omitempty"` // its label
	Shared  []CareerItem `json:"shared"`          // what tells most about the métier first
	Missing []CareerItem `json:"missing"`         // its core first
}

// CareerItem is a skill of a métier.
type CareerItem struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	Kind  string `json:"kind"`
	Core  bool   `json:"core"` // cœur de métier
}

const (
	coreFactor   = 2.0  // a skill of the core counts for so many
	mobilityPlus = 0.15 // for a métier that ROME leads to from one of the person's
	shrink       = 6.0  // weight that a métier must share before its share is believed
	careerItems  = 12   // shared and missing skills named of each métier
	maxCodes     = 500  // of a profile, looked at
)

// Careers ranks métiers by the skills that they share with a profile, best first,
// at most limit. codes are OGR codes of skills and ROME codes of métiers, those
// of the person, which are not proposed again; unknown codes say nothing. A skill
// counts the more the fewer métiers use it, twice in the core of a métier; a
// mobility of ROME from a métier of the person adds a little, and never brings in
// a métier with which nothing is shared. Nobody's age, name or place is asked.
func (e *Engine) Careers(codes []string, limit int) []Career {
	has := map[int32]bool{}
	own := map[int32]bool{}
	for _, code := range codes[:min(len(codes), maxCodes)] {
		if id, ok := e.byCode[code]; ok {
			has[id] = true
		} else if m, ok := e.byROME[code]; ok {
			own[m] = true
		}
	}
	from := map[int32]int32{}
	for m := range own {
		for _, to := range e.moves[m] {
			if before, ok := from[to]; !ok || m < before { // not the order of a map
				from[to] = m
			}
		}
	}
	shared := make([]float64, len(e.metiers))
	for _, id := range sorted(has) {
		l := &e.index.labels[id]
		for _, k := range l.links {
			shared[k.metier] += e.rarity(l, k.core)
		}
	}
	type scored struct {
		metier int32
		score  float64
	}
	var list []scored
	for m, weight := range shared {
		if weight == 0 || own[int32(m)] {
			continue
		}
		score := weight / (math.Sqrt(e.bulk[m]*math.Max(weight, 1)) + shrink)
		if _, ok := from[int32(m)]; ok {
			score += mobilityPlus * math.Min(1, weight/shrink)
		}
		list = append(list, scored{int32(m), math.Min(score, 1)})
	}
	slices.SortFunc(list, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.metier, b.metier)) })
	list = list[:min(max(limit, 0), len(list))]
	out := make([]Career, 0, len(list))
	for _, s := range list {
		c := Career{ROME: e.metiers[s.metier].Code, Metier: e.metiers[s.metier].Label, Score: math.Round(s.score*100) / 100}
		if m, ok := from[s.metier]; ok {
			c.From, c.Leads = e.metiers[m].Code, e.metiers[m].Label
		}
		c.Shared, c.Missing = e.compare(s.metier, has)
		out = append(out, c)
	}
	return out
}

// rarity is how much a skill tells about a métier that uses it.
func (e *Engine) rarity(l *label, core bool) float64 {
	w := math.Log(1 + float64(len(e.metiers))/float64(1+len(l.links)))
	if core {
		w *= coreFactor
	}
	return w
}

// compare says which skills of a métier are there and which are missing, what
// tells most first. Of the missing ones only the core is worth learning about,
// if the métier has any.
func (e *Engine) compare(metier int32, has map[int32]bool) (shared, missing []CareerItem) {
	type weighed struct {
		CareerItem
		weight float64
	}
	var there, gone []weighed
	for _, id := range e.items[metier] {
		l := &e.index.labels[id]
		at := slices.IndexFunc(l.links, func(k link) bool { return k.metier == metier })
		w := weighed{CareerItem{l.item.Code, l.item.Label, l.item.Kind, l.links[at].core}, e.rarity(l, l.links[at].core)}
		if has[id] {
			there = append(there, w)
		} else if !l.strict { // a diploma is one way in among others
			gone = append(gone, w)
		}
	}
	first := func(list []weighed, less func(a, b weighed) int) []CareerItem {
		slices.SortStableFunc(list, less)
		out := make([]CareerItem, 0, careerItems)
		for _, w := range list[:min(len(list), careerItems)] {
			out = append(out, w.CareerItem)
		}
		return out
	}
	heaviest := func(a, b weighed) int { return cmp.Compare(b.weight, a.weight) }
	// Not what every métier asks for, such as respecting instructions.
	coreFirst := func(a, b weighed) int {
		if a.Core != b.Core {
			return cmp.Compare(one(b.Core), one(a.Core))
		}
		return cmp.Compare(b.weight, a.weight)
	}
	return first(there, heaviest), first(gone, coreFirst)
}

// chart is what Careers needs of ROME: métiers by code, what each uses, and where
// it leads.
type chart struct {
	byROME map[string]int32
	items  [][]int32 // by métier: labels
	bulk   []float64 // by métier: weight of all it uses
	moves  [][]int32 // by métier: métiers, in ROME's order
}

func (e *Engine) newChart(moves []Move) chart {
	c := chart{
		byROME: make(map[string]int32, len(e.metiers)), items: make([][]int32, len(e.metiers)), bulk: make([]float64, len(e.metiers)),
		moves: make([][]int32, len(e.metiers)),
	}
	for i, m := range e.metiers {
		c.byROME[m.Code] = int32(i)
	}
	for id := range e.index.labels[:e.index.own] {
		l := &e.index.labels[id]
		for _, k := range l.links {
			c.items[k.metier] = append(c.items[k.metier], int32(id))
			c.bulk[k.metier] += e.rarity(l, k.core)
		}
	}
	for _, m := range moves {
		from, known := c.byROME[m.From]
		to, listed := c.byROME[m.To]
		if known && listed && from != to {
			c.moves[from] = append(c.moves[from], to)
		}
	}
	return c
}

func sorted(ids map[int32]bool) []int32 {
	out := make([]int32, 0, len(ids))
	for id := range ids {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
