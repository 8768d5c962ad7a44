package graph

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/viewer"
)

// subjectThreads are the discussions on a row that the viewer takes part in;
// parent.Column is the thread's column for rows of that kind.
func subjectThreads[P any](ctx context.Context, r *Resolver, parent page.Parent[P], filter *model.ThreadFilter, orderBy *model.ThreadOrder, args page.Args) (*model.ThreadConnection, error) {
	c, err := page.Nested(r.pager, parent, r.client.Thread.Source(), threadOrder(ctx, orderBy), args, pageSize, append(threadConditions(ctx, filter), byReading(ctx, filter))...)
	if err != nil {
		return nil, err
	}
	return &model.ThreadConnection{Connection: c}, nil
}

func threadOrder(ctx context.Context, o *model.ThreadOrder) page.Order[*ent.Thread] {
	if o == nil {
		o = &model.ThreadOrder{Field: model.ThreadOrderFieldLastMessageAt, Direction: model.OrderDirectionDesc}
	}
	order := page.Order[*ent.Thread]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.ThreadOrderFieldPinned:
		order.Column, order.Kind = thread.FieldPlace, page.Number
		order.Value = func(t *ent.Thread) any { return t.Place }
	case model.ThreadOrderFieldTitle:
		order.Column = keyColumn(ctx, "title")
		order.Value = func(t *ent.Thread) any { return byLanguage(ctx, t.TitleKeyEn, t.TitleKeyEs, t.TitleKeyFr) }
	case model.ThreadOrderFieldCreatedAt:
		order.Column, order.Kind = thread.FieldCreatedAt, page.Moment
		order.Value = func(t *ent.Thread) any { return t.CreatedAt }
	default:
		order.Column, order.Kind = thread.FieldLastMessageAt, page.Moment
		order.Value = func(t *ent.Thread) any { return moment(t.LastMessageAt) }
	}
	return order
}

// moment is a time that may be missing, as an order compares it.
func moment(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}

// subjectColumns are the columns of a thread's subject by its kind.
var subjectColumns = map[id.Kind]string{
	id.Organisation: thread.FieldOrganisationID, id.Agreement: thread.FieldAgreementID, id.Programme: thread.FieldProgrammeID,
	id.Proposal: thread.FieldProposalID, id.Activity: thread.FieldActivityID, id.Body: thread.FieldBodyID,
	id.Opportunity: thread.FieldOpportunityID, id.Meeting: thread.FieldMeetingID,
}

func threadConditions(ctx context.Context, f *model.ThreadFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		onSubject(ctx, f.SubjectID), equals(thread.FieldStatus, f.Status), pinned(f.Pinned), amongBody(f.BodyID), withAuthor(ctx, f.AuthorID),
		contains(f.Text, "title_key_en", "title_key_es", "title_key_fr"),
	}
}

// onSubject restricts threads to those on one subject, if the viewer may see it:
// what a discussion is about is not found out by asking for it.
func onSubject(ctx context.Context, u *uuid.UUID) condition {
	return func(s *sql.Selector) {
		if u == nil {
			return
		}
		column := s.C(subjectColumns[id.KindOf(*u)])
		s.Where(sql.And(sql.EQ(column, *u), access.Subjects(viewer.From(ctx), column)))
	}
}

// amongBody restricts threads to those that a body takes part in now.
func amongBody(u *uuid.UUID) condition {
	return func(s *sql.Selector) {
		if u == nil {
			return
		}
		t := sql.Table(threadaudience.Table)
		s.Where(sql.Exists(sql.Select(t.C("id")).From(t).Where(sql.And(
			sql.ColumnsEQ(t.C(threadaudience.FieldThreadID), s.C("id")),
			sql.EQ(t.C(threadaudience.FieldBodyID), *u), sql.IsNull(t.C(threadaudience.FieldEndedAt)),
		))))
	}
}

// pinned restricts threads to those that are pinned, or are not.
func pinned(is *bool) condition {
	return func(s *sql.Selector) {
		switch {
		case is == nil:
		case *is:
			s.Where(sql.NotNull(s.C(thread.FieldPinnedAt)))
		default:
			s.Where(sql.IsNull(s.C(thread.FieldPinnedAt)))
		}
	}
}

// withAuthor restricts threads to those with a message by a person that the viewer
// may see.
func withAuthor(ctx context.Context, u *uuid.UUID) condition {
	return func(s *sql.Selector) {
		if u == nil {
			return
		}
		t := sql.Table(message.Table)
		seen := access.Numbered(viewer.From(ctx), t.C(message.FieldThreadID), t.C(message.FieldNumber))
		s.Where(sql.Exists(sql.Select(t.C("id")).From(t).Where(sql.And(
			sql.ColumnsEQ(t.C(message.FieldThreadID), s.C("id")), sql.EQ(t.C(message.FieldAuthorID), *u), seen,
		))))
	}
}

func messageOrder(o *model.MessageOrder) page.Order[*ent.Message] {
	if o != nil && o.Field == model.MessageOrderFieldEditedAt {
		return page.Order[*ent.Message]{
			Column: message.FieldEditedAt, Kind: page.Moment, Desc: descending(o.Direction),
			Value: func(m *ent.Message) any { return moment(m.EditedAt) },
		}
	}
	return page.Order[*ent.Message]{
		Column: message.FieldNumber, Kind: page.Number, Filled: true, Desc: o != nil && descending(o.Direction),
		Value: func(m *ent.Message) any { return int64(m.Number) },
	}
}

func messageConditions(f *model.MessageFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(message.FieldAuthorID, f.AuthorID), equals(message.FieldLanguage, f.Language),
		func(s *sql.Selector) {
			if f.Withdrawn == nil {
				return
			}
			if *f.Withdrawn {
				s.Where(sql.NotNull(s.C(message.FieldWithdrawnAt)))
			} else {
				s.Where(sql.IsNull(s.C(message.FieldWithdrawnAt)))
			}
		},
		func(s *sql.Selector) {
			if f.AfterNumber != nil {
				s.Where(sql.GT(s.C(message.FieldNumber), *f.AfterNumber))
			}
		},
	}
}
