package importrun

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/importissue"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/id"
)

// staging is where a check puts what it has read. While one step is written the next
// one is read, unless others write: then the processors are theirs.
type staging struct {
	*Service
	source Source
	met    *met
	read   *reading
	tell   func(read int64)

	waiting []checked
	issues  int // among the waiting
	bytes   int
	measure measure    // of the next step
	writing chan error // gives how the step under way ended; nil: there is none
	readTo  int64      // where it ends in the file

	// Of the step under way, and of whoever has waited for it.
	hold     *hold
	items    int // written
	position int // the next issue's
}

// checked is an activity that waits to be staged, with its issues. Without an
// activity that can be kept, packed is nil. One that is refused for its errors is
// staged too, for it has not vanished from its dataset.
type checked struct {
	refused      bool
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
	if err := st.settle(); err != nil {
		return false, err
	}
	for _, w := range st.waiting {
		if (w.packed != nil || w.refused) && w.identifier == identifier {
			return true, nil
		}
	}
	return st.DB.Client.StagedItem.Query().Where(stageditem.RunID(st.hold.run), stageditem.Identifier(identifier)).Exist(system(ctx))
}

// take takes what was read of one activity.
func (st *staging) take(ctx context.Context, c iati.Checked) error {
	w := checked{issues: c.Issues}
	if a := c.Activity; a != nil {
		digest := a.Sum()
		packed, err := a.Pack()
		if err != nil {
			return err
		}
		w.identifier, w.line, w.digest, w.packed, w.transactions = a.Identifier, a.Line, digest[:], packed, len(a.Transactions)
		if w.refused = a.Flagged && st.source.onError() == importrun.OnErrorRefuse; w.refused {
			w.packed = nil
		} else if st.source.Own && a.Reporting.Ref != st.Organisation {
			w.packed = nil
			w.issues = append([]iati.Issue{foreignIssue(a, st.Organisation)}, w.issues...)
		}
	}
	st.waiting = append(st.waiting, w)
	st.issues += len(w.issues)
	st.bytes += len(w.packed)
	if m := st.measure; len(st.waiting) < m.items && st.issues < m.issues && st.bytes < m.bytes {
		return nil
	}
	return st.flush(ctx)
}

// flush begins to write what waits, once what was begun before is written.
func (st *staging) flush(ctx context.Context) error {
	if err := st.settle(); err != nil {
		return err
	}
	if len(st.waiting) == 0 {
		return nil
	}
	waiting, readTo, most := st.waiting, st.read.n, st.measure.issues
	st.waiting, st.issues, st.bytes = nil, 0, 0
	polite, writing := st.hold.polite, make(chan error, 1)
	st.writing, st.readTo = writing, readTo
	go func() { writing <- st.writeAll(ctx, waiting, readTo, most) }()
	if polite {
		return st.settle()
	}
	return nil
}

// settle waits until what was begun is written.
func (st *staging) settle() error {
	if st.writing == nil {
		return nil
	}
	err := <-st.writing
	st.writing = nil
	if err != nil {
		return err
	}
	st.measure = st.hold.measure()
	st.tell(st.readTo)
	return nil
}

// writeAll writes what was read up to a place in the file, with so many issues at most
// by one transaction.
func (st *staging) writeAll(ctx context.Context, waiting []checked, readTo int64, most int) error {
	if err := st.leaveOwn(ctx, waiting); err != nil {
		return err
	}
	var issues []iati.Issue
	for _, w := range waiting {
		issues = append(issues, w.issues...)
	}
	first := min(len(issues), most)
	if err := st.write(ctx, waiting, issues[:first], readTo); err != nil {
		return err
	}
	for rest := range slices.Chunk(issues[first:], most) {
		if err := st.write(ctx, nil, rest, readTo); err != nil {
			return err
		}
	}
	return nil
}

