package delay

import (
	"fmt"
	"html"
	"io"
	"maps"
	"slices"
	"strings"

	"tandem/tools/delay/survival"
)

// Card says, in French Markdown, what a trained model is, what it was trained
// on and what it is worth.
func (t *Trained) Card() string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("# %s\n", t.Name)
	say("**Ce qui est prédit** : %s.\n", t.Target.says())
	say("**Ce que ce n'est pas** : une décision, ni une cause. « Plus en ligne » et « pourvue » sont deux mesures ; elles ne se comparent pas.\n")
	say("## Données\n")
	say("- %d offres suivies du %s au %s, dont %d fermées ; %s.", t.Data.Offers, t.Data.From, t.Data.To, t.Data.Closed, places(t.Data.Departements))
	say("- Empreinte SHA-256 du fichier décompressé : `%s`. Le modèle ne contient aucune ligne du fichier.", t.Data.SHA256)
	if t.Data.Beyond > 0 {
		say("- %d offres vues la première fois trop tard pour la courbe ne comptent pas.", t.Data.Beyond)
	}
	for _, h := range t.Data.Hidden {
		say("- Champ « %s » : relevé seulement depuis le %s. Le connaître révèle que l'offre a tenu jusque-là : il est compté comme inconnu pour les %d offres vues avant.",
			h.Field, h.Since.Format("2006-01-02"), h.Offers)
	}
	say("- Jamais : l'employeur, les candidats, le texte de l'annonce, les dates ni le nombre des relevés.\n")
	say("## Ce qu'il vaut\n")
	say("Sur %d offres mises à part avant tout choix (par leur numéro), dont %.0f jugées, chacune à l'âge où elle a été vue d'abord ; intervalle à 95 %% par rééchantillonnage. "+
		"Les réglages ont été choisis sur les autres, dans l'ordre du temps ; le modèle livré a ensuite appris de toutes.\n", t.Data.Held, t.Figures["n"].Value)
	say("| Mesure | Valeur | 95 %% |")
	say("|---|---|---|")
	for _, m := range measures {
		if f, ok := t.Figures[m.name]; ok {
			say("| %s | %.3f | %.3f à %.3f |", m.says, f.Value, f.Low, f.High)
		}
	}
	say("\nLes offres jugées ne sont pas un échantillon : trop jeune pour avoir pu durer 30 jours, une offre n'est jugée que si elle a disparu ; partie entre "+
		"deux relevés autour de son trentième jour, elle ne l'est pas. Les mesures « suivies » portent sur ce qui est toujours connu : l'offre est-elle là au "+
		"premier relevé après son trentième jour (%.0f offres) ?\n", t.Figures["n_followed"].Value)
	t.weights(say)
	return b.String()
}

var measures = []struct{ name, says string }{
	{"auc", "AUC"},
	{"base_auc", "AUC de Kaplan–Meier par contrat, à l'âge"},
	{"age_auc", "AUC de l'âge seul"},
	{"brier", "Brier"},
	{"base_brier", "Brier de Kaplan–Meier par contrat, à l'âge"},
	{"brier_skill", "gain de Brier"},
	{"calibration_error", "erreur de calibration"},
	{"log_likelihood", "log-vraisemblance moyenne"},
	{"auc_fresh", "AUC des offres vues avant 4 jours"},
	{"auc_followed", "AUC, suivies"},
	{"base_auc_followed", "AUC de Kaplan–Meier, suivies"},
	{"brier_skill_followed", "gain de Brier, suivies"},
	{"calibration_error_followed", "erreur de calibration, suivies"},
}

