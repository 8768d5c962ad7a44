package richtext

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// cellLimit bounds the cells of all tables of a text. Short rows are filled up
// to the width of their table, so a short text can ask for millions.
const cellLimit = 5_000

// boundedTables makes tables of paragraphs while there are cells left.
type boundedTables struct{ tables parser.ParagraphTransformer }

var cellsKey = parser.NewContextKey()

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
	b.tables.Transform(node, reader, pc)
	if node.Lines().Len() < n { // it was a table
		pc.Set(cellsKey, used)
	}
}
