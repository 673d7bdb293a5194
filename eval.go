package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tandem/bot/fake"
	"tandem/bot/offline"
	"tandem/internal/fault"
	"tandem/retrieval"
	"tandem/retrieval/ranking"
	"tandem/retrieval/rome"
	"tandem/tools"
	"tandem/tools/delay"
	"tandem/tools/legality"
	"tandem/tools/skills"
)

// suites are the evaluations of DESIGN §13: each reads a file and gives figures.
var suites = map[string]func(ctx context.Context, a *app, path string, data []byte) (any, error){
	"retrieval": func(ctx context.Context, a *app, _ string, data []byte) (any, error) {
		return retrieval.Evaluate(ctx, a.engines.Search, bytes.NewReader(data), nil)
	},
	"skills": func(ctx context.Context, a *app, path string, data []byte) (any, error) {
		engine, err := a.engines.Skills()
		if err != nil {
			return nil, err
		}
		return skills.Evaluate(engine, bytes.NewReader(data), func(name string) (string, error) {
			file, err := readBounded(filepath.Join(filepath.Dir(path), name), maxDocument)
			if err != nil {
				return "", err
			}
			d, err := a.engines.Documents.Reader.Read(ctx, filepath.Base(name), file)
			return d.Text, err
		})
	},
	"legality": func(_ context.Context, a *app, _ string, data []byte) (any, error) {
		return legality.EvaluateOffers(a.engines.Legality, bytes.NewReader(data))
	},
	"phrases": func(_ context.Context, a *app, _ string, data []byte) (any, error) {
		return legality.EvaluatePhrases(a.engines.Legality, bytes.NewReader(data))
	},
	"attacks": func(ctx context.Context, a *app, _ string, data []byte) (any, error) { return attacks(ctx, a, data) },
	"routing": func(_ context.Context, _ *app, _ string, data []byte) (any, error) {
		m, err := offline.New()
		if err != nil {
			return nil, err
		}
		return m.Evaluate(bytes.NewReader(data))
	},
}

// rank is the evaluation of a folder: in memory, on the ROME that is at hand.
func rank(ctx context.Context, c config, t terminal, dir string) (any, error) {
	set, err := ranking.Read(dir)
	if err != nil {
		return nil, err
	}
	bar := newProgress(t.err)
	defer bar.done()
	src, err := rome.Find(ctx, rome.Where{Archive: c.RomeArchive, DataDir: c.DataDir, Progress: bar.show})
	if err != nil {
		return nil, err
	}
	if src.Note != "" {
		fmt.Fprintln(t.err, "Tandem :", src.Note)
	}
	model, titles, err := rome.Trained(ctx, src, rome.Options{Teach: texts(), DataDir: c.DataDir, Progress: bar.show})
	if err != nil {
		return nil, err
	}
	return ranking.Evaluate(ctx, set, ranking.NewAtlas(model, titles), bar.show)
}

// evalDelay needs no database: what was learned is in a file, and the surveys
// are not measured on a history of captures.
func evalDelay(c config, path string) (any, error) {
	c.DelayTarget = delay.Online
	model, err := delayModel(c)
	if err != nil {
		return nil, err
	}
	h, err := readHistory(path)
	if err != nil {
		return nil, err
	}
	return model.Evaluate(h)
}

// evalPairs ranks as the published surveys do: by the time to fill.
func evalPairs(c config, path string) (any, error) {
	c.DelayTarget = delay.Filled
	model, err := delayModel(c)
	if err != nil {
		return nil, err
	}
	data, err := readBounded(path, 256<<20)
	if err != nil {
		return nil, err
	}
	score, err := model.Pairs(bytes.NewReader(data))
	return map[string]any{"suite": "pairs", "n": score.N, "figures": map[string]float64{"accuracy": score.Accuracy}, "by": score.By}, err
}

func drawCalibration(path string, s delay.Score) error {
	var drawing bytes.Buffer
	if err := s.Plot(&drawing); err != nil {
		return err
	}
	if err := os.WriteFile(path, drawing.Bytes(), 0o644); err != nil {
		return fault.Wrap(err, fault.Invalid, "Le dessin ne peut pas être écrit dans %s.", path)
	}
	return nil
}

// figures is what every suite prints; by differs from suite to suite.
type figures struct {
	N       int                `json:"n"`
	Figures map[string]float64 `json:"figures"`
}

func eval(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	asJSON, plot, endpoint := false, "", ""
	words, err := flags("eval", t, args, func(f *flag.FlagSet) {
		f.BoolVar(&asJSON, "json", false, "affiche les figures en JSON")
		f.StringVar(&endpoint, "endpoint", "", "suite routing : le modèle à cette adresse de MODEL_URL, ou fake[:style], un faux service qui joue le modèle intégré (styles : "+strings.Join(slices.Sorted(maps.Keys(fake.Styles)), ", ")+")")
		f.StringVar(&plot, "plot", "", "fichier SVG où dessiner la calibration (suite delay)")
	})
	if err != nil {
		return err
	}
	names := strings.Join(slices.Sorted(maps.Keys(suites)), ", ") + ", delay, pairs, ranking"
	if len(words) != 2 {
		return errUsage{"tandem eval SUITE FICHIER [--json] ; suites : " + names + " (un dossier)"}
	}
	if endpoint != "" && words[0] != "routing" {
		return errUsage{"--endpoint ne sert qu'à la suite routing"}
	}
	result, err := measure(ctx, c, t, log, words[0], words[1], names, endpoint)
	if err != nil {
		return err
	}
	if s, ok := result.(delay.Score); ok {
		for _, p := range s.Bad {
			fmt.Fprintf(t.err, "Tandem : ligne %d : %s\n", p.Line, p.Why)
		}
		if plot != "" {
			if err := drawCalibration(plot, s); err != nil {
				return err
			}
		}
	}
	text, err := json.Marshal(result)
	if err != nil {
		return err
	}
	if asJSON {
		fmt.Fprintln(t.out, string(text))
		return nil
	}
	var f figures
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%s, n = %d\n", words[0], f.N)
	for _, name := range slices.Sorted(maps.Keys(f.Figures)) {
		fmt.Fprintf(t.out, "  %-22s %.3f\n", name, f.Figures[name])
	}
	return nil
}

func measure(ctx context.Context, c config, t terminal, log *slog.Logger, name, path, names, endpoint string) (any, error) {
	switch name {
	case "ranking":
		return rank(ctx, c, t, path)
	case "delay":
		return evalDelay(c, path)
	case "pairs":
		return evalPairs(c, path)
	}
	suite, ok := suites[name]
	if !ok {
		return nil, errUsage{fmt.Sprintf("suite %q inconnue : %s", name, names)}
	}
	data, err := readBounded(path, 256<<20)
	if err != nil {
		return nil, err
	}
	a, err := open(ctx, c, t, log)
	if err != nil {
		return nil, err
	}
	defer a.close()
	if endpoint != "" {
		m, stop, err := evaluated(c, endpoint, a.names, log)
		if err != nil {
			return nil, err
		}
		defer stop()
		return evalRouting(ctx, m, tools.All(a.engines), data)
	}
	return suite(ctx, a, path, data)
}
