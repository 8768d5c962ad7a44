package notification

import (
	"context"
	"log/slog"
	"time"

	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/logreader"
	"acs-aec.org/hub/internal/thread"
)

// ReaderName is the name under which the reader's position is kept.
const ReaderName = "notifications"

const (
	// batchSize is how many events are looked at in one go.
	batchSize = 20
	// batchPersons is how many notifications one transaction is meant to write at
	// most; an event that concerns more persons has a transaction of its own.
	batchPersons = 500
	// pollEvery is how often the log is looked at without a wake-up.
	pollEvery = 500 * time.Millisecond
)

// Reader tells persons of what happens: it reads the log on and fills inboxes and
// the outbox.
type Reader struct {
	*command.Runner
	accounts *account.Service
	threads  *thread.Service
	log      *slog.Logger
	// mails says whether this deployment sends mails; without, there is the inbox
	// alone.
	mails bool
	// fault, in tests, is asked before the transaction commits.
	fault func() error
}

// NewReader makes a reader.
func NewReader(r *command.Runner, log *slog.Logger, mails bool) *Reader {
	return &Reader{Runner: r, accounts: account.New(r), threads: thread.New(r), log: log, mails: mails}
}

// Run reads the log on until ctx is done. Any number of nodes may run it.
func (r *Reader) Run(ctx context.Context) {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		woken := r.Log.Woken()
		if err := r.CatchUp(ctx); err != nil && ctx.Err() == nil {
			r.log.LogAttrs(ctx, slog.LevelWarn, "notifications wait", slog.String("cause", err.Error()))
		}
		select {
		case <-poll.C:
			continue
		default:
		}
		select {
		case <-woken:
		case <-poll.C:
		case <-ctx.Done():
			return
		}
	}
}

// CatchUp reads the log up to its head.
func (r *Reader) CatchUp(ctx context.Context) error {
	from := &logreader.Reader{Name: ReaderName, DB: r.DB, Log: r.Log, Batch: batchSize}
	for ctx.Err() == nil {
		step, err := from.Next(ctx, r.plan)
		if err != nil {
			return err
		}
		switch step {
		case logreader.Idle:
			return nil
		case logreader.Reset:
			r.log.LogAttrs(ctx, slog.LevelWarn, "the position of notifications is not known, as after a restored copy: they go on from now")
		case logreader.Moved:
		}
	}
	return ctx.Err()
}
