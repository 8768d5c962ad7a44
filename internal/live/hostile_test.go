package live_test

import (
	"strings"
	"testing"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
)

// TestACursorIsNothingButACursor hands back texts that are as long as a cursor:
// what a client gave stands in its answers again.
func TestACursorIsNothingButACursor(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	n := start(t, w)
	th := opened(t, w, w.Chair, w.SpecialCommittee)
	n.knows(t, w.Committee, th)
	cursor := w.Log.Cursor(eventlog.Position{Seq: 1, Tag: w.Donor})
	for _, end := range []string{`"`, `\`, "\n", "\x00", "é", " ", "="} {
		forged := cursor[:len(cursor)-len(end)] + end
		if code := n.refused(t, w.Committee, threadFeed, in(th).after(forged)); code != "INVALID_INPUT" {
			t.Errorf("after %q: %q, want INVALID_INPUT", forged, code)
		}
	}
	l := n.subscribe(t, w.Committee, threadFeed, in(th).after(strings.Repeat("A", len(cursor))))
	if got := l.envelopes(1)[0]; got.Event.Typename != "StreamReset" {
		t.Errorf("what looks like one is one that is not known, but came %s", got.raw)
	}
}

// TestASubscriptionHasOneField asks for none and for more than one, in ways that
// pass for one.
func TestASubscriptionHasOneField(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	n := start(t, w)
	for _, text := range []string{
		`subscription { a: events(in: {everything: true}) { id } b: events(in: {everything: true}) { id } }`,
		`subscription { ...A ...B } fragment A on Subscription { events(in: {everything: true}) { id } }
			fragment B on Subscription { b: events(in: {everything: true}) { id } }`,
		`subscription { events(in: {everything: true}) @skip(if: true) { id } }`,
		`subscription { events(in: {everything: true}) @include(if: false) { id } }`,
		`subscription { ... on Subscription @include(if: false) { events(in: {everything: true}) { id } } }`,
	} {
		if code := n.refused(t, w.Chair, text, nil); code != "INVALID_INPUT" {
			t.Errorf("%s: %q, want INVALID_INPUT", text, code)
		}
	}
}

// TestAFieldInPartsIsOne selects from the root field twice, which GraphQL takes
// as one selection.
func TestAFieldInPartsIsOne(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	n := start(t, w)
	th := opened(t, w, w.Chair, w.SpecialCommittee)
	n.knows(t, w.Committee, th)
	const text = `subscription($in: EventScope!, $after: EventCursor) {
		events(in: $in, after: $after) { id }
		... on Subscription { events(in: $in, after: $after) { cursor previousCursor
			event { __typename ... on MessagePosted { message { number body author { name email } } } } } } }`
	a, b := n.subscribe(t, w.Chair, text, in(th)), n.subscribe(t, w.Committee, text, in(th))
	before := n.Executions()
	post(t, w, w.Chair, th, 1)
	if got := a.envelopes(1)[0].raw; strings.Contains(got, `"email":null`) {
		t.Errorf("an address is kept from its owner: %s", got)
	}
	if got := b.envelopes(1)[0].raw; !strings.Contains(got, `"email":null`) {
		t.Errorf("an address is told to another: %s", got)
	}
	if now := n.Executions(); now.Shared != before.Shared {
		t.Errorf("it was executed %d times as for all", now.Shared-before.Shared)
	}
}
