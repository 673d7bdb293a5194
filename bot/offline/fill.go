package offline

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"tandem/internal/fold"
	"tandem/tools/offers"
)

// fill makes the call of a tool from what the message says. It adds nothing
// that was not said: what is missing, the tool asks for.
func fill(tool string, msg message, ctx Context) Call {
	args := map[string]any{}
	folded := msg.fold.Folded
	put := func(name, value string) {
		if value != "" {
			args[name] = value
		}
	}
	switch tool {
	case "extract_skills":
		put("document_id", ctx.Document)
	case "update_profile":
		profileChanges(msg, ctx, args)
	case "explain_offer", "rewrite_offer":
		put("offer_id", offerID(folded))
		put("contract", contractOf(folded))
		put("rome", romeOf(folded))
		put("employer_type", employerType(folded))
		put("quote", shortQuote(msg))
		if tool == "explain_offer" {
			if quoteOf(msg) == "" {
				put("quote", mentioned(msg))
			}
			length := map[string]any{}
			if readTerms(folded, length); length["duration_months"] != nil && args["contract"] != nil {
				args["duration_months"] = length["duration_months"]
			}
		}
	case "predict_delay":
		put("offer_id", offerID(folded))
		if at := supposes(folded); at != nil {
			start, _ := msg.fold.Span(at[0], at[1])
			if change := terms(read(msg.raw[start:])); len(change) > 0 {
				args["what_if"] = change
				msg = read(msg.raw[:start])
			}
		}
		for k, v := range terms(msg) {
			args[k] = v
		}
	case "search_offers":
		put("offer_id", offerID(folded))
		put("rome", romeOf(folded))
		put("contract", contractOf(folded))
		if args["rome"] == nil {
			put("occupation", occupation(msg))
		}
		where := readPlace(msg)
		put("departement", where.departement)
		if where.departement == "" {
			put("departement", where.inferred)
		}
		put("town", where.town)
		if args["rome"] == nil && args["occupation"] == nil {
			put("rome", offers.Sector(folded))
		}
		portfolioWords(msg, args)
		if t, ok := threshold(folded); ok {
			args["threshold"] = t
			delete(args, "high") // a number that is said outweighs the band
		}
		if f := limitPattern.FindStringSubmatch(folded); f != nil {
			args["limit"] = int(number(f[1] + f[2]))
		}
		if newest.MatchString(msg.plain) {
			args["order"] = "recent" // otherwise the most at risk first
		}
		if oldest.MatchString(msg.plain) {
			args["order"] = "oldest"
		}
	case "search_rome":
		put("rome", romeOf(folded))
		if code := noCode.FindString(folded); code != "" && args["rome"] == nil {
			args["text"] = strings.ToUpper(code) // ROME has no such code, and is to say so
		} else if args["rome"] == nil {
			put("occupation", occupation(msg))
		}
		if len(args) == 0 && ctx.Role == "seeker" && careersAsked(msg) {
			args["profile"] = true
		}
		if len(args) == 0 {
			put("text", question(msg))
		}
	case "search_charter":
		if n := principleOf(folded); n != 0 {
			args["principle"] = n
		}
		put("quote", quoteOf(msg))
		if a := articleOf(folded); a != "" {
			args["text"] = a
			if all := articlePattern.FindAllString(folded, 4); len(all) > 1 {
				args["text"] = strings.ToUpper(strings.Join(all, " "))
			}
		} else if args["principle"] == nil {
			put("text", question(msg))
		}
	case "request_human":
		put("reason", strings.TrimSpace(head(msg.raw, 200)))
	}
	return Call{tool, args}
}

