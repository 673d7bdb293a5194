package legality

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Letter is a finding told to the employer, for a counsellor to say or send.
type Letter struct {
	Lines   []string `json:"lines"` // three: what, why, what to write instead
	Subject string   `json:"subject"`
	Mail    string   `json:"mail"` // neutral, with blanks for names
}

// Tell writes the letter of a finding of o's verdict v. It is made of the
// rule's own sentences: nothing is claimed that the finding does not claim, and
// nobody is accused.
func Tell(o Offer, v Verdict, f Finding) Letter {
	words := quote(f.Span.Text)
	what := map[Severity]string{
		S4: "est susceptible d'être contraire au droit et empêche la diffusion de l'offre",
		S3: "est susceptible d'être contraire au droit et empêche la diffusion de l'offre, sauf justification",
		S2: "demande une vérification par une personne",
		S1: "peut être mieux tournée ; ce conseil n'empêche pas la diffusion",
	}[f.Severity]
	instead := f.Rewrite
	switch {
	case f.Replace != nil && strings.TrimSpace(*f.Replace) != "":
		instead = "Vous pouvez écrire à la place : " + quote(*f.Replace) + ". " + f.Rewrite
	case f.Edit != nil && strings.TrimSpace(f.Edit.To) == "":
		instead = "Vous pouvez supprimer ces mots. " + f.Rewrite
	}
	basis, offer := refs(f.Articles, false), "votre offre"
	first := fmt.Sprintf("La mention %s %s.", words, what)
	if basis != "" {
		first = fmt.Sprintf("La mention %s %s (%s).", words, what, basis)
	}
	if o.Title != "" {
		offer = "votre offre " + quote(o.Title)
	}
	l := Letter{Lines: []string{first, f.Why, strings.TrimSpace(instead)}, Subject: upper(offer) + " : une mention à revoir ensemble"}
	var b strings.Builder
	para := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n\n", args...) }
	para("Bonjour,")
	para("Nous avons vérifié %s avant sa diffusion. La mention %s %s.", offer, words, what)
	if f.With != nil {
		para("Elle ne s'accorde pas avec %s, donné ailleurs dans l'offre.", quote(f.With.Words))
	}
	para("%s", join(f.Why, f.Computed))
	if links := refs(f.Articles, true); links != "" {
		para("Textes de référence :\n%s", links)
	}
	if f.Exception != "" {
		para("Exception examinée : %s", f.Exception)
	}
	para("Ce que nous vous proposons : %s", strings.TrimSpace(instead))
	para("Si votre situation justifie cette mention, dites-nous en quoi : une personne l'examinera avec vous. Vous pouvez aussi contester ce signalement, et un conseiller tranchera.")
	para("Bien cordialement,\n[Votre nom]\n[Votre agence, votre téléphone]")
	fmt.Fprintf(&b, "Règle %s, version %s du %s. %s.", f.Rule, v.Version, v.Date, upper(strings.TrimSuffix(v.Notice, ".")))
	l.Mail = b.String()
	return l
}

func quote(s string) string { return "« " + strings.Join(strings.Fields(s), " ") + " »" }

func refs(articles []Article, links bool) string {
	var out []string
	for _, a := range articles {
		if links {
			out = append(out, "- "+join(a.Label, a.URL))
		} else {
			out = append(out, a.Label)
		}
	}
	if links {
		return strings.Join(out, "\n")
	}
	return strings.Join(out, " ; ")
}

func join(parts ...string) string { return strings.TrimSpace(strings.Join(parts, " ")) }

func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(string(r)) + s[n:]
}
