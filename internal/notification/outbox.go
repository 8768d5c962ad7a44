package notification

import (
	"context"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/notification"
	"acs-aec.org/hub/ent/generated/ent/outboxmail"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
)

// write writes inbox items and the mails that tell them.
func (r *Reader) write(ctx context.Context, tx *ent.Client, items []item, settings map[uuid.UUID]*Settings) error {
	if len(items) == 0 {
		return nil
	}
	now := r.Time()
	persons, ids := make([]uuid.UUID, len(items)), make([]uuid.UUID, len(items))
	for i, it := range items {
		persons[i], ids[i] = it.person, r.NewID(id.Notification)
	}
	versions, err := r.Personal.Next(ctx, tx, persons...)
	if err != nil {
		return err
	}
	mails, err := r.mail(ctx, tx, items, ids, settings, now)
	if err != nil {
		return err
	}
	rows := make([]*ent.NotificationCreate, len(items))
	for i, it := range items {
		rows[i] = tx.Notification.Create().SetID(ids[i]).SetCreatedAt(now).SetChangedAt(now).SetPersonID(it.person).SetKind(it.kind).
			SetEventID(it.entry.ID).SetNillableThreadID(it.entry.ThreadID).SetNillableMessageID(it.message).
			SetNillableActorID(it.entry.ActorID).SetVersion(versions[i]).SetNillableMailID(mails[i])
	}
	for some := range slices.Chunk(rows, together) {
		// The position keeps events from being read twice; the constraint, whatever
		// happens to the position.
		err := tx.Notification.CreateBulk(some...).
			OnConflict(sql.ConflictColumns(notification.FieldPersonID, notification.FieldEventID), sql.ResolveWithIgnore()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("notification: fill inboxes: %w", err)
		}
	}
	return nil
}

// mail puts into the outbox what is to be told by mail, and says which mail tells
// each item, nil for none.
func (r *Reader) mail(ctx context.Context, tx *ent.Client, items []item, ids []uuid.UUID, settings map[uuid.UUID]*Settings, now time.Time) ([]*uuid.UUID, error) {
	out := make([]*uuid.UUID, len(items))
	if !r.mails {
		return out, nil
	}
	var rows []*ent.OutboxMailCreate
	var collected []uuid.UUID // persons with something for the digest
	for i, it := range items {
		s := settings[it.person]
		switch {
		case !s.Mailed(it.kind):
		case s.Delivery(it.kind) == Digest:
			if !slices.Contains(collected, it.person) {
				collected = append(collected, it.person)
			}
		default:
			u := r.NewID(id.Mail)
			out[i] = &u
			rows = append(rows, tx.OutboxMail.Create().SetID(u).SetCreatedAt(now).SetPersonID(it.person).SetNotificationID(ids[i]).SetDueAt(s.MailAt(now)))
		}
	}
	for some := range slices.Chunk(rows, together) {
		if err := tx.OutboxMail.CreateBulk(some...).Exec(ctx); err != nil {
			return nil, fmt.Errorf("notification: fill the outbox: %w", err)
		}
	}
	digests, err := r.digests(ctx, tx, collected, settings, now)
	if err != nil {
		return nil, err
	}
	for i, it := range items {
		if s := settings[it.person]; s.Mailed(it.kind) && s.Delivery(it.kind) == Digest {
			out[i] = digests[it.person]
		}
	}
	return out, nil
}

// digests are the next digests of persons, each kept from being sent until the
// transaction ends. One that is being sent already, or was, takes in nothing more:
// then it is that of the next day.
func (r *Reader) digests(ctx context.Context, tx *ent.Client, persons []uuid.UUID, settings map[uuid.UUID]*Settings, now time.Time) (map[uuid.UUID]*uuid.UUID, error) {
	out := make(map[uuid.UUID]*uuid.UUID, len(persons))
	type next struct {
		day date.Date
		due time.Time
	}
	after := map[uuid.UUID]time.Time{}
	for range 2 {
		var rows []*ent.OutboxMailCreate
		days := map[uuid.UUID]next{}
		for _, p := range persons {
			at := now
			if later, tried := after[p]; tried {
				at = later
			}
			day, due := settings[p].NextDigest(at)
			days[p], after[p] = next{day, due}, due
			rows = append(rows, tx.OutboxMail.Create().SetID(r.NewID(id.Mail)).SetCreatedAt(now).SetPersonID(p).SetDigestDay(day).SetDueAt(due))
		}
		for some := range slices.Chunk(rows, together) {
			err := tx.OutboxMail.CreateBulk(some...).
				OnConflict(sql.ConflictColumns(outboxmail.FieldPersonID, outboxmail.FieldDigestDay), sql.ResolveWithIgnore()).Exec(ctx)
			if err != nil {
				return nil, fmt.Errorf("notification: prepare digests: %w", err)
			}
		}
		found, err := tx.OutboxMail.Query().Where(
			batch.In(outboxmail.FieldPersonID, persons), outboxmail.DigestDayNotNil(), outboxmail.StateEQ(outboxmail.StateWaiting),
			outboxmail.MessageID(""), store.Locked(tx),
		).Order(ent.Asc(outboxmail.FieldID)).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("notification: read digests: %w", err)
		}
		for _, m := range found {
			if m.DigestDay != nil && *m.DigestDay == days[m.PersonID].day {
				out[m.PersonID] = &m.ID
			}
		}
		if persons = slices.DeleteFunc(slices.Clone(persons), func(p uuid.UUID) bool { return out[p] != nil }); len(persons) == 0 {
			break
		}
	}
	return out, nil
}
