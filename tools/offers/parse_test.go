package offers

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"tandem/internal/fold"
)

// want is what must be read, as words: "contract=CDI dep=44 …"; what is not
// named must stay unknown.
var parseTable = []struct{ text, want string }{
	// Contracts and durations.
	{"Recherche boulanger en CDI", "contract=CDI"},
	{"jcherche un soudeur en cdi", "contract=CDI"},
	{"Contrat à durée indéterminée", "contract=CDI"},
	{"C.D.I. temps plein", "contract=CDI hours=35"},
	{"CDD 6 mois", "contract=CDD months=6"},
	{"cdd de six mois renouvelable", "contract=CDD months=6"},
	{"Contrat à durée déterminée - 12 Mois", "contract=CDD months=12"},
	{"CDD d'un an", "contract=CDD months=12"},
	{"CDD de 6 à 12 mois", "contract=CDD months=12"},
	{"Mission intérimaire - 3 Mois", "contract=MIS months=3"},
	{"Intérim - 18 Mois", "contract=MIS months=18"},
	{"Mission intérimaire - 5 Jour(s)", "contract=MIS months=0.16"},
	{"mission d'interim de 3 semaines a lyon", "contract=MIS months=0.69 dep=69 town=Lyon"},
	{"Contrat : MIS, poste à pourvoir", "contract=MIS"},
	{"employé de MISE en rayon, produits MIS en valeur, CDI", "contract=CDI"},
	{"contrat d'apprentissage boucher", "contract=apprentissage"},
	{"On cherche un apprenti coiffeur", "contract=apprentissage"},
	{"contrat de professionnalisation 12 mois", "contract=professionnalisation months=12"},
	{"poste en alternance", "contract=alternance"},
	{"CDI, travail en alternance matin et soir", "contract=CDI"},
	{"Agence d'intérim recrute en CDI un magasinier", "contract=CDI employer=ETT"},
	{"Approvisionner selon la saisonnalité, produits saisonniers. CDI", "contract=CDI"},
	{"Participer à l'apprentissage de l'autonomie, CDD 1 à 3 mois", "contract=CDD months=3"},
	{"Nous recrutons en CDI, CDD et intérim dans toute la France.", ""},
	{"CDI, jour et nuit en alternance", "contract=CDI odd"},
	{"apprentissage ou professionnalisation", "contract=alternance"},
	{"CDD saisonnier du 1er juin au 30 septembre", "contract=saisonnier months=4"},
	{"contrat saisonnier de juin à août", "contract=saisonnier months=3"},
	{"Contrat travail saisonnier - 6 Mois", "contract=saisonnier months=6"},
	{"CDI. Pics d'activité saisonniers en décembre.", "contract=CDI"},
	{"CDD de 4 mois, CDI possible à l'issue", "contract=CDD months=4"},
	{"CDD 6 mois pouvant déboucher sur un CDI", "contract=CDD months=6"},
	{"et si je propose un CDI au lieu de CDD ?", "contract=CDI"},
	{"CDD 3 mois, période d'essai de 2 semaines", "contract=CDD months=3"},
	{"CDD. 6 mois d'expérience exigés.", "contract=CDD exp=0.5"},
	{"poste de remplacement congé maternité", "contract=CDD"},
	{"statut auto-entrepreneur", "contract=indépendant"},
	{"offre de stage de 4 mois", "contract=stage months=4"},
	{"risque de depasser 30 jours ? cdd 8 mois", "contract=CDD months=8"},

	// Hours.
	{"39h", "hours=39"},
	{"35 H/semaine Travail en journée", "hours=35"},
	{"36H45 Autre", "hours=36.75"},
	{"temps partiel - 17H50 Autre", "hours=17.83"},
	{"20h hebdo", "hours=20"},
	{"24 heures par semaine", "hours=24"},
	{"37,5h par semaine", "hours=37.5"},
	{"151,67 heures mensuelles", "hours=35"},
	{"de 9h à 17h", ""},
	{"ouvert de 8h30 à 19h, poste de 22h à 6h", ""},
	{"mi-temps", "hours=17.5"},
	{"temps partiel 80 %", "hours=28"},
	{"formation de 14 h", ""},

	// Experience.
	{"Débutant accepté", "exp=0"},
	{"debutant(e)s accepte(e)s", "exp=0"},
	{"pas besoin d'experience", "exp=0"},
	{"sans exp ok", "exp=0"},
	{"débutants non acceptés", ""},
	{"Expérience exigée de 3 An(s)", "exp=3"},
	{"2 ans d'exp", "exp=2"},
	{"2 ans dexp mini", "exp=2"},
	{"exp mini 5 ans", "exp=5"},
	{"deux ans d'expérience souhaités", "exp=2"},
	{"Expérience de 6 mois dans la vente", "exp=0.5"},
	{"1 an - sur poste similaire", "exp=1"},
	{"vous justifiez d'au moins 4 ans", "exp=4"},
	{"menuisier 3 ans mini, le mans 72", "exp=3 dep=72 town=Le_Mans"},
	{"contrat de 2 ans minimum, 18 ans mini", ""},
	{"offre serveur saison été", "contract=saisonnier"},
	{"première expérience souhaitée", "exp=0.5"},
	{"expérience exigée, CDD de 6 mois", "contract=CDD months=6"},
	{"entreprise forte de 12 ans d'expérience", ""},
	{"moins de 35 ans, homme, bonne présentation", ""},
	{"avoir 18 ans minimum", ""},

	// Pay, gross a year.
	{"2100 brut", "pay=25200"},
	{"si j'enlève le bac pro et que je mets 2100 brut ça change quoi", "pay=25200"},
	{"2 100 € brut mensuel sur 13 mois", "pay=27300"},
	{"11,50 € de l'heure", "pay=20930"},
	{"11,50 de lheure c bon ?", "pay=20930"},
	{"taux horaire 12€50", "pay=22750"},
	{"13€/h, 39h", "pay=26364 hours=39"},
	{"25-28 k€", "pay=26500"},
	{"30k", "pay=30000"},
	{"entre 2,1 et 2,4 k€ par mois", "pay=27000"},
	{"salaire 1900 net", "pay=29231"},
	{"Mensuel de 1767,00 Euros sur 12 mois", "pay=21204"},
	{"Mensuel de 2000.0 Euros à 2200.0 Euros sur 12.0 mois", "pay=25200"},
	{"Annuel de 25000,00 Euros à 28000,00 Euros sur 12 mois", "pay=26500"},
	{"Horaire de 11.65 Euros à 12 Euros", "pay=21522"},
	{"28 000 € brut annuel", "pay=28000"},
	{"35000 euros par an", "pay=35000"},
	{"payé au SMIC", "pay=21876"},
	{"SMIC horaire, 20h par semaine", "pay=12501 hours=20"},
	{"prime de 500 €, panier repas 12 €", ""},
	{"salaire 2000 € + prime 300 €", "pay=24000"},
	{"chiffre d'affaires de 2 000 000 €", ""},
	{"300 € par jour", ""},
	{"prime de fin d'année de minimum 800 €", ""},
	{"Mensuel de 11,88 Euros à 11,88 Euros", "pay=21622"},
	{"Lyon 3e, 2e étage", "dep=69 town=Lyon"},

	// Places.
	{"Saint-Nazaire", "dep=44 town=Saint-Nazaire"},
	{"cdi st nazaire", "contract=CDI dep=44 town=Saint-Nazaire"},
	{"44600 Saint-Nazaire", "dep=44 town=Saint-Nazaire"},
	{"44 - SAINT NAZAIRE", "dep=44 town=Saint-Nazaire"},
	{"dans le 93", "dep=93"},
	{"mes offres en loire atlantique", "dep=44"},
	{"Pays de la Loire", ""},
	{"un poste dans la Loire", "dep=42"},
	{"dans le nord", "dep=59"},
	{"dans le nord de Paris", "dep=75 town=Paris"},
	{"à la réunion d'équipe", ""},
	{"poste à La Réunion", "dep=974"},
	{"Saint-Denis (974)", "dep=974"},
	{"Groupe présent à Lyon et Paris, poste basé à Guéret", "dep=23 town=Guéret"},
	{"Saint-Denis", "dep=93 town=Saint-Denis"},
	{"20200 Bastia", "dep=2B town=Bastia"},
	{"en 2A", "dep=2A"},
	{"35000 Rennes", "dep=35 town=Rennes"},
	{"serveur a Nice", "dep=06 town=Nice"},
	{"il vire la vitre, sens du contact, orange et albert", ""},
	{"Chalon-sur-Saône", "dep=71 town=Chalon-sur-Saône"},
	{"12 rue de Paris, Quimper", "dep=29 town=Quimper"},
	{"soudeur, cdi, 44", "contract=CDI dep=44"},
	{"mise en place dans le lot de travaux", ""},
	{"val d'oise", "dep=95"},

	// Conditions.
	{"permis B exigé", "permit"},
	{"permis b souhaité", ""},
	{"permis non exigé", ""},
	{"et si j'enlève le permis ?", ""},
	{"permis de construire", ""},
	{"être véhiculé", "permit"},
	{"véhicule personnel indispensable", "permit"},
	{"véhicule de service fourni", ""},
	{"travail de nuit et le week-end", "odd"},
	{"horaires en coupure", "odd"},
	{"3x8", "odd"},
	{"pas de travail le week-end", ""},
	{"week-ends libres, repos le dimanche", ""},
	{"poste de jour, bonne nuit", ""},
	{"agent de maîtrise", "qual=agent_de_maîtrise"},
	{"dans le cadre de son développement", ""},
	{"statut cadre", "qual=cadre"},
	{"entreprise de 250 salariés", "size=250"},
	{"entreprise adaptée", "employer=entreprise_adaptée"},
	{"code rome d1102", "rome=D1102"},

	// Together.
	{"risque de dépasser 30 jours ? CDI, 39h, 2 ans d'exp, Saint-Nazaire", "contract=CDI hours=39 exp=2 dep=44 town=Saint-Nazaire"},
	{"pourquoi mon offre de soudeur ne trouve personne depuis 5 semaines", ""},
	{"bjr jcherche 1 cuisinier cdi 39h a brest 2300 net debutant ok permis pas obligatoire", "contract=CDI hours=39 dep=29 town=Brest pay=35385 exp=0"},
	{"mes offres à plus de 65 % dans le BTP en Loire-Atlantique", "dep=44"},
	{"", ""},
}

