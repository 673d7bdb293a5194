package bot

import (
	"regexp"
	"slices"
	"strings"
)

// A guard checks the codes, articles and addresses of a model's text while it is
// streamed: what no tool of this run has said is marked or taken out before the
// person reads it.
//
//   - [D1102] stays when a result of this run has it; it loses its brackets when
//     it is known from earlier (it can be named, not cited); it becomes
//     "D1102 (non vérifié)" when nobody but the model has it;
//   - a code without brackets is marked unless it is known;
//   - an address that no result gave is taken out; the words of a link stay.
//
// A nil guard lets everything through: the sentences of the offline model are ours,
// and name the charter and the law without a search.
//
// It keeps back only what may belong to one of these, a word at most, and works
// the same however the text is cut.
type guard struct {
	f       *facts
	before  string // the last of what went out, so that the beginning of a word is known
	cut     bool   // there was more before that
	waiting string
	unknown []string
}

const (
	unverified = " (non vérifié)"
	noLink     = "(lien retiré)"
	mostHeld   = 400 // bytes kept back: no code is so long, and of an address it is enough
	lookBehind = 64
)

// guard checks one text of a model.
func (f *facts) guard(m Model) *guard {
	if m.Offline {
		return nil
	}
	return &guard{f: f}
}

var doubtful = regexp.MustCompile(`(?P<link>\[([^\[\]\n]{1,120})\]\(([^\s()\[\]]{0,300})\))|(?P<url>(?i:https?://|\bwww\.)[^\s<>"«»\[\]]+)|(?P<cite>\[[^\[\]\n]{1,80}\])|` +
	`(?P<code>` + articleForm + `|` + penalForm + `|` + ogrForm + `|` + romeForm + `)`)

// add takes the next text and returns what of it can be shown.
func (g *guard) add(text string) string {
	if g == nil {
		return text
	}
	g.waiting += text
	n := g.ready()
	out := g.check(g.waiting[:n])
	g.waiting = g.waiting[n:]
	return out
}

// rest is what is left when the text ends.
func (g *guard) rest() string {
	if g == nil {
		return ""
	}
	out := g.check(g.waiting)
	g.waiting = ""
	return out
}

