package rome

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tandem/retrieval"
	"tandem/retrieval/subword"
)

// What a passage is found by is bounded: a métier may have 300 skills, and the
// hundredth says little about it.
const (
	maxKeywords = 40
	maxExamples = 4
)

// view is a release by code, for writing passages.
type view struct {
	*Data
	metiers      map[string]*metier
	items        map[string]*item
	appellations map[string][]string // of a métier
	needs        map[string][]link   // of a métier
	neededBy     map[string][]string // métiers of an item
	textes       map[[2]string][]string
	domaines     map[string]string
	said         map[string][]string // everyday phrases of a métier or an item
}

func viewOf(d *Data) *view {
	v := &view{Data: d, metiers: map[string]*metier{}, items: map[string]*item{}, appellations: map[string][]string{},
		needs: map[string][]link{}, neededBy: map[string][]string{}, textes: map[[2]string][]string{}, domaines: map[string]string{}, said: d.said()}
	for i := range d.Metiers {
		v.metiers[d.Metiers[i].Code] = &d.Metiers[i]
	}
	for i := range d.Items {
		v.items[d.Items[i].Code] = &d.Items[i]
	}
	for _, a := range d.Appellations {
		v.appellations[a.Metier] = append(v.appellations[a.Metier], a.Label)
	}
	for _, l := range d.Links {
		v.needs[l.Metier] = append(v.needs[l.Metier], l)
		v.neededBy[l.Item] = append(v.neededBy[l.Item], l.Metier)
	}
	textes := slices.Clone(d.Textes)
	slices.SortStableFunc(textes, func(a, b texte) int { return cmp.Compare(a.Position, b.Position) })
	for _, t := range textes {
		key := [2]string{t.Metier, t.Kind}
		v.textes[key] = append(v.textes[key], t.Text)
	}
	for _, d := range d.Domaines {
		v.domaines[d.Code] = d.Label
	}
	return v
}

func (v *view) text(metier, kind string) string {
	return strings.Join(v.textes[[2]string{metier, kind}], " ")
}

// heart lists the labels of the items at the heart of a métier.
func (v *view) heart(metier string) []string {
	var labels []string
	for _, l := range v.needs[metier] {
		if l.Core != "" && len(labels) < maxKeywords {
			labels = append(labels, v.items[l.Item].Label)
		}
	}
	return labels
}

// entries are the passages of a release.
func (v *view) entries() []retrieval.Entry {
	var out []retrieval.Entry
	for _, m := range v.Metiers {
		out = append(out, v.metierEntry(m))
	}
	for _, a := range v.Appellations {
		e := entryOf(a.Code, retrieval.Appellation, a.Label,
			fmt.Sprintf("Appellation du métier %s – %s.", a.Metier, v.metiers[a.Metier].Label))
		e.Parent, e.Names = a.Metier, append(names(a.Label), names(a.Short)...)
		e.Meta = map[string]any{"rome": a.Metier, "metier": v.metiers[a.Metier].Label}
		out = append(out, e)
	}
	for _, it := range v.Items {
		out = append(out, v.itemEntry(it))
	}
	return out
}

func entryOf(id, kind, title, text string) retrieval.Entry {
	return retrieval.Entry{Passage: retrieval.Passage{Corpus: retrieval.ROME, ID: id, Kind: kind, Title: title, Text: text, URL: "/rome/" + id}}
}

func (v *view) metierEntry(m metier) retrieval.Entry {
	appellations := v.appellations[m.Code]
	appellations = appellations[:min(len(appellations), maxKeywords)]
	definition, access := v.text(m.Code, "definition"), v.text(m.Code, "acces_metier")
	text := definition
	if text == "" { // the extract has facts only
		text = fmt.Sprintf("Métier du domaine « %s ». Appellations : %s.", v.domaines[m.Domaine], strings.Join(appellations[:min(len(appellations), 8)], " ; "))
	}
	if access != "" {
		text += "\nAccès au métier : " + access
	}
	e := entryOf(m.Code, retrieval.Metier, m.Label, text)
	e.Names = names(m.Label)
	e.Keywords = strings.Join(slices.Concat(appellations, v.heart(m.Code), []string{definition}, v.said[m.Code]), "\n")
	e.Meta = map[string]any{"domaine": v.domaines[m.Domaine], "fiche": PublicURL(m.Code), "regulated": m.Regulated}
	return e
}

