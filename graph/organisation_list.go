package graph

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/sqljson"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/agreementparty"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/page"
)

func organisationOrder(ctx context.Context, o *model.OrganisationOrder) page.Order[*ent.Organisation] {
	if o == nil {
		o = &model.OrganisationOrder{Field: model.OrganisationOrderFieldName, Direction: model.OrderDirectionAsc}
	}
	order := page.Order[*ent.Organisation]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.OrganisationOrderFieldCreatedAt:
		order.Column, order.Kind = organisation.FieldCreatedAt, page.Moment
		order.Value = func(o *ent.Organisation) any { return o.CreatedAt }
	case model.OrganisationOrderFieldIdentifier:
		order.Column = organisation.FieldIdentifier
		order.Value = func(o *ent.Organisation) any {
			if o.Identifier == nil {
				return nil
			}
			return *o.Identifier
		}
	default:
		order.Column = keyColumn(ctx, "name")
		order.Value = func(o *ent.Organisation) any { return byLanguage(ctx, o.NameKeyEn, o.NameKeyEs, o.NameKeyFr) }
	}
	return order
}

// organisationConditions admit only those that stand for themselves, unless the
// filter names a status.
func organisationConditions(f *model.OrganisationFilter, today date.Date) []condition {
	if f == nil {
		f = &model.OrganisationFilter{}
	}
	status := organisation.StatusActive
	if f.Status != nil {
		status = *f.Status
	}
	return []condition{
		equals(organisation.FieldStatus, &status), contains(f.Text, organisation.FieldFolded), withKind(f.Kind),
		equals(organisation.FieldIdentifier, f.Identifier), equals(organisation.FieldCountryID, f.CountryID),
		belongs(membership.FieldOrganisationID, f.Membership, today),
	}
}

// withKind restricts organisations to those that are this to the ACS, beside
// whatever else.
func withKind(k *model.OrganisationKind) condition {
	return func(s *sql.Selector) {
		if k != nil {
			s.Where(sqljson.ValueContains(s.C(organisation.FieldKinds), k.String()))
		}
	}
}

// partySource reads agreements party by party: one that has several parties
// stands in the lists of each.
type partySource struct{ page.Source[*ent.Agreement] }

// partyColumn is the organisation for which partySource reads an agreement.
const partyColumn = "of_party"

// byParty turns the agreements of a query into agreements by party.
func byParty(s *sql.Selector) {
	d := sql.Dialect(s.Dialect())
	a, p := d.Table(agreement.Table), d.Table(agreementparty.Table).As("party")
	columns := append(a.Columns(agreement.Columns...), sql.As(p.C(agreementparty.FieldOrganisationID), partyColumn))
	s.From(d.Select(columns...).From(a).Join(p).On(a.C(agreement.FieldID), p.C(agreementparty.FieldAgreementID)).As(agreement.Table))
}

// All reads the rows with their party.
func (p partySource) All(ctx context.Context, modify condition, conditions ...condition) ([]*ent.Agreement, error) {
	return p.Source.All(ctx, func(s *sql.Selector) {
		s.AppendSelect(s.C(partyColumn))
		if modify != nil {
			modify(s)
		}
	}, append([]condition{byParty}, conditions...)...)
}

// CountBy counts the rows for each party.
func (p partySource) CountBy(ctx context.Context, column string, conditions ...condition) (map[uuid.UUID]int, error) {
	return p.Source.CountBy(ctx, column, append([]condition{byParty}, conditions...)...)
}

// Ref is the party for which the row was read.
func (p partySource) Ref(row *ent.Agreement, _ string) uuid.UUID {
	v, err := row.Value(partyColumn)
	if err != nil {
		return uuid.Nil
	}
	if raw, ok := v.([]byte); ok {
		v = string(raw)
	}
	u, err := uuid.Parse(fmt.Sprint(v))
	if err != nil {
		return uuid.Nil
	}
	return u
}
