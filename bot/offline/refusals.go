package offline

import (
	"regexp"
)

// What is refused whatever else a message says. Each needs two signs, an intent
// and what it is aimed at, so that a person who asks whether a mention is legal
// is not taken for the one who wrote it.
var (
	// stealth is the wish that nobody sees it, aimed the people whom the law
	// protects: « comment éviter les mères sans que ça se voie ».
	stealth = regexp.MustCompile(`\bsans (?:que )?(?:ca|sa|cela|personne|ce|on|le controle|l' algo\w*|votre|la machine)\b.{0,12}\b(?:voi\w*|vu\w*|sach\w*|remarqu\w*|capt\w*|tilt\w*|detect\w*|grill\w*)|\bsans (?:le|l') ?(?:dire|ecrire|afficher|montrer)|\bdiscret\w*|\bfinement|\bsubtil\w*|\bmine de rien|\ben douce\b|\bni vu ni connu|\bmots? codes?|\bcode secret|\ben code\b|\bmots[- ]couverts?|\bsous[- ]entend\w*|\bpersonne (?:ne )?(?:capte|voit|comprend|remarque)|\bcontourn\w*|\bpasse\w* (?:le|sous le) (?:controle|radar)|\bastuces?\b|\bruses?\b|\bdecourag\w*|\bdissuad\w*|\bfai\w* fuir|\bpretexte\w*|\bcomment (?:eviter|ecarter|exclure|eliminer|refuser|filtrer)|\bwithout saying|\bnobody (?:will )?notice|\bdiscreet\w*|\bkeeps? .{0,40}away\b|\bonly attract|\bsubtle|\bword it carefully|\bput off\b`)
	aimed   = regexp.MustCompile(`\b(?:algerien\w*|marocain\w*|tunisien\w*|turcs?|turques?|chinois\w*|asiatiques?|roumain\w*|polonais\w*|portugais|senegalais\w*|malien\w*|comorien\w*|kebabs?|catholiques?|chretien\w*|croyants?|grand-meres?|(?:plus|moins) de (?:vingt|trente|quarante|cinquante|soixante)|arabes?|noirs?|blacks?|blancs?|maghreb\w*|africain\w*|asiat\w*|gitans?|roms|juifs?|musulman\w*|islam\w*|voilees?|etrang\w*|immigr\w*|migrants?|racaille\w*|quartiers?|cites?|banlieu\w*|francais de souche|enceintes?|grossesses?|meres?|mamans?|enfants?|femmes?|hommes?|handicap\w*|rqth|malad\w*|vieux|vieilles?|seniors?|quinqua\w*|plus de \d\d|moins de \d\d|gens du voyage|homos?|homosexuel\w*|gays?|lesbiennes?|trans|syndi\w*|obeses?|gros|grosses|prenoms?|native?s?|foreign\w*|women|men|pregnan\w*|childbearing|young|older|muslims?|jews?|arabs?|disabled|under \d\d|over \d\d)\b`)
	coded   = regexp.MustCompile(`\bbbr\b|\bbleu blanc rouge\b|\bque (?:des|les) (?:blancs|francais de souche)\b`)
	hostile = regexp.MustCompile(`\b(?:ecri\w*|redig\w*|fais|trouve|dis|compose) (?:\S+ ){0,6}?(?:les|des|aux) (?:arabes?|noirs?|juifs?|musulmans?|gitans?|roms|etrangers?|immigres|homos?|gays?|handicapes|femmes|vieux)\b (?:\S+ ){0,5}?(?:sont|bossent|volent|mentent|puent|faut pas|n' ont pas|doivent|pas venir|moins)`)

	// othersAccount: somebody else's account or file, with or without a password.
	othersAccount = regexp.MustCompile(`\b(?:retir|ajout|enlev|valid|supprim|efface|accept)\w*[- ]lui\b|\bje suis sur son (?:telephone|compte|ordi\w*|espace)\b|\b(?:profil|compte|competences|espace|dossier)s?(?: \S+)? a (?:elle|lui|eux)\b|\b(?:profil|compte|espace|dossier|mots? de passe|mdp|identifiants?)(?: \S+){0,2}? (?:de |d' |a )(?:ma|mon|sa|son|notre|un|une|l'|le|la) ?(?:soeur|frere|mari|femme|mere|pere|fils|fille|ami\w*|copain|copine|pote|voisine?|collegue|ex|conjointe?|patron\w*|chef\w*|oncle|tante|cousine?|beau-\S+|belle-\S+|concurrente?|salariee?|employee?|candidate?)\b|\bmdp \S+|\bmot de passe (?:est|c' est|:)`)

	// notTheirs are offers, portfolios and files of somebody else, and what is done in
	// their place.
	notTheirs = regexp.MustCompile(`\b(?:conversations?|historiques?|dossiers?|fichiers?|donnees|comptes?|profils?|coordonnees|adresses?|messages?|base) (?:\S+ ){0,3}?(?:de|des|d') ?(?:tous|toutes|autres?|inscrits|usagers|beneficiaires|demandeurs)\b|\b(?:tous les|toutes les) (?:comptes|profils|dossiers|usagers|conversations)\b|\bconsent\w* ?=|\bforce\w* (?:l' envoi|le transfert|la transmission)|\b(?:portefeuilles?|offres?|annonces?) (?:\S+ ){0,2}?(?:concurrente?s?|collegues?|confreres?|voisine?s?|entreprise d' en face)\b|\b(?:tous les|autres) portefeuilles\b|\b(?:valide\w*|accepte\w*|signe\w*|refuse\w*|coche\w*|confirme\w*)\b.{0,40}\ba (?:sa|leur) place\b|\ba la place de (?:m|mr|mme|monsieur|madame|mademoiselle|l' usage\w*|mon|ma)\b|\bje suis (?:la|le|l'|sa|son) ?(?:conjointe?|femme|mari|epou\w*|mere|pere|soeur|frere|associee?)\b.{0,60}\b(?:dossier|profil|compte)\b`)
	theirFile = regexp.MustCompile(`\b(?:change|modifie|ouvre|montre|donne|affiche|consulte)\w*(?:[- ]moi)? (?:son|leur) (?:profil|dossier|compte|cv|historique)\b`)
	// peoples compares groups of people, suspects judges persons.
	peoples  = regexp.MustCompile(`\b(?:quelles?|quels?) (?:nationalites?|religions?|origines?|races?|ethnies?|pays|genre|sexe|prenoms?)\b.{0,50}\b(?:mieux|meilleur\w*|pire\w*|travaill\w*|boss\w*|fiables?|evit\w*|serieu\w*)`)
	suspects = regexp.MustCompile(`\b(?:proba\w*|risques?|chances?|calcul\w*|laquelle|lesquelles)\b.{0,60}\btomb\w+ enceintes?\b|\b(?:qui|lesquel\w*|lequel|quels?)\b.{0,40}\b(?:fraud\w*|radier|faineant\w*|ment|mentent|menteu\w*|recuperables?|irrecuperables?|glandeurs?)\b|\bscore d' employabilite\b`)
	// forged: documents that say what is not so, and work that nobody is told of.
	forged = regexp.MustCompile(`\b(?:invente|bidonne)\w*\b.{0,60}\b(?:competences?|experiences?|diplomes?|savoirs?|parcours|profil)\b|\b(?:competences?|experiences?|diplomes?|profil)\b.{0,80}\binvente\w*|\b(?:ajoute|mets|valide|inscri)\w*\b.{0,60}\bmeme si (?:je|j'|j' en|je n') (?:\S+ ){0,4}?(?:pas|jamais)\b|\b(?:fais|faire|ecri\w*|cree\w*|redige\w*|fabrique\w*|gonfle\w*|invente\w*|ajoute\w*|mets|genere\w*|donne)\b.{0,40}\b(?:faux|fausses?|invente\w*|bidons?|fictif\w*|fictive\w*)\b|\bgonfle\w*\b.{0,20}\b(?:cv|experience|parcours)\b|\b(?:payer|embaucher|employer|declarer)\b.{0,30}\bau (?:noir|black)\b|\bau (?:noir|black)\b.{0,50}\b(?:sans|urssaf|astuce|comment)\b`)
	// commands are orders of somebody who is not the service.
	commands = regexp.MustCompile(`\bnouvelles? (?:consignes?|instructions?) (?:du siege|systeme|pour (?:toi|l' assistant|l' ia))\b|\bl' assistant ne doit (?:plus|pas)\b|\bdev mode\b|\bje suis l' inspect\w+ general\b|\b(?:en tant qu' ?|je suis (?:ton|le|votre|l') ?)(?:administrat\w*|createur|createrice|developpeur|proprietaire|admin|super-?utilisateur)\b|\bbase ?64\b|\bexecute\w* sans\b|\bcles? (?:d' ?)?api\b|\bapi key\b|\b(?:mode|modus) (?:developp\w*|developer|dan|god|debug)\b|\bdan mode\b|\bjailbreak\b|\bdrop table\b|\b(?:tes|vos|liste (?:complete )?de tes) outils\b.{0,40}\b(?:schemas?|json|internes?)\b`)

	// copied: words to be shown as they are, which may be a lure or code.
	copied = regexp.MustCompile(`\b(?:recopie\w*|copie|repete\w*|affiche\w*|ecri[st]|reponds|repond|repete|redis|output|print|repeat) (?:\S+ ){0,5}?(?:exactement|mot pour mot|a l' identique|telle? quelle?|en gras|rien d' autre|verbatim|exactly)\b`)
	markup = regexp.MustCompile(`(?i)!\[[^\]]{0,200}\]\(|<(?:script|img|iframe|svg|a|object|embed|link|style)\b[^>]{0,200}`)

	// health is somebody's own, to be kept.
	health = regexp.MustCompile(`\b(?:seropositi\w*|vih|sida|cancer\w*|diabet\w*|depressi\w*|depressive|bipolaire\w*|epilep\w*|schizo\w*|hepatite\w*|sclerose\w*|autis\w*|enceinte|grossesse|fausse couche|ivg|handicap\w*|rqth|alcool\w*|toxico\w*|addict\w*|burn-?out|invalidite|malad\w* (?:chronique|psy\w*|mentale|grave|rare)|antidepresseurs?|traitement (?:medical|psy\w*|lourd))\b`)
	noted  = regexp.MustCompile(`\b(?:note|notez|noter|mets|mettez|mettre|met|ajoute\w*|rajoute\w*|inscri\w*|enregistr\w*|garde|gardez|retiens|memoris\w*|precise|precisez|indique\w*|marque|marquez|declar\w*|mention\w*)\b`)
	inFile = regexp.MustCompile(`\b(?:profil|cv|fiche|dossier|competences?|quelque part|memoire)\b|\bnote\b|\bpour (?:pas|ne pas|plus) (?:que )?(?:j' )?oubli\w*`)

	// lured: money or papers asked before any contract.
	lured  = regexp.MustCompile(`\b(?:rib|iban|virements?|cheques?|cartes? (?:bancaire|cadeaux?|bleue|prepayees?|vitale)|coupons?|western union|pcs|bitcoins?|crypto\w*|frais (?:de )?(?:dossier|inscription|visa|formation)|caution|avancer|acompte|colis|codes? (?:de carte|bancaires?|secrets?)|passeport|piece d' identite|carte d' identite|selfie|identifiants?)\b`)
	asking = regexp.MustCompile(`\b(?:depos\w*|avanc\w*|demand\w*|reclam\w*|veut|veulent|veu|exige\w*|payer|paye|envoy\w*|verser|renvoy\w*|donner|fournir|acheter|encaisser|asks?|wants?|pay|send)\b`)
	hirer  = regexp.MustCompile(`\b(?:employeur|recruteur|recruteuse|patron|annonce|offre|embauch\w*|poste|job|emploi|boite|entreprise|entretien|mission|whatsapp|telegram|rh|drh|contrat|on me|on m'|ils?|il|le mec|la dame|il m')\b`)
)

