package offline

import (
	"slices"
	"strings"

	"tandem/internal/fold"
)

// masked are the words of a message with values replaced by their kind, and
// quotations, which are not what is asked, by one word. asking is how many of
// them stand before a colon, after which an offer or a parcours may be copied;
// all when there is none.
func masked(m message) (out []string, asking int) {
	occ := map[string]bool{}
	if o := occupation(m); o != "" {
		for _, w := range words(fold.String(o)) {
			if len(w) > 2 {
				occ[w] = true
			}
		}
	}
	ws := m.words
	quote := -1
	if at := quoted(m.fold.Folded); at != nil {
		ws, quote = replaced(ws, words(m.fold.Folded[at[0]:at[1]]), "_citation")
	}
	copied := len(ws)
	if _, after, ok := strings.Cut(m.fold.Folded, ":"); ok {
		if n := len(words(after)); n >= leastCopied && quote < len(ws)-n {
			copied = max(len(ws)-n, 0)
		}
	}
	out = make([]string, 0, len(ws))
	asking = -1
	for i, w := range ws {
		if i == copied {
			asking = len(out)
		}
		switch {
		case occ[w]:
			if len(out) > 0 && out[len(out)-1] == "_metier" {
				continue
			}
			w = "_metier"
		case len(w) == 7 && offerID(w) != "":
			w = "_offre"
		case romeCode(w):
			w = "_rome"
		case len(w) > 1 && articlePattern.MatchString(w):
			w = "_article"
		case w[0] >= '0' && w[0] <= '9':
			w = "_n"
		default:
			if _, ok := towns[w]; ok && !ambiguous[w] {
				w = "_lieu"
			} else if _, ok := departements[w]; ok && !ambiguous[w] {
				w = "_lieu"
			}
		}
		out = append(out, w)
	}
	if asking <= 0 {
		asking = len(out)
	}
	return out, asking
}

const leastCopied = 4 // words after a colon, to take them for a copied text

// replaced puts one word in the place of the first run of others, and says where
// it stands, -1 when they are not there.
func replaced(ws, run []string, one string) ([]string, int) {
	if len(run) == 0 {
		return ws, -1
	}
	for i := 0; i+len(run) <= len(ws); i++ {
		if slices.Equal(ws[i:i+len(run)], run) {
			return slices.Concat(ws[:i], []string{one}, ws[i+len(run):]), i
		}
	}
	return ws, -1
}
