package legality

import (
	"regexp"
	"strings"
	"testing"

	"tandem/internal/fold"
)

// twoHundredWords is an ordinary offer of 200 words with one finding.
var twoHundredWords = Offer{Title: "Technicien / Technicienne de maintenance (H/F)", Contract: "CDI", ROME: "I1304", Text: strings.Repeat(`Au sein d'une usine de quatre-vingts personnes, vous assurez l'entretien préventif et le dépannage des lignes de conditionnement.
Vos missions :
- diagnostiquer les pannes mécaniques, électriques et pneumatiques ;
- remplacer ou réparer les pièces, régler les machines après intervention ;
- tenir à jour la documentation et proposer des améliorations.
Profil : titulaire d'un bac professionnel ou d'un BTS, vous avez une première expérience en milieu industriel. Autonomie, rigueur et esprit d'équipe sont attendus.
Conditions : CDI de 35 heures, horaires en deux équipes, 2 150 € brut par mois, prime de panier et treizième mois. `, 2) + "Candidats de moins de 40 ans de préférence."}

// Side by side in one run: the engine, and the naive way, which is one compiled
// regular expression a pattern. Both read the same folded text and look for
// the same phrasings; the expressions know less (no scope, no exception).
func BenchmarkCheck(b *testing.B) {
	e := loaded(b)
	b.Run("engine", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			e.Check(twoHundredWords)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "offers/s")
	})
	b.Run("regexps", func(b *testing.B) {
		all := make([]*regexp.Regexp, 0, len(e.patterns))
		for _, p := range e.patterns {
			if len(p.positions) > 0 {
				all = append(all, e.lexicon.regexp(b, p.source))
			}
		}
		b.ReportAllocs()
		for b.Loop() {
			text := fold.String(twoHundredWords.Title + "\n" + twoHundredWords.Text)
			for _, x := range all {
				x.FindStringIndex(text)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "offers/s")
		b.ReportMetric(float64(len(all)), "expressions")
	})
}

// regexp translates a pattern word for word.
func (l *lexicon) regexp(b *testing.B, source string) *regexp.Regexp {
	items, err := lex(source)
	if err != nil {
		b.Fatal(err)
	}
	x, err := regexp.Compile(l.translate(b, items))
	if err != nil {
		b.Fatalf("%s: %v", source, err)
	}
	return x
}

func (l *lexicon) translate(b *testing.B, items []string) string {
	var out strings.Builder
	for _, item := range items {
		switch {
		case item == "(":
			out.WriteString("(?:")
		case item == ")" || item == "|" || item == "?":
			out.WriteString(item)
		case item == "{" || item == "}" || item == "^" || item == "$":
		case strings.HasPrefix(item, ".."):
			out.WriteString(`(?:\S+\s+){0,4}`)
		case strings.HasPrefix(item, "#"):
			out.WriteString(`(?:\b\d+\W*)`)
		case item == inclusiveClass:
			out.WriteString(`(?:\w+[(·]\w+\W*)`)
		case strings.HasPrefix(item, "@"):
			c := l.classes[item[1:]]
			var words []string
			for _, w := range c.words {
				words = append(words, `\b`+regexp.QuoteMeta(w.text)+`(?:e|s|es)?\b\W*`)
			}
			for _, phrase := range c.phrases {
				inner, err := lex(phrase)
				if err != nil {
					b.Fatal(err)
				}
				words = append(words, l.translate(b, inner))
			}
			out.WriteString("(?:" + strings.Join(words, "|") + ")")
		default:
			out.WriteString(`(?:\b` + regexp.QuoteMeta(fold.String(strings.Trim(item, "=*"))) + `(?:e|s|es)?\W*)`)
		}
	}
	return out.String()
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
