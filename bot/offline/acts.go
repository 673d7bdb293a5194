package offline

import "strings"

// topic is something answered without a tool: roles who may mean it ("" for
// all) and what is said, in several wordings. A function of the role where the
// way forward differs.
type topic struct {
	roles   string
	answers func(role string) []string
}

func say(answers ...string) func(string) []string {
	return func(string) []string { return answers }
}

// phone is whom to call: candidates and employers have different numbers.
func phone(role string) string {
	if role == "recruiter" {
		return "3995 (employeurs)"
	}
	return "3949 (demandeurs d'emploi)"
}

const (
	orHuman = " Vous pouvez aussi demander à parler à un conseiller."
	// help3114 is said before anything else, without advice.
	help3114 = "Ce que vous écrivez compte. Si vous avez des idées suicidaires ou si vous n'en pouvez plus, appelez le **3114** : c'est gratuit, confidentiel, et ouvert jour et nuit. En cas de danger immédiat, appelez le 15 ou le 112."
	// scamWarning comes before the tool's answer: it must not wait.
	scamWarning = "Par prudence : n'envoyez ni argent, ni RIB, ni pièce d'identité, ni identifiants avant d'avoir vérifié qui est l'employeur."
)

var topics = map[string]*topic{
	"distress": {"", func(role string) []string {
		if role == "counsellor" {
			return []string{help3114 + " Si c'est la personne que vous recevez qui le dit : ne la laissez pas seule, prévenez votre responsable ; le 3114 répond aussi aux proches et aux professionnels."}
		}
		return []string{help3114}
	}},
	"scam": {"", say(scamWarning)},

	"privacy/keep": {"", say(
		"Rien n'est gardé longtemps : la conversation, le texte du CV ou de l'offre sont effacés après un temps sans activité (30 minutes, sauf autre réglage du service). En mode sobre, votre texte est traité par ce service et n'est envoyé à aucun modèle extérieur. Le lien « Mes données », en bas de page, montre ce qui est gardé et l'efface à tout moment [charte 6].",
		"Vos messages et documents servent seulement à vous répondre. Ils sont effacés après un temps d'inactivité (30 minutes, sauf autre réglage du service). En mode sobre, aucun modèle extérieur ne les reçoit. Vous pouvez voir ce qui est gardé et l'effacer à tout moment par le lien « Mes données », en bas de page [charte 6].")},
	"privacy/erase": {"", say(
		"Vous pouvez effacer vos données vous-même par le lien « Mes données », en bas de page : conversations, documents, profil et avis sont supprimés. Je ne le fais pas à votre place, pour que rien ne disparaisse sans votre confirmation. Souhaitez-vous plutôt qu'un conseiller s'en occupe ?",
		"C'est votre droit. L'effacement se fait par le lien « Mes données », en bas de page : il supprime conversations, documents, profil et avis. Sans action de votre part, tout est de toute façon effacé après un temps d'inactivité (30 minutes, sauf autre réglage du service).")},
	"privacy/who": {"", say(
		"Cet échange est le vôtre : les recruteurs et les autres usagers ne le voient pas. Un conseiller ne le lit que si vous demandez à lui parler et acceptez de le lui transmettre. Le service garde une trace technique de qui a fait quoi, sans le contenu [charte 6].",
		"Personne d'autre que vous ne lit cette conversation, sauf si vous demandez un conseiller et acceptez qu'il la voie. Les journaux techniques notent les actions, pas vos phrases [charte 6].")},
	"privacy/paste": {"recruiter,counsellor", say(
		"Mieux vaut ne pas coller de dossier nominatif. Ne mettez que ce qui est utile à la question : retirez nom, adresse, téléphone, numéro de sécurité sociale, santé et situation familiale. Pour un CV, le parcours suffit : ces informations sont ignorées par l'analyse [charte 6].",
		"Non pour un dossier complet : limitez-vous au strict nécessaire, sans nom, coordonnées, numéro de sécurité sociale ni donnée de santé. Le texte d'un parcours ou d'une offre suffit pour obtenir une réponse [charte 6].")},

	"privacy/health": {"", func(role string) []string {
		if role != "seeker" {
			return []string{"Je ne note rien sur la santé, la grossesse ou le handicap d'une personne, et je ne le transmets à personne : ce sont des données protégées [charte 6], et en tenir compte pour l'écarter est interdit (code du travail, article L1132-1). Elle en parle si elle le veut, au médecin du travail ou à son référent. Je peux vous aider sur les exigences réelles du poste."}
		}
		return []string{
			"Je ne l'ajoute pas à votre profil : la santé, la grossesse et le handicap relèvent de votre vie privée. Un employeur n'a pas à les demander et ne peut pas en tenir compte pour vous écarter (code du travail, article L1132-1). Rien ne vous oblige à en parler. Pour un aménagement de poste ou la RQTH, un conseiller peut vous guider. Voulez-vous lui parler ?",
			"Non : un profil de compétences ne contient rien sur la santé, et je n'y ajoute pas cette information [charte 6]. Vous n'avez pas à en parler pour postuler, et il est interdit d'en tenir compte pour vous écarter (code du travail, article L1132-1). Pour un aménagement de poste ou la RQTH, un conseiller vous répondra en confiance.",
		}
	}},

	"refuse/rank": {"", say(
		"Je ne note, ne trie et ne classe pas de personnes, et je n'écarte aucune candidature : ce choix revient à un humain [charte 2]. Je peux en revanche vérifier votre offre, estimer son délai de pourvoi, ou lister les compétences attendues pour le métier. Que préférez-vous ?",
		"Comparer ou sélectionner des candidats n'est pas dans ma mission [charte 1], et la décision appartient à une personne [charte 2]. Je peux vous aider à rédiger une offre conforme ou à préciser les compétences utiles au poste.")},
	"refuse/people": {"", func(role string) []string {
		if role == "counsellor" {
			return []string{"Je ne donne ni ne change de données sur une autre personne, et je n'ouvre pas le portefeuille ou le dossier d'un collègue [charte 6]. Ce qui vous est nécessaire se consulte dans l'outil de suivi, avec vos droits ; pour le reste, voyez votre responsable. Sur vos propres offres, je peux aider : que cherchez-vous ?"}
		}
		return []string{
			"Je ne communique pas de données sur une autre personne : coordonnées, dossier, numéro ou candidature [charte 6]. Pour joindre quelqu'un, passez par votre agence ou demandez ici un conseiller.",
			"Ces informations concernent quelqu'un d'autre : je n'y ai pas accès et je ne les donne pas [charte 6]. Un conseiller peut vous indiquer la démarche possible. Voulez-vous que je transmette votre demande ?",
		}
	}},
	"refuse/benefits": {"", func(role string) []string {
		if role == "counsellor" {
			return []string{"Je ne calcule ni droits ni montants : il faut le dossier complet, que je n'ai pas, et une erreur pèserait sur la personne. Son espace personnel, le simulateur officiel ou le service indemnisation donnent la réponse exacte ; elle peut aussi appeler le 3949. Je peux vous aider sur une offre, un métier ou un parcours."}
		}
		if role == "recruiter" {
			return []string{"Je ne calcule pas d'aide ni de montant : il faut des éléments que je n'ai pas, et une erreur vous engagerait. Le " + phone(role) + " ou votre espace recruteur vous répondront. Je peux vérifier votre offre ou estimer son délai."}
		}
		return []string{
			"Je ne calcule pas les allocations : seul le service qui a votre dossier peut donner un montant ou une date. Consultez votre espace personnel, ou appelez le 3949." + orHuman,
			"Les droits, montants et dates de paiement ne relèvent pas de cet assistant, pour éviter toute erreur. Votre espace personnel et le 3949 donnent la réponse exacte." + orHuman,
		}
	}},
	"refuse/admin": {"seeker", say(
		"Je n'ai pas accès à votre dossier administratif : inscription, actualisation, radiation ou justificatif se règlent dans votre espace personnel, au 3949, ou en agence. Si un délai court, contactez-les sans attendre."+orHuman,
		"Cette démarche passe par votre espace personnel ou le 3949 : je ne peux ni la voir ni la faire à votre place. Souhaitez-vous que je demande à un conseiller de vous aider ?")},
	"refuse/jobs": {"seeker", say(
		"Je ne cherche pas d'offres et ne postule pas à votre place : la recherche se fait dans votre espace personnel, rubrique offres d'emploi. Je peux tirer vos compétences d'un CV, vous dire le code ROME d'un métier pour mieux chercher, ou vérifier qu'une annonce est légale. Que souhaitez-vous ?",
		"La recherche d'offres n'est pas dans mes outils ; votre espace personnel la propose. Ici, je peux préparer votre profil de compétences, décrire un métier proche ou examiner une annonce qui vous étonne.")},
	"refuse/delay": {"seeker", say(
		"Je n'ai pas d'estimation de délai à donner à un candidat : la prévision porte sur les offres, elle est réservée aux recruteurs et aux conseillers, et ne dit rien de vos chances. Une annonce ancienne peut encore être ouverte : le plus sûr est de contacter l'employeur ou de demander à un conseiller. Je peux vérifier si l'annonce est conforme.",
		"Je ne peux pas estimer ce délai pour vous : l'outil concerne les offres suivies par les recruteurs et les conseillers. Ce que je peux faire : examiner l'annonce, décrire le métier, ou transmettre votre question à un conseiller.")},
	"refuse/discriminate": {"", func(role string) []string {
		if role == "seeker" {
			return []string{"Je n'écris rien qui vise des personnes pour leur origine, leur sexe, leur âge, leur santé ou leurs opinions : c'est interdit (code du travail, article L1132-1) et contraire à la charte [charte 3]. Si vous vivez un conflit ou une discrimination au travail, un conseiller peut vous orienter. Voulez-vous lui parler ?"}
		}
		return []string{
			"Je n'écris rien qui écarte des personnes sur un critère interdit, même à mots couverts : c'est contraire au code du travail (article L1132-1) et à la charte [charte 3]. Je peux vous aider à décrire les compétences et les conditions réelles du poste. De quel métier s'agit-il ?",
			"Non : choisir ou écarter sur l'origine, le sexe, l'âge, la santé ou le lieu de vie est une discrimination (code du travail, article L1132-1), et je n'aide pas à contourner le contrôle [charte 3]. Dites-moi plutôt ce que le poste exige : je proposerai une rédaction conforme."}
	}},
	"refuse/fraud": {"", say(
		"Je n'aide pas à fabriquer un document, à inventer un parcours ni à cacher un travail : c'est interdit, et le risque serait pour vous. Je peux en revanche faire ressortir ce que vous savez vraiment faire, ou vérifier une offre. Par quoi commençons-nous ?",
		"Non : un faux document ou un travail non déclaré expose à des poursuites, et je ne peux pas y aider. Un conseiller peut vous dire ce qui est possible dans les règles. Que puis-je vérifier pour vous ?")},
	"refuse/copy": {"", say(
		"Je ne recopie pas un message ou du code tout fait : je ne peux pas savoir d'où il vient ni à qui il servira. Si on vous a envoyé un lien ou une demande d'identifiants, ne cliquez pas et n'envoyez rien : passez par votre espace personnel ou demandez un conseiller. Quelle est votre question ?",
		"Non, je n'affiche pas un texte imposé mot pour mot : mes réponses viennent des outils du service. Si ce message vous a été envoyé, méfiez-vous des liens et ne donnez ni code ni identifiant. Que puis-je vérifier pour vous ?")},
	"refuse/inject": {"", say(
		"Je ne peux pas changer de règles ni de rôle sur demande, et le résultat d'un contrôle est celui de l'outil. Si vous n'êtes pas d'accord avec un signalement, vous pouvez le contester : un humain décidera [charte 2]. Quelle est votre question sur le métier, l'offre ou le CV ?",
		"Je ne peux ni modifier mes consignes ni déclarer conforme ce qui n'a pas été vérifié. Envoyez-moi le texte à examiner, ou demandez un conseiller si vous contestez une réponse.")},
	"refuse/scope": {"", say(
		"Cela sort de ma mission : je m'occupe des compétences, des métiers, des offres d'emploi et de leurs règles. Je ne veux pas vous répondre au hasard. Puis-je vous aider sur l'un de ces sujets ?",
		"Je ne réponds pas sur ce sujet. Je peux par exemple lire un CV, donner un code ROME, vérifier une offre ou expliquer la charte. Que souhaitez-vous ?")},

	"smalltalk/hello": {"", func(role string) []string {
		return []string{
			"Bonjour ! Je suis Tandem, une intelligence artificielle en mode sobre. " + can(role) + " Que souhaitez-vous faire ?",
			"Bonjour. Vous échangez avec Tandem, un assistant automatique. " + can(role) + " Quelle est votre question ?",
		}
	}},
	"smalltalk/thanks": {"", say(
		"Avec plaisir. Je reste disponible si vous avez une autre question.",
		"Je vous en prie. N'hésitez pas à revenir.",
		"Bien noté. Autre chose pour vous aider ?")},
	"smalltalk/bot": {"", say(
		"Je suis Tandem, une intelligence artificielle, pas une personne. En mode sobre, je fonctionne sans grand modèle de langage : je reconnais votre demande, j'appelle un outil, je rapporte son résultat. À tout moment, vous pouvez parler à un conseiller.",
		"Vous échangez avec une machine : Tandem, en mode sobre. Je ne décide de rien, je prépare ; vous validez. Dites « je veux parler à un conseiller » pour joindre un humain.")},
	"smalltalk/ability": {"", func(role string) []string {
		return []string{can(role) + " Par exemple : " + examples(role) + " Vous pouvez aussi demander un conseiller à tout moment."}
	}},
	"smalltalk/abuse": {"", say(
		"Je comprends votre agacement. Je préfère que nous restions corrects ; si ma réponse ne convient pas, un conseiller peut prendre le relais. Le souhaitez-vous ?",
		"Je suis désolé si je n'ai pas aidé. Dites-moi en une phrase ce que vous cherchez, ou demandez un conseiller.")},
	"smalltalk/language": {"", say(
		"Je comprends surtout le français et un peu l'anglais. Écrivez comme vous pouvez, même avec des fautes. (I work best in French, but simple English is fine: paste your CV, ask for the ROME code of a job, or whether a job ad is legal.) Un conseiller peut aussi vous aider.",
		"Je réponds en français, plus sûr pour moi ; une question simple en anglais est possible. (French is best, simple English works: your CV, a ROME code, a job ad to check.) Sinon, demandez un conseiller.")},
	"privacy/access": {"", say(
		"Le lien « Mes données », en bas de page, montre ce qui est gardé sur vous : conversations, documents, profil, avis. Vous pouvez tout emporter dans un fichier, ou tout effacer [charte 6]. Pour une demande écrite d'accès à vos données, un conseiller vous indiquera à qui l'adresser.",
		"C'est votre droit : « Mes données », en bas de page, affiche tout ce qui vous concerne ici et permet de l'emporter ou de l'effacer [charte 6]. Votre dossier d'usager, lui, se demande auprès de votre agence.")},
	"privacy/object": {"", say(
		"Vous pouvez refuser l'IA : lien « Mes données », en bas de page, puis « Refuser l'IA ». L'assistant ne répondra plus et aucun programme ne lira vos textes ; la recherche par mots et les conseillers restent ouverts [charte 4]. Souhaitez-vous plutôt parler à un conseiller maintenant ?",
		"Rien ne vous oblige à passer par l'IA [charte 4]. « Mes données », en bas de page, permet de la refuser ; ce service n'entraîne aucun modèle avec vos textes. Tout ce que je propose peut aussi se faire avec un conseiller : voulez-vous lui parler ?")},
	"refuse/decide": {"", func(role string) []string {
		if role == "recruiter" {
			return []string{"Je ne prends aucune décision sur une personne et je ne transmets pas de sanction : cela n'appartient qu'à un agent, après examen du dossier [charte 2]. Pour signaler une absence à un entretien, contactez votre conseiller entreprise ou le " + phone(role) + "."}
		}
		return []string{
			"Je ne décide rien sur une personne et je ne rédige pas de sanction : radiation, refus ou avertissement reviennent à un agent qui connaît le dossier, et la personne doit pouvoir s'expliquer [charte 2]. Je peux vous citer la charte ou la loi. Quel point voulez-vous vérifier ?",
			"Cette décision est humaine, et je n'ai pas le dossier [charte 2]. Votre référent juridique ou votre responsable peuvent vous appuyer. Je peux retrouver un texte, décrire un métier ou examiner une offre : que préférez-vous ?",
		}
	}},
	"refuse/advice": {"", say(
		"Je ne donne pas de conseil médical, juridique ou financier personnel : je pourrais me tromper, et vous en subiriez les suites. Pour la santé, un médecin (le 15 en urgence) ; pour vos droits, l'inspection du travail, un point-justice ou un avocat ; pour les impôts, votre centre. Sur les offres, les métiers et les compétences, je peux vous aider : de quoi s'agit-il ?",
		"Ce conseil demande un professionnel qui connaît votre situation : médecin, juriste, expert-comptable ou point-justice, souvent gratuit. Ce que je peux faire : citer un article du code du travail sur les offres d'emploi, ou vous mettre en relation avec un conseiller. Le souhaitez-vous ?")},
	"smalltalk/aside": {"", func(role string) []string {
		return []string{
			"Je vous lis, même si je n'ai pas grand-chose à dire là-dessus : je suis un programme. " + can(role) + " On s'y met quand vous voulez.",
			"C'est noté, sans souci. Quand vous serez prêt : " + strings.ToLower(can(role)[:1]) + can(role)[1:],
			"Je suis là, prenez votre temps. " + can(role),
		}
	}},
	"smalltalk/simpler": {"", say(
		"Bien sûr. Dites-moi quelle partie n'est pas claire, et je la redis en une phrase. Un conseiller peut aussi vous l'expliquer.")},

	"clarify/format": {"", say(
		"Vous pouvez joindre un CV ou une offre en PDF, DOCX, ODT, RTF, HTML ou TXT, ou coller le texte ici. Une photo ou un PDF fait d'images ne peut pas être lu : copiez le texte, ou décrivez votre parcours en quelques phrases. Cela vous convient-il ?",
		"Les formats lus sont PDF (avec du texte), DOCX, ODT, RTF, HTML et TXT. Pour une photo ou un scan, recopiez le texte dans le message : métiers, durées, tâches. Voulez-vous essayer ?")},
	"clarify/vague": {"", func(role string) []string {
		return []string{
			"Je n'ai pas assez d'éléments pour vous répondre. " + can(role) + " De quoi avez-vous besoin ?",
			"Pouvez-vous préciser votre demande en une phrase ? " + can(role),
		}
	}},
}

