package graph

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/messagetranslation"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/richtext"
	"acs-aec.org/hub/internal/thread"
)

// messageBody is a message's text in a language, or the original without one; nil
// once it is withdrawn.
func (r *Resolver) messageBody(ctx context.Context, m *ent.Message, in *i18n.Lang) (*string, error) {
	if in == nil {
		return unlessWithdrawn(m.Body), nil
	}
	t, err := r.threads.TextIn(ctx, m, *in)
	if err != nil {
		return nil, err
	}
	return t.Body, nil
}

// htmlOf is a text as safe HTML; a text that is gone has none.
func htmlOf(body *string) (*string, error) {
	if body == nil {
		return nil, nil //nolint:nilnil // its text is gone
	}
	html, err := richtext.HTML(*body)
	return &html, err
}

// standingTranslations are the translations of a message that were not withdrawn, by
// language, the official one first. They are few: the service bounds them.
func (r *Resolver) standingTranslations(ctx context.Context, m *ent.Message) ([]*ent.MessageTranslation, error) {
	rows, err := batch.Many(ctx, m.Siblings(), m, "standing translations", func(m *ent.Message) uuid.UUID { return m.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.MessageTranslation, error) {
			return r.client.MessageTranslation.Query().Where(
				batch.In(messagetranslation.FieldMessageID, ids), messagetranslation.StatusNEQ(messagetranslation.StatusWithdrawn),
			).Order(batch.ByID).All(ctx)
		}, func(t *ent.MessageTranslation) uuid.UUID { return t.MessageID })
	place := func(t *ent.MessageTranslation) int {
		n := 2 * slices.Index(i18n.Langs, t.Language)
		if t.Status != messagetranslation.StatusOfficial {
			n++
		}
		return n
	}
	return slices.SortedStableFunc(slices.Values(rows), func(a, b *ent.MessageTranslation) int { return cmp.Compare(place(a), place(b)) }), err
}

// maker is what kind of translator made a translation.
func maker(t *ent.MessageTranslation) i18n.Maker {
	if t.Machine != "" {
		return i18n.ByMachine
	}
	return i18n.ByPerson
}

func translating(in model.ProposeTranslationInput) thread.Translating {
	return thread.Translating{Message: in.MessageID, Of: in.MessageRevision, Language: in.Language, Body: in.Body, Machine: in.Machine}
}
