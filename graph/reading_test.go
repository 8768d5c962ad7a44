package graph_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/reading"
	"acs-aec.org/hub/internal/viewer"
)

const readingFields = `fragment R on Thread { viewerReading { upTo ranges { from to } unread firstUnread attention updatedAt } }`

const (
	markRead       = `mutation($in: MarkReadInput!) { markRead(input: $in) { thread { id ...R } cursor eventIds } } ` + readingFields
	followThread   = `mutation($in: FollowThreadInput!) { followThread(input: $in) { thread { id ...R } cursor eventIds } } ` + readingFields
	muteThread     = `mutation($in: MuteThreadInput!) { muteThread(input: $in) { thread { id ...R } cursor eventIds } } ` + readingFields
	resetAttention = `mutation($in: ResetAttentionInput!) { resetAttention(input: $in) { thread { id ...R } cursor eventIds } } ` + readingFields
	readingOf      = `query($id: ID!) { thread(id: $id) { id ...R } } ` + readingFields
)

// reads is how a viewer stands to a discussion: "mark+ranges: unread from first, attention".
func (w *world) reads(tb testing.TB, v *viewer.Viewer, th uuid.UUID) string {
	tb.Helper()
	return stands(w.ask(tb, v, readingOf, vars{"id": th}).ok(), "thread.viewerReading")
}

func stands(a *answer, path string) string {
	ranges := ""
	for i := 0; ; i++ {
		from := a.at(fmt.Sprintf("%s.ranges.%d.from", path, i))
		if from == nil {
			break
		}
		ranges += fmt.Sprintf("+%v-%v", from, a.at(fmt.Sprintf("%s.ranges.%d.to", path, i)))
	}
	return fmt.Sprintf("%v%s: %v from %v, %v", a.at(path+".upTo"), ranges, a.at(path+".unread"), a.at(path+".firstUnread"), a.at(path+".attention"))
}

// kept is everything that is kept of reading, to see that nothing changed.
func (w *world) kept(tb testing.TB) string {
	tb.Helper()
	rows, err := w.DB.Client.ThreadReading.Query().Order(ent.Asc("id")).All(w.System())
	if err != nil {
		tb.Fatal(err)
	}
	counters, err := w.DB.Client.PersonCounter.Query().Order(ent.Asc("id")).All(w.System())
	if err != nil {
		tb.Fatal(err)
	}
	return fmt.Sprint(rows, counters)
}

func TestMarkRead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		if got := w.reads(t, w.Committee, th); got != "0: 0 from <nil>, DEFAULT" {
			t.Errorf("before the first message: %s", got)
		}
		for i := range 8 {
			w.posted(t, w.Chair, th, fmt.Sprint("message ", i+1))
		}
		if got := w.reads(t, w.Chair, th); got != "8: 0 from <nil>, DEFAULT" {
			t.Errorf("who wrote all of them: %s", got)
		}
		for i, c := range []struct {
			read    vars
			want    string
			changes bool
		}{
			{vars{"upTo": 0}, "0: 8 from 1, DEFAULT", false},
			{vars{"upTo": 2}, "2: 6 from 3, DEFAULT", true},
			{vars{"upTo": 2}, "2: 6 from 3, DEFAULT", false},
			{vars{"upTo": 1}, "2: 6 from 3, DEFAULT", false},
			{vars{"numbers": []any{5, 8, 5}}, "2+5-5+8-8: 4 from 3, DEFAULT", true},
			{vars{"ranges": []any{vars{"from": 1, "to": 2}, vars{"from": 5, "to": 5}}}, "2+5-5+8-8: 4 from 3, DEFAULT", false},
			{vars{"ranges": []any{vars{"from": 6, "to": 7}}}, "2+5-8: 2 from 3, DEFAULT", true},
			{vars{"upTo": 3, "numbers": []any{4}}, "8: 0 from <nil>, DEFAULT", true},
			{vars{"upTo": 8, "numbers": []any{1}}, "8: 0 from <nil>, DEFAULT", false},
		} {
			w.Clock.Add(time.Second)
			before := w.kept(t)
			c.read["threadId"] = th
			var a *answer
			w.tells(t, func() { a = w.ask(t, w.Committee, markRead, vars{"in": c.read}).ok() })
			if got := stands(a, "markRead.thread.viewerReading"); got != c.want {
				t.Errorf("%d: %s, want %s", i, got, c.want)
			}
			if got := w.reads(t, w.Committee, th); got != c.want {
				t.Errorf("%d: a fresh look: %s, want %s", i, got, c.want)
			}
			if (w.kept(t) != before) != c.changes {
				t.Errorf("%d: something changed: %v", i, !c.changes)
			}
			if a.at("markRead.cursor") == nil || len(a.at("markRead.eventIds").([]any)) != 0 {
				t.Errorf("%d: %s", i, a.raw)
			}
		}
		w.posted(t, w.Chair, th, "one more")
		w.posted(t, w.Committee, th, "an answer")
		w.posted(t, w.Chair, th, "and one more")
		if got := w.reads(t, w.Committee, th); got != "8+10-10: 2 from 9, DEFAULT" {
			t.Errorf("one's own message is read, and no other: %s", got)
		}
		last := w.posted(t, w.Chair, th, "taken back")
		w.ask(t, w.Chair, withdrawMessage, vars{"in": vars{"id": last, "expectedRevision": 1}}).ok()
		if got := w.reads(t, w.Committee, th); got != "8+10-10: 3 from 9, DEFAULT" {
			t.Errorf("a withdrawn message has a number: %s", got)
		}
	})
}

func TestMarkReadRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		w.posted(t, w.Chair, th, "first")
		w.posted(t, w.Chair, th, "second")
		many, ranges := make([]any, 101), make([]any, reading.MaxRanges+1)
		for i := range many {
			many[i] = 1
		}
		for i := range ranges {
			ranges[i] = vars{"from": 1, "to": 1}
		}
		before := w.kept(t)
		w.tells(t, func() {
			for name, c := range map[string]struct {
				v           *viewer.Viewer
				in          vars
				code, field string
			}{
				"nobody":               {w.Nobody, vars{"upTo": 1}, "UNAUTHENTICATED", ""},
				"who takes no part":    {w.Secretariat, vars{"upTo": 1}, "NOT_FOUND", ""},
				"a number of no part":  {w.Bureau, vars{"upTo": 99}, "NOT_FOUND", ""},
				"nothing":              {w.Committee, vars{}, "INVALID_INPUT", "input"},
				"nothing in lists":     {w.Committee, vars{"numbers": []any{}, "ranges": []any{}}, "INVALID_INPUT", "input"},
				"beyond the last":      {w.Committee, vars{"upTo": 3}, "INVALID_INPUT", "input.upTo"},
				"below the first":      {w.Committee, vars{"upTo": -1}, "INVALID_INPUT", "input.upTo"},
				"a number beyond":      {w.Committee, vars{"upTo": 1, "numbers": []any{2, 3}}, "INVALID_INPUT", "input.numbers"},
				"number nought":        {w.Committee, vars{"numbers": []any{0}}, "INVALID_INPUT", "input.numbers"},
				"a range beyond":       {w.Committee, vars{"ranges": []any{vars{"from": 2, "to": 3}}}, "INVALID_INPUT", "input.ranges"},
				"a range from nought":  {w.Committee, vars{"ranges": []any{vars{"from": 0, "to": 1}}}, "INVALID_INPUT", "input.ranges"},
				"a range that is none": {w.Committee, vars{"ranges": []any{vars{"from": 2, "to": 1}}}, "INVALID_INPUT", "input.ranges"},
				"too many numbers":     {w.Committee, vars{"numbers": many}, "INVALID_INPUT", "input.numbers"},
				"too many ranges":      {w.Committee, vars{"ranges": ranges}, "INVALID_INPUT", "input.ranges"},
			} {
				c.in["threadId"] = th
				a := w.ask(t, c.v, markRead, vars{"in": c.in})
				if c.field == "" {
					a.refused(c.code)
				} else {
					a.refused(c.code, c.field)
				}
				if t.Failed() {
					t.Fatal(name)
				}
			}
			w.ask(t, w.Committee, markRead, vars{"in": vars{"threadId": w.NewID(id.Thread), "upTo": 1}}).refused("NOT_FOUND")
			w.ask(t, w.Committee, markRead, vars{"in": vars{"threadId": w.Donor, "upTo": 1}}).refused("INVALID_INPUT", "input.threadId")
			for _, m := range []string{followThread, muteThread, resetAttention} {
				w.ask(t, w.Nobody, m, vars{"in": vars{"threadId": th}}).refused("UNAUTHENTICATED")
				w.ask(t, w.Secretariat, m, vars{"in": vars{"threadId": th}}).refused("NOT_FOUND")
			}
		})
		if w.kept(t) != before {
			t.Error("what was refused changed something")
		}
	})
}

