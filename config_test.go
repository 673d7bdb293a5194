package main

import (
	"strings"
	"testing"
)

func TestModelsOfTheConfiguration(t *testing.T) {
	two := map[string]string{"MODEL_URL": "https://a/v1, http://b/v1", "MODEL_NAME": "large,small", "MODEL_KEY": "k,", "MODEL_BILLIONS": "123,7.5"}
	c, err := readConfig(func(name string) string { return two[name] })
	if err != nil || len(c.Models) != 2 {
		t.Fatal(c.Models, err)
	}
	if a, b := c.Models[0], c.Models[1]; a != (endpoint{"https://a/v1", "large", "k", 16000, 123}) || b != (endpoint{"http://b/v1", "small", "", 16000, 7.5}) {
		t.Errorf("%+v, %+v", a, b)
	}
	for _, bad := range []map[string]string{
		{"MODEL_URL": "https://a/v1"},
		{"MODEL_URL": "https://a/v1", "MODEL_NAME": "m", "MODEL_CONTEXT": "200"},
		{"MODEL_URL": "https://a/v1", "MODEL_NAME": "m", "MODEL_BILLIONS": "NaN"},
		{"MODEL_URL": "https://a/v1", "MODEL_NAME": "m,n"},
		{"MODEL_URL": "https://a/v1,https://b/v1", "MODEL_NAME": "m", "MODEL_KEY": "secret"},
		{"MODEL_URL": "https://a/v1,,https://b/v1", "MODEL_NAME": "m,n"},
	} {
		if _, err := readConfig(func(name string) string { return bad[name] }); err == nil {
			t.Errorf("%v: no error", bad)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error tells the key: %v", err)
		}
	}
}
