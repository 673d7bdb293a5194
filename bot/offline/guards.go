package offline

import (
	"regexp"
	"strings"
	"unicode"

	"tandem/internal/fold"
)

// Guards decide before the classifier, on the words of a message with SMS
// spelling undone (so "jveu parler a qqun" is "je veux parler a quelqu'un").
// They are for what must not be missed and what is certain; each errs on the
// side of a person being called.
var (
	distress = when(`suicid|\becrit (?:une|des|ma) (?:derniere )?lettres? (?:a|aux?|pour) (?:mes|ma|mon|la|les) (?:enfants?|famille|femme|mari|parents?|mere|proches)\b|\b(?:pris|avale|avaler|prendre) (?:une|la|toute la|des|les|trop de) (?:boites?|plaquettes?|medicaments|cachets) |\bc' est fini pour moi\b|\b(?:me|se|te) (?:fous?|fout|foutre|foute|jett?e|jeter|pends?|pendre|flingu\w*|fais sauter|tirer? une balle) (?:\S+ ){0,3}?(?:en l' air|sous|par la fenetre|du (?:pont|toit)|dans le vide|la cervelle|la tete)|\b(?:se|me) (?:pendre|flinguer)\b|\bouvrir? les veines\b`+
		`|\b(?:garde|prepare|achete|stocke|avale\w*|tous les|toute la boite de) (?:\S+ ){0,4}?(?:cachets|medicaments|comprimes|somniferes)\b|\bcorde (?:dans|au|est)\b|\bregarde (?:le|les) (?:ponts?|rails)\b`+
		`|\b(?:parle|parlait|menace|envie|pense|songe|veut|voulait|dit|jure|prefer\w*) (?:\S+ ){0,3}?(?:d' en finir|en finir|de mourir|se tuer|mettre fin)\b|\bmettre fin a (?:mes|ses|tes) jours\b|\bce soir (?:ce|ca|tout) sera (?:regle|fini|termine)|\b(?:serai|sera|etre|etais|suis) plus (?:la|de ce monde)\b|\bsouvenir (?:\S+ ){0,2}?de moi\b`+
		`|\bsais pas si je (?:vais|peux|pourrai) (?:tenir|passer (?:la|cette)|continuer)|\btiens plus (?:debout|le coup)\b|\btout lacher\b.*\btout\b|\ben (?:grande )?detresse\b|\bautant (?:en finir|mourir|crever)\b|\badieu\b|\bme scarifi\w*|\bregarde le vide\b|\bend it all\b|\bno reason to live\b|\b(?:don't|dont|do not) want to live\b|\b(?:veux|vais|voudrais|envie de|pense a|penser a|preferer\w*) (?:plus )?(?:mourir|me tuer|crever|disparaitre|me pendre|me foutre en l' air|en finir)\b`+
		`|foutre en l' air|\b(?:plus|pas|aucune) (?:du tout )?envie de (?:vivre|rien|continuer)|plus la force\b|bout du rouleau|\bje suis (?:vraiment |completement )?a bout\b|plus gout a (?:rien|la vie)|idees noires|a quoi bon (?:continuer|vivre|tout)|marre de (?:vivre|la vie)|mieux sans moi`+
		`|\b(?:fusil|revolver|pistolet|carabine|arme|couteau|rasoir|lame)s?\b(?: \S+){0,3}? (?:sur la table|charge\w*|pret\w*|devant moi|a cote de moi|chez (?:lui|elle|moi))\b|\b(?:m' ?|me )?endormir\b.{0,20}\b(?:plus|pu|jamais) (?:me )?reveiller\b|\bdormir\b.{0,20}\b(?:plus|pu|jamais) (?:me )?reveiller\b|\bmis de cote\b.{0,20}\b(?:boites?|plaquettes?)\b|\b(?:apres|sans) moi\b.{0,60}\b(?:servira|besoin)\b.{0,10}\bplus\b|\b(?:papiers|affaires|demarches)\b.{0,40}\bapres moi\b|\battent\w* a (?:ses|mes|leurs?) jours\b|\bl' irreparable\b|\bpass\w+ a l' acte\b|\bjuste que (?:ca|sa|tout) s' ?arrete\b|\bpense au pire\b`+
		`|continuer a vivre|ma vie (?:ne )?(?:sert|vaut|n' a)|\bme faire du mal\b|\bwant to die\b|kill myself|\bend my life\b`, "suicid", "lettre", "boite", "plaquette", "fini pour", "mour", "tuer", "crev", "disparai", "pendre", "foutre", "finir", "envie", "force", "rouleau", "a bout", "plus gout", "idees noires", "quoi bon", "marre de", "mieux sans", "continuer a", "ma vie", "desesper", "du mal", "fous", "fout", "jett", "jeter", "pend", "flingu", "balle", "sauter", "veines", "cachets", "medicaments", "comprimes", "somniferes", "corde", "pont", "rails", "fin a", "sera", "plus la", "plus de ce", "souvenir", "sais pas si", "tiens plus", "lacher", "detresse", "autant", "adieu", "scarifi", "le vide", "end it", "reason to", "fusil", "revolver", "pistolet", "carabine", "arme", "couteau", "rasoir", "lame", "endormir", "dormir", "de cote", "apres moi", "sans moi", "attent", "irreparable", "a l' acte", "arrete", "au pire", "to live", "to die", "kill", "my life")
	exhausted    = regexp.MustCompile(`\b(?:n' )?en peux (?:vraiment )?plus\b`)
	desperate    = regexp.MustCompile(`\bdesespere\b`) // said of waiting too
	notDistress  = regexp.MustCompile(`adieu a|a la revoyure|\bqui (?:se )?desespere\b|prevention (?:du|des) suicides?|mourir de rire|tue\w* (?:a la tache|au travail|au boulot)|adieu l|plus la (?:force|peine) de (?:chercher|remplir|lire)|en finir avec|peux plus de (?:ce|cet|cette|ces|votre|vos|ton|leur)`)
	wantsHuman   = when(`\b(?:parler|discuter|echanger|joindre|contacter|rappeler|rappelle|appeler|avoir|voir|veux|voudrais|aimerais|souhaite|souhaiterais|besoin|demande|passe\w*|mets|mettez|mettre|transf\w+|talk to|speak to|speak with) (?:\S+ ){0,5}?(?:humain|conseiller|conseil humain|quelqu'un|vraie? personne|personne reelle|interlocuteur|human|real person|advisor|counsellor)\b`, "humain", "conseil", "quelqu'un", "personne", "interlocuteur", "human", "person", "advisor", "counsellor")
	notHuman     = regexp.MustCompile(`\b(?:qui ait|qui soit|qui sache|qui puisse|devenir|etre|metier|code|rome|poste|recruter|embaucher|competences|cherche|adresse|numero|perso|offres?|dossier|voit|voient|clientele|insertion|lit|trouver|telephone|mails?|vente|recherche)\b`)
	humanShort   = regexp.MustCompile(`^(?:\S+ ){0,3}(?:un |une |mon |ma |vrai |vraie )*(?:humain|conseiller)(?: (?:s' il (?:vous|te) plait|vite|merci|urgent|maintenant))*$|\brappele[zr][- ]moi(?: s' il| vite| au| merci| demain|$)|\b(?:me|etre) rappele[r]?(?: s' il| au| merci| demain|$)|y a (?:quelqu'un|un humain)`)
	optOut       = when(`/sans-ia|\boppos\w* (?:\S+ ){0,5}?(?:ia|automatis\w*|algorithmes?|profilage)\b|\b(?:hablar|falar|parlare|sprechen|vorbesc|reden) (?:\S+ ){0,4}?(?:personas?|human[oa]?|consejer[oa]|conselheir[oa]|mensch\w*|pessoa|consulente|conseiller)\b|\b(?:mensch\w*) sprechen\b|\brefuse (?:\S+ ){0,4}?(?:l' ia|ia|intelligence artificielle|robots?|algorithmes?|traitement automat\w*)\b|\b(?:desactive\w*|coupe\w*|arrete\w*|stop|enleve\w*|retire\w*) (?:l' |votre |cette |ton |la )?(?:ia|intelligence artificielle)\b|^(?:sans|zero|no|stop) (?:ia|ai)\b|\b(?:je )?(?:ne )?veux pas (?:d' |de l' |parler (?:a|avec) (?:une? |l' )?)(?:ia|intelligence artificielle|robot|machine|bot)\b|^pas d' ia\b|\bmarre (?:de|du) (?:votre |ce |ton )?(?:robot|bot)\b`, "ia", "intelligence", "robot", "machine", "bot", "algo", "automat", "profilage", "hablar", "falar", "parlare", "sprechen", "vorbesc", "reden", " ai")
	erase        = when(`\b(?:su?pp?rim|ef+as?c|purg|wipe|delet|vir|detrui|retir|nettoy|erase)\w* (?:\S+ ){0,5}?(?:donnees?|donnes|datas?|messages?|infos?|informations|compte|conversation|discussion|historique|echanges|tout ce que|cv)\b|\bplus (?:etre|figurer|apparaitre) dans (?:votre|vos|ta|tes|la) (?:base|fichiers?|systeme)|\boubli\w* (?:\S+ ){0,2}?(?:tout ce que|donnees|infos|cv|messages?|moi)\b|\bdroit a l' oubli\b`, "donne", "data", "message", "info", "compte", "conversation", "discussion", "historique", "echanges", "tout ce que", "cv", "oubli", "base", "fichier", "systeme")
	notErase     = regexp.MustCompile(`\b(?:de|dans|sur) mon (?:cv|profil)\b|\bcompetence`)
	inject       = when(`\b(?:ignore|ignorez|oublie|oubliez|oublies|desactive|desactivez|contourne|forget|disregard) (?:\S+ ){0,4}?(?:instructions?|consignes?|regles?|prompt|directives|rules)\b|\b(?:prompt|message) (?:system\w*|initial)|\bsystem prompt\b|\btes (?:instructions|consignes|regles) (?:internes?|secretes?|cachees?)`, "instruction", "consigne", "regle", "prompt", "directive", "rules", "message")
	ranking      = when(`\b(?:trie[sz]?|trier|classe[sz]?|classer|note[sz]?|noter|compare[sz]?|comparer|selectionne[sz]?|preselectionne[sz]?|presel\w+|score[sz]?|scorer|departage\w*|elimine\w*|ecarte\w*|rank) (?:\S+ ){0,4}?(?:candidats?|candidatures?|cvs?|profils|demandeurs?|usagers?|personnes|postulants?|applicants|candidates)\b|\bmeilleurs? (?:candidat|profil|cv)s?\b`, "candidat", "cv", "profil", "demandeur", "usager", "personnes", "postulant", "applicant")
	aboutPeople  = when(`\b(?:adresse|numero|coordonnees|telephone|mails?|numeros|date de naissance|numero de secu)s? (?:(?:perso\w*|prive\w*|de telephone|de secu\w*|de portable) )*(?:de |d' |du |des )(?:\S+ ){0,2}?(?:candidats?|conseiller|demandeurs?|usagers?|collegues?|voisins?|monsieur|madame|mr?|mme|applicant)\b`, "adresse", "numero", "coordonnees", "telephone", "mail", "naissance")
	thirdPerson  = regexp.MustCompile(`\b(?:usagere?|usager|demandeuse?|demandeur|de) (?:ne |n' |me |refuse)`)
	mentionsCV   = regexp.MustCompile(`\bcvs?\b|curriculum|\bresume\b|\bmon parcours\b|\bcompetences\b|\bprofil\b`)
	wantsRewrite = regexp.MustCompile(`\b(?:reformul|reecri|re-ecri|reecr|corrig|neutralis|reword|rephras|rewrite|ameliore|refai|refaire|refait|refaites)\w*|version (?:corrigee|conforme|legale)|\bnettoy(?:e|er|ez)(?:[- ]moi)? (?:\S+ )?(?:offre|annonce|texte|ca|cette)\b|auto-?correct\w*|\b(?:make|made) .{0,20}(?:compliant|legal|lawful)\b|\b(?:au propre|en conformite|prete? a (?:publier|diffuser))\b|\brends? (?:la |le )?conforme`)
	wantsDelay   = regexp.MustCompile(`combien de (?:temps|jours)|\bdelais?\b|30 jours|trente jours|\b(?:personne|aucun\w*) (?:ne )?(?:repond|postule|candidat)|(?:sera|etre|est)(?:-t-(?:elle|il)| t elle)? pourvue?\b|risque de (?:durer|trainer|depasser)|\bproba\b|\bhow long\b`)

	// mentionsOffer is not "offre" alone for a person who writes "mon cv pour vos offres".
	mentionsOffer = regexp.MustCompile(`\bl' (?:offre|annonce)\b|\b(?:offre|annonce|job ad)\b|\blegal\b|\bconforme\b|\bdiscrimin\w+|\bfiche de poste\b`)
)

