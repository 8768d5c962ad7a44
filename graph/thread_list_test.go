package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

// titled opens discussions of the special committee, one for each title, a
// minute apart.
func (w *world) titled(tb testing.TB, subject uuid.UUID, titles ...string) []uuid.UUID {
	tb.Helper()
	out := make([]uuid.UUID, len(titles))
	for i, title := range titles {
		in := vars{"subjectId": subject, "title": vars{"en": title}, "audience": []any{ofBody(w.SpecialCommittee)}}
		out[i] = w.ask(tb, w.Committee, openThread, vars{"in": in}).ok().id("openThread.thread.id")
		w.Clock.Add(time.Minute)
	}
	return out
}

func TestListsOfThreads(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		on := w.titled(t, w.Donor, "Éclair", "apple", "Zebra")
		other := w.titled(t, w.CouncilBody, "eagle")[0]
		w.posted(t, w.Committee, on[1], "a")
		w.Clock.Add(time.Minute)
		w.posted(t, w.Chair, on[0], "b")
		w.ask(t, w.Committee, closeThread, vars{"in": vars{"id": on[2], "expectedRevision": 1}}).ok()
		w.ask(t, w.Committee, grantAccess, vars{"in": vars{"threadId": other, "expectedRevision": 1, "to": ofBody(w.BureauBody)}}).ok()
		w.ask(t, w.Committee, grantAccess, vars{"in": vars{"threadId": on[0], "expectedRevision": 1, "to": ofBody(w.BureauBody)}}).ok()
		w.ask(t, w.Committee, endAccess, vars{"in": vars{"threadId": on[0], "expectedRevision": 2, "of": ofBody(w.BureauBody)}}).ok()
		const query = `query($f: ThreadFilter, $o: ThreadOrder = {field: TITLE}) { threads(filter: $f, orderBy: $o) { nodes { title } totalCount } }`
		for name, c := range map[string]struct {
			filter, order any
			want          string
		}{
			"by title":          {nil, vars{"field": "TITLE"}, "apple eagle Éclair Zebra"},
			"by title, down":    {nil, vars{"field": "TITLE", "direction": "DESC"}, "Zebra Éclair eagle apple"},
			"by opening":        {nil, vars{"field": "CREATED_AT"}, "Éclair apple Zebra eagle"},
			"by opening, down":  {nil, vars{"field": "CREATED_AT", "direction": "DESC"}, "eagle Zebra apple Éclair"},
			"by latest message": {nil, vars{"field": "LAST_MESSAGE_AT"}, "Zebra eagle apple Éclair"},
			"latest first":      {nil, vars{"field": "LAST_MESSAGE_AT", "direction": "DESC"}, "Éclair apple eagle Zebra"},
			"null order":        {nil, nil, "Éclair apple eagle Zebra"},
			"subject":           {vars{"subjectId": w.Donor}, vars{"field": "TITLE"}, "apple Éclair Zebra"},
			"no such subject":   {vars{"subjectId": w.NewID(id.Agreement)}, vars{"field": "TITLE"}, ""},
			"status":            {vars{"status": "CLOSED"}, vars{"field": "TITLE"}, "Zebra"},
			"a body":            {vars{"bodyId": w.BureauBody}, vars{"field": "TITLE"}, "eagle"},
			"an author":         {vars{"authorId": w.Chair.Person}, vars{"field": "TITLE"}, "Éclair"},
			"a text":            {vars{"text": "ECLA"}, vars{"field": "TITLE"}, "Éclair"},
			"a wildcard":        {vars{"text": "%"}, vars{"field": "TITLE"}, ""},
			"all together":      {vars{"subjectId": w.Donor, "status": "OPEN", "bodyId": w.SpecialCommittee, "authorId": w.Committee.Person, "text": "pp"}, vars{"field": "TITLE"}, "apple"},
		} {
			a := w.ask(t, w.Committee, query, vars{"f": c.filter, "o": c.order}).ok()
			got := a.all("threads.nodes.*.title")
			if strings.Join(got, " ") != c.want || a.at("threads.totalCount") != float64(len(got)) {
				t.Errorf("%s: %v of %v, want %s", name, got, a.at("threads.totalCount"), c.want)
			}
		}
		if got := w.ask(t, w.Committee, `{ threads { nodes { title } } }`, nil).ok().all("threads.nodes.*.title"); got[0] != "Éclair" {
			t.Errorf("without an order: %v", got)
		}
	})
}

