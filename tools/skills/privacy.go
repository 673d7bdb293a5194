package skills

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What protects a person from their own CV: who they are, where they live, and
// what the law forbids to weigh is hidden before anything is looked for. So is
// the name of an employer, which may look like a job (« chez Boulanger »).

// protected are patterns over folded text. Where there is a group, it alone is
// hidden.
var protected = patterns(
	`\S+@\S+`,
	`\b(?:https?://|www\.|github\.com|linkedin\.com)\S*`,
	// addresses
	`\b\d{1,4} ?(?:bis|ter|quater)?,? (?:rue|avenue|av|boulevard|bd|bld|place|allee|allees|chemin|impasse|route|quai|cours|square|residence|passage|sentier|villa|hameau|faubourg|voie|venelle|ruelle)\b(?: [^\s,|;]+){1,6}`,
	`\b(?:rue|avenue|boulevard|impasse|venelle) (?:de|du|des|d'|la|le)[^\n,|;]{1,40}`,
	`\b\d{5} [a-z][a-z'-]+`,
	`(?:^|\n) *(?:adresse|domicile|ville|residence) ?:[^\n]*`,
	// birth, age, nationality
	`\bnee? (?:le|en|a|au)\b[^\n,;.|]{0,40}`,
	`\bdate de naissance\b[^\n;|]{0,40}`,
	`\b(?:lieu de )?naissance ?:[^\n;|]{0,40}`,
	`(?:\+ ?33 ?\(?0?\)? ?|\b0)[1-9](?:[ ./-]?\d\d){4}\b`,
	`(?:^|\n|[,|(] *| - )(\d\d ans) *(?:$|\n|[,|)]| -)`,
	`\b\d+ ans en [a-z]+`,
	`\bage ?:[^\n,;|]{0,12}`,
	`\b(?:de )?nationalites? ?:? ?[a-z-]+(?: et [a-z-]+| ?/ ?[a-z-]+)?`,
	`\bressortissante? [a-z-]+`,
	`\b(?:langue maternelle|titre de sejour|carte de sejour)\b`,
	// family
	`\b(?:mariee?|celibataire|divorcee?|veuve?|pacsee?|concubinage|separee?|vie maritale)\b(?:\(?e?\)?[ ,]*(?:avec |et |sans )?(?:\d+|un|deux|trois|quatre|cinq|six)? ?enfants?(?: a charge)?)?`,
	`\bj'?ai (?:\d+|un|deux|trois|quatre|cinq|six) enfants?\b`,
	`\b(?:pere|mere|maman|papa) de (?:famille|\w+ enfants?)\b`,
	`(?:^|\n|[,|] *| - )((?:\d+|un|deux|trois|quatre|cinq) enfants?(?: a charge)?) *(?:$|\n|[,|]| -)`,
	`\bsituation (?:familiale|de famille|maritale)[^\n;|]{0,60}`,
	// health, beliefs, membership
	`\b(?:rqth|travailleu(?:r|se) handicapee?)\b`,
	`\b(?:je suis|suis|etant) (?:diabetique|epileptique|asthmatique|enceinte|malade|handicapee?|malvoyante?|sourde?|depressi\w+)\b`,
	`\b(?:handicap|maladie|sante|etat de sante|religion|confession|syndicat|adherente?) ?:[^\n;|]{0,60}`,
	`(?:^|\n) *\[?photos?\]?(?: d'identite)?[^\n]{0,20}(?:\n|$)`,
)

// announced are names said to be names.
var announced = patterns(
	`(?:^|\n|[|;] *)(?:nom|prenom|noms?(?: et |/| )prenoms?|nom de naissance|nom de famille)s? ?:[^\n|;]*`,
	`\bje (?:m'appelle|me nomme|m appelle)((?: [a-z'-]+){1,3})`,
	`\bmon (?:nom|prenom) (?:est|c'est)((?: [a-z'-]+){1,2})`,
)

func patterns(list ...string) []*regexp.Regexp {
	out := make([]*regexp.Regexp, len(list))
	for i, p := range list {
		out[i] = regexp.MustCompile(p)
	}
	return out
}

func (p *page) hide(from, to int) {
	for i := from; i < to; i++ {
		p.hidden[i] = true
	}
}

func (p *page) hideAll(list []*regexp.Regexp) {
	for _, pattern := range list {
		for _, m := range pattern.FindAllStringSubmatchIndex(p.text.Folded, -1) {
			if len(m) == 4 {
				m = m[2:]
			}
			if m[0] >= 0 {
				p.hide(m[0], m[1])
			}
		}
	}
}

// raw is what the person wrote for a folded range.
func (p *page) raw(from, to int) string {
	start, end := p.text.Span(from, to)
	return p.text.Original[start:end]
}

func (p *page) capital(t token) bool {
	start, _ := p.text.Span(t.start, t.end)
	r, _ := utf8.DecodeRuneInString(p.text.Original[start:])
	return unicode.IsUpper(r)
}

// nameLines is how far down a CV its owner's name is looked for, in a text of
// at least as many lines: a message in the chat does not begin with a name.
const nameLines = 4

