package opportunity_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	row "acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/opportunity"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// TestNodesCloseEachOpportunityOnce: several nodes pass the time at once, with more
// to close than one transaction takes.
func TestNodesCloseEachOpportunityOnce(t *testing.T) {
	t.Parallel()
	const n = 120
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		last := date.Of(w.Now())
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			for i := range n {
				err := tx.Opportunity.Create().SetID(w.NewID(id.Opportunity)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetSource("Test").
					SetTitleText(i18n.Text{EN: fmt.Sprint(i), Authentic: i18n.EN}).SetStatus(opportunity.Early[i%len(opportunity.Early)]).SetCloses(last).Exec(ctx)
				if err != nil {
					return err
				}
			}
			return nil
		})
		s := opportunity.New(w.Runner)
		w.Clock.Add(24 * time.Hour)
		before := len(w.Told(t))
		var nodes sync.WaitGroup
		for range 4 {
			nodes.Go(func() {
				if err := s.PassTime(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		nodes.Wait()
		told := w.Told(t)[before:]
		for _, kind := range told {
			if kind != "OpportunityClosed" {
				t.Errorf("%s is told", kind)
			}
		}
		closed := w.DB.Client.Opportunity.Query().Where(row.StatusEQ(row.StatusClosed), row.Revision(2)).CountX(w.System())
		if len(told) != n || closed != n {
			t.Errorf("%d are told, %d closed", len(told), closed)
		}
	})
}
