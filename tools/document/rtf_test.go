package document

import (
	"strings"
	"testing"
)

var rtfCases = []struct{ name, in, want string }{
	{"accents in three ways", `\ansi\ansicpg1252 \'c9l\'e8ve \u233?tudiant \u339\'9cuvre \uc0\u8364`, "Élève étudiant œuvre €"},
	{"Mac", `\mac caf\'8e`, "café"},
	{"DOS", `\pca caf\'82`, "café"},
	{"a character of two halves", `\uc1 a\u-10179?\u-8694?b`, "a😊b"},
	{"paragraphs, lines, tabs", `Ma\'e7on\par 2010\tab 2020\line Brest\par`, "Maçon\n2010\t2020\nBrest"},
	{"raw line ends mean nothing", "ma\r\n\\'e7on", "maçon"},
	{"signs", `\{a\}\~\\b\_c\-d \endash  e \bullet f`, `{a} \b-cd – e •f`},
	{"what is no text", `{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\stylesheet{\s1 Titre;}}{\info{\author Ada}}{\*\generator X}{\pict 89504e47}Ma\'e7on`, "Maçon"},
	{"a binary picture", "{\\pict\\bin5 }}}}}}Maçon", "Maçon"},
	{"hidden and deleted words", `vu{\v caché}{\deleted ôté}{\b gras}`, "vugras"},
	{"field", `{\field{\*\fldinst HYPERLINK "http://a"}{\fldrslt mon site}}`, "mon site"},
	{"list", `\pard{\listtext\'b7\tab}Murs\par{\pntext\'b7\tab}Dalles\par`, "• Murs\n• Dalles"},
	{"table", `\trowd\intbl 2010\cell Ma\'e7on\cell\row\trowd\intbl 2020\cell Chef\cell\row\pard Fin\par`, "2010\tMaçon\n2020\tChef\nFin"},
	{"cells of several paragraphs", `\trowd\intbl Contact\par Brest\cell Parcours\par Ma\'e7on\cell\row`, "Contact\nBrest\n\nParcours\nMaçon"},
	{"text box", `Avant {\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt\pard Bo\'eete\par}}{\shprslt Bo\'eete}}apr\'e8s\par`, "Avant après\n\nBoîte"},
	{"what follows the end", `fin}{suite`, "fin"},
}

func TestRTF(t *testing.T) {
	r := newReader(t, Options{})
	for _, c := range rtfCases {
		t.Run(c.name, func(t *testing.T) {
			doc := mustRead(t, r, []byte(`{\rtf1`+c.in+"}"))
			if doc.Kind != kindRTF {
				t.Errorf("kind %q", doc.Kind)
			}
			wantText(t, doc.Text, c.want)
		})
	}
}

var htmlCases = []struct{ name, in, want string }{
	{"blocks", "<h1>Maçon</h1><p>2010 &ndash; 2020<br>Brest<div>Murs <b>porteurs</b>, dalles</div>", "Maçon\n2010 – 2020\nBrest\nMurs porteurs, dalles"},
	{"white space", "<p>  a\n\tb <i> c</i>\n<p>d", "a b c\nd"},
	{"entities once", "&lt;b&gt; &amp;amp; &eacute;", "<b> &amp; é"},
	{"list", "<ul><li>Murs<li>Dalles</ul>", "• Murs\n• Dalles"},
	{"table", "<table><tr><td>2010<td>Maçon</td></tr><tr><th>2020</th><td>Chef</td></tr></table>", "2010\tMaçon\n2020\tChef"},
	{"what a browser does not show", "<head><title>t</title><style>a{}</style></head><body>vu<script>x='</p>'</script><!-- c --><template>m</template><svg><text>s</text></svg>", "vu"},
	{"hidden by its own tag", `vu<span style="display : none">caché<span>encore</span></span><p hidden>rien<p>fin`, "vu\nfin"},
	{"a head without end", "<head><title>t</title><body>vu", "vu"},
	{"preformatted", "<pre>a\n  b</pre>", "a\nb"},
}

func TestHTML(t *testing.T) {
	r := newReader(t, Options{})
	for _, c := range htmlCases {
		t.Run(c.name, func(t *testing.T) {
			doc := mustRead(t, r, []byte("<!DOCTYPE html>"+c.in))
			if doc.Kind != kindHTML {
				t.Errorf("kind %q", doc.Kind)
			}
			wantText(t, strings.TrimSpace(doc.Text), c.want)
		})
	}
	t.Run("old encoding, XML head", func(t *testing.T) {
		wantText(t, mustRead(t, r, []byte("<?xml version=\"1.0\"?>\n<html><p>Ma\xe7on coffreur, \xe9quipes")).Text, "Maçon coffreur, équipes")
	})
}
