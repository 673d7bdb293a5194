package skills

import "math"

// features are what the confidence of a match is computed from, each about 0–1.
type features struct {
	Cover     float32 // share of the label that is shown, by weight
	Told      float32 // and by number of telling words
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
	Common    float32 // how many métiers use it, of all
	Bare      float32 // no métier does
	Section   float32 // among experiences
	Listed    float32 // in a list of skills, languages or diplomas
	Short     float32 // the clause has three words at most
	Hobby     float32
	Knowing   float32 // a savoir
	Lone      float32 // a savoir of one telling word
	Aside     float32 // and not an entry of a list
	Diploma   float32
	Untaught  float32 // a diploma named outside of studies
}

func (f *features) list() []float32 {
	return []float32{
		f.Cover, f.Told, f.Gap, f.Dense, f.Exact, f.Weight, f.Single, f.Near, f.Named, f.Head, f.Novel, f.Again, f.Rivals, f.Link, f.Core, f.LinkCover, f.LinkTold,
		f.CoreCover, f.CoreTold, f.Stray, f.Common, f.Bare, f.Section, f.Listed, f.Short, f.Hobby, f.Knowing, f.Lone, f.Aside, f.Diploma, f.Untaught,
	}
}

// unsaidAtMost keeps from being shown at once what a pastime or the words of a
// job title alone suggest: nobody said that it was done.
const unsaidAtMost = 0.4

// weights of the features, in the order of list, and the bias after them: fitted by logistic
// regression on testdata/skills-tune.jsonl (go test ./tools/skills -run TestFit -fit -v).
var weights = [...]float32{
	1.76, 0.38, -0.52, -0.29, 1.96, 2.16, -0.35, -2.24, -0.26, 0.68, 1.23, 0.79,
	-0.90, 2.29, 0.99, 1.14, -0.19, 0.02, 0.15, -0.98, 0.98, 1.56, -0.36, -0.74,
	-0.11, -0.75, 0.19, 0.20, -1.12, 0.61, 0.44, -3.99,
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
