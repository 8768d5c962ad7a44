package main

import (
	"context"
	"log/slog"
	"time"

	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/date"
)

// passTime tells of the seats and posts whose days have come or passed: at once,
// every minute, and when a day begins in Port of Spain, until ctx is done.
func passTime(ctx context.Context, log *slog.Logger, o *opened) {
	bodies := body.New(o.Runner)
	for {
		if err := bodies.PassTime(ctx); err != nil && ctx.Err() == nil {
			log.LogAttrs(ctx, slog.LevelWarn, "telling of seats and posts that begin and end", slog.String("cause", err.Error()))
		}
		pause := time.NewTimer(min(time.Minute, untilTomorrow(o.Now())))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return
		}
	}
}

// untilTomorrow is how long the day lasts in Port of Spain.
func untilTomorrow(now time.Time) time.Duration {
	tomorrow, err := date.Of(now.Add(24 * time.Hour)).Start()
	if err != nil { // what Of gives is a date
		return time.Minute
	}
	return tomorrow.Sub(now)
}
