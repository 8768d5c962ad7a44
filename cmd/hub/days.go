package main

import (
	"context"
	"log/slog"
	"time"

	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/informationrequest"
	"acs-aec.org/hub/internal/notice"
	"acs-aec.org/hub/internal/opportunity"
	"acs-aec.org/hub/internal/thread"
)

// passTime tells of what days that came or passed have done to seats and posts, to
// notices, to requests for information, to funding opportunities and to what is kept for a time: at once, every minute, and when a day
// begins in Port of Spain, until ctx is done.
func passTime(ctx context.Context, log *slog.Logger, o *opened) {
	steps := []struct {
		what string
		pass func(context.Context) error
	}{
		{"telling of seats and posts that begin and end", body.New(o.Runner).PassTime},
		{"telling of notices that nobody acknowledged in time", notice.New(o.Runner).PassTime},
		{"erasing what is kept no longer", thread.New(o.Runner).EraseDue},
		{"telling of requests that nobody answered in time", informationrequest.New(o.Runner).PassTime},
		{"closing of opportunities whose day has passed", opportunity.New(o.Runner).PassTime},
	}
	for {
		for _, step := range steps {
			if err := step.pass(ctx); err != nil && ctx.Err() == nil {
				log.LogAttrs(ctx, slog.LevelWarn, step.what, slog.String("cause", err.Error()))
			}
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
