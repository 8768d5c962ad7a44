package graph

import (
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/aiddonor"
	"acs-aec.org/hub/ent/generated/ent/aidstatistic"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/page"
)

func aidStatisticOrder(o *model.AidStatisticOrder) page.Order[*ent.AidStatistic] {
	if o == nil {
		o = &model.AidStatisticOrder{Field: model.AidStatisticOrderFieldYear, Direction: model.OrderDirectionDesc}
	}
	order := page.Order[*ent.AidStatistic]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.AidStatisticOrderFieldValue:
		order.Column, order.Kind = aidstatistic.FieldValueMicro, page.Number
		order.Value = func(a *ent.AidStatistic) any {
			if a.ValueMicro == nil {
				return nil
			}
			return *a.ValueMicro
		}
	case model.AidStatisticOrderFieldRecipient:
		order.Column = aidstatistic.FieldRecipientCode
		order.Value = func(a *ent.AidStatistic) any { return a.RecipientCode }
	default:
		order.Column, order.Kind = aidstatistic.FieldYear, page.Number
		order.Value = func(a *ent.AidStatistic) any { return int64(a.Year) }
	}
	return order
}

func aidStatisticConditions(f *model.AidStatisticFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(aidstatistic.FieldSource, f.Source), oneOf(aidstatistic.FieldRecipientCode, f.Recipient), oneOf(aidstatistic.FieldDonorID, f.DonorID),
		ofOrganisation(f.OrganisationID),
		func(s *sql.Selector) {
			if f.FromYear != nil {
				s.Where(sql.GTE(s.C(aidstatistic.FieldYear), *f.FromYear))
			}
			if f.ToYear != nil {
				s.Where(sql.LTE(s.C(aidstatistic.FieldYear), *f.ToYear))
			}
		},
	}
}

// ofOrganisation restricts statistics to those of donors that are the organisation.
func ofOrganisation(u *uuid.UUID) condition {
	return func(s *sql.Selector) {
		if u == nil {
			return
		}
		t := sql.Table(aiddonor.Table)
		s.Where(sql.In(s.C(aidstatistic.FieldDonorID), sql.Select(t.C(aiddonor.FieldID)).From(t).Where(sql.EQ(t.C(aiddonor.FieldOrganisationID), *u))))
	}
}

func aidDonorOrder(o *model.AidDonorOrder) page.Order[*ent.AidDonor] {
	return page.Order[*ent.AidDonor]{
		Column: aiddonor.FieldNameKey, Desc: o != nil && descending(o.Direction), Value: func(d *ent.AidDonor) any { return d.NameKey },
	}
}

func aidDonorConditions(f *model.AidDonorFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{contains(f.Text, aiddonor.FieldNameKey), func(s *sql.Selector) {
		switch {
		case f.Linked == nil:
		case *f.Linked:
			s.Where(sql.NotNull(s.C(aiddonor.FieldOrganisationID)))
		default:
			s.Where(sql.IsNull(s.C(aiddonor.FieldOrganisationID)))
		}
	}}
}
