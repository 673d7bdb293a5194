// Package mask hides personal data in what is sent to a model outside this
// process, and puts it back in what the model answers.
//
// It knows what has check digits, however it is spaced: social security numbers
// (NIR) and IBANs; what has a form: e-mail addresses, French telephone numbers,
// street addresses, dates of birth; and the names it is told of ([Mask.Name]),
// which only a reader of CVs can find.
// Within one mask the same words always get the same placeholder ("[TEL_1]"),
// so that a model can refer to them.
//
// A [Mask] serves one call of a model and is not shared.
package mask

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tandem/internal/fold"
)

// Mask remembers what it hid.
type Mask struct {
	placeholders map[string]string // kind and words → placeholder
	values       []string          // placeholder, words, placeholder, words…
	counts       map[string]int
	names        []string // folded, longest first
}

// New makes an empty mask.
func New() *Mask { return &Mask{placeholders: map[string]string{}, counts: map[string]int{}} }

// Name adds words that name a person: they are hidden wherever they stand as
// whole words, whatever their case and accents. Names of fewer than two letters
// are ignored.
func (m *Mask) Name(names ...string) {
	for _, n := range names {
		n = strings.TrimSpace(fold.String(n))
		if utf8.RuneCountInString(n) >= 2 && !slices.Contains(m.names, n) {
			m.names = append(m.names, n)
		}
	}
	slices.SortFunc(m.names, func(a, b string) int { return len(b) - len(a) })
}

// kind is a sort of personal data known by its form. Where the pattern has a
// group, the group alone is hidden. No pattern takes brackets, which only
// placeholders have by then.
type kind struct {
	name    string
	pattern *regexp.Regexp
}

// Spaces as people and programs write them: plain, tab, no-break, narrow.
const space = `[ \t\x{a0}\x{2009}\x{202f}]`

var kinds = []kind{
	{"MAIL", regexp.MustCompile(`[\p{L}0-9._%+\-]+@[\p{L}0-9\-]+(?:\.[\p{L}0-9\-]+)+`)},
	{"TEL", regexp.MustCompile(`(?:\+33|\b0033|\b0)(?:` + space + `|[.\-/])?(?:\(0\)(?:` + space + `|[.\-])?)?[1-9](?:(?:` + space + `|[.\-/])?[0-9]{2}){4}\b`)},
	{"NAISSANCE", regexp.MustCompile(`(?i)(?:\bn[ée](?:e|\(e\)|·e)?` + space + `+(?:le|en)|\bdate de naissance|\bnaissance|\bborn(?: on)?)(?:` + space + `|:)+((?:[0-3]?[0-9](?:er)?(?:` + space + `|[/.\-])+)?(?:[0-9]{1,2}|` + months + `)(?:` + space + `|[/.\-])+(?:[0-9]{4}|[0-9]{2})\b|[0-9]{4}-[0-9]{2}-[0-9]{2}|(?:19|20)[0-9]{2}\b)`)},
	{"ADRESSE", regexp.MustCompile(`(?i:\b[0-9]{1,4}(?:` + space + `?(?:bis|ter|quater|[abc]\b))?,?` + space + `+(?:` + streets + `)` + space + `+(?:` + particles + space + `*)*` + word + `)` + capitals +
		`(?:,?(?:` + space + `|[\n\-–])*[0-9]{5}` + space + `+` + word + capitals + `)?`)},
}

const (
	months = `janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre|january|february|march|april|may|june|july|august|september|october|november|december`
	// After the first word of a street or a town only capitals go on: a request may follow.
	word      = `[\p{L}'’\-]+`
	particles = `(?:de la|de l['’]|de|du|des|la|le|les|l['’]|d['’]|à|au|aux|en|sur|sous|st\.?|ste)`
	capitals  = `(?:` + space + `+(?:` + particles + space + `+)*\p{Lu}` + word + `)*`
	streets   = `rue|avenue|av\.?|boulevard|bd\.?|blvd|place|impasse|chemin|all[ée]es?|route|quai|cours|square|r[ée]sidence|passage|sentier|villa|hameau|faubourg|lotissement|venelle|ruelle|esplanade|mont[ée]e|traverse|cit[ée]`
)

