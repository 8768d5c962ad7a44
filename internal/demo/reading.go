package demo

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent/threadreading"
	"acs-aec.org/hub/internal/reading"
)

// readings are how far people have read: whoever wrote has read what was said
// before. Who opened a discussion follows it.
func (m *maker) readings(ctx context.Context) error {
	s := reading.New(m.Runner)
	for _, t := range m.facts.Threads {
		latest := map[string]int{}
		for i, what := range t.Messages {
			latest[what.By] = i + 1
		}
		for i, what := range t.Messages {
			n := i + 1
			if latest[what.By] != n {
				continue
			}
			if _, _, err := s.MarkRead(m.as(ctx, what.By), m.world.Threads[t.Key], reading.Reading{UpTo: &n}); err != nil {
				return about("reading of", t.Key, err)
			}
		}
		if latest[t.OpenedBy] == 0 {
			continue // who opened it may not be of its audience
		}
		if _, _, err := s.Attend(m.as(ctx, t.OpenedBy), m.world.Threads[t.Key], threadreading.AttentionFollowing); err != nil {
			return about("reading of", t.Key, err)
		}
	}
	return nil
}