// pattern is a regular expression that is only tried when one of its cues is
// in the text: most messages have none, and Go's regexp is slow on alternatives.
type pattern struct {
	re   *regexp.Regexp
	cues []string
}

func when(re string, cues ...string) pattern { return pattern{regexp.MustCompile(re), cues} }

func (p pattern) find(text string) []int {
	for _, cue := range p.cues {
		if strings.Contains(text, cue) {
			return p.re.FindStringIndex(text)
		}
	}
	return nil
}

func (p pattern) match(text string) bool { return p.find(text) != nil }

func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '.' || r == '-' {
			return ' '
		}
		return r
	}, fold.String(head(s, 200)))
}

func hasLetters(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }

// guard answers for what must never be missed. What stands in a pasted text or
// a document is data and triggers nothing but distress, which costs nothing to
// take seriously.
func (m *Model) guard(msg message, ctx Context) (Understanding, bool) {
	said := msg.plain
	if len(msg.words) <= 8 && (len(ctx.Earlier) == 0 || !agrees.MatchString(said)) {
		if label := chat(msg); label != "" {
			return act(label, 1), true
		}
	}
	none := Understanding{}
	if (distress.match(said) || exhausted.MatchString(said) || desperate.MatchString(said) && !m.asksTool(msg, ctx)) && !notDistress.MatchString(said) {
		return answerFor("distress", 1, msg, ctx), true
	}
	if msg.body != "" && len(msg.raw) > 400 || len(msg.words) > 25 && readsAsOffer(msg) {
		return none, false // its orders are data
	}
	if whichOfUs.MatchString(said) && !m.asksTool(msg, ctx) {
		return act("smalltalk/bot", 1), true
	}
	if wantsPerson(said) && ctx.may("request_human") {
		if m.asksTool(msg, ctx) {
			return none, false // « quelle appellation pour quelqu'un qui tond ? »
		}
		return Understanding{Calls: []Call{fill("request_human", msg, ctx)}, Confidence: 1}, true
	}
	if data := len(msg.words) > longAsked && m.checks(msg, ctx); data {
		return none, false // an offer to be checked: its orders are data
	}
	if inject.match(said) || strings.HasPrefix(msg.fold.Folded, "[system") || strings.HasPrefix(msg.fold.Folded, "system:") {
		return act("refuse/inject", 1), true
	}
	label := refusal(msg, ctx)
	if label == "" && aboutPeople.match(said) {
		label = "refuse/people"
	}
	if erase.match(said) && ofSomebody.MatchString(said) {
		return act("refuse/people", 1), true
	}
	if (label == "refuse/people" || label == "refuse/rank") && m.harmless(msg, ctx) {
		return none, false
	}
	if label != "" {
		return answerFor(label, 1, msg, ctx), true
	}
	if erase.match(said) && !notErase.MatchString(said) {
		return act("privacy/erase", 1), true
	}
	if ranking.match(said) && !m.harmless(msg, ctx) {
		return act("refuse/rank", 1), true
	}
	return none, false
}

