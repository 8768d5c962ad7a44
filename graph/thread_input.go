package graph

import (
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/thread"
)

func opening(in model.OpenThreadInput) thread.Opening {
	parties := make([]thread.Party, len(in.Audience))
	for i, a := range in.Audience {
		parties[i] = party(a)
	}
	return thread.Opening{Subject: in.SubjectID, Title: in.Title, Audience: parties}
}

func party(in *model.AudienceInput) thread.Party {
	return thread.Party{Body: in.BodyID, Person: in.PersonID, Organisation: in.OrganisationID}
}

func posting(in model.PostMessageInput) thread.Posting {
	return thread.Posting{Thread: in.ThreadID, Body: in.Body, Language: in.Language, ReplyTo: in.ReplyToID}
}
