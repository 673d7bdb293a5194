package offline

import (
	"encoding/json"
	"fmt"
	"strings"
)

type skillsResult struct {
	Occupations []struct {
		ROME        string `json:"rome"`
		Metier      string `json:"metier"`
		Appellation string `json:"appellation"`
		Now         *standing
	} `json:"occupations"`
	Skills []struct {
		Code     string `json:"code"`
		Label    string `json:"label"`
		Kind     string `json:"kind"`
		Evidence []struct {
			Text string `json:"text"`
		} `json:"evidence"`
		Why    string `json:"why"`
		Status string `json:"status"`
		Now    *standing
	} `json:"skills"`
	Shown   int `json:"shown"`
	Profile struct {
		Accepted json.RawMessage `json:"accepted"`
		Refused  json.RawMessage `json:"refused"`
		Proposed json.RawMessage `json:"proposed"`
	} `json:"profile"`
	Changed []struct {
		Code   string `json:"code"`
		Label  string `json:"label"`
		Status string `json:"status"`
	} `json:"changed"`
	NotFound []string `json:"not_found"`
	Notice   string   `json:"notice"`
}

// standing is how an item of the profile stands in a ROME that changed it.
type standing struct{ State, Code, Label, Version string }

func (n standing) say(label string) string {
	label = "« " + brief(label, 60) + " »"
	switch n.State {
	case "renamed":
		return label + " s'y appelle « " + brief(n.Label, 60) + " »"
	case "replaced":
		return label + " y a pour remplaçant « " + brief(n.Label, 60) + " » (code " + n.Code + ")"
	}
	return label + " n'y est plus"
}

// sayStale says what the loaded ROME changed of the profile; nothing is
// replaced without the person.
func (s skillsResult) sayStale() string {
	var all []string
	version := ""
	add := func(label string, now *standing) {
		if now != nil {
			version = now.Version
			all = append(all, now.say(label))
		}
	}
	for _, o := range s.Occupations {
		add(o.Metier, o.Now)
	}
	for _, k := range s.Skills {
		add(k.Label, k.Now)
	}
	if len(all) == 0 {
		return ""
	}
	if rest := len(all) - 3; rest > 0 {
		all = append(all[:3:3], plural(rest, "autre", "autres"))
	}
	return "La version " + version + " du ROME change une partie de votre profil : " + and(all) + ". Rien n'est remplacé sans votre accord.\n"
}

func saySkills(v voice, r result) string {
	var s skillsResult
	decode(r, &s)
	if r.Tool == "update_profile" || len(s.Changed) > 0 {
		return sayChanges(v, s)
	}
	if len(s.Skills) == 0 && len(s.Occupations) == 0 {
		return "Je n'ai pas trouvé de compétence appuyée par des mots de votre texte. Pouvez-vous décrire vos tâches (« j'ai tenu la caisse », « je soudais à l'arc »), ou joindre un CV plus détaillé ?"
	}
	var b strings.Builder
	if len(s.Occupations) > 0 {
		var jobs []string
		for _, o := range s.Occupations[:min(3, len(s.Occupations))] {
			name := o.Appellation
			if name == "" {
				name = o.Metier
			}
			jobs = append(jobs, fmt.Sprintf("**%s** [%s]", brief(name, 60), o.ROME))
		}
		b.WriteString(v.pick("Votre texte fait apparaître : ", "J'y reconnais : ") + and(jobs) + ".\n")
	}
	n := len(s.Skills)
	if s.Shown > 0 && s.Shown < n {
		n = s.Shown
	}
	few := min(n, 6)
	if v.simple {
		few = min(n, 3)
	}
	if few > 0 {
		fmt.Fprintf(&b, "\n%s :\n", v.pick("Compétences proposées, avec les mots qui les appuient", "Voici ce que je propose, preuves à l'appui"))
		for _, k := range s.Skills[:few] {
			b.WriteString("- " + brief(k.Label, 80))
			if len(k.Evidence) > 0 {
				b.WriteString(" (« " + brief(k.Evidence[0].Text, 50) + " »)")
			}
			b.WriteString("\n")
		}
		if more := len(s.Skills) - few; more > 0 {
			fmt.Fprintf(&b, "et %s dans la liste.\n", plural(more, "autre", "autres"))
		}
	}
	b.WriteString("\n" + v.pick(
		"Ce ne sont que des propositions : à vous de valider, modifier ou refuser chacune.",
		"Rien n'est enregistré sans vous : validez, modifiez ou refusez chaque ligne."))
	return b.String()
}

func sayChanges(v voice, s skillsResult) string {
	if len(s.Changed) == 0 && len(s.NotFound) > 0 {
		return s.sayStale() + strings.Join(s.NotFound[:min(2, len(s.NotFound))], "\n")
	}
	if len(s.Changed) == 0 {
		return s.sayStale() + "Je n'ai rien changé : je n'ai pas reconnu la compétence visée dans votre profil. Pouvez-vous donner son rang ou ses mots exacts ?"
	}
	by := map[string][]string{}
	for _, c := range s.Changed {
		by[c.Status] = append(by[c.Status], "« "+brief(c.Label, 60)+" »")
	}
	var b strings.Builder
	for _, kind := range []struct{ status, one, many string }{
		{"accepted", "Validée : ", "Validées : "}, {"refused", "Refusée : ", "Refusées : "}, {"proposed", "Proposée de nouveau : ", "Proposées de nouveau : "},
	} {
		list := by[kind.status]
		if len(list) == 0 {
			continue
		}
		title := kind.one
		if len(list) > 1 {
			title = kind.many
		}
		if rest := len(list) - 5; rest > 0 {
			list = append(list[:5:5], plural(rest, "autre", "autres"))
		}
		b.WriteString(title + and(list) + ".\n")
	}
	if n, ok := size(s.Profile.Accepted); ok {
		b.WriteString("Votre profil compte maintenant " + plural(n, "compétence validée", "compétences validées"))
		if p, ok := size(s.Profile.Proposed); ok && p > 0 {
			fmt.Fprintf(&b, " ; %s", plural(p, "attend votre choix", "attendent votre choix"))
		}
		b.WriteString(".\n")
	}
	for _, why := range s.NotFound[:min(2, len(s.NotFound))] {
		b.WriteString(why + "\n")
	}
	b.WriteString(s.sayStale())
	b.WriteString(v.pick("Vous pouvez revenir sur chaque choix.", "Un changement d'avis ? Dites-le, tout reste modifiable."))
	return b.String()
}

// size is a count given as a number or as a list.
func size(raw json.RawMessage) (int, bool) {
	var n int
	if json.Unmarshal(raw, &n) == nil && len(raw) > 0 {
		return n, true
	}
	var list []json.RawMessage
	if len(raw) > 0 && json.Unmarshal(raw, &list) == nil {
		return len(list), true
	}
	return 0, false
}

func shownSkills(r result) []Item {
	var s skillsResult
	decode(r, &s)
	var items []Item
	for _, k := range s.Skills {
		items = append(items, Item{Label: k.Label, Code: k.Code, Call: Call{"search_rome", map[string]any{"text": k.Label}}})
	}
	return items
}
