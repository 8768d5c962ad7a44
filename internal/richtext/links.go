package richtext

import (
	"net/url"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// addressLimit bounds the bytes of all addresses that a text may have written:
// one address can be named again and again at the cost of a few characters.
const addressLimit = 100_000

// safeLinks makes links of images, and text of links that lead where none may.
type safeLinks struct{}

// Transform goes through the document.
func (safeLinks) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var links []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it only collects
		switch n.(type) {
		case *ast.Link, *ast.Image, *ast.AutoLink:
			if entering {
				links = append(links, n)
			}
		}
		return ast.WalkContinue, nil
	})
	source, left := reader.Source(), addressLimit
	for _, n := range links { // outer ones first
		var address []byte
		switch n := n.(type) {
		case *ast.Link:
			address = n.Destination
		case *ast.Image:
			address = n.Destination
		case *ast.AutoLink:
			address = n.URL(source)
		}
		left -= len(address)
		if left < 0 || !leads(address, n) || inLink(n) {
			unwrap(n, source)
			continue
		}
		switch n := n.(type) {
		case *ast.Image:
			link := ast.NewLink()
			link.Destination, link.Title = n.Destination, n.Title
			n.Parent().ReplaceChild(n.Parent(), n, link)
			move(n, link)
			label(link)
		case *ast.Link:
			label(n)
		default:
			n.SetAttributeString("rel", []byte(rel))
		}
	}
}

// leads says whether a link may lead to the address.
func leads(address []byte, n ast.Node) bool {
	if auto, ok := n.(*ast.AutoLink); ok && auto.AutoLinkType == ast.AutoLinkEmail {
		return true
	}
	u, err := url.Parse(string(address))
	if err != nil {
		return false
	}
	switch u.Scheme { // in lower case
	case "http", "https":
		return u.Host != ""
	case "mailto":
		return u.Opaque != ""
	}
	return false
}

// inLink says whether the node is a part of a link.
func inLink(n ast.Node) bool {
	for p := n.Parent(); p != nil && p.Type() == ast.TypeInline; p = p.Parent() {
		if p.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}

// unwrap leaves of a link what it shows.
func unwrap(n ast.Node, source []byte) {
	parent := n.Parent()
	if auto, ok := n.(*ast.AutoLink); ok {
		parent.ReplaceChild(parent, n, ast.NewString(auto.Label(source)))
		return
	}
	for c := n.FirstChild(); c != nil; c = n.FirstChild() {
		n.RemoveChild(n, c)
		parent.InsertBefore(parent, n, c)
	}
	parent.RemoveChild(parent, n)
}

// move gives the children of one node to another.
func move(from, to ast.Node) {
	for c := from.FirstChild(); c != nil; c = from.FirstChild() {
		from.RemoveChild(from, c)
		to.AppendChild(to, c)
	}
}

// label gives a link what it needs, and its address to show if it shows nothing.
func label(link *ast.Link) {
	link.SetAttributeString("rel", []byte(rel))
	if link.FirstChild() == nil {
		link.AppendChild(link, ast.NewString(link.Destination))
	}
}
