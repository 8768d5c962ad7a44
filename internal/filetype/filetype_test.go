package filetype_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/filetype"
)

// look is what a file is found to be, in pieces of some length.
func look(name, declared, content string, piece int) (string, error) {
	r := filetype.NewReader(name, declared)
	for len(content) > 0 {
		n := min(piece, len(content))
		if _, err := r.Write([]byte(content[:n])); err != nil {
			return "", err
		}
		content = content[n:]
	}
	return r.Type()
}

// archive is a ZIP archive with these entries, in pairs of name and content. The
// first is not compressed.
func archive(t testing.TB, entries ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		method := zip.Deflate
		if i == 0 {
			method = zip.Store
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: entries[i], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, entries[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func picture(t testing.TB, encode func(io.Writer, image.Image) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, image.NewGray(image.Rect(0, 0, 3, 3))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTypes(t *testing.T) {
	t.Parallel()
	var (
		pdf   = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + strings.Repeat("0 obj\x00 ", 400)
		pngs  = picture(t, png.Encode)
		jpegs = picture(t, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) })
		gifs  = picture(t, func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) })
		webp  = "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
		noise = strings.Repeat("a long text that compresses badly 0123456789 ", 20_000)
		docx  = archive(t, "[Content_Types].xml", "<Types/>", "word/document.xml", noise, "docProps/app.xml", "x")
		late  = archive(t, "picture.bin", strings.Repeat("\x00\x01\x02", 100_000), "[Content_Types].xml", "<Types/>", "xl/workbook.xml", "x")
		pptx  = archive(t, "[Content_Types].xml", "<Types/>", "ppt/presentation.xml", "x")
		docm  = archive(t, "[Content_Types].xml", "<Types/>", "word/document.xml", "x", "word/vbaProject.bin", "x")
		odt   = archive(t, "mimetype", filetype.ODT, "content.xml", "x")
		ods   = archive(t, "mimetype", filetype.ODS, "content.xml", "x")
		ott   = archive(t, "mimetype", filetype.ODT+"-template", "content.xml", "x")
		basic = archive(t, "mimetype", filetype.ODT, "Basic/script-lc.xml", "x")
		plain = archive(t, "a.txt", "x")
		old   = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
		exe   = "MZ\x90\x00\x03\x00\x00\x00" + strings.Repeat("\x00", 600)
		elf   = "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 600)
		html  = "<!DOCTYPE html><script>alert(1)</script>" + strings.Repeat(" ", 600)
		svg   = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
		wide  = "\xff\xfea\x00\n\x00"
	)
	lies, not, macros := filetype.ErrLies, filetype.ErrNotAllowed, filetype.ErrMacros
	for _, c := range []struct {
		name, declared, content string
		is                      string
		err                     error
	}{
		{"a.pdf", "application/pdf", pdf, filetype.PDF, nil},
		{"A.PDF", "", pdf, filetype.PDF, nil},
		{"a", "application/octet-stream", pdf, filetype.PDF, nil},
		{"a.png", "image/png", pngs, filetype.PNG, nil},
		{"a.jpg", "image/jpeg; x=y", jpegs, filetype.JPEG, nil},
		{"a.jpeg", "IMAGE/JPG", jpegs, filetype.JPEG, nil},
		{"a.gif", "image/gif", gifs, filetype.GIF, nil},
		{"a.webp", "image/webp", webp, filetype.WebP, nil},
		{"a.docx", filetype.DOCX, docx, filetype.DOCX, nil},
		{"a.xlsx", filetype.XLSX, late, filetype.XLSX, nil},
		{"a.pptx", "", pptx, filetype.PPTX, nil},
		{"a", "", docx, filetype.DOCX, nil},
		{"a.odt", filetype.ODT, odt, filetype.ODT, nil},
		{"a.ods", "", ods, filetype.ODS, nil},
		{"a.zip", "application/x-zip-compressed", plain, filetype.ZIP, nil},
		{"a.zip", "", docx, filetype.ZIP, nil}, // it is one
		{"a", "", plain, filetype.ZIP, nil},
		{"a.doc", "application/msword", old, filetype.DOC, nil},
		{"a.xls", "", old, filetype.XLS, nil},
		{"a.rtf", "application/msword", `{\rtf1 x}`, filetype.RTF, nil},
		{"a.txt", "text/plain; charset=utf-8", "ça va\n", filetype.Text, nil},
		{"a.txt", "", "\xe7a va, in another encoding\r\n", filetype.Text, nil},
		{"a.txt", "", wide, filetype.Text, nil},
		{"a.csv", "application/vnd.ms-excel", "a;b\n1;2\n", filetype.CSV, nil},
		{"a.md", "", "# <b>title</b>", filetype.MD, nil},
		{"a.json", "application/json", `{"a": 1}`, filetype.JSON, nil},
		{"a.json", "", `[` + strings.Repeat("1,", 50_000) + `1]`, filetype.JSON, nil},
		{"a", "", "text", filetype.Text, nil},

		{"a.png", "image/png", html, "", lies},
		{"a.png", "image/png", svg, "", lies},
		{"a.png", "", jpegs, "", lies},
		{"a.pdf", "", html, "", lies},
		{"a.pdf", "", "\n%PDF-1.7", "", lies},
		{"a.png", "text/html", pngs, "", lies},
		{"a.png", "image/svg+xml", pngs, "", lies},
		{"a.txt", "text/html", "text", "", lies},
		{"a.txt", "", html, "", lies},
		{"a.txt", "", " \r\n\t<ScRiPt>alert(1)</script>", "", lies},
		{"a.txt", "", "\xef\xbb\xbf<html>", "", lies},
		{"a.txt", "", "\xff\xfe<\x00h\x00t\x00m\x00l\x00", "", lies},
		{"a.csv", "", svg, "", lies},
		{"a.md", "", "#!/bin/sh\nrm -r /", "", lies},
		{"a.txt", "", "a\x00b", "", lies},
		{"a.txt", "", strings.Repeat("x", 70_000) + "\x00", "", lies},
		{"a.txt", "", exe, "", lies},
		{"a.pdf", "", elf, "", lies},
		{"a.docx", "", plain, "", lies},
		{"a.docx", "", late, "", lies},
		{"a.xlsx", "", docx, "", lies},
		{"a.odt", "", ott, "", lies},
		{"a.odt", "", ods, "", lies},
		{"a.doc", "", docx, "", lies},
		{"a.docx", "", docm, "", macros},
		{"a.odt", "", basic, "", macros},
		{"a", "", docm, "", macros},
		{"a.json", "", "hello", "", lies},
		{"a.json", "", strings.Repeat("x", 70_000), "", lies},
		{"a.html", "text/html", html, "", not},
		{"a.svg", "image/svg+xml", svg, "", not},
		{"a.exe", "", exe, "", not},
		{"a.pdf.exe", "", pdf, "", not},
		{"a.docm", "", docm, "", not},
		{"a.js", "", "alert(1)", "", not},
		{"a.xml", "", "<?xml version='1.0'?><a/>", "", not},
		{"a", "", html, "", not},
		{"a", "", exe, "", not},
		{"a", "", old, "", not},
	} {
		for _, piece := range []int{1, 7, 4096, len(c.content) + 1} {
			if piece == 1 && len(c.content) > 10_000 {
				continue
			}
			is, err := look(c.name, c.declared, c.content, piece)
			if is != c.is || !errors.Is(err, c.err) {
				t.Errorf("%s (%s) %.40q in pieces of %d: %q, %v", c.name, c.declared, c.content, piece, is, err)
			}
		}
	}
}

