package graph_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/aidstatistic"
	"acs-aec.org/hub/internal/money"
)

const prospectsOf = `query($filter: ProspectFilter, $orderBy: ProspectOrder, $first: Int, $after: String) {
	prospects(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes {
		key name total recipients observer agreementInForce score scoreParts { money reach recency closeness }
		years { year statistics published } donors { id name revision organisation { name } } agreements { number } organisation { name }
		evidence { source members notReported notConverted } } } }`

// statistics writes figures: source, year, recipient, donor, amount, currency.
func (w *world) statistics(tb testing.TB, rows ...[]any) aidstatistic.Counts {
	tb.Helper()
	var out aidstatistic.Counts
	in := make([]aidstatistic.Row, len(rows))
	for i, r := range rows {
		published := r[4].(string)
		micro, err := money.Parse(published)
		if err != nil {
			tb.Fatal(err)
		}
		in[i] = aidstatistic.Row{
			Source: r[0].(string), Year: r[1].(int), Recipient: r[2].(string), Donor: r[3].(string),
			Value: money.Amount{Published: published, Micro: micro, Currency: r[5].(string)}, Line: i + 2,
		}
	}
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		var err error
		out, err = aidstatistic.New(w.Runner).Put(ctx, tx, nil, in)
		return err
	})
	return out
}

