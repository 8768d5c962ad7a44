package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/ent/generated/ent/searchdocument"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

const searching = `query($q: String!, $f: SearchFilter, $o: SearchOrder, $first: Int, $after: String, $last: Int, $before: String) {
	search(text: $q, filter: $f, orderBy: $o, first: $first, after: $after, last: $last, before: $before) {
		totalCount completeSince pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
		nodes { kind language writtenAt message { id number body author { name } } thread { id title } snippet { text isMatch } }
	}
}`

// library is a database with discussions to search.
type library struct {
	*world
	tb testing.TB
}

func (l *library) open(v *viewer.Viewer, title i18n.TextInput, subject uuid.UUID, among ...thread.Party) *ent.Thread {
	l.tb.Helper()
	t, _, err := thread.New(l.Runner).Open(l.As(l.tb, v), thread.Opening{Subject: subject, Title: &title, Audience: among}, nil)
	if err != nil {
		l.tb.Fatal(err)
	}
	return t
}

func (l *library) post(v *viewer.Viewer, t *ent.Thread, lang i18n.Lang, text string) *ent.Message {
	l.tb.Helper()
	l.Clock.Add(time.Minute)
	m, _, err := thread.New(l.Runner).Post(l.As(l.tb, v), thread.Posting{Thread: t.ID, Body: text, Language: lang}, nil)
	if err != nil {
		l.tb.Fatal(err)
	}
	return m
}

// finds are the titles and texts of what a viewer finds, in order.
func (l *library) finds(v *viewer.Viewer, query string, filter vars) []string {
	l.tb.Helper()
	return texted(l.ask(l.tb, v, searching, vars{"q": query, "f": filter}).ok())
}

func texted(a *answer) []string {
	nodes, _ := a.at("search.nodes").([]any)
	out := make([]string, len(nodes))
	for i := range nodes {
		at := fmt.Sprintf("search.nodes.%d.", i)
		out[i], _ = a.at(at + "thread.title").(string)
		if m, ok := a.at(at + "message.body").(string); ok {
			out[i] = m
		}
	}
	return out
}

func (l *library) want(got []string, want ...string) {
	l.tb.Helper()
	if !slices.Equal(got, want) {
		l.tb.Errorf("found %q, want %q", got, want)
	}
}

func text(en string) i18n.TextInput { return i18n.TextInput{En: &en} }

func partyOf(u uuid.UUID) thread.Party { return thread.Party{Body: &u} }

func eachLibrary(t *testing.T, test func(t *testing.T, l *library)) {
	t.Helper()
	each(t, func(t *testing.T, w *world) { test(t, &library{w, t}) })
}

func TestSearchFindsWordsInThreeLanguages(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		es, fr := "Reunión sobre playas", "Réunion sur les plages"
		d := l.open(l.Chair, i18n.TextInput{Es: &es, Fr: &fr}, l.SpecialCommittee, partyOf(l.SpecialCommittee))
		l.post(l.Chair, d, i18n.EN, "The Special Fund is funding the shorelines.")
		l.post(l.Chair, d, i18n.ES, "El Fondo Especial financia las costas; la financiación es de 2026.")
		l.post(l.Committee, d, i18n.FR, "Le Fonds spécial finance l’aménagement côtier, réf. SN/2026/014.")
		title := "Reunión sobre playas"
		en, sp, fre := "The Special Fund is funding the shorelines.", "El Fondo Especial financia las costas; la financiación es de 2026.",
			"Le Fonds spécial finance l’aménagement côtier, réf. SN/2026/014."
		l.want(l.finds(l.Committee, "FUNDS shoreline", nil), en)
		l.want(l.finds(l.Committee, "fondos", nil), sp)
		l.want(l.finds(l.Committee, "financiaciones", nil), sp)
		l.want(l.finds(l.Committee, "cotier", nil), fre)
		l.want(l.finds(l.Committee, "SN/2026/014", nil), fre)
		l.want(l.finds(l.Committee, "amenag*", nil), fre)
		l.want(l.finds(l.Committee, "reunion", nil), title)
		l.want(l.finds(l.Committee, "plage", nil), title)
		l.want(l.finds(l.Committee, `"special fund"`, nil), en)
		l.want(l.finds(l.Committee, `"fund special"`, nil))
		l.want(l.finds(l.Committee, "2026", nil), fre, sp)
		l.want(l.finds(l.Committee, "2026 -fonds", nil), sp)
		l.want(l.finds(l.Committee, `2026 -"fonds spécial"`, nil), sp)
		l.want(l.finds(l.Committee, "the SC-DRR", nil), title) // what the discussion is about
		a := l.ask(t, l.Committee, searching, vars{"q": "fund shorelines"}).ok()
		a.is("search.totalCount", 1.0).is("search.completeSince", nil).is("search.nodes.0.kind", "MESSAGE").is("search.nodes.0.language", "en").
			is("search.nodes.0.message.author.name", "Chair").is("search.nodes.0.snippet.0.text", "The Special ").
			is("search.nodes.0.snippet.1.text", "Fund").is("search.nodes.0.snippet.1.isMatch", true)
		for _, v := range []*viewer.Viewer{l.Nobody, l.Stranger, l.Partner, l.Council, l.Bureau, l.Secretariat} {
			a := l.ask(t, v, searching, vars{"q": "fund*"}).ok()
			a.is("search.totalCount", 0.0)
			l.want(texted(a))
		}
	})
}

