package demo_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/countrygroup"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/messagetranslation"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/ent/generated/ent/staffpost"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/demo"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	discussions "acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// each runs a test in a demonstration world of its own on each kind of database.
func each(t *testing.T, test func(t *testing.T, r *command.Runner, w *demo.World)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		r, w := filled(t, db)
		test(t, r, w)
	})
}

func filled(t *testing.T, db *store.DB) (*command.Runner, *demo.World) {
	t.Helper()
	r, err := command.Open(t.Context(), db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	w, err := demo.FillCheaply(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return r, w
}

func system(t *testing.T) context.Context {
	t.Helper()
	return viewer.With(t.Context(), viewer.System())
}

// as is a context in which a person of the world asks, with the rights of today.
func as(t *testing.T, r *command.Runner, w *demo.World, key string) context.Context {
	t.Helper()
	if key == "nobody" {
		return viewer.With(t.Context(), viewer.Nobody())
	}
	v, err := account.New(r).Load(t.Context(), w.Persons[key])
	if err != nil {
		t.Fatal(err)
	}
	return viewer.With(t.Context(), v)
}

func TestWorldIsWhole(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, _ *demo.World) {
		ctx, c := system(t), r.DB.Client
		groups := map[string]string{
			"CARICOM": "AG BB BS BZ DM GD GY HT JM KN LC SR TT VC", "CENTRAL_AMERICA": "CR GT HN NI SV", "G3": "CO MX VE", "NON_GROUPED": "CU DO PA",
		}
		for code, want := range groups {
			got := c.Country.Query().Where(country.HasGroupWith(countrygroup.Code(code))).Order(ent.Asc(country.FieldIso2)).
				Select(country.FieldIso2).StringsX(ctx)
			if s := strings.Join(got, " "); s != want {
				t.Errorf("%s: %s, want %s", code, s, want)
			}
		}
		kinds := func(k membership.Kind, country bool) int {
			q := c.Membership.Query().Where(membership.KindEQ(k), membership.ValidFromIsNil(), membership.ValidToIsNil())
			if country {
				return q.Where(membership.CountryIDNotNil()).CountX(ctx)
			}
			return q.Where(membership.OrganisationIDNotNil()).CountX(ctx)
		}
		for what, n := range map[string][2]int{
			"members":                {kinds(membership.KindMember, true), 25},
			"associates":             {kinds(membership.KindAssociate, true), 11},
			"observer countries":     {kinds(membership.KindObserver, true), 29},
			"observer organisations": {kinds(membership.KindObserver, false), 13},
			"bodies":                 {c.Body.Query().CountX(ctx), 13},
			"agreements":             {c.Agreement.Query().CountX(ctx), 10},
			"agreements signed":      {c.Agreement.Query().Where(agreement.StatusEQ(agreement.StatusSigned)).CountX(ctx), 10},
			"programmes":             {c.Programme.Query().CountX(ctx), 6},
			"own activities":         {c.Activity.Query().Where(activity.OriginEQ(activity.OriginOwn)).CountX(ctx), 14},
			"transactions of facts":  {c.Transaction.Query().Where(transaction.DateLT("2019")).CountX(ctx), 2},
			"seats in the Council":   {c.Seat.Query().Where(seat.HasBodyWith(body.Code("CNR"))).CountX(ctx), 25},
			"seats in the Bureau":    {c.Seat.Query().Where(seat.HasBodyWith(body.Code("CNR-EB"))).CountX(ctx), 5},
			"seats in the Board":     {c.Seat.Query().Where(seat.HasBodyWith(body.Code("MC-EB"))).CountX(ctx), 4},
			"rules not marked":       {c.Body.Query().Where(body.DecisionRuleNotNil(), body.Demonstration(false)).CountX(ctx), 0},
		} {
			if n[0] != n[1] {
				t.Errorf("%s: %d, want %d", what, n[0], n[1])
			}
		}
		states := map[proposal.Status]bool{}
		for _, p := range c.Proposal.Query().AllX(ctx) {
			states[p.Status] = true
		}
		if len(states) < 7 {
			t.Errorf("proposals are in %d states only", len(states))
		}
		for _, p := range c.Person.Query().AllX(ctx) {
			if !strings.HasSuffix(p.Email, "@demo.invalid") || !strings.HasSuffix(p.Name, " Demo") || p.PasswordHash == nil {
				t.Errorf("%s <%s> is not visibly fictitious, or can't sign in", p.Name, p.Email)
			}
		}
	})
}

