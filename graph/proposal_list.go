package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/page"
)

func proposalOrder(ctx context.Context, o *model.ProposalOrder) page.Order[*ent.Proposal] {
	if o == nil {
		o = &model.ProposalOrder{Field: model.ProposalOrderFieldCreatedAt, Direction: model.OrderDirectionDesc}
	}
	order := page.Order[*ent.Proposal]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.ProposalOrderFieldTitle:
		order.Column = keyColumn(ctx, "title")
		order.Value = func(p *ent.Proposal) any { return byLanguage(ctx, p.TitleKeyEn, p.TitleKeyEs, p.TitleKeyFr) }
	case model.ProposalOrderFieldReference:
		order.Column = proposal.FieldReference
		order.Value = func(p *ent.Proposal) any { return p.Reference }
	case model.ProposalOrderFieldSubmittedAt:
		order.Column, order.Kind = proposal.FieldSubmittedAt, page.Moment
		order.Value = func(p *ent.Proposal) any { return moment(p.SubmittedAt) }
	default:
		order.Column, order.Kind = proposal.FieldCreatedAt, page.Moment
		order.Value = func(p *ent.Proposal) any { return p.CreatedAt }
	}
	return order
}

func (r *Resolver) proposalConditions(ctx context.Context, f *model.ProposalFilter) ([]condition, error) {
	if f == nil {
		return nil, nil
	}
	opportunity, err := r.seenAt(ctx, proposal.FieldOpportunityID, f.OpportunityID)
	if err != nil {
		return nil, err
	}
	return []condition{
		oneOf(proposal.FieldStatus, f.Status), equals(proposal.FieldSponsorID, f.SponsorID),
		equals(proposal.FieldProgrammeID, f.ProgrammeID), equals(proposal.FieldReference, f.Reference),
		opportunity, allocatedTo(f.Country), titled(f.Text, proposal.FieldReference),
	}, nil
}

// allocatedTo restricts proposals to those for a country.
func allocatedTo(country *string) condition {
	return func(s *sql.Selector) {
		if country == nil {
			return
		}
		t := sql.Table(allocation.Table)
		s.Where(sql.In(s.C("id"), sql.Select(t.C(allocation.FieldProposalID)).From(t).Where(sql.And(
			sql.EQ(t.C(allocation.FieldDimension), string(allocation.DimensionCountry)),
			sql.EQ(t.C(allocation.FieldCode), *country), sql.NotNull(t.C(allocation.FieldProposalID)),
		))))
	}
}

// titled restricts to rows whose title in any language, or whose identifier,
// contains the text; capitals do not matter.
func titled(text *string, identifier string) condition {
	return func(s *sql.Selector) {
		if text == nil {
			return
		}
		folded := i18n.Fold(*text)
		s.Where(sql.Or(
			like(s.C("title_key_en"), folded), like(s.C("title_key_es"), folded), like(s.C("title_key_fr"), folded),
			likeLower(s.C(identifier), folded),
		))
	}
}