func TestSearchFilters(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		first := l.open(l.Chair, text("Turtles on beaches"), l.SpecialCommittee, partyOf(l.SpecialCommittee))
		second := l.open(l.Chair, text("Money"), l.OtherCommittee, partyOf(l.SpecialCommittee), partyOf(l.CouncilBody))
		l.post(l.Chair, first, i18n.EN, "Turtles in May.")
		l.Clock.Add(48 * time.Hour)
		l.post(l.Committee, second, i18n.EN, "Turtles cost money.")
		l.post(l.Committee, first, i18n.ES, "Turtles, en español.")
		for name, c := range map[string]struct {
			filter vars
			want   []string
		}{
			"none":        {nil, []string{"Turtles on beaches", "Turtles cost money.", "Turtles in May.", "Turtles, en español."}},
			"thread":      {vars{"threadId": second.ID}, []string{"Turtles cost money."}},
			"author":      {vars{"authorId": l.Chair.Person}, []string{"Turtles in May."}},
			"body":        {vars{"bodyId": l.CouncilBody}, []string{"Turtles cost money."}},
			"body about":  {vars{"bodyId": l.OtherCommittee}, []string{"Turtles cost money."}},
			"subject":     {vars{"subjectId": l.OtherCommittee}, []string{"Turtles cost money."}},
			"kind":        {vars{"kinds": []any{"THREAD"}}, []string{"Turtles on beaches"}},
			"no kind":     {vars{"kinds": []any{}}, nil},
			"from":        {vars{"from": "2026-11-25"}, []string{"Turtles cost money.", "Turtles, en español."}},
			"to":          {vars{"to": "2026-11-23"}, []string{"Turtles on beaches", "Turtles in May."}},
			"no days":     {vars{"from": "2026-11-25", "to": "2026-11-24"}, nil},
			"two filters": {vars{"authorId": l.Committee.Person, "threadId": first.ID}, []string{"Turtles, en español."}},
		} {
			if got := l.finds(l.Committee, "turtle*", c.filter); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
		l.want(l.finds(l.Committee, "turtles", vars{"language": "es"}), "Turtles, en español.")
		a := l.ask(t, l.Committee, searching, vars{"q": "turtle*", "o": "NEWEST"}).ok()
		l.want(texted(a), "Turtles, en español.", "Turtles cost money.", "Turtles in May.", "Turtles on beaches")
		l.want(l.finds(l.Council, "turtle*", nil), "Turtles cost money.")
	})
}

