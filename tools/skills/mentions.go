package skills

import (
	"cmp"
	"slices"
	"strings"
)

// mention is a place where the text seems to name a job.
type mention struct {
	line       int
	start, end int // bytes of the folded text
	weight     float32
	head       bool    // it begins a line of a CV
	guesses    []guess // best first
}

type guess struct {
	appellation int32
	likeness    float32 // of the words written and the title's words, 0–1
}

// How much a mention counts by where it stands.
const (
	inHeader     = 1.0
	inExperience = 0.8 // and up to 0.15 for the most recent
	inSpeech     = 0.85
	inEducation  = 0.4
	inActivity   = 0.62
	inWish       = 0.3

	likelyTitle = 0.5  // at the head of a line
	surelyTitle = 0.72 // further along the line
	guessLimit  = 24
)

// mentions finds the jobs that a text names.
func (e *Engine) mentions(p *page) []mention {
	var out []mention
	for n, line := range p.lines {
		switch line.section {
		case interests, languages, qualities:
			continue
		case header, experience, education, identity:
			out = append(out, e.titlesOfLine(p, n, line)...)
		}
		out = append(out, e.spoken(n, line)...)
	}
	return out
}

// titlesOfLine reads the parts of a line, each of which may begin with a title.
// In an experience the first counts: what follows it is the employer.
func (e *Engine) titlesOfLine(p *page, n int, line cvLine) []mention {
	var out []mention
	tokens := line.tokens
	first := true
	when, _ := p.year(n)
	if line.bullet && when == 0 && line.section != header {
		return nil // a task, not a job
	}
	for from := 0; from < len(tokens); {
		to := from + 1
		for to < len(tokens) && tokens[to].after == space {
			to++
		}
		part := tokens[from:to]
		from = to
		diploma := false
		skipped := 0
		for len(part) > 0 && skipped < 8 && (leading[part[0].word] || diplomas[part[0].word] || empty[part[0].word] || digit(part[0].word[0])) {
			if part[0].word == "le" || part[0].word == "la" || part[0].word == "les" || part[0].word == "l" {
				break // « Le Petit Boulanger » is a shop
			}
			diploma = diploma || diplomas[part[0].word]
			part = part[1:]
			skipped++
		}
		if len(part) == 0 {
			continue
		}
		m, ok := e.title(part)
		if when == 0 && !first && (line.section == experience || n > headLines || len(tokens) > sentence) {
			break // what follows the first part is detail
		}
		if !ok || !first && m.guesses[0].likeness < surelyTitle {
			first = first && len(part) < 2 || first && line.section == header
			continue
		}
		m.line, m.head = n, true
		switch {
		case line.section == education || diploma:
			m.weight = inEducation
		case line.section == header || line.section == identity:
			m.weight = inHeader
			if n > 8 {
				m.weight = inExperience
			}
		default:
			m.weight = inExperience + 0.15*p.recency(n)
			if len(out) > 0 {
				m.weight *= 0.5
			}
		}
		if n > headLines && line.section != education && !p.dated(n) {
			m.weight *= 0.4 // « Couleurs, mèches »: a task, more likely
		}
		out = append(out, m)
		first = false
	}
	return out
}

// Where titles stand: in the first lines, or beside a date. A line longer than
// sentence is prose, which spoken reads.
const (
	headLines = 3
	sentence  = 25
)

// dated reports whether line n or a neighbour bears a year.
func (p *page) dated(n int) bool {
	for at := n - 1; at <= n+1; at++ {
		if year, lasts := p.year(at); year > 0 || lasts {
			return true
		}
	}
	return false
}

// leading are words that may stand before a title.
var leading = set(`poste emploi stage stagiaire alternance alternant alternante ancien ancienne ex mission missions interim interimaire contrat cdd cdi cdii
saison saisonnier saisonniere ete hiver printemps automne depuis janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre janv fev
fevr avr juil sept oct nov dec present aujourd hui jour ce actuel actuellement annee annees an ans mois semaine semaines jours periode titre pro professionnel
apprenti apprentie h f metier fonction jeune temps plein partiel`)

// title reads the title that words begin with, if they do.
func (e *Engine) title(part []token) (mention, bool) {
	ts := e.titles
	const reach = 9
	var best mention
	var bestScore float32
	for shift := 0; shift < 2 && shift < len(part); shift++ {
		words := part[shift:]
		if shift > 0 && (part[0].title < 0 || !ts.heads[part[0].title]) {
			break // « Ouvrier boulanger », but not « carte conducteur »
		}
		head := words[0].title
		if head < 0 || !ts.heads[head] {
			continue
		}
		if len(words) > reach {
			words = words[:reach]
		}
		if m, ok := e.likeTitles(words); ok {
			if shift > 0 && m.guesses[0].likeness < surelyTitle {
				continue
			}
			if score := m.guesses[0].likeness - 0.12*float32(shift); score > bestScore {
				best, bestScore = m, score
			}
		}
	}
	return best, bestScore >= likelyTitle
}

