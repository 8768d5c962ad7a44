package thread

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/messagereaction"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// AddReaction gives a message a sign of the viewer. For persons who take part; a
// closed discussion and a withdrawn message are a CONFLICT. If it is there already,
// nothing is written or told.
func (s *Service) AddReaction(ctx context.Context, u uuid.UUID, kind messagereaction.Kind) (*ent.Message, command.Receipt, error) {
	return s.react(ctx, u, func(ctx context.Context, tx *ent.Client, v *viewer.Viewer, m *ent.Message, t *ent.Thread, there bool) error {
		if there {
			return nil
		}
		err := tx.MessageReaction.Create().SetID(s.NewID(id.Reaction)).SetCreatedAt(s.Time()).
			SetMessageID(m.ID).SetPersonID(v.Person).SetKind(kind).Exec(ctx)
		if err != nil {
			return err
		}
		return s.tell(ctx, "ReactionAdded", t, m.ID, eventlog.Facts{Number: m.Number, To: string(kind)})
	}, kind)
}

// RemoveReaction takes the viewer's sign back. For persons who take part; a closed
// discussion and a withdrawn message are a CONFLICT. If it is not there, nothing is
// written or told.
func (s *Service) RemoveReaction(ctx context.Context, u uuid.UUID, kind messagereaction.Kind) (*ent.Message, command.Receipt, error) {
	return s.react(ctx, u, func(ctx context.Context, tx *ent.Client, v *viewer.Viewer, m *ent.Message, t *ent.Thread, there bool) error {
		if !there {
			return nil
		}
		_, err := tx.MessageReaction.Delete().Where(own(m.ID, v.Person, kind)).Exec(ctx)
		if err != nil {
			return err
		}
		return s.tell(ctx, "ReactionRemoved", t, m.ID, eventlog.Facts{Number: m.Number, From: string(kind)})
	}, kind)
}

func own(m, p uuid.UUID, kind messagereaction.Kind) func(*sql.Selector) {
	return messagereaction.And(messagereaction.MessageID(m), messagereaction.PersonID(p), messagereaction.KindEQ(kind))
}

func (s *Service) react(ctx context.Context, u uuid.UUID,
	do func(ctx context.Context, tx *ent.Client, v *viewer.Viewer, m *ent.Message, t *ent.Thread, there bool) error, kind messagereaction.Kind,
) (*ent.Message, command.Receipt, error) {
	v, err := writer(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Message, error) {
		m, t, err := lockMessage(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if m.WithdrawnAt != nil {
			return nil, command.WrongState("WITHDRAWN", m.Revision)
		}
		if t.Status != thread.StatusOpen {
			return nil, command.WrongState(string(t.Status), m.Revision)
		}
		there, err := tx.MessageReaction.Query().Where(own(m.ID, v.Person, kind)).Exist(ctx)
		if err != nil {
			return nil, err
		}
		return m, do(ctx, tx, v, m, t, there)
	})
}

// CanReact says whether the viewer may give the message a sign now.
func (s *Service) CanReact(ctx context.Context, m *ent.Message) (bool, error) {
	if !viewer.From(ctx).SignedIn() || m.WithdrawnAt != nil {
		return false, nil
	}
	t, err := m.Thread(ctx)
	return t != nil && t.Status == thread.StatusOpen, err
}

// Reactions are the signs of one kind that a message has.
type Reactions struct {
	Message *ent.Message
	Kind    messagereaction.Kind
	Count   int
}

// kinds are the kinds of reactions in their order.
var kinds = []messagereaction.Kind{
	messagereaction.KindThanks, messagereaction.KindNoted, messagereaction.KindImportant, messagereaction.KindQuestion, messagereaction.KindWellDone,
}

// ofKind names the reactions of a kind of a message.
type ofKind struct {
	message uuid.UUID
	kind    messagereaction.Kind
}

// ReactionsTo are the reactions to a message, without kinds that nobody chose. They
// are counted once for all messages that were read together.
func (s *Service) ReactionsTo(ctx context.Context, m *ent.Message) ([]*Reactions, error) {
	counts, err := batch.Memo(m.Siblings(), "reactions", func(rows []*ent.Message) (map[ofKind]int, error) {
		var found []struct {
			Message uuid.UUID            `sql:"message_id"`
			Kind    messagereaction.Kind `sql:"kind"`
			N       int                  `sql:"n"`
		}
		err := s.DB.Client.MessageReaction.Query().Where(batch.In(messagereaction.FieldMessageID, idsOf(rows))).Modify(func(sel *sql.Selector) {
			sel.Select(sel.C(messagereaction.FieldMessageID), sel.C(messagereaction.FieldKind), sql.As(sql.Count("*"), "n")).
				GroupBy(sel.C(messagereaction.FieldMessageID), sel.C(messagereaction.FieldKind))
		}).Scan(ctx, &found)
		out := make(map[ofKind]int, len(found))
		for _, f := range found {
			out[ofKind{f.Message, f.Kind}] = f.N
		}
		return out, err
	})
	if err != nil {
		return nil, err
	}
	out := []*Reactions{}
	for _, k := range kinds {
		if n := counts[ofKind{m.ID, k}]; n > 0 {
			out = append(out, &Reactions{m, k, n})
		}
	}
	return out, nil
}

