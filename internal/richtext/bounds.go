package richtext

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// What a text may ask for. Beyond it, marks are text like any other.
const (
	// depthLimit bounds quotes within quotes and lists within lists.
	depthLimit = 24
	// bracketLimit bounds the brackets that may begin a link: each closing one
	// looks at those that are open.
	bracketLimit = 1_000
	// cellLimit bounds the cells of all tables of a text. Short rows are filled up
	// to the width of their table, so a short text can ask for millions.
	cellLimit = 5_000
)

var (
	cellsKey    = parser.NewContextKey()
	bracketsKey = parser.NewContextKey()
)

// boundedTables makes tables of paragraphs while there are cells left.
type boundedTables struct{ parser.ParagraphTransformer }

// Transform makes a table of the paragraph if it is one and not too large.
func (b boundedTables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	n, width := node.Lines().Len(), 0
	for i := range n {
		line := node.Lines().At(i)
		width = max(width, 1+bytes.Count(line.Value(reader.Source()), []byte{'|'}))
	}
	used, _ := pc.Get(cellsKey).(int)
	if used += n * width; width < 2 || used > cellLimit {
		return
	}
	b.ParagraphTransformer.Transform(node, reader, pc)
	if node.Lines().Len() < n { // it was a table
		pc.Set(cellsKey, used)
	}
}

// boundedDepth opens a block unless it would lie too deep.
type boundedDepth struct{ parser.BlockParser }

// Open opens the block if one begins here.
func (b boundedDepth) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		if depth++; depth > depthLimit {
			return nil, parser.NoChildren
		}
	}
	return b.BlockParser.Open(parent, reader, pc)
}

// boundedLinks reads links while there are brackets left.
type boundedLinks struct{ parser.InlineParser }

// Parse reads what begins or ends here.
func (b boundedLinks) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if line, _ := block.PeekLine(); line[0] != ']' {
		n, _ := pc.Get(bracketsKey).(int)
		if n >= bracketLimit {
			return nil
		}
		pc.Set(bracketsKey, n+1)
	}
	return b.InlineParser.Parse(parent, block, pc)
}

// CloseBlock turns brackets that were not closed into text.
func (b boundedLinks) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := b.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}