var kindNames = map[string]string{retrieval.Competence: "Savoir-faire", retrieval.Savoir: "Savoir",
	retrieval.SavoirEtre: "Savoir-être professionnel", retrieval.Contexte: "Contexte de travail"}

func (v *view) itemEntry(it item) retrieval.Entry {
	metiers := v.neededBy[it.Code]
	text := kindNames[it.Kind] + "."
	if it.Definition != "" {
		text = it.Definition
	}
	if n := len(metiers); n > 0 {
		var examples []string
		for _, code := range metiers[:min(n, maxExamples)] {
			examples = append(examples, code+" "+v.metiers[code].Label)
		}
		of := "métiers, dont"
		if n <= maxExamples {
			of = "métiers :"
		}
		if n == 1 {
			of = "métier :"
		}
		text += fmt.Sprintf(" %d %s %s.", n, of, strings.Join(examples, " ; "))
	}
	e := entryOf(it.Code, it.Kind, it.Label, text)
	e.Keywords = strings.TrimSpace(strings.Join(append([]string{it.Definition}, v.said[it.Code]...), "\n"))
	e.Meta = map[string]any{"metiers": len(metiers)}
	if it.Category != "" {
		e.Meta["category"] = it.Category
	}
	return e
}

// PublicURL is the page of a métier on France Travail's site, in the form that
// Métierscope publishes.
func PublicURL(code string) string {
	return "https://candidat.francetravail.fr/metierscope/fiche-metier/" + code
}

// ubiquitous is the number of métiers from which an item says nothing about
// any of them ("Travail le samedi"): it is learned as a class of its own.
const ubiquitous = 60

// lessons are what the built-in embedder learns from: ROME's own structure
// (title → métier, skill → métiers, sentence → métier), and the passages of the
// other corpora, each a class of its own, named after its passage; and what no
// corpus answers.
// Titles are learned in each form, because that is how people say them, and
// with what people say around them.
func (v *view) lessons(others []retrieval.Entry) (examples []subword.Example, classes []string) {
	class := map[string]int32{}
	teach := func(text string, times int, labels ...int32) {
		if text != "" {
			examples = append(examples, subword.Example{Text: text, Labels: labels, Times: times})
		}
	}
	name := func(id string) int32 {
		classes = append(classes, id)
		return int32(len(classes) - 1)
	}
	title := func(label string, of int32) {
		said := forms(label)
		for _, form := range said {
			teach(form, 2/len(said), of)
		}
		teach(around(said[draw(label)%len(said)]), 1, of)
	}
	for _, m := range v.Metiers {
		class[m.Code] = name(m.Code)
		title(m.Label, class[m.Code])
		for _, phrase := range v.said[m.Code] {
			teach(phrase, 1, class[m.Code])
			if draw(phrase)%3 == 0 {
				teach(around(phrase), 1, class[m.Code])
			}
		}
	}
	for _, a := range v.Appellations {
		title(a.Label, class[a.Metier])
	}
	for _, t := range v.Textes {
		teach(t.Text, 1, class[t.Metier])
	}
	for _, it := range v.Items {
		metiers := v.neededBy[it.Code]
		switch {
		case len(metiers) >= ubiquitous || len(metiers) > 0 && len(v.said[it.Code]) > 0:
			own := name(it.Code)
			for _, text := range append([]string{it.Label, it.Definition}, v.said[it.Code]...) {
				teach(text, 2, own)
			}
		case len(metiers) > 0:
			labels := make([]int32, len(metiers))
			for i, m := range metiers {
				labels[i] = class[m]
			}
			teach(it.Label, 1, labels...)
		}
	}
	for _, o := range others {
		own := name(o.ID)
		for _, text := range append(strings.Split(o.Keywords, "\n"), o.Title) {
			teach(text, 2, own)
		}
	}
	topics := retrieval.Elsewhere()
	for _, topic := range slices.Sorted(maps.Keys(topics)) {
		own := name(topic)
		for _, sentence := range topics[topic] {
			if v.LeftOut[clean(sentence)] {
				continue
			}
			teach(sentence, 2, own)
		}
	}
	return examples, classes
}
