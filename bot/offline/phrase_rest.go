package offline

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

// search_rome

type occupationResult struct {
	Found  bool   `json:"found"`
	Query  string `json:"query"`
	Metier *struct {
		Code         string `json:"code"`
		Label        string `json:"label"`
		Definition   string `json:"definition"`
		URL          string `json:"url"`
		Appellations []any  `json:"appellations"`
		Skills       []struct {
			Label string `json:"label"`
			Kind  string `json:"kind"`
			Core  bool   `json:"core"`
		} `json:"skills"`
		Contexts   []any `json:"contexts"`
		Mobilities []struct {
			Code  string `json:"code"`
			Label string `json:"label"`
		} `json:"mobilities"`
	} `json:"metier"`
	Others []struct {
		Code  string `json:"code"`
		Label string `json:"label"`
		Kind  string `json:"kind"`
	} `json:"others"`
	Careers []struct {
		ROME    string `json:"rome"`
		Metier  string `json:"metier"`
		Leads   string `json:"leads"`
		Shared  []any  `json:"shared"`
		Missing []any  `json:"missing"`
	} `json:"careers"`
}

// sayCareers names the métiers that the person's profile leads towards.
func sayCareers(v voice, o occupationResult) string {
	var b strings.Builder
	b.WriteString(v.pick("D'après votre profil validé, ces métiers sont à regarder :", "Votre profil validé mène vers ces métiers :") + "\n")
	n := 4
	if v.simple {
		n = 2
	}
	for _, c := range o.Careers[:min(n, len(o.Careers))] {
		fmt.Fprintf(&b, "- **%s** [%s]", brief(c.Metier, 60), c.ROME)
		if have := labels(c.Shared, 1); len(have) > 0 {
			fmt.Fprintf(&b, " : vous avez « %s »", brief(have[0], 50))
		}
		if lack := labels(c.Missing, 1); len(lack) > 0 {
			fmt.Fprintf(&b, " ; il manque « %s »", brief(lack[0], 50))
		}
		b.WriteString("\n")
	}
	b.WriteString("C'est une piste, pas un verdict : le détail est affiché, et sur la page « Mon profil ». Lequel vous intéresse ?")
	return b.String()
}

var (
	asksMobility = regexp.MustCompile(`\bproche\w*|voisin|mobilit|evolu|passerelle|reconver|changer|vers (?:quoi|quel)|devenir apres`)
	asksSkills   = regexp.MustCompile(`competence|savoir|skill|faut-il|capable`)
	asksContext  = regexp.MustCompile(`contexte|condition|horaire|penib`)
	asksTitles   = regexp.MustCompile(`appellation|intitule|synonyme`)
	asksMeaning  = regexp.MustCompile(`\b(?:c' est quoi|c' est|difference|definition|qu'est-ce|qu' est|veut dire|signifie|what is)\b`)
)

// glossary is the vocabulary of the ROME, in our words; asked for more often
// than any métier and not itself an entry of the ROME.
var glossary = []struct {
	word *regexp.Regexp
	text string
}{
	{regexp.MustCompile(`savoirs?[ -]faire`), "un **savoir-faire** est ce qu'on sait faire en situation de travail"},
	{regexp.MustCompile(`savoirs?[ -]etre`), "un **savoir-être professionnel** est une façon d'agir au travail (rigueur, travail en équipe)"},
	{regexp.MustCompile(`macro[ -]?competence`), "une **macro-compétence** regroupe des compétences voisines sous un même objectif"},
	{regexp.MustCompile(`\bappellations?\b`), "une **appellation** est un intitulé de poste rattaché à un métier"},
	{regexp.MustCompile(`\bsavoirs?\b(?: et|$| \?)`), "un **savoir** est une connaissance, technique ou théorique"},
	{regexp.MustCompile(`\bmobilites?\b`), "une **mobilité** est un métier proche vers lequel évoluer"},
	{regexp.MustCompile(`c' est quoi (?:un |le )?(?:code )?rome(?: \?| svp| exactement)?$|definition (?:du )?rome`), "le **ROME** est le répertoire public des métiers et des compétences ; chaque métier y a un code d'une lettre et quatre chiffres"},
}

