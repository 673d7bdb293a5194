package offline

import (
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
		put("contract", contractSaid(msg))
		put("rome", romeOf(folded))
		put("employer_type", employerType(folded))
		put("quote", shortQuote(msg))
		if quoteOf(msg) == "" {
			said, demanded := pointedAt(msg)
			put("quote", said)
			whole := clause(msg, said)
			switch {
			case said == "" || args["offer_id"] != nil || !asksOfWords(msg):
				// The tool looks for the offer in what was said.
			case demanded:
				put("text", "Exigé : "+whole) // the words alone would say nothing of it
			case len(whole) > len(said)+4:
				put("text", whole) // more is said than the first words
			}
		} else if args["quote"] == nil {
			put("text", quoteOf(msg)) // an offer of its own
		} else if tool == "rewrite_offer" && args["offer_id"] == nil && asksOfWords(msg) {
			put("text", args["quote"].(string)) // the question around it is not to be written anew
		}
		if tool == "explain_offer" {
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
		put("contract", contractSaid(msg))
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

// asksOfWords reports whether a message is a question about words, not an offer.
func asksOfWords(msg message) bool {
	return !strings.Contains(msg.raw, "\n") && !readsAsOffer(msg) && (strings.Contains(msg.raw, "?") || askedOf.MatchString(msg.plain))
}

// shortQuote is the quotation of a message, "" when it is an offer by itself.
func shortQuote(msg message) string {
	quote := quoteOf(msg)
	if _, offer := kindOfText(fold.String(quote)); len(quote) > longestQuote || len(quote) >= 40 && offer >= 3 {
		return ""
	}
	if at := wanted.FindStringIndex(quote); at != nil {
		return quote[at[1]:] // what is wanted, not that it is
	}
	return quote
}

var wanted = regexp.MustCompile(`(?i)^(?:(?:on|nous) )?(?:recherchons|recherche|cherchons|cherche|souhaite|souhaitons) (?:une? )?`)

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
	put("contract", contractSaid(msg))
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
