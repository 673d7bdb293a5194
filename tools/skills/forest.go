package skills

import (
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// forest is how the features of a match become a confidence: the sum of small
// decision trees, fitted by TestFit (fit_test.go), which writes forest.txt. Trees
// rather than weights because what a feature is worth depends on others: one
// word of six shows little, however much the occupation uses the label.
type forest struct {
	features int // how many it asks of
	bias     float32
	trees    []tree
}

// depth is how many questions a tree asks.
const depth = 5

// tree asks at node n whether a feature is above a cut, and goes on at 2n+2 if
// so and at 2n+1 if not.
type tree struct {
	feature [1<<depth - 1]int
	cut     [1<<depth - 1]float32
	leaf    [1 << depth]float32
}

func (t *tree) value(x []float32) float32 {
	n := 0
	for n < len(t.feature) {
		if x[t.feature[n]] > t.cut[n] {
			n = 2*n + 2
		} else {
			n = 2*n + 1
		}
	}
	return t.leaf[n-len(t.feature)]
}

// confidence is the probability that a match with these features is right.
func (f *forest) confidence(x []float32) float32 {
	z := f.bias
	for i := range f.trees {
		z += f.trees[i].value(x)
	}
	return float32(1 / (1 + math.Exp(-float64(z))))
}

// The forests in use: with meanings, and for an engine that compares words only.
var (
	//go:embed forest.txt
	forestText string
	//go:embed forest_words.txt
	wordsText string
	//go:embed second.txt
	secondText string
	//go:embed second_words.txt
	secondWordsText string
)

// forests are the two in use.
func forests(meanings bool) (first, second *forest) {
	one, two := len(new(features).list()), len(new(features).list())+len(new(signs).list())
	if meanings {
		return parseForest(forestText, one), parseForest(secondText, two)
	}
	return parseForest(wordsText, one), parseForest(secondWordsText, two)
}

// String is the forest as forest.txt holds it: how many features it knows and its
// bias, then a tree a line: the questions, and the values of the leaves.
func (f *forest) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %.4g\n", f.features, f.bias)
	for _, t := range f.trees {
		for n := range t.feature {
			fmt.Fprintf(&b, "%d>%.4g ", t.feature[n], t.cut[n])
		}
		for _, v := range t.leaf {
			fmt.Fprintf(&b, "%.3g ", v)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// parseForest reads what String writes. It panics on anything else: the file is
// part of the program.
func parseForest(text string, features int) *forest {
	number := func(word string) float32 {
		v, err := strconv.ParseFloat(word, 32)
		if err != nil {
			panic("skills: forest.txt: " + err.Error())
		}
		return float32(v)
	}
	rows := lines(text)
	head := strings.Fields(rows[0])
	if head[0] != strconv.Itoa(features) {
		panic(fmt.Sprintf("skills: a forest was fitted on %s features, there are %d: fit it again (fit_test.go)", head[0], features))
	}
	f := &forest{features: features, bias: number(head[1])}
	for _, row := range rows[1:] {
		var t tree
		words := strings.Fields(row)
		for n := range t.feature {
			feature, cut, _ := strings.Cut(words[n], ">")
			t.feature[n], t.cut[n] = int(number(feature)), number(cut)
		}
		for n := range t.leaf {
			t.leaf[n] = number(words[len(t.feature)+n])
		}
		f.trees = append(f.trees, t)
	}
	return f
}
