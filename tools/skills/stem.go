package skills

import "strings"

// Two forms of a word are compared. The light form forgets number and gender,
// and is for job titles: « boulangères » is « boulanger », but never
// « boulangerie ». The deep stem also brings verb forms and nouns of action
// together, and is for skills: « encaissement », « encaissait », « encaisser ».

// light is the masculine singular of a folded word, more or less. It need not
// be French, only the same for all forms.
func light(w string) string {
	if irregular, ok := irregularTitles[w]; ok {
		return irregular
	}
	if strings.HasSuffix(w, "eux") {
		return w[:len(w)-1] + "r" // « rigoureux », « rigoureuse »
	}
	w = singular(w)
	if irregular, ok := irregularTitles[w]; ok {
		return irregular
	}
	for _, rule := range feminine {
		if len(w) >= rule.min && strings.HasSuffix(w, rule.from) {
			return w[:len(w)-len(rule.from)] + rule.to
		}
	}
	return w
}

var irregularTitles = map[string]string{
	"hotesse": "hote", "hotesses": "hote", "maitresse": "maitre", "cheffe": "chef", "cheffes": "chef",
	"barmaid": "barman", "doctoresse": "docteur", "commise": "commis", "commis": "commis", "apprentie": "apprenti",
	"serveur": "serveur", "copine": "copain", "vente": "vente", "plante": "plante", "porte": "porte",
}

var feminine = []struct {
	from, to string
	min      int
}{
	{"trice", "teur", 7}, {"euse", "eur", 6}, {"eure", "eur", 6}, {"iere", "ier", 6}, {"ere", "er", 6}, {"ienne", "ien", 7},
	{"enne", "en", 7}, {"onne", "on", 6}, {"ive", "if", 6}, {"ante", "ant", 6}, {"ente", "ent", 6}, {"ointe", "oint", 6},
	{"aine", "ain", 6}, {"ale", "al", 5}, {"elle", "el", 6}, {"ee", "e", 5}, {"ane", "an", 6}, {"ate", "at", 7}, {"iste", "iste", 5},
	{"ise", "is", 7}, {"ite", "it", 7}, {"ine", "in", 8}, {"ouse", "oux", 6}, {"ique", "ique", 5},
}

// singular drops the mark of the plural from a folded word.
func singular(w string) string {
	switch n := len(w); {
	case n > 5 && strings.HasSuffix(w, "eaux"), n > 4 && strings.HasSuffix(w, "eux"):
		return w[:n-1]
	case n > 5 && strings.HasSuffix(w, "aux"):
		return w[:n-2] + "l"
	case n > 3 && (w[n-1] == 's' || w[n-1] == 'x') && !strings.HasSuffix(w, "ss"):
		return w[:n-1]
	}
	return w
}

// deep is the stem of a folded word.
func deep(w string) string {
	families := words().families
	if key, ok := families[w]; ok {
		return key
	}
	s := singular(w)
	if key, ok := families[s]; ok {
		return key
	}
	s = strip(s)
	if key, ok := families[s]; ok {
		return key
	}
	return s
}

// endings are tried in order; the first that leaves at least four letters goes,
// three for the endings of verbs: « gère », « gérait ».
var endings = []string{
	"issements", "issement", "issaient", "issait", "issant", "issent", "isations", "isation", "eraient", "erait",
	"ations", "ation", "ements", "ement", "aient", "erons", "eront", "erai", "era", "aison", "ages", "age",
	"ees", "ee", "es", "ez", "er", "ir", "ais", "ait", "ant", "re", "e", "i", "u",
}

var verbal = set("er e ait ais aient ez ee ees es")

// strip takes the ending off a word by rule alone.
func strip(w string) string {
	if len(w) < 4 || strings.ContainsAny(w, "0123456789") {
		return w
	}
	w = singular(w)
	for _, ending := range endings {
		least := 4
		if verbal[ending] {
			least = 3
		}
		if len(w)-len(ending) >= least && strings.HasSuffix(w, ending) {
			w = w[:len(w)-len(ending)]
			break
		}
	}
	if n := len(w); n > 4 && w[n-1] == w[n-2] {
		w = w[:n-1]
	}
	if n := len(w); w[n-1] == 'y' {
		w = w[:n-1] + "i"
	}
	return w
}

// empty are the words that mean nothing here.
var empty = set(`a au aux avec ce ces cette cet chez comme d dans de des du elle elles en et eux il ils j je l la le les leur leurs
lui m ma mes mon n ne nos notre nous on ou par pour qu que qui s sa se ses si son sont sur t ta tes toi ton tu un une unes vos votre vous y
afin ainsi aussi car donc dont lors puis sous tout toute toutes tous tres via vers depuis pendant entre jusqu etc g jai ai as ont est
suis etait etais ete jsui jsuis c ct avais moi leur mais plus moins bien peu chaque sans quelques plusieurs meme autres autre divers
mm sais sait fait fais faire faisais fesais fe`)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}
