package offline

import (
	"regexp"
	"slices"
	"strings"
)

// ofOffers are the tools whose calls are about one offer.
var ofOffers = []string{"explain_offer", "rewrite_offer", "predict_delay"}

// carry gives a call that names no offer of its own the one spoken of before:
// « plus court », « et si je passe le salaire à 2200 ? », « c'est grave ? ».
func (m *Model) carry(call Call, msg message, ctx Context) Call {
	if call.Tool == "search_rome" && call.Args["rome"] == nil && call.Args["occupation"] == nil && ofThatOne.MatchString(msg.plain) {
		return lastMetier(call, ctx)
	}
	if call.Tool == "predict_delay" && len(ctx.Earlier) > 0 && call.Args["offer_id"] == nil && (call.Args["rome"] == nil && call.Args["occupation"] == nil || call.Args["departement"] == nil && call.Args["town"] == nil) {
		call = begun(call, ctx)
	}
	if !slices.Contains(ofOffers, call.Tool) || msg.body != "" || len(msg.words) > 24 || ctx.Document != "" {
		return call
	}
	for _, own := range []string{"offer_id", "rome", "occupation", "town", "departement", "text"} {
		if call.Args[own] != nil {
			return call
		}
	}
	if _, asking := masked(msg); asking < len(msg.words) && asking > 0 && copies(msg) {
		return call // an offer of its own is copied after a colon
	}
	last, ok := m.lastAsked(ctx)
	if !ok {
		return call
	}
	before := last.Calls[len(last.Calls)-1]
	if !slices.Contains(ofOffers, before.Tool) {
		return call
	}
	names := []string{"offer_id"}
	if call.Tool != "predict_delay" {
		names = append(names, "quote")
	}
	if call.Tool == "predict_delay" && before.Tool == "predict_delay" {
		names = []string{"offer_id", "rome", "occupation", "town", "departement", "contract", "duration_months", "hours_week", "experience_years", "salary_month"}
	}
	for _, name := range names {
		if v := before.Args[name]; v != nil && call.Args[name] == nil {
			call.Args[name] = v
		}
	}
	return call
}

// begun completes a forecast with what the person said of the offer before, in
// messages that asked nothing: « poste : frigoriste », « dans le 83 », « quel délai ? ».
func begun(call Call, ctx Context) Call {
	for i := len(ctx.Earlier) - 1; i >= 0 && i >= len(ctx.Earlier)-3; i-- {
		before := read(ctx.Earlier[i].Text)
		if len(ctx.Earlier[i].Calls) > 0 || len(before.words) > 8 || strings.Contains(before.raw, "?") {
			break
		}
		for name, v := range terms(before) {
			other := map[string]string{"rome": "occupation", "occupation": "rome", "town": "departement", "departement": "town"}[name]
			if call.Args[name] == nil && (other == "" || call.Args[other] == nil) {
				call.Args[name] = v
			}
		}
	}
	return call
}

// ofThatOne speaks of a métier without naming it.
var ofThatOne = regexp.MustCompile(`\b(?:ca|cela|ce (?:code|metier|travail|job|poste)|cette (?:fiche|appellation)|ses|son|leurs?|celui-la|celui-ci|celle-ci|dessus|qui vont avec)\b|^(?:et )?(?:quel(?:le)?s? )?(?:passerelles?|mobilites?|contextes?|savoirs?|evolutions?)\b`)

// lastMetier gives a question the métier named last, by code or as said.
func lastMetier(call Call, ctx Context) Call {
	for i := len(ctx.Earlier) - 1; i >= 0 && i >= len(ctx.Earlier)-3; i-- {
		before := read(ctx.Earlier[i].Text)
		name, value := "rome", romeOf(before.fold.Folded)
		if value == "" {
			name, value = "occupation", occupation(before)
		}
		if value != "" {
			return Call{call.Tool, map[string]any{name: value}}
		}
	}
	return call
}

// sameAsked answers a message that only names another offer, principle or code:
// « pardon c'est la 189XCVB », « et le 5 ? », « même question pour K1302 ».
func sameAsked(msg message, call Call, ctx Context) (Call, bool) {
	said := msg.plain
	if len(msg.words) > 10 || !ctx.may(call.Tool) {
		return Call{}, false
	}
	id := offerID(msg.fold.Folded)
	switch {
	case id != "" && slices.Contains(ofOffers, call.Tool) && !wantsRewrite.MatchString(said) && !wantsDelay.MatchString(said) && !strongAct.MatchString(said):
		c := fill(call.Tool, msg, ctx)
		c.Args["offer_id"] = lastOffer(msg.fold.Folded)
		return c, true
	case call.Tool == "search_charter" && call.Args["principle"] != nil && (len(msg.words) <= 6 || len(msg.words) <= 9 && strings.HasPrefix(said, "et le ")):
		if f := whichOne.FindStringSubmatch(said); f != nil {
			if n := ordinal(f[1]); n >= 1 && n <= 7 {
				return Call{"search_charter", map[string]any{"principle": n}}, true
			}
		}
	}
	return Call{}, false
}

// lastOffer is the last offer number of a text: people correct themselves.
func lastOffer(folded string) string {
	id := ""
	for _, at := range offerPattern.FindAllStringIndex(folded, 20) {
		if one := offerID("offre " + folded[at[0]:at[1]]); one != "" {
			id = one
		}
	}
	return id
}

// readsAsOffer reports whether a message is an offer, short as it is.
func readsAsOffer(msg message) bool {
	cv, offer := kindOfText(msg.fold.Folded)
	return offer >= 3 && offer > cv
}

// copies reports whether what stands after a colon reads like an offer.
func copies(msg message) bool {
	_, offer := kindOfText(msg.fold.Folded)
	return offer >= 1
}

var whichOne = regexp.MustCompile(`\b(?:le|la|l'|numero|n|principe|engagement) ?(premiere?|1er|deuxieme|seconde?|troisieme|quatrieme|cinquieme|sixieme|septieme|[1-7])(?:e|eme)?\b`)
