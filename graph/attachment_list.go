package graph

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/viewer"
)

// attachmentsOf are the attachments of a message in their order. They are few: the
// service bounds them.
func (r *Resolver) attachmentsOf(ctx context.Context, m *ent.Message) ([]*ent.Attachment, error) {
	rows, err := batch.Many(ctx, m.Siblings(), m, "attachments", func(m *ent.Message) uuid.UUID { return m.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Attachment, error) {
			return r.client.Attachment.Query().Where(batch.In(attachment.FieldMessageID, ids)).Order(batch.ByID).All(ctx)
		}, func(a *ent.Attachment) uuid.UUID { return *a.MessageID })
	return slices.SortedFunc(slices.Values(rows), func(a, b *ent.Attachment) int { return cmp.Compare(a.Position, b.Position) }), err
}

// attachmentsOfDraft are the attachments of a draft in their order.
func (r *Resolver) attachmentsOfDraft(ctx context.Context, d *ent.MessageDraft) ([]*ent.Attachment, error) {
	rows, err := batch.Many(ctx, d.Siblings(), d, "attachments", func(d *ent.MessageDraft) uuid.UUID { return d.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Attachment, error) {
			return r.client.Attachment.Query().Where(batch.In(attachment.FieldDraftID, ids)).Order(batch.ByID).All(ctx)
		}, func(a *ent.Attachment) uuid.UUID { return *a.DraftID })
	return slices.SortedFunc(slices.Values(rows), func(a, b *ent.Attachment) int { return cmp.Compare(a.Position, b.Position) }), err
}

// ownAttachments are the viewer's own attachments for a discussion that are in no
// message. They are few: the service bounds them.
func (r *Resolver) ownAttachments(ctx context.Context, t *ent.Thread) ([]*ent.Attachment, error) {
	return batch.Many(ctx, t.Siblings(), t, "own attachments", func(t *ent.Thread) uuid.UUID { return t.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Attachment, error) {
			return r.client.Attachment.Query().Where(
				batch.In(attachment.FieldThreadID, ids), attachment.UploadedByID(viewer.From(ctx).Person), attachment.MessageIDIsNil(),
			).Order(batch.ByID).All(ctx)
		}, func(a *ent.Attachment) uuid.UUID { return a.ThreadID })
}

// threadAttachments are the attachments in the messages of a discussion.
func (r *Resolver) threadAttachments(ctx context.Context, t *ent.Thread, filter *model.AttachmentFilter, orderBy *model.AttachmentOrder, args page.Args) (*model.AttachmentConnection, error) {
	parent := page.Parent[*ent.Thread]{
		Row: t, Siblings: t.Siblings(), ID: func(t *ent.Thread) uuid.UUID { return t.ID },
		Key: fieldKey(ctx), Column: attachment.FieldThreadID,
	}
	c, err := page.Nested(r.pager, parent, r.client.Attachment.Source(), attachmentOrder(orderBy), args, pageSize, attachmentConditions(filter)...)
	if err != nil {
		return nil, err
	}
	return &model.AttachmentConnection{Connection: c}, nil
}

func attachmentOrder(o *model.AttachmentOrder) page.Order[*ent.Attachment] {
	if o == nil {
		o = &model.AttachmentOrder{Field: model.AttachmentOrderFieldCreatedAt, Direction: model.OrderDirectionDesc}
	}
	order := page.Order[*ent.Attachment]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.AttachmentOrderFieldName:
		order.Column, order.Value = attachment.FieldNameKey, func(a *ent.Attachment) any { return a.NameKey }
	case model.AttachmentOrderFieldSize:
		order.Column, order.Kind = attachment.FieldSize, page.Number
		order.Value = func(a *ent.Attachment) any { return a.Size }
	default:
		order.Column, order.Kind = attachment.FieldCreatedAt, page.Moment
		order.Value = func(a *ent.Attachment) any { return a.CreatedAt }
	}
	return order
}

func attachmentConditions(f *model.AttachmentFilter) []condition {
	attached := attachment.StatusAttached
	out := []condition{equals(attachment.FieldStatus, &attached)}
	if f == nil {
		return out
	}
	return append(out, equals(attachment.FieldUploadedByID, f.UploadedByID), equals(attachment.FieldMediaType, f.MediaType),
		contains(f.Text, attachment.FieldNameKey))
}