// asksTool reports whether a message that speaks of a person, or of being at the
// end of one's tether, surely asks for something else.
func (m *Model) asksTool(msg message, ctx Context) bool {
	label, sure, _ := m.classify(msg, ctx)
	_, tool := tools[label]
	return tool && label != "request_human" && sure >= sureTool
}

// harmless reports whether a message that sounds like a question about others
// surely is one whose answer tells nothing about anybody: what the law says, who
// reads a conversation, a person asked for.
func (m *Model) harmless(msg message, ctx Context) bool {
	label, sure, _ := m.classify(msg, ctx)
	act, _, _ := strings.Cut(label, "/")
	return sure >= sureText && (act == "search_charter" || act == "request_human" || act == "privacy")
}

// checks reports whether a message surely asks to check an offer, which tells
// nothing about anybody and changes nothing.
func (m *Model) checks(msg message, ctx Context) bool {
	label, sure, _ := m.classify(msg, ctx)
	if label != "explain_offer" || sure < sureText {
		return false
	}
	_, offer := kindOfText(msg.fold.Folded)
	return offer > 0 || contractOf(msg.fold.Folded) != "" || hoursPattern.MatchString(msg.fold.Folded)
}

// longAsked is how many words a request has at most: what is longer holds a text.
const longAsked = 25

