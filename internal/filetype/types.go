package filetype

import (
	"path"
	"slices"
	"strings"
)

// The types that are allowed.
const (
	PDF  = "application/pdf"
	PNG  = "image/png"
	JPEG = "image/jpeg"
	GIF  = "image/gif"
	WebP = "image/webp"
	ZIP  = "application/zip"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	ODT  = "application/vnd.oasis.opendocument.text"
	ODS  = "application/vnd.oasis.opendocument.spreadsheet"
	ODP  = "application/vnd.oasis.opendocument.presentation"
	DOC  = "application/msword"
	XLS  = "application/vnd.ms-excel"
	PPT  = "application/vnd.ms-powerpoint"
	RTF  = "application/rtf"
	Text = "text/plain"
	CSV  = "text/csv"
	MD   = "text/markdown"
	JSON = "application/json"
)

// allowed is what there is to know of a type.
type allowed struct {
	// extensions are how names of such files end.
	extensions []string
	// looks is what its content looks like: another type for those that are
	// written alike.
	looks look
	// also are other names by which senders declare it.
	also []string
}

// look is what a content looks like.
type look int

const (
	unknown look = iota
	pdf
	png
	jpeg
	gif
	webp
	zip
	docx
	xlsx
	pptx
	odt
	ods
	odp
	compound // Word, Excel and PowerPoint before 2007: told apart by name alone
	rtf
	text
)

var types = map[string]allowed{
	PDF:  {[]string{"pdf"}, pdf, []string{"application/x-pdf"}},
	PNG:  {[]string{"png"}, png, nil},
	JPEG: {[]string{"jpg", "jpeg", "jpe"}, jpeg, []string{"image/jpg", "image/pjpeg"}},
	GIF:  {[]string{"gif"}, gif, nil},
	WebP: {[]string{"webp"}, webp, nil},
	ZIP:  {[]string{"zip"}, zip, []string{"application/x-zip-compressed", "application/x-zip", "multipart/x-zip"}},
	DOCX: {[]string{"docx"}, docx, nil},
	XLSX: {[]string{"xlsx"}, xlsx, nil},
	PPTX: {[]string{"pptx"}, pptx, nil},
	ODT:  {[]string{"odt"}, odt, nil},
	ODS:  {[]string{"ods"}, ods, nil},
	ODP:  {[]string{"odp"}, odp, nil},
	DOC:  {[]string{"doc"}, compound, nil},
	XLS:  {[]string{"xls"}, compound, []string{"application/x-msexcel"}},
	PPT:  {[]string{"ppt"}, compound, nil},
	RTF:  {[]string{"rtf"}, rtf, []string{"text/rtf", DOC}},
	Text: {[]string{"txt", "text", "log"}, text, nil},
	CSV:  {[]string{"csv"}, text, []string{XLS, "application/csv", Text}}, // browsers on Windows say Excel's
	MD:   {[]string{"md", "markdown"}, text, []string{"text/x-markdown", Text}},
	JSON: {[]string{"json"}, text, []string{"text/json", Text}},
}

// bare is the type of a content whose name has no extension. Compound documents
// have none: nothing but the name tells them apart.
var bare = map[look]string{
	pdf: PDF, png: PNG, jpeg: JPEG, gif: GIF, webp: WebP, zip: ZIP, docx: DOCX, xlsx: XLSX, pptx: PPTX, odt: ODT, ods: ODS, odp: ODP,
	rtf: RTF, text: Text,
}

// Shows says whether a browser may show such a file in place: pictures that hold
// nothing but pixels.
func Shows(mediaType string) bool {
	return slices.Contains([]string{PNG, JPEG, GIF, WebP}, mediaType)
}

// Extensions are all that names may end in.
func Extensions() []string {
	var out []string
	for _, t := range types {
		out = append(out, t.extensions...)
	}
	slices.Sort(out)
	return out
}

// Named is the type that a file's name claims: "" if the name has no extension.
// It gives false for an extension that is not allowed.
func Named(name string) (string, bool) {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if ext == "" {
		return "", true
	}
	for t, a := range types {
		if slices.Contains(a.extensions, ext) {
			return t, true
		}
	}
	return "", false
}

// unsaid are what programs declare who do not know.
var unsaid = []string{"", "application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded"}

// declares says whether a sender's Content-Type goes with a type.
func declares(declared, mediaType string) bool {
	declared, _, _ = strings.Cut(declared, ";")
	declared = strings.ToLower(strings.TrimSpace(declared))
	return slices.Contains(unsaid, declared) || declared == mediaType || slices.Contains(types[mediaType].also, declared)
}
