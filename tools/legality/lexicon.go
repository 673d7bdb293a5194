package legality

import (
	"fmt"
	"regexp"
	"strings"

	"tandem/internal/fold"
)

// lexicon is what all rules share: classes of words (@homme), families of
// phrasings ($exige(x)), and the vocabulary that gathers every word used.
type lexicon struct {
	classes    map[string]class
	families   map[string]family
	forms      map[string]string // "vendeuse" ↔ "vendeur"
	signs      map[string]sym
	frames     []string // classes that weigh.go sees, in order
	frameOf    []uint8  // by sym: the number of its frame class, from 1
	vocabulary *vocabulary
}

type class struct {
	words   []entry
	phrases []string
}

// inclusiveClass is the class of words written for both sexes; the tokenizer
// recognises them, not the lexicon.
const inclusiveClass = "@inclusif"

// family is a list of patterns with a hole named X.
type family struct{ patterns []string }

func newLexicon() *lexicon {
	return &lexicon{classes: map[string]class{}, families: map[string]family{}, forms: map[string]string{}, signs: map[string]sym{}, vocabulary: newVocabulary()}
}

// read adds a lexicon file: sections [classes] ("@name: word, other word, some
// phrase"), [families] ("$name: pattern with X"), [forms] ("vendeur / vendeuse")
// and [tolerant] (words whose misspellings are understood).
func (l *lexicon) read(file, content string) error {
	lines, err := readLines(file, content)
	if err != nil {
		return err
	}
	for _, line := range lines {
		switch line.section {
		case "classes":
			name, value, err := line.pair()
			if err != nil {
				return err
			}
			if !strings.HasPrefix(name, "@") {
				return line.errorf("une classe s'écrit @nom: mots")
			}
			if err := l.define(name[1:], value); err != nil {
				return line.errorf("%v", err)
			}
			if strings.HasPrefix(name[1:], framePrefix) {
				l.frames = append(l.frames, name[1:])
			}
		case "families":
			name, value, err := line.pair()
			if err != nil {
				return err
			}
			if !strings.HasPrefix(name, "$") || !strings.Contains(value, "X") {
				return line.errorf("une famille s'écrit $nom: motif avec X")
			}
			f := l.families[name[1:]]
			f.patterns = append(f.patterns, value)
			l.families[name[1:]] = f
		case "forms":
			m, f, ok := strings.Cut(line.text, " / ")
			if !ok {
				return line.errorf("« vendeur / vendeuse » attendu")
			}
			l.both(m, f)
		case "tolerant":
			for _, w := range list(line.text) {
				w = fold.String(w)
				if len(w) < 7 || strings.ContainsAny(w, " '-") {
					return line.errorf("%q : un seul mot de sept lettres ou plus", w)
				}
				l.vocabulary.tolerate(w)
			}
		default:
			return line.errorf("section [%s] inconnue d'un lexique", line.section)
		}
	}
	return nil
}

// both records the two forms of a job title, for the classes @métier_m and
// @métier_f and for the rewrite "both".
func (l *lexicon) both(m, f string) {
	l.forms[fold.String(f)], l.forms[fold.String(m)] = m, f
	for class, word := range map[string]string{"métier_m": m, "métier_f": f} {
		c := l.classes[class]
		for _, w := range []string{word, word + "s"} {
			c.words = append(c.words, entry{kind: '=', text: fold.String(w)})
		}
		l.classes[class] = c
	}
}

// define adds words to a class; a class may be continued in another line.
func (l *lexicon) define(name, value string) error {
	c := l.classes[name]
	for _, item := range list(value) {
		if strings.HasPrefix(item, "@") && !strings.Contains(item, " ") && item != inclusiveClass {
			other, ok := l.classes[item[1:]]
			if !ok {
				return fmt.Errorf("classe %s inconnue (définissez-la plus haut)", item)
			}
			c.words = append(c.words, other.words...)
			c.phrases = append(c.phrases, other.phrases...)
			continue
		}
		if strings.ContainsAny(item, " ()|?'’-#.+@") {
			c.phrases = append(c.phrases, item)
			continue
		}
		e := plainEntry(item)
		switch {
		case strings.HasPrefix(item, "="):
			e = entry{kind: '=', text: fold.String(item[1:])}
		case strings.HasSuffix(item, "*"):
			e = entry{kind: '*', text: fold.String(strings.TrimSuffix(item, "*"))}
		}
		c.words = append(c.words, e)
	}
	l.classes[name] = c
	return nil
}

