package offline

import (
	"cmp"
	"regexp"
	"strings"
)

// profileChanges reads « garde la 1 et la 3, vire anglais » clause by clause.
// Ranks are those of the list last shown.
func profileChanges(msg message, ctx Context, args map[string]any) {
	lists := map[string][]string{}
	shown := lastShown(ctx)
	verb := ""
	for _, part := range parts(msg.raw) {
		p := read(part)
		said := p.plain
		if f := toTheTop.FindStringSubmatch(said); f != nil {
			what, _ := named(read(f[1]), shown)
			if what == nil {
				what = []string{f[1]}
			}
			lists["order"] = append(lists["order"], what...)
			continue
		}
		verb = cmp.Or(changeIn(said), verb) // a part without a verb goes on with the last
		if verb == "" {
			continue
		}
		what, all := named(p, shown)
		if all && verb != "add" {
			skip := exceptions(said, shown)
			for i, s := range shown {
				if skip[i] {
					lists["refuse"] = append(lists["refuse"], s.Code)
					continue
				}
				lists[verb] = append(lists[verb], s.Code)
			}
			continue
		}
		if what == nil && quoteOf(p) != "" {
			what = []string{quoteOf(p)}
		}
		if what == nil {
			if w := remainder(said); w != "" {
				what = []string{w}
			} else if one := lastNamed(ctx, shown); one != "" && thatOne.MatchString(said) {
				what = []string{one}
			}
		}
		lists[verb] = append(lists[verb], what...)
	}
	for k, l := range lists {
		if len(l) > 0 {
			args[k] = l
		}
	}
}

// changeIn is what words ask to do to a profile, as update_profile names it, or "".
func changeIn(said string) string {
	switch {
	case refuses.MatchString(said):
		return "refuse"
	case adds.MatchString(said):
		return "add"
	case accepts.MatchString(said):
		return "accept"
	}
	return ""
}

// lastNamed is the one thing that « ça » can mean: what the last change named, or
// what was shown alone; "" when it may be several.
func lastNamed(ctx Context, shown []Item) string {
	for i := len(ctx.Earlier) - 1; i >= 0; i-- {
		calls := ctx.Earlier[i].Calls
		if len(calls) == 0 {
			continue
		}
		if last := calls[len(calls)-1]; last.Tool == "update_profile" {
			one, n := "", 0
			for _, list := range last.Args {
				for _, item := range texts(list) {
					one, n = item, n+1
				}
			}
			if n == 1 {
				return one
			}
		}
		break
	}
	if len(shown) == 1 {
		return shown[0].Code
	}
	return ""
}

