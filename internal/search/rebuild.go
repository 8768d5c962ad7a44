package search

import (
	"context"
	stdsql "database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/messagetranslation"
	"acs-aec.org/hub/ent/generated/ent/searchdocument"
	"acs-aec.org/hub/ent/generated/ent/setting"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/store"
)

// indexVersion is counted up when the rules for words change: documents are made
// anew then.
const indexVersion = 1

// settingName is the setting that says how far the documents go.
const settingName = "search"

// State is how far what was there before is indexed.
type State struct {
	Version int  `json:"version"`
	Done    bool `json:"done"`
	// Threads says that the discussions are indexed, down to the oldest.
	Threads bool `json:"threads,omitempty"`
	// Mark is the last one that was indexed, of the discussions or of the messages;
	// nil before the first.
	Mark *uuid.UUID `json:"mark,omitempty"`
	// At is when that was written.
	At time.Time `json:"at,omitzero"`
	// Indexed counts discussions and messages.
	Indexed int `json:"indexed,omitempty"`
}

// State reads how far the documents go.
func (s *Service) State(ctx context.Context) (State, error) {
	row, err := s.DB.Client.Setting.Query().Where(setting.ID(settingName)).Only(system(ctx))
	if ent.IsNotFound(err) {
		return State{}, nil
	}
	if err != nil {
		return State{}, fmt.Errorf("search: read how far it is: %w", err)
	}
	return stateOf(row)
}

func stateOf(row *ent.Setting) (State, error) {
	var st State
	if err := json.Unmarshal(row.Value, &st); err != nil {
		return State{}, fmt.Errorf("search: read how far it is: %w", err)
	}
	if st.Version != indexVersion {
		return State{}, nil
	}
	return st, nil
}

// Since is since when everything can be found; nil if everything can. What was
// written on that day may be missing: it is told by the day, not by the message.
func (s *Service) Since(ctx context.Context) (*time.Time, error) {
	st, err := s.State(ctx)
	if err != nil || st.Done {
		return nil, err
	}
	since := st.At
	if !st.Threads || st.Mark == nil {
		since = s.Time()
	}
	const day = 24 * time.Hour
	since = since.Truncate(day).Add(day)
	return &since, nil
}

// rebuildAtOnce is how many discussions or messages one transaction indexes.
const rebuildAtOnce = 100

// Restart lets Rebuild begin anew.
func (s *Service) Restart(ctx context.Context) error {
	return store.InTx(system(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		if _, err := lockState(ctx, tx); err != nil {
			return err
		}
		return keepState(ctx, tx, State{})
	})
}

// Rebuild indexes some of what is not indexed yet, the newest first, in one small
// transaction, and says how far it is. Several nodes may do so at once. What one
// leaves undone, another goes on with.
func (s *Service) Rebuild(ctx context.Context) (State, error) {
	var st State
	err := store.InTx(system(ctx), s.DB, func(ctx context.Context, tx *ent.Client) (err error) {
		if st, err = lockState(ctx, tx); err != nil || st.Done {
			return err
		}
		st.Version = indexVersion
		if st.Threads {
			err = rebuildMessages(ctx, tx, &st)
		} else {
			err = rebuildThreads(ctx, tx, &st)
		}
		if err != nil {
			return err
		}
		return keepState(ctx, tx, st)
	})
	if err != nil {
		return st, fmt.Errorf("search: index what is there: %w", err)
	}
	return st, nil
}

// lockState reads the state and keeps other nodes from going on meanwhile.
func lockState(ctx context.Context, tx *ent.Client) (State, error) {
	err := tx.Setting.Create().SetID(settingName).SetValue([]byte("{}")).
		OnConflict(sql.ConflictColumns(setting.FieldID), sql.DoNothing()).Exec(ctx)
	if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
		return State{}, err
	}
	row, err := tx.Setting.Query().Where(setting.ID(settingName), store.Locked(tx)).Only(ctx)
	if err != nil {
		return State{}, err
	}
	return stateOf(row)
}

