package graph

import (
	"encoding/hex"
	"time"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importfile"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/page"
)

func importFileOrder(o *model.ImportFileOrder) page.Order[*ent.ImportFile] {
	if o == nil {
		o = &model.ImportFileOrder{Field: model.ImportFileOrderFieldCreatedAt, Direction: model.OrderDirectionDesc}
	}
	order := page.Order[*ent.ImportFile]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.ImportFileOrderFieldName:
		order.Column, order.Value = importfile.FieldName, func(f *ent.ImportFile) any { return f.Name }
	case model.ImportFileOrderFieldSize:
		order.Column, order.Kind, order.Value = importfile.FieldSize, page.Number, func(f *ent.ImportFile) any { return f.Size }
	default:
		order.Column, order.Kind, order.Value = importfile.FieldCreatedAt, page.Moment, func(f *ent.ImportFile) any { return f.CreatedAt }
	}
	return order
}

var msgSHA256 = i18n.Message{
	EN: "A SHA-256 has 64 hexadecimal digits.", ES: "Un SHA-256 tiene 64 cifras hexadecimales.", FR: "Un SHA-256 compte 64 chiffres hexadécimaux.",
}

// importFileConditions are those of a filter; now decides what is kept still.
func importFileConditions(f *model.ImportFileFilter, now time.Time) ([]condition, error) {
	if f == nil {
		return nil, nil
	}
	since, err := beganFrom(f.From)
	if err != nil {
		return nil, err
	}
	all := []condition{equals(importfile.FieldName, f.Name), equals(importfile.FieldUploadedByID, f.UploadedByID), since}
	if f.Sha256 != nil {
		sum, err := hex.DecodeString(*f.Sha256)
		if err != nil || len(sum) != 32 {
			return nil, apperr.Invalid("filter.sha256", msgSHA256)
		}
		all = append(all, func(s *sql.Selector) { s.Where(sql.EQ(s.C(importfile.FieldSha256), sum)) })
	}
	if f.IsKept != nil {
		all = append(all, func(s *sql.Selector) {
			if *f.IsKept {
				s.Where(sql.GT(s.C(importfile.FieldKeptUntil), now))
			} else {
				s.Where(sql.LTE(s.C(importfile.FieldKeptUntil), now))
			}
		})
	}
	return all, nil
}
