package table

import (
	"bytes"
	"encoding/json"
	"io"
)

type jsonLines struct {
	w       io.Writer
	columns []Column
	line    bytes.Buffer
}

// Row writes an object with the keys in the order of the columns; an empty cell is
// null. A number has all its digits: who must not lose any reads it as a decimal.
func (j *jsonLines) Row(cells []Cell) error {
	if err := fits(j.columns, cells); err != nil {
		return err
	}
	j.line.Reset()
	for i, c := range cells {
		j.line.WriteByte(",{"[min(1, max(0, 1-i))])
		if err := j.text(j.columns[i].Key); err != nil {
			return err
		}
		j.line.WriteByte(':')
		switch {
		case c == "":
			j.line.WriteString("null")
		case j.columns[i].Kind == Number || j.columns[i].Kind == Truth:
			j.line.WriteString(string(c))
		default:
			if err := j.text(string(c)); err != nil {
				return err
			}
		}
	}
	j.line.WriteString("}\n")
	_, err := j.w.Write(j.line.Bytes())
	return err
}

func (j *jsonLines) text(s string) error {
	b, err := json.Marshal(s)
	if err == nil {
		j.line.Write(b)
	}
	return err
}

func (j *jsonLines) Close(...[]Cell) error { return nil }
