package thread

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/messagemention"
	"acs-aec.org/hub/ent/generated/ent/messagequote"
	"acs-aec.org/hub/ent/generated/ent/messagereaction"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
)

// parts are what a message has beside its text, checked.
type parts struct {
	replyTo  *uuid.UUID // a message that answers none itself
	quotes   []Quoting
	mentions []mention
	draft    *uuid.UUID // the draft whose attachments it takes over
}

// place is where parts are kept: a message, or a draft.
type place struct{ message, draft *uuid.UUID }

// check refuses what a message of the discussion can't answer, quote or mention:
// INVALID_INPUT. own is the message itself, uuid.Nil if it is not written yet. The
// discussion is locked. It costs a number of statements that depends on what kinds
// of parts there are.
func (s *Service) check(ctx context.Context, tx *ent.Client, t *ent.Thread, own uuid.UUID, in Posting) (parts, error) {
	var p parts
	if in.ReplyTo != nil {
		to, err := tx.Message.Query().Where(message.ID(*in.ReplyTo), message.ThreadID(t.ID)).Select(message.FieldReplyToID).Only(ctx)
		if err != nil {
			return p, command.AtField("input.replyToId", err)
		}
		if p.replyTo = in.ReplyTo; to.ReplyToID != nil {
			p.replyTo = to.ReplyToID
		}
	}
	var err error
	if p.quotes, err = checkQuotes(ctx, tx, t, own, in.Quotes); err != nil {
		return p, err
	}
	p.mentions, err = s.checkMentions(ctx, tx, t, in.Mentions)
	return p, err
}

// keep writes the quotes and mentions. Those of a message as it is posted are as old
// as the message: who is mentioned by a later one is told of the edit.
func (s *Service) keep(ctx context.Context, tx *ent.Client, at place, now time.Time, p parts) error {
	if len(p.quotes) > 0 {
		rows := make([]*ent.MessageQuoteCreate, len(p.quotes))
		for i, q := range p.quotes {
			rows[i] = s.quote(tx, at, q).SetCreatedAt(now)
		}
		if err := tx.MessageQuote.CreateBulk(rows...).Exec(ctx); err != nil {
			return err
		}
	}
	if len(p.mentions) == 0 {
		return nil
	}
	rows := make([]*ent.MessageMentionCreate, len(p.mentions))
	for i, m := range p.mentions {
		since := m.since
		if since.IsZero() {
			since = now
		}
		rows[i] = s.mention(tx, at, m).SetCreatedAt(since)
	}
	return tx.MessageMention.CreateBulk(rows...).Exec(ctx)
}

// replace gives a message other quotes and mentions, where the rewriting names
// some, and notes in the diff whether they are others.
func (s *Service) replace(ctx context.Context, tx *ent.Client, m *ent.Message, t *ent.Thread, in Rewriting, diff *eventlog.Diff) error {
	if !in.Quotes.Given && !in.Mentions.Given {
		return nil
	}
	var to Posting
	if in.Quotes.Value != nil {
		to.Quotes = *in.Quotes.Value
	}
	if in.Mentions.Value != nil {
		to.Mentions = *in.Mentions.Value
	}
	p, err := s.check(ctx, tx, t, m.ID, to)
	if err != nil {
		return err
	}
	if in.Quotes.Given {
		before, err := tx.MessageQuote.Query().Where(messagequote.MessageID(m.ID)).Order(messagequote.ByID()).All(ctx)
		if err != nil {
			return err
		}
		if slices.EqualFunc(before, p.quotes, same) {
			p.quotes = nil
		} else {
			diff.Text("quotes", true)
			if _, err := tx.MessageQuote.Delete().Where(messagequote.MessageID(m.ID)).Exec(ctx); err != nil {
				return err
			}
		}
	}
	if in.Mentions.Given {
		before, err := tx.MessageMention.Query().Where(messagemention.MessageID(m.ID)).Order(messagemention.ByID()).All(ctx)
		if err != nil {
			return err
		}
		if slices.EqualFunc(before, p.mentions, func(a *ent.MessageMention, b mention) bool { return mentioned(a) == b.of() }) {
			p.mentions = nil
		} else {
			diff.Text("mentions", true)
			for i, now := range p.mentions { // whom it mentioned before is not told again
				if j := slices.IndexFunc(before, func(b *ent.MessageMention) bool { return mentioned(b) == now.of() }); j >= 0 {
					p.mentions[i].since = before[j].CreatedAt
				}
			}
			if _, err := tx.MessageMention.Delete().Where(messagemention.MessageID(m.ID)).Exec(ctx); err != nil {
				return err
			}
		}
	}
	return s.keep(ctx, tx, place{message: &m.ID}, s.Time(), p)
}

// erase takes from a message that is withdrawn, and from those that quote it, what
// is left of its text, and its mentions and reactions.
func erase(ctx context.Context, tx *ent.Client, m *ent.Message) error {
	err := tx.MessageQuote.Update().Where(messagequote.Or(messagequote.MessageID(m.ID), messagequote.QuotedID(m.ID))).SetExcerpt("").Exec(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.MessageMention.Delete().Where(messagemention.MessageID(m.ID)).Exec(ctx); err != nil {
		return err
	}
	_, err = tx.MessageReaction.Delete().Where(messagereaction.MessageID(m.ID)).Exec(ctx)
	return err
}
