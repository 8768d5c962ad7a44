package graph

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

// maxNodes is how many identifiers Query.nodes takes.
const maxNodes = 100

var msgNodes = i18n.Message{
	EN: "Ask for at most %d identifiers.", ES: "Pida %d identificadores como máximo.", FR: "Demandez au plus %d identifiants.",
}

// row is a row of any kind that a node can be.
type row[T any] interface {
	batch.Member[T]
	model.Node
}

// load reads the rows with these identifiers, by one statement.
func load[T row[T]](ctx context.Context, all func(context.Context, ...condition) ([]T, error), idOf func(T) uuid.UUID, ids []uuid.UUID, into map[uuid.UUID]model.Node) error {
	rows, err := all(ctx, batch.In("id", ids))
	if err != nil {
		return err
	}
	for _, r := range batch.Join(rows) {
		into[idOf(r)] = r
	}
	return nil
}

// source is what ent's clients give lists from.
type source[T any] interface {
	All(ctx context.Context, modify condition, conditions ...condition) ([]T, error)
	ID(row T) uuid.UUID
}

// loader reads nodes of one kind.
type loader func(ctx context.Context, ids []uuid.UUID, into map[uuid.UUID]model.Node) error

func from[T row[T]](s source[T]) loader {
	return func(ctx context.Context, ids []uuid.UUID, into map[uuid.UUID]model.Node) error {
		all := func(ctx context.Context, cs ...condition) ([]T, error) { return s.All(ctx, nil, cs...) }
		return load(ctx, all, s.ID, ids, into)
	}
}

// loaders are those of each kind that has a type in the schema.
func loaders(c *ent.Client) map[id.Kind][]loader {
	return map[id.Kind][]loader{
		id.Country: {from(c.Country.Source())}, id.CountryGroup: {from(c.CountryGroup.Source())},
		id.Organisation: {from(c.Organisation.Source())}, id.Membership: {from(c.Membership.Source())},
		id.Person: {from(c.Person.Source())}, id.Body: {from(c.Body.Source())}, id.Seat: {from(c.Seat.Source())},
		id.StaffPost: {from(c.StaffPost.Source())}, id.Agreement: {from(c.Agreement.Source())},
		id.Programme: {from(c.Programme.Source())}, id.Proposal: {from(c.Proposal.Source())},
		id.Activity: {from(c.Activity.Source())}, id.Transaction: {from(c.Transaction.Source())},
		id.Thread: {from(c.Thread.Source())}, id.Message: {from(c.Message.Source())}, id.Session: {from(c.Session.Source())},
		id.Token: {from(c.Token.Source())}, id.Upload: {from(c.ImportFile.Source())}, id.ImportRun: {from(c.ImportRun.Source())}, id.ImportIssue: {from(c.ImportIssue.Source())},
		id.Revision: {from(c.MessageRevision.Source())}, id.Translation: {from(c.MessageTranslation.Source())},
		id.Notification: {from(c.Notification.Source())},
		id.Participant:  {from(c.ActivityParticipant.Source()), from(c.AgreementParty.Source())},
		id.Draft:        {from(c.MessageDraft.Source())},
		id.Attachment:   {from(c.Attachment.Source())},
		id.Notice:       {from(c.Notice.Source())}, id.Addressee: {from(c.NoticeAddressee.Source())}, id.Register: {from(c.NoticeRegisterEntry.Source())},
		id.Request: {from(c.InformationRequest.Source())}, id.Extension: {from(c.RequestExtension.Source())},
		id.Webhook: {from(c.Webhook.Source())}, id.Delivery: {from(c.Delivery.Source())},
		id.Hold:        {from(c.LegalHold.Source())},
		id.Opportunity: {from(c.Opportunity.Source())}, id.Meeting: {from(c.Meeting.Source())},
		id.AidStatistic: {from(c.AidStatistic.Source())}, id.AidDonor: {from(c.AidDonor.Source())},
		id.Budget: {from(c.Budget.Source())}, id.Document: {from(c.Document.Source())}, id.Related: {from(c.RelatedActivity.Source())},
		id.Result: {from(c.Result.Source())}, id.Indicator: {from(c.Indicator.Source())}, id.Period: {from(c.IndicatorPeriod.Source())},
		id.Tag: {from(c.ActivityTag.Source())}, id.Marker: {from(c.PolicyMarker.Source())}, id.Condition: {from(c.ActivityCondition.Source())},
		id.ExchangeRate: {from(c.ExchangeRate.Source())}, id.RateImport: {from(c.ExchangeRateImport.Source())},
	}
}

// nodes reads the things with these identifiers in their order, nil for each
// that there is not or that the viewer may not see: one statement a kind.
func (r *Resolver) nodes(ctx context.Context, ids []uuid.UUID) ([]model.Node, error) {
	if len(ids) > maxNodes {
		return nil, apperr.Invalid("ids", msgNodes, maxNodes).With("limit", maxNodes)
	}
	kinds := map[id.Kind][]uuid.UUID{}
	for _, u := range ids {
		kinds[id.KindOf(u)] = append(kinds[id.KindOf(u)], u)
	}
	found := map[uuid.UUID]model.Node{}
	if len(kinds[id.Dashboard]) > 0 {
		if err := r.loadDashboards(ctx, kinds[id.Dashboard], found); err != nil {
			return nil, err
		}
	}
	for k, ls := range loaders(r.client) {
		if len(kinds[k]) == 0 {
			continue
		}
		for _, l := range ls {
			if err := l(ctx, kinds[k], found); err != nil {
				return nil, err
			}
		}
	}
	out := make([]model.Node, len(ids))
	for i, u := range ids {
		out[i] = found[u]
	}
	return out, nil
}
