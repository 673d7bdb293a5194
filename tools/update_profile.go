package tools

import (
	"context"

	"tandem/internal/postgres"
	"tandem/tools/skills"
)

// ProfileChange is what a person decides about their profile. Items are ROME
// codes, or the words they used for them.
type ProfileChange struct {
	Accept []string `json:"accept,omitempty" jsonschema:"codes ou mots de ce que la personne accepte"`
	Refuse []string `json:"refuse,omitempty" jsonschema:"codes ou mots de ce que la personne refuse ou retire"`
	Add    []string `json:"add,omitempty" jsonschema:"codes ou mots de ce que la personne ajoute"`
	Undo   []string `json:"undo,omitempty" jsonschema:"codes ou mots sur lesquels la personne revient : de nouveau à décider"`
}

// ProfileView is a profile as its owner sees it.
type ProfileView struct {
	Items    []skills.Entry   `json:"items"`
	Counts   skills.Counts    `json:"counts"`
	Changed  []skills.Changed `json:"changed,omitempty"`
	NotFound []string         `json:"not_found,omitempty"`
}

func updateProfile(e *Engines) Tool {
	return New("update_profile",
		"Change le profil de compétences de la personne, et seulement ce qu'elle a demandé : accepter, refuser, ajouter.",
		seekers, func(ctx context.Context, c Caller, in ProfileChange) (Result, error) {
			if len(in.Accept)+len(in.Refuse)+len(in.Add)+len(in.Undo) == 0 {
				return mistake("Que faut-il accepter, refuser ou ajouter ? Donnez les mots de la compétence.")
			}
			p, err := e.UpdateProfile(ctx, c.Visitor, in)
			if err != nil {
				return Result{}, err
			}
			view := skillsView{Occupations: []skills.Occupation{}, Skills: []skills.Proposal{}, Profile: p.Counts, Changed: p.Changed,
				NotFound: p.NotFound, Notice: skillsNotice}
			for _, item := range p.Items {
				view.ROMEVersion = item.ROMEVersion
				if item.Kind == skills.SavoirFaire || item.Kind == skills.Savoir || item.Kind == skills.SavoirEtre {
					view.Skills = append(view.Skills, skills.Proposal{Code: item.Code, Label: item.Label, Kind: item.Kind,
						Evidence: item.Evidence, Confidence: item.Confidence, Status: item.Status})
				}
			}
			view.Shown, view.Total = len(view.Skills), len(view.Skills)
			return Result{Data: view, Activity: "rome.skills"}, nil
		})
}

// Profile is the visitor's profile.
func (e *Engines) Profile(ctx context.Context, v postgres.Visitor) (ProfileView, error) {
	entries, err := e.Profiles.Get(ctx, v)
	return ProfileView{Items: append([]skills.Entry{}, entries...), Counts: skills.Count(entries)}, err
}

// UpdateProfile does what the person decided, and nothing more.
func (e *Engines) UpdateProfile(ctx context.Context, v postgres.Visitor, in ProfileChange) (ProfileView, error) {
	done, err := e.Profiles.Update(ctx, v, skills.Decision{Accept: in.Accept, Refuse: in.Refuse, Add: in.Add, Undo: in.Undo})
	if err != nil {
		return ProfileView{}, err
	}
	return ProfileView{Items: append([]skills.Entry{}, done.Profile...), Counts: skills.Count(done.Profile), Changed: done.Changed, NotFound: done.NotFound}, nil
}