func TestParse(t *testing.T) {
	if len(parseTable) < 60 {
		t.Fatalf("%d inputs", len(parseTable))
	}
	for _, c := range parseTable {
		if got := told(Parse(c.text)); got != sorted(c.want) {
			t.Errorf("%q\n  got  %s\n  want %s", c.text, got, sorted(c.want))
		}
	}
}

// Every match holds a cue; otherwise looking for cues first would lose it.
func TestCues(t *testing.T) {
	for _, p := range patterns {
		for _, c := range parseTable {
			if f := fold.String(c.text); p.MatchString(f) && !p.may(f) {
				t.Errorf("%q matches %.60s without a cue", c.text, p)
			}
		}
	}
}

// told writes fields in the table's words; titles have a test of their own.
func told(f Fields) string {
	var out []string
	add := func(ok bool, key, value string) {
		if ok {
			out = append(out, key+"="+strings.ReplaceAll(value, " ", "_"))
		}
	}
	add(f.Contract != "", "contract", f.Contract)
	add(f.DurationMonths > 0, "months", dot(f.DurationMonths))
	add(f.HoursWeek > 0, "hours", dot(f.HoursWeek))
	if f.ExperienceYears != nil {
		add(true, "exp", dot(*f.ExperienceYears))
	}
	add(f.SalaryYear > 0, "pay", dot(math.Floor(f.SalaryYear)))
	add(f.Departement != "", "dep", f.Departement)
	add(f.Town != "", "town", f.Town)
	add(f.Qualification != "", "qual", f.Qualification)
	add(f.EstablishmentSize > 0, "size", dot(float64(f.EstablishmentSize)))
	add(f.EmployerType != "", "employer", f.EmployerType)
	add(f.ROME != "", "rome", f.ROME)
	if f.PermitNeeded {
		out = append(out, "permit")
	}
	if f.AtypicalHours {
		out = append(out, "odd")
	}
	return sorted(strings.Join(out, " "))
}