// Own says whether the viewer is among those who reacted so. It is read once for all
// messages that were read together.
func (s *Service) Own(ctx context.Context, r *Reactions) (bool, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return false, nil
	}
	mine, err := batch.Memo(r.Message.Siblings(), "own reactions", func(rows []*ent.Message) (map[ofKind]bool, error) {
		found, err := s.DB.Client.MessageReaction.Query().
			Where(batch.In(messagereaction.FieldMessageID, idsOf(rows)), messagereaction.PersonID(v.Person)).All(ctx)
		out := make(map[ofKind]bool, len(found))
		for _, f := range found {
			out[ofKind{f.MessageID, f.Kind}] = true
		}
		return out, err
	})
	return mine[ofKind{r.Message.ID, r.Kind}], err
}

// ReactingLimit is how many of those who reacted are named at most.
const ReactingLimit = 50

// Reacting are the first n of those who reacted so, as far as the viewer may see
// them. They are read once for all messages that were read together.
func (s *Service) Reacting(ctx context.Context, r *Reactions, n int) ([]*ent.Person, error) {
	viewer.Differs(ctx) // an audience does not see all whom its members see
	type key struct{ first int }
	found, err := batch.Memo(r.Message.Siblings(), key{n}, func(rows []*ent.Message) (map[ofKind][]*ent.Person, error) {
		first, err := s.firstReacting(ctx, idsOf(rows), n)
		if err != nil {
			return nil, err
		}
		var ids []uuid.UUID
		for _, f := range first {
			ids = append(ids, f.Person)
		}
		people, err := s.DB.Client.Person.Query().Where(batch.In(person.FieldID, ids)).All(ctx)
		if err != nil {
			return nil, err
		}
		known := map[uuid.UUID]*ent.Person{}
		for _, p := range batch.Join(people) {
			known[p.ID] = p
		}
		out := map[ofKind][]*ent.Person{}
		for _, f := range first {
			if p := known[f.Person]; p != nil {
				out[ofKind{f.Message, f.Kind}] = append(out[ofKind{f.Message, f.Kind}], p)
			}
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	if some := found[ofKind{r.Message.ID, r.Kind}]; some != nil {
		return some, nil
	}
	return []*ent.Person{}, nil
}

type reacting struct {
	Message uuid.UUID            `sql:"message_id"`
	Person  uuid.UUID            `sql:"person_id"`
	Kind    messagereaction.Kind `sql:"kind"`
}

// firstReacting are the first n of each kind of each message.
func (s *Service) firstReacting(ctx context.Context, messages []uuid.UUID, n int) ([]reacting, error) {
	var out []reacting
	err := s.DB.Client.MessageReaction.Query().Modify(func(sel *sql.Selector) {
		d := sql.Dialect(sel.Dialect())
		rows := d.Table(messagereaction.Table).As("all_reactions")
		inner := d.Select(rows.C(messagereaction.FieldID), rows.C(messagereaction.FieldMessageID), rows.C(messagereaction.FieldPersonID), rows.C(messagereaction.FieldKind)).
			From(rows).Where(batch.InP(rows.C(messagereaction.FieldMessageID), messages))
		inner.AppendSelectExprAs(sql.RowNumber().PartitionBy(rows.C(messagereaction.FieldMessageID), rows.C(messagereaction.FieldKind)).
			OrderBy(rows.C(messagereaction.FieldID)), "place")
		ranked := d.Table("ranked_reactions").As(messagereaction.Table)
		// The policy restricts what is left.
		*sel = *d.Select(ranked.C(messagereaction.FieldMessageID), ranked.C(messagereaction.FieldPersonID), ranked.C(messagereaction.FieldKind)).
			From(ranked).Where(sql.LTE(ranked.C("place"), n)).OrderBy(ranked.C(messagereaction.FieldID)).
			Prefix(d.With("ranked_reactions").As(inner))
	}).Scan(ctx, &out)
	return out, err
}

func idsOf(rows []*ent.Message) []uuid.UUID {
	out := make([]uuid.UUID, len(rows))
	for i, m := range rows {
		out[i] = m.ID
	}
	return out
}