func TestWorldSpeaksThreeLanguages(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, _ *demo.World) {
		ctx, c := system(t), r.DB.Client
		whole := func(what string, text i18n.Text) {
			if text.EN == "" || text.ES == "" || text.FR == "" {
				t.Errorf("%s lacks a language: %+v", what, text)
			}
		}
		for _, x := range c.CountryGroup.Query().AllX(ctx) {
			whole(x.Code, x.NameText())
		}
		for _, x := range c.Country.Query().AllX(ctx) {
			whole(x.Iso2, x.NameText())
		}
		for _, x := range c.Organisation.Query().AllX(ctx) {
			whole(x.NameEn, x.NameText())
		}
		for _, x := range c.Body.Query().AllX(ctx) {
			whole(x.Code, x.NameText())
		}
		for _, x := range c.StaffPost.Query().AllX(ctx) {
			whole(x.TitleEn, x.TitleText())
		}
		for _, x := range c.Agreement.Query().AllX(ctx) {
			whole(x.TitleEn, x.TitleText())
		}
		for _, x := range c.Programme.Query().AllX(ctx) {
			whole(x.Code, x.TitleText())
			whole(x.Code, x.ObjectiveText())
		}
		for _, x := range c.Proposal.Query().AllX(ctx) {
			whole(x.Reference, x.TitleText())
			whole(x.Reference, x.SummaryText())
		}
		for _, x := range c.Activity.Query().AllX(ctx) {
			whole(x.IatiIdentifier, x.TitleText())
			whole(x.IatiIdentifier, x.DescriptionText())
		}
		for _, x := range c.Transaction.Query().AllX(ctx) {
			whole(x.ID.String(), x.DescriptionText())
		}
		for _, x := range c.Thread.Query().AllX(ctx) {
			whole(x.TitleEn, x.TitleText())
		}
	})
}

func TestSandyShorelines(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		ctx, c := system(t), r.DB.Client
		a := c.Activity.GetX(ctx, w.Activities["SANDY-SHORELINES"])
		if !a.Published || a.ActualEnd == nil || *a.ActualEnd != "2024-10-17" || a.ProposalID == nil || *a.ProposalID != w.Proposals["SANDY-SHORELINES"] {
			t.Errorf("the activity: %+v", a)
		}
		if n := a.QueryTransactions().CountX(ctx); n != 0 {
			t.Errorf("%d transactions, though no day of a payment is known", n)
		}
		var shares []string
		for _, s := range a.QueryAllocations().Where(allocation.DimensionEQ(allocation.DimensionCountry)).Order(ent.Asc(allocation.FieldPosition)).AllX(ctx) {
			shares = append(shares, s.Code+" "+s.PercentagePublished)
		}
		if got, want := strings.Join(shares, ", "), "AG 11.12, CR 11.11, CU 11.11, DO 11.11, GT 11.11, HT 11.11, JM 11.11, PA 11.11, TT 11.11"; got != want {
			t.Errorf("shares: %s", got)
		}

		// The discussion, as its own participants see it.
		ctx = as(t, r, w, "bureau-rapporteur")
		th := c.Thread.Query().Where(thread.ID(w.Threads["SANDY-SHORELINES"])).OnlyX(ctx)
		languages, bodies := map[i18n.Lang]int{}, map[string]bool{}
		withdrawn, edited, replies := 0, 0, 0
		said := th.QueryMessages().Order(ent.Asc(message.FieldNumber)).AllX(ctx)
		for i, m := range said {
			if m.Number != i+1 {
				t.Errorf("message %d has number %d", i+1, m.Number)
			}
			languages[m.Language]++
			for _, s := range c.Body.Query().Where(body.Or(
				body.HasSeatsWith(seat.PersonID(m.AuthorID)), body.HasPostsWith(staffpost.PersonID(m.AuthorID)),
			)).AllX(system(t)) {
				bodies[string(s.Kind)] = true
			}
			switch {
			case m.WithdrawnAt != nil:
				withdrawn++
			case m.EditedAt != nil:
				edited++
			}
			if m.ReplyToID != nil {
				replies++
			}
		}
		if len(said) < 15 || len(languages) != 3 || languages[i18n.EN] < 4 || languages[i18n.ES] < 4 || languages[i18n.FR] < 4 ||
			len(bodies) < 3 || withdrawn != 1 || edited != 1 || replies < 10 {
			t.Errorf("%d messages, languages %v, bodies %v, %d withdrawn, %d edited, %d replies", len(said), languages, bodies, withdrawn, edited, replies)
		}
		// Some of it is there in the other languages, and is what their readers are given.
		in, machines := map[i18n.Lang]int{}, 0
		for _, x := range c.MessageTranslation.Query().AllX(ctx) {
			switch {
			case x.Status == messagetranslation.StatusOfficial:
				if text, err := discussions.New(r).TextIn(ctx, x.QueryMessage().OnlyX(ctx), x.Language); err != nil || *text.Body != x.Body {
					t.Errorf("%s is not given: %v", x.Body, err)
				}
				in[x.Language]++
			case x.Machine != "":
				machines++
			}
		}
		if in[i18n.EN] < 1 || in[i18n.ES] < 2 || in[i18n.FR] < 2 || machines != 1 {
			t.Errorf("official translations %v, drafts of machines %d", in, machines)
		}
		// Each message was told by its author.
		for _, e := range c.LogEntry.Query().Where(logentry.Kind("MessagePosted"), logentry.ThreadID(th.ID)).AllX(ctx) {
			if m := c.Message.GetX(ctx, e.SubjectID); e.ActorID == nil || *e.ActorID != m.AuthorID {
				t.Errorf("message %d was told by %v", m.Number, e.ActorID)
			}
		}
		// It is the latest, so that it comes first in lists.
		first := c.Thread.Query().Order(ent.Desc(thread.FieldLastMessageAt)).FirstX(as(t, r, w, "secretariat"))
		if first.ID != th.ID {
			t.Errorf("the latest discussion is %s", first.TitleEn)
		}
	})
}

