package account_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const password = "a long walk on the shore"

// world is a world with accounts that are cheap to check.
type world struct {
	*dbtest.World
	accounts
	email string // the Committee viewer's, who has the password
}

// accounts are a level deeper, so that what both have is the World's.
type accounts struct{ *account.Service }

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.EachWorld(t, func(t *testing.T, dw *dbtest.World) {
		t.Helper()
		w := &world{World: dw, accounts: accounts{account.New(dw.Runner)}, email: address(dw.Committee)}
		w.Params = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
		w.give(t, dw.Committee, password)
		test(t, w)
	})
}

func address(v *viewer.Viewer) string { return id.Format(v.Person) + "@test.invalid" }

// give sets a person's password and leaves them signed out.
func (w *world) give(t *testing.T, v *viewer.Viewer, password string) {
	t.Helper()
	secret, err := w.CreatePasswordLink(w.System(), v.Person)
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.SetPassword(w.As(t, viewer.Nobody()), secret, password)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.SignOut(w.As(t, in.Viewer)); err != nil {
		t.Fatal(err)
	}
}

// signIn signs the person in, as nobody yet.
func (w *world) signIn(t *testing.T) *account.SignedIn {
	t.Helper()
	in, err := w.SignIn(w.As(t, viewer.Nobody()), w.email, password)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// tells checks that an action tells these events and no others.
func (w *world) tells(t *testing.T, action func(), kinds ...string) {
	t.Helper()
	before := w.Told(t)
	action()
	if got := w.Told(t)[len(before):]; !slices.Equal(got, kinds) {
		t.Errorf("told %v, want %v", got, kinds)
	}
}

func code(t *testing.T, err error, want apperr.Code) {
	t.Helper()
	_ = refusal(t, err, want)
}

// refusal is the error, which must have this code.
func refusal(t *testing.T, err error, want apperr.Code) *apperr.Error {
	t.Helper()
	if apperr.CodeOf(err) != want {
		t.Fatalf("%v, want %s", err, want)
	}
	var e *apperr.Error
	errors.As(err, &e)
	return e
}

func (w *world) set(t *testing.T, v *viewer.Viewer, change func(*ent.PersonUpdateOne)) {
	t.Helper()
	w.Write(t, func(ctx context.Context, tx *ent.Client) error {
		u := tx.Person.UpdateOneID(v.Person)
		change(u)
		return u.Exec(ctx)
	})
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := viewer.WithUserAgent(w.As(t, viewer.Nobody()), "Firefox\n"+strings.Repeat("é", 200))
		in, err := w.SignIn(ctx, "  "+strings.ToUpper(w.email)+" ", password)
		if err != nil {
			t.Fatal(err)
		}
		if in.Viewer.Person != w.Committee.Person || in.Viewer.Session != in.Session.ID || !in.Viewer.Sits(viewer.SpecialCommittee) {
			t.Errorf("the viewer is %+v", in.Viewer)
		}
		if n := len(in.Session.UserAgent); n > 200 || !strings.HasPrefix(in.Session.UserAgent, "Firefox é") {
			t.Errorf("the browser is %q, %d bytes", in.Session.UserAgent, n)
		}
		v, err := w.Authenticate(t.Context(), "", in.Secret)
		if err != nil || v.Person != w.Committee.Person || v.Session != in.Session.ID {
			t.Errorf("the session is %+v, %v", v, err)
		}
		for _, other := range []string{"", "x", in.Secret + "x", strings.ToLower(in.Secret)} {
			if v, err := w.Authenticate(t.Context(), "", other); err != nil || v.SignedIn() {
				t.Errorf("the session %q is %+v, %v", other, v, err)
			}
		}
		// Signing in again with a session ends it.
		w.tells(t, func() {
			if _, err := w.SignIn(w.As(t, in.Viewer), w.email, password); err != nil {
				t.Error(err)
			}
		}, "SessionEnded")
		if v, _ := w.Authenticate(t.Context(), "", in.Secret); v.SignedIn() {
			t.Error("the session before goes on")
		}
	})
}

