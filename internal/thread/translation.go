package thread

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/messagetranslation"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/retention"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/viewer"
)

const (
	machineLimit = 100
	// translationLimit bounds the translations of a message that stand, which are
	// read whole.
	translationLimit = 20
)

var (
	msgSameLanguage = i18n.Message{
		EN: "The message is in this language already.", ES: "El mensaje ya está en este idioma.", FR: "Le message est déjà dans cette langue.",
	}
	msgTranslations = i18n.Message{
		EN: "This message has %d translations already. Change one of yours instead.",
		ES: "Este mensaje ya tiene %d traducciones. Modifique una de las suyas.",
		FR: "Ce message a déjà %d traductions. Modifiez plutôt l'une des vôtres.",
	}
	msgOutdated = i18n.Message{
		EN: "The message has changed since this was translated (now at revision %d). The draft must follow it first.",
		ES: "El mensaje ha cambiado desde esta traducción (ahora en la revisión %d). Primero hay que actualizar el borrador.",
		FR: "Le message a changé depuis cette traduction (révision actuelle : %d). Le projet doit d'abord être mis à jour.",
	}
	msgOfficial = i18n.Message{
		EN: "There is an official translation into this language. Take it back first.",
		ES: "Ya hay una traducción oficial a este idioma. Retírela primero.",
		FR: "Il existe déjà une traduction officielle dans cette langue. Retirez-la d'abord.",
	}
)

// Translating is a translation to propose.
type Translating struct {
	Message uuid.UUID
	// Of is the revision of the message that is translated.
	Of       int
	Language i18n.Lang
	Body     string
	// Machine is the name of the machine that translated; nil: a person did.
	Machine *string
}

// Translate proposes a translation of a message. For persons who may post in its
// discussion; a closed discussion, one that holds what the person writes, a withdrawn
// message and another revision of it than the current one are a CONFLICT, as is one translation too many. The
// message's own language is INVALID_INPUT.
func (s *Service) Translate(ctx context.Context, in Translating, key *string) (*ent.MessageTranslation, command.Receipt, error) {
	maker, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if !maker.SignedIn() { // the hub itself answers for no translation
		return nil, command.Receipt{}, apperr.ErrSignIn
	}
	if in.Body, err = text(in.Body); err != nil {
		return nil, command.Receipt{}, err
	}
	if in.Machine != nil {
		name, err := command.Line("input.machine", *in.Machine, machineLimit)
		if err != nil {
			return nil, command.Receipt{}, err
		}
		in.Machine = &name
	}
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "proposeTranslation", Input: in},
		func(ctx context.Context, tx *ent.Client) (*ent.MessageTranslation, error) {
			return s.translate(ctx, tx, maker.Person, in)
		},
		func(t *ent.MessageTranslation) uuid.UUID { return t.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.MessageTranslation, error) {
			return seen(tx.MessageTranslation.Get(ctx, u))
		})
}

func (s *Service) translate(ctx context.Context, tx *ent.Client, maker uuid.UUID, in Translating) (*ent.MessageTranslation, error) {
	m, t, err := lockMessage(ctx, tx, in.Message)
	if err != nil {
		return nil, err
	}
	if !s.CanPost(ctx, t) {
		return nil, command.WrongState(string(t.Status), t.Revision)
	}
	if err := free(ctx, tx, viewer.From(ctx), t); err != nil {
		return nil, err
	}
	if err := standing(m, in.Of); err != nil {
		return nil, err
	}
	if in.Language == m.Language {
		return nil, apperr.Invalid("input.language", msgSameLanguage)
	}
	n, err := tx.MessageTranslation.Query().
		Where(messagetranslation.MessageID(m.ID), messagetranslation.StatusNEQ(messagetranslation.StatusWithdrawn)).Count(ctx)
	if err != nil {
		return nil, err
	}
	if n >= translationLimit {
		return nil, apperr.New(apperr.Conflict, msgTranslations, n).With("limit", translationLimit)
	}
	now := s.Time()
	tr, err := tx.MessageTranslation.Create().SetID(s.NewID(id.Translation)).SetCreatedAt(now).SetUpdatedAt(now).SetMessageID(m.ID).
		SetMessageRevision(m.Revision).SetLanguage(in.Language).SetBody(in.Body).SetMadeByID(maker).SetNillableMachine(in.Machine).Save(ctx)
	if err != nil {
		return nil, err
	}
	return tr, s.tell(ctx, "TranslationProposed", t, tr.ID, eventlog.Facts{Number: m.Number, Digest: digest(tr.Body)})
}