// portfolioWords reads what only a question about a portfolio says.
func portfolioWords(msg message, args map[string]any) {
	said := msg.plain
	if blocked.MatchString(said) {
		args["blocked"] = !notBlocked.MatchString(said)
	}
	switch {
	case inAlert.MatchString(said):
		args["alert"] = true
	case atRisk.MatchString(said) && !byRisk.MatchString(said):
		args["high"] = true
	}
	if inTension.MatchString(said) {
		args["tight"] = true
	}
	if closed.MatchString(said) {
		args["state"] = "closed"
	}
	if f := countedBy.FindStringSubmatch(said); f != nil {
		args["group"] = map[string]string{"met": "rome", "rom": "rome", "dom": "domain", "sec": "domain", "dep": "departement", "con": "contract", "typ": "contract"}[f[1][:3]]
	}
	if at := notCalled.FindStringIndex(said); at != nil {
		args["idle_days"] = days(said[at[1]:], 1)
	} else if f := openSince.FindStringSubmatch(said); f != nil {
		args["open_days"] = days(f[0], 1)
	}
}

// asksPortfolio are questions that only a portfolio answers, and that speak of
// days or of jobs as others do.
func asksPortfolio(said string) bool {
	return someOffers.MatchString(said) && (notCalled.MatchString(said) || openSince.MatchString(said)) ||
		strings.HasPrefix(said, "combien d") && countedBy.MatchString(said)
}

// days is how long words say that something has lasted, else otherwise.
func days(said string, otherwise int) int {
	f := lasting.FindStringSubmatch(said)
	if f == nil {
		return otherwise
	}
	n := number(f[1])
	switch f[2][0] {
	case 's':
		n *= 7
	case 'm':
		n *= 30
	}
	return int(min(max(n, 1), 3650))
}

var (
	someOffers = regexp.MustCompile(`\b(?:offres?|annonces?|celles?|lesquelles?)\b`)
	notBlocked = regexp.MustCompile(`\b(?:non|pas|sans)(?: les| de)? (?:bloqu|blocage)\w*`)
	atRisk     = regexp.MustCompile(`\ba (?:haut |fort |tres haut )?risques?\b|\brisque (?:eleve|fort)|\brouges?\b|\bprioritaires?\b|\ben priorite\b`)
	byRisk     = regexp.MustCompile(`\b(?:plus|moins) (?:a risque|prioritaires?)|(?:par|selon le|ordre de) (?:risque|priorite)`) // an order, no bound
	inAlert    = regexp.MustCompile(`\balertes?\b`)
	inTension  = regexp.MustCompile(`\ben (?:forte )?tension\b|\btendus?\b|\bpenuri\w*`)
	closed     = regexp.MustCompile(`\b(?:closes?|closees|cloturees?|fermees|pourvues)\b`)
	countedBy  = regexp.MustCompile(`\bpar (metiers?|code rome|rome|domaines?|secteurs?|departements?|depts?|contrats?|types? de contrats?)\b`)
	notCalled  = regexp.MustCompile(`\b(?:pas|plus|jamais|sans)\b(?: \S+){0,2}? (?:r?appel|re?contact|contact|relanc|visit|join|joint)\w*`)
	openSince  = regexp.MustCompile(`\b(?:ouvertes?|en ligne|deposees?|publiees?|trainent|vieilles) (?:depuis|il y a|de) (?:plus (?:de|d') )?(?:\d{1,3}|une?|deux|trois|quatre|six|dix) ?(?:jours?|semaines?|mois)`)
	lasting    = regexp.MustCompile(`\b(\d{1,3}|une?|deux|trois|quatre|cinq|six|sept|huit|dix) ?(jours?|semaines?|mois)\b`)
)

// shortQuote is the quotation of a message, "" when it is an offer by itself.
func shortQuote(msg message) string {
	quote := quoteOf(msg)
	if _, offer := kindOfText(fold.String(quote)); len(quote) > longestQuote || len(quote) >= 40 && offer >= 2 {
		return ""
	}
	return quote
}

// mentioned are the words of an offer that are said without quotation marks:
// « il y a marqué moins de 30 ans sur l'annonce ».
func mentioned(msg message) string {
	f := mention.FindStringSubmatchIndex(msg.fold.Folded)
	if f == nil || noMention.MatchString(msg.fold.Folded[f[2]:f[3]]) {
		return ""
	}
	start, end := msg.fold.Span(f[2], f[3])
	return msg.raw[start:end]
}

