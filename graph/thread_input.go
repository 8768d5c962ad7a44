package graph

import (
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/command"
	discussion "acs-aec.org/hub/internal/thread"
)

func opening(in model.OpenThreadInput) discussion.Opening {
	parties := make([]discussion.Party, len(in.Audience))
	for i, a := range in.Audience {
		parties[i] = party(a)
	}
	return discussion.Opening{
		Subject: in.SubjectID, Title: in.Title, Audience: parties,
		Confidential: in.Confidentiality == thread.ConfidentialityConfidential, HoldsPartnerPosts: in.HoldsPartnerPosts,
	}
}

func party(in *model.AudienceInput) discussion.Party {
	return discussion.Party{Body: in.BodyID, Seat: in.SeatID, Person: in.PersonID, Organisation: in.OrganisationID}
}

func editing(in model.EditThreadInput) discussion.Editing {
	e := discussion.Editing{Title: in.Title, HoldsPartnerPosts: in.HoldsPartnerPosts}
	if in.Confidentiality != nil {
		confidential := *in.Confidentiality == thread.ConfidentialityConfidential
		e.Confidential = &confidential
	}
	return e
}

func posting(in model.PostMessageInput) discussion.Posting {
	return discussion.Posting{
		Thread: in.ThreadID, Body: in.Body, Language: in.Language, ReplyTo: in.ReplyToID,
		Quotes: quotings(in.Quotes), Mentions: in.Mentions, Attachments: in.AttachmentIds,
	}
}

func saving(in model.SaveDraftInput) discussion.Saving {
	s := discussion.Saving{Draft: in.DraftID, Posting: discussion.Posting{
		Thread: in.ThreadID, Body: in.Body, Language: in.Language, ReplyTo: in.ReplyToID,
		Quotes: quotings(in.Quotes), Mentions: in.Mentions, Attachments: in.AttachmentIds,
	}}
	if in.ExpectedRevision != nil {
		s.Expected = *in.ExpectedRevision
	}
	return s
}

func rewriting(in model.EditMessageInput) discussion.Rewriting {
	out := discussion.Rewriting{Body: in.Body, Language: field(in.Language), Quotes: listField(in.Quotes, quotings)}
	if ids, given := in.Mentions.ValueOK(); given {
		out.Mentions = command.Set(ids)
	}
	return out
}

func quotings(in []*model.QuoteInput) []discussion.Quoting {
	var out []discussion.Quoting
	for _, q := range in {
		out = append(out, discussion.Quoting{Message: q.MessageID, Revision: q.Revision, Excerpt: q.Excerpt})
	}
	return out
}