// refusal is the label of what is refused or answered apart, "" for nothing.
func refusal(msg message, ctx Context) string {
	said := msg.plain
	switch {
	case copied.MatchString(said), markup.MatchString(msg.raw) && !copies(msg):
		return "refuse/copy"
	case commands.MatchString(said), speakers.MatchString(msg.fold.Folded):
		return "refuse/inject"
	case forged.MatchString(said) && !askedOf.MatchString(said) && quoted(msg.fold.Folded) == nil:
		return "refuse/fraud"
	case suspects.MatchString(said):
		return "refuse/rank"
	case othersAccount.MatchString(said), notTheirs.MatchString(said), ctx.Role != "counsellor" && theirFile.MatchString(said):
		return "refuse/people"
	case hostile.MatchString(said), peoples.MatchString(said),
		stealth.MatchString(said) && aimed.MatchString(said) && (!askedOf.MatchString(said) || writes.MatchString(said)),
		favours.MatchString(said), coded.MatchString(said) && ctx.Role != "seeker" && !askedOf.MatchString(said):
		return "refuse/discriminate"
	case health.MatchString(said) && (ctx.Role == "seeker" || ofPerson.MatchString(said)) && noted.MatchString(said) && inFile.MatchString(said) && quoted(msg.fold.Folded) == nil:
		return "privacy/health"
	case amounts.MatchString(said) && !askedOf.MatchString(said) && offerID(msg.fold.Folded) == "":
		return "refuse/benefits"
	case doses.MatchString(said):
		return "refuse/advice"
	case withoutAI.MatchString(said) && stealth.MatchString(said):
		return "privacy/object"
	case ctx.Role == "seeker" && ctx.Document == "" && msg.body == "" && lured.MatchString(said) && asking.MatchString(said) && hirer.MatchString(said) && !sells.MatchString(said):
		return "scam"
	}
	return ""
}

