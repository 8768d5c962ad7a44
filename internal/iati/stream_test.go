package iati_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/iati"
)

// activities is the clean file's activity so many times, each with its own
// identifier, as a stream.
func activities(count int, identifier func(int) string) io.Reader {
	start := strings.Index(clean, "<iati-activity ")
	end := strings.Index(clean, "</iati-activities>")
	one := clean[start:end]
	pr, pw := io.Pipe()
	go func() {
		part := clean[:start]
		for i := range count {
			if _, err := io.WriteString(pw, part); err != nil {
				return // nobody reads any more
			}
			part = strings.Replace(one, ">XM-ACS-1<", ">"+identifier(i)+"<", 1)
		}
		_, err := io.WriteString(pw, part+clean[end:])
		pw.CloseWithError(err)
	}()
	return pr
}

// The heap while the last activities of a long file are read is that of the first
// ones: what is remembered of each is some bytes, not the activity.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 20,000 activities, 60 MB")
	}
	const count, sample = 20_000, 2_000
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var early, late uint64
	seen := 0
	rd := iati.Reader{Now: now, Seen: func(context.Context, string) (bool, error) { return false, nil }}
	file, err := rd.Read(t.Context(), activities(count, func(i int) string { return fmt.Sprintf("XM-ACS-%d", i) }), func(_ context.Context, c iati.Checked) error {
		if c.Activity == nil || len(c.Issues) > 0 {
			t.Errorf("activity %d: %+v", seen, c.Issues)
		}
		switch seen++; seen {
		case sample:
			early = heap()
		case count:
			late = heap()
		}
		return nil
	})
	if err != nil || file.Activities != count || seen != count {
		t.Fatalf("%d of %+v, %v", seen, file, err)
	}
	if late > early+4<<20 {
		t.Errorf("the heap grew from %d to %d bytes", early, late)
	}
}

func TestIdentifierTwice(t *testing.T) {
	t.Parallel()
	var kept []string
	var issues []iati.Issue
	file, err := iati.Reader{Now: now}.Read(t.Context(), activities(5, func(i int) string { return fmt.Sprintf("XM-ACS-%d", i%3) }), func(_ context.Context, c iati.Checked) error {
		if c.Activity != nil {
			kept = append(kept, c.Activity.Identifier)
		}
		issues = append(issues, c.Issues...)
		return nil
	})
	if err != nil || file.Activities != 5 {
		t.Fatal(file, err)
	}
	if !slices.Equal(kept, []string{"XM-ACS-0", "XM-ACS-1", "XM-ACS-2"}) {
		t.Errorf("kept %v", kept)
	}
	if !slices.Equal(ruleNames(issues), []string{"identifier-twice", "identifier-twice"}) || issues[0].ActivityIdentifier != "XM-ACS-0" || issues[0].Severity != iati.Critical {
		t.Errorf("issues %+v", issues)
	}
}

func TestIssuesOfTheFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"<iati-activities version=\"2.03\">\n</iati-activities>":                                              {"no-activities"},
		"<iati-activities version=\"2.03\">\n<activity/>\n</iati-activities>":                                 {"no-activities", "xsd-unknown-element"},
		"<iati-activities version=\"2.03\" xmlns:x=\"urn:x\">\n<x:a><iati-activity/></x:a></iati-activities>": {"no-activities"},
	} {
		activities, issues := read(t, text)
		if got := ruleNames(issues); len(activities) != 0 || !slices.Equal(got, want) {
			t.Errorf("%s: %v", text, got)
		}
		mustPoint(t, text, issues)
	}
}