// Whatever is wrong, the answer is the same, and nothing is written but the count.
func TestSignInAnswersAlike(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.give(t, w.Chair, password)
		w.set(t, w.Chair, func(u *ent.PersonUpdateOne) { u.SetStatus(person.StatusDisabled) })
		texts := map[string]bool{}
		var costs []int64
		for name, try := range map[string][2]string{
			"unknown": {"nobody@test.invalid", password}, "disabled": {address(w.Chair), password},
			"no password": {address(w.Stranger), password}, "wrong": {w.email, "another long walk"},
			"empty": {w.email, ""}, "no address": {"", password}, "far too long": {w.email, strings.Repeat(password, 100)},
		} {
			w.tells(t, func() {
				before := w.Statements.Load()
				_, err := w.SignIn(w.As(t, viewer.Nobody()), try[0], try[1])
				e := refusal(t, err, apperr.Unauthenticated)
				costs = append(costs, w.Statements.Load()-before)
				texts[e.Error()+e.Field+fmt.Sprint(e.Extra)] = true
			})
			if n := w.DB.Client.Session.Query().CountX(w.System()); n != 2 { // those of the two links
				t.Errorf("%s: %d sessions", name, n)
			}
		}
		if len(texts) != 1 {
			t.Errorf("the answers differ: %v", texts)
		}
		if slices.Min(costs) != slices.Max(costs) {
			t.Errorf("the work differs: %v statements", costs)
		}
	})
}

func TestGuessesAreLimited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := viewer.WithOrigin(w.As(t, viewer.Nobody()), "203.0.113.7")
		var wrong, limited, busy atomic.Int64
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				switch _, err := w.SignIn(ctx, w.email, "a guess of many"); apperr.CodeOf(err) {
				case apperr.Unauthenticated:
					wrong.Add(1)
				case apperr.RateLimited:
					limited.Add(1)
				case apperr.Unavailable:
					busy.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if wrong.Load() != 10 || limited.Load() != 30 || busy.Load() != 0 {
			t.Fatalf("%d were checked, %d limited, %d turned away as too many", wrong.Load(), limited.Load(), busy.Load())
		}
		_, err := w.SignIn(ctx, w.email, password) // now not even the right one
		if e := refusal(t, err, apperr.RateLimited); e.Extra["retryAfterSeconds"] != 900 {
			t.Errorf("wait %v", e.Extra)
		}
		if _, err := w.SignIn(ctx, address(w.Stranger), "a guess of many"); apperr.CodeOf(err) != apperr.Unauthenticated {
			t.Errorf("another address: %v", err)
		}
		w.Clock.Add(15*time.Minute - time.Second)
		_, err = w.SignIn(ctx, w.email, password)
		if e := refusal(t, err, apperr.RateLimited); e.Extra["retryAfterSeconds"] != 1 {
			t.Errorf("wait %v", e.Extra)
		}
		w.Clock.Add(time.Second)
		for range 3 { // success begins anew
			for range 9 {
				_, err := w.SignIn(ctx, w.email, "a guess of many")
				code(t, err, apperr.Unauthenticated)
			}
			if _, err := w.SignIn(ctx, w.email, password); err != nil {
				t.Fatal(err)
			}
		}
		rows := w.DB.Client.SignInAttempt.Query().AllX(w.System())
		for _, r := range rows {
			if strings.Contains(r.ID, "@") || strings.Contains(r.ID, "203.") || len(r.ID) != 64 {
				t.Errorf("a counter tells whose it is: %q", r.ID)
			}
		}
		w.Clock.Add(time.Hour)
		if err := w.accounts.Sweep(t.Context()); err != nil {
			t.Error(err)
		}
		if n := w.DB.Client.SignInAttempt.Query().CountX(w.System()); n != 2 { // where the person signed in
			t.Errorf("%d counters are left", n)
		}
		w.Clock.Add(91 * 24 * time.Hour)
		if err := w.accounts.Sweep(t.Context()); err != nil {
			t.Error(err)
		}
		if n := w.DB.Client.SignInAttempt.Query().CountX(w.System()); n != 0 {
			t.Errorf("%d counters are left", n)
		}
	})
}

func TestGuessesFromOneOriginAreLimited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := viewer.WithOrigin(w.As(t, viewer.Nobody()), "203.0.113.7")
		for i := range 100 {
			_, err := w.SignIn(ctx, fmt.Sprintf("p%d@test.invalid", i), "a guess of many")
			code(t, err, apperr.Unauthenticated)
		}
		_, err := w.SignIn(ctx, w.email, password)
		code(t, err, apperr.RateLimited)
		if _, err := w.SignIn(viewer.WithOrigin(ctx, "203.0.113.8"), w.email, password); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
	})
}