func TestEachSeesWhatIsOpenToThem(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		c := r.DB.Client
		for _, tt := range []struct {
			who                           string
			threads                       []string
			agreements, proposals, people int
			activities                    int
		}{
			{"nobody", nil, 10, 1, 0, 25},
			{"stranger", nil, 10, 1, 1, 25},
			{"focal", []string{"KOICA-REPORT"}, 10, 1, 3, 25},
			{"partner", []string{"KOICA-DATE", "KOICA-REPORT"}, 10, 1, 4, 25},
			{"bank", nil, 10, 1, 1, 25},
			{"tourism", []string{"CERTIFICATION"}, 10, 3, 10, 25},
			{"committee", []string{"EXAMPLE-CALL", "SANDY-SHORELINES", "SHOCS-LESSONS"}, 10, 3, 10, 25},
			{"council", []string{"COUNCIL-AGENDA", "COUNCIL-MEETING"}, 10, 7, 10, 26},
			{"bureau", []string{"COUNCIL-AGENDA", "KOICA-DATE", "SANDY-SHORELINES"}, 10, 7, 11, 26},
			{"secretariat", []string{"CERTIFICATION", "COUNCIL-AGENDA", "COUNCIL-MEETING", "EXAMPLE-CALL", "KOICA-DATE", "KOICA-REPORT", "SANDY-SHORELINES", "SHOCS-LESSONS"}, 10, 8, 14, 26},
		} {
			ctx := as(t, r, w, tt.who)
			var threads []string
			for key, u := range w.Threads {
				if c.Thread.Query().Where(thread.ID(u)).ExistX(ctx) {
					threads = append(threads, key)
				}
			}
			slices.Sort(threads)
			if !slices.Equal(threads, tt.threads) || c.Thread.Query().CountX(ctx) != len(tt.threads) {
				t.Errorf("%s takes part in %v, want %v", tt.who, threads, tt.threads)
			}
			got := [4]int{c.Agreement.Query().CountX(ctx), c.Proposal.Query().CountX(ctx), c.Person.Query().CountX(ctx), c.Activity.Query().CountX(ctx)}
			if want := [4]int{tt.agreements, tt.proposals, tt.people, tt.activities}; got != want {
				t.Errorf("%s sees agreements, proposals, people, activities: %v, want %v", tt.who, got, want)
			}
		}
	})
}

func TestSecondFillChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		ctx := system(t)
		head, people := r.DB.Client.LogEntry.Query().CountX(ctx), r.DB.Client.Person.Query().Order(ent.Asc(person.FieldID)).AllX(ctx)
		again, err := demo.FillCheaply(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(w, again) {
			t.Error("the second world is another one")
		}
		if n := r.DB.Client.LogEntry.Query().CountX(ctx); n != head {
			t.Errorf("%d events were told", n-head)
		}
		for i, p := range r.DB.Client.Person.Query().Order(ent.Asc(person.FieldID)).AllX(ctx) {
			if p.Revision != people[i].Revision || *p.PasswordHash != *people[i].PasswordHash {
				t.Errorf("%s was changed", p.Name)
			}
		}
	})
}

