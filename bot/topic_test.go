package bot

import "testing"

// A reader is sent on from the topic only where nothing is missing. An event
// without a number is in no log, and not for who comes later.
func TestWhereATopicReadsOn(t *testing.T) {
	topicOf := func(first int, numbers ...int64) *topic {
		t := &topic{first: first, changed: make(chan struct{})}
		for _, n := range numbers {
			t.events = append(t.events, Event{Seq: n})
		}
		return t
	}
	for name, c := range map[string]struct {
		t       *topic
		seq     int64
		next    int
		covered bool
	}{
		"from the beginning":          {topicOf(0, 1, 2, 3), 0, 0, true},
		"in the middle":               {topicOf(10, 4, 5, 6), 5, 12, true},
		"just before":                 {topicOf(10, 4, 5, 6), 3, 10, true},
		"too early":                   {topicOf(10, 4, 5, 6), 2, 13, false},
		"empty":                       {topicOf(7), 3, 7, false},
		"a failure that is in no log": {topicOf(0, 1, 2, 0, 3, 4), 0, 5, false},
		"before it":                   {topicOf(0, 1, 2, 0, 3, 4), 2, 3, true},
		"it comes last":               {topicOf(0, 1, 2, 0), 0, 3, false},
		"only what came after it":     {topicOf(2, 0, 3, 4), 0, 5, false},
	} {
		if next, covered := c.t.after(c.seq); next != c.next || covered != c.covered {
			t.Errorf("%s: %d, %v; want %d, %v", name, next, covered, c.next, c.covered)
		}
	}
}