// Whoever guesses elsewhere can't bar a person from where they signed in; and
// where they never did, they wait a minute at most.
func TestGuessesElsewhereBarNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		nobody := w.As(t, viewer.Nobody())
		home, hotel := viewer.WithOrigin(nobody, "203.0.113.7"), viewer.WithOrigin(nobody, "203.0.113.8")
		elsewhere := 0
		guess := func(email string) error {
			elsewhere++
			_, err := w.SignIn(viewer.WithOrigin(nobody, fmt.Sprintf("198.51.100.%d", elsewhere/9)), email, "a guess of many")
			return err
		}
		if _, err := w.SignIn(home, w.email, password); err != nil {
			t.Fatal(err)
		}
		for range 10 { // what once barred everybody
			code(t, guess(w.email), apperr.Unauthenticated)
		}
		if _, err := w.SignIn(hotel, w.email, password); err != nil {
			t.Errorf("from a place that is not known, after ten guesses elsewhere: %v", err)
		}
		hotel = viewer.WithOrigin(nobody, "203.0.113.9")
		for range 50 { // success made the address begin anew
			code(t, guess(w.email), apperr.Unauthenticated)
		}
		for i := range 12 { // each waits longer than the one before
			wait := min(60, 1<<i)
			if e := refusal(t, guess(w.email), apperr.RateLimited); e.Extra["retryAfterSeconds"] != wait {
				t.Errorf("failure %d: wait %v, want %d", i, e.Extra, wait)
			}
			w.Clock.Add(time.Duration(wait) * time.Second)
			code(t, guess(w.email), apperr.Unauthenticated)
		}
		_, err := w.SignIn(hotel, w.email, password)
		code(t, err, apperr.RateLimited)
		if _, err := w.SignIn(home, w.email, password); err != nil {
			t.Errorf("from where they signed in before: %v", err)
		}
		if _, err := w.SignIn(hotel, w.email, password); err != nil { // began anew
			t.Error(err)
		}
		for range 50 {
			code(t, guess("nobody@test.invalid"), apperr.Unauthenticated) // who is not there is treated alike
		}
		code(t, guess("nobody@test.invalid"), apperr.RateLimited)
		w.Clock.Add(time.Hour)
		code(t, guess("nobody@test.invalid"), apperr.Unauthenticated)
		code(t, guess("nobody@test.invalid"), apperr.Unauthenticated) // an hour without failures is forgiven
		// Even at home ten are enough.
		for range 10 {
			_, err := w.SignIn(home, w.email, "a guess of many")
			code(t, err, apperr.Unauthenticated)
		}
		_, err = w.SignIn(home, w.email, password)
		code(t, err, apperr.RateLimited)
	})
}

func TestSessionsLiveOnWhileUsed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		in := w.signIn(t)
		jar := &jar{}
		ctx := viewer.WithJar(t.Context(), jar)
		w.Clock.Add(59 * time.Minute)
		cost := w.statements(func() { w.is(t, ctx, in.Secret, w.Committee.Person) })
		if jar.secret != "" || cost != 2 {
			t.Errorf("within the hour the cookie was set to %q, with %d statements", jar.secret, cost)
		}
		w.Clock.Add(2 * time.Minute)
		w.is(t, ctx, in.Secret, w.Committee.Person)
		if want := w.Time().Add(30 * 24 * time.Hour); jar.secret != in.Secret || !jar.expires.Equal(want) {
			t.Errorf("the cookie is %q until %v", jar.secret, jar.expires)
		}
		w.Clock.Add(30*24*time.Hour - time.Second)
		w.is(t, ctx, in.Secret, w.Committee.Person)
		w.Clock.Add(30 * 24 * time.Hour)
		w.is(t, ctx, in.Secret, uuid.Nil)
	})
}

type jar struct {
	secret  string
	expires time.Time
}

func (j *jar) Open() bool                                  { return true }
func (j *jar) SetSession(secret string, expires time.Time) { j.secret, j.expires = secret, expires }
func (j *jar) ClearSession()                               { *j = jar{} }

func (w *world) is(t *testing.T, ctx context.Context, secret string, want uuid.UUID) {
	t.Helper()
	v, err := w.Authenticate(ctx, "", secret)
	if err != nil || v.Person != want {
		t.Errorf("the session is %+v, %v", v, err)
	}
}

func (w *world) statements(action func()) int64 {
	before := w.Statements.Load()
	action()
	return w.Statements.Load() - before
}

