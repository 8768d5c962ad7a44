package proposal_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"acs-aec.org/hub/ent/generated/ent/body"
	ent "acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/proposal"
	"acs-aec.org/hub/internal/store"

	rows "acs-aec.org/hub/ent/generated/ent"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func title() *i18n.TextInput {
	s := "Early warning"
	return &i18n.TextInput{En: &s}
}

func TestOfConcurrentMovesOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := proposal.New(w.Runner)
		p, _, err := s.Draft(w.As(t, w.Committee), proposal.DraftInput{Reference: "P-1", Title: title(), Sponsor: w.SpecialCommittee}, nil)
		if err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, _, errs[i] = s.Withdraw(w.As(t, w.Chair), p.ID, p.Revision, "no longer needed") })
		}
		all.Wait()
		done, conflicts := 0, 0
		for _, err := range errs {
			switch apperr.CodeOf(err) {
			case "":
				done++
			case apperr.Conflict:
				conflicts++
			default:
				t.Error(err)
			}
		}
		if done != 1 || conflicts != 3 {
			t.Errorf("%d succeeded, %d conflicts", done, conflicts)
		}
		if got := w.Told(t); !slices.Equal(got, []string{"ProposalDrafted", "ProposalMoved"}) {
			t.Errorf("told %v", got)
		}
	})
}

func TestOfConcurrentDraftsWithOneReferenceOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := proposal.New(w.Runner)
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				_, _, errs[i] = s.Draft(w.As(t, w.Committee), proposal.DraftInput{Reference: "P-1", Title: title(), Sponsor: w.SpecialCommittee}, nil)
			})
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if apperr.CodeOf(err) != apperr.AlreadyExists {
				t.Error(err)
			}
		}
		if done != 1 || len(w.Told(t)) != 1 {
			t.Errorf("%d succeeded, told %v", done, w.Told(t))
		}
	})
}

func TestCommandsComposeInOneTransaction(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := proposal.New(w.Runner)
		ctx := w.As(t, w.Chair)
		both := func(fail error) error {
			return store.InTx(ctx, w.DB, func(ctx context.Context, _ *rows.Client) error {
				p, _, err := s.Draft(ctx, proposal.DraftInput{Reference: "P-1", Title: title(), Sponsor: w.SpecialCommittee}, nil)
				if err != nil {
					return err
				}
				if p, _, err = s.Withdraw(ctx, p.ID, p.Revision, "a mistake"); err != nil {
					return err
				}
				if p.Status != ent.StatusWithdrawn {
					t.Errorf("it is %s", p.Status)
				}
				return fail
			})
		}
		if err := both(apperr.ErrInternal); err == nil || len(w.Told(t)) != 0 {
			t.Errorf("%v, told %v", err, w.Told(t))
		}
		if err := both(nil); err != nil || len(w.Told(t)) != 2 {
			t.Errorf("%v, told %v", err, w.Told(t))
		}
	})
}

func TestSponsorIsAnActiveSpecialCommittee(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := proposal.New(w.Runner)
		w.Write(t, func(ctx context.Context, tx *rows.Client) error {
			return tx.Body.UpdateOneID(w.OtherCommittee).SetStatus(body.StatusDissolved).Exec(ctx)
		})
		in := proposal.DraftInput{Reference: "P-1", Title: title(), Sponsor: w.OtherCommittee}
		if _, _, err := s.Draft(w.As(t, w.Secretariat), in, nil); apperr.CodeOf(err) != apperr.InvalidInput {
			t.Errorf("a dissolved sponsor: %v", err)
		}
		in.Sponsor = w.CouncilBody
		if _, _, err := s.Draft(w.As(t, w.Council), in, nil); apperr.CodeOf(err) != apperr.InvalidInput {
			t.Errorf("the Council as sponsor: %v", err)
		}
		if len(w.Told(t)) != 0 {
			t.Errorf("told %v", w.Told(t))
		}
	})
}
