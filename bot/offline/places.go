package offline

import "strings"

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
