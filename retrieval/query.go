package retrieval

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tandem/internal/fold"
)

// maxQuery bounds what is read of a query, in bytes of folded text.
const maxQuery = 500

// understood is a query as search.sql takes it.
type understood struct {
	names []string // exact names to look up
	ids   []string // codes found in the text
	words string   // for the full text and the embedder, abbreviations spelt out
	short bool     // worth finding by trigrams: the cost grows with the length, what they find does not
}

// said is text as the person wrote it, of bounded length.
func said(text string) string {
	if len(text) > maxQuery {
		text = text[:maxQuery]
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
}

// Name is the form in which exact names are compared: folded, letters and
// digits only, single spaces.
func Name(s string) string {
	return strings.Join(tokens(fold.String(s)), " ")
}

func tokens(folded string) []string {
	return strings.FieldsFunc(folded, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != '#' // C++, C#
	})
}

var (
	metierCode = regexp.MustCompile(`\b([a-n]) ?(\d{4})\b`)
	ogrCode    = regexp.MustCompile(`\b(\d{5,7})\b`)
	article    = regexp.MustCompile(`\b([lrd])[. ]{0,2}(\d{4}(?:[- ]\d{1,3}){1,2})\b`)
	penal      = regexp.MustCompile(`\b((?:225|226|432)-\d{1,2}(?:-\d)?)\b`)
	commitment = regexp.MustCompile(`\b(?:engagement|principe|article|point|charte)s? (?:n[° ]*)?([1-7])\b`)
)

// understand strips what people say around their question ("code rome … svp"),
// spells out the field's abbreviations and finds codes.
func understand(text string) understood {
	folded := fold.String(text)
	if len(folded) > maxQuery {
		folded = strings.ToValidUTF8(folded[:maxQuery], "")
	}
	var u understood
	for _, m := range metierCode.FindAllStringSubmatch(folded, 5) {
		u.ids = append(u.ids, strings.ToUpper(m[1])+m[2])
	}
	for _, m := range article.FindAllStringSubmatch(folded, 5) {
		u.ids = append(u.ids, "law:"+strings.ToUpper(m[1])+strings.ReplaceAll(m[2], " ", "-"))
	}
	for _, m := range penal.FindAllStringSubmatch(folded, 5) {
		u.ids = append(u.ids, "law:CP"+m[1])
	}
	for _, m := range commitment.FindAllStringSubmatch(folded, 3) {
		u.ids = append(u.ids, "charter:"+m[1])
	}
	said := tokens(folded)
	asked := strip(said)
	u.names = []string{strings.Join(said, " "), strings.Join(asked, " ")}
	spelt := spell(asked)
	u.names = append(u.names, strings.Join(spelt, " "))
	slices.Sort(u.names)
	u.names = slices.DeleteFunc(slices.Compact(u.names), func(n string) bool { return n == "" })
	u.words = strings.Join(spelt, " ")
	if len(asked) <= 2 { // in a sentence a number is a postcode or a wage
		for _, m := range ogrCode.FindAllStringSubmatch(folded, 2) {
			u.ids = append(u.ids, m[1])
		}
	}
	u.short = len(spelt) <= 3 && len(u.words) <= 24
	return u
}

//go:embed noise.txt
var noiseText string

//go:embed abbreviations.txt
var abbreviationsText string

// noise holds phrases by their first word, longest first.
var noise = func() map[string][][]string {
	m := map[string][][]string{}
	for line := range strings.Lines(noiseText) {
		if t := tokens(fold.String(line)); len(t) > 0 && !strings.HasPrefix(line, "#") {
			m[t[0]] = append(m[t[0]], t)
		}
	}
	for _, phrases := range m {
		slices.SortFunc(phrases, func(a, b []string) int { return len(b) - len(a) })
	}
	return m
}()

// strip removes noise phrases; a query that is nothing else is kept as it is.
func strip(words []string) []string {
	var kept []string
	for i := 0; i < len(words); {
		n := 1
		noisy := false
		for _, phrase := range noise[words[i]] {
			if i+len(phrase) <= len(words) && slices.Equal(words[i:i+len(phrase)], phrase) {
				n, noisy = len(phrase), true
				break
			}
		}
		if !noisy {
			kept = append(kept, words[i])
		}
		i += n
	}
	// An article left alone at an end says nothing: "métier de | boulanger | ?".
	for len(kept) > 1 && hollow[kept[0]] {
		kept = kept[1:]
	}
	for len(kept) > 1 && hollow[kept[len(kept)-1]] {
		kept = kept[:len(kept)-1]
	}
	if len(kept) == 0 {
		return words
	}
	return kept
}

var hollow = map[string]bool{"de": true, "d": true, "du": true, "des": true, "la": true, "le": true, "les": true, "l": true, "un": true, "une": true,
	"a": true, "en": true, "pour": true, "dans": true, "et": true, "je": true, "j": true, "que": true, "qu": true, "est": true, "c": true, "sur": true, "avec": true}

var abbreviations = func() map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(abbreviationsText) {
		short, long, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		words := tokens(fold.String(long))
		short, added := strings.CutSuffix(strings.TrimSpace(short), "+")
		key := tokens(fold.String(short))
		if added {
			words = append(key, words...)
		}
		m[strings.Join(key, " ")] = words
	}
	return m
}()

// spell replaces abbreviations and spoken names by ROME's words. Two-letter
// ones are also ordinary French ("as", "pl"), so only short queries have them.
func spell(words []string) []string {
	var out []string
	for i := 0; i < len(words); i++ {
		long, n := []string(nil), 0
		for k := min(3, len(words)-i); k >= 1; k-- {
			short := strings.Join(words[i:i+k], " ")
			if e, ok := abbreviations[short]; ok && (len(short) > 2 || len(words) <= 4) {
				long, n = e, k
				break
			}
		}
		if n == 0 {
			out = append(out, words[i])
			continue
		}
		out = append(out, long...)
		i += n - 1
	}
	return out
}