// likeTitles compares words with the titles that share their head.
func (e *Engine) likeTitles(words []token) (mention, bool) {
	ts := e.titles
	head := words[0].title
	var written float32
	at := map[int32]int{}
	// What follows the title in running text does not count against it: after
	// the first unknown word, weights fade.
	fade := float32(1)
	weights := map[int32]float32{}
	for i, t := range words {
		if silent(t.word) {
			continue
		}
		if t.title < 0 {
			written += 2.5 * fade
			fade *= 0.6
			continue
		}
		if _, ok := at[t.title]; !ok {
			at[t.title] = i
			weights[t.title] = fade
			written += ts.weight[t.title] * fade
		}
	}
	var m mention
	lastOf := map[int32]int{}
	for _, id := range ts.postings[head] {
		f := &ts.forms[id]
		if f.words[0] != head {
			continue
		}
		var shared, sharedWritten float32
		last := 0
		for _, w := range f.words {
			if i, ok := at[w]; ok {
				shared += ts.weight[w]
				sharedWritten += ts.weight[w] * weights[w]
				last = max(last, i)
			}
		}
		likeness := (shared + sharedWritten) / (f.total + written)
		if shared >= f.total*0.999 {
			// The whole title is written: more words only specify it.
			likeness = max(likeness, 0.8+0.2*sharedWritten/written)
		}
		if likeness < 0.34 {
			continue
		}
		m.guesses = append(m.guesses, guess{f.appellation, likeness})
		lastOf[f.appellation] = max(last, lastOf[f.appellation])
	}
	if len(m.guesses) == 0 {
		return m, false
	}
	sortGuesses(m.guesses)
	m.guesses = m.guesses[:min(len(m.guesses), guessLimit)]
	m.start, m.end = words[0].start, words[lastOf[m.guesses[0].appellation]].end
	return m, true
}

// cues stand before a job in running speech.
var cues = set(`comme que suis jsui jsuis chui etais etait ct fait fe fais faisait faisais fesais poste emploi place metier travail ancien ancienne ex
experience ans mois devenu devenue occupe exerce bosse travaille profession`)

var wishes = set(`veux veu jveux jveu voudrais voudrai aimerais aimerai souhaite souhaiterais cherche recherche devenir envisage`)

// spoken finds jobs in the middle of sentences: « j'ai fait 2 ans comme
// serveuse », « 8 ans de caisse ».
func (e *Engine) spoken(n int, line cvLine) []mention {
	var out []mention
	tokens := line.tokens
	did := false // a cue was heard earlier in the sentence
	for i := range tokens {
		did = (did || i > 0 && cues[tokens[i-1].word]) && tokens[i].after < stop
		cue, wish := cued(tokens, i)
		if !cue && !wish {
			if m, ok := e.activity(tokens, i); did && ok && m.end > tokens[i].end {
				m.line = n
				out = append(out, m)
			}
			continue
		}
		end := i + 1
		for end < len(tokens) && tokens[end].after == space {
			end++
		}
		if m, ok := e.title(tokens[i:end]); ok && tokens[i].start == m.start {
			m.line, m.weight = n, inSpeech
			if wish {
				m.weight = inWish
			}
			out = append(out, m)
			continue
		}
		if wish {
			continue
		}
		if m, ok := e.activity(tokens, i); ok {
			m.line = n
			out = append(out, m)
		}
	}
	return out
}

// cued reports whether a cue or a wish stands just before word i, articles and
// small words aside.
func cued(tokens []token, i int) (cue, wish bool) {
	if empty[tokens[i].word] || i == 0 {
		return false, false
	}
	for j := i - 1; j >= 0 && j >= i-5; j-- {
		if tokens[j+1].after >= stop {
			return false, false
		}
		w := tokens[j].word
		if cues[w] {
			cue = true
		}
		if wishes[w] {
			wish = true
		}
		if !empty[w] && !cues[w] && !wishes[w] && !digit(w[0]) && w != "peu" {
			break
		}
	}
	return cue && !wish, wish
}

// activity reads « caisse », « mise en rayon » as the job they are of.
func (e *Engine) activity(tokens []token, i int) (mention, bool) {
	for length := min(5, len(tokens)-i); length > 0; length-- {
		var key strings.Builder
		for j, t := range tokens[i : i+length] {
			if j > 0 {
				if t.after >= stop {
					break
				}
				key.WriteByte(' ')
			}
			key.WriteString(singular(t.word))
		}
		if a, ok := e.activities[key.String()]; ok {
			return mention{start: tokens[i].start, end: tokens[i+length-1].end, weight: inActivity, guesses: []guess{{a, 0.9}}}, true
		}
	}
	return mention{}, false
}

// mute marks the words of job titles: having been « comptable » is not by itself
// « Logiciels comptables », so they show only what the métiers found use, and
// weakly. Diplomas and activities (« 8 ans de caisse ») do show some.
func (e *Engine) mute(p *page, found []mention) {
	for i := range p.clauses {
		c := &p.clauses[i]
		if c.section == education {
			continue
		}
		for _, m := range found {
			if m.line == c.line && m.head && c.section != abilities {
				p.muteWorkplace(c.tokens, m.end)
			}
			if m.weight == inActivity || m.weight == inEducation || m.end <= c.tokens[0].start || m.start >= c.tokens[len(c.tokens)-1].end {
				continue
			}
			for j := range c.tokens {
				if t := &c.tokens[j]; t.start >= m.start && t.end <= m.end {
					t.named = true
				}
			}
		}
	}
}

// muteWorkplace takes out what follows the title on its line when it is written
// as a name: the employer, the town.
func (p *page) muteWorkplace(tokens []token, after int) {
	named := false
	for i := range tokens {
		t := &tokens[i]
		if t.start < after {
			continue
		}
		if t.after >= comma {
			named = p.capital(*t)
		}
		if named {
			t.stem, t.acronym, t.apart = -1, -1, true
		}
	}
}

func sortGuesses(list []guess) {
	slices.SortStableFunc(list, func(a, b guess) int { return cmp.Compare(b.likeness, a.likeness) })
}