// TestSearchFollowsTexts edits, translates and withdraws what is found.
func TestSearchFollowsTexts(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		s := thread.New(l.Runner)
		among := partyOf(l.SecretariatBody)
		d := l.open(l.Secretariat, text("Title"), l.SpecialCommittee, among)
		m := l.post(l.Secretariat, d, i18n.EN, "Mangroves")
		ctx := l.As(t, l.Secretariat)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		tr, _, err := s.Translate(ctx, thread.Translating{Message: m.ID, Of: 1, Language: i18n.ES, Body: "Los manglares"}, nil)
		must(err)
		l.want(l.finds(l.Secretariat, "manglares", nil)) // a draft
		tr, _, err = s.MakeOfficial(ctx, tr.ID, tr.Revision)
		must(err)
		a := l.ask(t, l.Secretariat, searching, vars{"q": "manglares"}).ok()
		a.is("search.nodes.0.language", "es").is("search.nodes.0.snippet.1.text", "manglares")
		l.want(texted(a), "Mangroves")
		l.want(l.finds(l.Secretariat, "manglares mangroves", nil)) // no text has both
		tr, _, err = s.WithdrawTranslation(ctx, tr.ID, tr.Revision, ptr("Wrong"))
		must(err)
		l.want(l.finds(l.Secretariat, "manglares", nil))
		_, _, err = s.MakeOfficial(ctx, tr.ID, tr.Revision)
		must(err)
		l.want(l.finds(l.Secretariat, "manglares", nil), "Mangroves")
		m, _, err = s.EditMessage(ctx, m.ID, 1, thread.Rewriting{Body: "Corals"})
		must(err)
		l.want(l.finds(l.Secretariat, "mangroves", nil))
		l.want(l.finds(l.Secretariat, "manglares", nil)) // outdated
		l.want(l.finds(l.Secretariat, "corals", nil), "Corals")
		_, _, err = s.Edit(ctx, d.ID, d.Revision, thread.Editing{Title: &i18n.TextInput{En: ptr("Reefs")}})
		must(err)
		l.want(l.finds(l.Secretariat, "reef", nil), "Reefs")
		l.want(l.finds(l.Secretariat, "title", nil))
		_, _, err = s.Withdraw(ctx, m.ID, m.Revision, nil)
		must(err)
		l.want(l.finds(l.Secretariat, "corals", nil))
		if n := l.DB.Client.SearchDocument.Query().Where(searchdocument.KindEQ(searchdocument.KindMessage)).CountX(l.System()); n != 0 {
			t.Errorf("%d documents of a withdrawn message", n)
		}
	})
}

// TestSearchDoesNotTellWhatTheSubjectIs searches a discussion whose subject one of
// its members may not see.
func TestSearchDoesNotTellWhatTheSubjectIs(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		w := l.world
		a := w.ask(t, l.Secretariat, `mutation($o: ID!) { draftAgreement(input: { title: { en: "Volcano watch", es: "Vigilancia" },
			kind: MEMORANDUM_OF_UNDERSTANDING, partyIds: [$o] }) { agreement { id revision } } }`, vars{"o": l.Other}).ok()
		about := a.id("draftAgreement.agreement.id")
		l.open(l.Secretariat, text("Ash and dust"), about, partyOf(l.SecretariatBody), thread.Party{Organisation: &l.Donor})
		l.want(l.finds(l.Secretariat, "volcanoes", nil), "Ash and dust")
		l.want(l.finds(l.Secretariat, "ash watch", nil), "Ash and dust")
		l.want(l.finds(l.Secretariat, "ash -volcano", nil))
		l.want(l.finds(l.Secretariat, `ash -"volcano watch"`, nil))
		found := w.ask(t, l.Secretariat, searching, vars{"q": "volcano"}).ok()
		found.is("search.nodes.0.snippet.0.text", "Volcano").is("search.nodes.0.snippet.0.isMatch", true)
		for query, want := range map[string][]string{
			"volcanoes": nil, "ash watch": nil, "ash": {"Ash and dust"}, "ash -volcano": {"Ash and dust"}, `ash -"volcano watch"`: {"Ash and dust"},
			"volc*": nil, "ash -volc*": {"Ash and dust"}, `"volcano watch"`: nil, `"ash and dust"`: {"Ash and dust"},
		} {
			if got := l.finds(l.Partner, query, nil); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
			n := w.ask(t, l.Partner, searching, vars{"q": query}).ok().at("search.totalCount")
			if n != float64(len(want)) {
				t.Errorf("%s: %v are counted, want %d", query, n, len(want))
			}
		}
		w.ask(t, l.Secretariat, `mutation($id: ID!, $r: Int!) { editAgreement(input: { id: $id, expectedRevision: $r, title: { en: "Hurricane watch" } }) { agreement { id } } }`,
			vars{"id": about, "r": a.at("draftAgreement.agreement.revision")}).ok()
		l.want(l.finds(l.Secretariat, "volcano", nil))
		l.want(l.finds(l.Secretariat, "hurricanes", nil), "Ash and dust")
	})
}

