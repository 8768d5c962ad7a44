package graph_test

import (
	"fmt"
	"testing"

	"acs-aec.org/hub/internal/viewer"
)

// What must be unique tells nobody that something is there which they may not
// see: the answer for what is taken is the one for what is free.
func TestWhatIsTakenTellsNothingOfWhatIsHidden(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		with := func(field string, more vars) func(value string) vars {
			return func(value string) vars {
				in := vars{field: value}
				for k, v := range more {
					in[k] = v
				}
				return vars{"in": in}
			}
		}
		title := vars{"title": vars{"en": "X"}}
		const createPerson = `mutation($in: CreatePersonInput!) { createPerson(input: $in) { person { name } } }`
		// Each is taken by something that only the Secretariat, or the sponsor, may see.
		for name, c := range map[string]struct {
			create      string
			in          func(value string) vars
			taken, free string
			by          *viewer.Viewer
		}{
			"proposal": {draftProposal, func(value string) vars {
				return w.complete(value, vars{"sponsorId": w.OtherCommittee})
			}, "P-1", "P-2", w.Secretariat},
			"agreement": {draftAgreement, with("number", vars{"kind": "OTHER", "title": vars{"en": "X"}, "partyIds": []any{w.Donor}}), "A-1", "A-2", w.Secretariat},
			"activity":  {createActivity, with("iatiIdentifier", title), "ACS-1", "ACS-2", w.Secretariat},
			"programme": {draftProgramme, with("code", vars{"area": "TRADE", "title": vars{"en": "X"}}), "PRG", "PRH", w.Secretariat},
			"person":    {createPerson, with("email", vars{"name": "X"}), "taken@test.invalid", "free@test.invalid", w.Secretariat},
		} {
			w.ask(t, c.by, c.create, c.in(c.taken)).ok()
			w.ask(t, c.by, c.create, c.in(c.taken)).refused("ALREADY_EXISTS") // unique among what one sees
			for who, v := range w.Viewers() {
				if who == "secretariat" {
					continue
				}
				ask := func(value string) string {
					in := c.in(value)
					if name == "proposal" { // what a seat of a committee may draft
						in = w.complete(value, nil)
					}
					a := w.ask(t, v, c.create, in)
					if len(a.Errors) > 0 {
						return fmt.Sprint(a.Errors[0].Extensions["code"], a.Errors[0].Message)
					}
					return "done"
				}
				taken, free := ask(c.taken), ask(c.free)
				if taken != free {
					t.Errorf("%s, %s: %q if it is taken, %q if it is free", name, who, taken, free)
				}
			}
		}
		// The committee's own are unique among themselves, and each keeps its own.
		w.ask(t, w.Committee, draftProposal, w.complete("P-1", nil)).refused("ALREADY_EXISTS", "input.reference")
		w.ask(t, w.Committee, `{ proposals(filter: { reference: "P-1" }) { totalCount } }`, nil).ok().is("proposals.totalCount", 1.0)
		w.ask(t, w.Secretariat, `{ proposals(filter: { reference: "P-1" }) { totalCount } }`, nil).ok().is("proposals.totalCount", 2.0)
	})
}
