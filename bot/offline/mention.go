package offline

import (
	"regexp"
	"strings"
)

// mentioned are the words of an offer that a message asks about without
// quotation marks: « il y a marqué moins de 30 ans sur l'annonce », « par quoi
// remplacer esprit jeune ? », « permis B indispensable, c'est légal ? ».
func mentioned(msg message) string {
	said, _ := pointedAt(msg)
	return said
}

// pointedAt are the words mentioned, and whether they are said to be demanded.
func pointedAt(msg message) (said string, demanded bool) {
	if msg.body != "" || len(msg.words) > mostAround {
		return "", false
	}
	folded := msg.fold.Folded
	for i, after := range introducers {
		for _, at := range after.FindAllStringIndex(folded, 3) {
			if from, to, ok := mention(folded, at[1]); ok {
				return original(msg, from, to), i == len(introducers)-1
			}
		}
	}
	if offerID(folded) != "" {
		return "", false // the offer is named: what stands first is about it
	}
	if from, to, ok := mention(folded, frontOf(folded)); ok && verdictAsked.MatchString(folded[to:]) && (strings.HasPrefix(folded, "et ") || strings.Trim(folded[to:], " ?.!") != "") && !ownSentence.MatchString(folded[from:to]) {
		return original(msg, from, to), false
	}
	return "", false
}

const (
	mostAround  = 40 // words of a message that asks about a mention
	mostMention = 9  // words of a mention
)

func original(msg message, from, to int) string {
	start, end := msg.fold.Span(from, to)
	return msg.raw[start:end]
}

// introducers say that words of an offer follow, the surest first.
var introducers = []*regexp.Regexp{
	regexp.MustCompile(`\b(?:a la place d[eu]|au lieu d[eu]|(?:par quoi|par koi|comment|je|j'|d'abord|juste|peux-tu|pouvez-vous|faut) ?(?:je |on )?(?:remplace\w*|change\w*|reformul\w*|tourn\w*|formul\w*)(?: autrement)?|^(?:non )?(?:remplace\w*|reformule\w*|change juste|modifie juste|change seulement)|alternative a|synonyme (?:legal |neutre )?d[eu]|autre mot pour|equivalent (?:legal |neutre )?d[eu]|formul\w* (?:legale? |neutre |autrement )?(?:a la place d[eu]|pour(?: dire)?)) (?:d' ?)?`),
	regexp.MustCompile(`\b(?:le mot(?: exact c'est)?|les mots|la mention|la phrase|la ligne|le passage|le terme|l'expression|la formule|le critere|la clause|avec|y a|il y a)(?: c'est| d[eu] la| d[eu]| que)? `),
	regexp.MustCompile(`\b(?:marque|marquent|ecrit|ecri|ecrivent|note|lis|lu|mis|mette|mettent|met|precise|precisent|dit|disent|indique|indiquent|affiche|voulait|veut lire|reproche|parlais de|parle de|inquiete c'est|dedans)(?: que| d[eu]|:)? `),
	regexp.MustCompile(`\b(?:demandent?|demande|exigent|exige|veulent|reclament|imposent?|impose de|impose d'|ecrire) `),
}

// article stands before a mention that is named rather than cited.
var article = regexp.MustCompile(`^(?:le |la |les |l'|un |une |des |du |d'|de |que |c'est |juste |exactement |: ?)+`)

// mentionEnds is where the sentence speaks of the offer again, or of its own.
var mentionEnds = regexp.MustCompile(`[.,;:?!()"\n→]|\b(?:c'est|c|ca|sa|ce|est-ce|est|et (?:je|j'|on|ils?|elles?|c|c'|ca|sa|moi|vous|tu|est|pourquoi|puis|si|mon|ma|notre|d'avoir|maintenant)|mais|alors|alor|pour|pr|sur|dans|ds|je|j'|il|ils|elle|on|vous|tu|lol|mdr|pk|pourquoi|legal|permis si|normal|par|parce|vu|bloque\w*|pose|passe|refus\w*|signale\w*|tout court|des candidats|aux candidats|du candidat|euh|svp|stp|quand|meme|moi|nous|d'abord|avant|lors)\b`)

