package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

func TestPersonsAsEachViewerSeesThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		colleague := w.AddPerson(t, "Colleague", w.Donor)
		seated := []string{"Bureau", "Chair", "Committee", "Council", "Secretariat"}
		everybody := []string{"Bureau", "Chair", "Colleague", "Committee", "Council", "Partner", "Secretariat", "Stranger"}
		sees := map[string][]string{
			"nobody": {}, "stranger": {"Stranger"}, "partner": {"Colleague", "Partner"}, "committee": seated, "chair": seated,
			"council": seated, "bureau": seated, "secretariat": everybody,
		}
		const list = `query($f: PersonFilter, $o: PersonOrder) { persons(filter: $f, orderBy: $o, first: 100) {
			nodes { id name email language status viewerCanEdit } totalCount } }`
		for name, v := range w.Viewers() {
			a := w.ask(t, v, list, nil).ok().is("persons.totalCount", float64(len(sees[name])))
			if got := a.all("persons.nodes.*.name"); !slices.Equal(got, sees[name]) {
				t.Errorf("%s sees %v", name, got)
			}
			for i, n := range sees[name] { // an account is for oneself and the Secretariat
				at := fmt.Sprintf("persons.nodes.%d.", i)
				own := name == "secretariat" || strings.EqualFold(n, name)
				if (a.at(at+"email") != nil) != own || (a.at(at+"status") != nil) != own || a.at(at+"viewerCanEdit") != own {
					t.Errorf("%s sees of %s: %v", name, n, a.at(strings.TrimSuffix(at, ".")))
				}
			}
			hidden := w.ask(t, v, `query($id: ID!) { node(id: $id) { id } }`, vars{"id": colleague.Person}).ok().at("node") == nil
			if hidden == slices.Contains(sees[name], "Colleague") {
				t.Errorf("%s: hidden by identifier: %v", name, hidden)
			}
			// Filters and orders tell no more than the list.
			w.ask(t, v, list, vars{"f": vars{"status": "ACTIVE"}}).ok().is("persons.totalCount", float64(len(everybody)*btoi(name == "secretariat")))
			want := 0
			if slices.Contains(sees[name], "Colleague") {
				want = 2
			}
			w.ask(t, v, list, vars{"f": vars{"organisationId": w.Donor}}).ok().is("persons.totalCount", float64(want))
		}
		names := func(f, o vars) []string {
			return w.ask(t, w.Secretariat, list, wanting(vars{}, f, o)).ok().all("persons.nodes.*.name")
		}
		for _, c := range []struct {
			f, o vars
			want []string
		}{
			{vars{"text": "CÓLL"}, nil, []string{"Colleague"}},
			{vars{"text": "%"}, nil, []string{}},
			{vars{"bodyId": w.SpecialCommittee}, nil, []string{"Chair", "Committee"}},
			{vars{"bodyId": w.SecretariatBody}, nil, []string{"Secretariat"}},
			{vars{"organisationId": w.Donor, "text": "part"}, nil, []string{"Partner"}},
			{vars{"status": "DISABLED"}, nil, []string{}},
			{vars{"bodyId": w.SpecialCommittee}, vars{"field": "NAME", "direction": "DESC"}, []string{"Committee", "Chair"}},
			{nil, vars{"field": "CREATED_AT", "direction": "DESC"}, []string{"Colleague", "Secretariat", "Bureau", "Council", "Chair", "Committee", "Partner", "Stranger"}},
		} {
			if got := names(c.f, c.o); !slices.Equal(got, c.want) {
				t.Errorf("%v in order %v: %v, want %v", c.f, c.o, got, c.want)
			}
		}
		w.ask(t, w.Secretariat, list, vars{"f": vars{"bodyId": w.Donor}}).refused("INVALID_INPUT", "filter.bodyId")
	})
}

