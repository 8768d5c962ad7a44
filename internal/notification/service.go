package notification

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/notification"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service is what a person does with the inbox.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

const (
	// idLimit is how many notifications one can name.
	idLimit = 100
	// UnseenLimit is how far unseen notifications are counted, and how many one can
	// mark in one go.
	UnseenLimit = 1000
	// together is how many rows a statement changes.
	together = 200
)

var msgIDs = i18n.Message{
	EN: "Name 1 to %d notifications.", ES: "Indique de 1 a %d notificaciones.", FR: "Indiquez de 1 à %d notifications.",
}

// Marking says which notifications were seen: one of these.
type Marking struct {
	IDs    []uuid.UUID
	Thread *uuid.UUID
	UpTo   *uuid.UUID
}

// none is what a command gives that gives no row.
type none struct{}

// Unwrap gives it back.
func (n *none) Unwrap() *none { return n }

// MarkSeen notes that the person who asks has seen notifications, and how many
// of them had not been seen. What is not theirs, or may not be seen any more, is
// passed over. Nobody is UNAUTHENTICATED.
func (s *Service) MarkSeen(ctx context.Context, m Marking) (int, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil || !v.SignedIn() {
		return 0, command.Receipt{}, apperr.ErrSignIn
	}
	if m.Thread == nil && m.UpTo == nil && (len(m.IDs) < 1 || len(m.IDs) > idLimit) {
		return 0, command.Receipt{}, apperr.Invalid("input.ids", msgIDs, idLimit).With("limit", idLimit)
	}
	marked := 0
	_, rec, err := command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*none, error) {
		marked = 0
		ids, err := unseen(ctx, tx, m)
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		each := make([]uuid.UUID, len(ids))
		for i := range each {
			each[i] = v.Person
		}
		versions, err := s.Personal.Next(ctx, tx, each...)
		if err != nil {
			return nil, err
		}
		marked = len(ids)
		return nil, setSeen(ctx, tx, ids, versions, s.Time())
	})
	return marked, rec, err
}

// unseen are those of the notifications that the viewer has not seen, oldest
// first. Whoever marks them at the same time on another device waits, and finds
// those that are left.
func unseen(ctx context.Context, tx *ent.Client, m Marking) ([]uuid.UUID, error) {
	q := tx.Notification.Query().Where(notification.SeenAtIsNil(), store.Locked(tx))
	switch {
	case m.Thread != nil:
		q.Where(inThread(*m.Thread))
	case m.UpTo != nil:
		last, err := tx.Notification.Query().Where(notification.ID(*m.UpTo)).Only(ctx)
		if err != nil {
			return nil, command.AtField("input.upToId", err)
		}
		q.Where(notification.Or(notification.CreatedAtLT(last.CreatedAt), notification.And(notification.CreatedAt(last.CreatedAt), notification.IDLTE(last.ID))))
	default:
		q.Where(notification.IDIn(m.IDs...))
	}
	return q.Order(oldestFirst).Limit(UnseenLimit).IDs(ctx)
}

// inThread admits what happened in a discussion. SQLite is told (by the plus) to
// begin with what the person has not seen: it would rather begin with all that was
// ever told of the discussion.
func inThread(u uuid.UUID) predicate.Notification {
	return func(s *sql.Selector) {
		s.Where(sql.P(func(b *sql.Builder) {
			if b.Dialect() == dialect.SQLite {
				b.WriteString("+")
			}
			b.Ident(s.C(notification.FieldThreadID)).WriteString(" = ").Arg(u)
		}))
	}
}

// oldestFirst orders notifications. SQLite is told not to go through all that the
// person was ever told for it: what is not seen is little, and sorted fast.
func oldestFirst(s *sql.Selector) {
	for _, column := range []string{notification.FieldCreatedAt, notification.FieldID} {
		s.OrderExpr(sql.ExprFunc(func(b *sql.Builder) {
			if b.Dialect() == dialect.SQLite {
				b.WriteString("+")
			}
			b.Ident(s.C(column))
		}))
	}
}

// setSeen notes that these were seen, each under a version of its own.
func setSeen(ctx context.Context, tx *ent.Client, ids []uuid.UUID, versions []int64, now time.Time) error {
	for from := 0; from < len(ids); from += together {
		to := min(len(ids), from+together)
		some, numbers := ids[from:to], versions[from:to]
		err := tx.Notification.Update().Where(notification.IDIn(some...)).SetSeenAt(now).SetChangedAt(now).
			Modify(func(u *sql.UpdateBuilder) {
				u.Set(notification.FieldVersion, sql.ExprFunc(func(b *sql.Builder) {
					b.WriteString("CASE ").Ident(notification.FieldID)
					for i, one := range some {
						b.WriteString(" WHEN ").Arg(one).WriteString(" THEN ").WriteString(fmt.Sprint(numbers[i]))
					}
					b.WriteString(" END")
				}))
			}).Exec(ctx)
		if err != nil {
			return fmt.Errorf("notification: mark as seen: %w", err)
		}
	}
	return nil
}

// Unseen is how many notifications the viewer has not seen, counted up to
// UnseenLimit.
func (s *Service) Unseen(ctx context.Context) (int, error) {
	ids, err := s.DB.Client.Notification.Query().Where(notification.SeenAtIsNil(), notification.PersonID(viewer.From(ctx).Person)).
		Limit(UnseenLimit).IDs(ctx)
	return len(ids), err
}

// Settings are those of the person who asks.
func (s *Service) Settings(ctx context.Context) (*Settings, error) {
	return one(ctx, s.DB.Client, viewer.From(ctx).Person)
}

func one(ctx context.Context, client *ent.Client, person uuid.UUID) (*Settings, error) {
	all, err := settingsOf(ctx, client, []uuid.UUID{person})
	return all[person], err
}
