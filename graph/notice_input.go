package graph

import (
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/informationrequest"
	"acs-aec.org/hub/internal/notice"
)

func draftNoticeInput(in model.DraftNoticeInput) notice.DraftInput {
	return notice.DraftInput{
		Body: in.BodyID, Title: in.Title, Content: in.Content, Subject: in.SubjectID, AcknowledgeBy: in.AcknowledgeBy, Seats: in.SeatIds,
	}
}

func editNoticeInput(in model.EditNoticeInput) notice.EditInput {
	return notice.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Title: in.Title, Content: in.Content, Subject: field(in.SubjectID),
		AcknowledgeBy: field(in.AcknowledgeBy), Seats: in.SeatIds,
	}
}

func draftRequestInput(in model.DraftInformationRequestInput) informationrequest.DraftInput {
	return informationrequest.DraftInput{
		Thread: in.ThreadID, Body: in.BodyID, Addressee: *addressee(in.Addressee), Question: in.Question, Language: in.Language,
		Due: in.Due, StopsClock: in.StopsClock,
	}
}

func editRequestInput(in model.EditInformationRequestInput) informationrequest.EditInput {
	return informationrequest.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Addressee: addressee(in.Addressee), Question: in.Question,
		Language: in.Language, Due: in.Due, StopsClock: in.StopsClock,
	}
}

// addressee is whom a request is addressed to; nil is none.
func addressee(in *model.RequestAddresseeInput) *informationrequest.Addressee {
	if in == nil {
		return nil
	}
	return &informationrequest.Addressee{Body: in.BodyID, Seat: in.SeatID, Person: in.PersonID, Organisation: in.OrganisationID}
}
