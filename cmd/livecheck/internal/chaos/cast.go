package chaos

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
	"acs-aec.org/hub/cmd/livecheck/internal/history"
)

// part is a listener's part: who, where, how.
type part struct {
	who, scope string
	by         transport
	pace       pace
	selection  string
}

// must are the parts that every run has, in this order, as far as there are
// clients: one of each that rights or faults tell apart.
var must = []part{
	{"writer1", "everything", websockets, quick, "flat"},
	{"a2", "everything", websockets, quick, "flat"},
	{"p1", "thread 3", websockets, quick, "flat"},
	{loses, "everything", websockets, quick, "nested"},
	{"writer1", "everything", websockets, sleepy, "nested"},
	{"outsider", "everything", sse, quick, "flat"},
	{tokens, "everything", sse, quick, "flat"},
	{"a2", "thread 4", sse, jumpy, "flat"},
	{"a1", "body A", websockets, jumpy, "own"},
	{"b2", "everything", polling, quick, "flat"},
	{"outsider", "thread 1", websockets, quick, "flat"},
	{"secretary", "everything", websockets, quick, "flat"},
	{"p1", "everything", polling, jumpy, "nested"},
	{"a1", "thread 1", websockets, sleepy, "nested"},
}

// cast gives out the parts.
func cast(r *rand.Rand, w *world, d *Deployment, o Options, from string, start int) (out []*listener) {
	names := []string{"a1", "a2", "b1", "b2", "p1", "p2", "outsider", "secretary", loses, tokens, "writer1", "auditor"}
	scopes := []string{"everything", "everything", "body A", "body B", "thread 1", "thread 2", "thread 3", "thread 4"}
	ways := []transport{websockets, websockets, sse, polling}
	paces := []pace{quick, quick, jumpy, sleepy}
	for i := range o.Clients {
		var p part
		if i < len(must) {
			p = must[i]
		} else {
			p = part{
				names[r.IntN(len(names))], scopes[r.IntN(len(scopes))], ways[r.IntN(len(ways))], paces[r.IntN(len(paces))],
				[]string{"flat", "nested", "own"}[r.IntN(3)],
			}
		}
		if p.who == tokens && w.people[tokens] == nil {
			p.who = "writer1"
		}
		if p.who == loses && p.by == sse {
			p.by = websockets // a stream over HTTP can't be asked who it is: one that has ended would be nobody's
		}
		if !slices.Contains(o.By, string(p.by)) {
			p.by = transport(o.By[i%len(o.By)])
		}
		out = append(out, w.listener(p, d, r, i, from, start))
	}
	return out
}

func (w *world) listener(p part, d *Deployment, r *rand.Rand, i int, from string, start int) *listener {
	l := &listener{
		me: w.people[p.who], by: p.by, pace: p.pace, selection: p.selection, d: d, r: source(r.Uint64(), p.who, i),
		api: api.New(8 * time.Second), seen: map[string]bool{}, cursors: []string{from}, ends: map[string]int{},
	}
	if p.who == "auditor" {
		l.me = w.auditor
	}
	l.rec = history.Listener{
		Name:   fmt.Sprintf("listener %d (%s, %s, %s, %s, %s)", i+1, p.who, p.scope, p.by, p.pace, p.selection),
		Person: l.me.id, Secretariat: l.me.secretariat, Start: start,
	}
	switch p.scope {
	case "everything":
		l.scope = map[string]any{"everything": true}
	case "body A":
		l.scope, l.rec.Scope = map[string]any{"bodyId": w.bodyA}, history.Scope{Body: w.bodyA}
	case "body B":
		l.scope, l.rec.Scope = map[string]any{"bodyId": w.bodyB}, history.Scope{Body: w.bodyB}
	default:
		t := w.threads[int(p.scope[len(p.scope)-1]-'1')]
		l.scope, l.rec.Scope = map[string]any{"threadId": t.id}, history.Scope{Thread: t.id}
		l.hopeless = p.who == "outsider" || p.who == "secretary"
	}
	return l
}
