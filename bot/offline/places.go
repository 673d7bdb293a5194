package offline

import (
	"strings"

	"tandem/tools/offers"
)

// Départements by number, and the towns people name most, with theirs. A town
// that is not here is still understood after « à » when it has a capital.
var (
	departements = table(departementTable) // folded name → code
	towns        = table(townTable)
	codes        = func() map[string]bool { // "44" → true
		m := map[string]bool{}
		for _, c := range departements {
			m[c] = true
		}
		return m
	}()
)

func table(s string) map[string]string {
	m := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(s), "\n") {
		code, names, _ := strings.Cut(line, " ")
		for _, name := range strings.Split(names, ",") {
			m[strings.TrimSpace(name)] = code
		}
	}
	return m
}

const departementTable = `
01 ain
02 aisne
03 allier
04 alpes-de-haute-provence
05 hautes-alpes
06 alpes-maritimes
07 ardeche
08 ardennes
09 ariege
10 aube
11 aude
12 aveyron
13 bouches-du-rhone,bdr
14 calvados
15 cantal
16 charente
17 charente-maritime
18 cher
19 correze
2A corse-du-sud
2B haute-corse
21 cote-d'or
22 cotes-d'armor
23 creuse
24 dordogne
25 doubs
26 drome
27 eure
28 eure-et-loir
29 finistere
30 gard
31 haute-garonne
32 gers
33 gironde
34 herault
35 ille-et-vilaine
36 indre
37 indre-et-loire
38 isere
39 jura
40 landes
41 loir-et-cher
42 loire
43 haute-loire
44 loire-atlantique
45 loiret
46 lot
47 lot-et-garonne
48 lozere
49 maine-et-loire
50 manche
51 marne
52 haute-marne
53 mayenne
54 meurthe-et-moselle
55 meuse
56 morbihan
57 moselle
58 nievre
59 nord
60 oise
61 orne
62 pas-de-calais
63 puy-de-dome
64 pyrenees-atlantiques
65 hautes-pyrenees
66 pyrenees-orientales
67 bas-rhin
68 haut-rhin
69 rhone
70 haute-saone
71 saone-et-loire
72 sarthe
73 savoie
74 haute-savoie
75 seine
76 seine-maritime
77 seine-et-marne
78 yvelines
79 deux-sevres
80 somme
81 tarn
82 tarn-et-garonne
83 var
84 vaucluse
85 vendee
86 vienne
87 haute-vienne
88 vosges
89 yonne
90 territoire-de-belfort
91 essonne
92 hauts-de-seine
93 seine-saint-denis
94 val-de-marne
95 val-d'oise
971 guadeloupe
972 martinique
973 guyane
974 reunion,la-reunion
976 mayotte
`

