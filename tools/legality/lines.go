package legality

import (
	"fmt"
	"strings"
)

// The files of this package are read line by line, in one notation:
//
//	# a comment
//	key: value            before the first section
//	  more of the value   an indented line goes on with the line before
//	[section]
//	one item a line
//
// A mistake is reported with its file and line, never skipped.
type line struct {
	file    string
	number  int
	section string
	text    string
}

func (l line) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", l.file, l.number, fmt.Sprintf(format, args...))
}

// readLines cuts a file into its lines.
func readLines(file, content string) ([]line, error) {
	var out []line
	section := ""
	for i, raw := range strings.Split(content, "\n") {
		text := strings.TrimSpace(raw)
		here := line{file: file, number: i + 1, section: section, text: text}
		switch {
		case text == "" || strings.HasPrefix(text, "# ") || text == "#":
		case text[0] == '[':
			if text[len(text)-1] != ']' {
				return nil, here.errorf("section non fermée : %s", text)
			}
			section = strings.TrimSpace(text[1 : len(text)-1])
		case raw[0] == ' ' || raw[0] == '\t':
			if len(out) == 0 || out[len(out)-1].section != section {
				return nil, here.errorf("suite d'une ligne qui n'existe pas")
			}
			out[len(out)-1].text += " " + text
		default:
			out = append(out, here)
		}
	}
	return out, nil
}

// pair cuts "key: value".
func (l line) pair() (key, value string, err error) {
	key, value, ok := strings.Cut(l.text, ":")
	if !ok {
		return "", "", l.errorf("« clé: valeur » attendu")
	}
	return strings.TrimSpace(key), strings.TrimSpace(value), nil
}

// list cuts "a, b, c".
func list(s string) []string {
	var out []string
	for _, item := range strings.Split(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}