func dot(x float64) string { return strings.Replace(decimal(x), ",", ".", 1) }

func sorted(s string) string {
	w := strings.Fields(s)
	for i := range w {
		for j := i; j > 0 && w[j] < w[j-1]; j-- {
			w[j], w[j-1] = w[j-1], w[j]
		}
	}
	return strings.Join(w, " ")
}

func TestParseOffer(t *testing.T) {
	const offer = `Maçon traditionnel H/F

Notre entreprise familiale de 28 salariés recrute à Saint-Herblain (44800).
Contrat : CDI, 39h/semaine, du lundi au vendredi.
Expérience exigée de 3 ans. Permis B indispensable.
Salaire : 13,50 € brut de l'heure + paniers 11 € + mutuelle.`
	f := Parse(offer)
	if got, want := told(f), sorted("contract=CDI hours=39 exp=3 pay=27378 dep=44 town=Saint-Herblain permit size=28"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if f.Title != "Maçon traditionnel H/F" {
		t.Errorf("title %q", f.Title)
	}
	want := "CDI|39 h par semaine|3 ans d'expérience|environ 27\u00a0378 € brut par an (2\u00a0282 € par mois)|Saint-Herblain (44)|28 salariés|permis ou véhicule exigé"
	if got := strings.Join(f.Understood(), "|"); got != want {
		t.Errorf("understood\n got %s\nwant %s", got, want)
	}
}

func TestTitle(t *testing.T) {
	for text, want := range map[string]string{
		"Soudeur H/F en CDI":                                "Soudeur H/F en CDI",
		"Serveur (F/H). Vous accueillez les clients":        "Serveur (F/H)",
		"Vendeuse en boulangerie\nVous servez les clients.": "Vendeuse en boulangerie",
		"pourquoi mon annonce est bloquée ?":                "",
		"Bonjour,\nAide à domicile H/F\nblabla":             "Aide à domicile H/F",
		"Nous recherchons un cuisinier":                     "",
		"":                                                  "",
	} {
		if got := title(text); got != want {
			t.Errorf("title(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestOr(t *testing.T) {
	stored := Parse("CDI, 35h, 2000 brut, 2 ans d'exp, Brest")
	asked := Parse("et si CDD 6 mois à Nantes, débutant accepté").Or(stored)
	if got, want := told(asked), sorted("contract=CDD months=6 hours=35 pay=24000 exp=0 dep=44 town=Nantes"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// The duration of the contract given up does not follow.
	if f := Parse("CDI").Or(Parse("CDD 6 mois")); f.DurationMonths != 0 {
		t.Errorf("CDI of %v months", f.DurationMonths)
	}
}

func TestDepartement(t *testing.T) {
	for said, want := range map[string]string{
		"44": "44", "2a": "2A", "974": "974", "1": "01", "75012": "75", "20090": "2A", "97411": "974", "loire atlantique": "44", "Réunion": "974",
		"la réunion": "974", "Lot": "46", "Nord": "59", "Tours": "37", "paris": "75", "dans le 93": "93", "Pays de la Loire": "", "xyz": "", "": "", "99": "",
	} {
		if got := Departement(said); got != want {
			t.Errorf("Departement(%q) = %q, want %q", said, got, want)
		}
	}
	if len(departementNames) != 101 {
		t.Errorf("%d départements, there are 101", len(departementNames))
	}
}

// FuzzParse: no input panics, and whatever is read is within bounds.
func FuzzParse(f *testing.F) {
	for _, c := range parseTable {
		f.Add(c.text)
	}
	f.Add("\xff\xfe CDD " + strings.Repeat("9", 400) + " mois")
	f.Fuzz(func(t *testing.T, text string) {
		got := Parse(text)
		switch {
		case got.DurationMonths < 0 || got.DurationMonths > 60 || got.HoursWeek < 0 || got.HoursWeek > 60,
			got.SalaryYear < 0 || got.SalaryYear > 1e6 || math.IsNaN(got.SalaryYear),
			got.ExperienceYears != nil && !(*got.ExperienceYears >= 0 && *got.ExperienceYears <= 15),
			got.Departement != "" && DepartementName(got.Departement) == "",
			got.EstablishmentSize < 0 || !utf8.ValidString(got.Title):
			t.Errorf("%q: %+v", text, got)
		}
		got.Understood()
	})
}

func BenchmarkParse(b *testing.B) {
	text := strings.Repeat("Vous travaillez en équipe au sein d'un atelier et assurez la qualité des pièces. ", 20) + "CDI 39h, 2 ans d'expérience, 2100 € brut, 44600 Saint-Nazaire."
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Parse(text)
	}
}