func TestNodesAgreeOnOneWorld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		r, err := command.Open(t.Context(), db, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		worlds := make([]*demo.World, 3)
		for i := range worlds {
			wg.Go(func() {
				var err error
				if worlds[i], err = demo.FillCheaply(t.Context(), r); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if !reflect.DeepEqual(worlds[0], worlds[1]) || !reflect.DeepEqual(worlds[1], worlds[2]) {
			t.Error("they made different worlds")
		}
	})
}

func TestOccupiedDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		settings := w.DB.Client.Setting.Query().CountX(w.System())
		if _, err := demo.FillCheaply(t.Context(), w.Runner); !errors.Is(err, demo.ErrOccupied) {
			t.Errorf("%v, want ErrOccupied", err)
		}
		if told := w.Told(t); len(told) > 0 || w.DB.Client.Country.Query().CountX(w.System()) > 0 || w.DB.Client.Setting.Query().CountX(w.System()) != settings {
			t.Errorf("something was written: %v", told)
		}
	})
}

func TestFillIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	// The context ends in the middle, as a killed process does.
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var statements atomic.Int64 // an import reads ahead beside its writing
		cut := dbtest.Open(t, address, store.Options{Observe: func(context.Context, string) {
			if statements.Add(1) == 600 {
				cancel()
			}
		}})
		r, err := command.Open(t.Context(), cut, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := demo.FillCheaply(ctx, r); err == nil {
			t.Fatal("it was not cut off")
		}
		if n := cut.Client.Country.Query().CountX(system(t)) + cut.Client.LogEntry.Query().CountX(system(t)); n != 0 {
			t.Errorf("%d rows are left of half a world", n)
		}
		if _, err := demo.FillCheaply(t.Context(), r); err != nil {
			t.Errorf("the next start: %v", err)
		}
	})
}

func TestAccountsCanSignIn(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		all := demo.Accounts(w)
		if len(all) != len(w.Persons) || all[0].Role != "secretariat" {
			t.Fatalf("accounts: %+v", all)
		}
		roles := map[string]bool{}
		for _, a := range all {
			if strings.ContainsAny(a.Email+a.Password+a.Role, " \t") || roles[a.Role] {
				t.Errorf("%+v can't be told in one line, or its role twice", a)
			}
			roles[a.Role] = true
			in, err := account.New(r).SignIn(viewer.With(t.Context(), viewer.Nobody()), a.Email, a.Password)
			if err != nil || in == nil {
				t.Errorf("%s: %v", a.Email, err)
			}
		}
	})
}

func TestPeopleGoOnTalking(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		before := r.DB.Client.Message.Query().CountX(system(t))
		moments, done := make(chan time.Time), make(chan struct{})
		go func() {
			defer close(done)
			demo.Converse(ctx, r, w, moments, rand.New(rand.NewPCG(7, 7)))
		}()
		const n = 40
		for range n + 1 { // the last is taken once the one before is done
			moments <- time.Time{}
		}
		cancel()
		<-done
		c := r.DB.Client
		said := c.Message.Query().Where(message.ThreadID(w.Threads["SANDY-SHORELINES"]), message.NumberGT(22)).Order(ent.Asc(message.FieldNumber)).AllX(system(t))
		languages, authors := map[i18n.Lang]bool{}, map[uuid.UUID]bool{}
		edited, replies := 0, 0
		for _, m := range said {
			languages[m.Language], authors[m.AuthorID] = true, true
			if m.EditedAt != nil {
				edited++
			}
			if m.ReplyToID != nil {
				replies++
			}
		}
		if len(said)+edited < n || len(languages) != 3 || len(authors) < 4 || edited == 0 || replies == 0 {
			t.Errorf("%d messages, %v, %d authors, %d edited, %d replies", len(said), languages, len(authors), edited, replies)
		}
		if total := c.Message.Query().CountX(system(t)); total != before+len(said) {
			t.Error("they spoke elsewhere too")
		}
	})
}

func TestNobodyIsHeldUpByAClosedDiscussion(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		u := w.Threads["SANDY-SHORELINES"]
		if err := store.InTx(system(t), r.DB, func(ctx context.Context, tx *ent.Client) error {
			return tx.Thread.UpdateOneID(u).SetStatus(thread.StatusClosed).Exec(ctx)
		}); err != nil {
			t.Fatal(err)
		}
		before := r.DB.Client.Message.Query().CountX(system(t))
		moments := make(chan time.Time, 3)
		for range 3 {
			moments <- time.Time{}
		}
		close(moments)
		demo.Converse(t.Context(), r, w, moments, rand.New(rand.NewPCG(1, 1)))
		if n := r.DB.Client.Message.Query().CountX(system(t)); n != before {
			t.Errorf("%d messages were written to a closed discussion", n-before)
		}
	})
}

func TestTheAssociationIsThereOnce(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		acs := r.DB.Client.Organisation.Query().Where(organisation.Identifier("XI-IATI-ACSDEMO")).OnlyX(system(t))
		if acs.ID != w.Organisations["ACS"] || !slices.Equal(acs.Kinds, []string{"ACS"}) {
			t.Errorf("%+v", acs)
		}
	})
}