// sureTool is how sure it must be that no person is wanted, who must not be missed.
const sureTool = 0.93

// sureText is how sure the classifier must be to outweigh a guard.
const sureText = 0.85

// Guards reports whether a message is not to be left to any other model:
// distress, a person asked for, AI refused, data to be erased, and what is
// refused to everybody (ranking people, another person's data, benefits, other
// orders than ours). It is [Model.Understand] where that is certain.
func (m *Model) Guards(text string, ctx Context) bool {
	u := m.Understand(text, ctx)
	if u.Topic == "distress" || len(u.Calls) == 1 && u.Calls[0].Tool == "request_human" {
		return u.Confidence >= guarded
	}
	return (u.Act == "refuse" || u.Act == "privacy" && u.Topic == "erase") && u.Confidence >= guarded
}

// guarded is how sure the offline model must be to answer in place of another:
// below, a larger model understands better.
const guarded = 0.9

func wantsPerson(said string) bool {
	if thirdPerson.MatchString(said) || whichOfUs.MatchString(said) {
		return false // « l'usager refuse l'IA » asks what the charter says
	}
	if optOut.match(said) || humanShort.MatchString(said) && !notHuman.MatchString(said) {
		return true
	}
	at := wantsHuman.find(said)
	return at != nil && !notHuman.MatchString(said[at[0]:min(at[1]+14, len(said))])
}