// wanting adds a filter and an order to variables, where there are any.
func wanting(in, filter, order vars) vars {
	if filter != nil {
		in["f"] = filter
	}
	if order != nil {
		in["o"] = order
	}
	return in
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestPersonPagesBothWays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const list = `query($first: Int, $after: String, $last: Int, $before: String, $o: PersonOrder) {
			persons(first: $first, after: $after, last: $last, before: $before, orderBy: $o) { nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
		for _, field := range []string{"NAME", "CREATED_AT"} {
			for _, direction := range []string{"ASC", "DESC"} {
				o := vars{"field": field, "direction": direction}
				var on, back []string
				v := vars{"first": 3, "o": o}
				for {
					a := w.ask(t, w.Secretariat, list, v).ok()
					on = append(on, a.all("persons.nodes.*.name")...)
					if a.at("persons.pageInfo.hasNextPage") != true {
						break
					}
					v["after"] = a.at("persons.pageInfo.endCursor")
				}
				v = vars{"last": 3, "o": o}
				for {
					a := w.ask(t, w.Secretariat, list, v).ok()
					back = append(a.all("persons.nodes.*.name"), back...)
					if a.at("persons.pageInfo.hasPreviousPage") != true {
						break
					}
					v["before"] = a.at("persons.pageInfo.startCursor")
				}
				if len(on) != 7 || !slices.Equal(on, back) {
					t.Errorf("%s %s: on %v, back %v", field, direction, on, back)
				}
			}
		}
	})
}

func TestCreateAndEditPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const create = `mutation($in: CreatePersonInput!) { createPerson(input: $in) { person { id name email language status revision organisation { name } } passwordSecret cursor eventIds } }`
		in := vars{"email": "Ana@Test.invalid", "name": "  Ana   Álvarez ", "language": "es", "organisationId": w.Donor, "idempotencyKey": "ana"}
		for name, v := range w.Viewers() {
			if name != "secretariat" {
				w.tells(t, func() { w.ask(t, v, create, vars{"in": in}).refused(refusal(v)) })
			}
		}
		var first *answer
		w.tells(t, func() {
			first = w.ask(t, w.Secretariat, create, vars{"in": in}).ok()
			first.is("createPerson.person.name", "Ana Álvarez").is("createPerson.person.email", "ana@test.invalid").
				is("createPerson.person.language", "es").is("createPerson.person.status", "ACTIVE").is("createPerson.person.organisation.name", "Donor")
			again := w.ask(t, w.Secretariat, create, vars{"in": in}).ok().is("createPerson.passwordSecret", nil)
			if again.id("createPerson.person.id") != first.id("createPerson.person.id") || again.at("createPerson.eventIds.0") != first.at("createPerson.eventIds.0") {
				t.Errorf("a repetition: %s", again.raw)
			}
			other := vars{"email": "other@test.invalid", "name": "Other", "idempotencyKey": "ana"}
			w.ask(t, w.Secretariat, create, vars{"in": other}).refused("IDEMPOTENCY_KEY_REUSED", "input.idempotencyKey")
		}, "PersonCreated")
		w.tells(t, func() {
			for _, bad := range []struct {
				in          vars
				code, field string
			}{
				{vars{"email": "ANA@test.invalid", "name": "Ana"}, "ALREADY_EXISTS", "input.email"},
				{vars{"email": "b@test.invalid", "name": " "}, "INVALID_INPUT", "input.name"},
				{vars{"email": "b@test.invalid", "name": strings.Repeat("x", 201)}, "INVALID_INPUT", "input.name"},
				{vars{"email": "b@test.invalid", "name": "B", "organisationId": w.NewID(id.Organisation)}, "INVALID_INPUT", "input.organisationId"},
			} {
				w.ask(t, w.Secretariat, create, vars{"in": bad.in}).refused(bad.code, bad.field)
			}
		})
		ana := &viewer.Viewer{Person: first.id("createPerson.person.id"), Organisation: w.Donor}
		const edit = `mutation($in: EditPersonInput!) { editPerson(input: $in) { person { name language revision organisation { name } } eventIds } }`
		w.tells(t, func() {
			w.ask(t, ana, edit, vars{"in": vars{"id": ana.Person, "expectedRevision": 1, "name": "Ana A.", "language": nil}}).ok().
				is("editPerson.person.name", "Ana A.").is("editPerson.person.language", nil).is("editPerson.person.revision", 2.0).is("editPerson.person.organisation.name", "Donor")
			w.ask(t, ana, edit, vars{"in": vars{"id": ana.Person, "expectedRevision": 2, "name": "Ana A."}}).ok().is("editPerson.person.revision", 2.0).is("editPerson.eventIds.0", nil)
		}, "PersonEdited")
		w.tells(t, func() {
			w.ask(t, w.Nobody, edit, vars{"in": vars{"id": ana.Person, "expectedRevision": 2, "name": "X"}}).refused("UNAUTHENTICATED")
			w.ask(t, w.Stranger, edit, vars{"in": vars{"id": ana.Person, "expectedRevision": 2, "name": "X"}}).refused("NOT_FOUND")
			w.ask(t, w.Partner, edit, vars{"in": vars{"id": ana.Person, "expectedRevision": 2, "name": "X"}}).refused("FORBIDDEN")
			w.ask(t, ana, edit, vars{"in": vars{"id": ana.Person, "expectedRevision": 2, "organisationId": nil}}).refused("FORBIDDEN", "input.organisationId")
			w.ask(t, ana, edit, vars{"in": vars{"id": ana.Person, "expectedRevision": 1, "name": "X"}}).refused("CONFLICT")
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, edit, vars{"in": vars{"id": ana.Person, "expectedRevision": 2, "organisationId": nil}}).ok().is("editPerson.person.organisation", nil)
		}, "PersonEdited")
		// What was told is for her and the Secretariat.
		const log = `{ eventLog(in: {everything: true}) { envelopes { event { __typename ... on PersonEdited { person { name } changes { field before after } } } } } }`
		w.ask(t, ana, log, nil).ok().is("eventLog.envelopes.1.event.changes.1.field", "language").is("eventLog.envelopes.1.event.changes.1.before", "es").
			is("eventLog.envelopes.1.event.changes.0.after", nil).is("eventLog.envelopes.1.event.person.name", "Ana A.")
		for name, v := range w.Viewers() {
			if a := w.ask(t, v, log, nil).ok(); (a.at("eventLog.envelopes.0") != nil) != (name == "secretariat") {
				t.Errorf("%s reads %s", name, a.raw)
			}
		}
	})
}

// refusal is the code with which what is for the Secretariat is refused.
func refusal(v *viewer.Viewer) string {
	if v.SignedIn() {
		return "FORBIDDEN"
	}
	return "UNAUTHENTICATED"
}

func TestDisableAndEnablePerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		accounts := account.New(w.Runner)
		token, _, err := accounts.CreateToken(w.System(), w.Committee.Person, "report", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		link, err := accounts.CreatePasswordLink(w.System(), w.Committee.Person)
		if err != nil {
			t.Fatal(err)
		}
		const disable = `mutation($in: DisablePersonInput!) { disablePerson(input: $in) { person { status revision } } }`
		const enable = `mutation($in: EnablePersonInput!) { enablePerson(input: $in) { person { status revision } } }`
		in := vars{"in": vars{"id": w.Committee.Person, "expectedRevision": 1}}
		w.tells(t, func() {
			for name, v := range w.Viewers() {
				if name != "secretariat" {
					w.ask(t, v, disable, in).refused(refusal(v))
					w.ask(t, v, enable, in).refused(refusal(v))
				}
			}
			w.ask(t, w.Secretariat, disable, vars{"in": vars{"id": w.Secretariat.Person, "expectedRevision": 1}}).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, disable, vars{"in": vars{"id": w.NewID(id.Person), "expectedRevision": 1}}).refused("NOT_FOUND")
			w.ask(t, w.Secretariat, disable, vars{"in": vars{"id": w.Committee.Person, "expectedRevision": 2}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, enable, in).refused("CONFLICT")
		})
		w.tells(t, func() { w.ask(t, w.Secretariat, disable, in).ok().is("disablePerson.person.status", "DISABLED") }, "PersonDisabled", "SessionEnded")
		if _, err := accounts.Authenticate(t.Context(), token, ""); err == nil {
			t.Error("the token goes on")
		}
		if _, err := accounts.SetPassword(w.As(t, w.Nobody), link, "a long walk on the shore"); err == nil {
			t.Error("the link goes on")
		}
		w.ask(t, w.Secretariat, disable, vars{"in": vars{"id": w.Committee.Person, "expectedRevision": 2}}).refused("CONFLICT")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, enable, vars{"in": vars{"id": w.Committee.Person, "expectedRevision": 2}}).ok().is("enablePerson.person.status", "ACTIVE")
		}, "PersonEnabled")
		// The hub itself can't leave the Secretariat without anybody either; nor can one who was just disabled.
		second := w.AddPost(t, w.AddPerson(t, "Second", uuid.Nil), w.SecretariatBody)
		w.ask(t, second, disable, vars{"in": vars{"id": w.Secretariat.Person, "expectedRevision": 1}}).ok()
		w.ask(t, w.Secretariat, disable, vars{"in": vars{"id": second.Person, "expectedRevision": 1}}).refused("CONFLICT")
	})
}

// jar is where a browser keeps its session.
type jar struct{ secret string }

func (j *jar) Open() bool { return true }

func (j *jar) SetSession(secret string, _ time.Time) { j.secret = secret }
func (j *jar) ClearSession()                         { j.secret = "" }

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		accounts := account.New(w.Runner)
		link, err := accounts.CreatePasswordLink(w.System(), w.Secretariat.Person)
		if err != nil {
			t.Fatal(err)
		}
		email := id.Format(w.Secretariat.Person) + "@test.invalid"
		const who = `viewer { person { name email } seats { id } posts { title body { code } } organisation { name } sessions { current userAgent } tokens { name } isSecretariat viewerCanCreatePersons }`
		browser := &jar{}
		w.api = withJar(w.api, browser)
		// Who signs in is who asks from then on, in the same request too.
		w.ask(t, w.Nobody, `mutation($in: SetPasswordInput!) { setPassword(input: $in) { `+who+` } }`,
			vars{"in": vars{"secret": link, "password": "a long walk on the shore"}}).ok().
			is("setPassword.viewer.person.email", email).is("setPassword.viewer.sessions.0.current", true).is("setPassword.viewer.isSecretariat", true).
			is("setPassword.viewer.posts.0.title", "Officer").is("setPassword.viewer.posts.0.body.code", "SEC")
		v, err := accounts.Authenticate(t.Context(), "", browser.secret)
		if err != nil || v.Person != w.Secretariat.Person {
			t.Fatalf("%+v, %v", v, err)
		}
		w.ask(t, w.Nobody, `{ viewer { person { name } } }`, nil).ok().is("viewer", nil)
		w.ask(t, w.Nobody, `mutation($in: SignInInput!) { signIn(input: $in) { viewer { isSecretariat } } }`,
			vars{"in": vars{"email": email, "password": "wrong"}}).refused("UNAUTHENTICATED")
		w.askIn(t, w.Nobody, i18n.ES, `mutation($in: SignInInput!) { a: signIn(input: $in) { `+who+` } }`,
			vars{"in": vars{"email": strings.ToUpper(email), "password": "a long walk on the shore"}}).ok().is("a.viewer.person.name", "Secretariat")
		second, err := accounts.Authenticate(t.Context(), "", browser.secret)
		if err != nil {
			t.Fatal(err)
		}
		before := browser.secret
		w.ask(t, second, `mutation($in: ChangePasswordInput!) { changePassword(input: $in) { sessionsEnded viewer { sessions { current } } } }`,
			vars{"in": vars{"current": "a long walk on the shore", "new": "un largo paseo"}}).ok().
			is("changePassword.sessionsEnded", 1.0).is("changePassword.viewer.sessions.0.current", true)
		old, _ := accounts.Authenticate(t.Context(), "", before)
		now, err := accounts.Authenticate(t.Context(), "", browser.secret)
		if err != nil || old.SignedIn() || now.Session != second.Session {
			t.Errorf("the old secret is %+v, the browser's %+v, %v", old, now, err)
		}
		w.ask(t, second, `mutation { signOut { ended } again: signOut { ended } }`, nil).ok().is("signOut.ended", true).is("again.ended", false)
		if browser.secret != "" {
			t.Error("the cookie stays")
		}
		// One's own session, ended from itself.
		w.ask(t, w.Nobody, `mutation($in: SignInInput!) { signIn(input: $in) { viewer { isSecretariat } } }`, vars{"in": vars{"email": email, "password": "un largo paseo"}}).ok()
		third, err := accounts.Authenticate(t.Context(), "", browser.secret)
		if err != nil {
			t.Fatal(err)
		}
		const end = `mutation($in: EndSessionInput!) { endSession(input: $in) { session { current } } }`
		w.ask(t, w.Nobody, end, vars{"in": vars{"id": third.Session}}).refused("UNAUTHENTICATED")
		w.ask(t, w.Partner, end, vars{"in": vars{"id": third.Session}}).refused("NOT_FOUND")
		w.ask(t, third, end, vars{"in": vars{"id": third.Session}}).ok()
		if v, _ := accounts.Authenticate(t.Context(), "", browser.secret); browser.secret != "" || v.SignedIn() {
			t.Error("the session goes on")
		}
	})
}

// What one does not ask of oneself is not read.
func TestViewerStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			fields string
			costs  int64
		}{
			{"isSecretariat viewerCanCreatePersons", 0},
			{"person { name }", 1},
			{"organisation { name }", 2},
			{"person { name } organisation { name } seats { id }", 3},
			{"posts { id }", 2},
			{"sessions { id }", 1},
			{"tokens { id }", 1},
			{"person { name } seats { id } posts { id } organisation { name } sessions { id } tokens { id }", 6},
		} {
			costs := w.statements(func() { w.ask(t, w.Partner, "{ viewer { "+c.fields+" } }", nil).ok() })
			if costs != c.costs {
				t.Errorf("%s: %d statements, want %d", c.fields, costs, c.costs)
			}
		}
		w.ask(t, w.Nobody, "{ viewer { isSecretariat } }", nil).ok().is("viewer", nil)
	})
}

// What a person has costs the same for five and for fifty.
func TestPersonStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const list = `{ persons(first: 100) { totalCount edges { cursor node { name email organisation { name } posts { title body { name } }
			seats { role current body { code viewerSits } country { name } organisation { name } person { name } } } } }
			viewer { seats { body { code } } posts { id } sessions { id } } }`
		add := func(n int) {
			for range n {
				v := w.AddSeat(t, w.AddPerson(t, "Member", w.Donor), w.OtherCommittee, viewer.SpecialCommittee, seat.RoleMember)
				w.AddPost(t, w.AddSeat(t, v, w.CouncilBody, viewer.Council, seat.RoleMember), w.SecretariatBody)
				w.AddSeat(t, w.Secretariat, w.OtherCommittee, viewer.SpecialCommittee, seat.RoleMember)
			}
		}
		add(5)
		few := w.statements(func() { w.ask(t, w.Secretariat, list, nil).ok() })
		add(45)
		many := w.statements(func() { w.ask(t, w.Secretariat, list, nil).ok().is("persons.totalCount", 57.0) })
		if few != many {
			t.Errorf("%d statements for five, %d for fifty", few, many)
		}
	})
}

// Seats and posts of a person are those of today.
func TestSeatsOfAPersonAreTodays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			if err := tx.Seat.Update().Where(seat.PersonID(w.Chair.Person)).SetValidTo("2026-11-22").Exec(ctx); err != nil {
				return err
			}
			return tx.Person.Update().Where(person.ID(w.Chair.Person)).SetStatus(person.StatusDisabled).Exec(ctx)
		})
		w.ask(t, w.Secretariat, `query($f: PersonFilter) { persons(filter: $f) { nodes { name status seats { id } } } }`, vars{"f": vars{"status": "DISABLED"}}).ok().
			is("persons.nodes.0.name", "Chair").is("persons.nodes.0.seats.0", nil).is("persons.nodes.1", nil)
		w.ask(t, w.Secretariat, `query($f: PersonFilter) { persons(filter: $f) { nodes { name } } }`, vars{"f": vars{"bodyId": w.SpecialCommittee}}).ok().
			is("persons.nodes.0.name", "Committee").is("persons.nodes.1", nil)
	})
}

// withJar lets answers carry a session.
func withJar(next http.Handler, j viewer.CookieJar) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		next.ServeHTTP(rw, req.WithContext(viewer.WithJar(req.Context(), j)))
	})
}
