package cluster_test

import (
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/postgres/cluster"
)

func TestChoose(t *testing.T) {
	type machine = []cluster.Installed
	for _, test := range []struct {
		name string
		have machine // newest first, as they are found
		made int
		want int
		says string
	}{
		{"the newest with pgvector", machine{{18, false}, {17, true}, {16, true}}, 0, 17, ""},
		{"the one that made the cluster", machine{{17, true}, {15, true}}, 15, 15, ""},
		{"none", nil, 0, 0, "PostgreSQL est introuvable"},
		{"none, with data", nil, 15, 0, "créées par PostgreSQL 15, que cette machine n'a pas."},
		{"no pgvector", machine{{15, false}}, 0, 0, "PostgreSQL 15 est installé mais l'extension pgvector est introuvable"},
		{"too old", machine{{13, true}}, 0, 0, "PostgreSQL 13 est trop ancien"},
		{"another than made the cluster", machine{{17, true}, {16, false}}, 15, 0, "créées par PostgreSQL 15, que cette machine n'a pas (elle a PostgreSQL 17, 16)"},
		{"the one that made it lost pgvector", machine{{17, true}, {15, false}}, 15, 0, "pgvector manque au PostgreSQL 15"},
	} {
		got, err := cluster.Choose(test.have, test.made)
		if got != test.want || (test.says == "") != (err == nil) {
			t.Errorf("%s: %d, %v", test.name, got, err)
		}
		if err != nil && (fault.CodeOf(err) != fault.Unavailable || !strings.Contains(fault.Message(err), test.says)) {
			t.Errorf("%s: %v, want %q", test.name, err, test.says)
		}
	}
}
