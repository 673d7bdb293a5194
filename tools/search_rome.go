package tools

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/retrieval"
	"tandem/retrieval/rome"
	"tandem/tools/skills"
)

type romeInput struct {
	Text       string `json:"text,omitempty" jsonschema:"ce qui est cherché : métier, compétence, mots du métier"`
	ROME       string `json:"rome,omitempty" jsonschema:"code ROME, par exemple D1102"`
	Occupation string `json:"occupation,omitempty" jsonschema:"métier tel que dit, par exemple boulanger"`
	Kind       string `json:"kind,omitempty" jsonschema:"metier, appellation, competence, savoir, savoir-etre ou contexte ; vide : métiers d'abord"`
	Profile    bool   `json:"profile,omitempty" jsonschema:"vrai pour « quels métiers avec mes compétences ? » : les métiers qui partagent le plus avec le profil que la personne a validé"`
}

// romeView is bounded: what is shown of a métier, not all of it.
type romeView struct {
	Found   bool            `json:"found"`
	Query   string          `json:"query"`
	Metier  *metierView     `json:"metier,omitempty"`
	Others  []romeItem      `json:"others"`
	Careers []skills.Career `json:"careers,omitempty"` // from the person's profile
	Release string          `json:"release"`           // attribution
}

type metierView struct {
	Code         string       `json:"code"`
	Label        string       `json:"label"`
	Definition   string       `json:"definition"`
	URL          string       `json:"url"`
	Appellations []string     `json:"appellations"`
	Skills       []rome.Skill `json:"skills"`
	Contexts     []string     `json:"contexts"`
	Mobilities   []rome.Named `json:"mobilities"`
	Total        struct {
		Appellations int `json:"appellations"`
		Skills       int `json:"skills"`
	} `json:"total"`
}

type romeItem struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	Kind  string `json:"kind"`
	URL   string `json:"url"`
}

const (
	mostAppellations = 20
	mostSkills       = 30
	mostMobilities   = 12
	mostCareersSaid  = 5
	mostCareerItems  = 6
)

func searchROME(e *Engines) Tool {
	return New("search_rome",
		"Cherche dans le ROME 4.0 : code, appellations, compétences, contextes et mobilités d'un métier, ou une compétence par ses mots ; "+
			"ou, avec profile, les métiers vers lesquels mène le profil de la personne, et ce qui manque pour chacun.",
		everyone, func(ctx context.Context, c Caller, in romeInput) (Result, error) {
			if in.Profile {
				return e.careersOf(ctx, c)
			}
			query := first(in.ROME, in.Occupation, in.Text, c.said())
			if query == "" {
				return mistake("Quel métier ou quelle compétence faut-il chercher ?")
			}
			if r := []rune(query); len(r) > 500 {
				query = string(r[:500])
			}
			q := retrieval.Query{Text: query, Corpus: retrieval.ROME, Limit: 6}
			switch in.Kind {
			case "":
				q.Kinds = []string{retrieval.Metier}
			case retrieval.Metier, retrieval.Appellation, retrieval.Competence, retrieval.Savoir, retrieval.SavoirEtre, retrieval.Contexte:
				q.Kinds = []string{in.Kind}
			default:
				return mistake("Le genre %q n'existe pas : metier, appellation, competence, savoir, savoir-etre ou contexte.", in.Kind)
			}
			if code := strings.TrimSpace(query); romeCode.MatchString(code) {
				// Nearest to a code that is gone is some other code: say what became of it instead.
				if gone, err := e.Rome.Retired(ctx, code); err == nil {
					return mistake("%s", becameOf(gone))
				} else if fault.CodeOf(err) != fault.NotFound {
					return Result{}, err
				}
			}
			release, err := e.Rome.Release(ctx)
			if err != nil {
				return Result{}, err
			}
			passages, err := e.Search.Search(ctx, q)
			if err == nil && len(passages) == 0 && in.Kind == "" {
				q.Kinds = nil // no métier: perhaps a skill or a context
				passages, err = e.Search.Search(ctx, q)
			}
			if err != nil {
				return Result{}, err
			}
			view := romeView{Found: len(passages) > 0, Query: query, Others: []romeItem{}, Release: release.Attribution()}
			if len(passages) == 0 {
				return Result{Data: view}, nil
			}
			rest, sources := passages, passages[:1]
			if passages[0].Kind == retrieval.Metier {
				m, err := e.Rome.Metier(ctx, passages[0].ID)
				if err != nil && fault.CodeOf(err) != fault.NotFound {
					return Result{}, err
				}
				if err == nil {
					view.Metier, rest = sheet(m), passages[1:]
				}
			} else {
				sources = passages[:min(3, len(passages))]
			}
			for _, p := range rest {
				view.Others = append(view.Others, romeItem{p.ID, p.Title, p.Kind, p.URL})
			}
			return Result{Data: view, Activity: "rome.occupation", Sources: sources}, nil
		})
}

