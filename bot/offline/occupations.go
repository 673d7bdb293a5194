package offline

import (
	"regexp"
	"strings"
)

// Occupations are found by their first word (the head), then followed to the
// right through what completes a job title: « aide | à domicile », « agent |
// d'entretien », « chauffeur | poids lourd ». A word after « code rome »,
// « métier », « recruter un »… is taken as an occupation even when unknown.

// heads of job titles, singular, both genders, folded. Matching forgives an
// ending s and one wrong letter in words of seven letters or more.
var heads = set(`
croque-mort
waiter waitress baker nurse driver welder plumber electrician carpenter cleaner mechanic bricklayer hairdresser butcher receptionist cashier gardener roofer worker
nounou cuistot cuisto mecano
accompagnant accompagnante accompagnateur accompagnatrice acheteur acheteuse actuaire administrateur administratrice agenceur agent agente
agriculteur agricultrice agronome aide aide-soignant aide-soignante aide-menagere ajusteur ambulancier ambulanciere analyste animateur animatrice apiculteur
architecte archiviste arboriculteur artisan assembleur assistant assistante assureur astrologue audioprothesiste auditeur auditrice auteur avocat avocate
auxiliaire bagagiste balayeur barman barmaid equipier equipiere tractopelliste housekeeper trayeur trayeuse barista bibliothecaire bijoutier bijoutiere biologiste blanchisseur boucher bouchere boulanger boulangere
brancardier brodeur bucheron cableur cadre caissier caissiere cameraman canalisateur cantinier cardiologue cariste carreleur carreleuse carrossier charcutier
charge chargee charpentier charpentiere chaudronnier chaudronniere chauffagiste chauffeur chauffeure chauffeuse chef cheffe chercheur chercheuse chimiste chirurgien chocolatier
coach coffreur coiffeur coiffeuse commercial commerciale commis comptable concepteur conceptrice concierge conducteur conductrice confiseur conseiller conseillere
consultant consultante contremaitre controleur controleuse convoyeur coordinateur coordinatrice cordiste cordonnier correcteur coursier couturier couturiere couvreur couvreuse crepier croupier cuisinier cuisiniere
cultivateur danseur danseuse decorateur decoratrice demenageur dentiste dermatologue designer dessinateur dessinatrice developpeur developpeuse dieteticien dieteticienne directeur directrice
docker documentaliste dresseur ebeniste eboueur econome economiste ecrivain editeur educateur educatrice electricien electricienne electromecanicien electronicien electrotechnicien
eleveur eleveuse employe employee emballeur encadreur enqueteur enseignant enseignante ergonome ergotherapeute esthetician estheticienne estheticien etancheur etalagiste expert experte facteur factrice
facadier femme ferrailleur ferronnier fleuriste forain foreur forgeron formateur formatrice fraiseur frigoriste fromager game garagiste garcon garde gardien gardienne geologue geometre gerant gerante
gestionnaire gouvernante graphiste greffier grutier guichetier guide homme horloger horticulteur hotelier hotesse hote hydraulicien imprimeur infirmier infirmiere infographiste informaticien informaticienne
ingenieur ingenieure inspecteur instituteur institutrice installateur interprete inventoriste jardinier jardiniere jointeur journaliste juriste kinesitherapeute kine laborantin laveur linger lingere
livreur livreuse logisticien logisticienne macon maconne magasinier magasiniere maintenancier maitre maitre-nageur manoeuvre mannequin manutentionnaire maquilleur maraicher marbrier mareyeur marin marketeur
masseur mecanicien mecanicienne medecin mediateur mediatrice menuisier menuisiere metallier metreur metteur meunier moniteur monitrice monteur monteuse musicien negociateur nettoyeur notaire nounou nourrice
oenologue operateur operatrice opticien opticienne orthophoniste orthoptiste osteopathe ouvrier ouvriere ouvreur palefrenier parfumeur patissier patissiere paysagiste paysan peintre pecheur pedicure pediatre
pharmacien pharmacienne photographe pilote pisciniste pisteur pizzaiolo plaquiste platrier plombier plombiere plongeur plongeuse podologue poissonnier pompier pompiste porteur poseur potier preparateur preparatrice
preventeur primeur producteur professeur professeure programmeur programmeuse projeteur promoteur prospecteur prothesiste psychologue psychomotricien puericulteur puericultrice puisatier
qualiticien receptionniste redacteur redactrice regisseur reliseur reparateur repetiteur representant responsable restaurateur retoucheur sage-femme saisonnier scaphandrier scenariste sculpteur secretaire sellier
serrurier serruriere serveur serveuse sommelier sommeliere sondeur soudeur soudeuse sophrologue standardiste steward styliste surveillant surveillante tailleur tapissier taxi technicien technicienne technico-commercial
telephoniste televendeur televendeuse teleconseiller teleconseillere teleprospecteur terrassier testeur toiletteur tourneur tractoriste traducteur traductrice traiteur tresorier trieur tuyauteur urbaniste usineur vendangeur
vendeur vendeuse veterinaire veilleur videur vigile vigneron viticulteur viticultrice visiteur webdesigner webmaster zingueur soigneur ouvreuse pizzaiola croupiere
`)

