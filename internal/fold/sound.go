package fold

import "strings"

// Sound returns what a folded French word sounds like, roughly: words that are
// said the same are written the same ("boucher", "bouchère", "bouché" without
// its accent; "kuizinié" and "cuisinier"). What marks gender, number and tense
// and is not heard is gone. It is a key to compare, not a transcription.
func Sound(word string) string {
	var b strings.Builder
	b.Grow(len(word))
	w := word
	for i := 0; i < len(w); {
		sound, n := heard(w, i)
		if sound != "" && b.Len() > 0 && sound[0] == b.String()[b.Len()-1] {
			sound = sound[1:] // doubled letters are one sound
		}
		b.WriteString(sound)
		i += n
	}
	key := b.String()
	for len(key) > 2 {
		cut := silent(key)
		if cut == 0 || len(key)-cut < 2 {
			break
		}
		key = key[:len(key)-cut]
	}
	return key
}

// silent is how many letters at the end of a key are not heard, or only in the
// feminine: -er, -é and -e are one ending, and final consonants do not sound.
func silent(key string) int {
	if strings.HasSuffix(key, "er") {
		return 2
	}
	if strings.ContainsRune("estdxpz", rune(key[len(key)-1])) {
		return 1
	}
	return 0
}

// groups are letters that make one sound together, the longest first.
// Capitals are sounds that no single letter writes.
var groups = []struct{ letters, sound string }{
	{"eaux", "o"}, {"tion", "sion"}, {"eau", "o"}, {"oeu", "E"}, {"sch", "C"}, {"ill", "i"}, {"que", "ke"},
	{"aux", "o"}, {"au", "o"}, {"ou", "U"}, {"eu", "E"}, {"oe", "E"}, {"ai", "e"}, {"ei", "e"}, {"ay", "e"}, {"ey", "e"},
	{"oi", "W"}, {"oy", "W"}, {"xc", "x"}, {"ph", "f"}, {"qu", "k"}, {"ck", "k"}, {"ch", "C"}, {"sh", "C"}, {"gn", "N"},
}

// nasals sound so unless a vowel or another n or m follows.
var nasals = []struct{ letters, sound string }{
	{"ain", "I"}, {"aim", "I"}, {"ein", "I"}, {"an", "A"}, {"am", "A"}, {"en", "A"}, {"em", "A"}, {"in", "I"}, {"im", "I"}, {"yn", "I"}, {"ym", "I"},
	{"on", "O"}, {"om", "O"}, {"un", "I"},
}

// heard is the sound at w[i] and how many letters write it.
func heard(w string, i int) (sound string, n int) {
	rest := w[i:]
	for _, x := range nasals {
		if strings.HasPrefix(rest, x.letters) && (len(rest) == len(x.letters) || !strings.ContainsRune("aeiouynmh", rune(rest[len(x.letters)]))) {
			return x.sound, len(x.letters)
		}
	}
	for _, g := range groups {
		if strings.HasPrefix(rest, g.letters) {
			return g.sound, len(g.letters)
		}
	}
	soft := len(rest) > 1 && strings.ContainsRune("eiy", rune(rest[1]))
	switch c := rest[0]; c {
	case 'c':
		if soft {
			return "s", 1
		}
		return "k", 1
	case 'q':
		return "k", 1
	case 'g':
		if soft {
			return "j", 1
		}
		if len(rest) > 2 && rest[1] == 'u' && strings.ContainsRune("eiy", rune(rest[2])) {
			return "g", 2
		}
		return "g", 1
	case 's':
		if i > 0 && len(rest) > 1 && strings.ContainsRune("aeiouy", rune(w[i-1])) && strings.ContainsRune("aeiouy", rune(rest[1])) {
			return "z", 1
		}
		return "s", 1
	case 'w':
		return "U", 1
	case 'y':
		return "i", 1
	case 'h':
		return "", 1
	default:
		return string(c), 1
	}
}
