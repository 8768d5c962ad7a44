package demo_test

import (
	"strings"
	"testing"

	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/demo"
)

// TestCalendar shows an opportunity and a meeting that nobody takes for real ones,
// each with a discussion on it.
func TestCalendar(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, _ *demo.World) {
		ctx, c := system(t), r.DB.Client
		o, err := c.Opportunity.Query().Only(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if o.Status != opportunity.StatusShortlisted || !strings.HasPrefix(o.TitleEn, "Demonstration") || o.Source != "Demonstration" || o.DonorID != nil {
			t.Errorf("the opportunity is %v", o)
		}
		m, err := c.Meeting.Query().Only(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(m.TitleEn, "Demonstration") || !m.Starts.After(r.Now()) {
			t.Errorf("the meeting is %v", m)
		}
		for what, n := range map[string]int{
			"opportunity": c.Thread.Query().Where(thread.OpportunityID(o.ID)).CountX(ctx), "meeting": c.Thread.Query().Where(thread.MeetingID(m.ID)).CountX(ctx),
		} {
			if n != 1 {
				t.Errorf("%d discussions on the %s", n, what)
			}
		}
	})
}
