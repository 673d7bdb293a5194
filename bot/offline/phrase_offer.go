package offline

import (
	"fmt"
	"strings"
)

type finding struct {
	Rule     string `json:"rule"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Span     struct {
		Text string `json:"text"`
	} `json:"span"`
	Why      string `json:"why"`
	Articles []struct {
		ID string `json:"id"`
	} `json:"articles"`
	Exception string  `json:"exception"`
	Rewrite   string  `json:"rewrite"`
	Replace   *string `json:"replace"`
	Risk      string  `json:"risk"`
}

type legalityResult struct {
	Status    string    `json:"status"`
	Findings  []finding `json:"findings"`
	Advice    []finding `json:"advice"`
	Version   string    `json:"version"`
	Contest   string    `json:"contest"`
	Notice    string    `json:"notice"`
	Quote     string    `json:"quote"`
	Rewritten *struct {
		Title   string `json:"title"`
		Text    string `json:"text"`
		Status  string `json:"status"`
		Changes []struct {
			From string `json:"from"`
			To   string `json:"to"`
			Rule string `json:"rule"`
		} `json:"changes"`
		Remaining []finding `json:"remaining"`
	} `json:"rewritten"`
}

const maxFindings = 5

func sayLegality(v voice, r result) string {
	var l legalityResult
	decode(r, &l)
	var b strings.Builder
	b.WriteString(verdict(v, l, r) + "\n")
	terse := len(l.Findings) > 3 || v.simple
	for _, f := range l.Findings[:min(maxFindings, len(l.Findings))] {
		b.WriteString(line(f, terse))
	}
	if more := len(l.Findings) - maxFindings; more > 0 {
		fmt.Fprintf(&b, "%s dans la liste affichée.\n", plural(more, "autre mention", "autres mentions"))
	}
	if n := len(l.Advice); n > 0 && !v.simple {
		a := l.Advice[0]
		what := a.Title
		if what == "" {
			what = a.Why
		}
		fmt.Fprintf(&b, "\nÀ part, %s, sans effet sur le verdict : %s", plural(n, "conseil", "conseils"), brief(lowerFirst(what), 80))
		if a.Span.Text != "" {
			b.WriteString(" (« " + brief(a.Span.Text, 40) + " »)")
		}
		b.WriteString(".\n")
	}
	b.WriteString("\n" + closing(v, l))
	return b.String()
}

// verdict is the first sentence, in the words of the status and no stronger.
func verdict(v voice, l legalityResult, r result) string {
	what := "Cette offre"
	if id, _ := r.Args["offer_id"].(string); id != "" {
		what = "L'offre " + id
	}
	n := len(l.Findings)
	mentions := plural(n, "mention", "mentions")
	switch l.Status {
	case "clean":
		if l.Quote != "" {
			return "« " + brief(l.Quote, 60) + " » : **aucune mention signalée** par les règles sur ces seuls mots. Pour un avis plus sûr, collez la phrase entière de l'annonce."
		}
		return v.pick("**Aucune mention signalée** : "+lowerFirst(what)+" passe le contrôle automatique.", what+" **passe le contrôle** : aucune mention n'est signalée.")
	case "review":
		return what + " est **à vérifier par un conseiller** : " + mentions + " à regarder."
	case "justify":
		return what + " est **bloquée sauf justification** : " + mentions + " " + agree(n, "demande", "demandent") + " une raison liée au poste."
	case "blocked":
		return what + " est **bloquée** : " + mentions + " susceptible" + s(n) + " d'être illégale" + s(n) + "."
	}
	return "Voici ce que le contrôle a relevé."
}

func s(n int) string {
	if n > 1 {
		return "s"
	}
	return ""
}

func agree(n int, one, many string) string {
	if n > 1 {
		return many
	}
	return one
}

// line is a finding: words, why, article, rewrite.
func line(f finding, terse bool) string {
	var b strings.Builder
	b.WriteString("- « **" + brief(f.Span.Text, 60) + "** » : ")
	why := f.Why
	if terse && f.Title != "" || why == "" {
		why = f.Title
	}
	b.WriteString(strings.TrimRight(brief(lowerFirst(firstSentence(why)), 130), "."))
	var ids []string
	for _, a := range f.Articles[:min(2, len(f.Articles))] {
		ids = append(ids, cite(a.ID))
	}
	if len(ids) > 0 {
		b.WriteString(" " + strings.Join(ids, " "))
	}
	b.WriteString(".")
	switch {
	case f.Replace != nil && *f.Replace != "":
		b.WriteString(" Écrire plutôt : « " + brief(*f.Replace, 60) + " ».")
	case f.Replace != nil:
		b.WriteString(" À retirer.")
	case f.Rewrite != "" && !terse:
		b.WriteString(" " + sentence(brief(firstSentence(f.Rewrite), 100)))
	}
	if f.Exception != "" && !terse {
		b.WriteString(" " + sentence(brief(firstSentence(f.Exception), 220)))
	}
	return b.String() + "\n"
}

func closing(v voice, l legalityResult) string {
	var parts []string
	if len(l.Findings) > 0 {
		switch {
		case v.role == "seeker":
			parts = append(parts, v.pick("Vous pouvez signaler l'annonce ou en parler à un conseiller.", "Un conseiller peut vérifier et agir auprès de l'employeur."))
		default:
			parts = append(parts, v.pick("Voulez-vous la version corrigée ?", "Souhaitez-vous que je propose une rédaction corrigée ?"), "Sinon, modifiez ou contestez : un humain décide.")
		}
		if l.Contest != "" && v.role != "seeker" {
			parts[len(parts)-1] = "Vous décidez : modifier, ou contester. " + sentence(brief(l.Contest, 160))
		}
	} else if v.role != "seeker" {
		parts = append(parts, "Vous pouvez la publier, la modifier ou demander un avis humain.")
	} else {
		parts = append(parts, "Si quelque chose vous gêne tout de même, un conseiller peut la relire.")
	}
	return strings.Join(parts, " ") + " Ceci est une information, pas un avis juridique."
}

func sayRewrite(v voice, r result) string {
	var l legalityResult
	decode(r, &l)
	w := l.Rewritten
	if w == nil {
		return sayLegality(v, r)
	}
	var b strings.Builder
	if len(w.Changes) == 0 {
		if len(w.Remaining) == 0 && len(l.Findings) == 0 && len(l.Advice) > 0 {
			b.WriteString("Rien n'oblige à changer ces mots ; un conseil tout de même :\n")
			for _, f := range l.Advice[:min(maxFindings, len(l.Advice))] {
				b.WriteString(line(f, false))
			}
			b.WriteString("\nVous pouvez garder le texte tel quel ou le modifier. Ceci est une information, pas un avis juridique.")
			return b.String()
		}
		if len(w.Remaining) == 0 && len(l.Findings) == 0 {
			return "Je n'ai rien à corriger : aucune mention n'est signalée dans ce texte. Vous pouvez le garder tel quel ou le modifier librement. Ceci est une information, pas un avis juridique."
		}
		b.WriteString("Je ne peux pas corriger ce texte sans vous : ce qui suit demande votre choix.\n")
	} else {
		fmt.Fprintf(&b, "%s :\n", v.pick("Voici la version proposée, avec "+plural(len(w.Changes), "changement", "changements"), plural(len(w.Changes), "changement appliqué", "changements appliqués")+" dans la version proposée"))
		for _, c := range w.Changes[:min(maxFindings, len(w.Changes))] {
			if c.To == "" {
				b.WriteString("- « " + brief(c.From, 60) + " » : retiré\n")
			} else {
				b.WriteString("- « " + brief(c.From, 60) + " » devient « " + brief(c.To, 60) + " »\n")
			}
		}
		if t := strings.TrimSpace(w.Text); t != "" && len(t) <= 450 {
			b.WriteString("\n> " + strings.ReplaceAll(t, "\n", "\n> ") + "\n")
		}
	}
	if n := len(w.Remaining); n > 0 {
		fmt.Fprintf(&b, "\n%s :\n", "Reste à décider par vous")
		for _, f := range w.Remaining[:min(3, n)] {
			b.WriteString(line(f, true))
		}
	} else if w.Status == "clean" {
		b.WriteString("\nRevérifiée : plus aucune mention signalée.\n")
	}
	b.WriteString("\n" + v.pick("À vous de valider, modifier ou refuser cette version ; rien n'est publié sans vous.", "Ce n'est qu'une proposition : validez-la, modifiez-la ou refusez-la.") + " Ceci est une information, pas un avis juridique.")
	return b.String()
}

func shownFindings(r result) []Item {
	var l legalityResult
	decode(r, &l)
	var items []Item
	for _, f := range l.Findings {
		args := map[string]any{"quote": f.Span.Text}
		if id := r.Args["offer_id"]; id != nil {
			args["offer_id"] = id
		}
		items = append(items, Item{Label: f.Span.Text, Code: f.Rule, Call: Call{"explain_offer", args}})
	}
	return items
}

func lowerFirst(text string) string {
	for i, r := range text {
		if i == 0 {
			// Not an acronym, a code or a name followed by capitals.
			if len(text) > 1 && text[1] >= 'A' && text[1] <= 'Z' {
				return text
			}
			return strings.ToLower(string(r)) + text[len(string(r)):]
		}
	}
	return text
}
