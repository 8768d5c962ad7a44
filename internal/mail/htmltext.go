package mail

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// nestingLimit bounds how deep elements are followed.
const nestingLimit = 200

// htmlText is what an HTML mail says, without what it quotes. Emphasis is lost,
// links keep their text.
func htmlText(s string) string {
	root, err := html.ParseWithOptions(strings.NewReader(s), html.ParseOptionEnableScripting(false))
	if err != nil { // only a reader fails
		return ""
	}
	w := &htmlWriter{}
	w.walk(root, 0)
	return w.b.String()
}

type htmlWriter struct {
	b       strings.Builder
	newline bool // the text so far ends a line
	over    bool // the rest is quoted
	space   bool // a space is due
}

func (w *htmlWriter) walk(n *html.Node, depth int) {
	if depth > nestingLimit || w.over {
		return
	}
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
		return
	case html.ElementNode:
		if w.over = quotedBehind(n); w.over || skipped(n) {
			return
		}
		switch n.DataAtom {
		case atom.Br:
			w.line()
			return
		case atom.Li:
			w.block()
			w.text("- ")
		case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Tr, atom.Ul, atom.Ol, atom.Table, atom.Pre, atom.Hr:
			w.block()
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c, depth+1)
	}
	switch n.DataAtom {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table:
		w.block()
		w.line()
	case atom.Div, atom.Li, atom.Tr, atom.Pre:
		w.block()
	case atom.Td, atom.Th:
		w.text(" ")
	}
}

// skipped says whether an element is none of what the person wrote: quotes as the
// usual programs mark them, signatures, and what is never shown.
func skipped(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template, atom.Noscript, atom.Blockquote, atom.Svg, atom.Object, atom.Iframe:
		return true
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "id":
			switch a.Val {
			case "Signature", "ms-outlook-mobile-signature":
				return true
			}
		case "class":
			for _, c := range strings.Fields(a.Val) {
				switch c {
				case "gmail_quote", "gmail_attr", "gmail_signature", "yahoo_quoted", "moz-cite-prefix", "moz-signature", "protonmail_quote", "zmail_extra":
					return true
				}
			}
		case "hidden":
			return true
		}
	}
	return false
}

// quotedBehind says whether Outlook puts the quoted mail behind the element.
func quotedBehind(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "id" && (a.Val == "appendonsend" || a.Val == "divRplyFwdMsg" || a.Val == "mail-editor-reference-message-container") {
			return true
		}
	}
	return false
}

func (w *htmlWriter) text(s string) {
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' {
			w.space = true
			continue
		}
		if w.space && !w.newline && w.b.Len() > 0 {
			w.b.WriteByte(' ')
		}
		w.b.WriteRune(r)
		w.space, w.newline = false, false
	}
}

// block begins a line unless one has begun.
func (w *htmlWriter) block() {
	if !w.newline && w.b.Len() > 0 {
		w.line()
	}
}

func (w *htmlWriter) line() {
	w.b.WriteByte('\n')
	w.newline, w.space = true, false
}
