package graph_test

import (
	"context"
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/id"
	discussion "acs-aec.org/hub/internal/thread"
)

// TestASubjectIsNotFoundOutByAskingForIt: who takes part in a discussion on
// something that they may not see can't confirm by a filter what it is about.
func TestASubjectIsNotFoundOutByAskingForIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := addSubjects(t, w)
		th := w.opened(t, w.Committee, s.submitted, ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		w.posted(t, w.Committee, th, "mangroves")
		counts := `query($f: ThreadFilter, $s: SearchFilter) { threads(filter: $f) { totalCount } search(text: "mangroves", filter: $s) { totalCount } }`
		in := vars{"f": vars{"subjectId": s.submitted}, "s": vars{"subjectId": s.submitted}}
		w.ask(t, w.Committee, counts, in).ok().is("threads.totalCount", 1.0).is("search.totalCount", 1.0)
		w.ask(t, w.Partner, counts, in).ok().is("threads.totalCount", 0.0).is("search.totalCount", 0.0)
		w.ask(t, w.Partner, counts, nil).ok().is("threads.totalCount", 1.0).is("search.totalCount", 1.0)
	})
}

// TestErasureTakesWhatWaits: what a partner submitted, and why it was returned, go
// with the messages.
func TestErasureTakesWhatWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		in := vars{
			"subjectId": w.Donor, "title": vars{"en": "Discussion"}, "holdsPartnerPosts": true,
			"audience": []any{ofBody(w.SecretariatBody), ofOrganisation(w.Donor)},
		}
		th := w.ask(t, w.Secretariat, openThread, vars{"in": in}).ok().id("openThread.thread.id")
		a := w.ask(t, w.Partner, submitPost, vars{"in": vars{"threadId": th, "body": "numbat", "language": "en"}}).ok()
		held := a.id("postMessage.held.id")
		w.ask(t, w.Secretariat, `mutation($in: ReturnPostInput!) { returnPost(input: $in) { draft { id } } }`,
			vars{"in": vars{"id": held, "expectedRevision": 1, "reason": "no numbats"}}).ok()
		w.ask(t, w.Secretariat, closeThread, vars{"in": vars{"id": th, "expectedRevision": 1}}).ok()
		w.ask(t, w.Secretariat, setRetention, schedule(1, 0)).ok()
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Thread.Update().Where(thread.ID(th)).SetClosedAt(w.Time().AddDate(-2, 0, 0)).Exec(ctx)
		})
		if err := discussion.New(w.Runner).EraseDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		row := w.DB.Client.MessageDraft.GetX(w.System(), held)
		if row.Body != "" || row.Reason != "" || row.Status != "DISCARDED" {
			t.Errorf("what is left of %s: %v", id.Format(held), row)
		}
	})
}