// needTail are heads that are ordinary words unless a complement follows.
var needTail = set("aide agent agente charge chargee chef cheffe employe employee femme homme garde garcon maitre cadre game responsable auxiliaire taxi securite expert experte saisonnier conseiller conseillere auteur primeur visiteur porteur hote manoeuvre guide commercial artisan coach directeur directrice mannequin promoteur")

// complements follow a head directly; links need a word after them.
var (
	complements = set(`
enfants verts mains
soignant soignante menager menagere medical medicale medico-social polyvalent polyvalente livreur livreuse web mobile front back full-stack fullstack informatique commercial commerciale administratif administrative comptable juridique
industriel industrielle agricole automobile auto routier routiere poids-lourd poids lourd pl spl vl frigoriste sanitaire social sociale familial familiale maternelle maternel dentaire veterinaire artistique sportif specialise specialisee qualifie
qualifiee logistique hospitalier hospitaliere territorial paysagiste electrique mecanique petit petite enfance nautique funeraire immobilier immobiliere bancaire qualite securite batiment interimaire liberal liberale bilingue pizzaiolo
clientele emploi tourneur fraiseur zingueur monteur cableur preparateur boulanger patissier chauffagiste designer manager developpeur boutique plastique graphique scolaire general generale dessinateur couvreur poseur terrassier conducteur magasinier cariste
`)
	links  = set("de d' d du des a au aux en l' la le l")
	ending = set(`
svp stp s'il sil merci pour par avec sans dans chez sur vers depuis qui que quoi dont ou et mais car si est sont a-t-il ca c cest c'est ? demain maintenant vite rapidement urgent se ne n' je j' tu il elle on nous vous ils
en cdi cdd interim mis saisonnier saisonniere saison apprentissage alternance plus moins selon d'apres temps mon ma mes ton ta tes son sa ses ce cette ces quel quelle rome code metier poste offre annonce fiche competence competences comme
debutant experimente confirme h f hf bonjour salut contrat stage combien faut peut proba risque delai median moyen proche proches debut fin trouver recruter embaucher va ira devient tarde traine bloque bloquee bloquees mois ans jours semaines
portefeuille rapide long longue facile difficile cherche recherche autour pres region rien aucun aucune tres trop bien long doit`)
)

// occupation finds the job title of a message, as written; "" when there is none.
func occupation(m message) string {
	if at := englishTitle.FindStringIndex(m.fold.Folded); at != nil {
		return original(m, at[0], at[1])
	}
	toks := tokenise(m.fold.Folded)
	for i, t := range toks {
		if !isHead(t.text) || ofContract.MatchString(t.text) || i > 0 && isVerb(toks, i) {
			continue
		}
		end := follow(m, toks, i)
		if _, weak := needTail[t.text]; weak && end == i {
			continue
		}
		start := i
		if i > 0 && adjacent(m, toks[i-1], t) {
			if _, kind := englishKinds[toks[i-1].text]; kind && strings.HasPrefix(t.text, "driver") || kind && t.text == "worker" {
				start--
			}
		}
		return written(m, toks, start, end)
	}
	return cued(m, toks)
}

// englishKinds come before "driver" and "worker" and make a title of them.
var englishKinds = set("lorry truck forklift bus delivery taxi van care construction farm warehouse factory social kitchen")

// englishTitle is a title of two English words, as offers have them.
var englishTitle = regexp.MustCompile(`\b(?:data|scrum|product|prompt|community|office|store|project|account|business|growth|software|devops|cloud|sales|web|traffic) (?:engineer|analyst|scientist|master|owner|managers?|developer|designer)\b`)

// isVerb reports whether a word that could begin a title is a verb or what is
// excluded: « tu gardes », « non pas hôtesse, steward ».
func isVerb(toks []token, i int) bool {
	_, subject := subjects[toks[i-1].text]
	return subject || toks[i-1].text == "pas" && i > 1 && toks[i-2].text == "non"
}

