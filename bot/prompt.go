package bot

import (
	_ "embed"
	"strings"
	"text/template"

	"tandem/internal/postgres"
)

// promptVersion is raised with every change of prompt.md; receipts name it.
const promptVersion = "1"

//go:embed prompt.md
var promptText string

var promptTemplate = template.Must(template.New("prompt.md").Option("missingkey=error").Parse(promptText))

var who = map[postgres.Role]string{
	postgres.Seeker:     "en recherche d'emploi",
	postgres.Recruiter:  "en train de recruter pour une entreprise",
	postgres.Counsellor: "conseillère ou conseiller du service public de l'emploi",
}

func (r *run) prompt() (string, error) {
	var b strings.Builder
	err := promptTemplate.Execute(&b, map[string]string{
		"Role": string(r.visitor.Role),
		"Date": r.a.Now().Format("2006-01-02"),
		"Who":  who[r.visitor.Role],
	})
	return b.String(), err
}
