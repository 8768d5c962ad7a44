package demo_test

import (
	"testing"

	"acs-aec.org/hub/ent/generated/ent/noticeregisterentry"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/demo"
	"acs-aec.org/hub/internal/informationrequest"
)

// TestFormalTraffic shows a notice that two of four seats have acknowledged, and a
// request that was answered late.
func TestFormalTraffic(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, _ *demo.World) {
		ctx, c := system(t), r.DB.Client
		n, err := c.Notice.Query().Only(ctx)
		if err != nil || n.Reference == nil {
			t.Fatalf("%v, %v", n, err)
		}
		seats := c.NoticeAddressee.Query().CountX(ctx)
		signed := c.NoticeRegisterEntry.Query().Where(noticeregisterentry.KindEQ(noticeregisterentry.KindAcknowledged)).CountX(ctx)
		if seats != 4 || signed != 2 {
			t.Errorf("%d of %d have acknowledged", signed, seats)
		}
		q, err := c.InformationRequest.Query().Only(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if late := informationrequest.Late(q); late == nil || !*late {
			t.Errorf("answered at %v, due on %s", q.AnsweredAt, q.Due)
		}
	})
}