func TestAttention(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		w.posted(t, w.Chair, th, "first")
		for i, c := range []struct {
			field, mutation, want string
			changes               bool
		}{
			{"resetAttention", resetAttention, "0: 1 from 1, DEFAULT", false},
			{"followThread", followThread, "0: 1 from 1, FOLLOWING", true},
			{"followThread", followThread, "0: 1 from 1, FOLLOWING", false},
			{"muteThread", muteThread, "0: 1 from 1, MUTED", true},
			{"markRead", markRead, "1: 0 from <nil>, MUTED", true},
			{"resetAttention", resetAttention, "1: 0 from <nil>, DEFAULT", true},
		} {
			before := w.kept(t)
			in := vars{"threadId": th}
			if c.field == "markRead" {
				in["upTo"] = 1
			}
			w.tells(t, func() {
				a := w.ask(t, w.Committee, c.mutation, vars{"in": in}).ok()
				if got := stands(a, c.field+".thread.viewerReading"); got != c.want {
					t.Errorf("%d: %s, want %s", i, got, c.want)
				}
			})
			if (w.kept(t) != before) != c.changes {
				t.Errorf("%d: something changed: %v", i, !c.changes)
			}
		}
		if got := w.reads(t, w.Chair, th); got != "1: 0 from <nil>, DEFAULT" {
			t.Errorf("somebody else: %s", got)
		}
	})
}