// lookalike is what the text must not hold before anything is hidden: it would
// be "restored" to somebody's number.
var lookalike = regexp.MustCompile(`\[((?:MAIL|IBAN|NIR|TEL|NAISSANCE|ADRESSE|NOM)_[0-9]+)\]`)

// Hide returns text with every value it recognises replaced. [Mask.Show] gives
// the text back; only what looked like a placeholder comes back in parentheses.
func (m *Mask) Hide(text string) string {
	text = lookalike.ReplaceAllString(text, "($1)")
	text = m.hideNumbers(text)
	for _, k := range kinds {
		var b strings.Builder
		at := 0
		for _, found := range k.pattern.FindAllStringSubmatchIndex(text, -1) {
			from, to := found[0], found[1]
			if len(found) == 4 {
				from, to = found[2], found[3]
			}
			to = from + len(strings.TrimRightFunc(text[from:to], unicode.IsSpace))
			b.WriteString(text[at:from])
			b.WriteString(m.placeholder(k.name, text[from:to]))
			at = to
		}
		if at > 0 {
			b.WriteString(text[at:])
			text = b.String()
		}
	}
	return m.hideNames(text)
}

func (m *Mask) hideNumbers(text string) string {
	var b strings.Builder
	at := 0
	for n := range numbers(text) {
		b.WriteString(text[at:n.from])
		b.WriteString(m.placeholder(n.kind, text[n.from:n.to]))
		at = n.to
	}
	if at == 0 {
		return text
	}
	b.WriteString(text[at:])
	return b.String()
}

func (m *Mask) hideNames(text string) string {
	for _, name := range m.names {
		t := fold.Map(text)
		var b strings.Builder
		at, from := 0, 0
		for {
			i := strings.Index(t.Folded[from:], name)
			if i < 0 {
				break
			}
			i += from
			from = i + len(name)
			if partOfWord(t.Folded, i, from) {
				continue
			}
			start, end := t.Span(i, from)
			b.WriteString(text[at:start])
			b.WriteString(m.placeholder("NOM", text[start:end]))
			at = end
		}
		if at > 0 {
			b.WriteString(text[at:])
			text = b.String()
		}
	}
	return text
}

// partOfWord reports whether letters, or the brackets and numbers of a
// placeholder, go on before or after s[from:to].
func partOfWord(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	goesOn := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
	return from > 0 && (goesOn(before) || before == '[') || to < len(s) && goesOn(after)
}

func (m *Mask) placeholder(kind, words string) string {
	key := kind + "\x00" + words
	p := m.placeholders[key]
	if p == "" {
		m.counts[kind]++
		p = fmt.Sprintf("[%s_%d]", kind, m.counts[kind])
		m.placeholders[key] = p
		m.values = append(m.values, p, words)
	}
	return p
}

// Show puts the values back.
func (m *Mask) Show(text string) string {
	if len(m.values) == 0 {
		return text
	}
	return strings.NewReplacer(m.values...).Replace(text)
}

// HideJSON is Hide of every string in a JSON value, names of fields left alone.
// Text that is not JSON is hidden as it is.
func (m *Mask) HideJSON(text string) string { return eachString(text, m.Hide) }

// ShowJSON is Show of every string in a JSON value: a value may hold quotes and
// line breaks, which belong escaped there.
func (m *Mask) ShowJSON(text string) string { return eachString(text, m.Show) }

func eachString(text string, change func(string) string) string {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil || d.More() {
		return change(text)
	}
	var walk func(any) any
	walk = func(v any) any {
		switch v := v.(type) {
		case string:
			return change(v)
		case []any:
			for i := range v {
				v[i] = walk(v[i])
			}
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) { // so that numbers of placeholders do not vary
				v[k] = walk(v[k])
			}
		}
		return v
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(walk(v)); err != nil {
		return change(text)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Check reports an error when text still holds a number with valid check
// digits: then nothing may be sent.
func Check(text string) error {
	for n := range numbers(text) {
		return errors.New("a value of kind " + n.kind + " is still readable")
	}
	return nil
}
