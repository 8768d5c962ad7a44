package thread

import (
	"context"
	"crypto/sha256"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/messagerevision"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/reading"
)

// Posting is a message to write.
type Posting struct {
	Thread   uuid.UUID
	Body     string
	Language i18n.Lang
	ReplyTo  *uuid.UUID
}

var msgBody = i18n.Message{EN: "Write something here.", ES: "Escriba algo aquí.", FR: "Écrivez quelque chose ici."}

// text checks the text of a message: 1 to 20,000 characters without outer
// spaces, something to see among them.
func text(s string) (string, error) {
	s = command.Trim(s)
	if s == "" {
		return "", apperr.Invalid("input.body", msgBody)
	}
	return s, command.Fits("input.body", s, bodyLimit)
}

func digest(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// Post writes a message under the next number of its discussion. For persons who
// take part; a closed discussion is a CONFLICT. An answer is to a message of the
// same discussion.
func (s *Service) Post(ctx context.Context, in Posting, key *string) (*ent.Message, command.Receipt, error) {
	author, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if !author.SignedIn() { // the hub itself has nothing to say
		return nil, command.Receipt{}, apperr.ErrSignIn
	}
	if in.Body, err = text(in.Body); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "postMessage", Input: in},
		func(ctx context.Context, tx *ent.Client) (*ent.Message, error) {
			return s.post(ctx, tx, author.Person, in)
		},
		func(m *ent.Message) uuid.UUID { return m.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Message, error) {
			return seen(tx.Message.Get(ctx, u))
		})
}

func (s *Service) post(ctx context.Context, tx *ent.Client, author uuid.UUID, in Posting) (*ent.Message, error) {
	t, err := lock(ctx, tx, in.Thread)
	if err != nil {
		return nil, err
	}
	if !s.CanPost(ctx, t) {
		return nil, command.WrongState(string(t.Status), t.Revision)
	}
	if in.ReplyTo != nil {
		_, err := tx.Message.Query().Where(message.ID(*in.ReplyTo), message.ThreadID(t.ID)).OnlyID(ctx)
		if err != nil {
			return nil, command.AtField("input.replyToId", err)
		}
	}
	now := s.Time()
	m, err := tx.Message.Create().SetID(s.NewID(id.Message)).SetCreatedAt(now).SetUpdatedAt(now).SetThreadID(t.ID).
		SetNumber(t.LastNumber + 1).SetAuthorID(author).SetBody(in.Body).SetLanguage(in.Language).
		SetNillableReplyToID(in.ReplyTo).Save(ctx)
	if err != nil {
		return nil, err
	}
	// A message is no new state of its discussion: the revision stays.
	if err := tx.Thread.UpdateOneID(t.ID).SetLastNumber(m.Number).SetLastMessageAt(now).Exec(ctx); err != nil {
		return nil, err
	}
	if err := reading.New(s.Runner).Wrote(ctx, tx, author, t, m.Number); err != nil {
		return nil, err
	}
	return m, s.tell(ctx, "MessagePosted", t, m.ID, eventlog.Facts{Number: m.Number, Digest: digest(m.Body)})
}

// EditMessage changes a message; the text before is kept. For its author, others
// are FORBIDDEN; a withdrawn message and a closed discussion are a CONFLICT. If
// nothing changes, nothing is written or told.
func (s *Service) EditMessage(ctx context.Context, u uuid.UUID, expected int, body string, language command.Field[i18n.Lang]) (*ent.Message, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if body, err = text(body); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Message, error) {
		m, t, err := lockMessage(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if !wrote(v, m) {
			return nil, apperr.ErrForbidden
		}
		if err := standing(m, expected); err != nil {
			return nil, err
		}
		if t.Status != thread.StatusOpen {
			return nil, command.WrongState(string(t.Status), m.Revision)
		}
		lang, err := language.Or("input.language", m.Language)
		if err != nil {
			return nil, err
		}
		diff := eventlog.Diff{}
		diff.Text("body", body != m.Body)
		diff.Value("language", string(m.Language), string(lang))
		if !diff.Any() {
			return m, nil
		}
		now := s.Time()
		err = tx.MessageRevision.Create().SetID(s.NewID(id.Revision)).SetCreatedAt(now).SetMessageID(m.ID).
			SetNumber(m.Revision).SetLanguage(m.Language).SetBody(m.Body).Exec(ctx)
		if err != nil {
			return nil, err
		}
		m, err = m.Update().SetBody(body).SetLanguage(lang).SetRevision(m.Revision + 1).SetEditedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return nil, err
		}
		return m, s.tell(ctx, "MessageEdited", t, m.ID, eventlog.Facts{Number: m.Number, Digest: digest(m.Body), Changes: diff.Changes})
	})
}

// Withdraw erases every text of a message for good, its translations too; that it
// was there stays. For its author and the Secretariat, also in a closed discussion; others are
// FORBIDDEN. A withdrawn message is a CONFLICT.
func (s *Service) Withdraw(ctx context.Context, u uuid.UUID, expected int, reason *string) (*ent.Message, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	why, err := command.Optional("input.reason", reason, reasonLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Message, error) {
		m, t, err := lockMessage(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if !withdraws(v, m) {
			return nil, apperr.ErrForbidden
		}
		if err := standing(m, expected); err != nil {
			return nil, err
		}
		if err := tx.MessageRevision.Update().Where(messagerevision.MessageID(m.ID)).SetBody("").Exec(ctx); err != nil {
			return nil, err
		}
		if err := s.eraseTranslations(ctx, tx, m); err != nil {
			return nil, err
		}
		now := s.Time()
		update := m.Update().SetBody("").SetWithdrawnAt(now).SetWithdrawalReason(why).SetRevision(m.Revision + 1).SetUpdatedAt(now)
		if v.SignedIn() {
			update.SetWithdrawnByID(v.Person)
		}
		if m, err = update.Save(ctx); err != nil {
			return nil, err
		}
		return m, s.tell(ctx, "MessageWithdrawn", t, m.ID, eventlog.Facts{Number: m.Number})
	})
}

// standing refuses a change of a message that was withdrawn, or that was made on
// another revision than the current one.
func standing(m *ent.Message, expected int) error {
	if err := command.Unchanged(m.Revision, expected); err != nil {
		return err
	}
	if m.WithdrawnAt != nil {
		return command.WrongState("WITHDRAWN", m.Revision)
	}
	return nil
}

// Typing is the discussion in which somebody is writing: for who may post there
// now. A closed one is CONFLICT. Nothing is kept of it.
func (s *Service) Typing(ctx context.Context, u uuid.UUID) (*ent.Thread, error) {
	if author, err := command.SignedIn(ctx); err != nil || !author.SignedIn() {
		return nil, apperr.ErrSignIn
	}
	t, err := s.DB.Client.Thread.Get(ctx, u)
	if err != nil {
		return nil, command.Found(err)
	}
	if !s.CanPost(ctx, t) {
		return nil, command.WrongState(string(t.Status), t.Revision)
	}
	return t, nil
}
