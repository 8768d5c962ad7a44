package iati_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"acs-aec.org/hub/internal/iati"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	const open = `<?xml version="1.0"?>` + "\n" + `<iati-activities version="2.03">` + "\n"
	for name, row := range map[string]struct {
		text, rule string
		line       int
	}{
		"nothing":                    {"", "empty", 0},
		"white space":                {" \n\n", "empty", 0},
		"only a declaration":         {`<?xml version="1.0"?>`, "empty", 0},
		"only a comment":             {"<!-- nothing -->\n", "empty", 0},
		"plain text":                 {"\nIATI activities", "text-outside", 1},
		"JSON":                       {`{"iati": []}`, "json", 1},
		"a list in JSON":             {"\ufeff [{}]", "json", 1},
		"CSV":                        {"identifier,title\nXM-1,Roads\n", "csv", 1},
		"CSV with semicolons":        {"identificador;título\n", "csv", 1},
		"CSV in UTF-16":              {"\xFF\xFEa\x00,\x00b\x00\n\x00", "csv", 1},
		"JSON in UTF-16":             {"\xFE\xFF\x00{\x00}", "json", 1},
		"a web page":                 {"<!DOCTYPE html>\n<html><body>404</body></html>", "html", 1},
		"a web page as XML":          {"<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0\" \"x\"><html/>", "html", 1},
		"gzip":                       {"\x1f\x8b\x08\x00\x00\x00\x00\x00", "packed", 0},
		"ZIP":                        {"PK\x03\x04" + strings.Repeat("\x00", 26) + "bank.xml", "packed", 0},
		"bzip2":                      {"BZh91AY&SY", "packed", 0},
		"XLSX":                       {"PK\x03\x04" + strings.Repeat("\x00", 26) + "[Content_Types].xml", "spreadsheet", 1},
		"an old spreadsheet":         {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office", 0},
		"PDF":                        {"%PDF-1.7\n", "pdf", 0},
		"UTF-32":                     {"\xFF\xFE\x00\x00<\x00\x00\x00", "encoding", 1},
		"EBCDIC":                     {"\x4C\x6F\xA7\x94\x93", "encoding", 1},
		"other XML":                  {"<?xml version='1.0'?>\n<rss version=\"2.0\"/>", "root", 2},
		"organisations":              {"<iati-organisations version=\"2.03\"/>", "organisation-file", 1},
		"root in a namespace":        {`<iati-activities xmlns="urn:x" version="2.03"/>`, "root", 1},
		"no version":                 {"\n<iati-activities/>", "version-missing", 2},
		"empty version":              {"<iati-activities version=\"\"/>", "version-missing", 1},
		"version 1":                  {"<iati-activities version=\"1.05\"/>", "version", 1},
		"version to come":            {"<iati-activities version=\"2.04\"/>", "version", 1},
		"long version":               {"<iati-activities version=\"" + strings.Repeat("9", 5000) + "\"/>", "version", 1},
		"document type":              {"<!DOCTYPE iati-activities>\n<iati-activities version=\"2.03\"/>", "doctype", 1},
		"entities":                   {"<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;&a;\">]>\n<iati-activities version=\"2.03\"/>", "doctype", 2},
		"file as entity":             {"<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><iati-activities version=\"2.03\">&a;</iati-activities>", "doctype", 1},
		"unknown entity":             {open + "&nbsp;</iati-activities>", "not-well-formed", 3},
		"not closed":                 {open + "<iati-activity>\n", "ends-early", 4},
		"cut in a tag":               {open + "<iati-activ", "ends-early", 3},
		"cut in the first tag":       {"<?xml version=\"1.0\"?>\n<iati-activ", "ends-early", 2},
		"cut in a character section": {open + "<iati-activity><![CDATA[x", "ends-early", 3},
		"wrong end":                  {open + "<iati-activity>\n</iati-activities>", "unmatched-end", 4},
		"end alone":                  {open + "</iati-activities>\n</iati-activities>", "unmatched-end", 4},
		"two roots":                  {open + "</iati-activities>\n<iati-activities version=\"2.03\"/>", "second-root", 4},
		"text behind":                {open + "</iati-activities>\nend", "text-outside", 3},
		"attribute without quotes":   {open + "<iati-activity hierarchy=1/></iati-activities>", "not-well-formed", 3},
		"attribute twice":            {open + "<iati-activity\n hierarchy=\"1\" hierarchy=\"2\"/></iati-activities>", "attribute-twice", 3},
		"prefix of nothing":          {open + "<x:y/></iati-activities>", "unbound-prefix", 3},
		"attribute's prefix":         {open + "<iati-activity x:y=\"1\"/></iati-activities>", "unbound-prefix", 3},
		"prefix out of scope":        {open + "<x:y xmlns:x=\"urn:x\"/>\n<x:y/></iati-activities>", "unbound-prefix", 4},
		"bare ampersand":             {open + "<iati-activity>a & b</iati-activity></iati-activities>", "not-well-formed", 3},
		"character that XML forbids": {open + "<iati-activity>\x01</iati-activity></iati-activities>", "not-well-formed", 3},
		"late declaration":           {"\n<?xml version=\"1.0\"?><iati-activities version=\"2.03\"/>", "declaration", 2},
		"XML 2":                      {`<?xml version="2.0"?><iati-activities version="2.03"/>`, "not-well-formed", 1},
		"unknown encoding":           {`<?xml version="1.0" encoding="EBCDIC-CP-US"?><iati-activities version="2.03"/>`, "encoding", 1},
		"UTF-16 that is none":        {`<?xml version="1.0" encoding="UTF-16"?><iati-activities version="2.03"/>`, "encoding-false", 1},
		"not UTF-8":                  {open + "<iati-activity>\n\xE9t\xE9</iati-activity></iati-activities>", "not-utf-8", 4},
		"too deep":                   {open + strings.Repeat("<x>", 100) + strings.Repeat("</x>", 100) + "</iati-activities>", "too-deep", 3},
		"too deep in an activity":    {open + "<iati-activity>\n" + strings.Repeat("<x>", 100), "too-deep", 4},
		"namespaces":                 {open + "<x" + namespaces(300) + "/>", "namespaces", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r *iati.Refusal
			_, err := iati.Reader{}.Read(t.Context(), strings.NewReader(row.text), ignore)
			if !errors.As(err, &r) {
				t.Fatalf("got %v", err)
			}
			if r.Rule != row.rule || r.Line != row.line {
				t.Errorf("refused by %s at line %d, want %s at %d: %v", r.Rule, r.Line, row.rule, row.line, r)
			}
			for _, s := range []string{r.Message.EN, r.Message.ES, r.Message.FR} {
				if s == "" || strings.Contains(s, "%!") || strings.Contains(s, "“”") || len(s) > 500 {
					t.Errorf("sentence %q", s)
				}
			}
			if r.Message.EN == r.Message.ES || r.Message.EN == r.Message.FR || r.Message.ES == r.Message.FR {
				t.Errorf("not in three languages: %q", r.Message)
			}
		})
	}
}

