package sample_test

import (
	"context"
	"math/big"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/iati/sample"
)

func TestSampleIsFlawless(t *testing.T) {
	t.Parallel()
	var got []*iati.Activity
	file, err := iati.Reader{Now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}.Read(t.Context(), strings.NewReader(sample.SandyShorelines()),
		func(_ context.Context, c iati.Checked) error {
			for _, i := range c.Issues {
				t.Errorf("line %d, %s: %s", i.Line, i.Path, i.Message.EN)
			}
			got = append(got, c.Activity)
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if file.Version != "2.03" || len(got) != 1 || got[0] == nil {
		t.Fatalf("file %+v, %d activities", file, len(got))
	}
	a := got[0]
	if !strings.Contains(a.Identifier, "DEMO") {
		t.Errorf("the identifier %q does not look like a placeholder", a.Identifier)
	}
	if a.PlannedEnd != "2019-12-31" || a.ActualEnd != "2024-10-17" || a.ActualStart != "" {
		t.Errorf("dates: planned end %s, actual start %q, actual end %s", a.PlannedEnd, a.ActualStart, a.ActualEnd)
	}
	if a.Title.EN == "" || a.Title.ES == "" || a.Title.FR == "" {
		t.Errorf("the title lacks a language: %+v", a.Title)
	}
	var codes []string
	total := new(big.Int)
	for _, s := range a.Countries {
		codes = append(codes, s.Code)
		total.Add(total, big.NewInt(*s.Micro))
	}
	if got := strings.Join(codes, " "); got != "AG CR CU DO GT HT JM PA TT" {
		t.Errorf("countries: %s", got)
	}
	if total.Int64() != 100_000_000 {
		t.Errorf("the shares make %d millionths of a per cent", total)
	}
	if len(a.Transactions) != 1 || *a.Transactions[0].Value.Micro != 4_000_000_000_000 || a.Transactions[0].Value.Currency != "USD" {
		t.Errorf("transactions: %+v", a.Transactions)
	}
}
