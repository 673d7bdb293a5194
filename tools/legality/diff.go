package legality

import "strings"

// DiffLine is one line of a comparison: Op is " " (kept), "-" (gone), "+" (new).
type DiffLine struct {
	Op   string `json:"op"`
	Text string `json:"text"`
}

// maxDiff bounds the lines compared one by one on each side; beyond, what is
// between the common beginning and the common end is shown as replaced.
const maxDiff = 1000

// Diff compares two texts line by line, by their longest common subsequence.
// Equal texts give only kept lines.
func Diff(before, after string) []DiffLine {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	out := lines(nil, " ", a[:head])
	out = between(out, a[head:len(a)-tail], b[head:len(b)-tail])
	return lines(out, " ", a[len(a)-tail:])
}

func lines(out []DiffLine, op string, texts []string) []DiffLine {
	for _, t := range texts {
		out = append(out, DiffLine{op, t})
	}
	return out
}

func between(out []DiffLine, a, b []string) []DiffLine {
	if len(a) > maxDiff || len(b) > maxDiff {
		return lines(lines(out, "-", a), "+", b)
	}
	// common[i][j] is the length of the longest common subsequence of a[i:], b[j:].
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, DiffLine{" ", a[i]})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			out = append(out, DiffLine{"-", a[i]})
			i++
		default:
			out = append(out, DiffLine{"+", b[j]})
			j++
		}
	}
	return out
}
