package offline

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tandem/internal/fold"
)

// A long message is a question around a pasted text. The question stands at
// the beginning or at the end, so only these many bytes of each are read for it.
const (
	longText = 600
	edge     = 300
	bodyRead = 6 << 10 // of a pasted text, to tell an offer from a CV
)

// message is what a person wrote, in the forms that understanding needs.
type message struct {
	raw   string    // the question: the whole text, or its edges when it is long
	fold  fold.Text // raw, folded, with the way back to the words as written
	words []string  // raw, folded, SMS spelling undone
	plain string    // words, joined by one space
	body  string    // a pasted text, folded and bounded; "" when there is none
	taken *taken    // how the classifier took it, which several steps ask for
}

// taken is a message's label in a setting.
type taken struct {
	in     setting
	label  string
	sure   float64
	second string
}

func read(text string) message {
	var m message
	m.raw = strings.TrimSpace(text)
	if len(m.raw) > longText {
		m.body = fold.String(head(m.raw, bodyRead))
		m.raw = edges(m.raw)
	} else if lines := strings.Count(m.raw, "\n"); lines > 3 {
		m.body = fold.String(m.raw)
	}
	m.fold = fold.Map(m.raw)
	m.words = words(m.fold.Folded)
	m.plain = strings.Join(m.words, " ")
	m.taken = new(taken)
	return m
}

func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	i := len(s) - n
	for i < len(s) && !utf8.RuneStart(s[i]) {
		i++
	}
	return s[i:]
}

func edges(s string) string { return head(s, edge) + "\n" + tail(s, edge) }

// words splits a folded text into words and undoes SMS spelling. Punctuation
// goes, except "?" which tells a question from an order.
func words(folded string) []string {
	var out []string
	start := -1
	flush := func(end int) {
		if start < 0 {
			return
		}
		w := strings.Trim(folded[start:end], "-'")
		start = -1
		if w == "" {
			return
		}
		if full, ok := sms[w]; ok {
			out = append(out, strings.Fields(full)...)
			return
		}
		for {
			i := strings.IndexByte(w, '\'')
			if i < 0 || i > 3 {
				break
			}
			out = append(out, w[:i+1]) // l', d', qu'
			w = w[i+1:]
			if full, ok := sms[w]; ok {
				w = full
			}
		}
		if w != "" {
			out = append(out, strings.Fields(elide(w))...)
		}
	}
	for i, r := range folded {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '-' || r == '/' && start < 0:
			if start < 0 {
				start = i
			}
		case r == '?' || r == '%' || r == '>' || r == '€':
			flush(i)
			if len(out) == 0 || out[len(out)-1] != string(r) {
				out = append(out, string(r))
			}
		default:
			flush(i)
		}
	}
	flush(len(folded))
	return out
}

// elide puts back the apostrophe that hurried writers drop: "jveux", "lannonce",
// "dun", "jai".
func elide(w string) string {
	if len(w) > 4 && w[0] == 'j' && strings.IndexByte("bcdfgklmnpqrstvz", w[1]) >= 0 {
		rest := w[1:]
		if full, ok := sms[rest]; ok {
			rest = full
		}
		return "je " + rest
	}
	if len(w) > 5 && (w[0] == 'l' || w[0] == 'd') {
		if _, ok := elided[w[1:]]; ok {
			return w[:1] + "' " + w[1:]
		}
	}
	return w
}

var elided = set("annonce offre employeur entreprise emploi usager humain ia algo age apprentissage alternance embauche aide ambulancier electricien infirmier entretien essai are indemnisation allocation experience article entreprise agence application intelligence adresse")

// sms is the spelling of hurried writers, word by word, in folded form.
var sms = func() map[string]string {
	m := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(smsTable), "\n") {
		full, short, _ := strings.Cut(line, ":")
		for _, s := range strings.Fields(short) {
			m[s] = strings.TrimSpace(full)
		}
	}
	return m
}()

const smsTable = `
c' est : c cest ce'st
est-ce que : esque eske esk esce estce ske
c' etait : ct cetait
quoi : koi qoi kwa
c' est quoi : ckoi cquoi
quel : kel kelle kels kelles quelle quels quelles qel
qui : ki
que : ke q
qu' on : kon
pourquoi : pk pq pkoi pourkoi prkoi pourqoi
combien : cb cmb cbien conbien combient
temps : tps tmps
s' il vous plait : svp siouplait
s' il te plait : stp
salut : slt salu
bonjour : bjr bonjours bjour bonjor
bonsoir : bsr
merci : mci mrc mercii merciii merki
beaucoup : bcp bocoup
tout : tt
tous : ts
dans : ds
avec : ac avc
plus : plu
pour : pr
donc : dc
quand : qd kan kand
quelqu'un : qqun kelkun qqn quelquun kelqun qlqun qqu1 qq1
quelque chose : qqch qqchose qlqchose
rendez-vous : rdv
probleme : pb pbm pblm
non : nn nan
oui : ui oue ouai ouais
toujours : tjr tjs tjrs
jamais : jms jamai
maintenant : mtn mnt maintenan
desole : dsl
meme : mm
vous : vs
nous : ns
il y a : ya y'a
j' ai : jai g jaie
je suis : jsui jsuis chui chuis jsuit jss
je veux : jveu jveut jveux jve
je fais : jfe jfai jfais jfait
je peux : jpe jpeu jpeux jpeut
je vais : jvai jvais
j' aime : jaime
j' aimerais : jaimerais jaimerai
je sais : jsais jsai jse
je cherche : jcherche jcherch
faut : fo fodrait
pas : pa
peux : px peu peut
veux : veu veut veule
sans : san ss
moins : moin
emploi : taf boulot job travaill
experience : exp expe
competences : comp comps competance competances competence conpetence
conseiller : conseille conseillere conseillers
departement : dpt dept
annonce : anonce annonces anonces
offre : ofre offres ofres
rome : rom
recruter : recrutter
metier : metiers metie
legal : legale legaux legales
proba : probabilite probas probabilites
`

func set(list string) map[string]struct{} {
	m := map[string]struct{}{}
	for _, w := range strings.Fields(list) {
		m[w] = struct{}{}
	}
	return m
}
