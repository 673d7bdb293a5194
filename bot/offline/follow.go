package offline

import (
	"maps"
	"regexp"
	"strings"
)

// followUp understands a message that only makes sense after another one:
// « et pour un CDI ? », « pourquoi la troisième ? », « oui, corrigez ».
func (m *Model) followUp(msg message, ctx Context) (Understanding, bool) {
	none := Understanding{}
	last, ok := m.lastAsked(ctx)
	if !ok || msg.body != "" {
		return none, false
	}
	call := last.Calls[len(last.Calls)-1]
	said := msg.plain
	short := len(msg.words) <= 12

	if c, ok := sameAsked(msg, call, ctx); ok {
		return sure(c), true
	}
	if (call.Tool == "explain_offer" || call.Tool == "rewrite_offer") && len(msg.words) <= 8 && again.MatchString(said) && ctx.may("explain_offer") {
		return sure(Call{"explain_offer", sameOffer(call)}), true
	}
	// The person agrees to what the last answer proposed.
	if agrees.MatchString(said) {
		switch {
		case call.Tool == "request_human" && ctx.may("request_human"):
			return sure(Call{"request_human", map[string]any{"consent": true}}), true
		case call.Tool == "explain_offer" && ctx.may("rewrite_offer"):
			return sure(Call{"rewrite_offer", sameOffer(call)}), true
		}
	}
	if call.Tool == "request_human" && ctx.may("request_human") && transmits.MatchString(said) {
		return sure(Call{"request_human", map[string]any{"consent": true}}), true
	}
	// « pourquoi la troisième ? »: what was shown knows the call that tells more.
	if f := rankAsked.FindStringSubmatch(said); f != nil && short && !changesProfile(call, said) && (call.Tool != "search_offers" || ordinal(f[1]) <= mostRank) {
		if i, ok := at(ordinal(f[1]), len(last.Shown)); ok && ctx.may(last.Shown[i].Call.Tool) {
			c := last.Shown[i].Call
			c.Args = maps.Clone(c.Args)
			if (call.Tool == "explain_offer") && c.Args["offer_id"] == nil {
				for k, v := range sameOffer(call) {
					if c.Args[k] == nil {
						c.Args[k] = v
					}
				}
			}
			return sure(c), true
		}
		if call.Tool == "search_offers" && ctx.may("predict_delay") {
			return Understanding{Calls: []Call{{"predict_delay", map[string]any{}}}, Confidence: 0.6}, true
		}
		if (call.Tool == "explain_offer" || call.Tool == "search_rome") && ctx.may(call.Tool) {
			return Understanding{Calls: []Call{{call.Tool, sameOffer(call)}}, Confidence: 0.6}, true
		}
	}
	if ctx.may("update_profile") && !careersAsked(msg) {
		if label, p, _ := m.classify(msg, ctx); changesProfile(call, said) && (label == "update_profile" || p < sureElse) {
			return sure(fill("update_profile", msg, ctx)), true
		}
		if c, ok := namesItem(msg, last, call, ctx); ok && short {
			return sure(c), true
		}
	}
	if call.Tool == "explain_offer" && short && wantsRewrite.MatchString(said) && offerID(msg.fold.Folded) == "" && ctx.may("rewrite_offer") {
		return sure(Call{"rewrite_offer", sameOffer(call)}), true
	}
	// « et ses métiers proches ? »: more about the métier just shown.
	if call.Tool == "search_rome" && len(msg.words) <= 8 && ofThatMetier.MatchString(said) && len(call.Args) > 0 && ctx.may("search_rome") {
		return sure(Call{"search_rome", maps.Clone(call.Args)}), true
	}
	if c, ok := m.sameWith(msg, last, call, ctx); ok && short {
		return Understanding{Calls: []Call{c}, Confidence: 0.8}, true
	}
	// A new request about the same offer: « et elle risque de dépasser 30 jours ? »
	if id, _ := call.Args["offer_id"].(string); id != "" && short && refersBack.MatchString(said) && offerID(msg.fold.Folded) == "" && occupation(msg) == "" {
		label, p, _ := m.classify(msg, ctx)
		if wantsDelay.MatchString(said) && ctx.may("predict_delay") {
			label, p = "predict_delay", 1
		}
		switch label {
		case "explain_offer", "rewrite_offer", "predict_delay":
			if p >= unsure {
				c := fill(label, msg, ctx)
				c.Args["offer_id"] = id
				return Understanding{Calls: []Call{c}, Confidence: p}, true
			}
		}
	}
	return none, false
}

// sureElse is how sure the classifier must be that a message that reads like a
// change of the profile is something else.
const sureElse = 0.8

func sure(c Call) Understanding { return Understanding{Calls: []Call{c}, Confidence: 1} }

