package tools

import "strings"

// said is the person's newest message.
func (c Caller) said() string {
	if len(c.Said) == 0 {
		return ""
	}
	return strings.TrimSpace(c.Said[0])
}

// first is the first of its arguments that is not blank.
func first(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}
