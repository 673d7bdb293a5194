package legality

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestBatchKeepsOrderAndReportsBadLines(t *testing.T) {
	e := loaded(t)
	var in strings.Builder
	in.WriteString("{\"id\":\"a\",\"text\":\"35 ans maximum\"}\n\nnot json\n{\"id\":\"c\"}\n{\"text\":\"" + strings.Repeat("x", maxLine) + "\"}\n")
	for i := range 600 {
		fmt.Fprintf(&in, "{\"id\":\"%d\",\"title\":\"Comptable\"}\r\n", i)
	}
	in.WriteString(`{"id":"last","text":"Permis B"}`) // no line end
	var got []Checked
	sum, err := e.Batch(context.Background(), strings.NewReader(in.String()), func(c Checked, _ Summary) error {
		got = append(got, c)
		return nil
	})
	if err != nil || sum.Offers != 602 || sum.Unreadable != 3 || sum.Status[Blocked] != 1 || sum.Rules["DIS-AGE-01"][S4] != 1 || sum.Bytes != int64(in.Len()) {
		t.Fatalf("%v %+v", err, sum)
	}
	for i, c := range got {
		if i > 0 && c.Line <= got[i-1].Line {
			t.Fatalf("line %d after line %d", c.Line, got[i-1].Line)
		}
	}
	for i, want := range []int{1, 3, 4, 5, 6} {
		if got[i].Line != want || (got[i].Problem == "") != (want == 1 || want == 6) {
			t.Errorf("%+v, want line %d", got[i], want)
		}
	}
	if last := got[len(got)-1]; last.ID != "last" || last.Verdict.Status != Clean {
		t.Errorf("last %+v", last)
	}
}

func TestBatchStops(t *testing.T) {
	e := loaded(t)
	stop := errors.New("stop")
	if _, err := e.Batch(context.Background(), strings.NewReader("{\"text\":\"a\"}\n"), func(Checked, Summary) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Batch(ctx, strings.NewReader(strings.Repeat("{\"text\":\"a\"}\n", 2*chunk)), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
