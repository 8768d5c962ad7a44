package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/store"
)

type searchCmd struct {
	Reindex reindexCmd `cmd:"" help:"Index all discussions and messages anew, while the hub serves. Run it again to go on with what was interrupted."`
}

type reindexCmd struct {
	Afresh bool `help:"Begin at the beginning, even if an earlier run was interrupted."`
}

// progressEvery is after how many discussions and messages reindex says how far it
// is.
const progressEvery = 5000

// Run indexes in small transactions and says how far it is.
func (r *reindexCmd) Run(ctx context.Context, t terminal, c *cli) error {
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	s, err := search.New(o.Runner)
	if err != nil {
		return err
	}
	st, err := s.State(ctx)
	if err != nil {
		return err
	}
	if st.Done || r.Afresh {
		if err := s.Restart(ctx); err != nil {
			return err
		}
		st = search.State{}
	}
	if st.Indexed > 0 {
		say(t.err, "going on after %d", st.Indexed)
	}
	for said := st.Indexed; !st.Done; {
		if st, err = s.Rebuild(ctx); err != nil {
			return errors.Join(err, ctx.Err())
		}
		if st.Indexed >= said+progressEvery {
			said = st.Indexed
			say(t.err, "%d indexed", said)
		}
	}
	say(t.out, "%d discussions and messages can be found", st.Indexed)
	return nil
}

// indexOld indexes what was written before there was an index, or under other rules,
// a little at a time: others write meanwhile.
func indexOld(ctx context.Context, log *slog.Logger, o *opened) {
	const pause, afterFault = 50 * time.Millisecond, 10 * time.Second
	s, err := search.New(o.Runner)
	for {
		wait := pause
		var st search.State
		if err == nil {
			st, err = s.State(ctx)
		}
		if err == nil && !st.Done {
			st, err = s.Rebuild(ctx)
		}
		switch {
		case ctx.Err() != nil || err == nil && st.Done:
			return
		case err != nil:
			log.LogAttrs(ctx, slog.LevelWarn, "index what was there", slog.String("cause", err.Error()))
			wait, err = afterFault, nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// searchable says whether everything can be found, and looks for the newest messages
// in the index.
func searchable(ctx context.Context, db *store.DB) (string, error) {
	s := &search.Service{Runner: &command.Runner{DB: db}}
	st, err := s.State(ctx)
	if err != nil {
		return "", err
	}
	missing, err := s.Missing(ctx)
	switch {
	case err != nil:
		return "", err
	case missing > 0:
		return "", fmt.Errorf("%d of the newest messages can't be found: run hub search reindex", missing)
	case !st.Done:
		return fmt.Sprintf("being indexed, %d discussions and messages so far: hub serve goes on with it", st.Indexed), nil
	}
	return "everything is indexed", nil
}
