package web

import (
	"bytes"
	"strings"
	"testing"

	"tandem/bot"
)

func TestProse(t *testing.T) {
	pages, err := parsePages()
	if err != nil {
		t.Fatal(err)
	}
	sources := []bot.Source{{SourceID: "D1102", URL: "/rome/D1102"}, {SourceID: "law:L1132-1", URL: "/source/law/L1132-1"}, {SourceID: "x", URL: "javascript:alert(1)"}}
	for text, want := range map[string]string{
		"Le code est **D1102** [D1102].":          `<p>Le code est <strong>D1102</strong> <a href="/rome/D1102">D1102</a>.</p>`,
		"un\ndeux\n\ntrois":                       `<p>un<br>deux</p><p>trois</p>`,
		"Voici :\n- un\n- **deux**\n\n3. c\n4. d": `<p>Voici :</p><ul><li>un</li><li><strong>deux</strong></li></ul><ol start="3"><li>c</li><li>d</li></ol>`,
		"## Titre\nsuite":                         `<p><strong>Titre</strong></p><p>suite</p>`,
		"[L1132-1] [inconnu]":                     `<p><a href="/source/law/L1132-1">L1132-1</a> [inconnu]</p>`,
		"<b>x</b> **<script>**":                   `<p>&lt;b&gt;x&lt;/b&gt; <strong>&lt;script&gt;</strong></p>`,
		"[x]":                                     `<p><a href="#ZgotmplZ">x</a></p>`,
		"** seul ** et *un":                       `<p><strong> seul </strong> et *un</p>`,
		"":                                        ``,
	} {
		var b bytes.Buffer
		if err := pages.ExecuteTemplate(&b, "prose", prose(text, sources)); err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(b.String(), "\n", ""); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}
