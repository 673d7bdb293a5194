package offers

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	maxTitle = 300 // characters
	maxBody  = maxText
)

var offerID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// tidy brings an offer to the form in which it is stored and completes its
// fields from its text. It returns in French why it cannot.
func (o *Offer) tidy() (why string) {
	clean := func(s string) string {
		return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", ""))
	}
	o.Title, o.Body = clean(o.Title), clean(o.Body)
	o.Agency, o.Company = cut(clean(o.Agency), 128), cut(clean(o.Company), 128)
	switch {
	case !offerID.MatchString(o.ID):
		return "Numéro d'offre absent ou incorrect : 64 lettres, chiffres, points ou tirets au plus."
	case o.Title == "":
		return "L'offre n'a pas d'intitulé."
	case utf8.RuneCountInString(o.Title) > maxTitle:
		return "L'intitulé dépasse 300 caractères."
	case len(o.Body) > maxBody:
		return "Le texte dépasse 32 Kio."
	}
	if o.State == "" {
		o.State = Open
	}
	if o.State != Open && o.State != Closed {
		return "L'état de l'offre doit être « open » ou « closed »."
	}
	f := &o.Fields
	if c := ReadContract(f.Contract); c != "" {
		f.Contract = c
	}
	f.ROME, f.Departement = strings.ToUpper(clean(f.ROME)), Departement(f.Departement)
	if !romePrefix.MatchString(f.ROME) {
		f.ROME = ""
	}
	read := Parse(o.Title + "\n" + o.Body)
	o.said = &read // whoever assesses it need not read it again: that is most of an import's time
	read.Title = ""
	*f = f.Or(read)
	for _, s := range []*string{&f.Contract, &f.Occupation, &f.Sector, &f.Qualification, &f.Town, &f.EmployerType} {
		*s = cut(clean(*s), 200)
	}
	if f.Month == 0 && !o.CreatedAt.IsZero() {
		f.Month = int(o.CreatedAt.Month())
	}
	return ""
}