func (t *Trained) weights(say func(string, ...any)) {
	say("## Ce qu'il a appris\n")
	say("Risque de disparaître un jour donné, multiplié par exp(poids × log-cote des enquêtes). Un poids négatif : ce qui retarde le recrutement garde aussi l'offre en ligne. "+
		"A priori %.2f pour tous ; ce que l'historique ne dit pas y reste.\n", halved)
	say("| Facteur | Poids | Écart-type | Offres | À côté des enquêtes |")
	say("|---|---|---|---|---|")
	metiers := 0
	for _, key := range slices.Sorted(maps.Keys(t.Weights)) {
		c := t.Weights[key]
		if ofROME(key) {
			metiers++
			continue
		}
		say("| %s | %.2f | %.2f | %d | %s |", key, c.Weight, c.SD, c.Offers, c.beside())
	}
	s := t.Settings
	say("\nS'y ajoutent %d poids de métiers, domaines et grands domaines (écart-type a priori %.2f) et la forme de la courbe par contrat.\n", metiers, s.ROME)
	say("Réglages : lissage %g, forme %g, jour de semaine %g, facteurs %g, métiers %g.", s.Smooth, s.Shape, s.Week, s.Terms, s.ROME)
	say("\n| Contrat | Offres | Encore en ligne après 30 jours |")
	say("|---|---|---|")
	for _, g := range t.Groups {
		if g.Kaplan != nil {
			say("| %s | %d | %.0f %% |", g.Name, g.Offers, 100*g.Kaplan[survival.Horizon])
		}
	}
}

// beside says where what was learned stands to the surveys; two deviations are
// taken for a difference.
func (c Coefficient) beside() string {
	switch {
	case c.Offers < leastLearned:
		return "a priori, rien dans l'historique"
	case c.Weight < -2*c.SD:
		return "même sens"
	case c.Weight > 2*c.SD:
		return "sens contraire"
	}
	return "pas de différence établie"
}

// Plot draws what was said against what came, as an SVG of its own: a dozen
// marks do not need a library of plots.
func (s Score) Plot(w io.Writer) error {
	const left, top, side = 56.0, 34.0, 300.0
	x := func(p float64) float64 { return left + p*side }
	y := func(p float64) float64 { return top + (1-p)*side }
	var b strings.Builder
	draw := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	draw(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 390 390" font-family="sans-serif" font-size="11" role="img" aria-labelledby="t d">`)
	draw(`<title id="t">Calibration de %s, %d offres</title>`, html.EscapeString(s.Model), s.N)
	said := make([]string, len(s.Calibration))
	for i, c := range s.Calibration {
		said[i] = fmt.Sprintf("prévu %.0f %%, observé %.0f %% (%d offres)", 100*c.Mean, 100*c.Observed, c.N)
	}
	draw(`<desc id="d">%s.</desc>`, strings.Join(said, " ; "))
	draw(`<rect width="390" height="390" fill="#fff"/>`)
	for i := 0; i <= 10; i += 2 {
		p := float64(i) / 10
		draw(`<path d="M%.1f %.1fV%.1fM%.1f %.1fH%.1f" stroke="#ddd"/>`, x(p), y(0), y(1), x(0), y(p), x(1))
		draw(`<text x="%.1f" y="%.1f" text-anchor="middle">%d %%</text><text x="%.1f" y="%.1f" text-anchor="end">%d %%</text>`, x(p), y(0)+16, i*10, x(0)-6, y(p)+4, i*10)
	}
	draw(`<path d="M%.1f %.1fL%.1f %.1f" stroke="#888" stroke-dasharray="4 4"/>`, x(0), y(0), x(1), y(1))
	for _, c := range s.Calibration {
		draw(`<path d="M%.1f %.1fV%.1f" stroke="#000091" stroke-width="1.5"/>`, x(c.Mean), y(max(c.Observed-c.Margin, 0)), y(min(c.Observed+c.Margin, 1)))
		draw(`<circle cx="%.1f" cy="%.1f" r="4" fill="#000091"/><text x="%.1f" y="%.1f">%d</text>`, x(c.Mean), y(c.Observed), x(c.Mean)+7, y(c.Observed)-5, c.N)
	}
	draw(`<text x="%.1f" y="18" text-anchor="middle">Encore en ligne après 30 jours : observé selon prévu</text><text x="%.1f" y="%.1f" text-anchor="middle">prévu</text>`, x(0.5), x(0.5), y(0)+36)
	draw(`</svg>`)
	_, err := io.WriteString(w, b.String())
	return err
}
