package mail

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/richtext"
)

// Page is what a mail says.
type Page struct {
	Lang  i18n.Lang
	Title string
	Intro string
	Items []Item
	// More is a sentence on what had no room; "" if everything had.
	More string
	// CanReply says that an answer to the mail is posted.
	CanReply bool
	// Why says why the person gets it. Settings and Unsubscribe are links.
	Why, Settings, Unsubscribe string
}

// Item is one thing that a mail tells.
type Item struct {
	// Heading says what happened, Place where; "" if that is not told by mail.
	Heading, Place string
	// Text is Markdown, as a person wrote it; "" if it is not told by mail.
	Text string
	// Files are the names of what is attached, if mails tell them.
	Files []string
	// Note is a remark on the text; "" for none.
	Note string
	Link string
}

//go:embed page.html.tmpl page.txt.tmpl
var files embed.FS

var (
	htmlPage = htmltemplate.Must(htmltemplate.New("page.html.tmpl").Funcs(htmltemplate.FuncMap{"markdown": markdown, "list": list}).ParseFS(files, "page.html.tmpl"))
	textPage = texttemplate.Must(texttemplate.New("page.txt.tmpl").Funcs(texttemplate.FuncMap{"line": oneLine, "indent": indent, "list": list}).ParseFS(files, "page.txt.tmpl"))
)

// The words around what is told.
var (
	msgOpen     = i18n.Message{EN: "Open in the hub", ES: "Abrir en el sistema", FR: "Ouvrir dans le système"}
	msgFiles    = i18n.Message{EN: "Attached", ES: "Adjuntos", FR: "Pièces jointes"}
	msgReply    = i18n.Message{EN: "Reply above this line", ES: "Responda por encima de esta línea", FR: "Répondez au-dessus de cette ligne"}
	msgSettings = i18n.Message{EN: "Choose what you are told", ES: "Elegir qué se le comunica", FR: "Choisir ce qui vous est communiqué"}
	msgStop     = i18n.Message{EN: "No more mails like this one", ES: "No recibir más correos como este", FR: "Ne plus recevoir de courriels comme celui-ci"}
)

// replyMark begins and ends the line above which an answer is written.
const replyMark = "----"

func markLine(l i18n.Lang) string { return replyMark + " " + msgReply.In(l) + " " + replyMark }

// Write writes the page as plain text and as HTML.
func (p Page) Write() (text, html string, err error) {
	data := struct {
		Page
		Open, Attached, Mark, SettingsText, StopText string
	}{p, msgOpen.In(p.Lang), msgFiles.In(p.Lang), "", msgSettings.In(p.Lang), msgStop.In(p.Lang)}
	if p.CanReply {
		data.Mark = markLine(p.Lang)
	}
	var t, h bytes.Buffer
	if err := textPage.Execute(&t, data); err != nil {
		return "", "", fmt.Errorf("mail: write the text: %w", err)
	}
	if err := htmlPage.Execute(&h, data); err != nil {
		return "", "", fmt.Errorf("mail: write the HTML: %w", err)
	}
	return t.String(), h.String(), nil
}

// markdown is a text as HTML that is safe to show.
func markdown(s string) (htmltemplate.HTML, error) {
	safe, err := richtext.HTML(s)
	return htmltemplate.HTML(safe), err //nolint:gosec // made safe by richtext
}

func oneLine(s string) string { return OneLine(s, 1000) }

// list are names in a line.
func list(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = OneLine(n, 200)
	}
	return strings.Join(out, ", ")
}

// indent sets a text off from what the hub says around it, so that nobody writes
// in the hub's name.
func indent(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\r' || r < ' ' && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return "    " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n    ")
}
