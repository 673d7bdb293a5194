package legality

import (
	"fmt"
	"strings"
)

// pay units, as words of a folded text.
var (
	hourWords   = words("h heure heures horaire horaires")
	monthWords  = words("mois mensuel mensuels mensuelle mensuelles mensuellement")
	yearWords   = words("an annuel annuels annuelle annee ans annuellement")
	dayWords    = words("jour jours journee journees j journalier")
	weekWords   = words("semaine semaines hebdo hebdomadaire hebdomadaires sem hebdomadairement")
	euroWords   = words("€ euro euros eur")
	payWords    = words("salaire salaires remuneration remunere remuneree remuneres paie paye payes payee salariale taux brut bruts net nets brute nette fixe smic tarif forfait gagnez base cachet")
	otherMoney  = words("prime primes panier paniers ticket tickets restaurant indemnite indemnites frais km kilometre loyer logement budget ca bonus commission commissions variable variables cheque cheques cadeau cadeaux mutuelle transport navigo participation interessement challenge challenges pourboires deplacement deplacements repas nuit avance acompte caution prix chiffre facture panier forfaitaire remise prestation prestations client clients location vente ventes dons don dossier inscription gratification supplement majoration complement majore plus hors dimanche avantages avantage augmentation aide aides cse bourse")
	deducted    = words("retenu retenus retenue retenues preleve preleves prelevee prelevees deduit deduits deduite deduites partent oubli oublis retard retards amende")
	perItem     = words("course courses colis chambre chambres caisse caisses piece pieces kilo kg prospectus tache mission intervention visite article livraison client couvert bouteille")
	partialWord = words("partiel temps-partiel mi-temps partielle extra extras vacations vacation")
)

// amount is a wage read in a text.
type amount struct {
	from, to int // tokens
	euros    float64
	unit     byte // 'h' hour, 'd' day, 'm' month, 'y' year
	net      bool
	gross    bool
	hours    float64 // of the unit when the words say so: "50 € par jour de 10 h"
}

// belowMinimum finds the wages that come to less than the minimum wage of the
// day, and shows the sum. It speaks only when it knows the hours: a monthly
// wage without them may be for a part-time job.
func (e *Engine) belowMinimum(o Offer, s *scratch) []measured {
	var out []measured
	smic, net, month := e.values.at("smic", o.Date), e.values.at("net", o.Date), e.values.at("weeks", o.Date)
	week, partial, said := e.hoursWeek(o, s)
	for p := range s.pages[:2] {
		pg := &s.pages[p]
		for i := range pg.tokens {
			if !pg.tokens[i].number {
				continue
			}
			a, ok := e.amount(pg, i)
			if !ok {
				continue
			}
			var hours float64
			switch a.unit {
			case 'h':
				hours = 1
			case 'd':
				hours = a.hours
			case 'm':
				hours = week * month.amount
			case 'y':
				hours = week * 52
			}
			if a.hours > 0 && a.unit == 'm' {
				hours = a.hours * month.amount
			}
			if hours <= 0 || partial && a.unit != 'h' && a.hours == 0 {
				continue
			}
			hourly, least := a.euros/hours, smic.amount
			kind := "brut"
			if a.net || !a.gross && a.unit != 'h' { // nothing said: the reading that is kinder
				least, kind = smic.amount*net.amount, "net"
			}
			if !said && a.hours == 0 && a.unit != 'h' && hourly < least*.75 {
				continue // so little that the job must be part-time
			}
			// A cent of rounding in "1 823 € pour 35 h" is not a violation.
			if hourly < least*.995 && hourly > 1 {
				out = append(out, measured{stretch: stretch{int8(p), a.from, a.to}, computed: fmt.Sprintf(
					"%s € ÷ %s h = %s € %s de l'heure ; minimum : %s € (SMIC au %s : %s € brut)",
					french(a.euros), french(hours), french(hourly), kind, french(least), day(smic.from), french(smic.amount))})
			}
		}
	}
	return out
}

