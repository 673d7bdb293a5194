package tools

import (
	"context"
	"strings"

	"tandem/internal/postgres"
	"tandem/retrieval"
	"tandem/tools/skills"
)

type skillsInput struct {
	DocumentID string `json:"document_id,omitempty" jsonschema:"document joint ; par défaut, celui de ce message"`
	Text       string `json:"text,omitempty" jsonschema:"texte du CV ou récit du parcours ; par défaut, ce que la personne vient d'écrire"`
}

// skillsView is what is shown of an analysis or of a profile.
type skillsView struct {
	DocumentID  string              `json:"document_id,omitempty"`
	Occupations []skills.Occupation `json:"occupations"`
	Skills      []skills.Proposal   `json:"skills"`
	Shown       int                 `json:"shown"`
	Total       int                 `json:"total"` // skills found; the list holds the first ones
	ROMEVersion string              `json:"rome_version"`
	Profile     skills.Counts       `json:"profile"`
	Changed     []skills.Changed    `json:"changed,omitempty"`
	NotFound    []string            `json:"not_found,omitempty"`
	Notice      string              `json:"notice"`
}

const (
	mostProposals = 40
	skillsNotice  = "Propositions tirées des seuls mots du texte. Rien n'entre dans votre profil sans votre accord."
)

func extractSkills(e *Engines) Tool {
	return New("extract_skills",
		"Trouve dans un CV ou un récit de parcours les métiers et compétences du ROME 4.0 qu'il montre, chacun avec les mots qui le prouvent. "+
			"Ce sont des propositions que la personne valide.",
		seekersAndDesk, func(ctx context.Context, c Caller, in skillsInput) (Result, error) {
			c.Progress("Je lis votre texte", 10)
			doc, err := e.text(ctx, c, in)
			if err != nil {
				return Result{}, err
			}
			if strings.TrimSpace(doc.Text) == "" {
				return mistake("Joignez un CV (PDF, DOCX, ODT, RTF, HTML ou TXT), ou racontez votre parcours en quelques phrases.")
			}
			c.Progress("Je cherche les métiers et compétences", 40)
			engine, err := e.Skills()
			if err != nil {
				return Result{}, err
			}
			a := engine.Analyse(doc.Text)
			if c.Role == postgres.Seeker {
				// A counsellor reads a text; only the person has a profile.
				if a, err = e.Profiles.Propose(ctx, c.Visitor, doc.ID, a); err != nil {
					return Result{}, err
				}
			}
			view := skillsView{DocumentID: doc.ID, Occupations: append([]skills.Occupation{}, a.Occupations...), Skills: head(a.Skills, mostProposals),
				Shown: a.Shown, Total: len(a.Skills), ROMEVersion: a.ROMEVersion, Notice: skillsNotice}
			if c.Role == postgres.Seeker {
				entries, err := e.Profiles.Get(ctx, c.Visitor)
				if err != nil {
					return Result{}, err
				}
				view.Profile = skills.Count(entries)
			}
			var codes []string
			for _, o := range view.Occupations {
				codes = append(codes, o.ROME)
			}
			sources, err := e.Search.ByID(ctx, retrieval.ROME, codes...)
			if err != nil {
				return Result{}, err
			}
			c.Progress("Terminé", 100)
			return Result{Data: view, Activity: "rome.skills", Sources: sources}, nil
		})
}

// text finds what to analyse: a document, or words. Words are kept as a
// document, so that evidence can be shown in them.
func (e *Engines) text(ctx context.Context, c Caller, in skillsInput) (Stored, error) {
	if id := first(in.DocumentID, c.Document); id != "" && in.Text == "" {
		return e.Documents.Get(ctx, c.Visitor, id)
	}
	words := first(in.Text, c.said())
	if words == "" {
		return Stored{}, nil
	}
	return e.Documents.AddText(ctx, c.Visitor, words)
}