// EditTranslation changes the text of a draft, and says which revision of the
// message it translates now. For who proposed it, others are FORBIDDEN; a closed
// discussion, what is no draft, and another revision of the message than the
// current one are a CONFLICT. If nothing changes, nothing is written or told.
func (s *Service) EditTranslation(ctx context.Context, u uuid.UUID, expected, of int, body string) (*ent.MessageTranslation, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if body, err = text(body); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.MessageTranslation, error) {
		tr, m, t, err := lockTranslation(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if !translated(v, tr) {
			return nil, apperr.ErrForbidden
		}
		if err := command.Unchanged(tr.Revision, expected); err != nil {
			return nil, err
		}
		if tr.Status != messagetranslation.StatusDraft {
			return nil, command.WrongState(string(tr.Status), tr.Revision)
		}
		if t.Status != thread.StatusOpen {
			return nil, command.WrongState(string(t.Status), tr.Revision)
		}
		if err := free(ctx, tx, v, t); err != nil {
			return nil, err
		}
		if err := standing(m, of); err != nil {
			return nil, err
		}
		if tr.Language == m.Language { // the message has changed its language
			return nil, apperr.New(apperr.Conflict, msgSameLanguage)
		}
		diff := eventlog.Diff{}
		diff.Text("body", body != tr.Body)
		diff.Text("messageRevision", of != tr.MessageRevision)
		if !diff.Any() {
			return tr, nil
		}
		if err := retention.Check(ctx, tx, t); err != nil { // the text before is not kept
			return nil, err
		}
		now := s.Time()
		tr, err = tr.Update().SetBody(body).SetMessageRevision(of).SetEditedAt(now).SetRevision(tr.Revision + 1).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return nil, err
		}
		return tr, s.tell(ctx, "TranslationEdited", t, tr.ID, eventlog.Facts{Number: m.Number, Digest: digest(tr.Body), Changes: diff.Changes})
	})
}

// MakeOfficial makes a draft the official translation into its language, in a
// closed discussion too. For the Secretariat, others are FORBIDDEN. What is no
// draft or outdated is a CONFLICT, as is another official translation of the same
// text; one of an earlier text is a draft again.
func (s *Service) MakeOfficial(ctx context.Context, u uuid.UUID, expected int) (*ent.MessageTranslation, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.MessageTranslation, error) {
		tr, m, t, err := lockTranslation(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if !v.Secretariat() {
			return nil, apperr.ErrForbidden
		}
		if err := command.Unchanged(tr.Revision, expected); err != nil {
			return nil, err
		}
		if tr.Status != messagetranslation.StatusDraft {
			return nil, command.WrongState(string(tr.Status), tr.Revision)
		}
		if tr.MessageRevision != m.Revision {
			return nil, apperr.New(apperr.Conflict, msgOutdated, m.Revision).With("currentStatus", "OUTDATED")
		}
		if err := s.makeRoom(ctx, tx, tr, m, t); err != nil {
			return nil, err
		}
		now := s.Time()
		update := tr.Update().SetStatus(messagetranslation.StatusOfficial).SetStatusReason("").SetMadeOfficialAt(now).
			SetRevision(tr.Revision + 1).SetUpdatedAt(now)
		if v.SignedIn() {
			update.SetMadeOfficialByID(v.Person)
		}
		from := tr.Status
		if tr, err = update.Save(ctx); err != nil {
			return nil, err
		}
		if err := search.Message(ctx, tx, m); err != nil {
			return nil, err
		}
		facts := eventlog.Facts{Number: m.Number, From: string(from), To: string(tr.Status), Digest: digest(tr.Body)}
		return tr, s.tell(ctx, "TranslationMadeOfficial", t, tr.ID, facts)
	})
}