func TestEndSession(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a, b := w.signIn(t), w.signIn(t)
		list := func(v *viewer.Viewer) int {
			rows, err := w.Sessions(w.As(t, v))
			if err != nil {
				t.Fatal(err)
			}
			return len(rows)
		}
		if n := list(a.Viewer); n != 2 {
			t.Errorf("%d sessions", n)
		}
		w.tells(t, func() {
			_, err := w.EndSession(w.As(t, w.Nobody), a.Session.ID)
			code(t, err, apperr.Unauthenticated)
			for _, v := range []*viewer.Viewer{w.Stranger, w.Secretariat} {
				_, err := w.EndSession(w.As(t, v), a.Session.ID)
				code(t, err, apperr.NotFound)
			}
		})
		w.is(t, t.Context(), a.Secret, w.Committee.Person)
		w.tells(t, func() {
			for range 2 { // the second changes nothing
				s, err := w.EndSession(w.As(t, b.Viewer), a.Session.ID)
				if err != nil || s.EndedAt == nil {
					t.Errorf("%+v, %v", s, err)
				}
			}
		}, "SessionEnded")
		w.is(t, t.Context(), a.Secret, uuid.Nil)
		w.is(t, t.Context(), b.Secret, w.Committee.Person)
		w.tells(t, func() {
			for _, want := range []bool{true, false} {
				if ended, err := w.SignOut(w.As(t, b.Viewer)); ended != want || err != nil {
					t.Errorf("signed out: %v, %v", ended, err)
				}
			}
			if ended, err := w.SignOut(w.As(t, w.Nobody)); ended || err != nil {
				t.Errorf("nobody signed out: %v, %v", ended, err)
			}
		}, "SessionEnded")
		if n := list(b.Viewer); n != 0 {
			t.Errorf("%d sessions", n)
		}
	})
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const next = "un largo paseo por la orilla"
		a, b := w.signIn(t), w.signIn(t)
		link, err := w.CreatePasswordLink(w.System(), w.Committee.Person)
		if err != nil {
			t.Fatal(err)
		}
		w.tells(t, func() {
			_, err := w.ChangePassword(w.As(t, w.Nobody), password, next)
			code(t, err, apperr.Unauthenticated)
			for _, try := range [][3]string{
				{"not this one", next, "input.current"},
				{password, "short", "input.new"},
				{password, strings.Repeat("é", 201), "input.new"},
				{password, "             ", "input.new"},
				{password, "éééééééééééééééé", "input.new"},
				{password, "Passwordpassword", "input.new"},
				{password, w.email, "input.new"},
				{password, strings.ToUpper(w.email), "input.new"},
				{password, "Committee Committee", "input.new"},
				{password, password, "input.new"},
				{password, "\xff a long walk on the shore", "input.new"},
			} {
				_, err := w.ChangePassword(w.As(t, a.Viewer), try[0], try[1])
				if e := refusal(t, err, apperr.InvalidInput); e.Field != try[2] {
					t.Errorf("%q: %v at %s", try, e, e.Field)
				}
			}
			_, err = w.ChangePassword(w.As(t, w.Stranger), password, next) // has none
			code(t, err, apperr.InvalidInput)
		})
		w.is(t, t.Context(), b.Secret, w.Committee.Person)
		w.tells(t, func() {
			done, err := w.ChangePassword(viewer.WithJar(w.As(t, a.Viewer), &jar{}), password, next)
			if done.Ended != 1 || err != nil || !done.Expires.Equal(a.Session.ExpiresAt) {
				t.Errorf("%+v, %v", done, err)
			}
			w.is(t, t.Context(), a.Secret, uuid.Nil) // whoever copied it is out
			w.is(t, t.Context(), done.Secret, w.Committee.Person)
			if v, err := w.Authenticate(t.Context(), "", done.Secret); err != nil || v.Session != a.Session.ID {
				t.Errorf("the session is another one: %+v, %v", v, err)
			}
			a.Secret = done.Secret
		}, "SessionEnded")
		w.is(t, t.Context(), b.Secret, uuid.Nil)
		_, err = w.SignIn(w.As(t, w.Nobody), w.email, password)
		code(t, err, apperr.Unauthenticated)
		if _, err := w.SignIn(w.As(t, w.Nobody), w.email, next); err != nil {
			t.Error(err)
		}
		_, err = w.SetPassword(w.As(t, w.Nobody), link, "still another walk")
		code(t, err, apperr.InvalidInput)
	})
}

