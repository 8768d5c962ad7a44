package graph

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/page"
)

// threadOrNil is the discussion, nil if there is none for the viewer.
func threadOrNil(t *ent.Thread, err error) (*ent.Thread, error) {
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the schema says null
	}
	return t, err
}

// threadSubject is what a discussion is about, nil if the viewer may not see it. The
// subjects of all siblings are read by one statement for each kind among them.
func threadSubject(ctx context.Context, t *ent.Thread) (model.ThreadSubject, error) {
	switch {
	case t.OrganisationID != nil:
		return subjectOrNil(t.Organisation(ctx))
	case t.AgreementID != nil:
		return subjectOrNil(t.Agreement(ctx))
	case t.ProgrammeID != nil:
		return subjectOrNil(t.Programme(ctx))
	case t.ProposalID != nil:
		return subjectOrNil(t.Proposal(ctx))
	case t.ActivityID != nil:
		return subjectOrNil(t.Activity(ctx))
	case t.OpportunityID != nil:
		return subjectOrNil(t.Opportunity(ctx))
	case t.MeetingID != nil:
		return subjectOrNil(t.Meeting(ctx))
	}
	return subjectOrNil(t.Body(ctx))
}

// subjectOrNil keeps a nil row from becoming a subject that is not nil.
func subjectOrNil[T interface {
	comparable
	model.ThreadSubject
}](row T, err error) (model.ThreadSubject, error) {
	var none T
	if err != nil || row == none {
		return nil, err
	}
	return row, nil
}

// audience is who takes part in a discussion now, in the order of admission. It
// is short: the service bounds it.
func (r *Resolver) audience(ctx context.Context, t *ent.Thread) ([]*ent.ThreadAudience, error) {
	return batch.Many(ctx, t.Siblings(), t, "audience now", func(t *ent.Thread) uuid.UUID { return t.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.ThreadAudience, error) {
			return r.client.ThreadAudience.Query().
				Where(batch.In(threadaudience.FieldThreadID, ids), threadaudience.EndedAtIsNil()).Order(batch.ByID).All(ctx)
		}, func(a *ent.ThreadAudience) uuid.UUID { return a.ThreadID })
}

// messages are the messages of a discussion.
func (r *Resolver) messages(ctx context.Context, t *ent.Thread, filter *model.MessageFilter, orderBy *model.MessageOrder, args page.Args) (*model.MessageConnection, error) {
	parent := page.Parent[*ent.Thread]{
		Row: t, Siblings: t.Siblings(), ID: func(t *ent.Thread) uuid.UUID { return t.ID },
		Key: fieldKey(ctx), Column: "thread_id",
	}
	c, err := page.Nested(r.pager, parent, r.client.Message.Source(), messageOrder(orderBy), args, messagePageSize, messageConditions(filter)...)
	if err != nil {
		return nil, err
	}
	return &model.MessageConnection{Connection: c}, nil
}

// replies are the answers to a message.
func (r *Resolver) replies(ctx context.Context, m *ent.Message, filter *model.MessageFilter, orderBy *model.MessageOrder, args page.Args) (*model.MessageConnection, error) {
	parent := page.Parent[*ent.Message]{
		Row: m, Siblings: m.Siblings(), ID: func(m *ent.Message) uuid.UUID { return m.ID },
		Key: fieldKey(ctx), Column: message.FieldReplyToID,
	}
	c, err := page.Nested(r.pager, parent, r.client.Message.Source(), messageOrder(orderBy), args, messagePageSize, messageConditions(filter)...)
	if err != nil {
		return nil, err
	}
	return &model.MessageConnection{Connection: c}, nil
}

// replyCount is how many answers a message has, counted once for all messages that
// were read together. Who sees a message sees every answer to it: it has a higher
// number.
func (r *Resolver) replyCount(ctx context.Context, m *ent.Message) (int, error) {
	counts, err := batch.Memo(m.Siblings(), "reply count", func(rows []*ent.Message) (map[uuid.UUID]int, error) {
		ids := make([]uuid.UUID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		return r.client.Message.Source().CountBy(ctx, message.FieldReplyToID, batch.In(message.FieldReplyToID, ids))
	})
	return counts[m.ID], err
}

// unlessWithdrawn is the text of a message; a withdrawn one has none.
func unlessWithdrawn(body string) *string {
	if body == "" {
		return nil
	}
	return &body
}

// textsInOrder are the earlier texts of a message, first to last.
func textsInOrder(rows []*ent.MessageRevision) []*ent.MessageRevision {
	return slices.SortedFunc(slices.Values(rows), func(a, b *ent.MessageRevision) int { return cmp.Compare(a.Number, b.Number) })
}
