package skills

import "math"

// ongoing are words that say an experience still lasts.
var ongoing = set("depuis present aujourd actuel actuellement actuelle")

// year is the last year that a line bears, 0 when it bears none, and whether
// the line says that it lasts.
func (p *page) year(n int) (year int, lasts bool) {
	if n < 0 || n >= len(p.lines) {
		return 0, false
	}
	for i, t := range p.lines[n].tokens {
		if len(t.word) == 4 && yearPattern.MatchString(t.word) {
			year = max(year, number(t.word))
		}
		lasts = lasts || ongoing[t.word] || t.word == "jour" && i > 0 && p.lines[n].tokens[i-1].word == "ce"
	}
	return year, lasts
}

// recency is 1 for the most recent experience of a text and falls with the
// years since; 0.5 when the line and its neighbours bear no date. People write
// the dates on the line of the title, or just above or below it.
func (p *page) recency(n int) float32 {
	for _, at := range [...]int{n, n - 1, n + 1} {
		year, lasts := p.year(at)
		if lasts {
			return 1
		}
		if year > 0 {
			return float32(math.Exp(-float64(max(p.newest()-year, 0)) / 8))
		}
	}
	return 0.5
}

// newest is the last year of all experiences.
func (p *page) newest() int {
	if p.latest == 0 {
		p.latest = 1
		for n, line := range p.lines {
			if line.section == experience || line.section == header {
				year, _ := p.year(n)
				p.latest = max(p.latest, year)
			}
		}
	}
	return p.latest
}

func number(word string) int {
	n := 0
	for i := range len(word) {
		n = 10*n + int(word[i]-'0')
	}
	return n
}
