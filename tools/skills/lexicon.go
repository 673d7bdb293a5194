package skills

// Lexicon is what the engine knows of ROME: plain data, filled from whatever
// release or extract is loaded. Texts are as ROME writes them.
type Lexicon struct {
	Version      string // of the release: "460"
	Metiers      []Metier
	Appellations []Appellation
	Items        []Item
	Links        []Link
	Moves        []Move // in ROME's order

	// Said is how people speak of items who do not know their labels, by code.
	Said map[string][]string

	// Word is what a folded word adds to the meaning of a text: texts whose sums
	// of words point the same way mean the same. Nil for a word that says nothing.
	// Without it the engine compares words and not what they mean.
	Word func(folded string) []float32
	// Metier is the direction of what the texts of a métier mean, by its code, among
	// the vectors of Word; nil for one that is not known.
	Metier func(code string) []float32
}

// Move is a mobility of ROME, from one métier to another.
type Move struct{ From, To string } // codes of métiers

// Metier is a fiche of ROME.
type Metier struct {
	Code  string // D1102
	Label string
}

// Appellation is a job title and the métier it leads to.
type Appellation struct {
	Code  string // OGR code
	Long  string // « Boulanger / Boulangère »
	Short string // may equal Long
	ROME  string // code of the métier
}

// Item is a skill.
type Item struct {
	Code  string // OGR code
	Label string
	Kind  string // [SavoirFaire], [Savoir] or [SavoirEtre]
}

// Link says that a métier uses a skill.
type Link struct {
	ROME string
	Item string // OGR code
	Core bool   // cœur de métier
}
