package legality

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// A pattern is one line of a rule, compiled to an automaton over tokens with
// at most 64 positions, so that the set of positions alive is one word of
// memory and a step is a few operations (Glushkov's construction).
//
// The grammar, in the order in which one needs it:
//
//	homme            the word and its inflections (hommes); accents and case do not matter
//	=homme           this very form
//	syndiqu*         any word beginning so
//	@homme           any word or phrase of a class of the lexicon
//	#  #16-75        a number, a number of that range
//	x?               optional
//	(a|b c|d)        one of
//	..  ..5          up to 3, up to 5 words between: never past the end of a
//	                 sentence, nor over a negation (sans, ni, pas, aucun)
//	a ~ b            both, in either order, at most 6 words apart; ~3 for 3
//	^ … $            begins, ends a clause or a list item;  ^^ begins the field
//	{…}              the words to be shown; without braces all that matched
//	$exige(x)        a family of phrasings defined in the lexicon
type pattern struct {
	source    string
	positions []position
	first     uint64
	last      uint64
	follow    []uint64
	required  []sym   // all must occur in the sentence, or the pattern cannot match
	oneOf     [][]sym // one of each must
	head      byte    // '^' must begin a clause, '2' must begin the field
	tail      bool    // must end a clause
}

type position struct {
	sym    sym
	kind   byte // 0 sym, '#' number in [lo,hi], '.' anything
	core   bool
	lo, hi float64
}

// expr is the parsed form of a pattern.
type expr struct {
	op   byte // 'p' position, '&' sequence, '|' choice, '?' optional, 'e' empty
	pos  int
	args []*expr
}

type compiler struct {
	lex  *lexicon
	src  []string
	at   int
	out  *pattern
	core int
}

// compile parses and compiles one pattern without ~ and $ families (those are
// expanded before, see lexicon.expand).
func (l *lexicon) compile(source string) (*pattern, error) {
	src, err := lex(source)
	if err != nil {
		return nil, err
	}
	c := &compiler{lex: l, out: &pattern{source: source}}
	c.src = c.out.edges(src)
	e, err := c.choice()
	if err != nil {
		return nil, err
	}
	if c.at < len(c.src) {
		return nil, fmt.Errorf("%q inattendu", c.src[c.at])
	}
	if len(c.out.positions) > 64 {
		return nil, fmt.Errorf("%d positions, 64 au plus : coupez ce motif en deux", len(c.out.positions))
	}
	if c.core == 0 {
		for i := range c.out.positions {
			c.out.positions[i].core = true
		}
	}
	p := c.out
	p.follow = make([]uint64, len(p.positions))
	nullable, first, last := p.link(e)
	if nullable {
		return nil, errors.New("ce motif correspond à rien du tout")
	}
	p.first, p.last = first, last
	for set := p.first; set != 0; set &= set - 1 {
		if p.positions[bits.TrailingZeros64(set)].kind == '.' && p.head != '2' {
			return nil, errors.New("un motif ne commence pas par un intervalle")
		}
	}
	if last := strings.TrimRight(source, " }$"); strings.HasPrefix(last[strings.LastIndexAny(last, " {")+1:], "..") {
		return nil, errors.New("un motif ne finit pas par un intervalle")
	}
	// A gap before an optional end means nothing without that end.
	for set := p.last; set != 0; set &= set - 1 {
		if b := bits.TrailingZeros64(set); p.positions[b].kind == '.' {
			p.last &^= 1 << b
		}
	}
	p.required, p.oneOf = p.needs(e), p.anyOf(e)
	slices.Reverse(p.required) // what comes late has not been seen yet
	return p, nil
}

// lex cuts a pattern line into its signs and words.
func lex(s string) ([]string, error) {
	var out []string
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ':
			i++
		case strings.IndexByte("()|?{}^$", c) >= 0:
			out = append(out, s[i:i+1])
			i++
		default:
			j := i
			for j < len(s) && strings.IndexByte(" ()|?{}^", s[j]) < 0 && !(s[j] == '$' && j > i) {
				j++
			}
			out = append(out, s[i:j])
			i = j
		}
	}
	if len(out) == 0 {
		return nil, errors.New("motif vide")
	}
	return out, nil
}

func (c *compiler) peek() string {
	if c.at < len(c.src) {
		return c.src[c.at]
	}
	return ""
}

// choice parses alternatives. Those of a single word share one position, so
// that a long list of words costs no more than one.
func (c *compiler) choice() (*expr, error) {
	var args []*expr
	var words []entry
	for {
		if e, ok := c.loneWord(); ok {
			words = append(words, e)
			c.at++
		} else {
			e, err := c.sequence()
			if err != nil {
				return nil, err
			}
			args = append(args, e)
		}
		if c.peek() != "|" {
			break
		}
		c.at++
	}
	if len(words) > 0 {
		slices.SortFunc(words, func(a, b entry) int { return cmp.Or(cmp.Compare(a.text, b.text), cmp.Compare(a.kind, b.kind)) })
		args = append(args, c.place(position{sym: c.lex.vocabulary.set(key(words), words)}))
	}
	if len(args) == 1 {
		return args[0], nil
	}
	return &expr{op: '|', args: args}, nil
}

