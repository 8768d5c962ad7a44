package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/id"
)

// Rows that are read by the columns asked for answer as rows that are read whole:
// each field alone, all together, in each order, page after page.
func TestColumnsThatAreAskedForAreEnough(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		jm := w.ask(t, w.Nobody, `{ countries { nodes { id } } }`, nil).ok().id("countries.nodes.0.id")
		agency := w.addOrganisation(t, vars{
			"name": vars{"en": "Agency", "fr": "Agence"}, "identifier": "XM-1", "typeCode": "10", "kinds": []any{"DONOR"}, "aliases": []any{"Ag"}, "countryId": jm,
		})
		double := w.addOrganisation(t, vars{"name": vars{"es": "Agencia"}})
		w.ask(t, w.Secretariat, mergeOrganisation, vars{"in": vars{"id": double, "intoId": agency, "expectedRevision": 1}}).ok()
		w.ask(t, w.Secretariat, `mutation($in: EditPersonInput!) { editPerson(input: $in) { person { id } } }`,
			vars{"in": vars{"id": w.Partner.Person, "expectedRevision": 1, "language": "fr"}}).ok()
		th := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody), ofOrganisation(w.Donor))
		first := w.posted(t, w.Committee, th, "**first**")
		w.ask(t, w.Partner, postMessage, vars{"in": vars{"threadId": th, "body": "an answer", "language": "es", "replyToId": first}}).ok()
		w.ask(t, w.Committee, editMessage, vars{"in": vars{"id": first, "expectedRevision": 1, "body": "*edited*"}}).ok()
		official := w.proposed(t, w.Committee, first, "fr", "*modifié*", "messageRevision", 2)
		w.ask(t, w.Secretariat, makeOfficial, at(official, 1)).ok()
		gone := w.posted(t, w.Secretariat, th, "a mistake")
		w.ask(t, w.Secretariat, withdrawMessage, vars{"in": vars{"id": gone, "expectedRevision": 1, "reason": "a mistake"}}).ok()
		w.posted(t, w.Partner, th, "the last")
		orgs := []string{"id", "identifier", "typeCode", "name", `fr: name(in: "fr")`, "kinds", "aliases", "country { iso2 }", "status", "mergedInto { id name }", "revision"}
		people := []string{"id", "name", "email", "language", "status", "revision", "organisation { " + strings.Join(orgs, " ") + " }", "organisation { name }"}
		messages := []string{
			"id", "number", "revision", "body", "bodyHtml", "language", "createdAt", "editedAt", "withdrawnAt", "withdrawalReason", "withdrawnBy { name }",
			"thread { title }", "replyTo { number body author { email } }", "author { " + strings.Join(people, " ") + " }", "author { name }", "a: author { id } b: author { status }",
			`frBody: body(in: "fr")`, `frHtml: bodyHtml(in: "fr")`, `text(in: "fr") { language body bodyHtml isOriginal }`,
		}
		for root, c := range map[string]struct {
			open   string
			fields []string
			orders []string
			close  string
		}{
			"messages":      {`thread(id: "%s") { title `, messages, []string{"NUMBER", "EDITED_AT"}, "}"},
			"persons":       {"", people, []string{"NAME", "CREATED_AT"}, ""},
			"organisations": {"", orgs, []string{"NAME", "CREATED_AT", "IDENTIFIER"}, ""},
		} {
			open, at := c.open, "list"
			if open != "" {
				open, at = fmt.Sprintf(open, id.Format(th)), "thread.list"
			}
			for _, fields := range append(c.fields, strings.Join(c.fields, " ")) {
				for _, order := range c.orders {
					for _, direction := range []string{"ASC", "DESC"} {
						after := [2]string{}
						for range 3 {
							var told [2]string
							more := false
							for i, beside := range []string{"", "viewer { isSecretariat }"} { // which looks at more than can be said
								list := fmt.Sprintf(`%s(first: 2, orderBy: { field: %s, direction: %s }%s)`, root, order, direction, after[i])
								q := fmt.Sprintf(`{ %s list: %s { nodes { %s } edges { node { %s } cursor } pageInfo { hasNextPage } } %s %s }`,
									open, list, fields, fields, c.close, beside)
								a := w.ask(t, w.Secretariat, q, nil).ok()
								cursor, _ := a.at(at + ".edges.1.cursor").(string)
								after[i] = fmt.Sprintf(", after: %q", cursor)
								more = cursor != "" && a.at(at+".pageInfo.hasNextPage") == true
								told[i] = uncursored(t, a.at(at))
							}
							if told[0] != told[1] {
								t.Fatalf("%s by %s %s: %s\nby columns: %s\nwhole:      %s", root, order, direction, fields, told[0], told[1])
							}
							if !more {
								break
							}
						}
					}
				}
			}
		}
	})
}

// uncursored is a list without its cursors, which are sealed anew each time.
func uncursored(t *testing.T, list any) string {
	t.Helper()
	for i := range 2 {
		edges, _ := list.(map[string]any)["edges"].([]any)
		if i < len(edges) {
			delete(edges[i].(map[string]any), "cursor")
		}
	}
	raw, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(raw), `"node":`) == 0 {
		t.Fatalf("an empty list: %s", raw)
	}
	return string(raw)
}
