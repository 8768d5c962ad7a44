// Package richtext writes Markdown as HTML that is safe to show on a page: the
// texts come from people, and the page belongs to others.
//
//   - Raw HTML is text like any other.
//   - Links lead to http, https and mailto addresses, open nothing in the page's
//     name and are followed by no search engine; other addresses are text.
//   - Images become links: a picture from elsewhere would tell its owner who reads.
//   - The work is bounded whatever the text: the cells of tables and the bytes of
//     addresses are counted, and what goes beyond is shown as text.
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

var (
	markdown = goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(without(parser.DefaultBlockParsers(), parser.NewHTMLBlockParser())...),
			parser.WithInlineParsers(append(without(parser.DefaultInlineParsers(), parser.NewRawHTMLParser()),
				util.Prioritized(extension.NewStrikethroughParser(), 500),
				util.Prioritized(extension.NewLinkifyParser(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"})), 999),
			)...),
			parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
				util.Prioritized(boundedTables{extension.NewTableParagraphTransformer()}, 200))...),
			parser.WithASTTransformers(
				util.Prioritized(extension.NewTableASTTransformer(), 0),
				util.Prioritized(safeLinks{}, 100),
			),
		)),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(
			util.Prioritized(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), 500),
			util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		)),
	)
	policy = allowed()
)

// without leaves out the parsers of the type of one.
func without(all []util.PrioritizedValue, one any) []util.PrioritizedValue {
	var out []util.PrioritizedValue
	for _, v := range all {
		if fmt.Sprintf("%T", v.Value) != fmt.Sprintf("%T", one) {
			out = append(out, v)
		}
	}
	return out
}

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
