package offline

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/tmc/langchaingo/llms"
)

// Results of the tools, invented, in the shapes that they send.
var results = map[string]string{
	"extract_skills": `{"document_id":"d1","occupations":[{"rome":"D1106","metier":"Vente en alimentation","appellation":"Vendeur / Vendeuse en boulangerie","evidence":[{"text":"vendeuse en boulangerie"}],"confidence":0.9}],
		"skills":[{"code":"101","label":"Accueillir une clientèle","kind":"competence","evidence":[{"start":0,"end":8,"text":"accueil des clients"}],"confidence":0.8,"why":"…","status":"proposed"},
		{"code":"102","label":"Encaisser un montant","kind":"competence","evidence":[{"text":"tenue de la caisse"}],"confidence":0.7,"status":"proposed"}],"shown":2,"rome_version":"60","profile":{"accepted":0,"refused":0,"proposed":2},"notice":"propositions"}`,
	"update_profile": `{"skills":[{"code":"205","label":"Accorder un carillon","kind":"competence","status":"accepted","now":{"state":"replaced","code":"905","label":"Accorder des cloches","version":"61"}}],"profile":{"accepted":[{"code":"101"}],"refused":[{"code":"102"}],"proposed":[]},"changed":[{"code":"101","label":"Accueillir une clientèle","status":"accepted"},{"code":"102","label":"Encaisser un montant","status":"refused"}],"notice":""}`,
	"explain_offer": `{"title":"Serveuse","text":"…","status":"blocked","findings":[{"rule":"DIS-AGE-01","title":"Limite d'âge","severity":"S4","field":"text","span":{"start":3,"end":20,"text":"moins de 35 ans"},"why":"Mention susceptible de fixer un âge maximal. Détail.","articles":[{"id":"law:L5331-2","label":"art. L5331-2","url":"u"},{"id":"law:L1132-1","label":"","url":""}],"rewrite":"Décrire l'expérience attendue.","replace":"","risk":""},
		{"rule":"DIS-SEX-01","title":"Sexe","severity":"S3","field":"title","span":{"text":"Serveuse"},"why":"Mention susceptible de réserver le poste à un sexe.","articles":[{"id":"law:L1142-1"}],"exception":"Aucune exception pour ce métier.","rewrite":"Écrire au masculin et au féminin.","replace":"Serveur / Serveuse (H/F)"}],
		"advice":[{"rule":"A1","title":"Salaire absent","severity":"S1","span":{"text":""},"why":"x"}],"version":"1","date":"2026-01-01","contest":"Contestez auprès d'un conseiller : il tranche.","notice":"information, pas un avis juridique"}`,
	"rewrite_offer": `{"status":"blocked","findings":[],"advice":[],"rewritten":{"title":"Serveur / Serveuse (H/F)","text":"Nous cherchons une personne motivée.","status":"clean","changes":[{"field":"text","from":"moins de 35 ans","to":"","rule":"DIS-AGE-01"},{"field":"title","from":"Serveuse","to":"Serveur / Serveuse (H/F)","rule":"DIS-SEX-01"}],"remaining":[]}}`,
	"predict_delay": `{"target":"probabilité que l'offre reste ouverte plus de 30 jours","days":30,"probability":0.62,"low":0.5,"high":0.74,"median_days":41,"base_rate":0.55,"base_group":"CDI de ce métier en France","support":120,"band":"moyenne",
		"contributions":[{"factor":"CDI","log_odds":0.3,"source":"s"},{"factor":"débutant accepté","log_odds":-0.4,"source":"s"},{"factor":"salaire absent","log_odds":0.1,"source":"s"}],"levers":[{"action":"Afficher une fourchette de salaire.","change":-0.05,"source":"s"}],"missing":["le salaire"],"model":"m","as_of":"2022","notice":"n","understood":["soudeur","CDI"],"what_if":{"probability":0.55,"median_days":36,"change":-0.07}}`,
	"search_offers":  `{"total":2,"filter":"CDI, plus de 65 %","rows":[{"id":"184PQRS","title":"Soudeur","rome":"H2913","contract":"CDI","departement":"44","status":"open","blocked":false,"probability":0.71,"median_days":50,"band":"forte","reason":"CDI"},{"id":"185WXCV","title":"Serveur","rome":"G1803","contract":"CDI","departement":"35","blocked":true,"probability":0.68}]}`,
	"search_rome":    `{"found":true,"query":"boulanger","metier":{"code":"D1102","label":"Boulangerie - viennoiserie","definition":"Prépare et cuit des pains","url":"u","appellations":["Boulanger / Boulangère"],"skills":[{"code":"1","label":"Pétrir une pâte","kind":"competence","core":true}],"contexts":["Travail de nuit"],"mobilities":[{"code":"D1104","label":"Pâtisserie"}]},"others":[{"code":"D1104","label":"Pâtisserie","kind":"metier","url":"u"}]}`,
	"search_charter": `{"found":true,"query":"q","passages":[{"id":"charter:2","title":"L'humain au centre","text":"Une personne garde la décision.","url":"u"},{"id":"law:L1132-1","title":"Code du travail, article L1132-1","text":"Aucune personne ne peut être écartée.","url":"u"}]}`,
	"request_human":  `{"requested":true,"ticket":"T-12","message":"Votre demande est transmise."}`,
}