// mostRank is the last rank that people say: a greater figure is a département.
const mostRank = 20

var (
	agrees     = regexp.MustCompile(`^(?:oui|ouais|ok|d' accord|vas-y|allez-y|volontiers|yes|je veux bien|avec plaisir|c' est d' accord|go)(?: (?:oui|merci|s' il (?:vous|te) plait|vas-y|allez-y|je veux bien|volontiers|d' accord|corrige\w*|faites|fais le|faites-le|montre\w*|bien sur))*$`)
	rankAsked  = regexp.MustCompile(`\b(?:la|le|l'|numero|n|ligne|du|de la|cette) ?(premiere?|1ere?|deuxieme|seconde?|troisieme|quatrieme|cinquieme|sixieme|septieme|huitieme|neuvieme|dixieme|derniere?|\d{1,2}(?:e|eme)?)(?: (?:offre|annonce|mention|ligne|competence|metier))?(?: \?)?$`)
	transmits  = regexp.MustCompile(`^(?:oui|ouais|ok|d' accord|yes|c' est bon|vas-y|allez-y)\b.{0,30}\b(?:transmet\w*|envoy\w*|partag\w*|accord)\b|^transmet\w*\b`)
	again      = regexp.MustCompile(`\bre-?(?:regarde|verifi|control|lis|analys|test|check)\w*|\bj' ai (?:corrige|modifie|change)\b|\bmeme question\b`)
	refersBack = regexp.MustCompile(`\b(?:elle|cette|la|sa|celle-ci|celle-la|l'|mon)\b`)
	// continues: the message begins like the rest of another one.
	continues = regexp.MustCompile(`^(?:(?:et|ok|mais|alors|donc|d' accord|oui|bon|sinon|plutot|merci) )*(?:et|sinon|plutot|seulement|uniquement|non|pour|en|avec|dans|a|au)\b`)
	// alike begins one too, when the rest asks for the same.
	alike = regexp.MustCompile(`^(?:pareil|idem|meme (?:chose|question|requete|recherche)|la meme|garde\w*|que|juste|relev\w*|enlev\w*|retir\w*)\b`)
	// amongThem asks for some of the offers just listed: « celles qu'on n'a pas rappelées ».
	amongThem = regexp.MustCompile(`^(?:(?:et|ok|donc|alors|montre\w*|affiche\w*|garde\w*) )*(?:celles|lesquelles|combien (?:par|d' entre|dont|sont|en)|que celles|parmi|classe\w*|trie\w*|compte\w*)\b`)
	strongAct = regexp.MustCompile(`\b(?:explique\w*|corrige\w*|reformul\w*|parler|code|competences|charte|delai|risque|bloqu\w+|legal|legale|liste)\b`)
)

func changesProfile(call Call, said string) bool {
	if call.Tool != "extract_skills" && call.Tool != "update_profile" {
		return false
	}
	if strings.HasPrefix(said, "pourquoi") || strings.Contains(said, "?") {
		return false
	}
	return changeIn(said) != ""
}

// namesItem is the change that a message names the item of: « la 2 », « l'anglais »,
// after « jamais fait ça », of which nothing could be made.
func namesItem(msg message, last Turn, call Call, ctx Context) (Call, bool) {
	if call.Tool != "update_profile" || len(call.Args) > 0 || strings.Contains(msg.raw, "?") {
		return Call{}, false
	}
	verb := map[string]string{"refuse": "retire ", "add": "ajoute ", "accept": "valide "}[changeIn(read(last.Text).plain)]
	if verb == "" {
		return Call{}, false
	}
	c := fill("update_profile", read(verb+msg.raw), ctx)
	return c, len(c.Args) > 0
}