// TestReadingIsOnesOwn shows what lists, filters and counts tell of it, to each viewer.
func TestReadingIsOnesOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		subject := w.signed(t, "Agreement", "2026-01-01", w.Donor)
		threads := make([]uuid.UUID, 5)
		for i := range threads {
			threads[i] = w.opened(t, w.Chair, subject, ofBody(w.SpecialCommittee), ofBody(w.BureauBody))
			w.ask(t, w.Chair, `mutation($in: EditThreadInput!) { editThread(input: $in) { cursor } }`,
				vars{"in": vars{"id": threads[i], "expectedRevision": 1, "title": vars{"en": fmt.Sprint("T", i)}}}).ok()
			for range i {
				w.posted(t, w.Chair, threads[i], "text")
			}
		}
		mark := func(v *viewer.Viewer, i int, in vars) {
			t.Helper()
			in["threadId"] = threads[i]
			w.ask(t, v, markRead, vars{"in": in}).ok()
		}
		mark(w.Committee, 1, vars{"upTo": 1})
		mark(w.Committee, 3, vars{"numbers": []any{1, 3}})
		mark(w.Committee, 4, vars{"numbers": []any{1, 3, 4}, "ranges": []any{vars{"from": 2, "to": 2}}})
		mark(w.Bureau, 4, vars{"numbers": []any{2, 4}})
		mark(w.Bureau, 2, vars{"upTo": 2})
		w.ask(t, w.Committee, muteThread, vars{"in": vars{"threadId": threads[2]}}).ok()
		w.ask(t, w.Committee, followThread, vars{"in": vars{"threadId": threads[0]}}).ok()
		const list = `query($f: ThreadFilter) { threads(filter: $f, orderBy: {field: TITLE}) { nodes { title viewerReading { unread } } totalCount } viewer { unreadThreads } }`
		for name, c := range map[string]struct {
			v      *viewer.Viewer
			filter vars
			want   string
		}{
			"all of one":          {w.Committee, nil, "T0:0 T1:0 T2:2 T3:1 T4:0 "},
			"all of another":      {w.Bureau, nil, "T0:0 T1:1 T2:0 T3:3 T4:2 "},
			"unread":              {w.Committee, vars{"unread": true}, "T2:2 T3:1 "},
			"unread by another":   {w.Bureau, vars{"unread": true}, "T1:1 T3:3 T4:2 "},
			"unread by its voice": {w.Chair, vars{"unread": true}, ""},
			"read":                {w.Committee, vars{"unread": false}, "T0:0 T1:0 T4:0 "},
			"muted":               {w.Committee, vars{"attention": "MUTED"}, "T2:2 "},
			"muted by another":    {w.Bureau, vars{"attention": "MUTED"}, ""},
			"followed":            {w.Committee, vars{"attention": "FOLLOWING"}, "T0:0 "},
			"neither":             {w.Committee, vars{"attention": "DEFAULT"}, "T1:0 T3:1 T4:0 "},
			"neither, untouched":  {w.Council, vars{"attention": "DEFAULT", "unread": false}, ""},
			"unread and muted":    {w.Committee, vars{"attention": "MUTED", "unread": true}, "T2:2 "},
			"of who has no part":  {w.Secretariat, vars{"unread": true}, ""},
			"of nobody":           {w.Nobody, vars{"unread": true}, ""},
		} {
			a := w.ask(t, c.v, list, vars{"f": c.filter}).ok()
			got, n := "", 0.0
			for i := 0; a.at(fmt.Sprintf("threads.nodes.%d.title", i)) != nil; i++ {
				got += fmt.Sprintf("%v:%v ", a.at(fmt.Sprintf("threads.nodes.%d.title", i)), a.at(fmt.Sprintf("threads.nodes.%d.viewerReading.unread", i)))
				n++
			}
			if got != c.want || a.at("threads.totalCount") != n {
				t.Errorf("%s: %s, %v in all, want %s", name, got, a.at("threads.totalCount"), c.want)
			}
		}
		for v, want := range map[*viewer.Viewer]float64{w.Committee: 1, w.Bureau: 3, w.Chair: 0, w.Secretariat: 0} {
			w.ask(t, v, `{ viewer { unreadThreads } }`, nil).ok().is("viewer.unreadThreads", want)
		}
		nested := `query($id: ID!) { node(id: $id) { ... on Agreement { threads(filter: {unread: true}, orderBy: {field: TITLE}) { nodes { title } } } } }`
		if got := fmt.Sprint(w.ask(t, w.Committee, nested, vars{"id": subject}).ok().all("node.threads.nodes.*.title")); got != "[T2 T3]" {
			t.Errorf("on a subject: %s", got)
		}
		// Once the access has ended, nothing tells that there was a reading; with a new one, it is there again.
		for i, change := range []string{endAccess, grantAccess} {
			for j, th := range threads {
				in := vars{"threadId": th, "expectedRevision": 2 + i}
				in[[]string{"of", "to"}[i]] = ofBody(w.BureauBody)
				w.ask(t, w.Chair, change, vars{"in": in}).ok()
				if i == 0 {
					w.ask(t, w.Bureau, markRead, vars{"in": vars{"threadId": th, "upTo": j}}).refused("NOT_FOUND")
				}
			}
			a := w.ask(t, w.Bureau, `{ threads(filter: {unread: true}) { totalCount } viewer { unreadThreads } }`, nil).ok()
			a.is("threads.totalCount", float64(3*i)).is("viewer.unreadThreads", float64(3*i))
		}
		if got := w.reads(t, w.Bureau, threads[4]); got != "0+2-2+4-4: 2 from 1, DEFAULT" {
			t.Errorf("with a new access: %s", got)
		}
		a := w.ask(t, w.Nobody, `query($id: ID!) { thread(id: $id) { viewerReading { unread } } viewer { unreadThreads viewerPosition } }`, vars{"id": threads[1]}).ok()
		a.is("thread", nil).is("viewer", nil)
	})
}

// TestStatementsOfReadingAreFlat whatever the number of rows and messages.
func TestStatementsOfReadingAreFlat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const list = `{ threads(first: 100) { nodes { title viewerReading { upTo ranges { from to } unread firstUnread attention } } } }`
		const counts = `{ viewer { unreadThreads viewerPosition } threads(filter: {unread: true, attention: DEFAULT}) { nodes { title } } }`
		grow := func(threads, messages int) (last uuid.UUID) {
			for i := range threads {
				last = w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
				for range messages {
					w.posted(t, w.Chair, last, "text")
				}
				if i%2 == 0 {
					w.ask(t, w.Committee, markRead, vars{"in": vars{"threadId": last, "upTo": 1}}).ok()
				}
			}
			return last
		}
		cost := func(th uuid.UUID, last int) [5]int64 {
			return [5]int64{
				w.statements(func() { w.ask(t, w.Committee, list, nil).ok() }),
				w.statements(func() { w.ask(t, w.Committee, counts, nil).ok() }),
				w.statements(func() { w.ask(t, w.Committee, markRead, vars{"in": vars{"threadId": th, "upTo": last}}).ok() }),
				w.statements(func() { w.ask(t, w.Committee, markRead, vars{"in": vars{"threadId": th, "upTo": last}}).ok() }),
				w.statements(func() { w.posted(t, w.Chair, th, "text") }),
			}
		}
		th := grow(2, 2)
		w.ask(t, w.Committee, markRead, vars{"in": vars{"threadId": th, "upTo": 1}}).ok()
		few := cost(th, 2)
		th = grow(8, 6)
		w.ask(t, w.Committee, markRead, vars{"in": vars{"threadId": th, "upTo": 1}}).ok()
		if many := cost(th, 6); many != few {
			t.Errorf("list, counts, mark, mark again, post: %d statements, with more rows %d", few, many)
		}
		if few[3] >= few[2] {
			t.Errorf("a mark that changes nothing costs %d statements, one that does %d", few[3], few[2])
		}
		t.Logf("list, counts, mark, mark again, post: %d statements", few)
	})
}

