package handoff

import (
	"testing"
	"time"
)

func TestHours(t *testing.T) {
	week := "lun-ven 8:30-12:30 13:30-17; sam 9:00-12:00"
	for _, test := range []struct {
		hours, at string
		open      bool
		next      string
	}{
		{"toujours", "2026-11-29T03:00:00+01:00", true, ""},
		{"jamais", "2026-11-27T10:00:00+01:00", false, ""},
		{week, "2026-11-27T10:00:00+01:00", true, "aujourd'hui à 13 h 30"}, // a Friday
		{week, "2026-11-27T12:29:59+01:00", true, "aujourd'hui à 13 h 30"},
		{week, "2026-11-27T12:30:00+01:00", false, "aujourd'hui à 13 h 30"},
		{week, "2026-11-27T17:00:00+01:00", false, "demain, samedi, à 9 h"},
		{week, "2026-11-28T12:00:00+01:00", false, "lundi à 8 h 30"},
		{week, "2026-11-29T23:00:00+01:00", false, "demain, lundi, à 8 h 30"},
		// The clock is that of Paris, in winter and in summer, wherever the server is.
		{week, "2026-07-03T06:29:00Z", false, "aujourd'hui à 8 h 30"},
		{week, "2026-07-03T06:30:00Z", true, "aujourd'hui à 13 h 30"},
		{"sam-lun 0:00-24:00", "2026-11-29T12:00:00+01:00", true, "demain, lundi, à 0 h"}, // across the end of the week
		{"sam-lun 0:00-24:00", "2026-12-01T12:00:00+01:00", false, "samedi à 0 h"},
		{"mar 9:00-10:00", "2026-12-01T10:00:00+01:00", false, "mardi à 9 h"}, // a week later
	} {
		h, err := ParseHours(test.hours)
		if err != nil {
			t.Errorf("%s: %v", test.hours, err)
			continue
		}
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if h.Open(at) != test.open || h.Next(at) != test.next {
			t.Errorf("%s at %s: open %t, next %q; want %t, %q", test.hours, test.at, h.Open(at), h.Next(at), test.open, test.next)
		}
	}
	for _, wrong := range []string{"", "lun", "8:30-17:00", "lundi 8:00-9:00", "lun 9:00-8:00", "lun 8:60-9:00", "lun 8:00-25:00", "lun 8:00", "lun-xyz 8:00-9:00", "lun -1:00-9:00"} {
		if _, err := ParseHours(wrong); err == nil {
			t.Errorf("%q is taken for hours", wrong)
		}
	}
}
