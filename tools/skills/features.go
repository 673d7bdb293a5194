package skills

import "math"

// features are what the confidence of a match is computed from, each about 0–1.
type features struct {
	Said      float32 // in a phrase that stands for it, not by its words
	Cover     float32 // share of the label that is shown, by weight
	Told      float32 // and by number of telling words
	Rest      float32 // how many telling words are not shown
	Gap       float32 // weight of the rarest word that is not shown
	Dense     float32 // share of the evidence that the label explains
	Exact     float32 // every word, side by side
	Weight    float32 // how much is shown in all
	Single    float32 // one word only
	Near      float32 // share shown by near-synonyms
	Named     float32 // share shown by words of a job title
	Head      float32 // the first telling word is shown
	Novel     float32 // share of the evidence that no better match explains
	Again     float32 // shown in how many more places
	Rivals    float32 // how many other labels the same words show as well
	Link      float32 // how much the found occupations use the label
	Core      float32 // as their core
	LinkCover float32 // products: a line cannot say that two things are needed
	LinkTold  float32
	CoreCover float32
	CoreTold  float32
	Stray     float32 // occupations are known and none uses it
	Kin       float32 // but a métier near them by a mobility does
	Common    float32 // how many métiers use it, of all
	Bare      float32 // no métier does
	Section   float32 // among experiences
	Listed    float32 // in a list of skills, languages or diplomas
	Short     float32 // the clause has three words at most
	Hobby     float32
	Knowing   float32 // a savoir
	Static    float32 // about something, not the doing of it
	Doing     float32 // a way to do something
	Lone      float32 // a savoir of one telling word
	Aside     float32 // and not an entry of a list
	Diploma   float32
	Untaught  float32 // a diploma named outside of studies
}

func (f *features) list() []float32 {
	return []float32{
		f.Said, f.Cover, f.Told, f.Rest, f.Gap, f.Dense, f.Exact, f.Weight, f.Single, f.Near, f.Named, f.Head, f.Novel, f.Again, f.Rivals, f.Link, f.Core, f.LinkCover, f.LinkTold,
		f.CoreCover, f.CoreTold, f.Stray, f.Kin, f.Common, f.Bare, f.Section, f.Listed, f.Short, f.Hobby, f.Knowing, f.Static, f.Doing, f.Lone, f.Aside, f.Diploma, f.Untaught,
	}
}

// unsaidAtMost keeps from being shown at once what a pastime or the words of a
// job title alone suggest: nobody said that it was done.
const unsaidAtMost = 0.4

// weights of the features, in the order of list, and the bias after them: fitted by logistic
// regression on testdata/skills-tune.jsonl (go test ./tools/skills -run TestFit -fit -v).
var weights = [...]float32{
	0.02, 1.67, 0.08, -0.34, -0.51, -0.29, 2.19, 1.63, -0.52, -2.29, -0.38, 0.59,
	1.17, 0.78, -1.00, 2.32, 1.08, 1.28, -0.05, -0.09, 0.03, -1.11, 0.89, 0.54,
	1.75, -0.37, -0.66, -0.18, -0.70, 0.26, -0.66, 0.03, 0.09, -1.07, 0.29, 0.17,
	-3.31,
}

func (f *features) confidence() float32 {
	list := f.list()
	z := float64(weights[len(list)])
	for i, v := range list {
		z += float64(weights[i] * v)
	}
	p := float32(1 / (1 + math.Exp(-z)))
	if f.Hobby == 1 || f.Named == 1 {
		return min(p, unsaidAtMost)
	}
	return p
}

// uses is how strongly the occupations found use a skill.
type uses struct {
	strength map[int32]float32 // by métier found
	kin      map[int32]float32 // by métier that ROME leads to from one of them
}

func (e *Engine) uses(found []occupation) uses {
	u := uses{make(map[int32]float32, len(found)), map[int32]float32{}}
	for _, o := range found {
		u.strength[o.metier] = max(u.strength[o.metier], o.confidence)
	}
	for m, s := range u.strength {
		for _, to := range e.moves[m] {
			u.kin[to] = max(u.kin[to], s)
		}
	}
	return u
}

// of is how much a label is used, as core, and by métiers near those found.
func (u uses) of(l *label) (use, core, kin float32) {
	for _, k := range l.links {
		if s := u.strength[k.metier]; s > 0 {
			use = max(use, s)
			if k.core {
				core = max(core, s)
			}
		}
		kin = max(kin, u.kin[k.metier])
	}
	return use, core, kin
}

// features are those of a label in a clause, whatever shows it.
func (u uses) features(l *label, c clause) features {
	use, core, kin := u.of(l)
	return features{
		Link: use, Core: core, Stray: one(len(u.strength) > 0 && use == 0), Kin: one(use == 0) * kin,
		Common: float32(math.Log(1+float64(len(l.links))) / 7), Bare: one(len(l.links) == 0),
		Section: one(c.section == experience), Listed: one(c.section == abilities || c.section == languages || c.section == education),
		Short: one(len(c.tokens) <= 3), Hobby: one(c.hobby),
		Knowing: one(l.item.Kind == Savoir && !l.strict), Static: one(l.static), Doing: one(l.doing), Lone: one(l.lone), Diploma: one(l.strict), Untaught: one(l.strict && c.section != education),
	}
}
