package main

import (
	"context"
	"log/slog"
	"time"

	"acs-aec.org/hub/internal/funding"
)

// countOld takes the money that was there before there were sums into them, a little
// at a time: others write meanwhile.
func countOld(ctx context.Context, log *slog.Logger, s *funding.Service) {
	const pause, afterFault = 2 * time.Millisecond, 10 * time.Second
	for {
		wait := pause
		more, err := s.Count(ctx)
		switch {
		case ctx.Err() != nil || err == nil && !more:
			return
		case err != nil:
			log.LogAttrs(ctx, slog.LevelWarn, "count the money that was there", slog.String("cause", err.Error()))
			wait = afterFault
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
