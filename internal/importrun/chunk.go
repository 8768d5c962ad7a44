package importrun

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/importissue"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
)

// left is the outcome of an activity that is here with another origin.
const left = stageditem.Outcome("")

// outcome is what becomes of a staged activity, given the one that is here.
func outcome(run *ent.ImportRun, here *ent.Activity, staged *ent.StagedItem) stageditem.Outcome {
	switch {
	case staged.Outcome != nil && *staged.Outcome == stageditem.OutcomeLeft:
		return stageditem.OutcomeLeft
	case here == nil:
		return stageditem.OutcomeCreated
	case here.Origin != originOf(run):
		return left
	case bytes.Equal(here.Digest, staged.Digest):
		return stageditem.OutcomeUnchanged
	}
	return stageditem.OutcomeUpdated
}

// collisions is how often a step is tried that meets an activity which somebody
// else just created.
const collisions = 4

// applyItems applies items by one transaction.
func (s *Service) applyItems(ctx context.Context, h *hold, items []*item) (*ent.ImportRun, error) {
	for n := 1; ; n++ {
		run, err := s.step(ctx, h, func(ctx context.Context, tx *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error {
			c := &chunk{Service: s, tx: tx, run: run, items: items, now: s.Time()}
			return c.apply(ctx, u)
		})
		if err == nil || n == collisions || !store.Violates(err, activity.FieldIatiIdentifier) {
			return run, err
		}
	}
}

// chunk is what one transaction applies.
type chunk struct {
	*Service
	tx    *ent.Client
	run   *ent.ImportRun
	items []*item
	now   time.Time // one moment for all that is written, so that an edit shows as later

	outcomes map[stageditem.Outcome][]*item
	rows     []*row
	back     []uuid.UUID // activities that had vanished and are as they were
	returned []uuid.UUID // all that had vanished, whether they are as they were or not
}

// row is an activity to be written.
type row struct {
	*iati.Activity
	id       uuid.UUID
	revision int
	digest   []byte
	fresh    bool
	changed  []iati.Part
}

func (c *chunk) apply(ctx context.Context, u *ent.ImportRunUpdateOne) error {
	if err := c.sort(ctx); err != nil {
		return err
	}
	sums, err := funding.Begin(ctx, c.tx, c.before())
	if err != nil {
		return err
	}
	if err := c.write(ctx); err != nil {
		return err
	}
	if err := c.bringBack(ctx); err != nil {
		return err
	}
	if err := c.leave(ctx, u); err != nil {
		return err
	}
	if err := c.mark(ctx); err != nil {
		return err
	}
	u.SetAppliedTo(c.items[len(c.items)-1].Position).
		AddCreated(len(c.outcomes[stageditem.OutcomeCreated])).
		AddUpdated(len(c.outcomes[stageditem.OutcomeUpdated])).
		AddUnchanged(len(c.outcomes[stageditem.OutcomeUnchanged]))
	if err := sums.End(ctx, c.tx, c.fresh()); err != nil {
		return err
	}
	for _, r := range c.rows {
		err := c.Log.Append(ctx, eventlog.Event{
			Kind: "ActivityImported", Subject: r.id, Public: true, Facts: eventlog.Facts{New: r.fresh, Run: &c.run.ID, Changes: changes(r.changed)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sort decides what becomes of each item, under the lock of what is here.
func (c *chunk) sort(ctx context.Context) error {
	staged := make([]*ent.StagedItem, len(c.items))
	for n, i := range c.items {
		staged[n] = i.StagedItem
	}
	known, err := c.known(ctx, c.tx, identifiers(staged))
	if err != nil {
		return err
	}
	c.outcomes = map[stageditem.Outcome][]*item{}
	for _, i := range c.items {
		here := known[i.Identifier]
		o := outcome(c.run, here, i.StagedItem)
		c.outcomes[o] = append(c.outcomes[o], i)
		if (o == stageditem.OutcomeUnchanged || o == stageditem.OutcomeUpdated) && here.VanishedAt != nil {
			c.returned = append(c.returned, here.ID)
		}
		if o == stageditem.OutcomeUnchanged && here.VanishedAt != nil {
			c.back = append(c.back, here.ID)
		}
		if o != stageditem.OutcomeCreated && o != stageditem.OutcomeUpdated {
			continue
		}
		a, err := i.activity()
		if err != nil {
			return err
		}
		r := &row{Activity: a, digest: i.Digest, fresh: here == nil, revision: 1}
		if here != nil {
			r.id, r.revision, r.changed = here.ID, here.Revision+1, iati.Changed(here.Parts, a.Parts)
		} else {
			r.id = c.NewID(id.Activity)
		}
		c.rows = append(c.rows, r)
	}
	return nil
}

// changes tells the parts that differ; what they say is not told.
func changes(parts []iati.Part) []eventlog.Change {
	out := make([]eventlog.Change, len(parts))
	for i, p := range parts {
		out[i] = eventlog.Change{Field: string(p)}
	}
	return out
}

// leave reports the activities that came with another origin since the check.
func (c *chunk) leave(ctx context.Context, u *ent.ImportRunUpdateOne) error {
	if len(c.outcomes[left]) == 0 {
		return nil
	}
	var issues []iati.Issue
	for _, i := range c.outcomes[left] {
		a, err := i.activity()
		if err != nil {
			return err
		}
		issues = append(issues, ownIssue(c.run.Own, i.Identifier, i.Line))
		u.AddTransactions(-len(a.Transactions))
	}
	position, err := c.tx.ImportIssue.Query().Where(importissue.RunID(c.run.ID)).Count(ctx)
	if err != nil {
		return fmt.Errorf("importrun: count the issues: %w", err)
	}
	u.AddActivities(-len(issues)).AddLeftOut(len(issues))
	count(u, issues)
	return insertIssues(ctx, c.tx, c.Service, c.run.ID, position, issues)
}

// mark writes down what became of the items, which need no payload any more.
func (c *chunk) mark(ctx context.Context) error {
	for _, o := range []stageditem.Outcome{stageditem.OutcomeCreated, stageditem.OutcomeUpdated, stageditem.OutcomeUnchanged, left} {
		items := c.outcomes[o]
		if len(items) == 0 {
			continue
		}
		positions := make([]int, len(items))
		for n, i := range items {
			positions[n] = i.Position
		}
		u := c.tx.StagedItem.Update().Where(stageditem.RunID(c.run.ID), stageditem.PositionIn(positions...)).ClearPayload()
		if o != left {
			u.SetOutcome(o).Modify(func(b *sql.UpdateBuilder) {
				here := sql.Dialect(b.Dialect()).Table(activity.Table)
				staged := sql.Dialect(b.Dialect()).Table(stageditem.Table)
				it := sql.Dialect(b.Dialect()).Select(here.C(activity.FieldID)).From(here).
					Where(sql.ColumnsEQ(here.C(activity.FieldIatiIdentifier), staged.C(stageditem.FieldIdentifier)))
				b.Set(stageditem.FieldActivityID, sql.ExprFunc(func(b *sql.Builder) { b.Wrap(func(b *sql.Builder) { b.Join(it) }) }))
			})
		}
		if err := u.Exec(ctx); err != nil {
			return fmt.Errorf("importrun: mark the staging: %w", err)
		}
	}
	return nil
}