// TestPagesOfThreads walks the list both ways, page by page, for every order.
func TestPagesOfThreads(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ths := w.titled(t, w.Donor, "same", "same", "b", "a", "c", "same", "d")
		w.posted(t, w.Committee, ths[2], "x")
		w.posted(t, w.Committee, ths[5], "y") // at the same moment
		for _, order := range []string{"TITLE", "CREATED_AT", "LAST_MESSAGE_AT"} {
			for _, direction := range []string{"ASC", "DESC"} {
				o := vars{"field": order, "direction": direction}
				const all = `query($o: ThreadOrder) { threads(orderBy: $o) { nodes { id } } }`
				whole := w.ask(t, w.Committee, all, vars{"o": o}).ok().all("threads.nodes.*.id")
				var forth, back []string
				const next = `query($o: ThreadOrder, $after: String) { threads(orderBy: $o, first: 3, after: $after) { edges { node { id } cursor } pageInfo { hasNextPage endCursor } } }`
				for in := (vars{"o": o}); ; {
					a := w.ask(t, w.Committee, next, in).ok()
					forth = append(forth, a.all("threads.edges.*.node.id")...)
					if a.at("threads.pageInfo.hasNextPage") == false {
						break
					}
					in["after"] = a.at("threads.pageInfo.endCursor")
				}
				const previous = `query($o: ThreadOrder, $before: String) { threads(orderBy: $o, last: 3, before: $before) { nodes { id } pageInfo { hasPreviousPage startCursor } } }`
				for in := (vars{"o": o}); ; {
					a := w.ask(t, w.Committee, previous, in).ok()
					back = append(a.all("threads.nodes.*.id"), back...)
					if a.at("threads.pageInfo.hasPreviousPage") == false {
						break
					}
					in["before"] = a.at("threads.pageInfo.startCursor")
				}
				if len(whole) != 7 || !slices.Equal(whole, forth) || !slices.Equal(whole, back) {
					t.Errorf("%s %s: %v, forth %v, back %v", order, direction, whole, forth, back)
				}
			}
		}
	})
}

func TestListsOfMessages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		var ms []uuid.UUID
		for i := range 6 {
			v, l := w.Committee, "en"
			if i%2 == 1 {
				v, l = w.Chair, "es"
			}
			in := vars{"threadId": th, "body": fmt.Sprint("message ", i+1), "language": l}
			ms = append(ms, w.ask(t, v, postMessage, vars{"in": in}).ok().id("postMessage.message.id"))
		}
		w.Clock.Add(time.Minute)
		w.ask(t, w.Committee, editMessage, vars{"in": vars{"id": ms[4], "expectedRevision": 1, "body": "x"}}).ok()
		w.Clock.Add(time.Minute)
		w.ask(t, w.Committee, editMessage, vars{"in": vars{"id": ms[0], "expectedRevision": 1, "body": "y"}}).ok()
		w.ask(t, w.Chair, withdrawMessage, vars{"in": vars{"id": ms[1], "expectedRevision": 1}}).ok()
		const query = `query($id: ID!, $f: MessageFilter, $o: MessageOrder) { thread(id: $id) { messages(filter: $f, orderBy: $o) { nodes { number } totalCount } } }`
		for name, c := range map[string]struct {
			filter, order any
			want          string
		}{
			"all":             {nil, nil, "1 2 3 4 5 6"},
			"down":            {nil, vars{"field": "NUMBER", "direction": "DESC"}, "6 5 4 3 2 1"},
			"by change":       {nil, vars{"field": "EDITED_AT"}, "2 3 4 6 5 1"},
			"by change, down": {nil, vars{"field": "EDITED_AT", "direction": "DESC"}, "1 5 6 4 3 2"},
			"an author":       {vars{"authorId": w.Chair.Person}, nil, "2 4 6"},
			"a language":      {vars{"language": "en"}, nil, "1 3 5"},
			"withdrawn":       {vars{"withdrawn": true}, nil, "2"},
			"standing":        {vars{"withdrawn": false}, nil, "1 3 4 5 6"},
			"after a number":  {vars{"afterNumber": 4}, nil, "5 6"},
			"together":        {vars{"authorId": w.Chair.Person, "language": "es", "withdrawn": false, "afterNumber": 1}, nil, "4 6"},
		} {
			a := w.ask(t, w.Committee, query, vars{"id": th, "f": c.filter, "o": c.order}).ok()
			got := a.all("thread.messages.nodes.*.number")
			if strings.Join(got, " ") != c.want || a.at("thread.messages.totalCount") != float64(len(got)) {
				t.Errorf("%s: %v of %v, want %s", name, got, a.at("thread.messages.totalCount"), c.want)
			}
		}
		// Two lists of one discussion are two lists, each with a page of its own.
		a := w.ask(t, w.Committee, `query($id: ID!) { thread(id: $id) {
			head: messages(first: 2) { nodes { number } pageInfo { hasNextPage endCursor } }
			tail: messages(last: 2) { edges { node { number } } totalCount }
			none: messages(filter: {afterNumber: 100}) { nodes { number } totalCount pageInfo { startCursor hasNextPage } } } }`, vars{"id": th}).ok()
		a.is("thread.head.nodes.1.number", 2.0).is("thread.head.nodes.2", nil).is("thread.head.pageInfo.hasNextPage", true).
			is("thread.tail.edges.0.node.number", 5.0).is("thread.tail.totalCount", 6.0).is("thread.none.totalCount", 0.0).is("thread.none.pageInfo.startCursor", nil)
		w.ask(t, w.Committee, `query($id: ID!, $c: String) { thread(id: $id) { messages(after: $c, first: 1) { nodes { number } } } }`,
			vars{"id": th, "c": a.at("thread.head.pageInfo.endCursor")}).ok().is("thread.messages.nodes.0.number", 3.0)
		w.ask(t, w.Committee, `query($id: ID!) { thread(id: $id) { messages(first: 101) { nodes { number } } } }`, vars{"id": th}).refused("INVALID_INPUT", "first")
	})
}

