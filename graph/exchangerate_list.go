package graph

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/exchangerate"
	"acs-aec.org/hub/ent/generated/ent/exchangerateimport"
	"acs-aec.org/hub/ent/generated/ent/exchangeratesource"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/page"
)

// ratePageSize is the size of a page of exchange rates where the query names none.
const ratePageSize = 50

func rateOrder(o *model.ExchangeRateOrder) page.Order[*ent.ExchangeRate] {
	if o == nil {
		o = &model.ExchangeRateOrder{Field: model.ExchangeRateOrderFieldYear, Direction: model.OrderDirectionDesc}
	}
	order := page.Order[*ent.ExchangeRate]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.ExchangeRateOrderFieldCurrency:
		order.Column = exchangerate.FieldCurrency
		order.Value = func(r *ent.ExchangeRate) any { return r.Currency }
	case model.ExchangeRateOrderFieldUpdatedAt:
		order.Column, order.Kind = exchangerate.FieldUpdatedAt, page.Moment
		order.Value = func(r *ent.ExchangeRate) any { return r.UpdatedAt }
	default:
		order.Column, order.Kind = exchangerate.FieldYear, page.Number
		order.Value = func(r *ent.ExchangeRate) any { return int64(r.Year) }
	}
	return order
}

func rateConditions(f *model.ExchangeRateFilter) ([]condition, error) {
	if f == nil {
		return nil, nil
	}
	if len(f.Currency) > maxCodes {
		return nil, apperr.Invalid("filter.currency", msgCodes, maxCodes).With("limit", maxCodes)
	}
	return []condition{
		oneOf(exchangerate.FieldCurrency, f.Currency), equals(exchangerate.FieldYear, f.Year), publishedBy(f.Source),
		func(s *sql.Selector) {
			if f.FromYear != nil {
				s.Where(sql.GTE(s.C(exchangerate.FieldYear), *f.FromYear))
			}
			if f.ToYear != nil {
				s.Where(sql.LTE(s.C(exchangerate.FieldYear), *f.ToYear))
			}
		},
	}, nil
}

// publishedBy restricts rates and imports to those of a source.
func publishedBy(name *string) condition {
	return func(s *sql.Selector) {
		if name == nil {
			return
		}
		t := sql.Table(exchangeratesource.Table)
		s.Where(sql.In(s.C("source_id"), sql.Select(t.C(exchangeratesource.FieldID)).From(t).Where(sql.EQ(t.C(exchangeratesource.FieldName), *name))))
	}
}

func rateImportOrder(o *model.ExchangeRateImportOrder) page.Order[*ent.ExchangeRateImport] {
	return page.Order[*ent.ExchangeRateImport]{
		Column: exchangerateimport.FieldCreatedAt, Kind: page.Moment, Desc: o == nil || descending(o.Direction),
		Value: func(r *ent.ExchangeRateImport) any { return r.CreatedAt },
	}
}

func rateImportConditions(f *model.ExchangeRateImportFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{publishedBy(f.Source)}
}
