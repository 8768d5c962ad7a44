package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/dbtest"
)

// A front end asks for a table of a thousand rows with all that a row has; what costs
// more is refused with what to do.
func TestAThousandRowsOfASummaryCanBeAsked(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, inner *dbtest.World) {
		w := newWorld(t, inner)
		door := w.door(t)
		ask := func(text string) *answer {
			t.Helper()
			body, _ := json.Marshal(map[string]any{"query": text})
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
			req.Header.Set("Content-Type", "application/json")
			rec := httptest.NewRecorder()
			door.ServeHTTP(rec, req)
			a := &answer{tb: t, raw: rec.Body.String()}
			if err := json.Unmarshal(rec.Body.Bytes(), a); err != nil {
				t.Fatal(err)
			}
			return a
		}
		const (
			amount = `measure transactionType currency amount unrounded share count`
			row    = `rows { keys { dimension code name node { id } } amounts { ` + amount + ` } count notConverted { currency amount count reason } }`
			rest   = `dimensions measures currency overlapping rowCount truncated count others { ` + amount + ` } totals { ` + amount + ` }
				excluded { count withoutAmount amounts { ` + amount + ` } notConverted { currency amount count reason } }
				notes { notConverted { currency amount count reason } datesAssumed withoutDate withoutAmount unallocated { dimension reason count } countriesNotReported { iso2 } }`
		)
		summary := func(first int, more, fields string) string {
			return fmt.Sprintf(`fundingSummary(first: %d, %s) { %s }`, first, more, fields)
		}
		three := `groupBy: [YEAR, PROVIDER, RECIPIENT_COUNTRY], measures: [SPENT, OUTGOING_COMMITMENT, OUTGOING_PLEDGE]`
		for what, text := range map[string]string{
			"three dimensions, three measures":  summary(1000, three, row+rest),
			"the measures of which there is":    summary(1000, `groupBy: [YEAR, PROVIDER]`, row+rest),
			"twenty fields a row, many columns": summary(1000, `groupBy: [YEAR], measures: [SPENT, BUDGET, DISBURSEMENT, EXPENDITURE]`, `rows { keys { code name } amounts { amount count share currency } count }`+rest),
			"a hundred, ten times":              aliased(10, summary(100, three, row)),
		} {
			ask("{" + text + "}").ok()
			t.Log(what)
		}
		ask("{"+summary(1001, three, row)+"}").refused("INVALID_INPUT", "first")
		for what, text := range map[string]string{
			"two of them":  aliased(2, summary(1000, three, row)),
			"many columns": summary(1000, `groupBy: [YEAR, PROVIDER, RECIPIENT_COUNTRY], measures: [INCOMING_FUNDS, OUTGOING_COMMITMENT, DISBURSEMENT, EXPENDITURE, INTEREST_PAYMENT, LOAN_REPAYMENT, OUTGOING_PLEDGE, BUDGET]`, row),
		} {
			a := ask("{" + text + "}").refused("QUERY_TOO_COSTLY")
			if said := a.Errors[0]; !strings.Contains(said.Message, "export") || said.Extensions["cost"].(float64) <= said.Extensions["limit"].(float64) {
				t.Errorf("%s: %s", what, a.raw)
			}
		}
	})
}

// aliased asks for a field so many times.
func aliased(n int, field string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d: %s ", i, field)
	}
	return b.String()
}
