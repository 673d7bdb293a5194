package skills

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tandem/internal/fold"
	"tandem/tools/span"
)

// book finds the item that a person means, by its code or in their words.
type book struct {
	engine *Engine
	own    []Entry
}

// set puts an entry as it now is into the person's own.
func (b *book) set(e Entry) {
	for i := range b.own {
		if b.own[i].Code == e.Code {
			b.own[i] = e
			return
		}
	}
	b.own = append(b.own, e)
}

// has reports whether an entry is the person's under the same name.
func (b *book) has(e Entry) bool {
	return slices.ContainsFunc(b.own, func(own Entry) bool { return own.Code == e.Code && own.AppellationCode == e.AppellationCode })
}

// drop takes an entry out of the person's own.
func (b *book) drop(code string) {
	b.own = slices.DeleteFunc(b.own, func(e Entry) bool { return e.Code == code })
}

// find is the entry meant, or a French sentence that says why there is none.
// Without anywhere, words are looked for among the person's own only; a code is
// always good.
func (b *book) find(asked string, anywhere bool) (Entry, string) {
	asked = strings.TrimSpace(asked)
	if asked == "" {
		return Entry{}, "Un élément est vide : indiquez un code ROME ou quelques mots."
	}
	if len(asked) > maxItemText {
		return Entry{}, fmt.Sprintf("Un élément est trop long (plus de %d caractères) : indiquez un code ROME ou quelques mots.", maxItemText)
	}
	for _, e := range b.own {
		if e.Code == asked || strings.EqualFold(e.Code, asked) {
			return e, ""
		}
	}
	if e, ok := b.engine.entry(asked); ok {
		for _, own := range b.own { // an appellation of a métier of the person
			if own.Code == e.Code {
				own.Appellation, own.AppellationCode = e.Appellation, e.AppellationCode
				return own, ""
			}
		}
		return e, ""
	}
	found := b.nearest(asked, func(e Entry) string { return e.Appellation + " " + e.Label })
	if len(found) == 0 { // by the words that it rests on: « anglais courant » is a person's name for speaking a language
		found = b.nearest(asked, func(e Entry) string {
			var words strings.Builder
			for _, s := range e.Evidence {
				words.WriteString(s.Text + " ")
			}
			return words.String()
		})
	}
	if len(found) == 1 {
		return found[0], ""
	} else if len(found) > 1 {
		return Entry{}, ambiguous(asked, found)
	}
	if !anywhere {
		return Entry{}, fmt.Sprintf("« %s » n'est pas dans vos propositions ni dans votre profil : rien n'a été retiré.", asked)
	}
	switch found = b.engine.lookup(asked); len(found) {
	case 0:
		return Entry{}, fmt.Sprintf("« %s » ne correspond à aucune compétence du ROME. Essayez d'autres mots ou choisissez dans la fiche d'un métier.", asked)
	case 1:
		return found[0], ""
	default:
		return Entry{}, ambiguous(asked, found)
	}
}

// quoted are the person's own items that rest on exactly these words.
func (b *book) quoted(asked string) (found []Entry) {
	words := fold.String(strings.TrimSpace(asked))
	for _, e := range b.own {
		if slices.ContainsFunc(e.Evidence, func(s span.Span) bool { return strings.Trim(fold.String(s.Text), " .,;:") == words }) {
			found = append(found, e)
		}
	}
	return found
}

func ambiguous(asked string, found []Entry) string {
	names := make([]string, 0, 4)
	for _, e := range found[:min(len(found), 4)] {
		names = append(names, "« "+e.Label+" »")
	}
	return fmt.Sprintf("« %s » peut désigner plusieurs éléments : %s. Précisez lequel.", asked, strings.Join(names, ", "))
}

// entry is the métier or skill of a code of ROME; of an appellation, its métier
// under that title.
func (e *Engine) entry(code string) (Entry, bool) {
	if id, ok := e.byCode[code]; ok {
		item := e.index.labels[id].item
		return Entry{Code: item.Code, Label: item.Label, Kind: item.Kind, Origin: "person", ROMEVersion: e.version}, true
	}
	metier := func(m Metier) Entry {
		return Entry{Code: m.Code, Label: m.Label, Kind: KindMetier, Origin: "person", ROMEVersion: e.version}
	}
	for _, m := range e.metiers {
		if strings.EqualFold(m.Code, code) {
			return metier(m), true
		}
	}
	for i, a := range e.appellations {
		if a.Code == code {
			found := metier(e.metiers[e.metierOf[i]])
			found.Appellation, found.AppellationCode = a.Long, a.Code
			return found, true
		}
	}
	return Entry{}, false
}

