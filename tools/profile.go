package tools

import (
	"context"
	"slices"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/skills"
)

// ProfileView is a profile as its owner sees it.
type ProfileView struct {
	Items     []skills.Entry   `json:"items"`
	Counts    skills.Counts    `json:"counts"`
	Documents []Named          `json:"documents"`       // that are still there, newest first
	Share     *skills.Share    `json:"share,omitempty"` // nil: no counsellor sees it
	Changed   []skills.Changed `json:"changed,omitempty"`
	NotFound  []string         `json:"not_found,omitempty"`
	version   string           // of the release in which what was asked was looked up
}

// Profile is the visitor's profile.
func (e *Engines) Profile(ctx context.Context, v postgres.Visitor) (ProfileView, error) {
	entries, err := e.Profiles.Get(ctx, v)
	if err != nil {
		return ProfileView{}, err
	}
	return e.view(ctx, v, entries)
}

func (e *Engines) view(ctx context.Context, v postgres.Visitor, entries []skills.Entry) (ProfileView, error) {
	p := ProfileView{Items: append([]skills.Entry{}, entries...), Counts: skills.Count(entries)}
	var err error
	if p.Documents, err = e.Documents.List(ctx, v); err != nil {
		return p, err
	}
	p.Share, err = e.Profiles.Consented(ctx, v)
	return p, err
}

// UpdateProfile does what the person decided, and nothing more.
func (e *Engines) UpdateProfile(ctx context.Context, v postgres.Visitor, in ProfileChange) (ProfileView, error) {
	done, err := e.Profiles.Update(ctx, v, skills.Decision{Accept: in.Accept, Refuse: in.Refuse, Add: in.Add, Undo: in.Undo, Renew: in.Renew,
		Replace: in.Replace, Order: in.Order})
	if err != nil {
		return ProfileView{}, err
	}
	p, err := e.view(ctx, v, done.Profile)
	p.Changed, p.NotFound, p.version = done.Changed, done.NotFound, done.Version
	return p, err
}

// ProposeFrom reads a document of the person's, or words of theirs, and proposes
// what it shows.
func (e *Engines) ProposeFrom(ctx context.Context, v postgres.Visitor, document, words string) (ProfileView, error) {
	if v.Role != postgres.Seeker {
		return ProfileView{}, fault.New(fault.Forbidden, "Le profil de compétences est celui d'un candidat. Passez dans ce rôle pour en faire un.")
	}
	doc, err := e.text(ctx, Caller{Visitor: v}, skillsInput{DocumentID: document, Text: words})
	if err != nil {
		return ProfileView{}, err
	}
	if strings.TrimSpace(doc.Text) == "" {
		return ProfileView{}, fault.New(fault.Invalid, "Il n'y a rien à lire : joignez un CV, ou racontez votre parcours en quelques phrases.")
	}
	engine, err := e.Skills()
	if err != nil {
		return ProfileView{}, err
	}
	if _, err := e.Profiles.Propose(ctx, v, doc.ID, engine.Analyse(doc.Text)); err != nil {
		return ProfileView{}, err
	}
	return e.Profile(ctx, v)
}

// mostCareers is how many métiers are named from a profile.
const mostCareers = 10

// Careers are the métiers that the person's profile leads towards, best first;
// none when nothing is in it, and none that they refused.
func (e *Engines) Careers(ctx context.Context, v postgres.Visitor) ([]skills.Career, error) {
	entries, err := e.Profiles.Get(ctx, v)
	if err != nil {
		return nil, err
	}
	engine, err := e.Skills()
	if err != nil {
		return nil, err
	}
	var codes []string
	refused := map[string]bool{}
	for _, entry := range entries {
		switch entry.Status {
		case skills.Accepted:
			codes = append(codes, entry.Code)
		case skills.Refused:
			refused[entry.Code] = true
		}
	}
	// One skill in common is a coincidence, unless ROME leads there; and what was
	// refused is not proposed again.
	likely := slices.DeleteFunc(engine.Careers(codes, 3*mostCareers), func(c skills.Career) bool {
		return refused[c.ROME] || len(c.Shared) < 2 && c.From == ""
	})
	return head(likely, mostCareers), nil
}