func meaning(v voice) string {
	if !asksMeaning.MatchString(v.question.plain) || romeOf(v.question.fold.Folded) != "" {
		return ""
	}
	var defs []string
	for _, g := range glossary {
		if g.word.MatchString(v.question.plain) {
			defs = append(defs, g.text)
		}
	}
	if len(defs) == 0 {
		return ""
	}
	return "Dans le ROME 4.0, " + strings.Join(defs[:min(3, len(defs))], " ; ") + "."
}

func sayOccupation(v voice, r result) string {
	var o occupationResult
	decode(r, &o)
	if len(o.Careers) > 0 {
		return sayCareers(v, o)
	}
	if text := meaning(v); text != "" {
		return text + " Voulez-vous un exemple sur un métier précis ?"
	}
	if o.Metier == nil || o.Metier.Code == "" {
		if len(o.Others) > 0 {
			return "Je n'ai pas trouvé de métier qui corresponde exactement. Les plus proches : " + others(o, 4) + ". L'un d'eux vous convient-il ?"
		}
		return "Je n'ai pas trouvé" + about(o.Query) + " dans le ROME. Pouvez-vous donner un autre intitulé, ou décrire les tâches en quelques mots ?"
	}
	m := o.Metier
	var b strings.Builder
	said, _ := r.Args["occupation"].(string)
	switch {
	case said != "" && r.Args["rome"] == nil:
		fmt.Fprintf(&b, "Le code ROME %s est **%s** (%s) [%s].", of(strings.ToLower(brief(said, 60))), m.Code, m.Label, m.Code)
	default:
		fmt.Fprintf(&b, "**%s** : %s [%s].", m.Code, m.Label, m.Code)
	}
	ask := v.question.plain
	switch {
	case asksMobility.MatchString(ask) && len(m.Mobilities) > 0:
		b.WriteString("\nMétiers proches :\n")
		for _, x := range m.Mobilities[:min(5, len(m.Mobilities))] {
			fmt.Fprintf(&b, "- %s [%s]\n", brief(x.Label, 70), x.Code)
		}
	case asksSkills.MatchString(ask) && len(m.Skills) > 0:
		b.WriteString("\nCompétences principales :\n")
		n := 0
		for _, core := range []bool{true, false} {
			for _, k := range m.Skills {
				if k.Core == core && n < 6 {
					n++
					fmt.Fprintf(&b, "- %s\n", brief(k.Label, 80))
				}
			}
		}
	case asksContext.MatchString(ask) && len(m.Contexts) > 0:
		b.WriteString("\nContextes de travail : " + brief(and(labels(m.Contexts, 6)), 300) + ".")
	case asksTitles.MatchString(ask) && len(m.Appellations) > 0:
		b.WriteString("\nAppellations : " + brief(and(labels(m.Appellations, 6)), 300) + ".")
	case m.Definition != "" && !v.simple:
		b.WriteString(" " + sentence(brief(m.Definition, 260)))
	}
	if len(o.Others) > 0 && !v.simple {
		b.WriteString("\nAutres pistes : " + others(o, 2) + ".")
	}
	b.WriteString("\n" + v.pick("Est-ce le bon métier ? Vous pouvez aussi demander ses compétences ou ses métiers proches.", "Si ce n'est pas le métier visé, donnez un autre intitulé."))
	return b.String()
}

func about(query string) string {
	if query == "" {
		return " de réponse"
	}
	return " « " + brief(query, 60) + " »"
}

func others(o occupationResult, n int) string {
	var list []string
	for _, x := range o.Others[:min(n, len(o.Others))] {
		list = append(list, fmt.Sprintf("%s [%s]", brief(x.Label, 60), x.Code))
	}
	return and(list)
}

