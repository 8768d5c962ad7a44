package informationrequest

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
)

var next = map[informationrequest.Status][]informationrequest.Status{
	informationrequest.StatusDraft:      {informationrequest.StatusDispatched},
	informationrequest.StatusDispatched: {informationrequest.StatusAnswered, informationrequest.StatusVoid},
}

// CheckMove refuses a move that the status does not allow: CONFLICT, with the
// current status and revision.
func CheckMove(from, to informationrequest.Status, revision int) error {
	if slices.Contains(next[from], to) {
		return nil
	}
	return command.WrongState(string(from), revision)
}

// Overdue says whether the request's day has passed today and it still waits for its
// answer.
func Overdue(r *ent.InformationRequest, today date.Date) bool {
	return r.Status == informationrequest.StatusDispatched && r.Due < today
}

// Late says whether the request was answered after its day, in days of Port of
// Spain; nil as long as it is not answered.
func Late(r *ent.InformationRequest) *bool {
	if r.AnsweredAt == nil {
		return nil
	}
	late := date.Of(*r.AnsweredAt) > r.Due
	return &late
}
