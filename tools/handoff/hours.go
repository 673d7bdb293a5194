package handoff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // hours are those of Paris, also on a machine without zones
)

// Hours are when counsellors answer, by the clock of Paris. The zero value is
// always.
type Hours struct {
	text string
	week [7][]slot // from Sunday, as time.Weekday counts
}

// slot is a part of a day, in minutes from midnight; the end is not in it.
type slot struct{ from, to int }

var days = []string{"dim", "lun", "mar", "mer", "jeu", "ven", "sam"}
var dayNames = []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

var paris = func() *time.Location {
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic("handoff: " + err.Error()) // tzdata is part of the program
	}
	return l
}()

// ParseHours reads "lun-ven 8:30-12:30 13:30-17:00; sam 9:00-12:00"; "toujours"
// is always, "jamais" is never.
func ParseHours(s string) (Hours, error) {
	s = strings.TrimSpace(strings.ToLower(s))
	if s == "toujours" {
		return Hours{}, nil
	}
	h := Hours{text: s}
	if s == "jamais" {
		return h, nil
	}
	for part := range strings.SplitSeq(s, ";") {
		words := strings.Fields(part)
		if len(words) < 2 {
			return Hours{}, fmt.Errorf("%q : il faut des jours, puis des heures, comme « lun-ven 8:30-17:00 »", strings.TrimSpace(part))
		}
		first, last, _ := strings.Cut(words[0], "-")
		if last == "" {
			last = first
		}
		from, to := slices.Index(days, first), slices.Index(days, last)
		if from < 0 || to < 0 {
			return Hours{}, fmt.Errorf("%q : les jours sont lun, mar, mer, jeu, ven, sam, dim", words[0])
		}
		var slots []slot
		for _, w := range words[1:] {
			one, err := parseSlot(w)
			if err != nil {
				return Hours{}, err
			}
			slots = append(slots, one)
		}
		for d := from; ; d = (d + 1) % 7 {
			h.week[d] = append(h.week[d], slots...)
			if d == to {
				break
			}
		}
	}
	for d := range h.week {
		slices.SortFunc(h.week[d], func(a, b slot) int { return a.from - b.from })
	}
	return h, nil
}

func parseSlot(s string) (slot, error) {
	from, to, ok := strings.Cut(s, "-")
	a, err := minutes(from)
	b, err2 := minutes(to)
	if !ok || err != nil || err2 != nil || a >= b {
		return slot{}, fmt.Errorf("%q : il faut des heures comme 8:30-17:00", s)
	}
	return slot{a, b}, nil
}

func minutes(s string) (int, error) {
	h, m, _ := strings.Cut(s, ":")
	if m == "" {
		m = "0"
	}
	hour, err := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	if err != nil || err2 != nil || hour < 0 || hour > 24 || minute < 0 || minute > 59 || hour*60+minute > 24*60 {
		return 0, fmt.Errorf("%q n'est pas une heure", s)
	}
	return hour*60 + minute, nil
}

// Open reports whether counsellors answer at t.
func (h Hours) Open(t time.Time) bool {
	if h.text == "" {
		return true
	}
	t = t.In(paris)
	now := t.Hour()*60 + t.Minute()
	return slices.ContainsFunc(h.week[t.Weekday()], func(s slot) bool { return s.from <= now && now < s.to })
}

// Next is when counsellors answer again, in words: "lundi à 8 h 30". Empty when
// they never do, or always.
func (h Hours) Next(t time.Time) string {
	t = t.In(paris)
	now := t.Hour()*60 + t.Minute()
	for ahead := range 8 {
		d := (int(t.Weekday()) + ahead) % 7
		for _, s := range h.week[d] {
			if ahead == 0 && s.from <= now {
				continue
			}
			switch day := dayNames[d]; ahead {
			case 0:
				return "aujourd'hui à " + clock(s.from)
			case 1:
				return "demain, " + day + ", à " + clock(s.from)
			default:
				return day + " à " + clock(s.from)
			}
		}
	}
	return ""
}

// Closed tells somebody who asks at t, when nobody is there, what to expect.
func (h Hours) Closed(t time.Time) string {
	next := h.Next(t)
	if next == "" {
		return "Aucune permanence n'est prévue ici pour l'instant."
	}
	return "Prochaine permanence : " + next + "."
}

func clock(m int) string {
	if m%60 == 0 {
		return fmt.Sprintf("%d h", m/60)
	}
	return fmt.Sprintf("%d h %02d", m/60, m%60)
}
