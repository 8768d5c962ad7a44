package filetype

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Form is what the beginning of a file looks like, for those who expect something
// else and say what came instead. It allows nothing: that is a Reader's work.
type Form string

// The forms.
const (
	FormUnknown     Form = ""
	FormPacked      Form = "packed"      // in an archive or compressed, whatever is in it
	FormSpreadsheet Form = "spreadsheet" // XLSX or ODS
	FormOffice      Form = "office"      // another document of an office program, an old spreadsheet too
	FormPDF         Form = "pdf"
	FormHTML        Form = "html"
	FormXML         Form = "xml"
	FormJSON        Form = "json"
	FormSeparated   Form = "csv" // lines of cells between commas, semicolons or tabulators
)

// FormSize is how many bytes of a file FormOf looks at, at most.
const FormSize = 512

// packings are how compressed files and archives begin, beside ZIP.
var packings = []string{
	"\x1f\x8b", "BZh", "\xfd7zXZ\x00", "7z\xbc\xaf\x27\x1c", "\x28\xb5\x2f\xfd", "\x04\x22\x4d\x18", "Rar!\x1a\x07", "\x1f\x9d", "PK\x05\x06", "PK\x07\x08",
}

// FormOf says what a file looks like by its first bytes. Text is taken as UTF-8, with
// a byte order mark or without.
func FormOf(head []byte) Form {
	head = head[:min(len(head), FormSize)]
	for _, p := range packings {
		if bytes.HasPrefix(head, []byte(p)) {
			return FormPacked
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return zipForm(head)
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return FormPDF
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")), bytes.HasPrefix(head, []byte(`{\rtf`)):
		return FormOffice
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\v\f")
	switch {
	case len(text) == 0:
		return FormUnknown
	case text[0] == '<':
		return markup(text)
	case text[0] == '{', text[0] == '[':
		return FormJSON
	case separated(text):
		return FormSeparated
	}
	return FormUnknown
}

// zipForm tells documents of office programs from other archives by the first entry.
func zipForm(head []byte) Form {
	const names = 30 // where the name of the first entry begins
	rest := head[min(names, len(head)):]
	first := func(begins ...string) bool {
		for _, b := range begins {
			if bytes.HasPrefix(rest, []byte(b)) {
				return true
			}
		}
		return false
	}
	switch {
	case first("mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "xl/"):
		return FormSpreadsheet
	case first("mimetypeapplication/vnd.oasis.opendocument", "word/", "ppt/"):
		return FormOffice
	case first("[Content_Types].xml", "_rels/", "docProps/"):
		return FormSpreadsheet // or a text: nobody sends those for data
	}
	return FormPacked
}

// pages are how web pages begin, behind declarations and comments too.
var pages = []string{"<!doctype html", "<html", "<head", "<body", "<meta", "<script", "<title", "<div", "<h1", "<p>", "<table"}

// markup tells web pages from other XML.
func markup(text []byte) Form {
	lower := strings.ToLower(string(text))
	for {
		for _, p := range pages {
			if strings.HasPrefix(lower, p) {
				return FormHTML
			}
		}
		end := ""
		switch {
		case strings.HasPrefix(lower, "<!--"):
			end = "-->"
		case strings.HasPrefix(lower, "<?"):
			end = "?>"
		}
		_, rest, found := strings.Cut(lower, end)
		if end == "" || !found {
			return FormXML
		}
		lower = strings.TrimLeft(rest, " \t\r\n")
	}
}

// separated says whether a text has cells in its first line, and nothing that no text
// has.
func separated(text []byte) bool {
	line, _, whole := bytes.Cut(text, []byte("\n"))
	if bytes.IndexByte(text, 0) >= 0 || whole && !utf8.Valid(line) {
		return false
	}
	return bytes.ContainsAny(line, ",;\t")
}
