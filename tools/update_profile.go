package tools

import (
	"context"
	"strings"

	"tandem/tools/skills"
)

// ProfileChange is what a person decides about their profile. Items are ROME
// codes, or the words they used for them.
type ProfileChange struct {
	Accept []string `json:"accept,omitempty" jsonschema:"codes ou mots de ce que la personne accepte"`
	Refuse []string `json:"refuse,omitempty" jsonschema:"codes ou mots de ce que la personne refuse ou retire"`
	Add    []string `json:"add,omitempty" jsonschema:"codes ou mots de ce que la personne ajoute"`
	Undo   []string `json:"undo,omitempty" jsonschema:"codes ou mots sur lesquels la personne revient : de nouveau à décider"`
	Renew  []string `json:"renew,omitempty" jsonschema:"codes ou mots des éléments marqués now (changés par la nouvelle version du ROME) dont la personne accepte le nouveau nom ou le remplaçant"`

	Replace []skills.Replacement `json:"replace,omitempty" jsonschema:"ce que la personne corrige : code d'un élément proposé ou du profil, et code de ce qui le dit mieux (appellation, métier, compétence), trouvé par search_rome"`
	Order   []string             `json:"order,omitempty" jsonschema:"codes ou mots de ce que la personne veut voir en premier dans son profil, dans cet ordre"`
}

func updateProfile(e *Engines) Tool {
	return New("update_profile",
		"Change le profil de compétences de la personne, et seulement ce qu'elle a demandé : accepter, refuser, ajouter, remplacer, ordonner. "+
			"Un élément marqué now a changé dans le ROME chargé : il reste tel quel tant que la personne n'a pas accepté ce qui est proposé (renew).",
		seekers, func(ctx context.Context, c Caller, in ProfileChange) (Result, error) {
			if len(in.Accept)+len(in.Refuse)+len(in.Add)+len(in.Undo)+len(in.Renew)+len(in.Replace)+len(in.Order) == 0 {
				return e.whichItem(ctx, c)
			}
			p, err := e.UpdateProfile(ctx, c.Visitor, in)
			if err != nil {
				return Result{}, err
			}
			view := skillsView{Occupations: []skills.Occupation{}, Skills: []skills.Proposal{}, Profile: p.Counts, Changed: p.Changed,
				NotFound: p.NotFound, ROMEVersion: p.version, Notice: skillsNotice}
			for _, item := range p.Items {
				if item.Later && item.Status == skills.Proposed {
					continue // found, but nobody asked to see it
				}
				switch item.Kind {
				case skills.SavoirFaire, skills.Savoir, skills.SavoirEtre:
					view.Skills = append(view.Skills, skills.Proposal{Code: item.Code, Label: item.Label, Kind: item.Kind,
						Evidence: item.Evidence, Confidence: item.Confidence, Status: item.Status, Now: item.Now})
				case skills.KindMetier:
					if item.Now != nil { // the rest of the métiers are not what this changes
						view.Occupations = append(view.Occupations, skills.Occupation{ROME: item.Code, Metier: item.Label,
							Evidence: item.Evidence, Confidence: item.Confidence, Now: item.Now})
					}
				}
			}
			view.Shown, view.Total = len(view.Skills), len(view.Skills)
			return Result{Data: view, Activity: "rome.skills"}, nil
		})
}

// whichItem asks what is meant, with what it may be: « jamais fait ça » is said
// under a list.
func (e *Engines) whichItem(ctx context.Context, c Caller) (Result, error) {
	entries, err := e.Profiles.Get(ctx, c.Visitor)
	if err != nil {
		return Result{}, err
	}
	var names []string
	for _, entry := range entries {
		if entry.Kind != skills.KindMetier && entry.Status != skills.Refused && !entry.Later {
			names = append(names, "« "+entry.Label+" »")
		}
	}
	if len(names) == 0 {
		return mistake("Que faut-il accepter, refuser ou ajouter ? Donnez les mots de la compétence.")
	}
	more := ""
	if len(names) > 4 {
		names, more = names[:4], " ou une autre"
	}
	return mistake("De quelle compétence s'agit-il : %s%s ?", strings.Join(names, ", "), more)
}
