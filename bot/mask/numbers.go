package mask

import (
	"iter"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// number is a stretch of a text that has valid check digits.
type number struct {
	kind     string
	from, to int // bytes
}

// numbers yields the social security numbers and IBANs of a text from left to
// right, none over another. They are found by their check digits at any place,
// whatever separates their characters: wrongly hiding one run of digits in a
// hundred costs nothing, missing a real one does.
func numbers(text string) iter.Seq[number] {
	return func(yield func(number) bool) {
		for at := 0; at < len(text); at++ {
			n, ok := number{}, false
			switch c := text[at]; {
			case c >= '1' && c <= '8':
				n, ok = nirAt(text, at)
			case c|0x20 >= 'a' && c|0x20 <= 'z':
				n, ok = ibanAt(text, at)
			}
			if !ok {
				continue
			}
			if !yield(n) {
				return
			}
			at = n.to - 1
		}
	}
}

// maxGap is how many separators in a row may stand between two characters.
const maxGap = 3

// compact collects up to most letters and digits of text from at, and where each
// ends. It stops at what neither belongs to a number nor separates its groups.
func compact(text string, at, most int, buffer []byte, ends []int) ([]byte, []int) {
	gap := 0
	for at < len(text) && len(buffer) < most {
		c := text[at]
		switch {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z':
			buffer = append(buffer, c)
		case c >= 'a' && c <= 'z':
			buffer = append(buffer, c-'a'+'A')
		default:
			r, size := utf8.DecodeRuneInString(text[at:])
			if gap++; gap > maxGap || !separates(r) {
				return buffer, ends
			}
			at += size
			continue
		}
		gap = 0
		at++
		ends = append(ends, at)
	}
	return buffer, ends
}

func separates(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Zs, unicode.Cf, unicode.Pd) || strings.ContainsRune("._/,:·'", r)
}

const nirLength = 15

func nirAt(text string, at int) (number, bool) {
	var b [nirLength]byte
	var e [nirLength]int
	s, ends := compact(text, at, nirLength, b[:0], e[:0])
	if len(s) < nirLength || !validNIR(string(s)) {
		return number{}, false
	}
	return number{"NIR", at, ends[nirLength-1]}, true
}

// validNIR checks a French social security number of 15 characters: 97 minus
// the number modulo 97 is its key, the departments of Corsica counted as 19
// and 18. Source: INSEE.
func validNIR(s string) bool {
	if strings.IndexByte("123478", s[0]) < 0 {
		return false
	}
	switch s[5:7] {
	case "2A":
		s = s[:5] + "19" + s[7:]
	case "2B":
		s = s[:5] + "18" + s[7:]
	}
	n, err := strconv.ParseUint(s[:13], 10, 64)
	key, err2 := strconv.ParseUint(s[13:], 10, 64)
	return err == nil && err2 == nil && key == 97-n%97
}

// ibanLengths by country, of ISO 13616 (registry of SWIFT): the countries of
// SEPA and those that people in France hold accounts in.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DZ": 26,
	"EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22,
	"IL": 23, "IS": 26, "IT": 27, "KZ": 20, "KW": 30, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MA": 28, "MC": 27, "MD": 24, "ME": 22,
	"MG": 27, "MK": 19, "ML": 28, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24,
	"SE": 24, "SI": 19, "SK": 24, "SM": 27, "SN": 28, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "XK": 20, "BJ": 28, "BF": 28, "CI": 28, "CM": 27,
}

func ibanAt(text string, at int) (number, bool) {
	const longest = 34
	var b [longest]byte
	var e [longest]int
	s, ends := compact(text, at, 4, b[:0], e[:0])
	if len(s) < 4 || s[2] < '0' || s[2] > '9' || s[3] < '0' || s[3] > '9' {
		return number{}, false
	}
	length := ibanLengths[string(s[:2])]
	if length == 0 {
		return number{}, false
	}
	s, ends = compact(text, at, length, b[:0], e[:0])
	if len(s) < length || !validIBAN(s) {
		return number{}, false
	}
	return number{"IBAN", at, ends[length-1]}, true
}

// validIBAN checks ISO 13616: country and key moved to the end, letters as
// numbers from 10, the whole modulo 97 is 1.
func validIBAN(s []byte) bool {
	rest := 0
	for i := range s {
		switch c := s[(i+4)%len(s)]; {
		case c >= 'A':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}
