package offers

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// pattern is a regular expression with its cues: plain strings of which every
// match holds one. Looking for them first is what makes reading an offer fast,
// since most facts are not in it.
type pattern struct {
	*regexp.Regexp
	cues   []string
	inLine bool // no match holds a line end or depends on where the text begins or ends
}

// cued compiles a pattern and registers it, so that a test can check that no
// cue is missing.
func cued(expr string, cues ...string) *pattern {
	p := &pattern{regexp.MustCompile(expr), cues, withinLines(expr)}
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
func (p *pattern) in(f string) bool {
	if !p.inLine {
		return p.may(f) && p.MatchString(f)
	}
	for line := range strings.Lines(f) {
		if p.may(line) && p.MatchString(line) {
			return true
		}
	}
	return false
}

// all are the first n matches in f, with their groups. Where that is the same,
// only the lines that hold a cue are searched: an offer has many, and few of them
// say anything of one fact.
func (p *pattern) all(f string, n int) [][]int {
	if !p.inLine {
		if !p.may(f) {
			return nil
		}
		return p.FindAllStringSubmatchIndex(f, n)
	}
	var out [][]int
	start := 0
	for line := range strings.Lines(f) {
		if len(out) < n && p.may(line) {
			for _, m := range p.FindAllStringSubmatchIndex(line, n-len(out)) {
				for i := range m {
					if m[i] >= 0 {
						m[i] += start
					}
				}
				out = append(out, m)
			}
		}
		start += len(line)
	}
	return out
}

// withinLines reports whether an expression finds in each line what it finds in
// the whole text: nothing in it can match a line end, or asks for the beginning or
// the end of the text.
func withinLines(expr string) bool {
	re, err := syntax.Parse(expr, syntax.Perl)
	return err == nil && lineSafe(re)
}

func lineSafe(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpAnyChar:
		return false
	case syntax.OpLiteral:
		if slices.Contains(re.Rune, '\n') {
			return false
		}
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i] <= '\n' && '\n' <= re.Rune[i+1] {
				return false
			}
		}
	}
	return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !lineSafe(sub) })
}

// group is the words of group g of match m in f; "" when it took no part.
func group(f string, m []int, g int) string {
	if 2*g >= len(m) || m[2*g] < 0 {
		return ""
	}
	return f[m[2*g]:m[2*g+1]]
}