// hoursWeek is the weekly time of an offer, 35 h when nothing is said and
// nothing suggests part-time work; partial when it does without saying how much.
func (e *Engine) hoursWeek(o Offer, s *scratch) (hours float64, partial, said bool) {
	full := false
	for p := range s.pages[:2] {
		pg := &s.pages[p]
		for i, t := range pg.tokens {
			switch {
			case (t.word == "plein" || t.word == "complet") && pg.word(i-1) == "temps":
				full = true
			case partialWord[t.word], t.word == "mi" && pg.word(i+1) == "temps":
				partial = true
			case t.number && t.num >= 2 && t.num <= 48 && hourWords[pg.word(i+1)] && pg.tokens[i+1].before == tight:
				next := i + 2
				for next < len(pg.tokens) && (pg.word(next) == "par" || pg.word(next) == "de" || pg.word(next) == "travail" || pg.word(next) == "la" || pg.word(next) == "a") {
					next++
				}
				switch {
				case weekWords[pg.word(next)] && pg.tokens[next].before != strong:
					hours = max(hours, t.num)
				case t.num >= 35 && t.num <= 39 && hours == 0:
					hours = t.num
				case dayWords[pg.word(next)] && t.num < 7:
					partial = true
				case t.num < 35 && hours == 0 && !dayWords[pg.word(next)]:
					partial = true // "17 h": of what, nobody knows
				}
			}
		}
	}
	switch {
	case o.HoursWeek > 0:
		return o.HoursWeek, false, true
	case hours > 0:
		return hours, false, true
	}
	return 35, partial, full
}

// hourlyRate reports whether number i follows "taux horaire" without a unit.
func (e *Engine) hourlyRate(pg *page, i int) bool {
	for k := i - 1; k >= 0 && k >= i-4 && pg.tokens[k+1].before != strong; k-- {
		if pg.word(k) == "horaire" {
			return pg.word(k-1) == "taux" && (i+1 == len(pg.tokens) || pg.tokens[i+1].before != tight)
		}
	}
	return false
}

// word is the word of token i, "" when there is none.
func (pg *page) word(i int) string {
	if i < 0 || i >= len(pg.tokens) {
		return ""
	}
	return pg.tokens[i].word
}