// Where the answer can't carry a cookie, the browser keeps the secret that it has;
// so does a program.
func TestChangePasswordWithoutAJar(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		in := w.signIn(t)
		done, err := w.ChangePassword(w.As(t, in.Viewer), password, "un largo paseo")
		if err != nil || done.Secret != "" {
			t.Errorf("%+v, %v", done, err)
		}
		w.is(t, t.Context(), in.Secret, w.Committee.Person)
		token, _, err := w.CreateToken(w.System(), w.Committee.Person, "nightly", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.Authenticate(t.Context(), token, "")
		if err != nil {
			t.Fatal(err)
		}
		done, err = w.ChangePassword(viewer.WithJar(w.As(t, v), &jar{}), "un largo paseo", password)
		if err != nil || done.Secret != "" || done.Ended != 1 {
			t.Errorf("%+v, %v", done, err)
		}
		if v, err := w.Authenticate(t.Context(), token, ""); err != nil || v.Person != w.Committee.Person {
			t.Errorf("the token: %+v, %v", v, err)
		}
	})
}

// A hijacked session can't be used to guess the password.
func TestChangePasswordIsLimited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		in := w.signIn(t)
		for range 10 {
			_, err := w.ChangePassword(w.As(t, in.Viewer), "a guess of many", "un largo paseo")
			code(t, err, apperr.InvalidInput)
		}
		_, err := w.ChangePassword(w.As(t, in.Viewer), password, "un largo paseo")
		code(t, err, apperr.RateLimited)
	})
}

func TestPasswordLinks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, v := range w.Viewers() {
			_, err := w.CreatePasswordLink(w.As(t, v), w.Stranger.Person)
			if want := map[string]apperr.Code{"nobody": apperr.Unauthenticated, "secretariat": ""}; err != nil || name == "secretariat" {
				expect, ok := want[name]
				if !ok {
					expect = apperr.Forbidden
				}
				if apperr.CodeOf(err) != expect {
					t.Errorf("%s: %v", name, err)
				}
			} else {
				t.Errorf("%s may", name)
			}
		}
		before := w.signIn(t)
		first, _ := w.CreatePasswordLink(w.System(), w.Committee.Person)
		link, err := w.CreatePasswordLink(w.System(), w.Committee.Person)
		if err != nil {
			t.Fatal(err)
		}
		nobody := w.As(t, w.Nobody)
		_, err = w.SetPassword(nobody, first, "un largo paseo")
		e := refusal(t, err, apperr.InvalidInput)
		if e.Field != "input.secret" {
			t.Errorf("an earlier link: %v at %s", e, e.Field)
		}
		_, err = w.SetPassword(nobody, link, "too short")
		if e := refusal(t, err, apperr.InvalidInput); e.Field != "input.password" {
			t.Errorf("at %s", e.Field)
		}
		var good, bad atomic.Int64
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := w.SetPassword(nobody, link, "un largo paseo"); err == nil {
					good.Add(1)
				} else if apperr.CodeOf(err) == apperr.InvalidInput {
					bad.Add(1)
				} else {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if good.Load() != 1 || bad.Load() != 3 {
			t.Errorf("the link was used %d times, refused %d times", good.Load(), bad.Load())
		}
		w.is(t, t.Context(), before.Secret, uuid.Nil)
		link, _ = w.CreatePasswordLink(w.System(), w.Committee.Person)
		w.Clock.Add(3 * 24 * time.Hour)
		_, err = w.SetPassword(nobody, link, "un largo paseo")
		code(t, err, apperr.InvalidInput)
		w.set(t, w.Stranger, func(u *ent.PersonUpdateOne) { u.SetStatus(person.StatusDisabled) })
		_, err = w.CreatePasswordLink(w.System(), w.Stranger.Person)
		code(t, err, apperr.Conflict)
		_, err = w.CreatePasswordLink(w.System(), w.NewID(id.Person))
		code(t, err, apperr.NotFound)
	})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		secret, row, err := w.CreateToken(w.System(), w.Committee.Person, " nightly  report ", 24*time.Hour)
		if err != nil || !strings.HasPrefix(secret, "hub_") || row.Name != "nightly report" {
			t.Fatalf("%q, %+v, %v", secret, row, err)
		}
		if strings.Contains(fmt.Sprint(row), secret) || string(row.SecretHash) == secret {
			t.Error("the secret is kept")
		}
		v, err := w.Authenticate(t.Context(), secret, "")
		if err != nil || v.Person != w.Committee.Person || v.Session != row.ID {
			t.Errorf("%+v, %v", v, err)
		}
		for _, bad := range []string{"x", "hub_", secret + "x", strings.TrimPrefix(secret, "hub_")} {
			_, err := w.Authenticate(t.Context(), bad, "")
			code(t, err, apperr.Unauthenticated)
		}
		if _, _, err := w.CreateToken(w.As(t, w.Committee), w.Committee.Person, "mine", time.Hour); err != nil {
			t.Error(err)
		}
		for _, who := range []*viewer.Viewer{w.Stranger, w.Secretariat} {
			_, _, err := w.CreateToken(w.As(t, who), w.Committee.Person, "x", time.Hour)
			code(t, err, apperr.Forbidden)
			code(t, w.RevokeToken(w.As(t, who), row.ID), apperr.NotFound)
			if rows, err := w.ListTokens(w.As(t, who), w.Committee.Person); len(rows) != 0 || err != nil {
				t.Errorf("%v, %v", rows, err)
			}
		}
		for _, life := range []time.Duration{0, -time.Hour, 400 * 24 * time.Hour} {
			_, _, err := w.CreateToken(w.System(), w.Committee.Person, "x", life)
			code(t, err, apperr.InvalidInput)
		}
		if rows, _ := w.ListTokens(w.System(), w.Committee.Person); len(rows) != 2 {
			t.Errorf("%d tokens", len(rows))
		}
		w.tells(t, func() {
			if err := w.RevokeToken(w.System(), row.ID); err != nil {
				t.Error(err)
			}
			code(t, w.RevokeToken(w.System(), row.ID), apperr.Conflict)
		}, "SessionEnded")
		_, err = w.Authenticate(t.Context(), secret, "")
		code(t, err, apperr.Unauthenticated)
		secret, _, _ = w.CreateToken(w.System(), w.Committee.Person, "short", time.Hour)
		w.Clock.Add(time.Hour)
		_, err = w.Authenticate(t.Context(), secret, "")
		code(t, err, apperr.Unauthenticated)
	})
}