// TestMarksLeaveTheLogAlone however many there are.
func TestMarksLeaveTheLogAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		const messages = 60
		w.Write(t, func(ctx context.Context, tx *ent.Client) error { // as many messages without their events
			return tx.Thread.Update().Where(thread.ID(th)).SetLastNumber(messages).Exec(ctx)
		})
		state := func() string {
			head, err := w.Log.Head(w.System())
			if err != nil {
				t.Fatal(err)
			}
			n, err := w.DB.Client.LogEntry.Query().Count(w.System())
			if err != nil {
				t.Fatal(err)
			}
			row, err := w.DB.Client.Thread.Get(w.System(), th)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(head, n, row)
		}
		before := state()
		for n := 1; n <= messages; n++ {
			w.ask(t, w.Committee, markRead, vars{"in": vars{"threadId": th, "upTo": n}}).ok()
			w.ask(t, w.Chair, markRead, vars{"in": vars{"threadId": th, "numbers": []any{messages + 1 - n}}}).ok()
		}
		w.ask(t, w.Committee, followThread, vars{"in": vars{"threadId": th}}).ok()
		if after := state(); after != before {
			t.Errorf("log and discussion: %s, before %s", after, before)
		}
		rows, err := w.DB.Client.ThreadReading.Query().Count(w.System())
		if err != nil || rows != 2 {
			t.Errorf("%d rows, %v", rows, err)
		}
		counter, err := w.DB.Client.PersonCounter.Get(w.System(), w.Committee.Person)
		if err != nil || counter.Version != messages+1 {
			t.Errorf("%v, %v: every change has its version", counter, err)
		}
		if got := w.reads(t, w.Chair, th); got != "60: 0 from <nil>, DEFAULT" {
			t.Errorf("from the end to the start: %s", got)
		}
	})
}

// TestManyDevicesAgree whatever the order in which their marks come, at once too.
func TestManyDevicesAgree(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		const devices, each = 4, 6
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Thread.Update().Where(thread.ID(th)).SetLastNumber(devices * each).Exec(ctx)
		})
		done := make(chan error, devices)
		s := reading.New(w.Runner)
		for d := range devices {
			go func() {
				for i := range each {
					if _, _, err := s.MarkRead(viewer.With(context.Background(), w.Committee), th, reading.Reading{Numbers: []int{i*devices + d + 1}}); err != nil {
						done <- err
						return
					}
				}
				done <- nil
			}()
		}
		for range devices {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		if got := w.reads(t, w.Committee, th); got != "24: 0 from <nil>, DEFAULT" {
			t.Error(got)
		}
	})
}

// TestViewerPosition is where one's own stands, and nothing for nobody.
func TestViewerPosition(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		w.posted(t, w.Chair, th, "first")
		for range 2 {
			now, err := w.Personal.Now(w.System(), w.Committee.Person)
			if err != nil {
				t.Fatal(err)
			}
			a := w.ask(t, w.Committee, `query { ...V } fragment V on Query { me: viewer { ... on Viewer { at: viewerPosition } } }`, nil).ok()
			cursor, _ := a.at("me.at").(string)
			if got, err := w.Personal.Open(w.Committee.Person, cursor); err != nil || got != now {
				t.Errorf("%v, %v, want %v", got, err, now)
			}
			if _, err := w.Personal.Open(w.Chair.Person, cursor); err == nil {
				t.Error("it is another person's too")
			}
			w.ask(t, w.Committee, markRead, vars{"in": vars{"threadId": th, "upTo": 1}}).ok()
		}
	})
}

