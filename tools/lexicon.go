package tools

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tandem/internal/fault"
	"tandem/retrieval/rome"
	"tandem/tools/skills"
)

// SkillsOf gives the skills engine over the ROME that is loaded. It is built on
// first use and kept; after the load of another release, the next use builds a
// new one. A failure is not kept: the next use tries again.
func SkillsOf(ref *rome.Reference) func() (*skills.Engine, error) {
	var (
		mu     sync.Mutex
		engine *skills.Engine
		built  rome.Release
	)
	return func() (*skills.Engine, error) {
		// Not a caller's context: what is built serves everyone.
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		mu.Lock()
		defer mu.Unlock()
		release, err := ref.Release(ctx)
		if err != nil {
			return nil, err
		}
		if engine != nil && release == built {
			return engine, nil
		}
		lex, err := ref.Lexicon(ctx)
		if err != nil {
			return nil, fault.Wrap(err, fault.Unavailable, "Le référentiel ROME n'est pas prêt. Réessayez dans un instant.")
		}
		engine, built = skills.New(lexicon(lex)), lex.Release
		return engine, nil
	}
}

func lexicon(lex *rome.Lexicon) skills.Lexicon {
	out := skills.Lexicon{Version: fmt.Sprint(lex.Release.Version), Said: lex.Said, Word: lex.Word, Metier: lex.Learned}
	for _, m := range lex.Metiers {
		out.Metiers = append(out.Metiers, skills.Metier{Code: m.Code, Label: m.Label})
		for _, to := range m.Mobilities {
			out.Moves = append(out.Moves, skills.Move{From: m.Code, To: to})
		}
		for i, item := range m.Items {
			out.Links = append(out.Links, skills.Link{ROME: m.Code, Item: item, Core: m.Core[i]})
		}
	}
	for _, l := range lex.Labels {
		if l.Metier != "" {
			out.Appellations = append(out.Appellations, skills.Appellation{Code: l.Code, Long: l.Label, Short: l.Label, ROME: l.Metier})
		} else {
			out.Items = append(out.Items, skills.Item{Code: l.Code, Label: l.Label, Kind: l.Kind})
		}
	}
	return out
}
