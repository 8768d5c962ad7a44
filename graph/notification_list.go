package graph

import (
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/notification"
	"acs-aec.org/hub/internal/page"

	entnotification "acs-aec.org/hub/ent/generated/ent/notification"
)

// WithMail says that this deployment sends mails.
func (r *Resolver) WithMail(sends bool) *Resolver {
	r.mails = sends
	return r
}

// inbox is what a person is told.
func (r *Resolver) inbox(person uuid.UUID, filter *model.NotificationFilter, orderBy *model.NotificationOrder, args page.Args) (*model.NotificationConnection, error) {
	c, err := page.List(r.pager, r.client.Notification.Source(), notificationOrder(orderBy), args, pageSize,
		append(notificationConditions(filter), equals(entnotification.FieldPersonID, &person))...)
	if err != nil {
		return nil, err
	}
	return &model.NotificationConnection{Connection: c}, nil
}

func notificationOrder(o *model.NotificationOrder) page.Order[*ent.Notification] {
	return page.Order[*ent.Notification]{
		Column: entnotification.FieldCreatedAt, Kind: page.Moment, Desc: o == nil || descending(o.Direction), Filled: true,
		Value: func(n *ent.Notification) any { return n.CreatedAt },
	}
}

func notificationConditions(f *model.NotificationFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		oneOf(entnotification.FieldKind, f.Kinds), equals(entnotification.FieldThreadID, f.ThreadID),
		func(s *sql.Selector) {
			switch {
			case f.Unseen == nil:
			case *f.Unseen:
				s.Where(sql.IsNull(s.C(entnotification.FieldSeenAt)))
			default:
				s.Where(sql.NotNull(s.C(entnotification.FieldSeenAt)))
			}
		},
	}
}

// notifiedEvent is what happened, nil for a kind that this schema does not know.
func notifiedEvent(e *ent.LogEntry, err error) (model.Event, error) {
	if err != nil || e == nil {
		return nil, err
	}
	event, known := model.NewEvent(e)
	if !known {
		return nil, nil //nolint:nilnil // told by a newer node
	}
	return event, nil
}

// choosing is what to change of the settings.
func choosing(in model.EditNotificationSettingsInput) notification.Choosing {
	c := notification.Choosing{Expected: in.ExpectedRevision, TimeZone: in.TimeZone, QuietHours: field(in.QuietHours), DigestAt: in.DigestAt}
	for _, k := range in.Kinds {
		c.Kinds = append(c.Kinds, notification.Choose{Kind: k.Kind, Delivery: k.Delivery, Mail: k.Mail})
	}
	return c
}