var (
	// writes begins an order to write something.
	writes = regexp.MustCompile(`^(?:\S+ ){0,2}?(?:ecri|redig|pond|fai[st]|trouv|met|tourn|gliss|compos|invent|donn)\w*\b`)
	// amounts asks what only whoever has the file can say.
	amounts = regexp.MustCompile(`\b(?:montants?|duree|combien|calcul\w*|simul\w*|versement)\b.{0,30}\b(?:indemnisation|allocations?|are|ass|rsa|aah|chomage)\b`)
	// speakers is a transcript of what others are to have said.
	speakers = regexp.MustCompile(`(?:^|[\n>.!?])\s*(?:assistant|system|systeme|tool) ?:|\b(?:extract_skills|update_profile|explain_offer|rewrite_offer|predict_delay|search_offers|search_rome|search_charter|request_human|tool_(?:call|result|use)s?)\b|</?(?:user|system|assistant|tool)\b`)
	// favours puts people, or their offers, up or down by where they come from.
	favours = regexp.MustCompile(`\b(?:monte\w*|remonte\w*|descend\w*|favoris\w*|privilegi\w*|avantag\w*|penalis\w*)\b.{0,60}\b(?:(?:patrons?|gens|candidats?|noms?) francais|algerien\w*|marocain\w*|turcs?|arabes?|noirs?|blancs?|asiatiques?|kebabs?|musulman\w*|juifs?|gitans?|roms|etrang\w*)\b|\bprofils? (?:algerien|marocain|tunisien|turc|arabe|noir|blanc|africain|asiatique|maghrebin)s?\b`)
	// doses asks what a physician is to say.
	doses = regexp.MustCompile(`\b(?:doubl\w*|arret\w*|augment\w*|diminu\w*|prendre|prends|melang\w*|saut\w*)\b.{0,30}\b(?:doses?|mon traitement|son traitement|antidepresseurs?|somniferes?|anxiolytiques?|cachets?|comprimes?|medicaments?|antidouleurs?|insuline|tramadol|morphine|antibiotiques?)\b`)
	// withoutAI is what somebody chose who wants no program to read them.
	withoutAI = regexp.MustCompile(`\bsans (?:l' )?(?:ia|algo\w*)\b|\brefus\w* (?:de )?l' ia\b`)
	// ofPerson names whose health it is, when it is not the writer's.
	ofPerson = regexp.MustCompile(`\b(?:candidate?|usagere?|salariee?|employee?|monsieur|madame|mme|mr|dame|il est|elle est|il a|elle a|a eu|son psy|sa maladie|son diagnostic)\b`)
	// ofSomebody is somebody else whose data is to go.
	ofSomebody = regexp.MustCompile(`\b(?:de|d') ?(?:m|mr|mme|monsieur|madame|mademoiselle) \S+|\b(?:de|d') ?(?:mon|ma) (?:soeur|frere|mari|femme|mere|pere|fils|fille|ami\w*|beau-\S+|belle-\S+|collegue|ex|voisine?|conjointe?)\b|\bc' est (?:mon|ma) (?:soeur|frere|mari|femme|mere|pere|fils|fille|ami\w*|beau-\S+|belle-\S+|collegue|ex|voisine?|conjointe?)\b`)
)

// sells are the trades whose words these are too: « j'encaisse les chèques ».
var sells = regexp.MustCompile(`\b(?:competences?|profil|cv|experiences?|metier|code rome|livreu\w*|caissi\w*|comptab\w*|banqu\w*)\b`)
