package offline

import (
	"regexp"
	"slices"
	"strings"
)

// tools and the roles that have them when the context gives no list.
var tools = map[string]string{
	"extract_skills": "seeker,counsellor",
	"update_profile": "seeker",
	"explain_offer":  "seeker,recruiter,counsellor",
	"rewrite_offer":  "recruiter,counsellor",
	"predict_delay":  "recruiter,counsellor",
	"search_offers":  "recruiter,counsellor",
	"search_rome":    "seeker,recruiter,counsellor",
	"search_charter": "seeker,recruiter,counsellor",
	"request_human":  "seeker,recruiter,counsellor",
}

// Call is a call of a tool; Args marshal to its input.
type Call struct {
	Tool string
	Args map[string]any
}

// Item is one thing that an answer showed, so that « la troisième » means it.
type Item struct {
	Label string
	Code  string
	Call  Call // the call that tells more about it; zero when there is none
}

// Turn is one earlier message of the person and what came of it. Without Calls
// and Shown it is understood again from its text.
type Turn struct {
	Text     string
	Calls    []Call
	Shown    []Item
	Document bool // a file was joined to it
}

// Context is what a message stands in.
type Context struct {
	Role         string   // seeker, recruiter, counsellor; anything else is a seeker
	Tools        []string // that may be called; nil: those of the role
	Document     string   // id of the document joined to this message
	DocumentName string
	Earlier      []Turn // oldest first
}

// Understanding is what a message asks for: calls, or an act without tool
// (privacy, refuse, smalltalk, clarify) with its topic. Confidence is the
// probability that it is right, 1 for what a guard decided.
type Understanding struct {
	Act        string
	Topic      string // "benefits" of refuse…; "distress", "scam" also beside calls
	Calls      []Call
	Confidence float64
}

// Below unsure, a question is better than a guess. The bound is read on the
// cross-validation: what is answered below it is wrong more often than right.
const (
	unsure   = 0.24
	sureEach = 0.80 // of each part of a message, to take it for two requests
	maxCalls = 3
	yields   = 0.97 // how sure the classifier must be to outweigh a form that leaves no doubt
)

// Understand decides what to do with a message. It is a pure function of its
// arguments.
func (m *Model) Understand(text string, ctx Context) Understanding {
	if _, ok := roleNames[ctx.Role]; !ok {
		ctx.Role = "seeker"
	}
	u := m.decide(read(text), ctx)
	if len(u.Calls) > maxCalls {
		u.Calls = u.Calls[:maxCalls]
	}
	return u
}

var roleNames = map[string]string{"seeker": "en recherche d'emploi", "recruiter": "recruteur", "counsellor": "conseiller"}

// may reports whether the context allows a label.
func (c Context) may(label string) bool {
	roles, tool := tools[label]
	if !tool {
		t := topics[label]
		return t != nil && (t.roles == "" || strings.Contains(t.roles, c.Role))
	}
	if c.Tools != nil {
		return slices.Contains(c.Tools, label)
	}
	return strings.Contains(roles, c.Role)
}

func (m *Model) decide(msg message, ctx Context) Understanding {
	if strings.TrimSpace(msg.plain) == "" && ctx.Document == "" {
		if strings.Contains(msg.raw, "?") || msg.raw == "" {
			return act("clarify/vague", 1)
		}
		if msg.raw != "" && !hasLetters(msg.raw) {
			return act("smalltalk/thanks", 0.6) // an emoji
		}
	}
	if u, ok := m.guard(msg, ctx); ok {
		return u
	}
	if u, ok := m.withDocument(msg, ctx); ok {
		return u
	}
	if u, ok := m.followUp(msg, ctx); ok {
		return u
	}
	if u, ok := m.pasted(msg, ctx); ok {
		return u
	}
	if at := wantsRewrite.FindStringIndex(msg.plain); at != nil && at[0] < 12 && len(msg.words) > 8 && offerWord.MatchString(msg.plain) && ctx.may("rewrite_offer") {
		return sure(fill("rewrite_offer", msg, ctx)) // « réécris cette offre : "…" »
	}
	clear, isClear := certain(msg, ctx)
	label, sure, second := m.classify(msg, ctx)
	if isClear && (sure < yields || label == clear.Calls[0].Tool) {
		label, sure = clear.Calls[0].Tool, 1
	} else {
		isClear = false
	}
	if two := m.several(msg, ctx, label); len(two) > 1 {
		return Understanding{Calls: two, Confidence: sure}
	}
	if isClear {
		return clear
	}
	if label == "distress" && sure < 0.5 && second != "" {
		// The guards hold the plain words of distress; 3114 said out of place would wear it out.
		label = second
	}
	if sure < unsure {
		return Understanding{Act: "clarify", Topic: "between:" + label + ":" + second, Confidence: sure}
	}
	u := answerFor(label, sure, msg, ctx)
	for i, call := range u.Calls {
		u.Calls[i] = m.carry(call, msg, ctx)
	}
	return u
}