// noMention begins a sentence of its own, not words of an offer.
var noMention = regexp.MustCompile(`^(?:comme|sur|dans|ca|cela|employeur|par|pas ca|que|qu'|ou|noir sur|ici|rien|quoi|koi|tout|a|au|aux|en|annonce|offre|texte|vous|moi|toi|il|elle|on|je|j'|se|s'|me|m'|ne|n'|bien|mieux|si|quelque|quelqu|autre|autrement|ce|cette|cet|ces|mon|ma|mes|notre|votre|vos|son|sa|ses|leur|non|oui|plus|pourquoi|comment|combien|quel|quelle|deux|trois|\d+ (?:jours|offres|annonces)|salaire [^s]|delai|phrase|mention|formul\w*|version|proposition|solution|lois?|charte|dit|fait|faire|lire|voir|savoir|gard\w*|mettez|enlev\w*|essay\w*|appliqu\w*|redig\w*|reecri\w*|peut|noir|salaire$|exception|incoherence|pareil|systeme|contestation|pour voir|oui|jai|appel\w*|preciser|titre)\b`)

// mention is the run of words at from that may be cited.
func mention(folded string, from int) (start, end int, ok bool) {
	rest := folded[from:]
	start = from
	if f := article.FindString(rest); f != "" {
		start += len(f)
		rest = rest[len(f):]
	}
	end = start + len(rest)
	if at := mentionEnds.FindStringIndex(rest); at != nil {
		end = start + at[0]
	}
	said := strings.TrimRight(folded[start:end], " -")
	end = start + len(said)
	n := len(strings.Fields(said))
	return start, end, n >= 1 && n <= mostMention && len(said) >= 4 && !noMention.MatchString(said)
}

// frontOf is where a message begins once greetings are over.
func frontOf(folded string) int {
	if at := greeting.FindStringIndex(folded); at != nil {
		return at[1]
	}
	return 0
}

var (
	greeting = regexp.MustCompile(`^(?:(?:bonjour|bonsoir|salut|bjr|slt|hello|et|ok|non|oui|alors|euh|svp|stp|annonce(?: \w+)? ?:|offre(?: \w+)? ?:)[ ,:]+)+`)
	// verdictAsked: what follows a mention that stands first.
	verdictAsked = regexp.MustCompile(`^[ .,:;!?→-]*(?:.{0,80}\b(?:legal\w*|permis|autoris\w*|interdit\w*|normal|droit|recevable|conforme|exception|discrimin\w*|passe|passer|ok|grave|gravite|justifi\w*|reglo|exiger|demander|peux|peuvent|peut-on|alerte|tique|rouge|bloque\w*|s[1-4]|article|formulation|formule|appellation|neutre|arnaque|signale\w*)\b|[ ?]*$)`)
	// ownSentence has a subject of its own: no words of an offer.
	ownSentence = regexp.MustCompile(`\b(?:je|j'|tu|vous|nous|ils?|elles?|on|mon|ma|mes|cette|pourquoi|comment|quel\w*|combien|offre|annonce|est-ce|peux|pouvez|verifie\w*|explique\w*|regarde\w*|analyse\w*|dis|dites|donne\w*|article|loi|corrig\w*|reformul\w*|reecri\w*|modifi\w*|controle\w*|merci)\b|[0-9][0-9a-z]{6}\b`)
)

// clause is what a mention stands in, to the end of what is said of it: « une photo
// et d'avoir moins de 30 ans ».
func clause(msg message, quote string) string {
	at := strings.Index(msg.raw, quote)
	if at < 0 {
		return ""
	}
	rest := msg.raw[at:]
	if end := clauseEnds.FindStringIndex(rest); end != nil && end[0] >= len(quote) {
		rest = rest[:end[0]]
	}
	return strings.TrimSpace(rest)
}

var clauseEnds = regexp.MustCompile(`(?i)[.,;:?!()"\n→]| (?:c'est|c|est-ce|ça|ca|sa|je|j'|on|vous|tu|mais|alors|légal|legal|normal|lol|mdr|pk|pourquoi) `)