func (l *lexicon) sign(s string) sym {
	if have, ok := l.signs[s]; ok {
		return have
	}
	l.signs[s] = l.vocabulary.set("sign"+s, nil)
	return l.signs[s]
}

var familyCall = regexp.MustCompile(`^\$([a-zàâçéèêëîïôûùüœ_]+)\((.*)\)$`)

// expand turns a written pattern into those to compile: families are unfolded
// and "a ~ b" becomes its two orders.
func (l *lexicon) expand(source string) ([]string, error) {
	if m := familyCall.FindStringSubmatch(source); m != nil {
		f, ok := l.families[m[1]]
		if !ok {
			return nil, fmt.Errorf("famille $%s inconnue du lexique", m[1])
		}
		var out []string
		for _, p := range f.patterns {
			more, err := l.expand(fill(p, m[2]))
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
		return out, nil
	}
	fields := strings.Fields(source)
	if c, ok := l.classes[strings.TrimPrefix(source, "@")]; ok && source[0] == '@' && len(c.words) == 0 {
		return c.phrases, nil // a class of phrases is as many patterns
	}
	for i, f := range fields {
		if !strings.HasPrefix(f, "~") {
			continue
		}
		width := f[1:]
		if width == "" {
			width = "6"
		}
		a, b := strings.Join(fields[:i], " "), strings.Join(fields[i+1:], " ")
		if a == "" || b == "" || strings.Contains(b, " ~") {
			return nil, fmt.Errorf("« a ~ b » attendu")
		}
		return []string{a + " .." + width + " " + b, b + " .." + width + " " + a}, nil
	}
	return []string{source}, nil
}

// fill puts arg, in brackets, in the place of each X standing alone.
func fill(p, arg string) string {
	fields := strings.Fields(p)
	for i, f := range fields {
		bare := strings.Trim(f, "{}()?|")
		if bare == "X" {
			fields[i] = strings.Replace(f, "X", "("+arg+")", 1)
		}
	}
	return strings.Join(fields, " ")
}

// read prepares a text for matching.
func (l *lexicon) page(field, text string, pg *page) {
	v := l.vocabulary
	pg.field, pg.text = field, fold.Map(text)
	pg.tokens = tokenize(pg.text, v.knows, pg.tokens[:0])
	pg.syms, pg.words = pg.syms[:0], pg.words[:0]
	for i := range pg.tokens {
		t := &pg.tokens[i]
		t.symFrom = int32(len(pg.syms))
		switch {
		case t.number:
			pg.syms = append(pg.syms, symNumber)
		case t.sign:
			if s, ok := l.signs[t.word]; ok {
				pg.syms = append(pg.syms, s)
			}
		default:
			pg.syms = v.lookup(t.word, t.last, pg.syms)
			t.frame = l.takeFrame(pg, int(t.symFrom))
		}
		if t.inclusive {
			pg.syms = append(pg.syms, symInclusive)
		}
		if i == 0 {
			pg.syms = append(pg.syms, symFieldStart)
		}
		t.symTo = int32(len(pg.syms))
	}
}

// takeFrame takes the syms of frame classes off those of the last token, since
// no pattern asks for them, and returns the number of the last class.
func (l *lexicon) takeFrame(pg *page, from int) (frame uint8) {
	kept := pg.syms[:from]
	for _, x := range pg.syms[from:] {
		if f := l.frameOf[x]; f > 0 {
			frame = max(frame, f)
			continue
		}
		kept = append(kept, x)
	}
	pg.syms = kept
	return frame
}