// whichOfUs asks whether a person or a program answers.
var whichOfUs = regexp.MustCompile(`\b(?:quelqu'un|humain|personne|parle|cause|discute|ecris|repond\w*|tu es|t' es|vous etes|c' est)\b(?: [a-z'-]+){0,6}? ou (?:[a-z'-]+ ){0,4}?(?:ordinateur|ordi|robot|machine|ia|automate|programme|bot)\b`)

// certain are forms that leave no doubt about the tool, whatever the rest.
func certain(msg message, ctx Context) (Understanding, bool) {
	said := msg.plain
	tool := ""
	switch {
	case codeRome.match(said) && asksCode.MatchString(said) && len(msg.words) < 24 && !ownPast.MatchString(said):
		tool = "search_rome"
	case codeRome.match(said) && (romeOf(msg.fold.Folded) != "" || occupation(msg) != "") && len(msg.words) < 16:
		tool = "search_rome"
	case ctx.Role != "seeker" && offerID(msg.fold.Folded) == "" && byThreshold.MatchString(said) && !whatIf.MatchString(said):
		if _, ok := threshold(msg.fold.Folded); ok {
			tool = "search_offers"
		}
	case quoteOf(msg) != "" && ctx.Role == "seeker" && ordersChange.MatchString(said):
		tool = "update_profile"
	case quoteOf(msg) != "" && ctx.may("rewrite_offer") && insteadWords.MatchString(said):
		tool = "rewrite_offer"
	case offerID(msg.fold.Folded) != "" && asksForecast.MatchString(said) && !blocked.MatchString(said) && !wantsRewrite.MatchString(said) && len(msg.words) < 30:
		tool = "predict_delay"
	case quoteOf(msg) != "" && len(quoteOf(msg)) < 70 && askedOf.MatchString(said) && !wantsRewrite.MatchString(said) && !insteadOf.MatchString(said):
		tool = "explain_offer"
	case ctx.Role == "seeker" && len(msg.words) < 20 && careersAsked(msg) && !ownPast.MatchString(said):
		tool = "search_rome"
	case asksWord.MatchString(said):
		tool = "search_rome"
	case strings.Contains(said, "devenir ") && occupation(msg) != "":
		tool = "search_rome"
	case len(polite(msg).words) <= 3 && romeOf(msg.fold.Folded) != "":
		tool = "search_rome"
	case articleOf(msg.fold.Folded) != "" && offerID(msg.fold.Folded) == "" && quoteOf(msg) == "" && len(msg.words) < 16:
		tool = "search_charter"
	case whoDecides.match(said) && !strings.Contains(said, "offre"):
		tool = "search_charter"
	case ctx.Role != "seeker" && asksPortfolio(said) && offerID(msg.fold.Folded) == "":
		tool = "search_offers"
	case ctx.Role != "seeker" && ownOffers.MatchString(said) && !otherOffers.MatchString(said) && offerID(msg.fold.Folded) == "":
		tool = "search_offers"
	case principlePattern.MatchString(said) && !strings.Contains(said, "offre n"):
		tool = "search_charter"
	}
	if tool == "" || !ctx.may(tool) {
		return Understanding{}, false
	}
	return Understanding{Calls: []Call{fill(tool, msg, ctx)}, Confidence: 1}, true
}

