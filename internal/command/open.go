package command

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/setting"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/personal"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// keySetting is the setting that holds the deployment's key.
const keySetting = "key"

// Open makes a runner on a migrated database. The first time it makes the
// deployment's key; nodes that do so at once agree on one.
func Open(ctx context.Context, db *store.DB, now func() time.Time) (*Runner, error) {
	ctx = viewer.With(ctx, viewer.System())
	var key []byte
	err := store.InTx(ctx, db, func(ctx context.Context, tx *ent.Client) error {
		err := tx.Setting.Create().SetID(keySetting).SetValue(seal.NewKey()).
			OnConflict(sql.ConflictColumns(setting.FieldID), sql.DoNothing()).Exec(ctx)
		if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
			return err
		}
		row, err := tx.Setting.Get(ctx, keySetting)
		if err != nil {
			return err
		}
		key = row.Value
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("command: read the deployment's key: %w", err)
	}
	ids := &id.Maker{} // of the runner's clock alone
	newID := func(k id.Kind) uuid.UUID { return ids.New(k, now()) }
	log, err := eventlog.New(db.Client, key, now, newID)
	if err != nil {
		return nil, err
	}
	own, err := personal.New(db.Client, log, key)
	if err != nil {
		return nil, err
	}
	return &Runner{DB: db, Log: log, Now: now, NewID: newID, Personal: own, Key: key}, nil
}