// What the parser finds is told in three languages.
func TestFaultsOfTheParser(t *testing.T) {
	t.Parallel()
	const open = `<iati-activities version="2.03"><iati-activity`
	for text, want := range map[string]string{
		"></>":                "name of an element is missing",
		">< b":                "&lt;",
		"></iati-activity x>": "end tag",
		"><? ?>":              "after <?",
		"><!- x ->":           "<!--",
		"><!-- x -- y -->":    "two hyphens",
		"><![x]]>":            "CDATA[",
		" / >":                "not followed by >",
		" =\"1\"/>":           "name of an attribute",
		" x/>":                "no value",
		" x=1/>":              "quotation marks",
		">]]>":                "]]&gt;",
		" x=\"<\"/>":          "&lt;",
		">&nbsp;":             "“&nbsp;”",
		">a & b":              "“&”",
		">\x01":               "“U+0001”",
		"><a\u00d7b/>":        "no name in XML",
	} {
		var r *iati.Refusal
		_, err := iati.Reader{}.Read(t.Context(), strings.NewReader(open+text+"</iati-activity></iati-activities>"), ignore)
		if !errors.As(err, &r) || r.Rule != "not-well-formed" {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if !strings.Contains(r.Message.EN, want) || r.Message.EN == r.Message.ES || r.Message.ES == r.Message.FR {
			t.Errorf("%s: %q, want %q", text, r.Message, want)
		}
	}
}

// namespaces declares so many prefixes.
func namespaces(count int) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, " xmlns:n%d='urn:n'", i)
	}
	return b.String()
}

func ignore(context.Context, iati.Checked) error { return nil }

