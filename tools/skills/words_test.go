package skills

import (
	"strings"
	"testing"

	"tandem/internal/fold"
)

// TestAliasesNameTitles: a line whose title this release of ROME does not have
// would be silent for ever.
func TestAliasesNameTitles(t *testing.T) {
	e := official(t)
	titles := map[string]bool{}
	for _, a := range e.appellations {
		for _, name := range genders(a.Long) {
			titles[strings.TrimSpace(fold.String(name))] = true
		}
	}
	for name, list := range map[string]string{"titles.txt": titlesText, "activities.txt": activitiesText} {
		seen := map[string]bool{}
		for _, line := range lines(list) {
			said, title, _ := strings.Cut(line, "=")
			if !titles[strings.TrimSpace(title)] {
				t.Errorf("%s: ROME has no title %q, for %q", name, strings.TrimSpace(title), strings.TrimSpace(said))
			}
			if seen[line] {
				t.Errorf("%s: %q twice", name, line)
			}
			seen[line] = true
		}
	}
}