// amount reads the wage at number i: "9 €/h", "1 200 € net", "salaire : 900 €".
func (e *Engine) amount(pg *page, i int) (amount, bool) {
	t := pg.tokens
	a := amount{from: i, to: i + 1, euros: t[i].num}
	j := i + 1
	if pg.word(j) == "k" || strings.HasPrefix(pg.word(j), "k€") {
		return a, false // nobody offers 2 k€ a year
	}
	if t[i].from > 0 && !strings.ContainsRune(" \n:('=-", rune(pg.text.Folded[t[i].from-1])) {
		return a, false // "1¿766,92 €": the rest of a number that was damaged
	}
	if euroWords[pg.word(j)] && t[j].before <= soft {
		a.to = j + 1
		j++
		if j < len(t) && t[j].number && t[j].from == t[j-1].to && t[j].num < 100 { // "11€88"
			a.euros += t[j].num / 100
			a.to = j + 1
			j++
		}
	} else if pg.word(j) != "brut" && pg.word(j) != "net" && !e.hourlyRate(pg, i) {
		return a, false
	}
	// Not a wage: what comes with it, what it is a part of, a range whose upper
	// end follows.
	pay, unitBefore := false, byte(0)
	for k := i - 1; k >= 0 && k >= i-6 && t[k+1].before != strong; k-- {
		w := pg.word(k)
		if otherMoney[w] || w == "+" || w == "%" {
			return a, false
		}
		if payWords[w] {
			pay = true
		}
		a.gross = a.gross || strings.HasPrefix(w, "brut")
		a.net = a.net || w == "net"
		if w == "horaire" || w == "heure" {
			unitBefore = 'h'
		}
		if monthWords[w] && unitBefore == 0 {
			unitBefore = 'm'
		}
	}
	for k := j; k < len(t) && k < j+7 && t[k].before != strong; k++ {
		w := pg.word(k)
		switch {
		case deducted[w] || perItem[w] && a.unit == 0 && k <= j+1:
			return a, false // taken off a wage; paid by the piece, and nobody knows how many an hour
		case otherMoney[w] && !(w == "forfaitaire"):
			if k < j+2 {
				return a, false
			}
			k = len(t)
		case strings.HasPrefix(w, "brut"):
			a.gross, pay = true, true
		case w == "net" || w == "nets" || w == "nette" || w == "neta": // "NETÀ", of a lost line break
			a.net, pay = true, true
		case payWords[w]:
			pay = true
		case a.unit == 0 && hourWords[w] && !t[k-1].number:
			a.unit, a.to = 'h', k+1
		case a.unit == 0 && monthWords[w]:
			a.unit, a.to = 'm', k+1
		case a.unit == 0 && yearWords[w] && !t[k-1].number:
			a.unit, a.to = 'y', k+1
		case a.unit == 0 && (dayWords[w] || weekWords[w]) && !t[k-1].number:
			a.unit, a.to = 'd', k+1
			if weekWords[w] {
				return a, false
			}
		case hourWords[w] && t[k-1].number && t[k-1].num <= 60:
			next := pg.word(k + 1)
			if next == "par" || next == "de" {
				next = pg.word(k + 2)
			}
			switch {
			case a.unit == 'd':
				a.hours, a.to = t[k-1].num, k+1
			case t[k-1].num >= 10 && !dayWords[next] && !monthWords[next]:
				a.hours, a.to = t[k-1].num, k+1
				if a.unit == 0 {
					a.unit = 'm'
				}
			}
		}
		if k < len(t) && t[k].number && k > j && a.unit == 0 && !hourWords[pg.word(k+1)] && pg.word(k-1) != "a" {
			break
		}
	}
	if a.unit == 0 {
		a.unit = unitBefore
	}
	if a.unit == 0 && (pay || fullTime(pg, j)) && a.euros >= 300 && a.euros < 3000 {
		a.unit = 'm'
	}
	if a.unit == 0 && pay && a.euros >= 4 && a.euros < 12 {
		a.unit = 'h'
	}
	switch a.unit {
	case 'h':
		return a, a.euros >= 2 && a.euros < 50
	case 'd':
		return a, a.hours > 0 && a.euros >= 10
	case 'm':
		return a, (pay || a.hours > 0 || fullTime(pg, j)) && a.euros >= 200 && a.euros < 4000
	case 'y':
		return a, pay && a.euros >= 5000
	}
	return a, false
}

// fullTime reports whether "(pour un) temps plein" follows before token i+4.
func fullTime(pg *page, i int) bool {
	for k := i; k < i+4 && k < len(pg.tokens) && pg.tokens[k].before != strong; k++ {
		if pg.word(k) == "temps" && (pg.word(k+1) == "plein" || pg.word(k+1) == "complet") {
			return true
		}
	}
	return false
}

// french writes a number as one does in French: "12,02", "1 823,03".
func french(x float64) string {
	s := strings.Replace(fmt.Sprintf("%.2f", x), ".", ",", 1)
	s = strings.TrimSuffix(s, ",00")
	whole, rest, _ := strings.Cut(s, ",")
	if len(whole) > 3 {
		whole = whole[:len(whole)-3] + " " + whole[len(whole)-3:]
	}
	if rest != "" {
		return whole + "," + rest
	}
	return whole
}

// day writes 2026-01-02 as 02/01/2026.
func day(iso string) string {
	if len(iso) != 10 {
		return iso
	}
	return iso[8:] + "/" + iso[5:7] + "/" + iso[:4]
}
