package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/messagedraft"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/page"
)

// heldPosts are what waits in a discussion for the Secretariat, as far as the viewer
// may see it.
func (r *Resolver) heldPosts(ctx context.Context, t *ent.Thread, filter *model.HeldPostFilter, orderBy *model.HeldPostOrder, args page.Args) (*model.MessageDraftConnection, error) {
	parent := page.Parent[*ent.Thread]{
		Row: t, Siblings: t.Siblings(), ID: func(t *ent.Thread) uuid.UUID { return t.ID },
		Key: fieldKey(ctx), Column: messagedraft.FieldThreadID,
	}
	order := page.Order[*ent.MessageDraft]{
		Column: messagedraft.FieldHeldAt, Kind: page.Moment, Desc: orderBy != nil && descending(orderBy.Direction),
		Value: func(d *ent.MessageDraft) any { return moment(d.HeldAt) },
	}
	waiting := messagedraft.StatusHeld
	conditions := []condition{equals(messagedraft.FieldStatus, &waiting)}
	if filter != nil {
		conditions = append(conditions, equals(messagedraft.FieldAuthorID, filter.AuthorID))
	}
	c, err := page.Nested(r.pager, parent, r.client.MessageDraft.Source(), order, args, pageSize, conditions...)
	if err != nil {
		return nil, err
	}
	return &model.MessageDraftConnection{Connection: c}, nil
}

// drafts are those of the viewer that are not over.
func (r *Resolver) drafts(v *model.Viewer, filter *model.DraftFilter, orderBy *model.DraftOrder, args page.Args) (*model.MessageDraftConnection, error) {
	order := page.Order[*ent.MessageDraft]{
		Column: messagedraft.FieldUpdatedAt, Kind: page.Moment, Desc: orderBy == nil || descending(orderBy.Direction),
		Value: func(d *ent.MessageDraft) any { return d.UpdatedAt },
	}
	if orderBy != nil && orderBy.Field == model.DraftOrderFieldCreatedAt {
		order.Column, order.Value = messagedraft.FieldCreatedAt, func(d *ent.MessageDraft) any { return d.CreatedAt }
	}
	conditions := []condition{
		equals(messagedraft.FieldAuthorID, &v.Who.Person),
		func(s *sql.Selector) {
			s.Where(sql.In(s.C(messagedraft.FieldStatus), string(messagedraft.StatusDraft), string(messagedraft.StatusHeld), string(messagedraft.StatusReturned)))
		},
	}
	if filter != nil {
		conditions = append(conditions, equals(messagedraft.FieldThreadID, filter.ThreadID), equals(messagedraft.FieldStatus, filter.Status))
	}
	c, err := page.List(r.pager, r.client.MessageDraft.Source(), order, args, pageSize, conditions...)
	if err != nil {
		return nil, err
	}
	return &model.MessageDraftConnection{Connection: c}, nil
}
