package search

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

func foldedOf(text string) []string {
	var out []string
	for _, w := range wordsOf(text) {
		out = append(out, w.folded)
	}
	return out
}

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                "",
		"  —…!  ":                         "",
		"Réunion de l’Équipe":             "reunion de l equipe",
		"SN/2026/014":                     "sn 2026 014",
		"cœur Straße CURAÇAO":             "coeur strasse curacao",
		"annual_report-2026.final.pdf":    "annual report 2026 final pdf",
		"e\u0301te\u0301":                 "ete",
		"\u0301 alone":                    "alone",
		"US$2,000.50":                     "us 2 000 50",
		"Море":                            "море",
		"<script>alert('x')</script>":     "script alert x script",
		strings.Repeat("a", 70) + " b":    strings.Repeat("a", 64) + " b",
		"½ ² Ⅷ":                           "12 2 viii",
		"words\u200bparted\u00a0by\u2028": "words parted by",
	} {
		if got := strings.Join(foldedOf(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestFormsOfAWordHaveOneStem lists words of which a search for one finds the
// others, with and without accents.
func TestFormsOfAWordHaveOneStem(t *testing.T) {
	t.Parallel()
	for _, of := range []struct {
		lang  i18n.Lang
		words string
	}{
		{i18n.EN, "proposal proposals"},
		{i18n.EN, "fund funds funding funded"},
		{i18n.EN, "shoreline shorelines"},
		{i18n.EN, "approve approved approving approves"},
		{i18n.ES, "financiación financiacion financiaciones"},
		{i18n.ES, "propuesta propuestas"},
		{i18n.ES, "fondo fondos"},
		{i18n.ES, "reunión reunion reuniones"},
		{i18n.ES, "economía economia economías"},
		{i18n.ES, "pesquero pesquera pesqueras pesqueros"},
		{i18n.ES, "costero costera costeras"},
		{i18n.FR, "réunion reunion réunions"},
		{i18n.FR, "financement financements"},
		{i18n.FR, "proposé propose proposée proposées proposés"},
		{i18n.FR, "fonds fond"},
		{i18n.FR, "côtier cotier côtière côtières"},
		{i18n.FR, "activité activite activités"},
	} {
		want := ""
		for _, w := range foldedOf(of.words) {
			got := stem(of.lang, w)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%s: %s has %s, want %s", of.lang, w, got, want)
			}
		}
	}
	for _, of := range [][2]string{{"fund", "fundamental"}, {"port", "report"}} {
		if stem(i18n.EN, of[0]) == stem(i18n.EN, of[1]) {
			t.Errorf("%s and %s are one", of[0], of[1])
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Fisheries fund":          "fisheries fund",
		`"Special Fund" loan`:     "[special fund] loan",
		`«Fonds spécial»`:         "[fonds special]",
		`fund -loan -"soft loan"`: "fund -loan -[soft loan]",
		"fund -SN/2026":           "fund -[sn 2026]",
		"SN/2026/014":             "sn 2026 014",
		"environ* x":              "environ* x",
		`"not closed`:             "[not closed]",
		`co-operation - fund --x`: "co operation fund x",
		`"one"two`:                "[one] two",
		"l'environnement":         "l environnement",
		`NOT "OR" (fund) NEAR:x`:  "not [or] fund near x",
	} {
		terms, err := parse("text", text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var got []string
		for _, tm := range terms {
			s := strings.Join(tm.words, " ")
			if tm.quoted {
				s = "[" + s + "]"
			}
			if tm.prefix {
				s += "*"
			}
			if tm.not {
				s = "-" + s
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %s, want %s", text, s, want)
		}
	}
	for _, text := range []string{
		"", "  ", `""`, "***", "-loan", `-"a b"`, "ab*", strings.Repeat("a ", 21), strings.Repeat("a", 301), "a\x00b",
	} {
		if _, err := parse("text", text); apperr.CodeOf(err) != apperr.InvalidInput {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// documentOf is a document of a text, as the index holds it.
func documentOf(l i18n.Lang, text string) string {
	b := newBuilder()
	b.text(l, text, false)
	return b.String()
}

func TestWhatAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query string
		lang  i18n.Lang
		text  string
		want  bool
	}{
		{"funds", i18n.EN, "The Special Fund.", true},
		{"fondos", i18n.ES, "El Fondo Especial.", true},
		{"fondos", i18n.FR, "Le fond est spécial.", false},
		{"reunion", i18n.FR, "La réunion est reportée.", true},
		{"special fund", i18n.EN, "A fund that is special", true},
		{`"special fund"`, i18n.EN, "A fund that is special", false},
		{`"special fund"`, i18n.EN, "The SPECIAL\nfunds", true},
		{"fund -loan", i18n.EN, "A fund for loans", false},
		{"fund -grant", i18n.EN, "A fund for loans", true},
		{`fund -"for loans"`, i18n.EN, "A fund for loans", false},
		{`fund -"loans for"`, i18n.EN, "A fund for loans", true},
		{"environ*", i18n.FR, "l’environnement", true},
		{"environnement*", i18n.FR, "l’environnement", true},
		{"environnementa*", i18n.FR, "l’environnement", false},
		{"the fund", i18n.ES, "El fondo y un fund", false},
		{"la mer", i18n.FR, "Une mer", true}, // "la" says nothing in French
		{"de la", i18n.FR, "au bord de la mer", true},
		{"de la", i18n.FR, "un fonds", false},
		{"sur", i18n.ES, "el sur", true},
		{"del", i18n.ES, "el fondo del sur", false}, // says nothing in Spanish; the reader's language is French
		{`"del"`, i18n.ES, "el fondo del sur", true},
		{"SN/2026/014", i18n.EN, "See SN/2026/014 of today", true},
	} {
		q, err := Parse("text", c.query, i18n.FR, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := answers(q, documentOf(c.lang, c.text)); got != c.want {
			t.Errorf("%s in %q: %v", c.query, c.text, got)
		}
	}
}

// answers is what the databases decide: see Query.answered.
func answers(q *Query, words string) bool {
	for _, c := range q.without {
		if answersClause(c, words) {
			return false
		}
	}
next:
	for _, a := range q.alternatives {
		for _, c := range a.clauses {
			if !answersClause(c, words) {
				continue next
			}
		}
		return true
	}
	return false
}

func answersClause(c clause, words string) bool {
	for _, o := range c {
		s := " " + strings.Join(o.stems, " ")
		if !o.prefix {
			s += " "
		}
		if strings.Contains(words, s) {
			return true
		}
	}
	return false
}

func TestRank(t *testing.T) {
	t.Parallel()
	q, err := Parse("text", "special fund", i18n.EN, nil)
	if err != nil {
		t.Fatal(err)
	}
	better := [][2]string{ // the first ranks before the second
		{"The special fund", "The fund, which is special"},
		{"Special fund, special fund", "Special fund, once"},
	}
	for _, of := range better {
		a, b := q.weigh(documentOf(i18n.EN, of[0])), q.weigh(documentOf(i18n.EN, of[1]))
		if a.points <= b.points {
			t.Errorf("%q has %d, %q has %d", of[0], a.points, of[1], b.points)
		}
	}
	if w := q.weigh(documentOf(i18n.EN, "nothing of it")); w.points != 0 || w.lang != "" {
		t.Errorf("no answer: %+v", w)
	}
	b := newBuilder()
	b.text(i18n.EN, "A title", false)
	b.text(i18n.EN, "The Special Fund", true)
	if w := q.weigh(b.String()); !w.subject || w.lang != i18n.EN {
		t.Errorf("by its subject: %+v", w)
	}
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Nothing of interest stands here. ", 40)
	for _, c := range []struct {
		query, text, want string
		lang              i18n.Lang
	}{
		{"funds", "The **Special** Fund.", "The Special [Fund].", i18n.EN},
		{`"special funds"`, "The special Fund, a special case", "The [special Fund], a special case", i18n.EN},
		{"reunion", "# La Réunion\n\n> est `reportée`", "La [Réunion] est reportée", i18n.FR},
		{"script", "<script>x</script>", "<[script]>x</[script]>", i18n.EN},
		{"environ*", "L’environnement", "L’[environnement]", i18n.FR},
		{"absent", "Short text", "Short text", i18n.EN},
		{"fund", "a\u202eb fund", "ab [fund]", i18n.EN},
	} {
		q, err := Parse("text", c.query, i18n.FR, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(q.Snippet(c.text, c.lang)); got != c.want {
			t.Errorf("%s: %s, want %s", c.query, got, c.want)
		}
	}
	q, err := Parse("text", "turtle nest", i18n.EN, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := shown(q.Snippet("turtle. "+long+"The turtles have their nests here. "+long, i18n.EN))
	if !strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "…") || !strings.Contains(got, "The [turtles] have their [nests] here.") {
		t.Errorf("the place with most of the question: %s", got)
	}
	if n := utf8.RuneCountInString(got); n > snippetLength+20 {
		t.Errorf("%d characters", n)
	}
}

func shown(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Match {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// FuzzSearch shows of any text and question that making words of them ends, that
// nothing in them reaches the databases' syntax, and that a text is found by each of
// its own words and shown without loss of characters.
func FuzzSearch(f *testing.F) {
	f.Add("La réunion de l’Équipe — 2026", `"la réunion" équip* -fonds`)
	f.Add("ﷺ Ⅷ ½ e\u0301 \u202e", `“x y" 'a' & | ! :* NEAR( ) AND`)
	f.Add("a'b\\c\"d", "a*** -- -\" \x00")
	f.Fuzz(func(t *testing.T, text, question string) {
		if len(text) > 2000 || !utf8.ValidString(text) {
			return
		}
		for _, l := range i18n.Langs {
			doc := documentOf(l, text)
			if strings.ContainsAny(doc, `'"\&|!():*%_`) || strings.Contains(doc, "  ") {
				t.Fatalf("syntax in %q", doc)
			}
			for i, w := range wordsOf(text) {
				if i == 5 {
					break
				}
				q, err := Parse("text", `"`+w.folded+`"`, l, &l)
				if err != nil {
					t.Fatalf("%q: %v", w.folded, err)
				}
				if !answers(q, doc) || q.weigh(doc).points == 0 {
					t.Fatalf("%q does not find %q", w.folded, text)
				}
				if got := q.Snippet(text, l); len(got) == 0 {
					t.Fatalf("no snippet of %q", text)
				}
			}
		}
		q, err := Parse("text", question, i18n.ES, nil)
		if err != nil {
			var refusal *apperr.Error
			if !errors.As(err, &refusal) || refusal.Code != apperr.InvalidInput {
				t.Fatalf("%q: %v", question, err)
			}
			return
		}
		for _, x := range []syntax{fts5, tsquery} {
			if strings.ContainsAny(q.write(x), "\\\x00") {
				t.Fatalf("%q is written %s", question, q.write(x))
			}
		}
		for _, p := range q.Snippet(text, i18n.ES) {
			if !utf8.ValidString(p.Text) || p.Text == "" {
				t.Fatalf("a piece of %q is %q", text, p.Text)
			}
		}
	})
}