var questions = map[string]string{
	"search_rome": "code rome boulanger svp", "search_charter": "qui décide ?", "explain_offer": "pourquoi mon annonce est bloquée",
}

func converse(role, question string, calls ...llms.MessageContent) []llms.MessageContent {
	return append([]llms.MessageContent{
		llms.TextParts(llms.ChatMessageTypeSystem, "Tu es Tandem.\n\nrole="+role+"\ndate=2026-11-24\n"),
		llms.TextParts(llms.ChatMessageTypeHuman, question),
	}, calls...)
}

func exchange(tool, args, result string) []llms.MessageContent {
	return []llms.MessageContent{
		{Role: llms.ChatMessageTypeAI, Parts: []llms.ContentPart{llms.ToolCall{ID: "c1", Type: "function", FunctionCall: &llms.FunctionCall{Name: tool, Arguments: args}}}},
		{Role: llms.ChatMessageTypeTool, Parts: []llms.ContentPart{llms.ToolCallResponse{ToolCallID: "c1", Name: tool, Content: result}}},
	}
}

var cited = regexp.MustCompile(`\[(?:charte )?([A-Z]?\d[^\]]*|[A-Z]\d+[^\]]*)\]`)

// TestAnswersSayNoMoreThanResults: short, in the formal register, and every
// code, figure and citation is one of the result's.
func TestAnswersSayNoMoreThanResults(t *testing.T) {
	m := model(t)
	want := map[string][]string{
		"extract_skills": {"[D1106]", "« accueil des clients »", "valid"},
		"update_profile": {"Validée", "Refusée", "1 compétence validée", "La version 61 du ROME", "« Accorder des cloches » (code 905)", "sans votre accord"},
		"explain_offer":  {"bloquée", "« **moins de 35 ans** »", "[L5331-2]", "[L1142-1]", "avis juridique", "contest"},
		"rewrite_offer":  {"retiré", "Serveur / Serveuse (H/F)", "valid"},
		"predict_delay":  {"62 %", "entre 50 % et 74 %", "55 %", "débutant accepté (− raccourcit)", "pas une décision", "−7 points"},
		"search_offers":  {"2 offres", "184PQRS", "71 %", "bloquée"},
		"search_rome":    {"Le code ROME de boulanger est **D1102**", "[D1102]"},
		"search_charter": {"[charte 2]", "[L1132-1]"},
		"request_human":  {"transmise", "T-12"},
	}
	for tool, result := range results {
		for _, role := range []string{"seeker", "recruiter", "counsellor"} {
			question := questions[tool]
			args := "{}"
			if tool == "search_rome" {
				args = `{"occupation":"boulanger"}`
			}
			resp, err := m.GenerateContent(context.Background(), converse(role, question, exchange(tool, args, result)...))
			if err != nil {
				t.Fatal(err)
			}
			text := resp.Choices[0].Content
			if role == "recruiter" {
				t.Logf("%s:\n%s\n", tool, text)
			}
			if n := len(strings.Fields(text)); n > 130 {
				t.Errorf("%s: %d words", tool, n)
			}
			folded := strings.ToLower(text)
			for _, w := range want[tool] {
				if role == "seeker" && w == "contest" {
					continue
				}
				if !strings.Contains(folded, strings.ToLower(w)) {
					t.Errorf("%s for %s lacks %q:\n%s", tool, role, w, text)
				}
			}
			for _, f := range cited.FindAllStringSubmatch(text, -1) {
				if !strings.Contains(result, f[1]) {
					t.Errorf("%s cites %s, which the result has not", tool, f[0])
				}
			}
			if regexp.MustCompile(`(?i)\b(?:tu|ton|tes)\b`).MatchString(text) {
				t.Errorf("%s says tu:\n%s", tool, text)
			}
		}
	}
}

