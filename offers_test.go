package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOffersCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "offres.jsonl")
	if err := os.WriteFile(path, []byte("{\"id\":\"a\",\"text\":\"35 ans maximum\"}\nnot json\n{\"title\":\"Comptable\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(args ...string) (int, string, string) {
		var out, errs bytes.Buffer
		code := run(context.Background(), append([]string{"offers", "check"}, args...), func(string) string { return "" }, terminal{strings.NewReader(`{"text":"Permis B"}`), &out, &errs})
		return code, out.String(), errs.String()
	}
	if code, out, errs := check(path); code != exitFailed || !strings.Contains(out, "2 offres") || !strings.Contains(out, "ligne 2") || !strings.Contains(out, "DIS-AGE-01") || !strings.Contains(errs, "1 ligne") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if code, out, _ := check(path, "--json"); code != exitFailed || strings.Count(out, "\n") != 4 || !strings.Contains(out, `"line":1,"id":"a","verdict":{"status":"blocked"`) || !strings.Contains(out, `"summary":{"offers":2,"unreadable":1`) {
		t.Errorf("exit %d\n%s", code, out)
	}
	if code, out, errs := check("-"); code != exitOK || !strings.Contains(out, "1 offres") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if code, _, errs := check("nowhere.jsonl"); code != exitFailed || !strings.Contains(errs, "ne peut pas être lu") {
		t.Errorf("exit %d %s", code, errs)
	}
	if code, _, _ := check(); code != exitUsage {
		t.Errorf("exit %d", code)
	}
}
