package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
)

// The public register of what programs do here, and the accessibility
// statement: two pages anyone may read without being known.

// system is one algorithm as the register tells of it: the purpose, then the
// four things that article R311-3-1-2 of the code of relations between the
// public and the administration has an administration explain (part in the
// decision, data, parameters, operations), then how to contest.
type system struct {
	ID, Name string
	Does     string // and for whom
	How      string // operations and parameters
	Reads    string // which data, from where, and what it never uses
	Decides  string // its part in the decision, and who decides
	Contest  string
	Fact     string // its version in a receipt; "" when it has none
	Figures  []figure
}

// figure is a measured quality. Row and Token are where README has it: a test
// keeps the two from parting.
type figure struct{ Said, Row, Token string }

const desk = "Le bouton « Parler à un conseiller » est en haut de chaque conversation."

var systems = []system{
	{"assistant", "Assistant conversationnel",
		"Comprend une question en français, choisit lequel des outils ci-dessous y répond, et met le résultat en phrases. Pour toute personne.",
		"Un programme sans réseau (« mode sobre »), ou un modèle de langage choisi par l'exploitant ; le nom du modèle est affiché sur la page et dans « Comment cette réponse a été faite ».",
		"Vos messages de la conversation. Avant tout envoi à un modèle extérieur, ce qui vous désigne est remplacé (numéro de sécurité sociale, IBAN, téléphone, adresses, date de naissance, nom en tête d'un CV) ; ce qui ne peut pas l'être n'est pas envoyé.",
		"Aucune : l'assistant informe, il ne prend aucune décision et n'en transmet aucune. Vous décidez.",
		"« Pas utile » sous chaque réponse, avec un motif. " + desk, "",
		[]figure{{"bon outil choisi : 93,2 % de 425 questions d'auteurs qui ne connaissaient pas le programme", "testdata/routing-report-2.jsonl", "tool .932"},
			{"attaques et abus restés sans effet : 85,7 % de 70", "testdata/attacks-report.jsonl", "safe **.857**"}}},
	{"competences", "Relevé de compétences dans un CV",
		"Propose des métiers et des compétences du ROME à partir d'un CV ou d'un récit, chacun avec les mots qui l'appuient. Pour les candidats.",
		"Recherche des libellés du ROME et de mots qui en disent l'équivalent, puis un indice de confiance appris sur des CV inventés.",
		"Le texte joint ou collé. Âge, nom, adresse, photo, situation familiale, santé et nationalité n'entrent dans aucun calcul.",
		"Une proposition. Vous décidez : rien n'entre dans un profil sans votre accord, proposition par proposition.",
		"Refusez, dites mieux, ou ajoutez vous-même dans « Mon profil », avec ou sans IA.", "rome",
		[]figure{{"propositions justes parmi celles montrées d'abord : 91,7 % (30 CV d'un auteur qui ne connaissait pas le programme)", "testdata/skills-report.jsonl", "shown .917"},
			{"compétences attendues retrouvées dans les 20 premières : 70,5 % ; l'objectif de 75 % n'est pas atteint", "testdata/skills-report.jsonl", "**.705**"}}},
	{"offres", "Contrôle de légalité d'une offre",
		"Signale les mots d'une offre susceptibles d'être discriminatoires ou illégaux, avec l'article, l'exception examinée et une autre rédaction. Pour les recruteurs et les conseillers.",
		"Des règles écrites, dont certaines pondérées par des exemples ; verdict et conseils ne sont jamais mêlés. Le même texte donne toujours le même verdict.",
		"Le texte de l'offre et ses champs. Aucune donnée de candidat.",
		"Un signalement, qui peut retenir une offre avant sa publication. Une personne décide : un conseiller maintient ou lève tout signalement contesté. Information, pas un avis juridique.",
		"« Je conteste » sous chaque signalement : un conseiller tranche et motive. Chaque décision compte dans la précision de la règle.", "rules",
		[]figure{{"phrases à signaler reconnues : 95,0 %", "testdata/phrases-report.tsv", "recall .950"},
			{"phrases permises signalées à tort : 1,4 %", "testdata/phrases-report.tsv", "false positives .014"},
			{"offres sans défaut bloquées à tort : 7,4 % ; l'objectif de 2 % n'est pas atteint", "testdata/legality-report.jsonl", "**.074**"}}},
	{"delais", "Prévision de délai de recrutement",
		"Estime la probabilité qu'une offre dépasse 30 jours, avec un intervalle, ce qui pèse et ce qu'on peut changer. Pour les recruteurs et les conseillers.",
		"Un modèle de durée additif : chaque facteur a une part exacte. Le temps pour pourvoir est une hypothèse tirée d'enquêtes publiées ; le temps en ligne est appris sur les offres d'un territoire.",
		"Les champs de l'offre. Ni l'identité de l'employeur, ni aucune donnée de candidat.",
		"Une estimation, pour choisir par où commencer. Vous décidez. Un facteur est une association, pas une cause ; le modèle dit quand les données manquent.",
		"« Pas utile » sous la réponse. " + desk, "delay",
		[]figure{{"temps en ligne, offres tenues à l'écart : aire sous la courbe de 0,797, pas mieux que la comparaison par contrat", "Additive model, outcome known", ".797"}}},
	{"recherche", "Recherche dans le ROME, la charte et les textes de loi",
		"Trouve les passages qui répondent à une question ; chaque réponse les cite. Pour toute personne.",
		"Mots, fautes de frappe et proximité de sens (un petit encodeur appris sur le ROME), fusionnés par une formule fixe.",
		"Les mots de la question.",
		"Aucune : elle montre des textes publics, la source s'ouvre d'un clic.",
		"« Pas utile » sous la réponse.", "rome",
		[]figure{{"bonne réponse parmi les 5 premières : 82,2 % de 360 questions ; l'objectif de 92 % n'est pas atteint", "testdata/retrieval-report.jsonl", "**.822**"}}},
}

// registry shows the register with the versions at work at this moment.
func (s *Server) registry(c echo.Context) error {
	ctx := c.Request().Context()
	facts := map[string]string{}
	if s.Agent.Facts != nil {
		facts = s.Agent.Facts(ctx)
	}
	version, date := s.Engines.Legality.Version()
	facts["rules"] = fmt.Sprintf("%s du %s, %d règles", version, date, len(s.Engines.Legality.Rules()))
	if release, err := s.Engines.Rome.Release(ctx); err == nil { // while none is loaded the rest is still told
		facts["rome"] = release.Attribution()
	}
	return s.page(c, http.StatusOK, "registre", map[string]any{"Title": "Registre des algorithmes", "Systems": systems, "Facts": facts, "Model": s.Model, "Minutes": int(s.Keep.Minutes())})
}

func (s *Server) statement(c echo.Context) error {
	return s.page(c, http.StatusOK, "accessibilite", map[string]any{"Title": "Accessibilité"})
}