// careersOf answers « quels métiers avec ces compétences ? ».
func (e *Engines) careersOf(ctx context.Context, c Caller) (Result, error) {
	if c.Role != postgres.Seeker {
		return mistake("Seul un candidat a un profil de compétences : cherchez plutôt un métier par son nom ou son code.")
	}
	list, err := e.Careers(ctx, c.Visitor)
	if err != nil {
		return Result{}, err
	}
	if len(list) == 0 {
		return mistake("Votre profil ne mène encore à aucun métier : acceptez des compétences proposées d'après votre CV, ou ajoutez-en, ici ou sur la page « Mon profil ».")
	}
	release, err := e.Rome.Release(ctx)
	if err != nil {
		return Result{}, err
	}
	list = head(list, mostCareersSaid)
	var codes []string
	for i := range list {
		codes = append(codes, list[i].ROME)
		list[i].Shared, list[i].Missing = head(list[i].Shared, mostCareerItems), head(list[i].Missing, mostCareerItems)
	}
	sources, err := e.Search.ByID(ctx, retrieval.ROME, codes...)
	view := romeView{Found: true, Query: "mon profil", Others: []romeItem{}, Careers: list, Release: release.Attribution()}
	return Result{Data: view, Activity: "rome.occupation", Sources: sources}, err
}

var romeCode = regexp.MustCompile(`^(?:[A-Na-n]\d{4}|\d{1,12})$`)

// becameOf says in French what became of a code that the loaded ROME has no more.
func becameOf(x rome.Retired) string {
	s := fmt.Sprintf("Le code %s (« %s ») n'est plus dans le ROME chargé ; la version %d l'avait.", x.Code, x.Label, x.Version)
	if x.Successor == nil {
		return s + " Il n'a pas de remplaçant évident : cherchez avec les mots du métier ou de la compétence."
	}
	return s + fmt.Sprintf(" Son remplaçant le plus probable est le code %s (« %s »).", x.Successor.Code, x.Successor.Label)
}

func sheet(m rome.Metier) *metierView {
	v := &metierView{Code: m.Code, Label: m.Label, Definition: strings.TrimSpace(m.Definition), URL: m.URL,
		Appellations: []string{}, Skills: head(m.Skills, mostSkills), Contexts: []string{}, Mobilities: head(m.Mobilities, mostMobilities)}
	v.Total.Appellations, v.Total.Skills = len(m.Appellations), len(m.Skills)
	for _, a := range head(m.Appellations, mostAppellations) {
		v.Appellations = append(v.Appellations, a.Label)
	}
	for _, c := range m.Contexts {
		v.Contexts = append(v.Contexts, c.Label)
	}
	return v
}

// head is the first n of a list, never nil: the page draws lists, not nulls.
func head[T any](list []T, n int) []T {
	return append([]T{}, list[:min(n, len(list))]...)
}