func TestProspects(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t) // JM and TT are members, GP is an associate
		korea := w.AddOrganisation(t, "Korea International Cooperation Agency", "DONOR")
		got := w.statistics(t, []any{"CRS", 2018, "JM", "Korea", "1500000.5", "USD"}, []any{"CRS", 2019, "JM", "KOREA ", "1", "USD"},
			[]any{"CRS", 2019, "GP", "Korea", "999999999", "USD"}, []any{"CRS", 2019, "TT", "KOICA", "20000000", "USD"},
			[]any{"CRS", 2017, "JM", "Donor", "-5", "USD"}, []any{"CRS", 2019, "JM", "Nowhere", "7", "XXX"},
			[]any{"Other", 2019, "JM", "Korea", "123456789", "USD"})
		if got.Created != 7 {
			t.Fatalf("%+v", got)
		}
		if got := w.statistics(t, []any{"CRS", 2018, "JM", "korea", "1500000.50", "USD"}, []any{"CRS", 2019, "JM", "Korea", "2", "USD"}); got != (aidstatistic.Counts{Updated: 1, Unchanged: 1}) {
			t.Errorf("the same again: %+v", got)
		}

		for _, who := range []string{"nobody", "stranger", "partner"} {
			w.ask(t, w.Viewers()[who], prospectsOf, nil).refused("FORBIDDEN")
		}
		for _, who := range []string{"committee", "chair", "council", "bureau", "secretariat"} {
			w.ask(t, w.Viewers()[who], prospectsOf, nil).ok().is("prospects.totalCount", 3.0)
		}
		a := w.ask(t, w.Council, prospectsOf, vars{"orderBy": vars{"field": "TOTAL", "direction": "DESC"}}).ok()
		if names := strings.Join(a.all("prospects.nodes.*.name"), ","); names != "KOICA,Korea,Donor" {
			t.Errorf("the prospects are %s", names)
		}
		a.is("prospects.nodes.0.total", "20000000.00").is("prospects.nodes.1.total", "1500002.50").is("prospects.nodes.2.total", "-5.00").
			is("prospects.nodes.0.evidence.source", "CRS").is("prospects.nodes.0.evidence.notConverted", 1.0).
			is("prospects.nodes.1.years.0.statistics", "1500000.50").is("prospects.nodes.1.years.1.statistics", "2.00").
			is("prospects.nodes.1.years.0.published", nil).
			// money 10 from a million on, reach 1 of 2, the last two of 2017, 2018, 2019
			is("prospects.nodes.1.scoreParts.money", 10.0).is("prospects.nodes.1.scoreParts.reach", 12.0).
			is("prospects.nodes.1.scoreParts.recency", 17.0).is("prospects.nodes.1.scoreParts.closeness", 0.0).is("prospects.nodes.1.score", 39.0).
			is("prospects.nodes.2.scoreParts.recency", 0.0).is("prospects.nodes.2.organisation.name", "Donor")
		a.is("prospects.nodes.1.recipients.0", "JM").is("prospects.nodes.0.recipients.0", "TT")

		// Two names of one organisation, and an agreement with it.
		donors := w.ask(t, w.Secretariat, `{ aidDonors(filter: {linked: false}) { nodes { id name revision viewerCanLink } } }`, nil).ok()
		const link = `mutation($in: LinkAidDonorInput!) { linkAidDonor(input: $in) { donor { organisation { name } revision } eventIds } }`
		in := func(n int, to any) vars {
			return vars{"in": vars{"id": donors.at("aidDonors.nodes." + string(rune('0'+n)) + ".id"), "expectedRevision": 1, "organisationId": to}}
		}
		if names := strings.Join(donors.all("aidDonors.nodes.*.name"), ","); names != "KOICA,Korea,Nowhere" {
			t.Fatalf("not linked: %s", names)
		}
		w.tells(t, func() {
			w.ask(t, w.Nobody, link, in(0, korea)).refused("UNAUTHENTICATED")
			w.ask(t, w.Council, link, in(0, korea)).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, link, in(0, uuid.Nil)).refused("INVALID_INPUT", "input.organisationId")
		})
		w.tells(t, func() { w.ask(t, w.Secretariat, link, in(0, korea)).ok() }, "AidDonorLinked")
		w.tells(t, func() { w.ask(t, w.Secretariat, link, in(1, korea)).ok() }, "AidDonorLinked")
		w.tells(t, func() { w.ask(t, w.Secretariat, link, in(0, nil)).refused("CONFLICT") })
		w.ask(t, w.Secretariat, prospectsOf, vars{"filter": vars{"text": "KÓREA int", "minimum": "21500002.5", "recipient": "TT", "observer": false}}).ok().
			is("prospects.totalCount", 1.0).is("prospects.nodes.0.total", "21500002.50").is("prospects.nodes.0.agreementInForce", false).
			is("prospects.nodes.0.years.1.statistics", "20000002.00").is("prospects.nodes.0.name", "Korea International Cooperation Agency")
		w.ask(t, w.Secretariat, prospectsOf, vars{"filter": vars{"minimum": "21500002.51"}}).ok().is("prospects.totalCount", 0.0)
		w.ask(t, w.Secretariat, prospectsOf, vars{"filter": vars{"source": "Other"}}).ok().is("prospects.nodes.0.total", "123456789.00")
		w.ask(t, w.Secretariat, prospectsOf, vars{"filter": vars{"fromYear": 2018, "toYear": 2018}}).ok().is("prospects.totalCount", 1.0).
			is("prospects.nodes.0.evidence.notReported.0", "TT")
		w.ask(t, w.Secretariat, prospectsOf, vars{"filter": vars{"minimum": "1e5"}}).refused("INVALID_INPUT")

		// Published activities stand beside statistics, a donor that only they name too.
		public := w.ownActivity(t, "ACS-1", vars{"countries": []any{vars{"code": "TT", "percentage": "60"}, vars{"code": "GP", "percentage": "40"}}})
		w.gives(t, public, korea, "3", "1000")
		w.gives(t, public, w.AddOrganisation(t, "Unknown to statistics", "DONOR"), "4", "10")
		w.gives(t, public, w.AddOrganisation(t, "The Association itself", "ACS"), "4", "10")                              // it is nobody that it could ask
		w.ask(t, w.Council, prospectsOf, vars{"filter": vars{"text": "unknown to"}}).ok().is("prospects.totalCount", 0.0) // it is not public yet
		w.publish(t, public)
		w.ask(t, w.Council, prospectsOf, vars{"filter": vars{"text": "korea int"}}).ok().is("prospects.nodes.0.years.2.year", 2024.0).
			is("prospects.nodes.0.years.2.published", "600.00").is("prospects.nodes.0.years.2.statistics", nil).is("prospects.nodes.0.total", "21500002.50")
		w.ask(t, w.Council, prospectsOf, vars{"filter": vars{"text": "unknown to"}}).ok().is("prospects.nodes.0.years.0.published", "6.00").
			is("prospects.nodes.0.total", "0.00").is("prospects.nodes.0.score", 0.0)
		w.ask(t, w.Council, prospectsOf, vars{"filter": vars{"text": "association itself"}}).ok().is("prospects.totalCount", 0.0)

		// Pages, by each order.
		for _, field := range []string{"SCORE", "TOTAL", "NAME"} {
			var got []string
			after := any(nil)
			for range 4 {
				p := w.ask(t, w.Chair, prospectsOf, vars{"first": 1, "after": after, "orderBy": vars{"field": field}}).ok()
				got = append(got, p.all("prospects.nodes.*.key")...)
				after = p.at("prospects.pageInfo.endCursor")
			}
			whole := w.ask(t, w.Chair, prospectsOf, vars{"orderBy": vars{"field": field}}).ok().all("prospects.nodes.*.key")
			if strings.Join(got, "|") != strings.Join(whole, "|") {
				t.Errorf("by %s in pages %q, whole %q", field, got, whole)
			}
		}

		// Statements do not grow with the donors.
		few := w.statements(func() { w.ask(t, w.Council, prospectsOf, nil).ok() })
		var more [][]any
		for n := range 60 {
			name := "Donor " + strings.Repeat("x", n+1)
			w.AddOrganisation(t, name, "DONOR")
			more = append(more, []any{"CRS", 2016, "TT", name, "1", "USD"})
		}
		w.statistics(t, more...)
		if many := w.statements(func() { w.ask(t, w.Council, prospectsOf, vars{"first": 60}).ok() }); many > few {
			t.Errorf("%d statements for few, %d for many", few, many)
		}
		w.ask(t, w.Nobody, `{ aidStatistics(filter: {recipient: ["TT"], fromYear: 2019}, orderBy: {field: VALUE}) { totalCount nodes { year source value { amount currency } recipient { name } donor { name } line } } }`, nil).ok().
			is("aidStatistics.totalCount", 1.0).is("aidStatistics.nodes.0.value.amount", "20000000").is("aidStatistics.nodes.0.donor.name", "KOICA")
	})
}