// stemsOf are the distinct stems of words that mean something, with the
// engine's number of each (-1 when ROME does not have it).
func (e *Engine) stemsOf(words string) map[string]int32 {
	out := map[string]int32{}
	for _, t := range expand(tokenize(fold.String(words))) {
		if empty[t.word] {
			continue
		}
		stem := deep(t.word)
		id, ok := e.index.stems[stem]
		if !ok || int(id) >= len(e.index.near) {
			id = -1
		}
		out[stem] = id
	}
	return out
}

// heft is how much a stem says in a search.
func (e *Engine) heft(id int32) float32 {
	switch {
	case id < 0:
		return rarest
	case e.index.generic[id]:
		return genericWeight
	default:
		return 1
	}
}

// nearest are the person's own entries whose words say most of what was asked:
// one when it is clear, several when it is not.
func (b *book) nearest(asked string, words func(Entry) string) []Entry {
	want := b.engine.stemsOf(asked)
	type scored struct {
		Entry
		share, back float32
	}
	var list []scored
	for _, e := range b.own {
		have := b.engine.stemsOf(words(e))
		var shared, wanted, has float32
		for stem, id := range want {
			// An unknown word of the request (« courant ») must not hide what the
			// rest of it says, so all telling words count the same here.
			w := min(b.engine.heft(id), 1)
			wanted += w
			if _, ok := have[stem]; ok {
				shared += w
			}
		}
		for _, id := range have {
			has += min(b.engine.heft(id), 1)
		}
		if wanted == 0 || has == 0 {
			continue
		}
		if share := shared / wanted; share >= 0.5 {
			list = append(list, scored{e, share, shared / has})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(b.back, a.back))
	})
	var out []Entry
	for _, s := range list {
		// Equally much of the request; but a label that the request says in full
		// is meant, not one that merely contains it.
		if s.share < list[0].share || list[0].back > 0.99 && s.back < 0.99 {
			break
		}
		out = append(out, s.Entry)
	}
	return out
}

// lookup is what words name in the lexicon: a job title in full, or the skills
// they may mean, one when it is clear.
func (e *Engine) lookup(words string) []Entry {
	if metier, ok := e.named(words); ok {
		return []Entry{metier}
	}
	want := e.stemsOf(words)
	var wanted float32
	for _, id := range want {
		wanted += min(e.heft(id), 1)
	}
	if wanted == 0 {
		return nil
	}
	shared := map[int32]float32{}
	for _, id := range want {
		if id < 0 {
			continue
		}
		for _, p := range e.index.postings[id] {
			if int(p.label) < e.index.own {
				shared[p.label] += e.heft(id)
			}
		}
	}
	type scored struct {
		label int32
		score float32
	}
	var list []scored
	for label, s := range shared {
		if e.index.labels[label].title {
			continue
		}
		var has float32
		for _, t := range e.index.labels[label].terms {
			has += e.heft(t.stem)
		}
		if score := 2 * s / (wanted + has); score >= 0.6 && s >= 0.6*wanted {
			list = append(list, scored{label, score})
		}
	}
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(
			cmp.Compare(b.score, a.score),
			cmp.Compare(len(e.index.labels[b.label].links), len(e.index.labels[a.label].links)),
			cmp.Compare(a.label, b.label))
	})
	var out []Entry
	for _, s := range list[:min(len(list), 4)] {
		item := e.index.labels[s.label].item
		found, _ := e.entry(item.Code)
		if strings.EqualFold(fold.String(item.Label), fold.String(strings.TrimSpace(words))) {
			return []Entry{found}
		}
		if s.score < list[0].score-0.001 {
			break
		}
		out = append(out, found)
	}
	return out
}

// named is the métier of a job title written in full: « aide-soignante ».
func (e *Engine) named(words string) (Entry, bool) {
	var content []token
	for _, t := range expand(tokenize(fold.String(words))) {
		if empty[t.word] {
			continue
		}
		id, ok := e.titles.vocation[light(t.word)]
		if !ok {
			return Entry{}, false
		}
		t.title = id
		content = append(content, t)
	}
	if len(content) == 0 {
		return Entry{}, false
	}
	m, ok := e.likeTitles(content)
	if !ok || m.guesses[0].likeness < 0.98 {
		return Entry{}, false
	}
	return e.entry(e.appellations[m.guesses[0].appellation].Code)
}