var noMention = regexp.MustCompile(`^(?:comme|sur|dans|ca|cela|employeur|par|pas|que|qu'|ou|noir|ici|rien|quoi|tout|a|au|en)\b`)

// mention ends where the sentence speaks of the offer again, or of its own.
var mention = regexp.MustCompile(`\b(?:marque|ecrit|precise|la mention)(?: d'| de la | du | de | des )? ?([a-z0-9][^"'.,;:?!()\n]{3,58}?) ?(?:[.,;:?!)\n]|$|\b(?:sur|dans|pour|est|c'est|ca|ce|et|mais|alors|bloque|pose|passe|refuse|signale)\b)`)

// longestQuote is how long the words in question may be, in bytes: between the
// marks of a longer quotation stands an offer.
const longestQuote = 80

// terms are the fields of an offer that a sentence gives.
func terms(msg message) map[string]any {
	args := map[string]any{}
	folded := msg.fold.Folded
	put := func(name, value string) {
		if value != "" {
			args[name] = value
		}
	}
	put("rome", romeOf(folded))
	if args["rome"] == nil {
		put("occupation", occupation(msg))
	}
	where := readPlace(msg)
	put("departement", where.departement)
	put("town", where.town)
	put("contract", contractOf(folded))
	readTerms(folded, args)
	return args
}

var (
	whatIf  = regexp.MustCompile(`\b(?:et )?(?:si|s'il|que se passe-t-il si) (?:je|j'|on|nous|l'employeur|le|la|il|elle|mon|cette|j)\b|\bsi (?:je |j')?(?:passe|mets|enleve|augmente|baisse|propose|accepte)|\bsimulation ?:`)
	oldest  = regexp.MustCompile(`\bplus (?:ancien\w*|vieilles?)\b`)
	blocked = regexp.MustCompile(`\bbloqu\w+|\brefus\w+|\brejet\w+|\bnon conformes?\b|\bsuspendues?\b|\bblocages?\b`)
	newest  = regexp.MustCompile(`\brecent\w*|\bderni(?:er|ere)s?\b|\bnouvelles?\b|\bcette semaine\b`)
)

// supposes finds where « et si je passe en CDI » begins: a condition with a
// verb of change, not « si je cherche un soudeur ».
func supposes(folded string) []int {
	at := whatIf.FindStringIndex(folded)
	if at == nil || !changeVerb.MatchString(head(folded[at[0]:], 120)) {
		return nil
	}
	return at
}

var changeVerb = regexp.MustCompile(`\b(?:pass|met|enlev|augment|baiss|propos|accept|mont|retir|ajout|supprim|doubl|offr|prend|pren|chang|pay|pai|allong|raccourc|transform|ouvr|reduis|diminu|remplac|etait|serait)\w*|\bsimulation\b`)

func employerType(folded string) string {
	switch {
	case strings.Contains(folded, "entreprise adaptee"):
		return "entreprise adaptée"
	case insertion.MatchString(folded):
		return "IAE"
	case strings.Contains(folded, "agence d'interim") || strings.Contains(folded, "travail temporaire"):
		return "ETT"
	}
	return ""
}

var insertion = regexp.MustCompile(`\biae\b|entreprise d'insertion|chantier d'insertion|insertion par l'activite`)

// noCode looks like a code of ROME and is none: métiers go from A to N.
var noCode = regexp.MustCompile(`\b[o-z]\d{4}\b`)

// hurried reports whether a word is written as only messages are: "kel", "pr".
func hurried(w string) bool {
	_, short := sms[w]
	return short
}

// question is the message as a query: without greetings and SMS spelling, bounded.
func question(msg message) string {
	q := polite(msg)
	if q.plain == msg.plain && !slices.ContainsFunc(strings.Fields(msg.fold.Folded), hurried) {
		return strings.Join(strings.Fields(head(msg.raw, 300)), " ")
	}
	return head(strings.ReplaceAll(q.plain, "' ", "'"), 300)
}

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
