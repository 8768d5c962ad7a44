package graph

import (
	"context"
	"encoding/json"
	"fmt"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/export"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/table"
)

// exportable is a list or summary that can be exported: of what is asked, and the
// sheet of the answer.
type exportable struct {
	asked func(model.ExportInput) any
	// check refuses what can't be asked, by the argument at fault; nil: everything can.
	check func(r *Resolver, ctx context.Context, asked any) error
	sheet func(r *Resolver, ctx context.Context, query json.RawMessage) (export.Sheet, error)
}

// askable is the check of what is asked of sums of money.
func askable(r *Resolver, ctx context.Context, asked any) error {
	switch q := asked.(type) {
	case *funding.Query:
		return r.funding.Askable(ctx, *q)
	case *flowsAsked:
		return r.funding.Askable(ctx, q.Query)
	}
	return nil
}

// exportables are by the name of their field in ExportInput.
var exportables = map[string]exportable{
	"transactions": {
		func(in model.ExportInput) any { return optional(in.Transactions) },
		nil,
		of((*Resolver).transactionSheet),
	},
	"activities": {
		func(in model.ExportInput) any { return optional(in.Activities) },
		nil,
		of((*Resolver).activitySheet),
	},
	"fundingSummary": {
		func(in model.ExportInput) any {
			if in.FundingSummary == nil {
				return nil
			}
			return summaryQuery(in.FundingSummary)
		},
		askable,
		of((*Resolver).summarySheet),
	},
	"fundingRows": {
		func(in model.ExportInput) any {
			if in.FundingRows == nil {
				return nil
			}
			return rowsQuery(in.FundingRows)
		},
		askable,
		of((*Resolver).flowSheet),
	},
	"fundingBudgets": {
		func(in model.ExportInput) any {
			if in.FundingBudgets == nil {
				return nil
			}
			return budgetsQuery(in.FundingBudgets)
		},
		askable,
		of((*Resolver).budgetSheet),
	},
	"opportunities": {
		func(in model.ExportInput) any { return optional(in.Opportunities) },
		nil,
		of((*Resolver).opportunitySheet),
	},
	"aidStatistics": {
		func(in model.ExportInput) any { return optional(in.AidStatistics) },
		nil,
		of((*Resolver).statisticSheet),
	},
	"prospects": {
		func(in model.ExportInput) any { return optional(in.Prospects) },
		nil,
		of((*Resolver).prospectSheet),
	},
}

var errExportOne = apperr.Invalid("of", i18n.Message{
	EN: "Name exactly one list or summary to export.", ES: "Indique exactamente una lista o un resumen para exportar.",
	FR: "Indiquez exactement une liste ou un résumé à exporter.",
})

// optional is nil for a pointer to nothing.
func optional[T any](p *T) any {
	if p == nil {
		return nil
	}
	return p
}

// of reads the question before the sheet is made.
func of[Q any](sheet func(r *Resolver, ctx context.Context, q *Q) (export.Sheet, error)) func(*Resolver, context.Context, json.RawMessage) (export.Sheet, error) {
	return func(r *Resolver, ctx context.Context, raw json.RawMessage) (export.Sheet, error) {
		q := new(Q)
		if err := json.Unmarshal(raw, q); err != nil {
			return export.Sheet{}, fmt.Errorf("graph: read the question of an export: %w", err)
		}
		return sheet(r, ctx, q)
	}
}

// exportLink seals what is asked for.
func (r *Resolver) exportLink(ctx context.Context, in model.ExportInput, format model.ExportFormat, hxl bool, lang *i18n.Lang) (*model.Export, error) {
	q := export.Question{Format: table.Format(format), HXL: hxl, Lang: i18n.From(ctx)}
	if lang != nil {
		q.Lang = *lang
	}
	for name, e := range exportables {
		asked := e.asked(in)
		if asked == nil {
			continue
		}
		if q.Kind != "" {
			return nil, errExportOne
		}
		if e.check != nil {
			if err := e.check(r, ctx, asked); err != nil {
				return nil, apperr.Under("of."+name, err)
			}
		}
		raw, err := json.Marshal(asked)
		if err != nil {
			return nil, fmt.Errorf("graph: write the question of an export: %w", err)
		}
		q.Kind, q.Query = name, raw
	}
	if q.Kind == "" {
		return nil, errExportOne
	}
	link, until, err := r.exports.Link(ctx, q)
	if err != nil {
		return nil, err
	}
	return &model.Export{URL: "/exports/" + link, ExpiresAt: until, MediaType: q.Format.MediaType()}, nil
}

// Export reads a link and makes the sheet that it asks for, as the viewer may see
// it now. NOT_FOUND for a link that is foreign, over, or another person's.
func (r *Resolver) Export(ctx context.Context, link string) (export.Sheet, export.Question, error) {
	q, err := r.exports.Linked(ctx, link)
	if err != nil {
		return export.Sheet{}, q, err
	}
	e, ok := exportables[q.Kind]
	if !ok { // of another version of the server
		return export.Sheet{}, q, apperr.ErrNotFound
	}
	sheet, err := e.sheet(r, i18n.With(ctx, q.Lang), q.Query)
	return sheet, q, err
}
