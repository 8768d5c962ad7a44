// Package richtext writes Markdown as HTML that is safe to show on a page: the
// texts come from people, and the page belongs to others.
//
//   - Raw HTML is text like any other.
//   - Links lead to http, https and mailto addresses, open nothing in the page's
//     name and are followed by no search engine; other addresses are text.
//   - Images become links: a picture from elsewhere would tell its owner who reads.
//   - The work is bounded whatever the text: depth, brackets, the cells of tables
//     and the bytes of addresses are counted, and what goes beyond is text.
//
// What the renderer writes passes a list of allowed elements and attributes: two
// gates, neither of which trusts the other.
package richtext

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// rel keeps a link from giving weight, a handle on the page, or its address.
const rel = "nofollow noopener noreferrer"

// rank says which of two is asked first: the one with the lower number.
var rank = util.Prioritized //nolint:misspell // goldmark's own name

var (
	markdown = goldmark.New(
		goldmark.WithParser(parser.NewParser(
			// Those of CommonMark without blocks of HTML, which then are paragraphs.
			parser.WithBlockParsers(
				rank(parser.NewSetextHeadingParser(), 100),
				rank(parser.NewThematicBreakParser(), 200),
				rank(boundedDepth{parser.NewListParser()}, 300),
				rank(parser.NewListItemParser(), 400),
				rank(parser.NewCodeBlockParser(), 500),
				rank(parser.NewATXHeadingParser(), 600),
				rank(parser.NewFencedCodeBlockParser(), 700),
				rank(boundedDepth{parser.NewBlockquoteParser()}, 800),
				rank(parser.NewParagraphParser(), 1000),
			),
			parser.WithInlineParsers(
				rank(parser.NewCodeSpanParser(), 100),
				rank(boundedLinks{parser.NewLinkParser()}, 200),
				rank(parser.NewAutoLinkParser(), 300),
				rank(parser.NewEmphasisParser(), 500),
				rank(extension.NewStrikethroughParser(), 500),
				rank(extension.NewLinkifyParser(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"})), 999),
			),
			parser.WithParagraphTransformers(
				rank(parser.LinkReferenceParagraphTransformer, 100),
				rank(boundedTables{extension.NewTableParagraphTransformer()}, 200),
			),
			parser.WithASTTransformers(
				rank(extension.NewTableASTTransformer(), 0),
				rank(safeLinks{}, 100),
			),
		)),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(
			rank(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), 500),
			rank(extension.NewStrikethroughHTMLRenderer(), 500),
		)),
	)
	policy = allowed()
)

func allowed() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "em", "strong", "del",
		"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[\w.+#-]{1,40}$`)).OnElements("code")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|center|right)$`)).OnElements("th", "td")
	p.AllowAttrs("href", "title").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile("^" + rel + "$")).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	return p
}

// HTML is the text as safe HTML.
func HTML(text string) (string, error) {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(text), &b); err != nil {
		return "", fmt.Errorf("richtext: write as HTML: %w", err)
	}
	return policy.SanitizeReader(&b).String(), nil
}