// labels reads a list of strings or of objects with a label.
func labels(list []any, n int) []string {
	var out []string
	for _, x := range list {
		switch x := x.(type) {
		case string:
			out = append(out, x)
		case map[string]any:
			if l, ok := x["label"].(string); ok {
				out = append(out, l)
			}
		}
		if len(out) == n {
			break
		}
	}
	return out
}

func shownOccupations(r result) []Item {
	var o occupationResult
	decode(r, &o)
	var items []Item
	add := func(code, label string) {
		items = append(items, Item{Label: label, Code: code, Call: Call{"search_rome", map[string]any{"rome": code}}})
	}
	for _, x := range o.Careers {
		add(x.ROME, x.Metier)
	}
	if o.Metier != nil && len(o.Metier.Mobilities) > 0 {
		for _, x := range o.Metier.Mobilities {
			add(x.Code, x.Label)
		}
		return items
	}
	for _, x := range o.Others {
		if romeCode(strings.ToLower(x.Code)) {
			add(x.Code, x.Label)
		}
	}
	return items
}

// search_charter

func sayPassages(v voice, r result) string {
	var p struct {
		Found    bool   `json:"found"`
		Query    string `json:"query"`
		Passages []struct {
			ID    string `json:"id"`
			Title string `json:"title"`
			Text  string `json:"text"`
		} `json:"passages"`
	}
	decode(r, &p)
	if len(p.Passages) == 0 {
		return "Je n'ai pas trouvé" + about(p.Query) + " dans la charte ni dans les articles que je connais. Pouvez-vous citer un article ou un thème (transparence, choix, discrimination) ? Un conseiller peut aussi vous répondre."
	}
	n := min(3, len(p.Passages))
	if r.Args["principle"] != nil || v.simple {
		n = 1
	}
	size := 420 / n
	var b strings.Builder
	b.WriteString(v.pick("Voici ce que je trouve :", "D'après les textes :") + "\n")
	for _, x := range p.Passages[:n] {
		text := x.Text
		if strings.HasPrefix(text, x.Title) {
			text = strings.TrimLeft(text[len(x.Title):], " .:\n—-")
		}
		fmt.Fprintf(&b, "- **%s** : %s %s\n", brief(x.Title, 80), sentence(brief(text, size)), cite(x.ID))
	}
	end := "Ceci est une information, pas un avis juridique."
	for _, x := range p.Passages[:n] {
		if strings.HasPrefix(x.ID, "charter:") {
			end = v.pick("La décision reste humaine : vous pouvez toujours contester ou demander un conseiller.", "Vous pouvez demander plus de détails ou un conseiller.")
		}
	}
	b.WriteString("\n" + end)
	return b.String()
}

// request_human

func sayHuman(v voice, r result) string {
	var h struct {
		Requested bool   `json:"requested"`
		Ticket    any    `json:"ticket"`
		Message   string `json:"message"`
	}
	decode(r, &h)
	if h.Message != "" {
		text := sentence(brief(h.Message, 400))
		if t := ticket(h.Ticket); t != "" && h.Requested && !strings.Contains(text, t) {
			text += " Votre demande porte le numéro " + t + "."
		}
		return text
	}
	if h.Requested {
		text := "Votre demande est transmise à un conseiller"
		if t := ticket(h.Ticket); t != "" {
			text += " (numéro " + t + ")"
		}
		return text + ". Dès qu'il rejoint la conversation, je me tais."
	}
	return "Pour joindre un conseiller, j'ai besoin de votre accord : il pourra lire cette conversation. Êtes-vous d'accord ?"
}

func ticket(t any) string {
	switch t := t.(type) {
	case string:
		if len(t) == 36 {
			return t[:8] // of a UUID, what one can say on the telephone
		}
		return t
	case float64:
		return fmt.Sprint(int64(math.Round(t)))
	}
	return ""
}
