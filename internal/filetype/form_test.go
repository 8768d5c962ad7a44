package filetype_test

import (
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/filetype"
)

func TestFormsOfBeginnings(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]filetype.Form{
		"": "", "  \n": "", "hello": "", "\x00\x01\x02,": "", "IATI activities\nof 2026, all": "",
		"\x1f\x8b\x08\x00": "packed", "BZh91AY": "packed", "\xfd7zXZ\x00\x00": "packed", "7z\xbc\xaf\x27\x1c": "packed",
		"\x28\xb5\x2f\xfd\x04": "packed", "Rar!\x1a\x07\x01": "packed", "PK\x05\x06\x00": "packed", "PK\x03\x04": "packed",
		archive(t, "bank.xml", "<iati-activities/>"): "packed",
		archive(t, "[Content_Types].xml", "<x/>"):    "spreadsheet", archive(t, "xl/workbook.xml", "<x/>"): "spreadsheet",
		archive(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet"): "spreadsheet",
		archive(t, "mimetype", "application/vnd.oasis.opendocument.text"):        "office",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":                                       "office", `{\rtf1`: "office", "%PDF-1.7": "pdf",
		"<!DOCTYPE html>\n<html>": "html", "\ufeff\r\n<HTML lang=en>": "html", "<?xml version='1.0'?>\n<!-- a -->\n<!DOCTYPE HTML PUBLIC": "html",
		"<iati-activities": "xml", "<?xml version='1.0'?><rss/>": "xml", "<!DOCTYPE iati-activities>": "xml", "<!-- never closed": "xml", "<htm": "xml",
		` {"a": 1}`: "json", "[1]": "json",
		"a,b\n1,2": "csv", "a;b": "csv", "\ufeffa\tb\r\n": "csv", "Identifier,Amount": "csv",
	} {
		if got := filetype.FormOf([]byte(head)); got != want {
			t.Errorf("%q is %q, want %q", head, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { filetype.FormOf(rapid.SliceOf(rapid.Byte()).Draw(t, "head")) }) // it ends, whatever comes
}