// Rights are those of the day in Port of Spain, at the same cost for any number
// of seats.
func TestRightsOfToday(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		secret, _, err := w.CreateToken(w.System(), w.Partner.Person, "x", 300*24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		var v *viewer.Viewer
		load := func() int64 {
			return w.statements(func() {
				if v, err = w.Authenticate(t.Context(), secret, ""); err != nil {
					t.Fatal(err)
				}
			})
		}
		few := load()
		if !v.Partner || v.Organisation != w.Donor || len(v.Seats) != 0 {
			t.Errorf("%+v", v)
		}
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			for range 50 {
				err := tx.Seat.Create().SetID(w.NewID(id.Seat)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.OtherCommittee).
					SetRole(seat.RoleMember).SetPersonID(w.Partner.Person).SetValidFrom("2026-11-24").SetValidTo("2026-11-25").Exec(ctx)
				if err != nil {
					return err
				}
			}
			return tx.StaffPost.Create().SetID(w.NewID(id.StaffPost)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.SecretariatBody).
				SetPersonID(w.Partner.Person).SetTitleText(i18n.Text{EN: "Officer", Authentic: i18n.EN}).SetValidTo("2026-11-24").Exec(ctx)
		})
		for _, day := range []struct {
			at    string
			seats int
			staff bool
		}{
			{"2026-11-24T03:59:59Z", 1, true},
			{"2026-11-24T04:00:00Z", 51, true},
			{"2026-11-25T04:00:00Z", 50, false},
			{"2026-11-26T03:59:59Z", 50, false},
			{"2026-11-26T04:00:00Z", 0, false},
		} {
			at, err := time.Parse(time.RFC3339, day.at)
			if err != nil {
				t.Fatal(err)
			}
			w.Clock.Set(at)
			if cost := load(); cost != few {
				t.Errorf("%s: %d statements, %d without seats", day.at, cost, few)
			}
			if len(v.Seats) != day.seats || v.Secretariat() != day.staff || v.SitsIn(w.OtherCommittee) != (day.seats >= 50) {
				t.Errorf("%s: %d seats, of the Secretariat: %v", day.at, len(v.Seats), v.Secretariat())
			}
		}
		loaded, err := w.Load(t.Context(), w.Chair.Person)
		if err != nil || !loaded.Leads(w.SpecialCommittee) {
			t.Errorf("%+v, %v", loaded, err)
		}
		w.set(t, w.Chair, func(u *ent.PersonUpdateOne) { u.SetStatus(person.StatusDisabled) })
		_, err = w.Load(t.Context(), w.Chair.Person)
		code(t, err, apperr.NotFound)
	})
}
