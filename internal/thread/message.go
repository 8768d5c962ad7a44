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
	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/reading"
	"acs-aec.org/hub/internal/retention"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/viewer"
)

// Posting is a message to write.
type Posting struct {
	Thread   uuid.UUID
	Body     string
	Language i18n.Lang
	// ReplyTo is the message that it answers. An answer to an answer is one to the
	// first message.
	ReplyTo *uuid.UUID

	Quotes []Quoting `json:",omitempty"`
	// Mentions are persons, bodies and countries.
	Mentions []uuid.UUID `json:",omitempty"`
	// Attachments are the author's own files for the discussion, in their order.
	Attachments []uuid.UUID `json:",omitempty"`
	// ByMail says that it came by mail.
	ByMail bool `json:",omitempty"`
}

func (p Posting) via() message.Via {
	if p.ByMail {
		return message.ViaMail
	}
	return message.ViaAPI
}

// Posted is what came of a posting: a message, or what is held of a partner.
// Neither is there for who may not see it any more.
type Posted struct {
	Message *ent.Message
	Held    *ent.MessageDraft
}

// Unwrap makes the rows ready for use outside of the transaction.
func (p *Posted) Unwrap() *Posted {
	if p.Message != nil {
		p.Message.Unwrap()
	}
	if p.Held != nil {
		p.Held.Unwrap()
	}
	return p
}

func (p *Posted) id() uuid.UUID {
	if p.Held != nil {
		return p.Held.ID
	}
	return p.Message.ID
}

// postedBefore is what came of a posting whose key is used again.
func postedBefore(ctx context.Context, tx *ent.Client, u uuid.UUID) (*Posted, error) {
	var p Posted
	var err error
	if id.KindOf(u) == id.Draft {
		p.Held, err = seen(tx.MessageDraft.Get(ctx, u))
	} else {
		p.Message, err = seen(tx.Message.Get(ctx, u))
	}
	return &p, err
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

// Post is Submit for who is not held: of a posting that is held there is no
// message.
func (s *Service) Post(ctx context.Context, in Posting, key *string) (*ent.Message, command.Receipt, error) {
	p, rec, err := s.Submit(ctx, in, key)
	if err != nil {
		return nil, rec, err
	}
	return p.Message, rec, nil
}

// Submit writes a message under the next number of its discussion, or holds it for
// the Secretariat, as the discussion does with what partners write. For persons who
// take part; a closed discussion is a CONFLICT. An answer is to a message of the
// same discussion, and a quotation of one; who is mentioned takes part in it: else
// it is an INVALID_INPUT.
func (s *Service) Submit(ctx context.Context, in Posting, key *string) (*Posted, command.Receipt, error) {
	author, err := writer(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if in.Body, err = text(in.Body); err != nil {
		return nil, command.Receipt{}, err
	}
	if err := attachment.CheckList(in.Attachments); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "postMessage", Input: in},
		func(ctx context.Context, tx *ent.Client) (*Posted, error) { return s.submit(ctx, tx, author, in) },
		(*Posted).id, postedBefore)
}

// writer is the person who writes; the hub itself has nothing to say.
func writer(ctx context.Context) (*viewer.Viewer, error) {
	v, err := command.SignedIn(ctx)
	if err == nil && !v.SignedIn() {
		err = apperr.ErrSignIn
	}
	return v, err
}

func (s *Service) submit(ctx context.Context, tx *ent.Client, author *viewer.Viewer, in Posting) (*Posted, error) {
	t, err := lock(ctx, tx, in.Thread)
	if err != nil {
		return nil, err
	}
	if !s.CanPost(ctx, t) {
		return nil, command.WrongState(string(t.Status), t.Revision)
	}
	parts, err := s.check(ctx, tx, t, uuid.Nil, in)
	if err != nil {
		return nil, err
	}
	holds, err := held(ctx, tx, author, t)
	if err != nil {
		return nil, err
	}
	if holds {
		d, err := s.hold(ctx, tx, t, author, in, parts)
		return &Posted{Held: d}, err
	}
	m, err := s.write(ctx, tx, t, author.Person, in, parts)
	return &Posted{Message: m}, err
}

