package skills

import (
	"regexp"
	"slices"
	"strings"

	"tandem/internal/fold"
)

// section is the part of a CV that a line stands in.
type section uint8

const (
	header section = iota // before any heading
	experience
	education
	abilities // skills, software
	languages
	qualities
	interests
	identity
)

// clause is a run of words that may show one skill: a line, a sentence.
type clause struct {
	section section
	line    int
	tokens  []token // content words; never empty
	hobby   bool    // a pastime: evidence of little
}

// own are the words of a clause without those of names.
func (c clause) own() []token {
	return slices.DeleteFunc(slices.Clone(c.tokens), func(t token) bool { return t.apart })
}

// page is a text made ready to be read: folded, hidden where it must be, cut.
type page struct {
	text    fold.Text
	lines   []cvLine
	clauses []clause
	hidden  []bool // per byte of the folded text: must not be evidence
	reads   []read // by clause: what its words mean

	mentions []mention
	field    []float32 // the direction of what the clauses mean together, titles apart; nil when they mean nothing
	spheres  []float32 // by métier, how near the text is, titles included: 1 for the nearest; nil likewise

	titles *titles
	latest int // year; see newest
}

// cvLine is one line with all its words, those hidden left out.
type cvLine struct {
	section    section
	tokens     []token
	bullet     bool
	start, end int // bytes of the folded text
}

// clauseLimit bounds what one clause may join: texts without any punctuation
// are cut rather than read as one sentence.
const clauseLimit = 40

// lay reads the layout of a text.
func lay(text string, titles *titles) *page {
	p := &page{text: fold.Map(text), titles: titles}
	folded := p.text.Folded
	p.hidden = make([]bool, len(folded))
	p.hideAll(protected)
	p.hideAll(announced)
	p.hideNames()
	p.hideEmployers()

	current := header
	at := 0
	for line := range strings.Lines(folded) {
		start := at
		at += len(line)
		tokens := tokenize(line)
		for i := range tokens {
			tokens[i].start += start
			tokens[i].end += start
		}
		here := current
		if found, whole, words := p.heading(tokens); words > 0 {
			here = found
			if whole {
				current = found
			}
			tokens = tokens[words:]
		}
		tokens = expand(p.visible(tokens))
		if blank(tokens) {
			continue
		}
		if here == header && dated(line) && len(p.lines) >= headLines {
			here = experience // a CV without headings
		}
		n := len(p.lines)
		p.lines = append(p.lines, cvLine{section: here, tokens: tokens, bullet: bulleted(line), start: start, end: at})
		p.cut(tokens, here, n)
	}
	return p
}

// blank reports whether a line says nothing, so that what was hidden in it
// leaves no trace in where the lines after it stand: years do say something.
func blank(tokens []token) bool {
	for _, t := range tokens {
		if !empty[t.word] && t.word != "ans" && (!digit(t.word[0]) || yearPattern.MatchString(t.word)) {
			return false
		}
	}
	return true
}

// bulleted reports whether a line begins with a sign.
func bulleted(folded string) bool {
	folded = strings.TrimLeft(folded, " ")
	return folded != "" && !letter(folded[0]) && folded[0] != '"' && folded[0] != '(' && folded[0] != '\n'
}

// visible drops hidden words; what follows one begins a new part.
func (p *page) visible(tokens []token) []token {
	out := tokens[:0:0]
	cut := space
	for _, t := range tokens {
		if p.hidden[t.start] {
			cut = max(cut, bar, t.after) // a hidden word that begins a sentence leaves the end of the one before
			continue
		}
		t.after = max(t.after, cut)
		cut = space
		out = append(out, t)
	}
	return out
}

// cut makes clauses of a line's words.
func (p *page) cut(tokens []token, in section, line int) {
	var piece []token
	flush := func() {
		if len(piece) > 0 {
			p.clauses = append(p.clauses, clause{section: in, line: line, tokens: piece, hobby: in == interests || pastime(piece)})
		}
		piece = nil
	}
	muted := 0 // words still to be skipped after a denial or a wish
	for i, t := range tokens {
		if t.after >= stop {
			flush()
			muted = 0
		}
		if t.word == "mais" || t.word == "puis" || t.word == "avant" || t.word == "apres" {
			flush()
			muted = 0
		}
		if reach := denial(tokens[i:]); reach > 0 {
			muted = max(muted, reach)
			if t.word == "pas" && len(piece) > 0 && t.after == space && !empty[piece[len(piece)-1].word] {
				piece = piece[:len(piece)-1] // « je conduis pas de car »
			}
		}
		if muted > 0 {
			muted--
			continue
		}
		if len(piece) >= clauseLimit {
			flush()
		}
		piece = append(piece, t)
	}
	flush()
}

