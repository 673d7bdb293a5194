package offline

import "strings"

// Concepts are families of words that ask for the same thing. A few hundred
// labelled sentences do not teach that « virer », « ôter » and « dégager » are
// one wish; this table does. An entry is the beginning of a word ("bloqu" is
// bloqué, bloquée, blocage's verb…), or a whole word when it ends in a dot.
const conceptTable = `
offer: offre. offres. annonce fiche. poste. postes. texte. mention publication intitule titre. libelle ad. ads. advert
mine: mon. ma. mes. notre. nos. my. our.
portfolio: portefeuil stock. secteur. bassin. agence.
blocked: bloqu blocage refus rejet suspend suspens recal desactiv publi depubli censur retoqu invalid signal. signale. signalee. signalement gele coince. coince bute retenu raye rayer drapeau rouge. jaune. alerte bug rejected flagged
legal: legal illegal conform interdit autoris droit. permis. permet licite illicite reglement loi. lois. dispos tolere illegitime exiger exige imposer impose obligatoire reglo norme. normes. correct. recevable admissible valable fonde justifi abus abusif clou. clous. licit allowed law. legally lawful compliant
discrim: discrim sexiste raciste inegal egalite
person: candidat postul demandeur usager profil. profils. chomeur. beneficiaire gens.
protected: femme homme feminin masculin age. ages. jeune senior vieux vieille nationalit francais etranger religi voile enceinte grossesse enfant mariee. marie. celibat handicap rqth physique taille. poids. photo orientation sante seropositif malad syndica casier origine couleur accent famille domicile habit vehicule voiture barbe tatou langue maternelle voilee ramadan croyan chretien musulman arabe noir. blanc. juif gitan quartier village adresse surdite diabet fumeur syndiqu gros. costaud costo gaillard mec. mecs. fille. gars. meuf virilite retrait ans. diplome
rewrite: reformul reecri reecr corrig remplac redig redac tourn nettoy amelior rectif arrang version formul repar rendre. rends. rendez. propose. proposez neutralis rewrit fix. clean. propre. adouc retouch retravail adapt modif transform appliqu retir enleve. raccourci reword phrase. tournure neutre. publiable diffusable transcri mets. mettez met. inclusif epicene
why: pourquoi motif raison expliqu cause justif explication comprends pk. cloche. gene. what why fondement regle.
delay: delai temps. jours. semaine mois. duree vite. rapid long. longtemps lent traine tarde trainer pourvu pourvoir pourvue median attente tension penurie avant. quand. date. jour. mediane vacance horizon prevoir prevu attendre
hire: recrut embauch trouver trouve. trouvera trouverai pourvoir denich attirer trouver. preneur equipe. candidature monde. hire hiring find. attir venir. mordre morde
nobody: personne. aucun aucune zero rien.
risk: risque proba chance depass prevision prevoir pronostic estim score. alerte fiabilit facteur levier pari. espoir esperer realiste possible. faisable chances. simul courbe contribution poids. pese variable driver drivers odds likely
listing: liste lister affich montr montre tableau combien. lesquel laquelle sors. sortez sortir tri. trie. trier triez class filtr donne. voir extrai top. total. recap export ouvre. filtre zone. seuil. celles. celle. priorit urgence relancer rappeler
more: plus superieur au-dessus dela depass moins inferieur
salary: salaire paye paie remuner brut. net. euros. augment smic smic. prime. remunere paye. loge. logement heure. taux.
whatif: si. passe. passer passais augment baisse enleve mets accepte
cv: cv. curriculum parcours resume. experience fichier. pdf. piece. jointe. joint. recit lettre.
skills: competenc savoir savoirs savoir-faire savoir-etre aptitud talent qualit capacit atout forts qualites. points. vaut. vaux. acquis bilan. skill skills
extract: analys extrai extraire detect lire lis. lisez regarde ressort deduis tire. tirer valoris transferable recens identifi reper
didwork: travaille bosse. ete. etais fait. exerce occupe ans. annees saison. chantier ferme. usine. magasin. benevol stage. gerant tenu. garde. conduit. repare militaire prison detention atelier
remove: vir enlev supprim retir effac ot. ote. otez degage suppress delete remove raye. rayer efface enlever poubelle jete. jeter trop. jamais. decoche non.
add: ajout rajout complet manque. oublie. insere add. inclu rajoute note. inscris inscrire mets. met. complete
accept: valid accept gard. garde gardez confirm conserv ok. approuv prends. prendre sauvegard oui.
rome: rome. code. codes. fiche. appellation nomenclature
job: metier profession emploi. travail. reconver evolu passerelle voie. orientation changer devenir debouche boulots metiers jobs fiche. animaux bois. enfants. bureau. dehors. nature. occupation
charter: charte ethique principe engagement deontolog valeurs charte. principes engagements frugal sobr neutralite supervision
law: article. loi. legislation texte. reference juridique code-du-travail sanction amende jurisprudence _article articles juridique. tribunal peine. interdit.. fondement base. reglementation obligation
ai: ia. algo algorithme intelligence machine automatique automatis robot bot. modele systeme algo. automatise chatbot logiciel prevision outil.
decide: decid tranch responsable. controle. humain choix. choisir
human: conseiller humain quelqu'un interlocuteur collegue agence telephone rappel appel rendez-vous contacter joindre reclamation responsable humaine vrai. vraie. reel reelle real. person. agent. referent chef. responsable. superieur direction equipe. telephone. rappele rappelez appelez joindre. contact rdv. recevoir support. hierarchie entretien call. speak talk. gens.
data: donnee information infos. info. stock conserv gard. gardez confidential rgpd anonym enregistr partag transmet heberg fuite historique conversation discussion echange consentement serveur dpo retention cookies traces. trace. sous-traitant confidenti anonyme sauvegard archive revend vend. pirat stocke
who: lit. lire lisent voit. voient acces surveill espion patron. concurrent collegue ex. savoir. secret. public.
benefits: allocation are. indemn chomage rsa. prime. aide. aides droits ass. calcul simul montant toucher touche. versement paiement verse percu alloc alocation droits. indemnit chomag toucher. carence cumul trop-percu exoneration mi-temps
admin: actualis inscri radi attestation justificatif espace identifiant connect mot-de-passe arret-maladie dossier pointer
search: cherche. recherche. trouve. trouver postuler candidater boulot emploi. stage. alternance taf interim
rank: meilleur classe. classer classement trie. trier note. noter compar select presel preselect departag convoquer eliminer ecarter score. scorer garder employab meilleurs pire. mieux. notes. tri. lequel. laquelle. radier sanction choisis
exclude: evit ecart exclu decourag dissua contourn detourn discretement empech barrer mots-codes filtrer sans-que astuce ruse. discret finement codes. ecarte fuir poliment
contact: numero adresse coordonnees mail. mails email telephone tel. portable nom. noms domicile nir. secu.
scam: arnaque escroq rib. virement cheque iban argent. payer verser telegram whatsapp wattsapp passeport identite louche frauduleux faux. fraude carte. cartes colis caution. acompte colis. western mandat arnaq
distress: mourir suicid desesper vivre. tuer bout. craque. pleure pleur mourir. craqu pont. corde. medicaments finir. epuise. tenir. dors. noir. vide. fatigue. disparait suicide. detresse lacher. vivre envie.
hello: bonjour salut bonsoir coucou hello hey. hi. salutations
thanks: merci remerci super. parfait genial top. nickel impecc cool. thanks thx. revoir bye. bonne. soiree journee bientot entendu compris. note. d'accord ok. okay
insult: con. connard nul. nulle merde gueule idiot imbecile stupid debile foutre salaud incapable put encul pute. abruti ordure bete.
you: tu. toi. vous. t'es es. etes your you. te.
able: sais. peux. pouvez savez capable fonctionne marche. services utilis aide. aider menu. faire. can. help.
language: anglais. english espagnol arabe langue. parlez speak francais traduire ukrain allemand portugais
simpler: simple simpl compris comprend compren clair. court. resume. resumer vulgaris complique reexpliqu repete bref. charabia normal. normaux resumer. redis. simplement
offtopic: president politique macron meteo recette blague poeme foot match capitale impot divorce logement religion dieu film musique cuisine. restaurant voyage bourse sante medecin grippe traduis equation
vagueword: question probleme souci truc. chose. besoin. info. renseignement information aide. dossier. machin. bidule. affaire. sujet. urgent. seuil.
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