// write writes a message under the next number and tells it. What is said in it was
// checked, and the discussion is locked.
func (s *Service) write(ctx context.Context, tx *ent.Client, t *ent.Thread, author uuid.UUID, in Posting, parts parts) (*ent.Message, error) {
	now := s.Time()
	m, err := tx.Message.Create().SetID(s.NewID(id.Message)).SetCreatedAt(now).SetUpdatedAt(now).SetThreadID(t.ID).
		SetNumber(t.LastNumber + 1).SetAuthorID(author).SetBody(in.Body).SetLanguage(in.Language).SetVia(in.via()).
		SetNillableReplyToID(parts.replyTo).Save(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.keep(ctx, tx, place{message: &m.ID}, now, parts); err != nil {
		return nil, err
	}
	var files []eventlog.File
	if parts.draft == nil {
		files, err = attachment.Attach(ctx, tx, t.ID, m.ID, in.Attachments)
	} else {
		files, err = attachment.FromDraft(ctx, tx, *parts.draft, m.ID)
	}
	if err != nil {
		return nil, err
	}
	// A message is no new state of its discussion: the revision stays.
	err = tx.Thread.UpdateOneID(t.ID).SetLastNumber(m.Number).SetLastMessageAt(now).SetPlace(placeOf(t.PinnedAt != nil, &now)).Exec(ctx)
	if err != nil {
		return nil, err
	}
	if err := reading.New(s.Runner).Wrote(ctx, tx, author, t, m.Number); err != nil {
		return nil, err
	}
	if err := search.Posted(ctx, tx, m, len(files) > 0); err != nil {
		return nil, err
	}
	return m, s.tell(ctx, "MessagePosted", t, m.ID, eventlog.Facts{Number: m.Number, Digest: digest(m.Body), Files: files})
}

// Rewriting are the changes of a message; what is not given stays.
type Rewriting struct {
	Body     string
	Language command.Field[i18n.Lang]
	// Quotes and Mentions take the place of those before.
	Quotes   command.Field[[]Quoting]
	Mentions command.Field[[]uuid.UUID]
}

// EditMessage changes a message; the text before is kept. For its author, others
// are FORBIDDEN; a withdrawn message, a closed discussion and one that holds what
// the author writes are a CONFLICT. If nothing changes, nothing is written or told.
func (s *Service) EditMessage(ctx context.Context, u uuid.UUID, expected int, in Rewriting) (*ent.Message, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if in.Body, err = text(in.Body); err != nil {
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
		if err := free(ctx, tx, v, t); err != nil {
			return nil, err
		}
		return s.rewrite(ctx, tx, m, t, in)
	})
}

func (s *Service) rewrite(ctx context.Context, tx *ent.Client, m *ent.Message, t *ent.Thread, in Rewriting) (*ent.Message, error) {
	lang, err := in.Language.Or("input.language", m.Language)
	if err != nil {
		return nil, err
	}
	diff := eventlog.Diff{}
	diff.Text("body", in.Body != m.Body)
	diff.Value("language", string(m.Language), string(lang))
	if err := s.replace(ctx, tx, m, t, in, &diff); err != nil || !diff.Any() {
		return m, err
	}
	now := s.Time()
	err = tx.MessageRevision.Create().SetID(s.NewID(id.Revision)).SetCreatedAt(now).SetMessageID(m.ID).
		SetNumber(m.Revision).SetLanguage(m.Language).SetBody(m.Body).Exec(ctx)
	if err != nil {
		return nil, err
	}
	m, err = m.Update().SetBody(in.Body).SetLanguage(lang).SetRevision(m.Revision + 1).SetEditedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, err
	}
	if err := search.Message(ctx, tx, m); err != nil {
		return nil, err
	}
	return m, s.tell(ctx, "MessageEdited", t, m.ID, eventlog.Facts{Number: m.Number, Digest: digest(m.Body), Changes: diff.Changes})
}

// Withdraw erases every text of a message for good, its translations, its
// attachments and what is quoted of it too, and the reactions and mentions with it;
// that it was there stays. For its author and the Secretariat, also in a closed
// discussion; others are FORBIDDEN. A withdrawn message is a CONFLICT, and so is a
// legal hold.
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
		return s.withdraw(ctx, tx, m, t, why)
	})
}

// withdraw erases every text of a message that stands and tells it. The discussion
// is locked; a legal hold on it is a CONFLICT.
func (s *Service) withdraw(ctx context.Context, tx *ent.Client, m *ent.Message, t *ent.Thread, why string) (*ent.Message, error) {
	if err := retention.Check(ctx, tx, t); err != nil {
		return nil, err
	}
	if err := tx.MessageRevision.Update().Where(messagerevision.MessageID(m.ID)).SetBody("").Exec(ctx); err != nil {
		return nil, err
	}
	if err := s.eraseTranslations(ctx, tx, m); err != nil {
		return nil, err
	}
	if err := erase(ctx, tx, m); err != nil {
		return nil, err
	}
	now := s.Time()
	if err := attachment.Erase(ctx, tx, m.ID, now); err != nil {
		return nil, err
	}
	update := m.Update().SetBody("").SetWithdrawnAt(now).SetWithdrawalReason(why).SetRevision(m.Revision + 1).SetUpdatedAt(now)
	if v := viewer.From(ctx); v.SignedIn() {
		update.SetWithdrawnByID(v.Person)
	}
	m, err := update.Save(ctx)
	if err != nil {
		return nil, err
	}
	if err := search.Withdrawn(ctx, tx, m.ID); err != nil {
		return nil, err
	}
	return m, s.tell(ctx, "MessageWithdrawn", t, m.ID, eventlog.Facts{Number: m.Number})
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
// now. A closed and a confidential one are a CONFLICT. Nothing is kept of it.
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
	if t.Confidentiality == thread.ConfidentialityConfidential {
		return nil, command.WrongState(string(t.Confidentiality), t.Revision)
	}
	return t, nil
}
