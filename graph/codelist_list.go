package graph

import (
	"context"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/page"
)

// codePageSize is the size of a page of codes where the query names none.
const codePageSize = 50

// codelists are the reference lists that the filter admits.
func (r *Resolver) codelists(ctx context.Context, f *model.CodelistFilter, o *model.CodelistOrder, args page.Args) (*model.CodelistConnection, error) {
	var text *string
	if f != nil {
		text = f.Text
	}
	order := page.MemoryOrder[*codelist.List]{Name: "name", Key: func(l *codelist.List) string { return l.Name }}
	if o != nil {
		order.Desc = descending(o.Direction)
		if o.Field == model.CodelistOrderFieldTitle {
			lang := i18n.From(ctx)
			order.Name, order.Key = "title "+string(lang), func(l *codelist.List) string { return l.TitleKey(lang) }
		}
	}
	c, err := page.Memory(r.pager, codelist.Search(text), order, args, pageSize)
	if err != nil {
		return nil, err
	}
	return &model.CodelistConnection{Connection: c}, nil
}

// codesOf are the codes of a list that the filter admits.
func (r *Resolver) codesOf(ctx context.Context, l *codelist.List, f *model.CodelistItemFilter, o *model.CodelistItemOrder, args page.Args) (*model.CodelistItemConnection, error) {
	var filter codelist.Filter
	if f != nil {
		if len(f.Code) > maxCodes {
			return nil, apperr.Invalid("filter.code", msgCodes, maxCodes).With("limit", maxCodes)
		}
		filter = codelist.Filter{Text: f.Text, Status: f.Status, Parent: f.Parent, Codes: f.Code}
	}
	order := page.MemoryOrder[*codelist.Item]{Name: "code", Key: (*codelist.Item).CodeKey}
	if o != nil {
		order.Desc = descending(o.Direction)
		if o.Field == model.CodelistItemOrderFieldName {
			lang := i18n.From(ctx)
			order.Name, order.Key = "name "+string(lang), func(i *codelist.Item) string { return i.NameKey(lang) }
		}
	}
	c, err := page.Memory(r.pager, l.Search(filter), order, args, codePageSize)
	if err != nil {
		return nil, err
	}
	return &model.CodelistItemConnection{Connection: c}, nil
}

// known is the code of a list, nil where there is no such list or code.
func known(list, code string) *codelist.Item {
	if i := codelist.Of(list, code); i != nil && i.Known {
		return i
	}
	return nil
}

// ifKnown is a value of a code that its list has; nil for any other code.
func ifKnown[T any](i *codelist.Item, v *T) *T {
	if !i.Known {
		return nil
	}
	return v
}
