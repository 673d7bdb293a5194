package bot

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/fold"
	"tandem/tools"
)

// facts are what the tools of one run have said: what a text of the model may
// cite, and what it must not contradict. Used by the loop alone.
type facts struct {
	ids      map[string]bool // codes and articles of this run's results, normalised
	earlier  map[string]bool // those of earlier runs, and those that the person wrote
	links    map[string]bool // addresses of this run's results
	verdicts []string        // statuses of offers that were checked
	chances  []float64       // probabilities that were forecast, in percent
	written  []float64       // percentages in words, of results and of the person
}

func newFacts(history []turnMessage) *facts {
	f := &facts{ids: map[string]bool{}, earlier: map[string]bool{}, links: map[string]bool{}}
	for _, m := range history {
		if m.Role != "ai" { // a model's own words prove nothing
			gather(f.earlier, m.Text)
			f.written = append(f.written, percentages(m.Text)...)
		}
	}
	return f
}

// learn takes the result of a call, data being its JSON.
func (f *facts) learn(result tools.Result, data []byte) {
	gather(f.ids, string(data))
	f.written = append(f.written, percentages(string(data))...)
	for _, m := range quotedCode.FindAllStringSubmatch(string(data), -1) {
		f.ids[m[1]] = true
	}
	for _, p := range result.Sources {
		f.ids[normal(p.ID)] = true
		f.links[p.URL] = true
	}
	var v any
	if json.Unmarshal(data, &v) != nil {
		return
	}
	f.walk(v, result.Activity)
	if view, ok := v.(map[string]any); ok && result.Activity == "offer.legality" {
		if again, ok := view["rewritten"].(map[string]any); ok {
			view = again // what is said is about the new words
			f.verdicts = append(f.verdicts, fmt.Sprint(v.(map[string]any)["status"]))
		}
		f.verdicts = append(f.verdicts, fmt.Sprint(view["status"]))
	}
}

// walk finds the addresses that engines gave (fields named url: an address in
// the text of an offer is not ours), and the numbers of forecasts.
func (f *facts) walk(v any, activity string) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			if s, ok := inner.(string); ok && k == "url" {
				f.links[s] = true
			}
			f.walk(inner, activity)
		}
	case []any:
		for _, inner := range v {
			f.walk(inner, activity)
		}
	case float64:
		if activity == "offer.delay" && v >= 0 && v <= 1 {
			f.chances = append(f.chances, v*100)
		}
	}
}

// What looks like a code: a métier's, an article of law, an OGR number, a
// commitment of the charter.
const (
	romeForm    = `\b[A-Z]\d{4}\b`
	articleForm = `\b(?:CP|[LRD])\.?[ \x{00A0}]?\d{3,4}(?:-\d{1,3})+\b`
	penalForm   = `\b(?i:art(?:icle|\.)s?)[ \x{00A0}]\d{1,4}(?:-\d{1,3})+\b`
	ogrForm     = `\bOGR[ \x{00A0}]?:?[ \x{00A0}]?\d{4,6}\b`
	charterForm = `\b(?i:chart(?:e|er))[ \x{00A0}:]{1,2}\d{1,2}\b`
)

var (
	codes      = regexp.MustCompile(articleForm + `|` + penalForm + `|` + ogrForm + `|` + charterForm + `|` + romeForm)
	quotedCode = regexp.MustCompile(`"(\d{4,6})"`)
	plainCode  = regexp.MustCompile(`^\d{4,6}$`)
	spaces     = strings.NewReplacer(" ", "", "\u00A0", "", ".", "", ":", "")
)

func gather(into map[string]bool, text string) {
	for _, c := range codes.FindAllString(text, -1) {
		into[normal(c)] = true
	}
}

// normal is a code as it is compared: "L. 1132-1", "law:L1132-1" and "article
// L1132-1" are L1132-1; "article 225-1" and "CP225-1" are 225-1; "OGR 101163" is
// 101163; "charte 2" is CHARTER2.
func normal(code string) string {
	s := spaces.Replace(strings.ToUpper(strings.TrimSpace(strings.TrimPrefix(code, "law:"))))
	for _, head := range []string{"ARTICLES", "ARTICLE", "ARTS", "ART", "OGR", "CP"} {
		s = strings.TrimPrefix(s, head)
	}
	if n, ok := strings.CutPrefix(s, "CHARTE"); ok {
		return "CHARTER" + strings.TrimPrefix(n, "R")
	}
	return s
}