var (
	asksWord     = regexp.MustCompile(`\b(?:c' est quoi|definition|veut dire|difference entre)\b.{0,24}\b(?:savoirs?(?:-etre|-faire| etre| faire)?|appellations?|macro-?competences?|mobilites?)\b`)
	ownPast      = regexp.MustCompile(`\b(?:cv|parcours|experiences?|document|fichier)\b`) // to be read first
	whoDecides   = when(`\b(?:humain|machine|ia|algo\w*|robot|automatique)\b.*\b(?:decid|tranch|juge)\w*|\b(?:decid|tranch|juge)\w*.*\b(?:humain|machine|ia|algo\w*|robot|automatique)\b`, "decid", "tranch", "juge")
	askedOf      = regexp.MustCompile(`\b(?:droit|legal|permise?s?|autorisee?s?|interdite?s?|tolere\w*|admise?|puis-je|peut-on|puis je|on peut|je peux|discrimin\w*|illegal\w*|bloqu\w*|refus\w*|signal\w*|pose probleme)\b`)
	byThreshold  = regexp.MustCompile(`\bseuil\b|\bproba (?:sup\w*|>|au[- ]dessus|de plus)|\bchances? sur\b.*\b(?:ou plus|ou pire|sor[st]\w*|liste\w*|montre\w*|affiche\w*)`)
	ordersChange = regexp.MustCompile(`^(?:non |oui |ok )?(?:accepte\w*|garde\w*|valide\w*|ajoute\w*|rajoute\w*|enleve\w*|retire\w*|supprime\w*|vire\w*)\b|^tu as mis\b.*\b(?:faux|corrig\w*|enleve|jamais)\b`)
	insteadWords = regexp.MustCompile(`\b(?:tournures?|formulations?|alternatives?|tourner|formuler|reformul\w*|remplac\w*|neutralis\w*|reword|rephrase)\b|\ba la place\b|\bcomment (?:dire|ecrire)\b`)
	asksForecast = regexp.MustCompile(`\bsimul\w*|\bpronostic\w*|\bprevision\w*|\bleviers?\b|\bfai\w* fuir\b|\bcontribution\b|\bprobabilit\w*|\bproba\b|\bdepasser\b|\bfacteurs?\b|\bcomparables\b`)
	insteadOf    = regexp.MustCompile(`\b(?:place|remplac\w*|autrement|alternative|sans)\b|comment (?:dire|ecrire|formuler|tourner)|competence`)
	ownOffers    = regexp.MustCompile(`\b(?:mes|nos|les|quelles|quel|toutes les|combien d'|liste d'|liste des|celles|lesquelles)(?: \d+| cinq| dix)? ?(?:de (?:mes|nos) )?(?:offres|annonces)\b|\bportefeuille\b|\blesquelles\b`)
	otherOffers  = regexp.MustCompile(`\bloi\b|\barticle|\bcharte|\bpourquoi\b|\bcollegue|candidats\b.*\bnom|\bles offres en\b|dans les offres`)
)