// TestWhatIsHiddenChangesNothing writes a lot that one viewer may not see. The whole
// answer to that viewer, but for cursors, stays as it was.
func TestWhatIsHiddenChangesNothing(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		seen := l.open(l.Chair, text("Seen turtles"), l.SpecialCommittee, partyOf(l.SpecialCommittee), partyOf(l.CouncilBody))
		hidden := l.open(l.Chair, text("Hidden turtles"), l.SpecialCommittee, partyOf(l.SpecialCommittee))
		for i := range 6 {
			l.post(l.Chair, seen, i18n.EN, strings.Repeat("turtles ", i%3+1)+fmt.Sprintf("and %d", i))
		}
		ask := func() string {
			var out []string
			for _, order := range []string{"RELEVANCE", "NEWEST"} {
				for _, q := range []string{"turtle", `"turtles and"`, "turtle -nothing", "tur*"} {
					a := l.ask(t, l.Council, `query($q: String!, $o: SearchOrder) { search(text: $q, orderBy: $o, first: 5) {
						totalCount nodes { message { id } thread { id } snippet { text isMatch } } pageInfo { hasNextPage } } }`, vars{"q": q, "o": order}).ok()
					out = append(out, a.raw)
				}
			}
			return strings.Join(out, "\n")
		}
		before := ask()
		for range 12 {
			l.post(l.Chair, hidden, i18n.EN, "turtles turtles turtles and turtles")
		}
		if after := ask(); after != before {
			t.Errorf("before %s\nafter %s", before, after)
		}
		if got := l.finds(l.Chair, "turtle", nil); len(got) != 20 {
			t.Errorf("who sees all finds %d", len(got))
		}
	})
}

// TestSearchPages reads the hits from both ends, page by page, while others write.
func TestSearchPages(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		d := l.open(l.Chair, text("About turtles"), l.SpecialCommittee, partyOf(l.SpecialCommittee))
		for i := range 9 {
			l.post(l.Chair, d, i18n.EN, strings.Repeat("turtles ", i%4+1)+fmt.Sprintf("number %d", i))
		}
		for _, order := range []string{"RELEVANCE", "NEWEST"} {
			all := texted(l.ask(t, l.Chair, searching, vars{"q": "turtles", "o": order}).ok())
			if len(all) < 10 {
				t.Fatalf("%d hits", len(all))
			}
			var forth, back []string
			var after, before any
			for range 20 {
				a := l.ask(t, l.Chair, searching, vars{"q": "turtles", "o": order, "first": 3, "after": after}).ok()
				a.is("search.pageInfo.hasPreviousPage", after != nil)
				forth = append(forth, texted(a)...)
				if after = a.at("search.pageInfo.endCursor"); a.at("search.pageInfo.hasNextPage") == false {
					break
				}
				if order == "RELEVANCE" {
					l.post(l.Chair, d, i18n.EN, "turtles turtles turtles turtles, later") // moves nothing
				}
			}
			l.want(forth, all...)
			all = texted(l.ask(t, l.Chair, searching, vars{"q": "turtles", "o": order}).ok())
			for range 20 {
				a := l.ask(t, l.Chair, searching, vars{"q": "turtles", "o": order, "last": 4, "before": before}).ok()
				a.is("search.pageInfo.hasNextPage", before != nil)
				back = append(texted(a), back...)
				if before = a.at("search.pageInfo.startCursor"); a.at("search.pageInfo.hasPreviousPage") == false {
					break
				}
			}
			l.want(back, all...)
		}
		a := l.ask(t, l.Chair, searching, vars{"q": "turtles"}).ok()
		cursor := a.at("search.pageInfo.endCursor")
		for name, in := range map[string]vars{
			"of another question": {"q": "turtle number", "after": cursor}, "of another order": {"q": "turtles", "o": "NEWEST", "after": cursor},
			"of another filter": {"q": "turtles", "f": vars{"threadId": d.ID}, "after": cursor}, "of nothing": {"q": "turtles", "after": "x"},
		} {
			if got := l.ask(t, l.Chair, searching, in); len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != "INVALID_INPUT" {
				t.Errorf("a cursor %s: %s", name, got.raw)
			}
		}
	})
}

