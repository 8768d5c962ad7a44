package agreement_test

import (
	"slices"
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
	row "acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/internal/agreement"
	"acs-aec.org/hub/internal/apperr"
)

func TestLife(t *testing.T) {
	t.Parallel()
	all := []row.Status{row.StatusDraft, row.StatusNegotiating, row.StatusSigned, row.StatusInForce, row.StatusExpired, row.StatusTerminated}
	next := map[row.Status][]row.Status{
		row.StatusDraft: {row.StatusNegotiating, row.StatusTerminated}, row.StatusNegotiating: {row.StatusSigned, row.StatusTerminated},
		row.StatusSigned: {row.StatusInForce, row.StatusTerminated}, row.StatusInForce: {row.StatusExpired, row.StatusTerminated},
		row.StatusExpired: {}, row.StatusTerminated: {},
	}
	for _, from := range all {
		if got := agreement.Next(from); !slices.Equal(got, next[from]) {
			t.Errorf("after %s comes %v, want %v", from, got, next[from])
		}
		for _, to := range all {
			err := agreement.CheckMove(&ent.Agreement{Status: from}, to)
			if want := slices.Contains(next[from], to); (err == nil) != want || err != nil && apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
}
