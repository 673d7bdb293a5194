package bot

import (
	_ "embed"
	"strings"
	"text/template"
	"time"

	"tandem/internal/postgres"
	"tandem/tools"
)

//go:embed prompt.md
var promptFile string

// promptVersion is the first line of prompt.md, which is raised with every
// change of it; receipts name it. What follows is what a model reads.
var promptVersion, promptTemplate = func() (string, *template.Template) {
	head, text, _ := strings.Cut(promptFile, "\n\n")
	return strings.TrimPrefix(head, "version: "), template.Must(template.New("prompt.md").Option("missingkey=error").Parse(text))
}()

var who = map[postgres.Role]string{
	postgres.Seeker:     "en recherche d'emploi",
	postgres.Recruiter:  "en train de recruter pour une entreprise",
	postgres.Counsellor: "conseillère ou conseiller du service public de l'emploi",
}

// prompt is the system message for a role with these tools.
func prompt(role postgres.Role, date time.Time, offered []tools.Tool) (string, error) {
	type tool struct{ Name, Does string }
	var does []tool
	for _, t := range offered {
		first, _, _ := strings.Cut(t.Description, ". ") // the schema says the rest
		does = append(does, tool{t.Name, strings.TrimSuffix(first, ".")})
	}
	var b strings.Builder
	err := promptTemplate.Execute(&b, map[string]any{"Role": string(role), "Date": date.Format("2006-01-02"), "Who": who[role], "Tools": does})
	return b.String(), err
}