// What is refused is refused before much of it has come.
func TestALieIsFoundAtTheBeginning(t *testing.T) {
	t.Parallel()
	r := filetype.NewReader("a.png", "image/png")
	n, err := io.Copy(r, iotest.OneByteReader(strings.NewReader("<html>"+strings.Repeat("x", 10_000))))
	if !errors.Is(err, filetype.ErrLies) || n > 512 {
		t.Errorf("after %d bytes: %v", n, err)
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"report.pdf":                          "report.pdf",
		"../../etc/passwd.txt":                "passwd.txt",
		`C:\Users\ana\Informe año.pdf`:        "Informe año.pdf",
		"a\x00b\x1f\u0085.pdf":                "ab .pdf",
		"invoice\u202efdp.exe":                "invoicefdp.exe",
		"a\u200b\u2066\u2069\ufeff\u00ad.txt": "a.txt",
		"  . many   spaces\t. ":               "many spaces",
		"e\u0301.txt":                         "é.txt",
		"e\u202e\u0301.txt":                   "é.txt",
		"a:b*c?d\"e<f>g|h.txt":                "a_b_c_d_e_f_g_h.txt",
		"\xff\xfe.txt":                        "_.txt",
		"..":                                  "",
		"/":                                   "",
		"\u202e":                              "",
		".hidden":                             "hidden",
	} {
		if got := filetype.CleanName(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestCleanNamesAreClean(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("./\\ \u202e\u2066\x00:a")))).Draw(t, "name")
		got := filetype.CleanName(in)
		if filetype.CleanName(got) != got {
			t.Fatalf("%q cleaned twice is %q", got, filetype.CleanName(got))
		}
		if strings.ContainsFunc(got, func(r rune) bool {
			return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`/\:`, r)
		}) ||
			!utf8.ValidString(got) || got == "." || got == ".." {
			t.Fatalf("%q", got)
		}
	})
}

// FuzzType looks for what makes the reader fail, and for a page that gets through.
func FuzzType(f *testing.F) {
	f.Add("a.odt", "PK\x03\x04"+strings.Repeat("\x00", 22)+"\x08\x00\xff\xffmimetype")
	f.Add("a", "<html>")
	f.Add("a.txt", "\xff\xfe<\x00")
	f.Fuzz(func(t *testing.T, name, content string) {
		one, err1 := look(name, "", content, 3)
		all, err2 := look(name, "", content, len(content)+1)
		if one != all || (err1 == nil) != (err2 == nil) {
			t.Errorf("in pieces %q, %v; at once %q, %v", one, err1, all, err2)
		}
		if start := strings.ToLower(strings.TrimSpace(content)); all != "" && (strings.HasPrefix(start, "<html") || strings.HasPrefix(start, "<script") || strings.HasPrefix(start, "<svg")) {
			t.Errorf("%q is %s", content, all)
		}
		if all == filetype.WebP && binary.BigEndian.Uint32([]byte(content)) == 0 {
			t.Error("no beginning")
		}
	})
}
