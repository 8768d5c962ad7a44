package demo

import (
	"bytes"
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"io"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	entactivity "acs-aec.org/hub/ent/generated/ent/activity"
	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/setting"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// published is the setting that holds something once the bank's files are in and its
// activities belong somewhere.
const published = "demo-bank"

// dataset is what the bank's files are called, one after the other.
const dataset = "demonstration-bank"

// releases are the states of the dataset, the latest last: one activity is in the
// first alone.
var releases = []string{"bank-2024.xml", "bank-2026.xml"}

// publish brings the bank's files in as the officer would, and says where its
// activities belong. It does so once; a world from before there was a bank is left
// as it is. Where another node is at it, it is left to that one.
func publish(ctx context.Context, r *command.Runner, f *facts, w *World) error {
	if _, ok := w.Organisations["DEMO-BANK"]; !ok {
		return nil
	}
	done, err := r.DB.Client.Setting.Query().Where(setting.ID(published)).Exist(viewer.With(ctx, viewer.System()))
	if err != nil || done {
		return err
	}
	v, err := account.New(r).Load(ctx, w.Persons[officer])
	if err != nil {
		return err
	}
	ctx = viewer.With(ctx, v)
	in, err := r.DB.Client.ImportRun.Query().Where(entrun.DatasetName(dataset), entrun.StatusEQ(entrun.StatusApplied)).Count(ctx)
	if err != nil {
		return err
	}
	for _, name := range releases[min(in, len(releases)):] {
		err := release(ctx, r, name)
		var refused *apperr.Error
		if errors.As(err, &refused) && refused.Code == apperr.Conflict {
			return nil // another node is bringing it in
		}
		if err != nil {
			return about("file", name, err)
		}
	}
	return store.InTx(ctx, r.DB, func(ctx context.Context, tx *ent.Client) error {
		mine, err := claim(viewer.With(ctx, viewer.System()), tx)
		if err != nil || !mine {
			return err
		}
		s := activity.New(r)
		for _, b := range f.Money.Belong {
			if err := belong(ctx, tx, s, w, b.Activity, b.Programme, b.Agreement); err != nil {
				return about("activity", b.Activity, err)
			}
		}
		return nil
	})
}

// release brings a file of the bank in.
func release(ctx context.Context, r *command.Runner, name string) error {
	content, err := files.ReadFile("world/" + name)
	if err != nil {
		return err
	}
	run, err := importrun.New(r).Import(ctx, importrun.Source{
		Name: dataset, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	}, nil)
	if err == nil && run.Status == entrun.StatusRefused {
		err = fmt.Errorf("line %d: %s", run.RefusalLine, run.RefusalEn)
	}
	return err
}

// claim says whether nobody has done it before. It waits for a node that just does.
func claim(ctx context.Context, tx *ent.Client) (bool, error) {
	err := tx.Setting.Create().SetID(published).SetValue([]byte{}).OnConflict(sql.ConflictColumns(setting.FieldID), sql.DoNothing()).Exec(ctx)
	if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
		return false, err
	}
	kept, err := tx.Setting.Get(ctx, published)
	if err != nil || len(kept.Value) > 0 {
		return false, err
	}
	return true, tx.Setting.UpdateOne(kept).SetValue([]byte("done")).Exec(ctx)
}

func belong(ctx context.Context, tx *ent.Client, s *activity.Service, w *World, identifier, programme, agreement string) error {
	a, err := tx.Activity.Query().Where(entactivity.IatiIdentifier(identifier)).Only(ctx)
	if err != nil {
		return err
	}
	in := activity.ClassifyInput{ID: a.ID, ExpectedRevision: a.Revision}
	if u := named(w.Programmes, programme); u != nil {
		in.Programme = command.Set(*u)
	}
	if u := named(w.Agreements, agreement); u != nil {
		in.Agreement = command.Set(*u)
	}
	_, _, err = s.Classify(ctx, in)
	return err
}
