package thread

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/messagetranslation"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/i18n"
)

// Text is a message's text as a reader is given it.
type Text struct {
	Language i18n.Lang
	// Body is nil once the message is withdrawn.
	Body *string
	// Translation is the translation that it is; nil for the original.
	Translation *ent.MessageTranslation
}

// IsOriginal says whether it is the original.
func (t *Text) IsOriginal() bool { return t.Translation == nil }

// TextIn is a message's text in a language: the official translation of the text
// as it is now, or else the original. Translations are read once for all messages
// that were read together.
func (s *Service) TextIn(ctx context.Context, m *ent.Message, in i18n.Lang) (*Text, error) {
	original := &Text{Language: m.Language}
	if m.Body == "" { // withdrawn, and so are its translations
		return original, nil
	}
	original.Body = &m.Body
	if in == m.Language {
		return original, nil
	}
	official, err := batch.Many(ctx, m.Siblings(), m, "official translations: "+string(in), func(m *ent.Message) uuid.UUID { return m.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.MessageTranslation, error) {
			return s.DB.Client.MessageTranslation.Query().Where(
				batch.In(messagetranslation.FieldMessageID, ids), messagetranslation.LanguageEQ(in),
				messagetranslation.StatusEQ(messagetranslation.StatusOfficial),
			).All(ctx)
		}, func(t *ent.MessageTranslation) uuid.UUID { return t.MessageID })
	if err != nil {
		return nil, err
	}
	for _, t := range official {
		if t.MessageRevision == m.Revision {
			return &Text{Language: t.Language, Body: &t.Body, Translation: t}, nil
		}
	}
	return original, nil
}

// Outdated says whether the message has changed since it was translated.
func (s *Service) Outdated(ctx context.Context, t *ent.MessageTranslation) (bool, error) {
	m, err := t.Message(ctx)
	return m == nil || m.Revision != t.MessageRevision, err
}