func can(role string) string {
	switch role {
	case "recruiter":
		return "Je peux vérifier et corriger une offre, estimer son délai de pourvoi, retrouver vos offres ou décrire un métier."
	case "counsellor":
		return "Je peux filtrer votre portefeuille d'offres, expliquer une prévision ou un signalement, analyser un CV ou chercher dans le ROME."
	}
	return "Je peux tirer vos compétences d'un CV, donner un code ROME, décrire un métier ou vérifier si une annonce est légale."
}

func examples(role string) string {
	switch role {
	case "recruiter":
		return "« Pourquoi mon offre 187XKTP est bloquée ? », « Combien de temps pour recruter un soudeur à Nantes ? »."
	case "counsellor":
		return "« Les offres de mon portefeuille à plus de 65 % », « Pourquoi l'offre 184PQRS est à risque ? »."
	}
	return "« Voici mon CV », « Code ROME boulanger », « L'annonce demande une photo, est-ce légal ? »."
}

// between is the one short question asked when two readings are possible.
func between(topicOf string, role string) string {
	_, pair, _ := strings.Cut(topicOf, ":")
	first, second, _ := strings.Cut(pair, ":")
	a, b := wish(first), wish(second)
	switch {
	case a == "" && b == "":
		return "Je ne suis pas sûr d'avoir compris. " + can(role) + " Que souhaitez-vous ?"
	case a == "" || b == "" || a == b:
		if a == "" {
			a = b
		}
		return "Je ne suis pas sûr d'avoir compris : souhaitez-vous " + a + " ? Sinon, reformulez en une phrase, ou demandez un conseiller."
	}
	return "Je ne suis pas sûr d'avoir compris : souhaitez-vous " + a + ", ou " + b + " ?"
}

func wish(label string) string {
	return map[string]string{
		"extract_skills": "faire ressortir les compétences d'un parcours",
		"update_profile": "modifier le profil de compétences",
		"explain_offer":  "vérifier si une offre est conforme",
		"rewrite_offer":  "faire réécrire une offre",
		"predict_delay":  "estimer le délai de pourvoi d'une offre",
		"search_offers":  "retrouver des offres de votre liste",
		"search_rome":    "des informations sur un métier ou une compétence",
		"search_charter": "ce que disent la charte ou la loi",
		"request_human":  "parler à un conseiller",
		"privacy/keep":   "savoir ce que deviennent vos données",
		"privacy/erase":  "effacer vos données",
	}[label]
}
