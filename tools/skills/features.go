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
	Meaning   float32 // how near the clause is to the label
	Here      float32 // and the evidence
	Far       float32 // how many labels of the found occupations are nearer
	Meant     float32 // shown by meaning alone
	Distant   float32
	LinkMean  float32
	Amid      float32 // a savoir of one word in the middle of others, that no occupation backs
	Scrap     float32 // one word of many, that no occupation backs
	Loose     float32
	Field     float32 // how near the label is to the whole text
	Around    float32 // and to the clauses around
	Sphere    float32 // how near the text is to a métier that uses the label
	Part      float32 // share of the words between commas that the label explains
	Full      float32 // every telling word is shown
	Size      float32 // how many telling words it has
	Long      float32 // how many words the clause has
	Alias     float32 // shown in the words of people, not of its label
	Heard     float32 // which a text to tune on has
}

func (f *features) list() []float32 {
	return []float32{
		f.Said, f.Cover, f.Told, f.Rest, f.Gap, f.Dense, f.Exact, f.Weight, f.Single, f.Near, f.Named, f.Head, f.Novel, f.Rivals, f.Link, f.Core, f.LinkCover, f.LinkTold,
		f.CoreCover, f.CoreTold, f.Stray, f.Kin, f.Common, f.Bare, f.Section, f.Listed, f.Short, f.Hobby, f.Knowing, f.Static, f.Doing, f.Lone, f.Aside, f.Diploma, f.Untaught,
		f.Meaning, f.Here, f.Far, f.Meant, f.Distant, f.LinkMean, f.Amid, f.Scrap, f.Loose, f.Alias, f.Heard, f.Field, f.Around, f.Sphere, f.Part, f.Full, f.Size, f.Long,
	}
}

// unsaidAtMost keeps from being shown at once what a pastime or the words of a
// job title alone suggest: nobody said that it was done.
const unsaidAtMost = 0.4

func (e *Engine) confidence(f *features) float32 {
	p := e.forest.confidence(f.list())
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
		Short: one(c.said() <= 3), Hobby: one(c.hobby),
		Knowing: one(l.item.Kind == Savoir && !l.strict), Static: one(l.static), Doing: one(l.doing), Lone: one(l.lone), Diploma: one(l.strict), Untaught: one(l.strict && c.section != education),
	}
}