var asksCode = regexp.MustCompile(`\bquel (?:est le |serait le )?(?:code|numero)\b|\bcode rome (?:s' il|merci|\?)|\bcode rome *$`)

var codeRome = when(`\b(?:code|cod|fiche|numero) (?:\S+ ){0,2}?rome\b|^rome \S+|\brome (?:code|de|du|d'|pour)\b`, "rome")

// polite drops greetings and formulas around a request, unless nothing else is
// there.
func polite(msg message) message {
	kept := msg.words[:0:0]
	plain := msg.plain + " "
	for _, f := range formulas {
		if at := f.find(plain); at != nil {
			plain = plain[:at[0]] + " " + plain[at[1]:]
		}
	}
	kept = append(kept, strings.Fields(plain)...)
	content := 0
	for _, w := range kept {
		if len(w) > 2 {
			content++
		}
	}
	if content < 2 {
		return msg
	}
	msg.words, msg.plain = kept, strings.Join(kept, " ")
	return msg
}

var formulas = []pattern{
	when(`^(?:bonjour|salut|bonsoir|coucou|hello|hi|hey|cc)(?: (?:madame|monsieur|a tous|tandem))* `, "bonjour", "salut", "bonsoir", "coucou", "hello", "hi", "hey", "cc"),
	when(`\bs' il (?:vous|te) plait\b`, "plait"),
	when(`\b(?:bien )?cordialement\b.*$|\b(?:je vous (?:en )?remercie|merci)(?: beaucoup| bien)?(?: d' avance| par avance)?(?: de votre \S+| pour votre \S+)? *$|\bsalutations\b.*$`, "cordialement", "remercie", "merci", "salutations"),
	when(`\b(?:veuillez|je vous prie d') agreer\b.*$`, "agreer"),
	when(`\bje me permets de vous (?:ecrire|contacter|solliciter)(?: car| afin de| pour)?\b`, "permets"),
	when(`^madame monsieur `, "madame"),
}

var sentenceEnd = regexp.MustCompile(`[.!?…;\n]+(?:\s|$)`)

// sentences of a text, at most twelve.
func sentences(text string) []string {
	var out []string
	start := 0
	for _, at := range sentenceEnd.FindAllStringIndex(text, 12) {
		out = append(out, text[start:at[1]])
		start = at[1]
	}
	return append(out, text[start:])
}