// answerFor turns a label into calls or an act.
func answerFor(label string, sure float64, msg message, ctx Context) Understanding {
	switch label {
	case "distress":
		u := Understanding{Topic: "distress", Confidence: sure}
		if ctx.may("request_human") {
			u.Calls = []Call{{"request_human", map[string]any{"reason": "La personne exprime une détresse."}}}
		} else {
			u.Act = "clarify"
		}
		return u
	case "scam":
		if ctx.may("explain_offer") {
			return Understanding{Topic: "scam", Calls: []Call{fill("explain_offer", msg, ctx)}, Confidence: sure}
		}
	}
	if _, tool := tools[label]; tool {
		return Understanding{Calls: []Call{fill(label, msg, ctx)}, Confidence: sure}
	}
	return act(label, sure)
}

func act(label string, sure float64) Understanding {
	a, topic, _ := strings.Cut(label, "/")
	return Understanding{Act: a, Topic: topic, Confidence: sure}
}

// classify asks the classifier about the whole message, and for a long polite
// one about each sentence: what matters is the sentence that asks.
func (m *Model) classify(msg message, ctx Context) (label string, sure float64, second string) {
	in := setting{ctx.Role, m.askedBefore(ctx)}
	if t := msg.taken; t != nil && t.label != "" && t.in == in {
		return t.label, t.sure, t.second
	}
	label, sure, second = m.weigh(polite(msg), in, ctx)
	if msg.taken != nil {
		*msg.taken = taken{in, label, sure, second}
	}
	return label, sure, second
}

func (m *Model) weigh(msg message, in setting, ctx Context) (label string, sure float64, second string) {
	label, sure, second = m.c.best(msg, in, ctx.may)
	if len(msg.words) <= 16 {
		return label, sure, second
	}
	for _, s := range sentences(msg.raw) {
		part := polite(read(s))
		if len(part.words) < 4 {
			continue
		}
		l, p, next := m.c.best(part, in, ctx.may)
		a, _, _ := strings.Cut(l, "/")
		if a == "smalltalk" || a == "clarify" {
			continue
		}
		if strings.Contains(s, "?") {
			p = min(p*1.15, 1)
		}
		if p > sure {
			label, sure, second = l, p, next
		}
	}
	return label, sure, second
}

// several finds two or three requests in one message: parts that each are a
// request for another tool, and sure.
func (m *Model) several(msg message, ctx Context, whole string) []Call {
	if len(msg.words) < 6 {
		return nil
	}
	pieces := parts(msg.raw)
	if len(pieces) < 2 {
		return nil
	}
	var asked []message
	var seen []string
	for _, part := range pieces {
		p := polite(read(part))
		if len(p.words) < 3 || !requests.MatchString(p.plain) && !strings.Contains(part, "?") {
			continue
		}
		label, sure, _ := m.c.best(p, setting{role: ctx.Role}, ctx.may)
		if u, ok := certain(p, ctx); ok && len(u.Calls) == 1 {
			label, sure = u.Calls[0].Tool, 1
		}
		_, tool := tools[label]
		if !tool || sure < sureEach || slices.Contains(seen, label) {
			continue
		}
		seen = append(seen, label)
		asked = append(asked, p)
	}
	if i := slices.Index(seen, "explain_offer"); i >= 0 && slices.Contains(seen, "rewrite_offer") {
		// What is rewritten is explained with it.
		seen, asked = slices.Delete(seen, i, i+1), slices.Delete(asked, i, i+1)
	}
	if len(seen) < 2 || !slices.Contains(seen, whole) {
		return nil
	}
	calls := make([]Call, len(seen))
	for i, tool := range seen {
		calls[i] = fill(tool, asked[i], ctx)
	}
	return calls
}

