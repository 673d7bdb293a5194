package offline

import "strings"

// Concepts are families of words that ask for the same thing. A few hundred
// labelled sentences do not teach that « virer », « ôter » and « dégager » are
// one wish; this table does. An entry is the beginning of a word ("bloqu" is
// bloqué, bloquée, blocage's verb…), or a whole word when it ends in a dot.
const conceptTable = `
offer: offre. offres. annonce fiche. poste. postes. 
mine: mon. ma. mes. notre. nos.
portfolio: portefeuil
blocked: bloqu blocage refus rejet suspend suspens recal desactiv publi depubli censur retoqu invalid signal. signale. signalee. signalement
legal: legal illegal conform interdit autoris droit. permis. permet licite illicite reglement loi. lois. dispos tolere illegitime exiger exige imposer impose obligatoire
discrim: discrim sexiste raciste inegal egalite
person: candidat postul demandeur usager profil. profils. chomeur. beneficiaire gens.
protected: femme homme feminin masculin age. ages. jeune senior vieux vieille nationalit francais etranger religi voile enceinte grossesse enfant mariee. marie. celibat handicap rqth physique taille. poids. photo orientation sante seropositif malad syndica casier origine couleur accent famille domicile habit vehicule voiture
rewrite: reformul reecri reecr corrig remplac redig redac tourn nettoy amelior rectif arrang version formul repar rendre. rends. rendez. propose. proposez
why: pourquoi motif raison expliqu cause justif explication
delay: delai temps. jours. semaine mois. duree vite. rapid long. longtemps lent traine tarde trainer pourvu pourvoir pourvue median attente tension penurie
hire: recrut embauch trouver trouve. trouvera trouverai pourvoir denich attirer
nobody: personne. aucun aucune zero rien.
risk: risque proba chance depass prevision prevoir pronostic estim score. alerte fiabilit facteur levier
listing: liste lister affich montr montre tableau combien. lesquel laquelle sors. sortez sortir tri. trie. trier triez class filtr donne. voir extrai
more: plus superieur au-dessus dela depass moins inferieur
salary: salaire paye paie remuner brut. net. euros. augment smic
whatif: si. passe. passer passais augment baisse enleve mets accepte
cv: cv. curriculum parcours resume. experience
skills: competenc savoir savoirs savoir-faire savoir-etre aptitud talent qualit capacit atout forts
extract: analys extrai extraire detect lire lis. lisez regarde ressort deduis tire. tirer valoris transferable recens identifi reper
didwork: travaille bosse. ete. etais fait. exerce occupe ans. annees
remove: vir enlev supprim retir effac ot. ote. otez degage suppress delete remove raye. rayer efface enlever
add: ajout rajout complet manque. oublie. insere add. inclu
accept: valid accept gard. garde gardez confirm conserv ok. approuv
rome: rome. code. codes. fiche. appellation nomenclature
job: metier profession emploi. travail. reconver evolu passerelle voie. orientation changer devenir debouche
charter: charte ethique principe engagement deontolog valeurs
law: article. loi. legislation texte. reference juridique code-du-travail sanction amende jurisprudence _article
ai: ia. algo algorithme intelligence machine automatique automatis robot bot. modele systeme
decide: decid tranch responsable. controle. humain choix. choisir
human: conseiller humain quelqu'un interlocuteur collegue agence telephone rappel appel rendez-vous contacter joindre reclamation responsable
data: donnee information infos. info. stock conserv gard. gardez confidential rgpd anonym enregistr partag transmet heberg fuite historique conversation discussion echange consentement
who: lit. lire lisent voit. voient acces surveill espion
benefits: allocation are. indemn chomage rsa. prime. aide. aides droits ass. calcul simul montant toucher touche. versement paiement verse percu
admin: actualis inscri radi attestation justificatif espace identifiant connect mot-de-passe arret-maladie dossier pointer
search: cherche. recherche. trouve. trouver postuler candidater boulot emploi. stage. alternance taf interim
rank: meilleur classe. classer classement trie. trier note. noter compar select presel preselect departag convoquer eliminer ecarter score. scorer garder
exclude: evit ecart exclu decourag dissua contourn detourn discretement empech barrer mots-codes filtrer sans-que
contact: numero adresse coordonnees mail. mails email telephone tel. portable nom. noms domicile nir. secu.
scam: arnaque escroq rib. virement cheque iban argent. payer verser telegram whatsapp wattsapp passeport identite louche frauduleux faux. fraude carte. cartes colis
distress: mourir suicid desesper vivre. tuer bout. craque. pleure
hello: bonjour salut bonsoir coucou hello hey. hi. salutations
thanks: merci remerci super. parfait genial top. nickel impecc cool. thanks thx. revoir bye. bonne. soiree journee bientot entendu compris. note. d'accord ok. okay
insult: con. connard nul. nulle merde gueule idiot imbecile stupid debile foutre salaud incapable put encul pute. abruti ordure bete.
you: tu. toi. vous. t'es es. etes your you. te.
able: sais. peux. pouvez savez capable fonctionne marche. services utilis aide. aider menu. faire. can. help.
language: anglais. english espagnol arabe langue. parlez speak francais traduire ukrain allemand portugais
simpler: simple simpl compris comprend compren clair. court. resume. resumer vulgaris complique reexpliqu repete
offtopic: president politique macron meteo recette blague poeme foot match capitale impot divorce logement religion dieu film musique cuisine. restaurant voyage bourse sante medecin grippe traduis equation
vagueword: question probleme souci truc. chose. besoin. info. renseignement information aide.
file: pdf. fichier jpg. jpeg. png. photo. image scan word. docx document format. taille. piece-jointe joint. joindre
inject: ignore oublie. instructions consignes prompt. regles. administrateur system. configuration
`

// conceptsOf are the concepts of each beginning and each whole word.
var conceptPrefixes, conceptWords = func() (map[string][]string, map[string][]string) {
	prefixes, whole := map[string][]string{}, map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(conceptTable), "\n") {
		name, list, _ := strings.Cut(line, ":")
		for _, w := range strings.Fields(list) {
			if full, ok := strings.CutSuffix(w, "."); ok {
				whole[full] = append(whole[full], name)
			} else {
				prefixes[w] = append(prefixes[w], name)
			}
		}
	}
	return prefixes, whole
}()

// concepts are those of a word, through its longest known beginning.
func concepts(w string) []string {
	if list, ok := conceptWords[w]; ok {
		return list
	}
	for n := len(w); n >= 3; n-- {
		if list, ok := conceptPrefixes[w[:n]]; ok {
			return list
		}
	}
	return nil
}
