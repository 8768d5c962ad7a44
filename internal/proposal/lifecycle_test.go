package proposal_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	ent "acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/internal/proposal"
)

var all = []ent.Status{
	ent.StatusDraft, ent.StatusSubmitted, ent.StatusAdmissible, ent.StatusReturned, ent.StatusUnderAssessment, ent.StatusAssessed,
	ent.StatusOnAgenda, ent.StatusApproved, ent.StatusApprovedWithConditions, ent.StatusDeferred, ent.StatusRejected, ent.StatusFinanced,
	ent.StatusInImplementation, ent.StatusClosed, ent.StatusWithdrawn,
}

func TestNext(t *testing.T) {
	t.Parallel()
	want := map[ent.Status][]ent.Status{
		ent.StatusDraft:           {ent.StatusSubmitted, ent.StatusWithdrawn},
		ent.StatusSubmitted:       {ent.StatusAdmissible, ent.StatusReturned, ent.StatusWithdrawn},
		ent.StatusAdmissible:      {ent.StatusReturned, ent.StatusUnderAssessment, ent.StatusWithdrawn},
		ent.StatusReturned:        {ent.StatusSubmitted, ent.StatusWithdrawn},
		ent.StatusUnderAssessment: {ent.StatusAssessed, ent.StatusWithdrawn},
		ent.StatusAssessed:        {ent.StatusOnAgenda, ent.StatusWithdrawn},
		ent.StatusOnAgenda: {
			ent.StatusApproved, ent.StatusApprovedWithConditions, ent.StatusDeferred, ent.StatusReturned, ent.StatusRejected, ent.StatusWithdrawn,
		},
		ent.StatusDeferred:               {ent.StatusOnAgenda, ent.StatusWithdrawn},
		ent.StatusApproved:               {ent.StatusFinanced},
		ent.StatusApprovedWithConditions: {ent.StatusFinanced},
		ent.StatusFinanced:               {ent.StatusInImplementation},
		ent.StatusInImplementation:       {ent.StatusClosed},
	}
	for _, s := range all {
		if got := proposal.Next(s); !slices.Equal(got, want[s]) {
			t.Errorf("after %s: %v, want %v", s, got, want[s])
		}
	}
}

func TestMovesFollowTheTable(t *testing.T) {
	t.Parallel()
	for _, from := range all {
		for _, to := range all {
			possible := false
			for m := proposal.Submit; m <= proposal.Withdraw; m++ {
				possible = possible || proposal.CheckMove(m, from, to)
			}
			if possible != slices.Contains(proposal.Next(from), to) {
				t.Errorf("from %s to %s: possible is %v, and what is next says otherwise", from, to, possible)
			}
		}
	}
}

// What everybody sees never becomes hidden again, and what was decided for good
// is never edited, whatever way a proposal goes.
func TestAnyLife(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, public, decided := ent.StatusDraft, false, false
		for range 40 {
			next := proposal.Next(s)
			if len(next) == 0 {
				return
			}
			s = rapid.SampledFrom(next).Draw(t, "next")
			if public && !proposal.Public(s) {
				t.Fatalf("it was public, and %s is not", s)
			}
			if decided && proposal.Editable(s) {
				t.Fatalf("it was decided, and %s can be edited", s)
			}
			public = public || proposal.Public(s)
			decided = decided || s == ent.StatusApproved || s == ent.StatusApprovedWithConditions
		}
	})
}