func keepState(ctx context.Context, tx *ent.Client, st State) error {
	raw, err := json.Marshal(st)
	if err != nil {
		return err
	}
	return tx.Setting.UpdateOneID(settingName).SetValue(raw).Exec(ctx)
}

func rebuildThreads(ctx context.Context, tx *ent.Client, st *State) error {
	q := tx.Thread.Query().Order(ent.Desc(thread.FieldID)).Limit(rebuildAtOnce)
	if st.Mark != nil {
		q.Where(thread.IDLT(*st.Mark))
	}
	ids, err := q.IDs(ctx)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		st.Threads, st.Mark = true, nil
		return nil
	}
	rows, err := lockThreads(ctx, tx, ids)
	if err != nil {
		return err
	}
	st.Mark, st.Indexed = &ids[len(ids)-1], st.Indexed+len(ids)
	return threads(ctx, tx, rows)
}

// lockThreads locks discussions in the order of their identifiers, as all do.
func lockThreads(ctx context.Context, tx *ent.Client, ids []uuid.UUID) ([]*ent.Thread, error) {
	return tx.Thread.Query().Where(batch.In(thread.FieldID, ids), store.Locked(tx)).Order(batch.ByID).All(ctx)
}

func rebuildMessages(ctx context.Context, tx *ent.Client, st *State) error {
	q := tx.Message.Query().Order(ent.Desc(message.FieldID)).Limit(rebuildAtOnce).Select(message.FieldID, message.FieldThreadID)
	if st.Mark != nil {
		q.Where(message.IDLT(*st.Mark))
	}
	rows, err := q.All(ctx)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		st.Done, st.Mark = true, nil
		return nil
	}
	ids, in := make([]uuid.UUID, len(rows)), make([]uuid.UUID, len(rows))
	for i, m := range rows {
		ids[i], in[i] = m.ID, m.ThreadID
	}
	slices.SortFunc(in, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	if _, err := lockThreads(ctx, tx, slices.Compact(in)); err != nil {
		return err
	}
	// Only now nothing of them changes any more.
	rows, err = tx.Message.Query().Where(batch.In(message.FieldID, ids), message.WithdrawnAtIsNil()).All(ctx)
	if err != nil {
		return err
	}
	official, err := tx.MessageTranslation.Query().Where(
		batch.In(messagetranslation.FieldMessageID, ids), messagetranslation.StatusEQ(messagetranslation.StatusOfficial),
	).All(ctx)
	if err != nil {
		return err
	}
	files, err := attachments(ctx, tx, ids...)
	if err != nil {
		return err
	}
	attached := map[uuid.UUID][]*ent.Attachment{}
	for _, f := range files {
		attached[*f.MessageID] = append(attached[*f.MessageID], f)
	}
	of := map[uuid.UUID][]*ent.MessageTranslation{}
	for _, t := range official {
		of[t.MessageID] = append(of[t.MessageID], t)
	}
	for _, m := range rows {
		if err := put(ctx, tx, messageDocument(m, of[m.ID], attached[m.ID])); err != nil {
			return err
		}
		if at := m.CreatedAt; st.At.IsZero() || at.Before(st.At) {
			st.At = at
		}
	}
	st.Mark, st.Indexed = &ids[len(ids)-1], st.Indexed+len(ids)
	return nil
}

// checkedAtOnce is how many messages Missing looks for.
const checkedAtOnce = 200

// Missing is how many of the newest messages, of those that should be found, are not
// in the documents.
func (s *Service) Missing(ctx context.Context) (int, error) {
	ctx = system(ctx)
	st, err := s.State(ctx)
	if err != nil || !st.Done {
		return 0, err
	}
	ids, err := s.DB.Client.Message.Query().Where(message.WithdrawnAtIsNil()).Order(ent.Desc(message.FieldID)).Limit(checkedAtOnce).IDs(ctx)
	if err != nil {
		return 0, fmt.Errorf("search: read messages: %w", err)
	}
	found, err := s.DB.Client.SearchDocument.Query().Where(batch.In(searchdocument.FieldSourceID, ids)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("search: look for messages: %w", err)
	}
	return max(len(ids)-found, 0), nil
}