// endless repeats a text for ever, after a beginning.
type endless struct {
	start, again string
	rest         string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.start != "" {
		n := copy(p, e.start)
		e.start = e.start[n:]
		return n, nil
	}
	if e.rest == "" {
		e.rest = strings.Repeat(e.again, 1000)
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// Nothing that has no end is taken into memory.
func TestLimits(t *testing.T) {
	t.Parallel()
	const open = `<iati-activities version="2.03">` + "\n"
	for name, row := range map[string]struct {
		src  endless
		rule string
		line int
	}{
		"comment":       {endless{start: open + "<!--", again: "x"}, "token-too-large", 2},
		"document type": {endless{start: "<!DOCTYPE x [", again: "<!ENTITY a 'b'>"}, "token-too-large", 1},
		"attribute":     {endless{start: open + "\n<iati-activity hierarchy='", again: "1"}, "token-too-large", 3},
		"text":          {endless{start: open + "<iati-activity>\n", again: "\nx"}, "activity-too-large", 2},
		"comments":      {endless{start: open + "<iati-activity>", again: "<!--x-->"}, "activity-too-large", 2},
		"elements":      {endless{start: open + "<iati-activity>", again: "<a/>"}, "activity-too-large", 2},
		"attributes":    {endless{start: open + "<iati-activity>", again: "<a b='' c='' d='' e='' f=''/>"}, "activity-too-large", 2},
		"depth":         {endless{start: open + "<iati-activity>", again: "<a>"}, "too-deep", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r *iati.Refusal
			_, err := iati.Reader{}.Read(t.Context(), &row.src, ignore)
			if !errors.As(err, &r) || r.Rule != row.rule || r.Line != row.line {
				t.Errorf("got %v, want %s at line %d", err, row.rule, row.line)
			}
		})
	}
}

// What came before a refusal was handed over; the caller has to drop it.
func TestRefusedHalfway(t *testing.T) {
	t.Parallel()
	seen := 0
	text := strings.Replace(clean, "</iati-activities>", "<iati-activity></x>", 1)
	file, err := iati.Reader{}.Read(t.Context(), strings.NewReader(text), func(context.Context, iati.Checked) error {
		seen++
		return nil
	})
	var r *iati.Refusal
	if !errors.As(err, &r) || r.Rule != "unmatched-end" || seen != 1 || file.Version != "2.03" {
		t.Errorf("got %v after %d activities of %+v", err, seen, file)
	}
}

func TestErrorsPassThrough(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	if _, err := (iati.Reader{}).Read(t.Context(), strings.NewReader(clean), func(context.Context, iati.Checked) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("handler: %v", err)
	}
	half := io.MultiReader(strings.NewReader(clean[:500]), iotest.ErrReader(broken))
	if _, err := (iati.Reader{}).Read(t.Context(), half, ignore); !errors.Is(err, broken) {
		t.Errorf("source: %v", err)
	}
	if _, err := (iati.Reader{}).Read(t.Context(), iotest.ErrReader(broken), ignore); !errors.Is(err, broken) {
		t.Errorf("source from the start: %v", err)
	}
	rd := iati.Reader{Seen: func(context.Context, string) (bool, error) { return false, broken }}
	if _, err := rd.Read(t.Context(), strings.NewReader(clean), ignore); !errors.Is(err, broken) {
		t.Errorf("seen: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (iati.Reader{}).Read(ctx, strings.NewReader(clean), ignore); !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	declared := func(name string) string {
		return strings.Replace(clean, `encoding="UTF-8"`, `encoding="`+name+`"`, 1)
	}
	encoded := func(e encoding.Encoding, s string) []byte {
		b, err := e.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, b := range map[string][]byte{
		"UTF-8 with mark":    append([]byte("\xEF\xBB\xBF"), clean...),
		"lower case":         []byte(declared("utf-8")),
		"no declaration":     []byte(clean[strings.Index(clean, "\n")+1:]),
		"ISO-8859-1":         encoded(charmap.ISO8859_1, declared("ISO-8859-1")),
		"ISO-8859-15":        encoded(charmap.ISO8859_15, declared("iso-8859-15")),
		"windows-1252":       encoded(charmap.Windows1252, declared("windows-1252")),
		"UTF-16 big":         encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), declared("UTF-16")),
		"UTF-16 little":      encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), declared("utf-16")),
		"UTF-16 little bare": encoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), declared("UTF-16LE")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var title string
			_, err := iati.Reader{}.Read(t.Context(), iotest.OneByteReader(bytes.NewReader(b)), func(_ context.Context, c iati.Checked) error {
				title = c.Activity.Title.ES
				return nil
			})
			if err != nil || title != "Título" {
				t.Errorf("title %q, %v", title, err)
			}
		})
	}
}
