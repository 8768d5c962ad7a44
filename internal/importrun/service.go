package importrun

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/filestore"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct {
	*command.Runner

	// Organisation is the identifier under which the ACS reports: only activities
	// reported under it can be taken as its own.
	Organisation string
	// Files keeps the files that are uploaded; nil: nothing can be.
	Files *filestore.Store
	// Limit is how many bytes such a file may have.
	Limit int64
	// Logger is told what the work in the background fails with.
	Logger *slog.Logger

	// patience is how long an unfinished run must stand still until it counts as
	// abandoned.
	patience time.Duration
	// at is told where the work is; an error stops it there. For tests.
	at func(ctx context.Context, step string) error

	// look is how often a node looks for work, abandoned how often a run that a node
	// has must have stood still by then.
	look      time.Duration
	abandoned int
	woken     chan struct{} // there may be work
}

// New makes a service.
func New(r *command.Runner) *Service {
	return &Service{
		Runner: r, Limit: DefaultLimit, Logger: slog.Default(), patience: 2 * time.Second, at: func(context.Context, string) error { return nil },
		look: 500 * time.Millisecond, abandoned: 20, woken: make(chan struct{}, 1),
	}
}

// Progress is how far the work on a run has come.
type Progress struct {
	Run    uuid.UUID
	Status importrun.Status
	// Done and Total count bytes while the file is checked, and activities while it
	// is applied.
	Done, Total int64
}

// report tells progress, if anybody listens.
func report(progress func(Progress), p Progress) {
	if progress != nil {
		progress(p)
	}
}

var errInside = errors.New("importrun: an import is many transactions and cannot be a part of one")

// Import checks a file and applies it. For the Secretariat. If the same file of
// the same dataset was begun before and something stopped it, that run is
// finished, unless another file of the dataset was applied since: then it is checked
// anew. A refused file is no error: the run's status says so. It returns
// CONFLICT while the dataset is being imported elsewhere.
func (s *Service) Import(ctx context.Context, in Source, progress func(Progress)) (*ent.ImportRun, error) {
	if err := allow(ctx); err != nil {
		return nil, err
	}
	print, err := in.fingerprint(ctx)
	if err != nil {
		return nil, err
	}
	run, err := s.DB.Client.ImportRun.Query().
		Where(importrun.DatasetName(print.dataset), importrun.Sha256(print.sum),
			importrun.OnErrorEQ(in.onError()), importrun.Own(in.Own),
			importrun.StatusIn(importrun.StatusChecked, importrun.StatusApplying)).
		Order(ent.Desc(importrun.FieldID)).First(system(ctx))
	over := ent.IsNotFound(err)
	if err == nil && run.Status == importrun.StatusChecked {
		over, err = overtaken(system(ctx), s.DB.Client, run)
	}
	if over {
		run, err = s.check(ctx, in, print, progress)
	}
	if err != nil {
		return nil, err
	}
	if run.Status == importrun.StatusRefused {
		return run, nil
	}
	return s.Apply(ctx, run.ID, progress)
}

// allow passes for the Secretariat and the hub itself, outside of transactions.
func allow(ctx context.Context) error {
	if err := command.Secretariat(ctx); err != nil {
		return err
	}
	if store.InTransaction(ctx) {
		return errInside
	}
	return nil
}

// system is a context in which the hub itself asks: the caller's right was
// checked, and staging is for the hub alone.
func system(ctx context.Context) context.Context { return viewer.With(ctx, viewer.System()) }

// inTx runs one step. The events are the caller's own, what is read is the hub's.
func (s *Service) inTx(ctx context.Context, fn func(ctx context.Context, tx *ent.Client) error) error {
	return store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		return fn(system(ctx), tx)
	})
}

// Summary is what is said of a run at its end, after the name of its file.
func Summary(file string, run *ent.ImportRun) string {
	said := fmt.Sprintf("%s: %d activities (%d new, %d updated, %d unchanged), %d transactions, %d critical, %d errors, %d warnings",
		file, run.Activities, run.Created, run.Updated, run.Unchanged, run.Transactions, run.Critical, run.Errors, run.Warnings)
	if run.LeftOut > 0 {
		said += fmt.Sprintf(", %d left out", run.LeftOut)
	}
	if run.Vanished > 0 {
		said += fmt.Sprintf(", %d vanished", run.Vanished)
	}
	return said
}