// denial is for how many words nothing may be concluded: what follows a
// negation, a wish, or names someone else.
func denial(tokens []token) int {
	is := func(i int, any ...string) bool {
		if i >= len(tokens) {
			return false
		}
		for _, w := range any {
			if tokens[i].word == w {
				return true
			}
		}
		return false
	}
	const rest = 1 << 20
	switch {
	case is(0, "jamais", "aucun", "aucune", "ni"), is(0, "pas") && !is(1, "a"):
		return 10
	case is(0, "sans"):
		return 4
	case is(0, "n", "ne") && (is(2, "pas", "plus", "jamais", "rien", "aucun", "aucune") || is(3, "pas", "plus", "jamais", "rien")):
		return 10
	case is(0, "veux", "veu", "jveux", "jveu", "voudrais", "voudrai", "aimerais", "aimerai", "souhaite", "souhaiterais", "jaimerais", "souhaitant",
		"rever", "reve", "envisage", "vise", "cherche"),
		is(0, "recherche") && is(1, "un", "une", "poste", "emploi", "place", "contrat", "stage", "alternance"), is(0, "envie", "desir", "intention") && is(1, "de", "d"), is(0, "devenir"),
		is(0, "reconversion", "reconvertir"), is(0, "projet") && is(1, "de", "professionnel"):
		return rest
	case is(0, "mon", "ma", "mes") && is(1, "mari", "femme", "pere", "mere", "frere", "soeur", "fils", "fille", "parents", "conjoint",
		"conjointe", "epoux", "epouse", "compagnon", "compagne", "oncle", "tante", "cousin", "grand", "beau", "belle", "copain", "copine"):
		return rest
	case is(0, "fils", "fille") && is(1, "de", "d"):
		return 4
	}
	return 0
}

// pastime reports whether a clause speaks of what one likes to do.
func pastime(tokens []token) bool {
	for i, t := range tokens {
		if i > 2 {
			break
		}
		switch t.word {
		case "hobby", "hobbies", "loisirs", "passionne", "passionnee", "passion", "passions", "amateur":
			return true
		}
	}
	return false
}

// headings are how people title the parts of a CV, folded.
var headings = []struct {
	words   []string
	section section
}{
	{strings.Fields("experience experiences parcours emplois"), experience},
	{strings.Fields("formation formations diplome diplomes etudes scolarite cursus certifications"), education},
	{strings.Fields("competence competences savoir-faire aptitudes informatique logiciels logiciel outils bureautique domaines"), abilities},
	{strings.Fields("langue langues"), languages},
	{strings.Fields("qualites qualite savoir-etre atouts atout personnalite"), qualities},
	{strings.Fields("loisir loisirs interet interets hobby hobbies passions activites"), interests},
	{strings.Fields("coordonnees contact identite adresse"), identity},
	{strings.Fields("profil objectif resume accroche presentation"), header},
	{strings.Fields("divers"), abilities},
}

// heading recognises « EXPÉRIENCES », « Centres d'intérêt » (the whole line)
// and « Langues : … » or « LANGUES Anglais B2 » (the words before the rest),
// and says how many words the heading takes.
func (p *page) heading(tokens []token) (found section, whole bool, words int) {
	n := len(tokens)
	for i := 1; i < len(tokens); i++ {
		if tokens[i].after >= bar {
			n = i
			break
		}
	}
	if len(tokens) > 1 && len(tokens[0].word) > 4 && p.shouting(tokens[0]) && !p.shouting(tokens[1]) {
		n = 1
	}
	whole = n == len(tokens)
	if n == 0 || n > 4 {
		return 0, false, 0
	}
	var plain []string
	for _, t := range tokens[:n] {
		if w := t.word; !empty[w] && !fillers[w] {
			plain = append(plain, w)
		}
	}
	joined := strings.Join(plain, "-")
	for _, h := range headings {
		for _, w := range h.words {
			if joined == w {
				return h.section, whole, n
			}
		}
	}
	return 0, false, 0
}

// fillers go along with a heading: « Mes expériences professionnelles ».
var fillers = set(`professionnel professionnelle professionnelles professionnels scolaire personnelles personnelle personnels principales
techniques cles centre centres complementaires extra atouts initiale continue humaines autres maitrises maitrisees informatiques linguistiques
universitaires experience-pro pro metier`)

var yearPattern = regexp.MustCompile(`\b(19[6-9]\d|20[0-4]\d)\b`)

// dated reports whether a line bears a year.
func dated(folded string) bool { return yearPattern.MatchString(folded) }
