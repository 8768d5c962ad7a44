package reading

import (
	"context"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/ent/generated/ent/threadreading"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/viewer"
)

// State is how a person stands to a discussion.
type State struct {
	Marks
	// Last is the number of the latest message, 0 before the first.
	Last      int
	Attention threadreading.Attention
	// UpdatedAt is when it last changed; nil: never.
	UpdatedAt *time.Time
}

// Unread is how many messages the person has not read.
func (s *State) Unread() int { return s.Marks.Unread(s.Last) }

// FirstUnread is the number of the first message that the person has not read; nil
// if there is none.
func (s *State) FirstUnread() *int {
	if n, ok := s.Marks.FirstUnread(s.Last); ok {
		return &n
	}
	return nil
}

// Of is how the viewer stands to a discussion that the viewer sees; nil for nobody.
// All that were read together are looked up with two statements.
func (s *Service) Of(ctx context.Context, t *ent.Thread) (*State, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return nil, nil //nolint:nilnil // nobody reads nothing
	}
	rows, err := batch.Memo(t.Siblings(), ofViewer{v.Person}, func(all []*ent.Thread) (map[uuid.UUID]*ent.ThreadReading, error) {
		ids := make([]uuid.UUID, len(all))
		for i, t := range all {
			ids[i] = t.ID
		}
		rows, err := s.DB.Client.ThreadReading.Query().
			Where(threadreading.PersonID(v.Person), batch.In(threadreading.FieldThreadID, ids)).All(ctx)
		if err != nil {
			return nil, err
		}
		out := make(map[uuid.UUID]*ent.ThreadReading, len(rows))
		for _, r := range rows {
			out[r.ThreadID] = r
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	return s.seen(ctx, t, stateOf(t, rows[t.ID]))
}

// seen is a state as it is for the viewer: what the viewer does not see, having been
// admitted later without it, counts as read. For all that were read together it is
// looked up with one statement.
func (s *Service) seen(ctx context.Context, t *ent.Thread, state *State) (*State, error) {
	v := viewer.From(ctx)
	hidden, err := batch.Memo(t.Siblings(), hiddenFrom{v.Person}, func(all []*ent.Thread) (map[uuid.UUID]int, error) {
		ids := make([]uuid.UUID, len(all))
		for i, t := range all {
			ids[i] = t.ID
		}
		rows, err := s.DB.Client.ThreadAudience.Query().
			Where(batch.In(threadaudience.FieldThreadID, ids), access.Mine(v)).All(ctx)
		if err != nil {
			return nil, err
		}
		out := make(map[uuid.UUID]int, len(rows))
		for _, r := range rows {
			if before, ok := out[r.ThreadID]; !ok || r.FromNumber < before {
				out[r.ThreadID] = r.FromNumber
			}
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	state.Marks = state.From(hidden[t.ID] + 1)
	return state, nil
}

// hiddenFrom is the name of what siblings keep of what one person does not see.
type hiddenFrom struct{ person uuid.UUID }

// ofViewer is the name of what siblings keep of one person.
type ofViewer struct{ person uuid.UUID }

// stateOf is what the row says of a discussion; nil: there is none yet.
func stateOf(t *ent.Thread, row *ent.ThreadReading) *State {
	out := &State{Last: t.LastNumber, Attention: threadreading.AttentionDefault}
	if row != nil {
		out.Marks, out.Attention, out.UpdatedAt = marksOf(row), row.Attention, &row.UpdatedAt
	}
	return out
}

// marksOf are the marks that a row keeps.
func marksOf(row *ent.ThreadReading) Marks {
	m := Marks{UpTo: row.UpTo}
	for _, r := range row.Ranges {
		m.Ranges = append(m.Ranges, Range{From: r[0], To: r[1]})
	}
	return m
}

// kept are ranges as a row keeps them: never nil, which would be a null.
func kept(rs []Range) [][2]int {
	out := make([][2]int, len(rs))
	for i, r := range rs {
		out[i] = [2]int{r.From, r.To}
	}
	return out
}
