package viewer

import (
	"context"
	"sync/atomic"

	"github.com/google/uuid"
)

// Audience is all who may see an event, asking together: it may read what each of them may read. It
// is neither a person nor the hub itself, and has no seat, organisation or language. Whoever asks it
// for one gets none, and the audience remembers: what was made meanwhile may differ between its
// members, and must be made for each of them.
type Audience struct {
	thread     uuid.UUID
	from       int
	individual atomic.Bool
}

// ForAudience is the viewer that stands for all who take part in a thread, or, with uuid.Nil, for
// everybody. from is the number of the last message that not all of them see, 0 if they see all.
func ForAudience(thread uuid.UUID, from int) *Viewer {
	return &Viewer{audience: &Audience{thread: thread, from: from}}
}

// Audience is the audience that asks, nil if a person, nobody or the hub itself does.
func (v *Viewer) Audience() *Audience {
	if v == nil {
		return nil
	}
	return v.audience
}

// Thread is the thread whose audience it is, uuid.Nil for everybody.
func (a *Audience) Thread() uuid.UUID { return a.thread }

// From is the number of the last message of the thread that not all members see: what each of them
// sees comes after it.
func (a *Audience) From() int { return a.from }

// Individual says whether something was asked since the beginning that may differ between the members.
func (a *Audience) Individual() bool { return a.individual.Load() }

// Differs notes that the members of the audience that asks in the context, if one does, may see
// something differently.
func Differs(ctx context.Context) { Reading(ctx).asked() }

func (v *Viewer) asked() {
	if v != nil && v.audience != nil {
		v.audience.individual.Store(true)
	}
}