// makeRoom lets the official translation of an earlier text step back. One of the
// message's current text stands in the way: CONFLICT. The discussion is locked.
func (s *Service) makeRoom(ctx context.Context, tx *ent.Client, tr *ent.MessageTranslation, m *ent.Message, t *ent.Thread) error {
	before, err := tx.MessageTranslation.Query().Where(
		messagetranslation.MessageID(m.ID), messagetranslation.LanguageEQ(tr.Language),
		messagetranslation.StatusEQ(messagetranslation.StatusOfficial),
	).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil
	case err != nil:
		return err
	case before.MessageRevision == m.Revision:
		return apperr.New(apperr.Conflict, msgOfficial)
	}
	_, err = s.stepBack(ctx, before, m, t, "")
	return err
}

// WithdrawTranslation takes a translation back by one step, in a closed
// discussion too. An official one is a draft again: for the Secretariat, with a
// reason. A draft goes, and its text for good: for who proposed it and the
// Secretariat. Others are FORBIDDEN; what is withdrawn is a CONFLICT.
func (s *Service) WithdrawTranslation(ctx context.Context, u uuid.UUID, expected int, reason *string) (*ent.MessageTranslation, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	why, err := command.Optional("input.reason", reason, reasonLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.MessageTranslation, error) {
		tr, m, t, err := lockTranslation(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if !takesBack(v, tr) {
			return nil, apperr.ErrForbidden
		}
		if err := command.Unchanged(tr.Revision, expected); err != nil {
			return nil, err
		}
		if tr.Status == messagetranslation.StatusWithdrawn {
			return nil, command.WrongState(string(tr.Status), tr.Revision)
		}
		if tr.Status == messagetranslation.StatusOfficial {
			if why, err = command.Line("input.reason", why, reasonLimit); err != nil {
				return nil, err
			}
		}
		wasOfficial := tr.Status == messagetranslation.StatusOfficial
		if !wasOfficial {
			if err := retention.Check(ctx, tx, t); err != nil {
				return nil, err
			}
		}
		if tr, err = s.stepBack(ctx, tr, m, t, why); err != nil || !wasOfficial || m.WithdrawnAt != nil {
			return tr, err
		}
		return tr, search.Message(ctx, tx, m)
	})
}

// stepBack takes a translation that stands back by one step and tells it. The
// discussion is locked.
func (s *Service) stepBack(ctx context.Context, tr *ent.MessageTranslation, m *ent.Message, t *ent.Thread, why string) (*ent.MessageTranslation, error) {
	now, from := s.Time(), tr.Status
	update := tr.Update().SetStatusReason(why).SetRevision(tr.Revision + 1).SetUpdatedAt(now).ClearMadeOfficialAt().ClearMadeOfficialByID()
	if from == messagetranslation.StatusOfficial {
		update.SetStatus(messagetranslation.StatusDraft)
	} else {
		update.SetStatus(messagetranslation.StatusWithdrawn).SetBody("").SetWithdrawnAt(now)
	}
	tr, err := update.Save(ctx)
	if err != nil {
		return nil, err
	}
	return tr, s.tell(ctx, "TranslationWithdrawn", t, tr.ID, eventlog.Facts{Number: m.Number, From: string(from), To: string(tr.Status)})
}

// eraseTranslations withdraws every translation of a message that is withdrawn,
// with their texts. The discussion is locked.
func (s *Service) eraseTranslations(ctx context.Context, tx *ent.Client, m *ent.Message) error {
	now := s.Time()
	return tx.MessageTranslation.Update().
		Where(messagetranslation.MessageID(m.ID), messagetranslation.StatusNEQ(messagetranslation.StatusWithdrawn)).
		SetStatus(messagetranslation.StatusWithdrawn).SetStatusReason("").SetBody("").SetWithdrawnAt(now).SetUpdatedAt(now).AddRevision(1).
		ClearMadeOfficialAt().ClearMadeOfficialByID().Exec(ctx)
}

// lockTranslation reads a translation that the viewer may see, with its message,
// and with their discussion locked.
func lockTranslation(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.MessageTranslation, *ent.Message, *ent.Thread, error) {
	tr, err := tx.MessageTranslation.Query().Where(messagetranslation.ID(u)).Select(messagetranslation.FieldMessageID).Only(ctx)
	if err != nil {
		return nil, nil, nil, command.Found(err)
	}
	m, t, err := lockMessage(ctx, tx, tr.MessageID)
	if err != nil {
		return nil, nil, nil, err
	}
	tr, err = tx.MessageTranslation.Get(ctx, u)
	return tr, m, t, command.Found(err)
}
