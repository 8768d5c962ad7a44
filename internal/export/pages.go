package export

import (
	"bytes"
	"fmt"
	"iter"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/table"
)

// PageSize is how many rows are read at a time.
const PageSize = 500

// Pages are the rows of a list in the order of identifiers. read gives at most
// PageSize of those after an identifier; cells makes the cells of a page at once,
// so that what belongs to its rows is read together.
func Pages[T any](read func(after uuid.UUID) ([]T, error), id func(T) uuid.UUID, cells func([]T) ([][]table.Cell, error)) iter.Seq2[[]table.Cell, error] {
	return func(yield func([]table.Cell, error) bool) {
		var after uuid.UUID
		for {
			rows, err := read(after)
			if err != nil {
				yield(nil, fmt.Errorf("export: read a page: %w", err))
				return
			}
			if len(rows) == 0 {
				return
			}
			last := id(rows[len(rows)-1])
			if bytes.Compare(last[:], after[:]) <= 0 {
				yield(nil, fmt.Errorf("export: the page after %v ends with %v", after, last))
				return
			}
			after = last
			page, err := cells(rows)
			if err != nil {
				yield(nil, fmt.Errorf("export: make a page: %w", err))
				return
			}
			for _, c := range page {
				if !yield(c, nil) {
					return
				}
			}
			if len(rows) < PageSize {
				return
			}
		}
	}
}