var subjects = set("je j' tu il on nous vous vs ils me se te m' s' t' ne n'")

// ofContract are words for a person by the contract, not the occupation.
var ofContract = regexp.MustCompile(`^(?:saisonni|apprenti|interimaire|stagiaire|alternant)`)

func isHead(w string) bool {
	if notTitle(w) {
		return false
	}
	for _, form := range []string{w, strings.TrimSuffix(w, "s"), strings.ReplaceAll(strings.TrimSuffix(w, "s"), "s-", "-")} {
		if _, ok := heads[form]; ok {
			return true
		}
		if _, ok := titleHeads[form]; ok {
			return true
		}
	}
	if before, after, ok := strings.Cut(w, "-"); ok && len(before) > 4 && len(after) > 4 {
		return isHead(before) && isHead(after) // moniteur-éducateur
	}
	if len(w) < 7 || len(w) > 20 {
		return false
	}
	if nearHeads[w] { // a letter is missing
		return true
	}
	for i := range len(w) {
		short := w[:i] + w[i+1:]
		if _, ok := heads[short]; ok && len(short) >= 7 || nearHeads[short] { // one too many, or a wrong one
			return true
		}
	}
	return false
}

// nearHeads are the long heads with one letter left out.
var nearHeads = func() map[string]bool {
	m := map[string]bool{}
	for h := range heads {
		if len(h) < 8 {
			continue
		}
		for i := range len(h) {
			m[h[:i]+h[i+1:]] = true
		}
	}
	return m
}()

// follow is the last token of the job title that begins at i.
func follow(m message, toks []token, i int) int {
	end := i
	for j := i + 1; j < len(toks) && j <= i+6; j++ {
		if !adjacent(m, toks[j-1], toks[j]) {
			break
		}
		w := toks[j].text
		if _, stop := complements[strings.TrimSuffix(w, "s")]; stop {
			end = j
			continue
		}
		if _, ok := complements[w]; ok {
			end = j
			continue
		}
		if end == i && acronym(m, toks[j]) && len(w) > 1 && !isEnding(w) && w != "mis" && w != "h" && w != "hf" && m.raw != strings.ToUpper(m.raw) {
			end = j // soudeur TIG, opérateur CN
			continue
		}
		if w == "et" && j+1 < len(toks) && end > i && toks[j+1].text == "social" {
			end, j = j+1, j+1
			continue
		}
		if _, ok := titleWords[w]; ok && !isEnding(w) && (!upperAt(m, toks[j]) || acronym(m, toks[j])) {
			end = j
			continue
		}
		if _, link := links[w]; link && j+1 < len(toks) {
			k := j + 1
			if _, again := links[toks[k].text]; again && k+1 < len(toks) && adjacent(m, toks[j], toks[k]) {
				k++
			}
			if completes(m, toks, j, k) {
				end, j = k, k
				continue
			}
		}
		break
	}
	return end
}

// acronym reports whether a word is in capitals and short: "technicien CVC".
func acronym(m message, t token) bool {
	start, end := m.fold.Span(t.start, t.end)
	said := m.raw[start:end]
	return len(said) <= 5 && said == strings.ToUpper(said)
}

func isEnding(w string) bool {
	if _, stop := ending[w]; stop {
		return true
	}
	_, town := towns[w]
	_, departement := departements[w]
	return town || departement
}

// completes reports whether toks[k], linked by toks[j], belongs to a title:
// « agent d'entretien » but not « serveur à Nice », « maçon en CDI ».
func completes(m message, toks []token, j, k int) bool {
	w := toks[k].text
	if !adjacent(m, toks[k-1], toks[k]) || len(w) < 3 {
		return false
	}
	if _, stop := ending[w]; stop && !(w == "car" && drives.MatchString(toks[j-1].text)) {
		return false
	}
	if (w == "nuit" || w == "jour") && !watches.MatchString(toks[j-1].text) {
		return false // « boulanger de nuit » is a boulanger
	}
	if _, town := towns[joinTokens(toks[k:min(k+1, len(toks))])]; town {
		return false
	}
	if _, dep := departements[w]; dep {
		return false
	}
	for n := 2; n <= 4 && k+n <= len(toks); n++ {
		name := joinTokens(toks[k : k+n])
		if _, ok := departements[name]; ok {
			return false
		}
		if _, ok := towns[name]; ok {
			return false
		}
	}
	if upperAt(m, toks[k]) {
		return false
	}
	switch toks[j].text {
	case "a", "au", "aux":
		return w == "domicile" || w == "tout" || w == "pied" || w == "nageur" || w == "commande" || w == "la"
	case "en":
		_, field := titleFields[w]
		_, place := workplaces[w]
		return field || place
	case "le", "la", "l'", "l":
		_, ok := workplaces[w]
		return ok
	}
	return w[0] < '0' || w[0] > '9'
}

