package offline

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

type delayResult struct {
	Measure       string  `json:"measure"`
	Target        string  `json:"target"`
	Days          int     `json:"days"`
	Probability   float64 `json:"probability"`
	Low           float64 `json:"low"`
	High          float64 `json:"high"`
	MedianDays    float64 `json:"median_days"`
	BaseRate      float64 `json:"base_rate"`
	BaseGroup     string  `json:"base_group"`
	Support       int     `json:"support"`
	Band          string  `json:"band"`
	Contributions []struct {
		Factor  string  `json:"factor"`
		LogOdds float64 `json:"log_odds"`
	} `json:"contributions"`
	Levers []struct {
		Action string  `json:"action"`
		Change float64 `json:"change"`
	} `json:"levers"`
	Missing    []string `json:"missing"`
	AsOf       string   `json:"as_of"`
	Understood []string `json:"understood"`
	WhatIf     *struct {
		Probability float64 `json:"probability"`
		MedianDays  float64 `json:"median_days"`
		Change      float64 `json:"change"`
	} `json:"what_if"`
}

func sayDelay(v voice, r result) string {
	var d delayResult
	decode(r, &d)
	if d.Days == 0 {
		d.Days = 30
	}
	if d.Band == "" && d.Probability == 0 {
		return "Je n'ai pas trouvé de quoi estimer ce délai : données insuffisantes. Précisez le métier, le contrat et le département, ou demandez l'avis d'un conseiller."
	}
	target := d.Target
	if target == "" {
		target = fmt.Sprintf("que l'offre reste ouverte plus de %d jours", d.Days)
	}
	var b strings.Builder
	start, aim := sentenceStart(target, d.Days)
	fmt.Fprintf(&b, "%s : **%s**", start, percent(d.Probability))
	if d.High > d.Low {
		fmt.Fprintf(&b, " (entre %s et %s)", percent(d.Low), percent(d.High))
	}
	if d.Band != "" {
		b.WriteString(", risque " + strings.NewReplacer("moyenne", "moyen", "forte", "fort").Replace(d.Band))
	}
	b.WriteString(".")
	if d.MedianDays > 0 {
		median := "Délai médian estimé"
		if d.Measure == "en-ligne" {
			median = "Durée médiane en ligne"
		}
		fmt.Fprintf(&b, " %s : %s jours.", median, decimal(math.Round(d.MedianDays)))
	}
	if aim != "" {
		b.WriteString(" Ce qui est estimé : " + aim + ".")
	}
	if len(d.Understood) > 0 {
		b.WriteString("\nCompris : " + brief(strings.Join(d.Understood, ", "), 110) + ".")
	}
	if d.BaseRate > 0 && !v.simple {
		group := ""
		if d.BaseGroup != "" {
			group = " (" + brief(d.BaseGroup, 60) + ")"
		}
		fmt.Fprintf(&b, "\nPoint de comparaison%s : %s.", group, percent(d.BaseRate))
		if d.Support == 0 {
			b.WriteString(" Il vient de chiffres publiés, pas d'offres comparables comptées ici.")
		}
	}
	if w := d.WhatIf; w != nil {
		b.WriteString("\n" + sayWhatIf(w.Probability, w.Change, w.MedianDays))
	}
	if c := d.Contributions; len(c) > 0 {
		sort.SliceStable(c, func(i, j int) bool { return math.Abs(c[i].LogOdds) > math.Abs(c[j].LogOdds) })
		b.WriteString("\nCe qui pèse le plus :\n")
		for _, f := range c[:min(3, len(c))] {
			sign := "+ allonge"
			if f.LogOdds < 0 {
				sign = "− raccourcit"
			}
			fmt.Fprintf(&b, "- %s (%s)\n", brief(f.Factor, 70), sign)
		}
	}
	if len(d.Levers) > 0 && d.WhatIf == nil && !v.simple {
		var levers []string
		for _, l := range d.Levers[:min(2, len(d.Levers))] {
			levers = append(levers, fmt.Sprintf("%s (%s)", lowerFirst(brief(strings.TrimSuffix(l.Action, "."), 70)), points(l.Change)))
		}
		b.WriteString("Leviers possibles : " + and(levers) + ".\n")
	}
	if len(d.Missing) > 0 {
		b.WriteString("Pour préciser : " + and(d.Missing[:min(2, len(d.Missing))]) + " ?\n")
	}
	asOf := ""
	if d.AsOf != "" {
		asOf = " (données : " + brief(d.AsOf, 50) + ")"
	}
	b.WriteString("\n" + v.pick("C'est une estimation"+asOf+" : des associations, pas des causes. Ce n'est pas une décision, elle vous appartient.",
		"Estimation"+asOf+", fondée sur des associations et non des causes. Ce n'est pas une décision : vous pouvez l'écarter."))
	return b.String()
}

func sayWhatIf(p, change, median float64) string {
	text := fmt.Sprintf("Avec votre changement : **%s** (%s)", percent(p), points(change))
	if median > 0 {
		text += fmt.Sprintf(", délai médian %s jours", decimal(math.Round(median)))
	}
	return text + ".\n"
}

// points of probability, signed; the engine gives a share or points.
func points(change float64) string {
	if math.Abs(change) <= 1 {
		change *= 100
	}
	n := int(math.Round(change))
	switch {
	case n == 0:
		return "sans effet net"
	case n < 0:
		return fmt.Sprintf("−%d points", -n)
	}
	return fmt.Sprintf("+%d points", n)
}

// sentenceStart begins the sentence of the probability from its target. A target
// that does not say of what it is the probability is named apart (aim).
func sentenceStart(target string, days int) (start, aim string) {
	target = strings.TrimSuffix(strings.TrimSpace(target), ".")
	f := foldName(target)
	switch {
	case strings.HasPrefix(f, "proba") || strings.HasPrefix(f, "risque") || strings.HasPrefix(f, "chance"):
		return strings.ToUpper(target[:1]) + target[1:], ""
	case strings.HasPrefix(f, "que ") || strings.HasPrefix(f, "qu'"):
		return "Probabilité " + target, ""
	}
	return fmt.Sprintf("Probabilité de dépasser %d jours", days), lowerFirst(target)
}