func TestSearchRefusals(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		for _, q := range []string{"", "  ", "-only", "ab*", strings.Repeat("x ", 21), strings.Repeat("x", 301), "\"\"", "*"} {
			l.ask(t, l.Chair, searching, vars{"q": q}).refused("INVALID_INPUT", "text")
		}
		l.ask(t, l.Chair, searching, vars{"q": "x", "first": 0}).refused("INVALID_INPUT", "first")
		l.ask(t, l.Chair, searching, vars{"q": "x", "first": 101}).refused("INVALID_INPUT", "first")
		l.ask(t, l.Chair, searching, vars{"q": "x", "first": 1, "last": 1}).refused("INVALID_INPUT", "last")
		l.ask(t, l.Chair, searching, vars{"q": "x", "f": vars{"threadId": l.Chair.Person}}).refused("INVALID_INPUT")
		for _, q := range []string{`a" OR "b`, "a'b", `x:y NEAR(a b) AND NOT *`, `\`, "a & !b | c", "%_", "{a} ^b", strings.Repeat("é", 300)} {
			if a := l.ask(t, l.Chair, searching, vars{"q": q}); len(a.Errors) > 0 && a.Errors[0].Extensions["code"] != "INVALID_INPUT" {
				t.Errorf("%q: %s", q, a.raw)
			}
		}
	})
}

func TestSearchCostsAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		d := l.open(l.Chair, text("About turtles"), l.SpecialCommittee, partyOf(l.SpecialCommittee))
		cost := func() int64 {
			return l.statements(func() { l.ask(t, l.Chair, searching, vars{"q": "turtles"}).ok() })
		}
		l.post(l.Chair, d, i18n.EN, "turtles")
		l.post(l.Committee, d, i18n.ES, "turtles")
		before := cost()
		for i := range 30 {
			l.post(l.Committee, d, i18n.Langs[i%3], "turtles")
		}
		l.open(l.Chair, text("More turtles"), l.OtherCommittee, partyOf(l.SpecialCommittee))
		if after := cost(); after > before || before > 12 {
			t.Errorf("%d statements, then %d", before, after)
		}
	})
}

// TestWhatWasThereBeforeIsIndexed takes all documents away, as in a database from
// before there were any, and indexes it in steps while people write.
func TestWhatWasThereBeforeIsIndexed(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		d := l.open(l.Chair, text("About turtles"), l.SpecialCommittee, partyOf(l.SpecialCommittee))
		for i := range 105 {
			l.post(l.Chair, d, i18n.EN, fmt.Sprintf("turtle %d", i))
		}
		gone := l.post(l.Chair, d, i18n.EN, "turtle gone")
		if _, _, err := thread.New(l.Runner).Withdraw(l.As(t, l.Chair), gone.ID, 1, nil); err != nil {
			t.Fatal(err)
		}
		whole := texted(l.ask(t, l.Chair, searching, vars{"q": "turtle", "first": 100}).ok())
		l.Write(t, func(ctx context.Context, tx *ent.Client) error {
			_, err := tx.SearchDocument.Delete().Exec(ctx)
			return err
		})
		s, err := search.New(l.Runner)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		a := l.ask(t, l.Chair, searching, vars{"q": "turtle"}).ok().is("search.totalCount", 0.0)
		if a.at("search.completeSince") == nil {
			t.Error("nothing says that texts are missing")
		}
		fresh := l.post(l.Chair, d, i18n.EN, "turtle, meanwhile")
		l.want(l.finds(l.Chair, "turtle", nil), "turtle, meanwhile")
		steps := 0
		for done := false; !done; steps++ {
			st, err := s.Rebuild(t.Context())
			if err != nil || steps > 20 {
				t.Fatal(steps, err)
			}
			done = st.Done
		}
		if steps < 4 {
			t.Errorf("%d steps", steps)
		}
		if _, _, err := thread.New(l.Runner).Withdraw(l.As(t, l.Chair), fresh.ID, 1, nil); err != nil {
			t.Fatal(err)
		}
		a = l.ask(t, l.Chair, searching, vars{"q": "turtle", "first": 100}).ok().is("search.completeSince", nil).is("search.totalCount", 106.0)
		l.want(texted(a), whole...)
	})
}

func TestSearchRanksTitlesAndWordsInARow(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		d := l.open(l.Chair, text("Sea wall"), l.SpecialCommittee, partyOf(l.SpecialCommittee))
		l.post(l.Chair, d, i18n.EN, "The sea behind the wall")
		l.post(l.Chair, d, i18n.EN, "A sea wall, the sea wall of the sea")
		l.post(l.Chair, d, i18n.EN, "A wall by the sea")
		l.want(l.finds(l.Chair, "sea wall", nil), "Sea wall", "A sea wall, the sea wall of the sea", "A wall by the sea", "The sea behind the wall")
	})
}

func ptr[T any](v T) *T { return &v }

// TestSearchFindsMessagesByTheirAttachments searches names of files, and messages
// that have any.
func TestSearchFindsMessagesByTheirAttachments(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		s := thread.New(l.Runner)
		d := l.open(l.Chair, text("Title"), l.SpecialCommittee, partyOf(l.SpecialCommittee))
		file := l.NewID(id.Attachment)
		l.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Attachment.Create().SetID(file).SetCreatedAt(l.Time()).SetThreadID(d.ID).SetUploadedByID(l.Committee.Person).
				SetName("Informe-pesquerías_2026.pdf").SetNameKey("informe").SetMediaType("application/pdf").SetSize(1).SetSha256(make([]byte, 32)).
				SetFileKey("k").SetScan(attachment.ScanNotScanned).Exec(ctx)
		})
		l.want(l.finds(l.Committee, "informe", nil)) // nobody else sees it yet
		m, _, err := s.Post(l.As(t, l.Committee), thread.Posting{Thread: d.ID, Body: "See the file", Language: i18n.EN, Attachments: []uuid.UUID{file}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		l.post(l.Chair, d, i18n.EN, "Another file")
		a := l.ask(t, l.Chair, searching, vars{"q": "informe pesquerias"}).ok()
		l.want(texted(a), "See the file")
		a.is("search.nodes.0.snippet.0.text", "Informe")
		l.want(l.finds(l.Chair, "file pdf", nil), "See the file")
		l.want(l.finds(l.Chair, "file", vars{"hasAttachments": true}), "See the file")
		l.want(l.finds(l.Chair, "file", vars{"hasAttachments": false}), "Another file")
		l.want(l.finds(l.Council, "informe", nil))
		m, _, err = s.EditMessage(l.As(t, l.Committee), m.ID, m.Revision, thread.Rewriting{Body: "Look at it"})
		if err != nil {
			t.Fatal(err)
		}
		l.want(l.finds(l.Chair, "informe", nil), "Look at it")
		if _, _, err := s.Withdraw(l.As(t, l.Committee), m.ID, m.Revision, nil); err != nil {
			t.Fatal(err)
		}
		l.want(l.finds(l.Chair, "informe", nil))
	})
}

// TestSearchBeginsAtTheAdmission searches as one who was admitted without the
// history: what was said before is not found, counted or told by what is missing.
func TestSearchBeginsAtTheAdmission(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		d := l.open(l.Chair, text("About turtles"), l.SpecialCommittee, partyOf(l.SpecialCommittee))
		l.post(l.Chair, d, i18n.EN, "Turtles before")
		l.granted(t, l.Chair, d.ID, ofBody(l.CouncilBody), "FROM_ADMISSION")
		l.post(l.Chair, d, i18n.EN, "Turtles after")
		a := l.ask(t, l.Council, searching, vars{"q": "turtles"}).ok().is("search.totalCount", 2.0)
		l.want(texted(a), "About turtles", "Turtles after")
		l.want(l.finds(l.Council, "before", nil))
		l.want(l.finds(l.Council, "turtles", vars{"kinds": []any{"MESSAGE"}}), "Turtles after")
		l.want(l.finds(l.Chair, "turtles", vars{"kinds": []any{"MESSAGE"}}), "Turtles after", "Turtles before")
	})
}

// TestHeldPostsAreNotFound searches what waits for the Secretariat, and what it
// released.
func TestHeldPostsAreNotFound(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, l *library) {
		s := thread.New(l.Runner)
		d, _, err := s.Open(l.As(t, l.Secretariat), thread.Opening{
			Subject: l.SpecialCommittee, Title: ptr(text("Title")), HoldsPartnerPosts: true,
			Audience: []thread.Party{partyOf(l.SecretariatBody), {Organisation: &l.Donor}},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := s.Submit(l.As(t, l.Partner), thread.Posting{Thread: d.ID, Body: "Turtles from outside", Language: i18n.EN}, nil)
		if err != nil || p.Held == nil {
			t.Fatal(p, err)
		}
		for _, v := range []*viewer.Viewer{l.Partner, l.Secretariat} {
			l.want(l.finds(v, "turtles", nil))
		}
		if _, _, err := s.Release(l.As(t, l.Secretariat), p.Held.ID, p.Held.Revision); err != nil {
			t.Fatal(err)
		}
		for _, v := range []*viewer.Viewer{l.Partner, l.Secretariat} {
			l.want(l.finds(v, "turtles", nil), "Turtles from outside")
		}
	})
}
