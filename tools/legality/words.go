package legality

import (
	"strings"

	"tandem/internal/fold"
)

// This file is about the words of a pattern: how a written word becomes tokens
// and entries of the vocabulary.

// loneWord reports whether the next alternative is one plain word.
func (c *compiler) loneWord() (entry, bool) {
	next := ""
	if c.at+1 < len(c.src) {
		next = c.src[c.at+1]
	}
	if next != "|" && next != ")" && (next != "" || c.at == 0) {
		return entry{}, false
	}
	word := c.peek()
	if word == "" || strings.ContainsAny(word, "(){}|?^$@#") || strings.HasPrefix(word, "..") {
		return entry{}, false
	}
	kind, tokens := written(word)
	if len(tokens) != 1 || tokens[0].number || tokens[0].sign {
		return entry{}, false
	}
	return toEntry(kind, accented(word, tokens)[0], tokens[0]), true
}

// toEntry is the entry of the token of a written word.
func toEntry(kind byte, word string, t token) entry {
	if kind == 's' {
		return plainEntry(word)
	}
	return entry{text: t.word, kind: kind}
}

func key(words []entry) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteByte(w.kind)
		b.WriteString(w.text)
		b.WriteByte('|')
	}
	return b.String()
}

// written cuts a word of a pattern into its kind and its tokens.
func written(word string) (kind byte, tokens []token) {
	kind = 's'
	if word == "-" { // the tokenizer only takes it for a minus before a number
		return kind, []token{{word: word, sign: true}}
	}
	switch {
	case strings.HasPrefix(word, "="):
		kind, word = '=', word[1:]
	case strings.HasSuffix(word, "*"):
		kind, word = '*', strings.TrimSuffix(word, "*")
	}
	return kind, tokenize(fold.Map(word), func(string) bool { return false }, nil)
}

// literal compiles a written word; "sage-femme", "d'âge" and "B2" are several
// tokens, ":" and "/" are none.
func (c *compiler) literal(word string) (*expr, error) {
	kind, tokens := written(word)
	parts := accented(word, tokens)
	seq := &expr{op: '&'}
	for i, t := range tokens {
		k := kind
		if k == '*' && i < len(tokens)-1 {
			k = 's'
		}
		switch {
		case t.number:
			seq.args = append(seq.args, c.place(position{kind: '#', sym: symNumber, lo: t.num, hi: t.num}))
		case t.sign:
			seq.args = append(seq.args, c.place(position{sym: c.lex.sign(t.word)}))
		default:
			one := []entry{toEntry(k, parts[i], t)}
			seq.args = append(seq.args, c.place(position{sym: c.lex.vocabulary.set(key(one), one)}))
		}
	}
	if len(seq.args) == 1 {
		return seq.args[0], nil
	}
	return seq, nil
}

// accented returns the tokens of a written word with their accents.
func accented(word string, tokens []token) []string {
	word = strings.Trim(word, "=*")
	m := fold.Map(word)
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.word
		if !t.number && !t.sign {
			start, end := m.Span(int(t.from), int(t.to))
			out[i] = word[start:end]
		}
	}
	return out
}
