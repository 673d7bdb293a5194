package offline

import (
	"fmt"
	"strings"
)

// search_offers

type offersResult struct {
	Total  int    `json:"total"`
	High   int    `json:"high"`
	Filter string `json:"filter"`
	Groups []struct {
		Label   string `json:"label"`
		N       int    `json:"n"`
		High    int    `json:"high"`
		Blocked int    `json:"blocked"`
	} `json:"groups"`
	Rows []struct {
		ID          string   `json:"id"`
		Title       string   `json:"title"`
		ROME        string   `json:"rome"`
		Contract    string   `json:"contract"`
		Departement string   `json:"departement"`
		Blocked     bool     `json:"blocked"`
		Probability *float64 `json:"probability"`
		MedianDays  *float64 `json:"median_days"`
		Reason      string   `json:"reason"`
	} `json:"rows"`
}

func sayOffers(v voice, r result) string {
	var o offersResult
	decode(r, &o)
	filter := ""
	if o.Filter != "" {
		filter = " (" + brief(o.Filter, 160) + ")"
	}
	if o.Total == 0 && len(o.Rows) == 0 {
		return "Je n'ai pas trouvé d'offre" + filter + ". Voulez-vous élargir le filtre : autre département, autre contrat, seuil plus bas ?"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**%s", plural(o.Total, "offre", "offres"), filter)
	if len(o.Groups) > 0 {
		return sayGroups(o, &b)
	}
	n := min(5, len(o.Rows))
	if v.simple {
		n = min(3, n)
	}
	if n < o.Total {
		fmt.Fprintf(&b, ". %s :\n", agree(n, "La première", fmt.Sprintf("Les %d premières", n)))
	} else {
		b.WriteString(" :\n")
	}
	for i, row := range o.Rows[:n] {
		fmt.Fprintf(&b, "%d. **%s** %s", i+1, row.ID, brief(row.Title, 50))
		var facts []string
		for _, f := range []string{row.Contract, row.Departement} {
			if f != "" {
				facts = append(facts, f)
			}
		}
		if row.Probability != nil {
			facts = append(facts, percent(*row.Probability)+" de dépasser 30 jours")
		}
		if row.Blocked {
			facts = append(facts, "bloquée")
		}
		if len(facts) > 0 {
			b.WriteString(" (" + strings.Join(facts, ", ") + ")")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n" + v.pick("Dites « pourquoi la première ? » pour le détail. L'ordre est une aide : c'est vous qui choisissez par où commencer.",
		"Demandez « pourquoi la deuxième ? » pour ses raisons. Cette liste informe, elle ne décide pas : vous pouvez écarter une ligne."))
	return b.String()
}

// sayGroups counts instead of listing.
func sayGroups(o offersResult, b *strings.Builder) string {
	b.WriteString(" :\n")
	shown := o.Groups[:min(8, len(o.Groups))]
	for _, g := range shown {
		fmt.Fprintf(b, "- %s : **%d**", brief(g.Label, 70), g.N)
		var of []string
		if g.High > 0 {
			of = append(of, fmt.Sprintf("%d dans la bande d'alerte", g.High))
		}
		if g.Blocked > 0 {
			of = append(of, plural(g.Blocked, "bloquée", "bloquées"))
		}
		if len(of) > 0 {
			b.WriteString(", dont " + and(of))
		}
		b.WriteString("\n")
	}
	if more := len(o.Groups) - len(shown); more > 0 {
		fmt.Fprintf(b, "\nEt %s, dans le tableau.", plural(more, "autre", "autres"))
	}
	b.WriteString("\nDites par exemple « et seulement les bloquées ? » pour resserrer.")
	return b.String()
}

func shownOffers(r result) []Item {
	var o offersResult
	decode(r, &o)
	if len(o.Groups) > 0 {
		return nil // a count was said, not the offers
	}
	var items []Item
	for _, row := range o.Rows {
		tool := "predict_delay"
		if row.Blocked {
			tool = "explain_offer"
		}
		items = append(items, Item{Label: row.Title, Code: row.ID, Call: Call{tool, map[string]any{"offer_id": row.ID}}})
	}
	return items
}
