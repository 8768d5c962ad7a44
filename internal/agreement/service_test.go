package agreement_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	row "acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/internal/agreement"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/organisation"
	"acs-aec.org/hub/internal/store"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func text(s string) *i18n.TextInput { return &i18n.TextInput{En: &s} }

func drafted(t *testing.T, w *dbtest.World, parties ...uuid.UUID) *ent.Agreement {
	t.Helper()
	in := agreement.DraftInput{Kind: row.KindProtocol, Title: text("Protocol"), Parties: parties}
	a, _, err := agreement.New(w.Runner).Draft(w.As(t, w.Secretariat), in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestOneOfFourMovesSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, a := agreement.New(w.Runner), drafted(t, w, w.Donor)
		errs := make([]error, 4)
		var wait sync.WaitGroup
		for i := range errs {
			wait.Go(func() { _, _, errs[i] = s.Negotiate(w.As(t, w.Secretariat), a.ID, 1) })
		}
		wait.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("a move that lost: %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d moves succeeded", won)
		}
		if got := w.Told(t); !slices.Equal(got, []string{"AgreementDrafted", "AgreementMoved"}) {
			t.Errorf("told %v", got)
		}
		if got := w.DB.Client.Agreement.GetX(w.System(), a.ID); got.Revision != 2 || got.Status != row.StatusNegotiating {
			t.Errorf("it is %s at revision %d", got.Status, got.Revision)
		}
	})
}

func TestCommandsComposeOrLeaveNothing(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, a := agreement.New(w.Runner), drafted(t, w, w.Donor)
		boom, signed := errors.New("boom"), date.Partial("2020")
		both := func(last error) error {
			return store.InTx(w.As(t, w.Secretariat), w.DB, func(ctx context.Context, _ *ent.Client) error {
				if _, _, err := s.Negotiate(ctx, a.ID, 1); err != nil {
					return err
				}
				if _, _, err := s.Sign(ctx, a.ID, 2, &signed); err != nil {
					return err
				}
				return last
			})
		}
		if err := both(boom); !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if got := w.Told(t); len(got) != 1 {
			t.Errorf("told %v", got)
		}
		if err := both(nil); err != nil {
			t.Fatal(err)
		}
		if got := w.Told(t); !slices.Equal(got, []string{"AgreementDrafted", "AgreementMoved", "AgreementMoved"}) {
			t.Errorf("told %v", got)
		}
	})
}

func TestDraftsAndMergersDoNotMissEachOther(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, o := agreement.New(w.Runner), organisation.New(w.Runner)
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				in := agreement.DraftInput{Kind: row.KindProtocol, Title: text("Protocol"), Parties: []uuid.UUID{w.Donor}}
				if _, _, err := s.Draft(w.As(t, w.Secretariat), in, nil); err != nil && apperr.CodeOf(err) != apperr.InvalidInput {
					t.Error(err)
				}
			})
		}
		wait.Go(func() {
			if _, _, err := o.Merge(w.As(t, w.Secretariat), organisation.MergeInput{ID: w.Donor, ExpectedRevision: 1, Into: w.Other}); err != nil {
				t.Error(err)
			}
		})
		wait.Wait()
		for _, p := range w.DB.Client.AgreementParty.Query().AllX(w.System()) {
			if p.OrganisationID != w.Other {
				t.Error("a party is an organisation that was merged")
			}
		}
	})
}