// vouch tells the person where the text of an answer says other than the tools
// of this run. The verdict that counts is the engine's, on its card.
func (r *run) vouch(text string) {
	if status := r.facts.contradicted(text); status != "" {
		r.receipt.Contradicted = append(r.receipt.Contradicted, "offer.legality")
		r.notice("Attention : le texte du modèle ne dit pas la même chose que le contrôle de l'offre. C'est le contrôle qui compte : " + status + ".")
	}
	if wrong := r.facts.misquoted(text); wrong != "" {
		r.receipt.Contradicted = append(r.receipt.Contradicted, "offer.delay")
		r.notice("Attention : le texte du modèle donne « " + wrong + " », que la prévision ne contient pas. Fiez-vous aux chiffres de la carte.")
	}
}

// statuses in the words of a notice.
var statuses = map[string]string{
	"clean":   "aucune mention signalée",
	"review":  "des mentions à vérifier",
	"justify": "bloquée, sauf justification",
	"blocked": "bloquée",
}

var (
	saysClean   = regexp.MustCompile(`\b(conformes?|legales?|licites?|respecte (bien )?(la loi|le droit|le code du travail)|aucun probleme|aucune (mention|formulation) (illegale|discriminatoire|signalee|problematique)|rien a (signaler|corriger|redire)|(peut|pouvez la|pouvez l) ?(etre )?(publi\w*|diffus\w*)( telle quelle| en l etat)?|n est pas (bloquee|illegale|discriminatoire))\b`)
	saysBlocked = regexp.MustCompile(`\b(bloquee|illegales?|illicites?|discriminatoires?|non conforme|interdites?|contraires? a la loi|ne (peut|pouvez|doit) pas (la |l )?(etre )?(publi\w*|diffus\w*))\b`)
	negated     = regexp.MustCompile(`\b(n est|ne semble|ne parait|non|pas|n ?y a|aucune?|sans|ni)\b.{0,40}$`)
	// What would be, will be once corrected, or is to be made so.
	notNow    = regexp.MustCompile(`\b(si|une fois|apres|avant|corrig\w*|correction\w*|modifi\w*|reecri\w*|version|sera|serait|serai\w*|pourr\w*|rendre|devenir|devien\w*|soit|faut|doit|devrait|comment)\b`)
	offerNear = regexp.MustCompile(`\b(offre|annonce|texte|elle|mention|formulation)s?\b`)
)

// contradicted is the verdict, in words, that the text contradicts, or "". It
// errs on the side of silence: a sentence counts when it speaks of the offer
// and says plainly that all is well or that it is not; and it contradicts when
// no offer that was checked in this run is so.
func (f *facts) contradicted(text string) string {
	if len(f.verdicts) == 0 {
		return ""
	}
	clean, blocked := false, false
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".!?\n;", r) }) {
		s := words(sentence)
		if !offerNear.MatchString(s) || notNow.MatchString(s) {
			continue
		}
		clean = clean || affirmed(saysClean, s)
		blocked = blocked || affirmed(saysBlocked, s)
	}
	if clean == blocked {
		return "" // nothing said, or both: of several offers, or of parts of one
	}
	for _, v := range f.verdicts {
		if v == "review" || clean && v == "clean" || blocked && (v == "blocked" || v == "justify") {
			return ""
		}
	}
	return statuses[f.verdicts[len(f.verdicts)-1]]
}

// affirmed reports whether s says it at least once without a negation before.
func affirmed(claim *regexp.Regexp, s string) bool {
	for _, at := range claim.FindAllStringIndex(s, -1) {
		if !negated.MatchString(s[:at[0]]) {
			return true
		}
	}
	return false
}

// words is text folded, with single spaces instead of everything else.
func words(text string) string {
	return strings.Join(strings.FieldsFunc(fold.String(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), " ")
}

var percents = regexp.MustCompile(`(\d{1,3}(?:[,.]\d+)?)[ \x{00A0}\x{202F}]?%`)

func percentages(text string) (all []float64) {
	for _, m := range percents.FindAllStringSubmatch(text, -1) {
		if n, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64); err == nil {
			all = append(all, n)
		}
	}
	return all
}

// misquoted is a percentage of the text that no forecast of this run contains,
// or "". Rounding, the complement and the difference of two are the same number;
// so is what the person or a result has in words, and all or nothing.
func (f *facts) misquoted(text string) string {
	if len(f.chances) == 0 {
		return ""
	}
	for i, n := range percentages(text) {
		if n != 0 && n != 100 && !f.forecast(n) && !slices.Contains(f.written, n) {
			return percents.FindAllString(text, -1)[i]
		}
	}
	return ""
}

func (f *facts) forecast(n float64) bool {
	near := func(a float64) bool { return math.Abs(a-n) <= 1 }
	for i, a := range f.chances {
		if near(a) || near(100-a) {
			return true
		}
		for _, b := range f.chances[:min(i, 50)] {
			if near(math.Abs(a - b)) {
				return true
			}
		}
	}
	return false
}