func TestEmptyAndBrokenResults(t *testing.T) {
	m := model(t)
	for tool := range results {
		for _, result := range []string{`{}`, `null`, `[]`, `{"mistake":"Il manque le texte"}`, `not json`, `{"cut":true,"notice":"n","beginning":"x"}`, `{"rows":null,"metier":null,"passages":[]}`} {
			resp, err := m.GenerateContent(context.Background(), converse("recruiter", "question", exchange(tool, "{}", result)...))
			if err != nil {
				t.Fatal(err)
			}
			text := resp.Choices[0].Content
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s with %s: no answer", tool, result)
			}
			if strings.Contains(result, "mistake") && (!strings.Contains(text, "Il manque le texte") || strings.Count(text, "?") != 1) {
				t.Errorf("%s: a mistake should be said with one question: %q", tool, text)
			}
		}
	}
}

func TestEveryTopicHasAnswers(t *testing.T) {
	for name, topic := range topics {
		for role := range roleNames {
			for _, a := range topic.answers(role) {
				if n := len(strings.Fields(a)); n < 5 || n > 120 {
					t.Errorf("%s: %d words", name, n)
				}
			}
		}
	}
}

func TestSchemaOfArguments(t *testing.T) {
	m := model(t)
	known := map[string]string{
		"extract_skills": "document_id text", "update_profile": "accept refuse add order",
		"explain_offer": "offer_id text contract duration_months rome employer_type quote", "rewrite_offer": "offer_id text contract rome employer_type quote",
		"predict_delay": "offer_id text rome occupation departement town contract duration_months hours_week experience_years salary_month what_if",
		"search_offers": "offer_id rome occupation departement town contract threshold high alert tight idle_days open_days blocked state group order limit",
		"search_rome":   "text rome occupation kind profile", "search_charter": "text principle quote", "request_human": "reason consent",
	}
	rows, err := utterances()
	if err != nil {
		t.Fatal(err)
	}
	step := 1
	if raceEnabled {
		step = 10 // the detector takes minutes over all of them; without it all are read
	}
	for i := 0; i < len(rows); i += step {
		r := rows[i]
		for role := range roleNames {
			u := m.Understand(r.text, Context{Role: role})
			for _, c := range u.Calls {
				if !strings.Contains(tools[c.Tool], role) {
					t.Errorf("%s was given %s for %q", role, c.Tool, r.text)
				}
				for k := range c.Args {
					if !strings.Contains(" "+known[c.Tool]+" ", " "+k+" ") {
						t.Errorf("%s has no argument %s (%q)", c.Tool, k, r.text)
					}
				}
				if _, err := json.Marshal(c.Args); err != nil {
					t.Error(err)
				}
			}
			if len(u.Calls) == 0 && u.Act == "" {
				t.Errorf("nothing understood of %q", r.text)
			}
		}
	}
}
