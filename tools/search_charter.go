package tools

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"tandem/internal/fold"
	"tandem/retrieval"
)

type charterInput struct {
	Text      string `json:"text,omitempty" jsonschema:"ce qui est cherché ; par défaut, le message de la personne"`
	Principle int    `json:"principle,omitempty" jsonschema:"numéro d'un engagement de la charte, de 1 à 7"`
	Quote     string `json:"quote,omitempty" jsonschema:"mots d'une offre dont on demande s'ils sont permis"`
}

type charterFound struct {
	Found    bool             `json:"found"`
	Query    string           `json:"query"`
	Passages []charterPassage `json:"passages"`
}

type charterPassage struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
	URL   string `json:"url"`
}

func searchCharter(e *Engines) Tool {
	return New("search_charter",
		"Cherche dans la charte pour une IA éthique (7 engagements) et dans les articles de droit que citent les règles sur les offres.",
		everyone, func(ctx context.Context, c Caller, in charterInput) (Result, error) {
			if in.Principle < 0 || in.Principle > 7 {
				return mistake("La charte a sept engagements, numérotés de 1 à 7.")
			}
			query := first(in.Quote, in.Text, c.said())
			if query == "" && in.Principle == 0 {
				return mistake("Que faut-il chercher dans la charte ou dans le droit ?")
			}
			passages, err := e.charterPassages(ctx, query, in)
			if err != nil {
				return Result{}, err
			}
			data := charterFound{Found: len(passages) > 0, Query: query, Passages: []charterPassage{}}
			for _, p := range passages {
				data.Passages = append(data.Passages, charterPassage{p.ID, p.Title, p.Text, p.URL})
			}
			return Result{Data: data, Sources: passages}, nil
		})
}

// charterPassages finds what answers: the commitment that was named, all seven
// when the charter as a whole is asked about, else what is nearest.
func (e *Engines) charterPassages(ctx context.Context, query string, in charterInput) ([]retrieval.Passage, error) {
	if in.Principle > 0 {
		return e.Search.ByID(ctx, retrieval.Charter, fmt.Sprintf("charter:%d", in.Principle))
	}
	folded := fold.String(query)
	corpora := []string{retrieval.Law, retrieval.Charter}
	if in.Quote == "" && (strings.Contains(folded, "charte") || strings.Contains(folded, "engagements")) {
		if !specific(folded) {
			ids := make([]string, 7)
			for i := range ids {
				ids[i] = fmt.Sprintf("charter:%d", i+1)
			}
			return e.Search.ByID(ctx, retrieval.Charter, ids...)
		}
		corpora = []string{retrieval.Charter}
	}
	var passages []retrieval.Passage
	for _, corpus := range corpora {
		some, err := e.Search.Search(ctx, retrieval.Query{Text: query, Corpus: corpus, Limit: 4})
		if err != nil {
			return nil, err
		}
		passages = append(passages, some...)
	}
	return passages, nil
}

// aboutTheCharter are the words of a question about the charter as a whole.
var aboutTheCharter = map[string]bool{}

func init() {
	for _, w := range strings.Fields("charte ia ai intelligence artificielle ethique algorithme algorithmes pole emploi france travail service public " +
		"engagement engagements principe principes commitments sept 7 liste lister texte officiel contenu dit disent explique expliquez expliquer moi parle parler " +
		"c ce cest est quoi koi que qu quel quels quelle quelles sont la le les l de des du d un une en sur pour svp stp merci bonjour et a y il dans " +
		"votre vos ta tes notre nos tous toutes tout entier entiere complet complete donne donnez montre montrez affiche affichez lire cite citez me nous voir quoi deja vous avez pris") {
		aboutTheCharter[w] = true
	}
}

// specific reports whether a folded question asks for something in particular.
func specific(folded string) bool {
	for _, w := range strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if !aboutTheCharter[w] {
			return true
		}
	}
	return false
}
