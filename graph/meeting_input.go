package graph

import (
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/meeting"
)

func conveneMeetingInput(in model.ConveneMeetingInput) meeting.ConveneInput {
	return meeting.ConveneInput{
		Body: in.BodyID, Title: in.Title, Reference: in.Reference, Starts: in.Starts, Ends: in.Ends, TimeZone: in.TimeZone,
		Place: in.Place, Link: in.Link, OpenToObservers: in.OpenToObservers,
	}
}

func editMeetingInput(in model.EditMeetingInput) meeting.EditInput {
	return meeting.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Title: in.Title, Reference: field(in.Reference),
		Starts: field(in.Starts), Ends: field(in.Ends), TimeZone: field(in.TimeZone), Place: field(in.Place), Link: field(in.Link),
		OpenToObservers: field(in.OpenToObservers),
	}
}
