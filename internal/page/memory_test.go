package page_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/seal"
)

// Pages of any size, read on from either end, are together the whole list.
func TestMemoryIsReadOnFromBothEnds(t *testing.T) {
	t.Parallel()
	p, err := page.NewPager(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfNDistinct(rapid.StringN(1, 4, -1), 0, 20, rapid.ID[string]).Draw(t, "rows")
		desc := rapid.Bool().Draw(t, "desc")
		size := rapid.IntRange(1, 7).Draw(t, "size")
		order := page.MemoryOrder[string]{Name: "text", Desc: desc, Key: func(s string) string { return s }}
		want := slices.Sorted(slices.Values(rows))
		if desc {
			slices.Reverse(want)
		}
		ask := func(a page.Args) (nodes []string, info *page.Info) {
			c, err := page.Memory(p, rows, order, a, 20)
			if err != nil {
				t.Fatal(err)
			}
			if nodes, err = c.Nodes(t.Context()); err != nil {
				t.Fatal(err)
			}
			if info, err = c.PageInfo(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n, err := c.TotalCount(t.Context()); err != nil || n != len(rows) {
				t.Fatal(n, err)
			}
			return nodes, info
		}
		var forwards, backwards []string
		for cursor := (*string)(nil); ; {
			nodes, info := ask(page.Args{First: &size, After: cursor})
			if forwards = append(forwards, nodes...); !info.HasNextPage {
				break
			}
			cursor = info.EndCursor
		}
		for cursor := (*string)(nil); ; {
			nodes, info := ask(page.Args{Last: &size, Before: cursor})
			if backwards = append(nodes, backwards...); !info.HasPreviousPage {
				break
			}
			cursor = info.StartCursor
		}
		if !slices.Equal(forwards, want) || !slices.Equal(backwards, want) {
			t.Fatalf("%s: forwards %q, backwards %q, want %q", fmt.Sprint(rows), forwards, backwards, want)
		}
	})
}

func TestMemoryRefusesForeignCursors(t *testing.T) {
	t.Parallel()
	p, err := page.NewPager(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	key := func(s string) string { return s }
	c, err := page.Memory(p, []string{"a", "b"}, page.MemoryOrder[string]{Name: "text", Key: key}, page.Args{}, 20)
	if err != nil {
		t.Fatal(err)
	}
	info, err := c.PageInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []page.MemoryOrder[string]{{Name: "text", Desc: true, Key: key}, {Name: "code", Key: key}} {
		if _, err := page.Memory(p, []string{"a", "b"}, o, page.Args{After: info.EndCursor}, 20); err == nil {
			t.Errorf("%s (descending: %t) takes the cursor of another order", o.Name, o.Desc)
		}
	}
}
