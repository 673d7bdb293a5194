package postgres

import "testing"

func TestPoolSize(t *testing.T) {
	for url, want := range map[string]int32{
		"postgres://h/d":                  appConns,
		"postgres://h/d?pool_max_conns=3": 3,
	} {
		pool, err := connect(url, appConns, limits)
		if err != nil {
			t.Fatal(err)
		}
		if got := pool.Config().MaxConns; got != want {
			t.Errorf("%s: %d connections, want %d", url, got, want)
		}
		pool.Close()
	}
}

func TestOlder(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"0.6.2", "0.7", true}, {"0.7", "0.7", false}, {"0.7.0", "0.7", false}, {"0.10.1", "0.7", false},
		{"1", "0.7", false}, {"", "0.7", true}, {"0.7", "0.7.1", true},
	} {
		if got := older(test.a, test.b); got != test.want {
			t.Errorf("older(%q, %q) = %v", test.a, test.b, got)
		}
	}
}