// ready is how much of what waits cannot become part of something doubtful.
func (g *guard) ready() int {
	p := g.waiting
	n := len(p)
	// A bracket that is open, or closed just now: "(" may follow it.
	if i := strings.LastIndexByte(p, '['); i >= 0 && !strings.ContainsAny(p[i:], "\n") {
		switch close := strings.IndexByte(p[i:], ']'); {
		case close < 0, i+close == len(p)-1:
			n = min(n, i)
		case p[i+close+1] == '(' && !strings.ContainsAny(p[i+close:], ") \t"):
			n = min(n, i)
		}
	}
	// A word with a figure in it, to its end.
	word := len(strings.TrimRightFunc(p, func(r rune) bool { return r < 0x80 && (isWord(byte(r)) || r == '.' || r == '-') }))
	if strings.ContainsAny(p[word:], "0123456789") {
		n = min(n, word)
	}
	// An address, or what may begin one.
	low := strings.ToLower(p[max(0, len(p)-mostHeld):])
	off := len(p) - len(low)
	for _, head := range []string{"https://", "http://", "www."} {
		if i := strings.LastIndex(low, head); i >= 0 && !strings.ContainsAny(low[i:], " \t\r\n<>\"[]") {
			n = min(n, off+i)
		}
		for k := len(head) - 1; k > 0; k-- {
			if strings.HasSuffix(low, head[:k]) {
				n = min(n, len(p)-k)
				break
			}
		}
	}
	if n < len(p) { // not in the middle of one either
		for _, m := range doubtful.FindAllStringIndex(p, -1) {
			if m[0] < n && n < m[1] {
				n = m[0]
			}
		}
	}
	if len(p)-n > mostHeld {
		return len(p)
	}
	return n
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// check is text with what is doubtful marked or taken out.
func (g *guard) check(text string) string {
	if text == "" {
		return ""
	}
	whole := g.before + text
	if !suspect(text) { // nearly always, and a token may not cost microseconds
		g.remember(whole)
		return text
	}
	var out strings.Builder
	at := len(g.before)
	for _, m := range doubtful.FindAllStringSubmatchIndex(whole, -1) {
		if m[1] <= len(g.before) || m[0] == 0 && g.cut {
			continue // was dealt with, or begins before what is remembered
		}
		found := whole[m[0]:m[1]]
		start := max(at, m[0])
		out.WriteString(whole[at:start])
		at = m[1]
		switch {
		case m[2] >= 0:
			label, address := whole[m[4]:m[5]], whole[m[6]:m[7]]
			switch {
			case g.f.links[address]:
				out.WriteString(found)
			case codes.MatchString(label) || plainCode.MatchString(label):
				g.unknown = append(g.unknown, address)
				out.WriteString(g.cite(label))
			default:
				g.unknown = append(g.unknown, address)
				out.WriteString(label + " " + noLink)
			}
		case m[8] >= 0:
			address := strings.TrimRight(found, ".,;:!?)*'’»")
			if g.f.links[address] {
				out.WriteString(whole[start:m[1]])
				break
			}
			g.unknown = append(g.unknown, address)
			out.WriteString(noLink + found[len(address):])
		case m[10] >= 0:
			out.WriteString(g.cite(whole[m[0]+1 : m[1]-1]))
		default: // the code may have begun before: only its mark is new
			out.WriteString(whole[start:m[1]])
			if c := normal(found); !g.f.ids[c] && !g.f.earlier[c] {
				g.unknown = append(g.unknown, found)
				out.WriteString(unverified)
			}
		}
	}
	out.WriteString(whole[at:])
	g.remember(whole)
	return out.String()
}

// suspect reports whether something doubtful may end in text: codes end in a
// figure, addresses have a stop or a slash, and the beginning of what is taken
// out is never let out alone.
func suspect(text string) bool { return strings.ContainsAny(text, "0123456789[/.") }

func (g *guard) remember(whole string) {
	g.cut = g.cut || len(whole) > lookBehind
	g.before = whole[max(0, len(whole)-lookBehind):]
}

// cite is what stands in brackets: codes that can be cited stay in them.
func (g *guard) cite(inner string) string {
	var cited, named []string
	for part := range strings.FieldsFuncSeq(inner, func(r rune) bool { return r == ',' || r == ';' }) {
		part = strings.TrimSpace(part)
		if codes.FindString(part) == "" && !plainCode.MatchString(part) {
			return "[" + inner + "]" // words in brackets are words
		}
		switch c := normal(part); {
		case g.f.ids[c]:
			cited = append(cited, part)
		case g.f.earlier[c]:
			named = append(named, part)
		default:
			g.unknown = append(g.unknown, part)
			named = append(named, part+unverified)
		}
	}
	if len(named) == 0 {
		return "[" + inner + "]"
	}
	if len(cited) > 0 {
		named = slices.Insert(named, 0, "["+strings.Join(cited, ", ")+"]")
	}
	return strings.Join(named, ", ")
}

// unverified tells the person, once an answer, that something was marked in it.
func (r *run) unverified(g *guard) {
	if g == nil || len(g.unknown) == 0 {
		return
	}
	if len(r.receipt.Unverified) == 0 {
		r.notice("Le modèle a écrit une référence qu'aucun outil n'a donnée : elle est marquée « non vérifié » ou retirée. Ne vous y fiez pas.")
	}
	for _, u := range g.unknown {
		if len(r.receipt.Unverified) < 20 && !slices.Contains(r.receipt.Unverified, u) {
			r.receipt.Unverified = append(r.receipt.Unverified, u)
		}
	}
}
