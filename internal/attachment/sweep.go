package attachment

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/ent/generated/ent/storedfile"
	"acs-aec.org/hub/internal/store"
)

const (
	sweepEvery  = 5 * time.Second
	sweepAtOnce = 50
	// erasePause is how long a file is left alone by others while one erases it, and
	// how long after a failure, longer after each, it is tried again.
	erasePause, longestPause = time.Minute, time.Hour
)

// Work erases what is due, asks the scanner about what waits for it, and takes files
// away that were in no message for 24 hours, until ctx is done. Any number of nodes
// may do so at once.
func (s *Service) Work(ctx context.Context) {
	if s.o.Files == nil {
		return
	}
	for tick := time.NewTicker(sweepEvery); ; {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.o.Logger.LogAttrs(ctx, slog.LevelWarn, "looking after files", slog.String("cause", err.Error()))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			tick.Stop()
			return
		}
	}
}

// Sweep does once what Work does again and again.
func (s *Service) Sweep(ctx context.Context) error {
	ctx = system(ctx)
	return errors.Join(s.expire(ctx), s.rescan(ctx), s.erase(ctx))
}

// expire takes files away that were in no message for 24 hours. One that is posted
// meanwhile stays: who is first wins, by the lock of its row.
func (s *Service) expire(ctx context.Context) error {
	for {
		n := 0
		err := store.InTx(ctx, s.DB, func(ctx context.Context, tx *ent.Client) error {
			rows, err := tx.Attachment.Query().Where(
				attachment.StatusIn(attachment.StatusPending, attachment.StatusRefused), attachment.CreatedAtLT(s.Time().Add(-pendingLife)),
				attachment.DraftIDIsNil(),
			).Order(ent.Asc(attachment.FieldID)).Limit(sweepAtOnce).All(ctx)
			n = len(rows)
			if err != nil {
				return err
			}
			for _, a := range rows {
				gone, err := tx.Attachment.Delete().Where(attachment.ID(a.ID), attachment.MessageIDIsNil(), attachment.DraftIDIsNil()).Exec(ctx)
				if err != nil {
					return err
				}
				if gone == 0 || a.FileKey == "" {
					continue
				}
				if err := doom(ctx, tx, s.Time(), a.FileKey); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || n < sweepAtOnce {
			return err
		}
	}
}

// erase erases files that are due, each in steps of its own.
func (s *Service) erase(ctx context.Context) error {
	var failed error
	for {
		due, err := s.DB.Client.StoredFile.Query().Where(storedfile.EraseAtLTE(s.Time())).
			Order(ent.Asc(storedfile.FieldEraseAt, storedfile.FieldID)).Limit(sweepAtOnce).IDs(ctx)
		if err != nil {
			return errors.Join(failed, err)
		}
		for _, key := range due {
			if err := s.eraseOne(ctx, key); err != nil {
				failed = errors.Join(failed, err)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		if len(due) < sweepAtOnce || failed != nil {
			return failed
		}
	}
}

// eraseOne erases a file that is due. The row goes last: a process that dies between
// leaves it to be done again. What fails is put off.
func (s *Service) eraseOne(ctx context.Context, key string) error {
	now := s.Time()
	mine := false
	err := store.InTx(ctx, s.DB, func(ctx context.Context, tx *ent.Client) error {
		n, err := tx.StoredFile.Update().Where(storedfile.ID(key), storedfile.EraseAtLTE(now)).SetEraseAt(now.Add(erasePause)).Save(ctx)
		mine = n == 1
		return err
	})
	if err != nil || !mine {
		return err
	}
	failed := s.o.Files.Delete(ctx, key)
	return errors.Join(failed, store.InTx(ctx, s.DB, func(ctx context.Context, tx *ent.Client) error {
		if failed == nil {
			_, err := tx.StoredFile.Delete().Where(storedfile.ID(key), storedfile.EraseAtNotNil()).Exec(ctx)
			return err
		}
		row, err := tx.StoredFile.Get(ctx, key)
		if err != nil {
			return err
		}
		pause := min(erasePause<<min(row.Failures, 10), longestPause)
		return row.Update().SetFailures(row.Failures + 1).SetEraseAt(now.Add(pause)).Exec(ctx)
	}))
}
