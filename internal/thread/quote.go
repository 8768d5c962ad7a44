package thread

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/messagerevision"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

const (
	quotesLimit  = 5
	excerptLimit = 2000
)

// Quoting is a piece of a message's text to quote.
type Quoting struct {
	Message uuid.UUID
	// Revision is the one that says it.
	Revision int
	Excerpt  string
}

var (
	msgQuotes = i18n.Message{
		EN: "A message quotes at most %d times.", ES: "Un mensaje tiene como máximo %d citas.", FR: "Un message contient au plus %d citations.",
	}
	msgNotSaid = i18n.Message{
		EN: "This does not stand in revision %d of the message: quote it word for word.",
		ES: "Esto no figura en la revisión %d del mensaje: cítelo textualmente.",
		FR: "Ceci ne figure pas dans la révision %d du message : citez-le mot à mot.",
	}
	msgNoRevision = i18n.Message{
		EN: "The message has no revision %d.", ES: "El mensaje no tiene revisión %d.", FR: "Le message n'a pas de révision %d.",
	}
)

// checkQuotes refuses quotes of what is not a message of the discussion that the
// viewer sees and that stands, and of what it does not say in that revision. It
// costs at most two statements.
func checkQuotes(ctx context.Context, tx *ent.Client, t *ent.Thread, own uuid.UUID, quotes []Quoting) ([]Quoting, error) {
	if len(quotes) == 0 {
		return nil, nil
	}
	if len(quotes) > quotesLimit {
		return nil, apperr.Invalid("input.quotes", msgQuotes, quotesLimit).With("limit", quotesLimit)
	}
	out := make([]Quoting, len(quotes))
	ids := make([]uuid.UUID, len(quotes))
	for i, q := range quotes {
		field := fmt.Sprintf("input.quotes[%d].excerpt", i)
		if q.Excerpt = command.Trim(q.Excerpt); q.Excerpt == "" {
			return nil, apperr.Invalid(field, msgBody)
		}
		if err := command.Fits(field, q.Excerpt, excerptLimit); err != nil {
			return nil, err
		}
		out[i], ids[i] = q, q.Message
	}
	rows, err := tx.Message.Query().Where(
		batch.In(message.FieldID, ids), message.ThreadID(t.ID), message.WithdrawnAtIsNil(), message.IDNEQ(own),
	).All(ctx)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*ent.Message, len(rows))
	for _, m := range rows {
		found[m.ID] = m
	}
	said, err := textsOf(ctx, tx, found, out)
	if err != nil {
		return nil, err
	}
	for i, q := range out {
		field := fmt.Sprintf("input.quotes[%d]", i)
		if found[q.Message] == nil {
			return nil, command.AtField(field+".messageId", new(ent.NotFoundError))
		}
		body, ok := said[revisionOf{q.Message, q.Revision}]
		if !ok {
			return nil, apperr.Invalid(field+".revision", msgNoRevision, q.Revision)
		}
		if !strings.Contains(body, q.Excerpt) {
			return nil, apperr.Invalid(field+".excerpt", msgNotSaid, q.Revision)
		}
	}
	return out, nil
}

type revisionOf struct {
	message uuid.UUID
	number  int
}

// textsOf are the texts of the revisions that are quoted.
func textsOf(ctx context.Context, tx *ent.Client, of map[uuid.UUID]*ent.Message, quotes []Quoting) (map[revisionOf]string, error) {
	out := map[revisionOf]string{}
	var older []predicate.MessageRevision
	for _, q := range quotes {
		switch m := of[q.Message]; {
		case m == nil:
		case m.Revision == q.Revision:
			out[revisionOf{m.ID, m.Revision}] = m.Body
		default:
			older = append(older, messagerevision.And(messagerevision.MessageID(m.ID), messagerevision.Number(q.Revision)))
		}
	}
	if len(older) == 0 {
		return out, nil
	}
	rows, err := tx.MessageRevision.Query().Where(messagerevision.Or(older...)).All(ctx)
	for _, r := range rows {
		out[revisionOf{r.MessageID, r.Number}] = r.Body
	}
	return out, err
}

// quote is a quote's new row.
func (s *Service) quote(tx *ent.Client, at place, q Quoting) *ent.MessageQuoteCreate {
	return tx.MessageQuote.Create().SetID(s.NewID(id.Quote)).SetNillableMessageID(at.message).SetNillableDraftID(at.draft).
		SetQuotedID(q.Message).SetQuotedRevision(q.Revision).SetExcerpt(q.Excerpt)
}

func same(row *ent.MessageQuote, q Quoting) bool {
	return row.QuotedID == q.Message && row.QuotedRevision == q.Revision && row.Excerpt == q.Excerpt
}