// TestWhatOneDoesNotSeeIsNotUnread of who was admitted without the history.
func TestWhatOneDoesNotSeeIsNotUnread(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		write := func(n int) {
			for range n {
				w.posted(t, w.Chair, th, "text")
			}
		}
		mark := func(numbers ...any) {
			t.Helper()
			w.ask(t, w.Bureau, markRead, vars{"in": vars{"threadId": th, "numbers": numbers}}).ok()
		}
		check := func(when, want string, unread float64) {
			t.Helper()
			if got := w.reads(t, w.Bureau, th); got != want {
				t.Errorf("%s: %s, want %s", when, got, want)
			}
			w.ask(t, w.Bureau, `{ viewer { unreadThreads } threads(filter: {unread: true}) { totalCount } }`, nil).ok().
				is("viewer.unreadThreads", unread).is("threads.totalCount", unread)
		}
		write(5)
		w.granted(t, w.Chair, th, ofBody(w.BureauBody), "FROM_ADMISSION")
		check("just admitted", "5: 0 from <nil>, DEFAULT", 0)
		write(3)
		check("three later", "5: 3 from 6, DEFAULT", 1)
		mark(7)
		check("the middle one read", "5+7-7: 2 from 6, DEFAULT", 1)
		mark(6, 8)
		check("all read", "8: 0 from <nil>, DEFAULT", 0)
		w.granted(t, w.Chair, th, ofPerson(w.Bureau), "FULL")
		check("the history opened", "0+6-8: 5 from 1, DEFAULT", 1)
		mark(2, 3)
		check("some of it read", "0+2-3+6-8: 3 from 1, DEFAULT", 1)
		w.excluded(t, w.Chair, th, ofPerson(w.Bureau))
		check("and closed again", "8: 0 from <nil>, DEFAULT", 0)
		w.excluded(t, w.Chair, th, ofBody(w.BureauBody))
		write(2)
		w.granted(t, w.Chair, th, ofBody(w.BureauBody), "FROM_ADMISSION")
		check("admitted anew", "10: 0 from <nil>, DEFAULT", 0)
		write(1)
		check("one later", "10: 1 from 11, DEFAULT", 1)
	})
}

// TestFilterAndFieldAgree on what is unread, whatever was read and is seen.
func TestFilterAndFieldAgree(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same each time
		const threads, last = 25, 8
		for range threads {
			th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
			w.Write(t, func(ctx context.Context, tx *ent.Client) error {
				return tx.Thread.Update().Where(thread.ID(th)).SetLastNumber(random.IntN(last + 1)).Exec(ctx)
			})
			w.granted(t, w.Chair, th, ofBody(w.BureauBody), []string{"FULL", "FROM_ADMISSION"}[random.IntN(2)])
			w.Write(t, func(ctx context.Context, tx *ent.Client) error {
				return tx.Thread.Update().Where(thread.ID(th)).SetLastNumber(last).Exec(ctx)
			})
			for n := 1; n <= last; n++ {
				if random.IntN(3) > 0 {
					w.ask(t, w.Bureau, markRead, vars{"in": vars{"threadId": th, "numbers": []any{n}}}).ok()
				}
			}
		}
		const list = `query($f: ThreadFilter) { threads(first: 100, filter: $f) { nodes { id viewerReading { unread } } totalCount } viewer { unreadThreads } }`
		unread := 0
		for _, n := range w.ask(t, w.Bureau, list, nil).ok().all("threads.nodes.*.viewerReading.unread") {
			if n != "0" {
				unread++
			}
		}
		if unread == 0 || unread == threads {
			t.Fatalf("%d of %d are unread: this shows nothing", unread, threads)
		}
		a := w.ask(t, w.Bureau, list, vars{"f": vars{"unread": true}}).ok().is("threads.totalCount", float64(unread)).is("viewer.unreadThreads", float64(unread))
		for _, n := range a.all("threads.nodes.*.viewerReading.unread") {
			if n == "0" {
				t.Error("one without unread messages is listed as unread")
			}
		}
		w.ask(t, w.Bureau, list, vars{"f": vars{"unread": false}}).ok().is("threads.totalCount", float64(threads-unread))
	})
}
