package eventlog

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/viewer"
)

// Tail reads the next events after a position with one statement, at most limit
// of them, oldest first and without a gap. known is false if the position is not
// one of this log: then the past is gone, and no events are given.
//
// It reads as the hub itself, whoever asks: what it gives is for a reader that
// checks the rights of those to whom it passes events on.
func (l *Log) Tail(ctx context.Context, after Position, limit int) (entries []*ent.LogEntry, known bool, err error) {
	if limit < 1 {
		return nil, false, fmt.Errorf("eventlog: a tail of %d events: ask for at least one", limit)
	}
	if after.Seq < 0 || after.Seq == 0 && after.Tag != uuid.Nil {
		return nil, false, nil
	}
	entries, err = l.client.LogEntry.Query().Where(logentry.SeqGTE(after.Seq)).Order(ent.Asc(logentry.FieldSeq)).
		Limit(limit + 1).All(viewer.With(ctx, viewer.System()))
	if err != nil {
		return nil, false, fmt.Errorf("eventlog: read the tail: %w", err)
	}
	if after.Seq > 0 {
		if len(entries) == 0 || entries[0].Seq != after.Seq || entries[0].ID != after.Tag {
			return nil, false, nil
		}
		entries = entries[1:]
	}
	entries = entries[:min(limit, len(entries))]
	for i, e := range entries {
		if want := after.Seq + int64(i) + 1; e.Seq != want {
			return nil, false, fmt.Errorf("eventlog: event %d is missing before %d: the log was changed from outside, restore a copy of the database", want, e.Seq)
		}
	}
	return entries, true, nil
}

// Page reads the events of a scope after one number and up to another, at most
// limit of them, oldest first: those that the viewer may see today. Whether the
// viewer may see the scope is asked with Visible.
func (l *Log) Page(ctx context.Context, scope Scope, after, upTo int64, limit int) ([]*ent.LogEntry, error) {
	entries, err := l.client.LogEntry.Query().
		Where(logentry.SeqGT(after), logentry.SeqLTE(upTo), scope.predicate()).
		Order(ent.Asc(logentry.FieldSeq)).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("eventlog: read: %w", err)
	}
	return batch.Join(entries), nil
}
