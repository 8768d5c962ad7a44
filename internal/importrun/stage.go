package importrun

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/importissue"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/id"
)

// How much a check gathers before it writes.
const (
	stageItems  = 100
	stageIssues = 400
	stageBytes  = 1 << 20
)

// staging is where a check puts what it has read.
type staging struct {
	*Service
	hold *hold
	met  *met
	tell func()

	waiting  []checked
	issues   int // among the waiting
	bytes    int
	items    int // written
	position int // the next issue's
}

// checked is an activity that waits to be staged, with its issues. Without an
// activity that can be kept, packed is nil.
type checked struct {
	identifier   string
	line         int
	digest       []byte
	packed       []byte
	transactions int
	issues       []iati.Issue
}

// seen says whether the file had an activity with this identifier before.
func (st *staging) seen(ctx context.Context, identifier string) (bool, error) {
	if !st.met.add(identifier) {
		return false, nil
	}
	for _, w := range st.waiting {
		if w.packed != nil && w.identifier == identifier {
			return true, nil
		}
	}
	return st.DB.Client.StagedItem.Query().Where(stageditem.RunID(st.hold.run), stageditem.Identifier(identifier)).Exist(system(ctx))
}

// take takes what was read of one activity.
func (st *staging) take(ctx context.Context, c iati.Checked) error {
	w := checked{issues: c.Issues}
	if a := c.Activity; a != nil {
		digest := a.Digest()
		packed, err := a.Pack()
		if err != nil {
			return err
		}
		w.identifier, w.line, w.digest, w.packed, w.transactions = a.Identifier, a.Line, digest[:], packed, len(a.Transactions)
	}
	st.waiting = append(st.waiting, w)
	st.issues += len(w.issues)
	st.bytes += len(w.packed)
	if len(st.waiting) < stageItems && st.issues < stageIssues && st.bytes < stageBytes {
		return nil
	}
	return st.flush(ctx)
}

// flush writes what waits.
func (st *staging) flush(ctx context.Context) error {
	if len(st.waiting) == 0 {
		return nil
	}
	waiting := st.waiting
	st.waiting, st.issues, st.bytes = nil, 0, 0
	if err := st.leaveOwn(ctx, waiting); err != nil {
		return err
	}
	var issues []iati.Issue
	for _, w := range waiting {
		issues = append(issues, w.issues...)
	}
	first := min(len(issues), stageIssues)
	if err := st.write(ctx, waiting, issues[:first]); err != nil {
		return err
	}
	for rest := range slices.Chunk(issues[first:], stageIssues) {
		if err := st.write(ctx, nil, rest); err != nil {
			return err
		}
	}
	st.tell()
	return nil
}

var msgOwn = i18n.Message{
	EN: "This is an activity of the ACS's own. Imports leave those as they are.",
	ES: "Es una actividad propia de la AEC. Las importaciones no las modifican.",
	FR: "C'est une activité propre à l'AEC. Les importations ne les modifient pas.",
}

// ownIssue is that of an activity that an import leaves out.
func ownIssue(identifier string, line int) iati.Issue {
	return iati.Issue{
		Severity: iati.Critical, Rule: "own-activity", Line: line, Path: "iati-activity", ActivityIdentifier: identifier, Message: msgOwn,
	}
}

// leaveOwn leaves out activities of the ACS's own.
func (st *staging) leaveOwn(ctx context.Context, waiting []checked) error {
	var identifiers []string
	for _, w := range waiting {
		if w.packed != nil {
			identifiers = append(identifiers, w.identifier)
		}
	}
	own, err := st.DB.Client.Activity.Query().
		Where(activity.IatiIdentifierIn(identifiers...), activity.OriginEQ(activity.OriginOwn)).
		Select(activity.FieldIatiIdentifier).Strings(system(ctx))
	if err != nil {
		return fmt.Errorf("importrun: look for own activities: %w", err)
	}
	for i := range waiting {
		w := &waiting[i]
		if w.packed != nil && slices.Contains(own, w.identifier) {
			w.packed = nil
			w.issues = append([]iati.Issue{ownIssue(w.identifier, w.line)}, w.issues...)
		}
	}
	return nil
}

// write stages activities and issues by one transaction.
func (st *staging) write(ctx context.Context, waiting []checked, issues []iati.Issue) error {
	if err := st.at(ctx, "stage"); err != nil {
		return err
	}
	start := st.Now()
	items := 0
	_, err := st.step(ctx, st.hold, func(ctx context.Context, tx *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error {
		now := st.Time()
		items = 0
		rows := make([]*ent.StagedItemCreate, 0, len(waiting))
		for _, w := range waiting {
			if w.packed == nil {
				continue
			}
			items++
			u.AddTransactions(w.transactions)
			rows = append(rows, tx.StagedItem.Create().SetID(st.NewID(id.StagedItem)).SetCreatedAt(now).SetRunID(run.ID).
				SetPosition(st.items+items).SetIdentifier(w.identifier).SetDigest(w.digest).SetLine(w.line).SetPayload(w.packed))
		}
		u.AddActivities(items)
		if err := tx.StagedItem.CreateBulk(rows...).Exec(ctx); err != nil {
			return fmt.Errorf("importrun: stage activities: %w", err)
		}
		count(u, issues)
		if err := insertIssues(ctx, tx, st.Service, run.ID, st.position, issues); err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	st.items += items
	st.position += len(issues)
	return st.rest(ctx, st.Now().Sub(start))
}

// count adds the issues to the run's counts.
func count(u *ent.ImportRunUpdateOne, issues []iati.Issue) {
	var critical, errors, warnings int
	for _, i := range issues {
		switch i.Severity {
		case iati.Critical:
			critical++
		case iati.Error:
			errors++
		case iati.Warning:
			warnings++
		}
	}
	u.AddCritical(critical).AddErrors(errors).AddWarnings(warnings)
}

// insertIssues writes issues from a position on.
func insertIssues(ctx context.Context, tx *ent.Client, s *Service, run uuid.UUID, position int, issues []iati.Issue) error {
	now := s.Time()
	rows := make([]*ent.ImportIssueCreate, len(issues))
	for n, i := range issues {
		rows[n] = tx.ImportIssue.Create().SetID(s.NewID(id.ImportIssue)).SetCreatedAt(now).SetRunID(run).SetPosition(position + n).
			SetSeverity(importissue.Severity(i.Severity)).SetRule(clip(i.Rule, 60)).SetLine(i.Line).SetPath(clip(i.Path, 500)).
			SetActivityIdentifier(clip(i.ActivityIdentifier, 400)).
			SetMessageEn(clip(i.Message.EN, 2000)).SetMessageEs(clip(i.Message.ES, 2000)).SetMessageFr(clip(i.Message.FR, 2000))
	}
	if err := tx.ImportIssue.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("importrun: write issues: %w", err)
	}
	return nil
}