const townTable = `
01 bourg-en-bresse,oyonnax
02 saint-quentin,soissons,laon
03 vichy,montlucon,moulins
04 manosque,digne-les-bains
05 gap,briancon
06 nice,cannes,antibes,grasse,menton
07 annonay,privas,aubenas
08 charleville-mezieres,sedan
09 foix,pamiers
10 troyes
11 narbonne,carcassonne
12 rodez,millau
13 marseille,aix-en-provence,arles,martigues,aubagne,istres,salon-de-provence
14 caen,lisieux,bayeux
15 aurillac
16 angouleme,cognac
17 la-rochelle,rochefort,saintes,royan
18 bourges,vierzon
19 brive,brive-la-gaillarde,tulle
2A ajaccio,porto-vecchio
2B bastia,corte
21 dijon,beaune
22 saint-brieuc,lannion,dinan
23 gueret
24 perigueux,bergerac
25 besancon,montbeliard,pontarlier
26 valence,montelimar,romans-sur-isere
27 evreux,vernon
28 chartres,dreux
29 brest,quimper,morlaix,concarneau
30 nimes,ales
31 toulouse,colombiers,blagnac,muret
32 auch
33 bordeaux,merignac,pessac,arcachon,libourne
34 montpellier,beziers,sete
35 rennes,saint-malo,fougeres,vitre
36 chateauroux
37 tours
38 grenoble,bourgoin-jallieu,voiron
39 dole,lons-le-saunier
40 mont-de-marsan,dax
41 blois,vendome
42 saint-etienne,roanne
43 le-puy-en-velay
44 nantes,saint-nazaire,saint-herblain,reze,chateaubriant
45 orleans,montargis
46 cahors,figeac
47 agen,villeneuve-sur-lot
48 mende
49 angers,cholet,saumur
50 cherbourg,saint-lo,granville,avranches
51 reims,epernay,chalons-en-champagne
52 chaumont,saint-dizier
53 laval,chateau-gontier
54 nancy,luneville,longwy
55 bar-le-duc,verdun
56 lorient,vannes,pontivy,auray
57 metz,thionville,forbach,sarreguemines
58 nevers
59 lille,roubaix,tourcoing,dunkerque,valenciennes,douai,cambrai,maubeuge,villeneuve-d'ascq
60 beauvais,compiegne,creil,senlis
61 alencon,flers,argentan
62 calais,arras,boulogne-sur-mer,lens,bethune,saint-omer
63 clermont-ferrand,riom,thiers
64 pau,bayonne,biarritz,anglet
65 tarbes,lourdes
66 perpignan
67 strasbourg,haguenau,selestat
68 mulhouse,colmar,saint-louis
69 lyon,villeurbanne,venissieux,villefranche-sur-saone,bron
70 vesoul
71 chalon-sur-saone,macon,le-creusot
72 le-mans,sable-sur-sarthe
73 chambery,albertville,aix-les-bains,courchevel,tignes
74 annecy,annemasse,thonon-les-bains,cluses,chamonix,megeve
75 paris
76 rouen,le-havre,dieppe
77 meaux,melun,chelles,fontainebleau,provins
78 versailles,poissy,mantes-la-jolie,sartrouville
79 niort,bressuire
80 amiens,abbeville
81 albi,castres
82 montauban
83 toulon,frejus,hyeres,draguignan,saint-tropez,saint-raphael
84 avignon,orange,carpentras
85 la-roche-sur-yon,les-sables-d'olonne,les-herbiers,fontenay-le-comte
86 poitiers,chatellerault
87 limoges
88 epinal,saint-die
89 auxerre,sens
90 belfort
91 evry,massy,corbeil-essonnes,palaiseau
92 nanterre,boulogne-billancourt,courbevoie,la-defense,colombes,levallois
93 saint-denis,montreuil,bobigny,aubervilliers,aulnay-sous-bois,pantin,noisy-le-grand
94 creteil,vitry-sur-seine,rungis,ivry-sur-seine,champigny
95 cergy,argenteuil,sarcelles,roissy
971 pointe-a-pitre,les-abymes
972 fort-de-france,le-lamentin
973 cayenne,kourou
974 saint-pierre,le-tampon,le-port
976 mamoudzou
`

// place is a place named in a message: a département, a town, or both empty.
type place struct {
	departement string
	town        string // as written
	inferred    string // département of a known town
}

// prepositions after which a name is a place.
var placeWords = set("a au aux en dans sur vers pres region cote secteur autour bassin de du d' l' la le les departement dpt dept coin et ou")

// readPlace finds the place of a message. Names that are words too ("var",
// "lot", "macon", "tours") count only after a preposition of place.
func readPlace(m message) place {
	var found place
	toks := tokenise(m.fold.Folded)
next:
	for i := 0; i < len(toks); i++ {
		if found.departement == "" && isCode(m, toks, i) {
			found.departement = strings.ToUpper(toks[i].text)
			continue
		}
		for n := min(6, len(toks)-i); n >= 1; n-- {
			name := joinTokens(toks[i : i+n])
			if _, region := regions[name]; region {
				i += n - 1 // « Pays de la Loire » is not la Loire
				continue next
			}
			code, isDep := departements[name]
			town, isTown := towns[name]
			if !isDep && !isTown || !placed(m, toks, i, name, n) {
				continue
			}
			if isDep && found.departement == "" {
				found.departement = code
			} else if isTown && found.town == "" {
				start, end := m.fold.Span(toks[i].start, toks[i+n-1].end)
				found.town, found.inferred = m.raw[start:end], town
			}
			i += n - 1
			continue next
		}
	}
	if found.town == "" {
		found.town = capitalisedPlace(m, toks)
	}
	if found.town == "" && found.departement == "" { // « serveur La Baule »
		if said := offers.Parse(m.raw); said.Town != "" {
			found.town, found.inferred = said.Town, said.Departement
		}
	}
	return found
}