var (
	drives  = regexp.MustCompile(`^(?:conduct|chauffeur)`)
	watches = regexp.MustCompile(`^(?:veill|gardien|agent|receptionn|portier|auditeur|surveillant|equipe)`)
)

var workplaces = set("insertion salle cuisine boulangerie patisserie restauration batiment charcuterie boucherie mecanique electricite informatique securite laboratoire creche ehpad puericulture geriatrie psychiatrie logistique maintenance production chambre caisse rayon plonge")

// cues introduce an occupation whatever the word: « code rome X ».
var cues = [][]string{
	{"code", "rome"}, {"cod", "rome"}, {"code", "rom"}, {"rome", "code", "for"}, {"rome"}, {"rom"}, {"fiche", "metier"}, {"fiche"}, {"metier"}, {"metiers"}, {"appellation"}, {"appellations"}, {"devenir"},
	{"recruter"}, {"recrute"}, {"embaucher"}, {"embauche"}, {"poste"}, {"offre"}, {"median"}, {"competences"}, {"profession"},
}

func cued(m message, toks []token) string {
	for _, cue := range cues {
		for i := 0; i+len(cue) < len(toks); i++ {
			match := true
			for k, w := range cue {
				if toks[i+k].text != w {
					match = false
					break
				}
			}
			if !match {
				continue
			}
			j, article := i+len(cue), false
			for j < len(toks) {
				w := toks[j].text
				if w == "un" || w == "une" || w == "d'" || w == "d" || w == "de" || w == "du" || w == "pour" || w == "pr" || w == "le" || w == "la" || w == "l'" || w == ":" || w == "des" {
					article = true
					j++
					continue
				}
				break
			}
			strong := cue[0] == "code" || cue[0] == "rome" || cue[0] == "fiche" && len(cue) == 2 || cue[0] == "devenir" || cue[0] == "recruter" || cue[0] == "embaucher"
			if j >= len(toks) || !strong && (!article || !titleLike(toks[j].text)) {
				continue
			}
			w := toks[j].text
			_, stop := ending[w]
			_, link := links[w]
			if stop || link || len(w) < 4 || w[0] >= '0' && w[0] <= '9' || romeCode(w) || notTitle(w) {
				continue
			}
			end := follow(m, toks, j)
			if _, weak := needTail[w]; weak && end == j {
				continue
			}
			return written(m, toks, j, end)
		}
	}
	return ""
}

// titleLike: the endings of French job titles.
func titleLike(w string) bool {
	w = strings.TrimSuffix(w, "s")
	for _, end := range []string{"eur", "euse", "ier", "iere", "iste", "ien", "ienne", "trice", "logue", "er", "ant", "ante"} {
		if len(w) > 5 && strings.HasSuffix(w, end) {
			return !notTitle(w)
		}
	}
	return false
}

var neverTitles = set("conseillez conseille cocher tourner tailler nettoyer envoye appellation appellations preneur identite illegaux coiffure soudure livraison erreur employeur recruteur valeur premier premiere derniere dernier papier candidat candidats quelqu'un quelqu personne personnes plusieurs meilleur pertinent suivant correspondant actuel illegale legale illegal fournisseur ailleurs demandeur demandeurs utilisateur serieux jeune jeunes bientot important courrier dossier chantier janvier fevrier quartier fichier particulier secteur proche proches profil salaire entreprise annonce moyen pendant restant montant pourquoi version svp commerce nature numerique agriculture animaux possible possibles interdit metier metiers travail emploi loin vert verts quelle quelles etranger etrangers etrangere etrangeres hommes femmes noir blancs senior seniors vieux francais handicape handicapes dans rapidement facteurs peinture maconnerie carriere charges employeurs experience formation information conditions")

func notTitle(w string) bool {
	_, ok := neverTitles[w]
	return ok
}

func written(m message, toks []token, from, to int) string {
	start, end := m.fold.Span(toks[from].start, toks[to].end)
	return m.raw[start:end]
}