// sameWith is the last call with what the message changes, if the message
// continues it: « et en CDI ? », « et dans le Rhône ? », « et opticien ? ».
func (m *Model) sameWith(msg message, last Turn, call Call, ctx Context) (Call, bool) {
	if !ctx.may(call.Tool) || call.Tool == "request_human" || call.Tool == "extract_skills" || call.Tool == "update_profile" {
		return Call{}, false
	}
	hypothetical := call.Tool == "predict_delay" && supposes(msg.fold.Folded) != nil
	among := call.Tool == "search_offers" && (amongThem.MatchString(msg.plain) || m.narrows(msg, ctx))
	label, p, _ := m.classify(msg, ctx)
	goesOn := continues.MatchString(msg.plain) && (label == call.Tool || p < 0.8) || alike.MatchString(msg.plain) && label == call.Tool
	if !goesOn && !hypothetical && !among {
		return Call{}, false
	}
	change := fill(call.Tool, msg, ctx)
	delete(change.Args, "text")
	if call.Tool == "search_rome" && len(change.Args) == 0 && len(msg.words) <= 7 {
		if w := afterEt.FindStringSubmatch(msg.fold.Folded); w != nil && !strongAct.MatchString(w[1]) {
			change.Args["occupation"] = strings.TrimSpace(w[1])
		}
	}
	if len(change.Args) == 0 {
		return Call{}, false
	}
	if strongAct.MatchString(msg.plain) && offerID(msg.fold.Folded) == "" {
		if label != call.Tool && p > 0.6 {
			return Call{}, false
		}
	}
	merged := Call{call.Tool, maps.Clone(call.Args)}
	if merged.Args == nil {
		merged.Args = map[string]any{}
	}
	if call.Tool == "explain_offer" || call.Tool == "rewrite_offer" {
		merged.Args = sameOffer(call)
	}
	if change.Args["what_if"] != nil && merged.Args["offer_id"] == nil && merged.Args["text"] == nil && last.Text != "" {
		// What is supposed must not be read as a fact of the offer too.
		merged.Args["text"] = last.Text
	}
	if call.Tool == "search_rome" || call.Tool == "search_charter" {
		merged.Args = map[string]any{}
	}
	// One fact replaces another of its kind.
	for _, pair := range [][2]string{{"rome", "occupation"}, {"departement", "town"}} {
		for i := range pair {
			if change.Args[pair[i]] != nil {
				delete(merged.Args, pair[1-i])
			}
		}
	}
	if change.Args["offer_id"] != nil {
		merged.Args = map[string]any{}
	}
	if change.Args["threshold"] != nil {
		delete(merged.Args, "high")
	}
	if change.Args["contract"] != nil && change.Args["duration_months"] == nil && change.Args["contract"] != "CDD" {
		delete(merged.Args, "duration_months")
	}
	maps.Copy(merged.Args, change.Args)
	return merged, true
}

var afterEt = regexp.MustCompile(`^(?:ok |merci )?(?:et|sinon|plutot) (?:pour )?(?:celui |celle )?(?:d'|de |du |un |une |le |la |l')*([a-z][a-z' -]{3,40}?) *\??$`)

// narrows reports whether a message about offers is about those just listed: it
// names none as the person's own.
func (m *Model) narrows(msg message, ctx Context) bool {
	if len(msg.words) > 8 || ownOffers.MatchString(msg.fold.Folded) {
		return false
	}
	label, sure, _ := m.classify(msg, ctx)
	return label == "search_offers" && sure > 0.5
}

// sameOffer are the arguments that name the offer of an earlier call. A text
// pasted then needs no argument: the tool looks for it in what was said.
func sameOffer(call Call) map[string]any {
	args := map[string]any{}
	for _, k := range []string{"offer_id", "text", "quote", "contract", "rome", "employer_type"} {
		if v := call.Args[k]; v != nil {
			args[k] = v
		}
	}
	return args
}

// lastAsked is the newest earlier turn that called tools.
func (m *Model) lastAsked(ctx Context) (Turn, bool) {
	for i := len(ctx.Earlier) - 1; i >= 0 && i >= len(ctx.Earlier)-4; i-- {
		t := ctx.Earlier[i]
		if len(t.Calls) == 0 && t.Text != "" {
			before := ctx
			before.Earlier, before.Document = ctx.Earlier[:i], ""
			if len(before.Earlier) > 2 {
				before.Earlier = before.Earlier[len(before.Earlier)-2:]
			}
			t.Calls = m.decide(read(t.Text), before).Calls
		}
		if len(t.Calls) > 0 {
			return t, true
		}
	}
	return Turn{}, false
}

// askedBefore is the label of what the person asked before, "" at the beginning
// and after nothing but courtesy.
func (m *Model) askedBefore(ctx Context) string {
	for i := len(ctx.Earlier) - 1; i >= 0 && i >= len(ctx.Earlier)-3; i-- {
		t := ctx.Earlier[i]
		if n := len(t.Calls); n > 0 {
			return t.Calls[n-1].Tool
		}
		before := ctx
		before.Earlier, before.Document = ctx.Earlier[:i], ""
		before.Earlier = before.Earlier[max(0, i-2):]
		u := m.decide(read(t.Text), before)
		if n := len(u.Calls); n > 0 {
			return u.Calls[n-1].Tool
		}
		if u.Act == "privacy" {
			return u.Act + "/" + u.Topic
		}
	}
	return ""
}

// ofThatMetier asks for a part of a métier's sheet without naming the métier.
var ofThatMetier = regexp.MustCompile(`\b(?:ses|les|leurs?|quel(?:le)?s|le|la|l')(?: \S+){0,4} (?:codes?|fiche|metiers? proches?|mobilites?|competences?|contextes?|conditions?|appellations?|passerelles?|savoirs?)\b[ ?!.]*$`)
