package informationrequest_test

import (
	"testing"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/informationrequest"

	entrequest "acs-aec.org/hub/ent/generated/ent/informationrequest"
)

func TestMoves(t *testing.T) {
	t.Parallel()
	all := []entrequest.Status{entrequest.StatusDraft, entrequest.StatusDispatched, entrequest.StatusAnswered, entrequest.StatusVoid}
	allowed := map[[2]entrequest.Status]bool{
		{entrequest.StatusDraft, entrequest.StatusDispatched}:    true,
		{entrequest.StatusDispatched, entrequest.StatusAnswered}: true,
		{entrequest.StatusDispatched, entrequest.StatusVoid}:     true,
	}
	for _, from := range all {
		for _, to := range all {
			err := informationrequest.CheckMove(from, to, 1)
			if (err == nil) != allowed[[2]entrequest.Status{from, to}] || err != nil && apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
}

// TestLateIsByDays shows that the whole day counts, in Port of Spain.
func TestLateIsByDays(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]bool{
		"2026-11-20T10:00:00Z": false, "2026-11-21T03:59:59Z": false, "2026-11-21T04:00:00Z": true, "2026-12-01T00:00:00Z": true,
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := informationrequest.Late(&ent.InformationRequest{Due: "2026-11-20", AnsweredAt: &when}); got == nil || *got != want {
			t.Errorf("answered at %s: %v", at, got)
		}
	}
	if informationrequest.Late(&ent.InformationRequest{Due: "2026-11-20"}) != nil {
		t.Error("what is not answered is neither late nor not")
	}
	for status, want := range map[entrequest.Status]bool{
		entrequest.StatusDraft: false, entrequest.StatusDispatched: true, entrequest.StatusAnswered: false, entrequest.StatusVoid: false,
	} {
		r := &ent.InformationRequest{Due: "2026-11-20", Status: status}
		if informationrequest.Overdue(r, "2026-11-21") != want || informationrequest.Overdue(r, "2026-11-20") {
			t.Errorf("%s: overdue after the day, or on it", status)
		}
	}
}