// requests is what a part of a message that asks for something has.
var requests = regexp.MustCompile(`\b(?:donne\w*|dis|dites|explique\w*|verifi\w*|control\w*|montre\w*|affiche\w*|liste\w*|corrig\w*|ree?cri\w*|refai\w*|reformul\w*|fais|faites|calcul\w*|estim\w*|cherche\w*|trouve\w*|peux|pouvez|pourriez|puis-je|voudrais|veux|aimerais|souhaite\w*|besoin|combien|quels?|quelles?|comment|pourquoi|est-ce|analyse\w*|ajoute\w*|valide\w*|accepte\w*|garde\w*|enleve\w*|retire\w*|supprime\w*|code|delai)\b`)

// withDocument: a joined file is a CV unless the person, the role or the name
// of the file says that it is an offer.
func (m *Model) withDocument(msg message, ctx Context) (Understanding, bool) {
	if ctx.Document == "" {
		return Understanding{}, false
	}
	said := msg.plain + " " + strings.Join(words(foldName(ctx.DocumentName)), " ")
	aboutCV := mentionsCV.MatchString(said)
	aboutOffer := mentionsOffer.MatchString(said)
	if ctx.Role == "recruiter" && aboutCV && !aboutOffer {
		return act("refuse/rank", 1), true
	}
	var calls []Call
	if (aboutCV || !aboutOffer) && ctx.may("extract_skills") {
		calls = append(calls, Call{"extract_skills", map[string]any{"document_id": ctx.Document}})
	}
	if aboutOffer || len(calls) == 0 {
		tool := "explain_offer"
		switch {
		case wantsRewrite.MatchString(msg.plain) && ctx.may("rewrite_offer"):
			tool = "rewrite_offer"
		case wantsDelay.MatchString(msg.plain) && ctx.may("predict_delay"):
			tool = "predict_delay"
		}
		if ctx.may(tool) {
			calls = append(calls, fill(tool, msg, ctx))
		}
	}
	return Understanding{Calls: calls, Confidence: 1}, len(calls) > 0
}

// pasted: a long text is an offer or a CV; what to do with it is in the
// question around it.
func (m *Model) pasted(msg message, ctx Context) (Understanding, bool) {
	if msg.body == "" {
		return Understanding{}, false
	}
	cv, offer := kindOfText(msg.body)
	if max(cv, offer) < 3 {
		return Understanding{}, false
	}
	if cv > offer {
		switch {
		case ctx.may("extract_skills"):
			return Understanding{Calls: []Call{{"extract_skills", map[string]any{}}}, Confidence: 0.9}, true
		case ctx.Role == "recruiter":
			return act("refuse/rank", 0.9), true
		}
		return Understanding{}, false
	}
	ask := msg.plain
	tool := "explain_offer"
	switch {
	case wantsRewrite.MatchString(ask) && ctx.may("rewrite_offer"):
		tool = "rewrite_offer"
	case wantsDelay.MatchString(ask) && ctx.may("predict_delay"):
		tool = "predict_delay"
	}
	if !ctx.may(tool) {
		return Understanding{}, false
	}
	args := map[string]any{}
	if quote := shortQuote(msg); quote != "" && tool == "explain_offer" {
		args["quote"] = quote
	}
	if id := offerID(msg.fold.Folded); id != "" && tool != "predict_delay" {
		args["offer_id"] = id
	}
	if c := contractOf(head(msg.body, 1500)); c != "" && tool != "predict_delay" {
		args["contract"] = c
	}
	return Understanding{Calls: []Call{{tool, args}}, Confidence: 0.9}, true
}

var offerWord = regexp.MustCompile(`\b(?:offres?|annonces?|textes?)\b`)