// texts are the strings of a list, also of one that came out of JSON.
func texts(list any) (out []string) {
	switch list := list.(type) {
	case []string:
		return list
	case []any:
		for _, x := range list {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// careersAsked: « quels métiers avec ces compétences ? », about the person's own
// profile and no named métier.
func careersAsked(msg message) bool {
	return whichMetiers.MatchString(msg.plain) && ownProfile.MatchString(msg.plain) && occupation(msg) == ""
}

var (
	whichMetiers = regexp.MustCompile(`\b(?:quels?|vers quels?|autres?|des|d' autres|les) (?:autres )?(?:metiers?|jobs?|boulots?|emplois?)\b|\bcomme (?:metiers?|jobs?|boulots?|emplois?|travail)\b`)
	ownProfile   = regexp.MustCompile(`\b(?:mes|ces|cette|ma) competences?\b|\b(?:mon|ce) profil\b`)
	toTheTop     = regexp.MustCompile(`\b(?:met|mets|mettez|mettre|place|placez|passe|passez) (?:l' |la |le |les )?(.{2,60}?) (?:en (?:premiere?|premiere? (?:place|position)|tete|haut)|tout en haut|au debut)\b`)
	thatOne      = regexp.MustCompile(`\b(?:ca|sa|cela|celle-ci|celui-ci|cette competence|finalement|non|faux|pas vrai|jamais fait|le|la|l')\b|^(?:vir|enlev|retir|supprim|effac)\w*$`)
	refuses      = regexp.MustCompile(`\b(?:vir|enlev|supprim|retir|effac|refus|remov|delet|rej)\w*|pas vrai|\bfaux\b|\bfausse\b|jamais (?:fait|gere|ete)|pas d' accord|^(?:pas|non)\b|\b(?:ne )?(?:parle|maitrise|sais) (?:pas|plus)\b|\bles autres non\b`)
	adds         = regexp.MustCompile(`\b(?:ajout|rajout)\w*|\bmets? (?:aussi|portugais)|\bil manque\b|\boublie\b|\bje sais (?:aussi )?\w+|\bnote le\b|\badd\b`)
	accepts      = regexp.MustCompile(`\b(?:valid|accept|gard|confirm|conserv|enregistr|remet|remis)\w*|\bok\b|\boui\b|\bd' accord\b|\bc' est bon\b`)
	rank         = regexp.MustCompile(`\b(premiere?|1ere?|deuxieme|seconde?|troisieme|quatrieme|cinquieme|sixieme|septieme|huitieme|neuvieme|dixieme|derniere?|\d{1,2}(?:e|eme)?)\b`)
	firsts       = regexp.MustCompile(`\b(\d{1,2}|deux|trois|quatre|cinq|six|dix) premieres?\b`)
	allOf        = regexp.MustCompile(`\b(?:tout|toutes|tous|ces competences|ces propositions|all)\b`)
	filler       = regexp.MustCompile(`\b(?:vir|enlev|supprim|retir|effac|refus|ajout|rajout|valid|accept|gard|confirm|conserv|enregistr|modifi|corrig|remov|delet|remet)\w*|\b(?:s' il (?:vous|te) plait|merci|d'|de|du|des|la|le|les|l'|mon|ma|mes|profil|cv|competences?|que|je|j'|ai|sais|parle|aussi|dans|a|au|aux|c'|est|pas|vrai|faux|jamais|fait|ca|sa|tu|peux|vous|il|faut|manque|liste|oublie|oui|non|ok|et|ne|n'|add|from|my|to|skills|mets|met|note|cette|ce|la-bas|en|un|une|liste|from|tenir-compte|sauf|si|moi|suis|veux|voudrais|maitrise)(?:\s|$)`)
)

// named are the codes of the things shown that a clause names by rank; all is
// set for « toutes ».
func named(p message, shown []Item) (codes []string, all bool) {
	if len(shown) == 0 {
		return nil, false
	}
	if allOf.MatchString(p.plain) {
		return nil, true
	}
	if f := firsts.FindStringSubmatch(p.plain); f != nil {
		for _, s := range shown[:min(int(number(f[1])), len(shown))] {
			codes = append(codes, s.Code)
		}
		return codes, false
	}
	for _, w := range rank.FindAllString(p.plain, 20) {
		if i, ok := at(ordinal(w), len(shown)); ok {
			codes = append(codes, shown[i].Code)
		}
	}
	return codes, false
}

func exceptions(said string, shown []Item) map[int]bool {
	skip := map[int]bool{}
	if _, rest, ok := strings.Cut(said, "sauf "); ok {
		for _, w := range rank.FindAllString(rest, 20) {
			if i, ok := at(ordinal(w), len(shown)); ok {
				skip[i] = true
			}
		}
	}
	return skip
}

// at is the index of rank n (1 is the first, -1 the last) in a list.
func at(n, length int) (int, bool) {
	if n < 0 {
		n = length + n + 1
	}
	return n - 1, n >= 1 && n <= length
}

// remainder is what a clause names once its verb and small words are gone.
func remainder(said string) string {
	w := strings.Join(strings.Fields(filler.ReplaceAllString(said+" ", " ")), " ")
	if len(w) < 3 || len(w) > 80 {
		return ""
	}
	return w
}

func lastShown(ctx Context) []Item {
	for i := len(ctx.Earlier) - 1; i >= 0; i-- {
		if len(ctx.Earlier[i].Shown) > 0 {
			return ctx.Earlier[i].Shown
		}
	}
	return nil
}
