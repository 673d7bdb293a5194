package offline

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed utterances/*.tsv
var utterancesFS embed.FS

// utterance is a labelled sentence.
type utterance struct {
	author string   // the file it is in, so that what was learned from one can be tried on another
	roles  string   // comma-separated, or *
	label  string   // tool, or act/topic
	text   string   //
	after  string   // label of what was asked before it, when it goes on from there
	also   []string // tools or acts that would be right too
}

// utterances reads every file of the folder, in the order of their names.
func utterances() ([]utterance, error) {
	var all []utterance
	files, err := fs.Glob(utterancesFS, "utterances/*.tsv")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		data, err := utterancesFS.ReadFile(name)
		if err != nil {
			return nil, err
		}
		rows, err := parseUtterances(name, string(data))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// parseUtterances reads lines of three to five columns: roles, label, text,
// label before, what would be right too.
func parseUtterances(name, tsv string) ([]utterance, error) {
	author := strings.TrimSuffix(path.Base(name), ".tsv")
	known := func(label string) bool {
		_, tool := tools[label]
		return tool || topics[label] != nil
	}
	var list []utterance
	for i, line := range strings.Split(tsv, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) < 3 || len(f) > 5 {
			return nil, fmt.Errorf("offline: %s line %d: %d columns, want 3 to 5", name, i+1, len(f))
		}
		u := utterance{author: author, roles: f[0], label: f[1], text: f[2]}
		if len(f) > 3 {
			u.after = f[3]
		}
		if len(f) > 4 {
			u.also = strings.Split(f[4], ",")
		}
		if !known(u.label) || u.after != "" && !known(u.after) {
			return nil, fmt.Errorf("offline: %s line %d: unknown label %q or %q", name, i+1, u.label, u.after)
		}
		list = append(list, u)
	}
	return list, nil
}

// role is whose words an utterance is learned as: of several, by turns.
func (u utterance) role(i int) string {
	if u.roles == "*" {
		return []string{"seeker", "recruiter", "counsellor"}[i%3]
	}
	all := strings.Split(u.roles, ",")
	return all[i%len(all)]
}