func TestIssuesAreBounded(t *testing.T) {
	t.Parallel()
	_, issues := read(t, changed(t, "<capital-spend", strings.Repeat("<x/>\n", 5000)+"<capital-spend"))
	if len(issues) != iati.MaxIssues || !slices.ContainsFunc(issues, func(i iati.Issue) bool { return i.Rule == "too-many-issues" }) {
		t.Errorf("%d issues", len(issues))
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	const three = "<narrative>Title</narrative>\n" + `<narrative xml:lang="es">Título</narrative>` + "\n" + `<narrative xml:lang="fr">Titre</narrative>`
	for name, row := range map[string]struct {
		changes                      []string
		en, es, fr, other, authentic string
	}{
		"default is authentic":    {[]string{`<iati-activity xml:lang="en"`, `<iati-activity xml:lang="fr"`, "<narrative>Title", `<narrative xml:lang="en">Title`}, "Title", "Título", "Titre", "", "fr"},
		"another is authentic":    {[]string{`<iati-activity xml:lang="en"`, `<iati-activity xml:lang="pt"`, three, `<narrative>Titulo</narrative><narrative xml:lang="es">Título</narrative>`}, "", "Título", "", "Titulo", "pt"},
		"region":                  {[]string{three, `<narrative xml:lang="es-419">Título</narrative>`}, "", "Título", "", "", "es"},
		"no language":             {[]string{` xml:lang="en"`, "", three, "<narrative>Title</narrative>"}, "", "", "", "Title", "und"},
		"language of the element": {[]string{"<title>", `<title xml:lang="fr">`, three, "<narrative>Titre</narrative>"}, "", "", "Titre", "", "fr"},
		"twice in a language":     {[]string{three, "<narrative>One</narrative><narrative>Two</narrative><narrative>One</narrative>"}, "One / Two", "", "", "", "en"},
		"CDATA and escaped":       {[]string{three, "<narrative><![CDATA[A & ]]>&lt;B&gt;</narrative>"}, "A & <B>", "", "", "", "en"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _ := read(t, changed(t, row.changes...))
			title := got[0].Title
			if title.EN != row.en || title.ES != row.es || title.FR != row.fr || title.Other != row.other || string(title.Authentic) != row.authentic {
				t.Errorf("got %+v", title)
			}
		})
	}
}

// An amount without a currency, or that cannot be told exactly, has no number; its
// text stays.
func TestAmountsThatDoNotCount(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		changes             []string
		published, currency string
	}{
		"too fine":     {[]string{">1234.5<", ">0.12345678<"}, "0.12345678", "USD"},
		"too large":    {[]string{">1234.5<", ">99999999999999<"}, "99999999999999", "USD"},
		"no number":    {[]string{">1234.5<", "> 1,234 <"}, "1,234", "USD"},
		"no currency":  {[]string{` default-currency="USD"`, ""}, "1234.5", ""},
		"odd currency": {[]string{`value-date="2020-03-02"`, `value-date="2020-03-02" currency="dollars"`}, "1234.5", ""},
		"very long":    {[]string{">1234.5<", ">0." + strings.Repeat("1", 200) + "<"}, "0." + strings.Repeat("1", 95) + "…", "USD"},
	} {
		got, _ := read(t, changed(t, row.changes...))
		v := got[0].Transactions[0].Value
		if v.Published != row.published || v.Micro != nil || v.Currency != row.currency {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// What is stored fits, whatever was published.
func TestWhatIsKeptFits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 300_000)
	got, _ := read(t, changed(t, ">Title<", ">"+long+"<", ">One<", ">"+long+"<", ">Paid<", ">"+long+"<", ">Korea<", ">"+long+"<",
		`<activity-status code="2"/>`, `<activity-status code="`+long+`"/>`, `code="43060"`, `code="`+long+`"`, `percentage="40"`, `percentage="`+long+`"`))
	a := got[0]
	for what, length := range map[string][2]int{
		"title": {len(a.Title.EN), iati.MaxTitle}, "description": {len(a.Description.EN), iati.MaxDescription},
		"transaction": {len(a.Transactions[0].Description.EN), iati.MaxTransactionDescription}, "name": {len(a.Participants[0].Name.EN), iati.MaxName},
		"percentage": {len(a.Sectors[0].Percentage), iati.MaxNumber},
	} {
		if length[0] == 0 || length[0] > length[1] || length[0] < length[1]-1 {
			t.Errorf("%s: %d bytes, at most %d", what, length[0], length[1])
		}
	}
	if a.StatusCode != "" || len(a.Sectors) != 1 {
		t.Errorf("codes that are too long: %.20q, %d sectors", a.StatusCode, len(a.Sectors))
	}
}