var (
	msgOwn = i18n.Message{
		EN: "This is an activity of the ACS's own. Imports leave those as they are.",
		ES: "Es una actividad propia de la AEC. Las importaciones no las modifican.",
		FR: "C'est une activité propre à l'AEC. Les importations ne les modifient pas.",
	}
	msgNotOwn = i18n.Message{
		EN: "This activity is here as that of another organisation and cannot become the ACS's own.",
		ES: "Esta actividad ya está aquí como de otra organización y no puede pasar a ser propia de la AEC.",
		FR: "Cette activité est ici comme celle d'une autre organisation et ne peut devenir celle de l'AEC.",
	}
	msgForeign = i18n.Message{
		EN: "The organisation %q reports this activity; only those that %q reports are the ACS's own.",
		ES: "La organización %q informa de esta actividad; solo son propias de la AEC las que informa %q.",
		FR: "L'organisation %q déclare cette activité ; seules celles que %q déclare sont propres à l'AEC.",
	}
)

func critical(rule, identifier string, line int, m i18n.Message) iati.Issue {
	return iati.Issue{Severity: iati.Critical, Rule: rule, Line: line, Path: "iati-activity", ActivityIdentifier: identifier, Message: m}
}

// ownIssue is that of an activity that a run leaves out for its origin.
func ownIssue(own bool, identifier string, line int) iati.Issue {
	if own {
		return critical("not-own-activity", identifier, line, msgNotOwn)
	}
	return critical("own-activity", identifier, line, msgOwn)
}

// foreignIssue is that of an activity which somebody else reports.
func foreignIssue(a *iati.Activity, organisation string) iati.Issue {
	in := func(l i18n.Lang) string { return msgForeign.In(l, a.Reporting.Ref, organisation) }
	return critical("foreign-activity", a.Identifier, a.Line, i18n.Message{EN: in(i18n.EN), ES: in(i18n.ES), FR: in(i18n.FR)})
}

// leaveOwn leaves out activities that are here with another origin than the run
// brings: those of the ACS's own, unless it brings such.
func (st *staging) leaveOwn(ctx context.Context, waiting []checked) error {
	var identifiers []string
	for _, w := range waiting {
		if w.packed != nil {
			identifiers = append(identifiers, w.identifier)
		}
	}
	others := activity.OriginEQ(activity.OriginOwn)
	if st.source.Own {
		others = activity.OriginEQ(activity.OriginImported)
	}
	own, err := st.DB.Client.Activity.Query().Where(activity.IatiIdentifierIn(identifiers...), others).
		Select(activity.FieldIatiIdentifier).Strings(system(ctx))
	if err != nil {
		return fmt.Errorf("importrun: look for own activities: %w", err)
	}
	for i := range waiting {
		w := &waiting[i]
		if w.packed != nil && slices.Contains(own, w.identifier) {
			w.packed = nil
			w.issues = append([]iati.Issue{ownIssue(st.source.Own, w.identifier, w.line)}, w.issues...)
		}
	}
	return nil
}

// leftOut says whether there is an activity that is not taken.
func (w checked) leftOut() bool {
	return w.refused || w.packed == nil && slices.ContainsFunc(w.issues, func(i iati.Issue) bool { return i.Severity == iati.Critical })
}

// write stages activities and issues by one transaction.
func (st *staging) write(ctx context.Context, waiting []checked, issues []iati.Issue, readTo int64) error {
	if err := st.at(ctx, "stage"); err != nil {
		return err
	}
	start := st.Now()
	staged := 0
	_, err := st.step(ctx, st.hold, func(ctx context.Context, tx *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error {
		now := st.Time()
		staged = 0
		items := 0
		rows := make([]*ent.StagedItemCreate, 0, len(waiting))
		for _, w := range waiting {
			if w.leftOut() {
				u.AddLeftOut(1)
			}
			if w.packed == nil && !w.refused {
				continue
			}
			staged++
			row := tx.StagedItem.Create().SetID(st.NewID(id.StagedItem)).SetCreatedAt(now).SetRunID(run.ID).
				SetPosition(st.items + staged).SetIdentifier(w.identifier).SetDigest(w.digest).SetLine(w.line)
			if w.refused {
				row.SetOutcome(stageditem.OutcomeLeft)
			} else {
				items++
				u.AddTransactions(w.transactions)
				row.SetPayload(w.packed)
			}
			rows = append(rows, row)
		}
		u.AddActivities(items).AddStaged(staged).SetReadTo(readTo)
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
	st.items += staged
	st.position += len(issues)
	return st.rest(ctx, st.hold, st.Now().Sub(start))
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