// TestStatementsDoNotGrowWithRows asks for everything about discussions and
// messages, few and many.
func TestStatementsDoNotGrowWithRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := addSubjects(t, w)
		subjects := []uuid.UUID{w.Donor, s.agreement, s.programme, s.submitted, s.activity, w.CouncilBody}
		const query = `query($n: Int!) { threads(first: $n, orderBy: {field: CREATED_AT}) { totalCount nodes { ...T
			messages(first: $n) { totalCount pageInfo { hasNextPage } nodes { ...M author { name } thread { title subject { __typename } } replyTo { body author { id } } } } } } }
		` + threadFields + messageFields
		fill := func(n int) {
			w.Write(t, func(ctx context.Context, tx *ent.Client) error { return fillThreads(ctx, tx, w, subjects, n) })
		}
		fill(6)
		few := w.statements(func() { w.ask(t, w.Committee, query, vars{"n": 6}).ok().is("threads.totalCount", 6.0) })
		fill(44)
		many := w.statements(func() { w.ask(t, w.Committee, query, vars{"n": 50}).ok().is("threads.totalCount", 50.0) })
		if few != many {
			t.Errorf("%d statements for 6 discussions, %d for 50", few, many)
		}
	})
}

// fillThreads writes discussions of the special committee, each with an edited
// message and an answer, telling nothing.
func fillThreads(ctx context.Context, tx *ent.Client, w *world, subjects []uuid.UUID, n int) error {
	now := w.Time()
	for i := range n {
		t := w.NewID(id.Thread)
		c := tx.Thread.Create().SetID(t).SetCreatedAt(now).SetUpdatedAt(now).SetOpenedByID(w.Chair.Person).SetLastNumber(2).
			SetTitleText(i18n.Text{EN: fmt.Sprint("Discussion ", i), Authentic: i18n.EN})
		switch u := subjects[i%len(subjects)]; id.KindOf(u) {
		case id.Organisation:
			c.SetOrganisationID(u)
		case id.Agreement:
			c.SetAgreementID(u)
		case id.Programme:
			c.SetProgrammeID(u)
		case id.Proposal:
			c.SetProposalID(u)
		case id.Activity:
			c.SetActivityID(u)
		default:
			c.SetBodyID(u)
		}
		if err := c.Exec(ctx); err != nil {
			return err
		}
		if err := tx.ThreadAudience.Create().SetID(w.NewID(id.Audience)).SetCreatedAt(now).SetThreadID(t).SetBodyID(w.SpecialCommittee).Exec(ctx); err != nil {
			return err
		}
		first := w.NewID(id.Message)
		for number, m := range []uuid.UUID{first, w.NewID(id.Message)} {
			c := tx.Message.Create().SetID(m).SetCreatedAt(now).SetUpdatedAt(now).SetThreadID(t).SetNumber(number + 1).
				SetAuthorID(w.Committee.Person).SetLanguage(i18n.EN).SetBody("*Words*")
			if m != first {
				c.SetReplyToID(first)
			}
			if err := c.Exec(ctx); err != nil {
				return err
			}
			if err := tx.MessageRevision.Create().SetID(w.NewID(id.Revision)).SetCreatedAt(now).SetMessageID(m).SetNumber(1).
				SetLanguage(i18n.EN).SetBody("before").Exec(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}
