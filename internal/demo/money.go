package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/tableimport"
	"acs-aec.org/hub/internal/tabular"
)

// moneyFacts are what world/money.json says, beside the files that it names.
type moneyFacts struct {
	Organisations []organisationFact
	Agreements    []agreementFact
	Own           []ownFact
	// Belong says to which programme and agreement the bank's activities belong.
	Belong []struct{ Activity, Programme, Agreement string }
}

// ownFact is a fictitious activity of the ACS's own, with its money.
type ownFact struct {
	activityFact
	Agreement    string
	Published    bool
	Transactions []struct {
		Type, Date, Provider, Receiver string
		ProviderActivity               string `json:"provider_activity"`
		amount
		Description text
	}
}

// ratesSource is who published rates.csv.
const ratesSource = "IMF IFS ENDA (annual average), via codeforIATI"

// money brings in exchange rates and fictitious statistics as the officer would, and
// makes fictitious activities of the ACS's own with money, one of them not public.
func (m *maker) money(ctx context.Context) error {
	ctx = m.as(ctx, officer)
	if err := m.rates(ctx); err != nil {
		return about("file", "rates.csv", err)
	}
	if err := m.statistics(ctx); err != nil {
		return about("file", "statistics.csv", err)
	}
	for _, a := range m.facts.Money.Own {
		if err := m.own(ctx, a); err != nil {
			return about("activity", a.Key, err)
		}
	}
	return nil
}

func (m *maker) rates(ctx context.Context) error {
	content, err := files.ReadFile("world/rates.csv")
	if err != nil {
		return err
	}
	_, _, _, err = exchange.New(m.Runner).Import(ctx, exchange.Input{Source: ratesSource, FileName: "rates.csv", Content: content}, nil)
	return err
}

func (m *maker) statistics(ctx context.Context) error {
	content, err := files.ReadFile("world/statistics.csv")
	if err != nil {
		return err
	}
	report, err := tableimport.New(m.Runner).Import(ctx, tableimport.Input{
		Kind: tabular.Find("aid-statistics"), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	}, nil)
	if err == nil && report.Refused {
		err = fmt.Errorf("line %d: %s", report.Issues[0].Line, report.Issues[0].Message.EN)
	}
	return err
}

// own makes an activity and records its transactions.
func (m *maker) own(ctx context.Context, a ownFact) error {
	s := activity.New(m.Runner)
	in := m.activity(a.activityFact)
	in.Agreement = named(m.world.Agreements, a.Agreement)
	row, _, err := s.Create(ctx, in, nil)
	if err == nil && a.Published {
		row, _, err = s.Publish(ctx, row.ID, row.Revision)
	}
	if err != nil {
		return err
	}
	m.world.Activities[a.Key] = row.ID
	for _, t := range a.Transactions {
		_, _, err := s.Record(ctx, activity.RecordInput{
			Activity: row.ID, TypeCode: t.Type, Date: date.Date(t.Date), Value: t.input(), Description: t.Description.input(),
			Provider: named(m.world.Organisations, t.Provider), Receiver: named(m.world.Organisations, t.Receiver),
			ProviderActivity: some[string](t.ProviderActivity),
		}, nil)
		if err != nil {
			return fmt.Errorf("transaction of %s: %w", t.Date, err)
		}
	}
	return nil
}
