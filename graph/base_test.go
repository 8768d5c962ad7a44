package graph_test

import (
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
)

func TestNodesAnswerInOrderAndHideWhatIsHidden(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ids := []any{w.Donor, "nonsense", w.SpecialCommittee, w.Secretariat.Person, w.NewID(id.Thread), w.Donor, uuid.Nil}
		const query = `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Organisation { name } } }`
		a := w.ask(t, w.Stranger, query, vars{"ids": ids}).ok()
		a.is("nodes.0.name", "Donor").is("nodes.1", nil).is("nodes.2.__typename", "Body").is("nodes.3", nil).is("nodes.4", nil).is("nodes.5.name", "Donor").is("nodes.6", nil)
		w.ask(t, w.Secretariat, query, vars{"ids": ids}).ok().is("nodes.3.__typename", "Person")
		w.ask(t, w.Stranger, query, vars{"ids": make([]uuid.UUID, 101)}).refused("INVALID_INPUT", "ids")
		w.ask(t, w.Nobody, `{ node(id: "org_x") { id } }`, nil).ok().is("node", nil)
		few := w.statements(func() { w.ask(t, w.Stranger, query, vars{"ids": ids[:1]}) })
		many := w.statements(func() { w.ask(t, w.Stranger, query, vars{"ids": []any{w.Donor, w.Other, w.Donor, w.Donor}}) })
		if few != many {
			t.Errorf("%d statements for one, %d for four", few, many)
		}
	})
}

func TestEventLogStartsEmptyAndPositionsAreKnown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const page = `query($after: EventCursor) { eventLog(in: {everything: true}, after: $after) { envelopes { id event { __typename } } next atHead } eventPosition }`
		a := w.ask(t, w.Nobody, page, nil).ok().is("eventLog.atHead", true).is("eventLog.envelopes.0", nil)
		w.ask(t, w.Nobody, page, vars{"after": a.at("eventPosition")}).ok().is("eventLog.envelopes.0", nil)
		w.ask(t, w.Nobody, page, vars{"after": "forged"}).refused("INVALID_INPUT", "after")
		w.ask(t, w.Nobody, `{ eventLog(in: {everything: false}) { next } }`, nil).refused("INVALID_INPUT", "in.everything")
		w.ask(t, w.Nobody, `query($t: ID!) { eventLog(in: {threadId: $t}) { next } }`, vars{"t": w.NewID(id.Thread)}).refused("NOT_FOUND")
		w.ask(t, w.Nobody, `query($t: ID!) { eventLog(in: {threadId: $t}) { next } }`, vars{"t": w.Donor}).refused("INVALID_INPUT", "in.threadId")
	})
}
