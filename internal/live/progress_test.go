package live_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/live"
)

const progressFeed = `subscription($r: ID!) { importProgress(runId: $r) { phase done total unit run { id status critical } } }`

// often lets a node look at imports often.
func often(o *live.Options) { o.ProgressEvery = 5 * time.Millisecond }

// checking is a run that some node works on.
func checking(t *testing.T, w *dbtest.World) uuid.UUID {
	t.Helper()
	u := w.NewID(id.ImportRun)
	w.Write(t, func(ctx context.Context, tx *ent.Client) error {
		return tx.ImportRun.Create().SetID(u).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetDatasetName("data").SetSize(1000).
			SetStatus(importrun.StatusChecking).SetWork(importrun.WorkTaken).Exec(ctx)
	})
	return u
}

// moves moves a run on.
func moves(t *testing.T, w *dbtest.World, u uuid.UUID, change func(*ent.ImportRunUpdateOne)) {
	t.Helper()
	w.Write(t, func(ctx context.Context, tx *ent.Client) error {
		c := tx.ImportRun.UpdateOneID(u).AddRevision(1)
		change(c)
		return c.Exec(ctx)
	})
}

// TestProgressComesFromWhicheverNode: what another one writes is told, the latest to
// who is slow, and the end ends the stream.
func TestProgressComesFromWhicheverNode(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w, often)
		u := checking(t, w)
		in := vars{"r": id.Format(u)}
		for name, v := range w.Viewers() {
			if code := n.refused(t, v, progressFeed, in); (code == "") != (name == "secretariat") || code != "" && code != "NOT_FOUND" {
				t.Errorf("%s is told %q", name, code)
			}
		}
		quick, slow := n.subscribe(t, w.Secretariat, progressFeed, in), n.subscribe(t, w.Secretariat, progressFeed, in)
		for _, l := range []*listener{quick, slow} {
			if first := l.answers(1)[0]; !strings.Contains(first, `"phase":"CHECKING","done":0,"total":1000,"unit":"BYTES"`) {
				t.Errorf("the first answer is %s", first)
			}
		}
		slow.fill(true)
		for _, read := range []int64{300, 600} {
			moves(t, w, u, func(c *ent.ImportRunUpdateOne) { c.SetReadTo(read).SetCritical(int(read)) })
		}
		quick.until("600", func() bool { return strings.Contains(quick.raw[len(quick.raw)-1], `"done":600`) })
		slow.until("the refusal", func() bool { return slow.refused })
		slow.fill(false)
		slow.until("600", func() bool { return strings.Contains(slow.raw[len(slow.raw)-1], `"done":600`) })
		moves(t, w, u, func(c *ent.ImportRunUpdateOne) {
			c.SetReadTo(1000).SetStatus(importrun.StatusChecked).SetWork(importrun.WorkNone)
		})
		for _, l := range []*listener{quick, slow} {
			l.ended()
			if last := l.raw[len(l.raw)-1]; !strings.Contains(last, `"phase":"RESTING","done":1000,"total":1000`) {
				t.Errorf("the last answer is %s", last)
			}
		}
	})
}

// TestProgressEndsWithTheRight: who is of the Secretariat no more is told nothing more.
func TestProgressEndsWithTheRight(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w, often)
		u := checking(t, w)
		colleague := w.AddPost(t, w.AddPerson(t, "Colleague", uuid.Nil), w.SecretariatBody)
		goes, stays := n.subscribe(t, colleague, progressFeed, vars{"r": id.Format(u)}), n.subscribe(t, w.Secretariat, progressFeed, vars{"r": id.Format(u)})
		goes.answers(1)
		post := colleague.Seats[0].ID
		if _, _, err := body.New(w.Runner).EditStaffPost(w.As(t, w.Secretariat), body.EditPostInput{ID: post, ExpectedRevision: 1, To: command.Set(date.Date("2026-11-22"))}); err != nil {
			t.Fatal(err)
		}
		goes.ended()
		moves(t, w, u, func(c *ent.ImportRunUpdateOne) { c.SetReadTo(500) })
		stays.until("500", func() bool { return strings.Contains(stays.raw[len(stays.raw)-1], `"done":500`) })
		for _, told := range goes.raw {
			if strings.Contains(told, "500") {
				t.Error("told after the right was lost")
			}
		}
	})
}
