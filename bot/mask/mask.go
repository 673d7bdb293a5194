// Package mask hides personal data in what is sent to a model outside this
// process, and puts it back in what the model answers.
//
// It knows what can be recognised by form and, where there is one, by check
// digits: social security numbers (NIR, key checked), IBANs (mod 97), e-mail
// addresses and French telephone numbers. The same value always gets the same
// placeholder ("[TEL_1]") within one call, so that the model can refer to it.
// Names, addresses and birth dates are not recognised yet.
//
// A [Mask] lives for one call and is not shared.
package mask

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// Mask remembers what it hid.
type Mask struct {
	placeholders map[string]string // kind and value → placeholder
	values       []string          // placeholder, value, placeholder, value…
	counts       map[string]int
}

// New makes an empty mask.
func New() *Mask { return &Mask{placeholders: map[string]string{}, counts: map[string]int{}} }

type kind struct {
	name    string
	pattern *regexp.Regexp
	valid   func(compact string) bool // nil: the form is enough
}

var kinds = []kind{
	{"MAIL", regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+`), nil},
	{"IBAN", regexp.MustCompile(`\b[A-Za-z]{2}[0-9]{2}(?:[ \-]?[A-Za-z0-9]){11,30}\b`), validIBAN},
	{"NIR", regexp.MustCompile(`\b[1-478][ .\-]?[0-9]{2}[ .\-]?[0-9]{2}[ .\-]?(?:[0-9]{2}|2[AaBb])[ .\-]?[0-9]{3}[ .\-]?[0-9]{3}[ .\-]?[0-9]{2}\b`), validNIR},
	{"TEL", regexp.MustCompile(`(?:\+33|\b0033|\b0)[ .\-]?(?:\(0\)[ .\-]?)?[1-9](?:[ .\-]?[0-9]{2}){4}\b`), nil},
}

var separators = strings.NewReplacer(" ", "", ".", "", "-", "")

// Hide returns text with every recognised value replaced.
func (m *Mask) Hide(text string) string {
	// What already looks like a placeholder in the text must not be "restored"
	// to somebody's number.
	text = lookalike.ReplaceAllString(text, "($1)")
	for _, k := range kinds {
		text = k.pattern.ReplaceAllStringFunc(text, func(found string) string {
			compact := separators.Replace(found)
			if k.valid != nil && !k.valid(compact) {
				return found
			}
			key := k.name + compact
			p := m.placeholders[key]
			if p == "" {
				m.counts[k.name]++
				p = fmt.Sprintf("[%s_%d]", k.name, m.counts[k.name])
				m.placeholders[key] = p
				m.values = append(m.values, p, found)
			}
			return p
		})
	}
	return text
}

var lookalike = regexp.MustCompile(`\[((?:MAIL|IBAN|NIR|TEL)_[0-9]+)\]`)

// Show puts the values back.
func (m *Mask) Show(text string) string {
	if len(m.values) == 0 {
		return text
	}
	return strings.NewReplacer(m.values...).Replace(text)
}

// Check reports an error when text still holds a value with a valid check
// number: then nothing may be sent.
func Check(text string) error {
	for _, k := range kinds {
		if k.valid == nil {
			continue
		}
		for _, found := range k.pattern.FindAllString(text, -1) {
			if k.valid(separators.Replace(found)) {
				return errors.New("a value of kind " + k.name + " is still readable")
			}
		}
	}
	return nil
}

// validNIR checks the key of a French social security number: 97 minus the
// number modulo 97, Corsican departments counted as 19 and 18.
func validNIR(s string) bool {
	s = strings.NewReplacer("2A", "19", "2a", "19", "2B", "18", "2b", "18").Replace(s[:7]) + s[7:]
	if len(s) != 15 {
		return false
	}
	n, err := strconv.ParseInt(s[:13], 10, 64)
	key, err2 := strconv.ParseInt(s[13:], 10, 64)
	return err == nil && err2 == nil && key == 97-n%97
}

// validIBAN checks ISO 13616: country and key moved to the end, letters as
// numbers from 10, modulo 97 must be 1.
func validIBAN(s string) bool {
	s = strings.ToUpper(s)
	if len(s) < 15 || len(s) > 34 {
		return false
	}
	var digits strings.Builder
	for _, r := range s[4:] + s[:4] {
		if r >= 'A' {
			digits.WriteString(strconv.Itoa(int(r-'A') + 10))
		} else {
			digits.WriteRune(r)
		}
	}
	n, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && new(big.Int).Mod(n, big.NewInt(97)).Int64() == 1
}