func (c *compiler) sequence() (*expr, error) {
	seq := &expr{op: '&'}
	for {
		switch c.peek() {
		case "", "|", ")":
			return seq, nil
		case "{":
			c.core++
			c.at++
			if c.core > 1 {
				return nil, errors.New("un seul passage entre accolades")
			}
			from := len(c.out.positions)
			for c.peek() != "}" {
				if c.peek() == "" {
					return nil, errors.New("accolade non fermée")
				}
				e, err := c.item()
				if err != nil {
					return nil, err
				}
				seq.args = append(seq.args, e)
			}
			c.at++
			for i := from; i < len(c.out.positions); i++ {
				c.out.positions[i].core = true
			}
			continue
		}
		e, err := c.item()
		if err != nil {
			return nil, err
		}
		seq.args = append(seq.args, e)
	}
}

// edges takes the ^ and $ at the ends of a pattern off it.
func (p *pattern) edges(src []string) []string {
	if len(src) > 1 && src[0] == "^" {
		p.head, src = '^', src[1:]
		if src[0] == "^" {
			p.head, src = '2', src[1:]
		}
	}
	if n := len(src); n > 1 && src[n-1] == "$" {
		p.tail, src = true, src[:n-1]
	}
	return src
}

func (c *compiler) item() (*expr, error) {
	word := c.peek()
	c.at++
	var e *expr
	var err error
	switch {
	case word == "(":
		if e, err = c.choice(); err != nil {
			return nil, err
		}
		if c.peek() != ")" {
			return nil, errors.New("parenthèse non fermée")
		}
		c.at++
	case strings.HasPrefix(word, ".."):
		return c.gap(word[2:])
	case strings.HasPrefix(word, "#"):
		e, err = c.numbers(word[1:])
	case strings.HasPrefix(word, "@"):
		e, err = c.class(word[1:])
	case strings.IndexByte("?{}|)^$", word[0]) >= 0:
		return nil, fmt.Errorf("%q inattendu", word)
	default:
		e, err = c.literal(word)
	}
	if err != nil {
		return nil, err
	}
	if c.peek() == "?" {
		c.at++
		e = &expr{op: '?', args: []*expr{e}}
	}
	return e, nil
}

func (c *compiler) place(p position) *expr {
	c.out.positions = append(c.out.positions, p)
	return &expr{op: 'p', pos: len(c.out.positions) - 1}
}

func (c *compiler) gap(width string) (*expr, error) {
	n := 3
	if width != "" {
		var err error
		if n, err = strconv.Atoi(width); err != nil || n < 1 || n > 12 {
			return nil, fmt.Errorf("intervalle « ..%s » : de 1 à 12 mots", width)
		}
	}
	// Nested options rather than a row of them: a?(b?(c?)) has fewer transitions.
	e := &expr{op: '?', args: []*expr{c.place(position{kind: '.'})}}
	for range n - 1 {
		e = &expr{op: '?', args: []*expr{{op: '&', args: []*expr{c.place(position{kind: '.'}), e}}}}
	}
	return e, nil
}

func (c *compiler) numbers(limits string) (*expr, error) {
	if limits == "" {
		return c.place(position{sym: symNumber}), nil
	}
	lo, hi, ok := strings.Cut(limits, "-")
	if !ok {
		hi = lo
	}
	a, err1 := strconv.ParseFloat(lo, 64)
	b, err2 := strconv.ParseFloat(hi, 64)
	if err1 != nil || err2 != nil || a > b {
		return nil, fmt.Errorf("nombre « #%s » : écrivez #16-75", limits)
	}
	return c.place(position{kind: '#', sym: symNumber, lo: a, hi: b}), nil
}

func (c *compiler) class(name string) (*expr, error) {
	if "@"+name == inclusiveClass {
		return c.place(position{sym: symInclusive}), nil
	}
	cl, ok := c.lex.classes[name]
	if !ok {
		return nil, fmt.Errorf("classe @%s inconnue du lexique", name)
	}
	choices := &expr{op: '|'}
	if len(cl.words) > 0 {
		choices.args = append(choices.args, c.place(position{sym: c.lex.vocabulary.set("@"+name, cl.words)}))
	}
	for _, phrase := range cl.phrases {
		src, err := lex(phrase)
		if err != nil {
			return nil, err
		}
		inner := &compiler{lex: c.lex, src: src, out: c.out}
		e, err := inner.choice()
		if err != nil {
			return nil, fmt.Errorf("@%s : %w", name, err)
		}
		choices.args = append(choices.args, e)
	}
	if len(choices.args) == 1 {
		return choices.args[0], nil
	}
	return choices, nil
}
