package reading

import (
	"context"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/threadreading"
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
// All that were read together are looked up with one statement.
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
	return stateOf(t, rows[t.ID]), nil
}

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