var partEnd = regexp.MustCompile(`(?i)[.!?;\n]+(?:\s|$)|,? et (?:puis |aussi |ensuite )?|,? puis |,? aussi `)

// parts are the pieces that may each be a request, at most eight.
func parts(text string) []string {
	var out []string
	start := 0
	for _, at := range partEnd.FindAllStringIndex(text, 8) {
		out = append(out, text[start:at[1]])
		start = at[1]
	}
	return append(out, text[start:])
}

var (
	helloWords  = set("good morning evening afternoon salam wesh yop hola bonjour salut bonsoir coucou hello hey hi cc yo madame monsieur a tous ca va tandem toi vous allez comment there")
	thanksWords = set("demain lundi prochaine tandem equipe toute chef dak dac impec nickel bye ciao lol mdr mdrr ptdr haha hahaha xd merci beaucoup infiniment mille fois bien super parfait genial top nickel impeccable impec cool ok okay d' accord c' est bon note ca marche entendu compris je vous remercie tres de votre ton pour l' aide au revoir bye a bientot plus bonne journee soiree fin thanks thank you a lot vous aussi super oui")
	thanksSure  = set("lol mdr mdrr ptdr haha hahaha xd demain dak dac impec ciao merci super parfait genial top nickel impeccable impec cool ok okay accord bon note marche entendu remercie revoir bye bientot journee soiree thanks")
	helloSure   = set("morning evening afternoon salam wesh yop hola bonjour salut bonsoir coucou hello hey hi cc yo")
	insults     = regexp.MustCompile(`\b(?:connard|connasse|conne?|encul\w*|salop\w*|pute|abruti|debile|imbecile|cretin|ta gueule|gueule|de merde|nique|foutre|batard|stupid|fuck\w*|idiot)\b`)
)

// chat is the label of a message made of nothing but courtesy, or of an insult,
// or written in another alphabet.
func chat(msg message) string {
	all := func(words, sure map[string]struct{}) bool {
		known := false
		for _, w := range msg.words {
			if _, ok := words[w]; !ok && w != "?" {
				return false
			}
			_, s := sure[w]
			known = known || s
		}
		return known
	}
	latin, other := 0, 0
	for _, r := range msg.raw {
		if unicode.Is(unicode.Latin, r) {
			latin++
		} else if unicode.IsLetter(r) {
			other++
		}
	}
	switch {
	case other > latin:
		return "smalltalk/language"
	case all(helloWords, helloSure):
		return "smalltalk/hello"
	case all(thanksWords, thanksSure):
		return "smalltalk/thanks"
	case insults.MatchString(msg.plain) && quoteOf(msg) == "":
		return "smalltalk/abuse"
	}
	return ""
}

// A pasted text is a CV or an offer by the words that only one of them has.
var (
	cvWords = set("experience experiences formation formations diplome diplomes competences loisirs langues ne nee permis curriculum cv baccalaureat bac bts cap stage stages telephone tel email mail benevolat parcours aujourd'hui interets interet celibataire 2010 2011 2012 2013 2014 2015 2016 2017 2018 2019 2020 2021 2022 2023 2024 2025")
	adWords = set("recherche recherchons recherchez recrute recrutons h/f f/h poste mission missions salaire remuneration cdi cdd postuler postulez candidature candidatures candidat candidate pourvoir brut debutant debutants exige exigee souhaite souhaitee vous votre vos notre nos cherche cherchons rejoindre rejoignez equipe etablissement h f")
)

// kindOfText counts the words of a CV and of an offer, each word five times at most.
func kindOfText(body string) (cv, offer int) {
	seen := map[string]int{}
	for _, w := range words(body) {
		if seen[w]++; seen[w] > 5 {
			continue
		}
		if _, ok := cvWords[w]; ok {
			cv++
		}
		if _, ok := adWords[w]; ok {
			offer++
		}
	}
	return cv, offer
}