// hideNames hides the line, or the part of a line, that is a person's name:
// among the first lines, two to four capitalised words without any digit that
// do not all belong to the vocabulary of work, or family and given name on a
// line each. A name is known by its place and shape, never by a list: « Rose
// Berger » and « Aminata Maçon » are hidden, « Boulanger pâtissier » is not.
// And « Mme Marchand » wherever it stands.
func (p *page) hideNames() {
	var top [][]token // the first lines
	at := 0
	for line := range strings.Lines(p.text.Folded) {
		start := at
		at += len(line)
		tokens := tokenize(line)
		if len(tokens) == 0 {
			continue
		}
		for i := range tokens {
			tokens[i].start += start
			tokens[i].end += start
		}
		p.hideTitled(tokens)
		if len(top) < nameLines {
			top = append(top, tokens)
		}
	}
	for n, tokens := range top {
		if n > 0 && p.bearsYear(tokens) {
			continue // « 2016-2020 : Retouches Minute »: an experience, wherever the head of the CV ends
		}
		for from := 0; from < len(tokens); {
			to := from + 1
			for to < len(tokens) && tokens[to].after < comma {
				to++
			}
			small := n == 0 && len(top) == nameLines && to-from == len(tokens) // « marie boulanger »
			if p.isName(tokens[from:to], small) {
				p.hide(tokens[from].start, tokens[to-1].end)
			}
			from = to
		}
		if n > 0 && len(top) == nameLines && len(tokens) == 1 && len(top[n-1]) == 1 {
			if pair := []token{top[n-1][0], tokens[0]}; p.isName(pair, false) {
				p.hide(pair[0].start, pair[0].end)
				p.hide(pair[1].start, pair[1].end)
			}
		}
	}
}

// bearsYear reports whether words hold a year, that of a birth, which is hidden,
// apart.
func (p *page) bearsYear(tokens []token) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return !p.hidden[t.start] && len(t.word) == 4 && yearPattern.MatchString(t.word) })
}

// hideTitled hides the capitalised words after « Mme » and the like.
func (p *page) hideTitled(tokens []token) {
	for i := range tokens {
		switch tokens[i].word {
		case "m", "mr", "mme", "mlle", "monsieur", "madame", "docteur", "dr", "maitre":
			for j := i + 1; j < len(tokens) && j <= i+3 && tokens[j].after <= stop && p.capital(tokens[j]); j++ {
				p.hide(tokens[j].start, tokens[j].end)
			}
		}
	}
}

// isName reports whether a part of one of the first lines is somebody's name;
// small allows it to be written without capitals.
func (p *page) isName(part []token, small bool) bool {
	whole := 0 // words, a compound counting for one
	for i, t := range part {
		if notNames[t.word] {
			return false
		}
		if !p.capital(t) && !particle[t.word] && (!small || empty[t.word] || len(t.word) < 3) {
			return false
		}
		if strings.ContainsAny(t.word, "0123456789") {
			return false
		}
		if i == 0 || p.text.Folded[part[i-1].end] != '-' {
			whole++
		}
	}
	if whole < 2 || whole > 4 {
		return false
	}
	if !small && p.mixed(part) {
		return true
	}
	// « AIDE SOIGNANTE » is a title: names are mostly words that work does not
	// use. With two words one such is enough, « Marie Boulanger »; with more,
	// half of them.
	counted, foreign := 0, 0
	for _, t := range part {
		if particle[t.word] {
			continue
		}
		counted++
		if p.titles.foreign(t) {
			foreign++
		}
	}
	if counted == 0 || foreign == 0 || counted > 2 && 2*foreign < counted {
		return false
	}
	return !p.titles.whole(part)
}

// foreign reports whether work does not use a word much.
func (t *titles) foreign(word token) bool {
	id, known := t.vocation[light(word.word)]
	return !known || !t.heads[id] && len(t.postings[id]) < commonTitleWord
}

// commonTitleWord is in how many titles a word must be to be taken for one of
// work when it stands alone with another: « polyvalent » is, « pierre » is not.
const commonTitleWord = 30

// mixed reports whether some words are all in capitals and others not, as in
// « MARÉCHAL Jean-Pierre ».
func (p *page) mixed(part []token) bool {
	loud, quiet := false, false
	for _, t := range part {
		if particle[t.word] || len(t.word) < 2 {
			continue
		}
		if p.shouting(t) {
			loud = true
		} else {
			quiet = true
		}
	}
	return loud && quiet
}

var particle = set("de du des d le la l von van el al ben bin da dos di")

// notNames are words in capitals at the head of CVs that no name has.
var notNames = set("permis vehicule disponible curriculum cv tel mobilite caces habilitation experience experiences competences formation profil objectif langues")

// employers announce the name of a workplace.
var employers = set(`societe entreprise sarl sas sasu eurl sa scop groupe cabinet restaurant hotel boulangerie garage magasin boutique supermarche
hypermarche agence clinique association brasserie ets etablissements maison domaine ferme transports banque imprimerie menuiserie camping cafe bar
ehpad residence hopital chu college lycee ecole mairie centre usine chantier fonderies ateliers atelier pharmacie salon studio fournil papeterie
conserverie chantiers bijouterie librairie traiteur pizzeria creperie epicerie interim enseigne`)

// hideEmployers hides the capitalised words after « chez », « société »,
// « restaurant »…; after « chez » also one plain word, as people write in chats.
func (p *page) hideEmployers() {
	tokens := tokenize(p.text.Folded)
	for i, t := range tokens {
		chez := t.word == "chez"
		if !chez && !employers[t.word] || chez && i+1 < len(tokens) && determiner[tokens[i+1].word] && !p.capital(tokens[i+1]) {
			continue
		}
		if !chez && p.shouting(t) {
			continue
		}
		for j := i + 1; j < len(tokens) && j <= i+5; j++ {
			if tokens[j].after > comma || tokens[j].after == comma && !chez {
				break
			}
			if !p.capital(tokens[j]) && !particle[tokens[j].word] && !(chez && j == i+1) {
				break
			}
			p.hide(tokens[j].start, tokens[j].end)
		}
	}
}

var determiner = set("un une des les le la l mon ma mes moi lui elle eux soi nous vous ce cette plusieurs divers differents")

// shouting reports whether a word is all in capitals, where capitals say nothing.
func (p *page) shouting(t token) bool {
	raw := p.raw(t.start, t.end)
	return strings.ToUpper(raw) == raw
}
