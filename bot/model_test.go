package bot

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tmc/langchaingo/llms"

	"tandem/bot/mask"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
)

func TestAFailingModelIsReplacedAndSaidSo(t *testing.T) {
	broken := &scripted{steps: script{func(_ context.Context, _ []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		say("Je com")
		return nil, errors.New("cut")
	}}}
	a, err := New(t.Context(), Config{DB: postgrestest.New(t), Node: "test", Models: []Model{
		{Name: "grand", LLM: broken, Mask: Masking(nil)}, {Name: "sobre", LLM: &scripted{steps: script{says("Bonjour")}}, Offline: true}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	events := finish(t, a, alice, ask(1, "slt"))
	answer := textOf(events)
	if len(answer.Notices) != 1 || !strings.Contains(answer.Notices[0], "grand") || !strings.HasSuffix(answer.Text, "Bonjour") {
		t.Errorf("answer %+v", answer)
	}
}

func TestNoCallWhenMaskingFails(t *testing.T) {
	model := &scripted{steps: script{says("fuite")}}
	refuses := func([]llms.MessageContent) ([]llms.MessageContent, *mask.Mask, error) {
		return nil, nil, errors.New("mask broke")
	}
	a, err := New(t.Context(), Config{DB: postgrestest.New(t), Node: "test", Models: []Model{
		{Name: "grand", LLM: model, Mask: refuses}, {Name: "sobre", LLM: &scripted{steps: script{says("Ici")}}, Offline: true}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	if answer := textOf(finish(t, a, alice, ask(1, "mon tél : 06 12 34 56 78"))); model.calls != 0 || answer.Text != "Ici" {
		t.Errorf("model asked %d times, answer %+v", model.calls, answer)
	}
}

// What must not be missed is answered by the last model, whatever the first is.
func TestGuardedQuestionsAreForTheLastModel(t *testing.T) {
	model := &scripted{steps: script{says("Courage !")}}
	a, err := New(t.Context(), Config{DB: postgrestest.New(t), Node: "test",
		Guards: func(role postgres.Role, question string, earlier []string) bool {
			return role == postgres.Seeker && question == "j'en peux plus" && len(earlier) == 0
		},
		Models: []Model{{Name: "grand", LLM: model, Mask: Masking(nil)}, {Name: "sobre", LLM: &scripted{steps: script{says("Appelez le 3114")}}, Offline: true}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	if answer := textOf(finish(t, a, alice, ask(1, "j'en peux plus"))); model.calls != 0 || answer.Text != "Appelez le 3114" || len(answer.Notices) != 0 {
		t.Errorf("model asked %d times, answer %+v", model.calls, answer)
	}
	if answer := textOf(finish(t, a, alice, ask(2, "merci"))); model.calls != 1 || answer.Text != "Courage !" {
		t.Errorf("model asked %d times, answer %+v", model.calls, answer)
	}
}

// Names that a reader finds, and the name of a joined file, are hidden in every
// message, and whole again in what the person reads and the tools get.
func TestNamesAreMasked(t *testing.T) {
	names := func(text string) ([]string, error) {
		if strings.Contains(text, "Jeanne") {
			return []string{"Jeanne", "Lefloch", "Jeanne Lefloch"}, nil
		}
		return nil, nil
	}
	hidden, m, err := Masking(names)([]llms.MessageContent{
		llms.TextParts(llms.ChatMessageTypeHuman, "Jeanne Lefloch, soudeuse\n[document joint : id=d1 nom=cv lefloch.pdf]"),
		{Role: llms.ChatMessageTypeTool, Parts: []llms.ContentPart{llms.ToolCallResponse{ToolCallID: "c", Name: "echo", Content: `{"echo":"JEANNE a soudé","file":"CV Lefloch.pdf"}`}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := hidden[0].Parts[0].(llms.TextContent).Text; got != "[NOM_2], soudeuse\n[document joint : id=d1 nom=[NOM_1]]" {
		t.Errorf("question %q", got)
	}
	if got := hidden[1].Parts[0].(llms.ToolCallResponse).Content; got != `{"echo":"[NOM_3] a soudé","file":"[NOM_4]"}` {
		t.Errorf("result %s", got)
	}
	if got := m.Show("[NOM_2] [NOM_3]"); got != "Jeanne Lefloch JEANNE" {
		t.Errorf("shown %q", got)
	}
	broken := func(string) ([]string, error) { return nil, errors.New("no reader") }
	if _, _, err := Masking(broken)(hidden); err == nil {
		t.Error("sent though names could not be looked for")
	}
}

// What a model outside reads is masked; what the person reads is whole again,
// also when a placeholder is cut in the middle by the stream.
func TestMaskedForTheModelWholeForThePerson(t *testing.T) {
	var read string
	model := &scripted{steps: script{func(_ context.Context, m []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		read = m[len(m)-1].Parts[0].(llms.TextContent).Text
		return says("Je note le [TE", "L_1", "], merci.")(nil, nil, say)
	}}}
	a, err := New(t.Context(), Config{DB: postgrestest.New(t), Node: "test", Models: []Model{{Name: "grand", LLM: model, Mask: Masking(nil)}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	answer := textOf(finish(t, a, alice, ask(1, "mon tél : 06 12 34 56 78")))
	if strings.Contains(read, "12 34") || answer.Text != "Je note le 06 12 34 56 78, merci." {
		t.Errorf("model read %q, person read %q", read, answer.Text)
	}
}

func TestTrimKeepsWholeQuestions(t *testing.T) {
	m := func(role string) turnMessage { return turnMessage{Role: role, Text: "aaaa"} } // 20 bytes with its frame
	all := []turnMessage{m("human"), m("ai"), m("human"), m("tool"), m("ai"), m("human"), m("ai")}
	for budget, want := range map[int]int{0: 0, 39: 0, 40: 2, 99: 2, 100: 5, 139: 5, 140: 7, 1000: 7, -5: 0} {
		if got := trim(all, budget); len(got) != want || want > 0 && got[0].Role != "human" {
			t.Errorf("budget %d keeps %d messages, want %d", budget, len(got), want)
		}
	}
}
