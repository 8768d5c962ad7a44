package graph_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
)

// notCycles are enums of this kind of name that no life cycle has: nothing is refused
// for them.
var notCycles = map[string]bool{"CodelistItemStatus": true, "AllocationStatus": true}

// TestStatesAreSaidInThreeLanguages walks over all states of all life cycles that the
// schema has: a refusal never shows anybody the name that a program knows a state by.
func TestStatesAreSaidInThreeLanguages(t *testing.T) {
	t.Parallel()
	r, err := graph.New(dbtest.NewWorld(t, dbtest.SQLite(t)).Runner)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"ENDED", "CONFIDENTIAL"} // of tokens, of discussions
	cycles := 0
	for name, d := range graph.Schema(r).Schema().Types {
		if d.Kind != ast.Enum || !strings.HasSuffix(name, "Status") && !strings.HasSuffix(name, "State") || notCycles[name] {
			continue
		}
		cycles++
		for _, v := range d.EnumValues {
			names = append(names, v.Name)
		}
	}
	if cycles < 17 {
		t.Errorf("%d life cycles", cycles)
	}
	for _, name := range names {
		var e *apperr.Error
		if !errors.As(command.WrongState(name, 3), &e) || e.Extra["currentStatus"] != name || e.Extra["currentRevision"] != 3 {
			t.Fatalf("%s: %v", name, e)
		}
		word, known := command.State(name)
		if !known || word.EN == "" || word.ES == "" || word.FR == "" {
			t.Errorf("%s has no words: %+v", name, word)
			continue
		}
		for lang, w := range map[i18n.Lang]string{i18n.EN: word.EN, i18n.ES: word.ES, i18n.FR: word.FR} {
			if s := e.Sentence(lang); !strings.Contains(s, w) || strings.Contains(s, name) || strings.Contains(s, "%") {
				t.Errorf("%s in %s: %s", name, lang, s)
			}
		}
	}
}

// TestARefusalSaysTheState in the person's language.
func TestARefusalSaysTheState(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		w.ask(t, w.Chair, `mutation($in: CloseThreadInput!) { closeThread(input: $in) { thread { id } } }`, at(th, 1, "reason", "done")).ok()
		for lang, want := range map[i18n.Lang]string{
			i18n.EN: "This can't be done now: its state is “closed”.", i18n.ES: "Esto no se puede hacer ahora: su estado es «cerrado».",
			i18n.FR: "Cela n'est pas possible maintenant : son état est « clos ».",
		} {
			a := w.askIn(t, w.Committee, lang, postMessage, vars{"in": vars{"threadId": th, "body": "late", "language": "en"}}).refused("CONFLICT")
			if got := strings.ReplaceAll(a.Errors[0].Message, "\u00a0", " "); got != want || a.Errors[0].Extensions["currentStatus"] != "CLOSED" {
				t.Errorf("%s: %s", lang, a.raw)
			}
		}
	})
}
