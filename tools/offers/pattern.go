package offers

import (
	"regexp"
	"strings"
)

// pattern is a regular expression with its cues: plain strings of which every
// match holds one. Looking for them first is what makes reading an offer fast,
// since most facts are not in it.
type pattern struct {
	*regexp.Regexp
	cues []string
}

// cued compiles a pattern and registers it, so that a test can check that no
// cue is missing.
func cued(expr string, cues ...string) *pattern {
	p := &pattern{regexp.MustCompile(expr), cues}
	patterns = append(patterns, p)
	return p
}

var patterns []*pattern

func (p *pattern) may(f string) bool {
	for _, cue := range p.cues {
		if strings.Contains(f, cue) {
			return true
		}
	}
	return false
}

// in reports whether f has a match.
func (p *pattern) in(f string) bool { return p.may(f) && p.MatchString(f) }

// all are the first n matches in f, with their groups.
func (p *pattern) all(f string, n int) [][]int {
	if !p.may(f) {
		return nil
	}
	return p.FindAllStringSubmatchIndex(f, n)
}

// group is the words of group g of match m in f; "" when it took no part.
func group(f string, m []int, g int) string {
	if 2*g >= len(m) || m[2*g] < 0 {
		return ""
	}
	return f[m[2*g]:m[2*g+1]]
}
