package offline

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// phrasing is how one tool's result is said, and what « la troisième » means in
// it. Both read only the JSON of the result: nothing is said that is not there.
type phrasing struct {
	say   func(v voice, r result) string
	shown func(r result) []Item
}

// phrasings of the tools; a tool that is not here is answered in one sentence.
var phrasings = map[string]phrasing{
	"extract_skills": {saySkills, shownSkills},
	"update_profile": {saySkills, shownSkills},
	"explain_offer":  {sayLegality, shownFindings},
	"rewrite_offer":  {sayRewrite, shownFindings},
	"predict_delay":  {sayDelay, nil},
	"search_offers":  {sayOffers, shownOffers},
	"search_rome":    {sayOccupation, shownOccupations},
	"search_charter": {sayPassages, nil},
	"request_human":  {sayHuman, nil},
}

// voice is what wording depends on besides the result.
type voice struct {
	role     string
	question message
	simple   bool // « plus simple » was asked
	seed     uint32
}

// pick chooses a wording: always the same for the same question.
func (v voice) pick(wordings ...string) string {
	return wordings[int(v.seed)%len(wordings)]
}

func (c conversation) voice() voice {
	h := fnv.New32a()
	h.Write([]byte(head(c.text, 1000)))
	return voice{role: c.Role, question: read(c.text), seed: h.Sum32() >> 3}
}

// opening is what is said before any tool: the answer of an act, or the words
// that must not wait for a tool.
func (c conversation) opening(u Understanding) string {
	v := c.voice()
	if len(u.Calls) > 0 {
		if t := topics[u.Topic]; t != nil {
			return v.pick(t.answers(c.Role)...) + "\n\n"
		}
		return ""
	}
	if strings.HasPrefix(u.Topic, "between:") {
		return between(u.Topic, c.Role)
	}
	if u.Act == "smalltalk" && u.Topic == "simpler" && len(c.past) > 0 {
		v.simple = true
		return said(v, c.past)
	}
	t := topics[u.Act+"/"+u.Topic]
	if t == nil {
		t = topics[u.Topic] // distress where no human can be asked for
	}
	if t == nil {
		t = topics["clarify/vague"]
	}
	return v.pick(t.answers(c.Role)...)
}

// compose phrases the results that came since the person's last message.
func (c conversation) compose() string { return said(c.voice(), c.results) }

func said(v voice, results []result) string {
	var parts []string
	seen := map[string]bool{}
	for _, r := range results {
		text := sayResult(v, r)
		if text != "" && !seen[text] {
			seen[text] = true
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n\n")
}

func sayResult(v voice, r result) string {
	var odd struct {
		Mistake string `json:"mistake"`
		Cut     bool   `json:"cut"`
		Notice  string `json:"notice"`
	}
	if err := json.Unmarshal([]byte(r.json), &odd); err != nil {
		return "Le résultat de l'outil n'est pas lisible : je préfère ne rien affirmer. Réessayez, ou demandez un conseiller."
	}
	if odd.Mistake != "" {
		return sayMistake(v, r, odd.Mistake)
	}
	if odd.Cut {
		return "Le résultat est affiché, mais il est trop long pour que je le résume sans risque d'oubli. Précisez votre demande (un métier, une offre, un département) et je vous réponds point par point."
	}
	if p, ok := phrasings[r.Tool]; ok {
		return p.say(v, r)
	}
	return "C'est fait : le résultat est affiché."
}

// sayMistake says what is missing, in the tool's words, and asks for it.
func sayMistake(v voice, r result, mistake string) string {
	mistake = sentence(mistake)
	if strings.Contains(mistake, "?") || strings.Contains(mistake, "coller") {
		return mistake // it asks already
	}
	ask := ""
	switch r.Tool {
	case "extract_skills":
		ask = "Pouvez-vous joindre votre CV, ou décrire votre parcours en quelques phrases ?"
	case "explain_offer", "rewrite_offer":
		ask = "Pouvez-vous coller le texte de l'offre, ou donner son numéro ?"
	case "predict_delay":
		ask = v.pick("De quel métier s'agit-il, et dans quel département ?", "Pouvez-vous indiquer le métier, le contrat et le lieu ?")
	case "search_offers":
		ask = "Pouvez-vous préciser le métier, le département ou le contrat ?"
	case "search_rome":
		ask = "Quel métier ou quelle compétence cherchez-vous ?"
	case "search_charter":
		ask = "Sur quel point de la charte ou de la loi porte votre question ?"
	case "update_profile":
		ask = "Quelle compétence souhaitez-vous changer ?"
	default:
		ask = "Pouvez-vous reformuler ?"
	}
	return mistake + " " + ask
}

func shown(r result) []Item {
	if p, ok := phrasings[r.Tool]; ok && p.shown != nil {
		return p.shown(r)
	}
	return nil
}

// decode reads a result into v; what does not fit stays empty, so that a newer
// tool never breaks an answer.
func decode(r result, v any) { _ = json.Unmarshal([]byte(r.json), v) }

// cite is how a passage is cited: law:L1132-1 → [L1132-1], charter:2 → [charte 2].
func cite(id string) string {
	if id == "" {
		return ""
	}
	if n, ok := strings.CutPrefix(id, "charter:"); ok {
		return "[charte " + n + "]"
	}
	return "[" + strings.TrimPrefix(id, "law:") + "]"
}

// sentence ends s with a full stop and begins it with a capital.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if !strings.ContainsAny(s[len(s)-1:], ".!?") && !strings.HasSuffix(s, "…") && !strings.HasSuffix(s, "»") {
		s += "."
	}
	return s
}

// brief is s cut at a word, n bytes at most, on one line.
func brief(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= n {
		return s
	}
	s = head(s, n)
	if i := strings.LastIndexByte(s, ' '); i > n/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:.") + "…"
}

// firstSentence of a text.
func firstSentence(s string) string {
	s = strings.TrimSpace(s)
	for i := 0; i+1 < len(s); i++ {
		if (s[i] == '.' || s[i] == '?') && s[i+1] == ' ' && i > 12 && !abbreviated(s[:i]) {
			return s[:i+1]
		}
	}
	return s
}

// abbreviated reports whether the full stop after s is that of "art." (article).
func abbreviated(s string) bool {
	before, found := strings.CutSuffix(s, "art")
	return found && (before == "" || strings.ContainsAny(before[len(before)-1:], " ("))
}

func percent(p float64) string { return strconv.Itoa(int(math.Round(p*100))) + " %" }

// decimal writes a number as French does: 7,5.
func decimal(f float64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64), ".", ",", 1)
}

func plural(n int, one, many string) string {
	if n < 2 {
		return strconv.Itoa(n) + " " + one
	}
	return strconv.Itoa(n) + " " + many
}

// and joins with commas and « et ».
func and(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " et " + list[len(list)-1]
}

// of is « de boulanger », « d'aide-soignant ».
func of(word string) string {
	for _, v := range "aeiouhy" {
		if f := strings.ToLower(word); strings.HasPrefix(foldName(f), string(v)) {
			return "d'" + word
		}
	}
	return "de " + word
}