// placed reports whether the name at token i is used as a place.
func placed(m message, toks []token, i int, name string, n int) bool {
	if len(name) < 3 {
		return false
	}
	prev, before := "", ""
	if i > 0 {
		prev = toks[i-1].text
	}
	if i > 1 {
		before = toks[i-2].text
	}
	if ambiguous[name] {
		switch prev {
		case "a", "vers", "pres", "en":
			return true
		case "le", "la", "les", "l'":
			return before == "dans" || before == "sur" || before == "pour" || before == "vers" || before == "seulement"
		case "sur":
			return upperAt(m, toks[i])
		}
		return false
	}
	_, prepared := placeWords[prev]
	return prepared || n > 1 || strings.Contains(name, "-") || upperAt(m, toks[i])
}

func placeBefore(prev string) bool {
	return prev == "a" || prev == "sur" || prev == "vers" || prev == "pres"
}

var regions = set("pays-de-la-loire centre-val-de-loire val-de-loire hauts-de-france grand-est nouvelle-aquitaine rhone-alpes auvergne-rhone-alpes ile-de-france bourgogne-franche-comte normandie bretagne occitanie provence-alpes-cote-d'azur")

// ambiguous names are words too.
var ambiguous = func() map[string]bool {
	m := map[string]bool{}
	for w := range set("macon tours orange sens lens dole laval vienne valence thiers moulins lourdes saintes cher nord manche var lot orne gap foix ain aube landes loire somme creuse tulle auch dax bron chaumont laon menton grasse ales le-port saint-denis saint-louis saint-pierre rochefort istres arras vichy gard marne aude") {
		m[w] = true
	}
	return m
}()

// isCode reports whether token i is a département's number as people write it:
// « dans le 93 », « dépt 13 », « du 29 », « (44) », « le 2A ».
func isCode(m message, toks []token, i int) bool {
	t := toks[i]
	if len(t.text) < 2 || len(t.text) > 3 || !codes[strings.ToUpper(t.text)] || i == 0 {
		return false
	}
	if i+1 < len(toks) {
		if _, unit := units[toks[i+1].text]; unit {
			return false
		}
	}
	rest := m.fold.Folded[t.end:]
	if hasUnit(rest) || len(rest) > 1 && strings.ContainsRune(",./", rune(rest[0])) && rest[1] >= '0' && rest[1] <= '9' {
		return false
	}
	if m.fold.Folded[t.start-1] == '(' && strings.HasPrefix(rest, ")") {
		return true
	}
	if t.text == "2a" || t.text == "2b" {
		return true
	}
	prev, before := toks[i-1].text, ""
	if i > 1 {
		before = toks[i-2].text
	}
	switch prev {
	case "rurale", "zone", "secteur", "bassin":
		return true
	case "departement", "dpt", "dept", "dep", "depts", "departements":
		return true
	case "le", "la":
		switch before {
		case "dans", "sur", "pour", "vers", "seulement":
			return true
		}
		return t.text[1] == 'a' || t.text[1] == 'b'
	case "du":
		return true
	}
	if _, town := towns[prev]; town {
		return true
	}
	return isHead(prev) // « cuisinier 17 »
}

func hasUnit(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return strings.HasPrefix(rest, "%") || strings.HasPrefix(rest, "€")
}

var units = set("au ans an annee annees mois jours jour semaines semaine heures heure h euros euro premieres premiers km offres personnes pourcent")

// capitalisedPlace is a town that is not in the table: capital letter after « à ».
func capitalisedPlace(m message, toks []token) string {
	for i := 1; i < len(toks); i++ {
		if !placeBefore(toks[i-1].text) {
			continue
		}
		start, _ := m.fold.Span(toks[i].start, toks[i].end)
		first := m.raw[start:]
		if !startsUpper(first) || len(toks[i].text) < 3 {
			continue
		}
		j := i
		for j+1 < len(toks) && toks[j+1].start == toks[j].end+1 && (m.fold.Folded[toks[j].end] == '-' || upperAt(m, toks[j+1])) {
			j++
		}
		_, end := m.fold.Span(toks[i].start, toks[j].end)
		return m.raw[start:end]
	}
	return ""
}
