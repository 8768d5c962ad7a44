package iati_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/iati"
)

var now = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

// clean breaks no rule. Tests replace a part of it.
const clean = `<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03">
<iati-activity xml:lang="en" default-currency="USD" hierarchy="2" humanitarian="1">
<iati-identifier>XM-ACS-1</iati-identifier>
<reporting-org ref="XM-ACS" type="40"><narrative>Association</narrative></reporting-org>
<title>
<narrative>Title</narrative>
<narrative xml:lang="es">Título</narrative>
<narrative xml:lang="fr">Titre</narrative>
</title>
<description type="1"><narrative>One</narrative></description>
<description type="2"><narrative>Two</narrative></description>
<participating-org role="1" type="10" ref="XM-KR" activity-id="XM-KR-1"><narrative>Korea</narrative></participating-org>
<other-identifier ref="OLD-1" type="A2"><owner-org ref="XM-OLD"><narrative>Old</narrative></owner-org></other-identifier>
<activity-status code="2"/>
<activity-date type="1" iso-date="2020-01-01"/>
<activity-date type="2" iso-date="2020-02-01"/>
<activity-date type="3" iso-date="2021-01-01"/>
<activity-date type="4" iso-date="2021-02-01"/>
<recipient-country code="CR" percentage="50"/>
<recipient-country code="CU" percentage="50"/>
<sector vocabulary="1" code="43060" percentage="60"/>
<sector vocabulary="1" code="41010" percentage="40"/>
<country-budget-items vocabulary="1">
<budget-item code="1.1.1" percentage="30"/>
<budget-item code="1.1.2" percentage="70"/>
</country-budget-items>
<policy-marker vocabulary="1" code="7" significance="2"/>
<default-aid-type code="C01"/>
<budget>
<period-start iso-date="2020-01-01"/>
<period-end iso-date="2020-12-31"/>
<value value-date="2020-01-01">10</value>
</budget>
<planned-disbursement>
<period-start iso-date="2020-01-01"/>
<period-end iso-date="2020-12-31"/>
<value value-date="2020-01-01">10</value>
</planned-disbursement>
<capital-spend percentage="10"/>
<transaction ref="T1" humanitarian="true">
<transaction-type code="2"/>
<transaction-date iso-date="2020-03-01"/>
<value value-date="2020-03-02">1234.5</value>
<description><narrative>Paid</narrative></description>
<provider-org ref="XM-KR" provider-activity-id="XM-KR-1" type="10"><narrative>Korea</narrative></provider-org>
<receiver-org ref="XM-ACS" receiver-activity-id="XM-ACS-1" type="40"><narrative>Association</narrative></receiver-org>
<aid-type code="C01"/>
</transaction>
<transaction>
<transaction-type code="3"/>
<transaction-date iso-date="2020-04-01"/>
<value value-date="2020-04-01" currency="EUR">-7</value>
</transaction>
<related-activity ref="XM-ACS-2" type="1"/>
<result type="1">
<title><narrative>Result</narrative></title>
<indicator measure="1">
<title><narrative>Indicator</narrative></title>
<reference vocabulary="1" code="A"/>
<baseline year="2019" value="0"/>
<period>
<period-start iso-date="2020-01-01"/>
<period-end iso-date="2020-12-31"/>
<target value="8"/>
<actual value="9"/>
</period>
</indicator>
</result>
</iati-activity>
</iati-activities>
`

// changed replaces parts of clean: old, new, old, new. Each old must be there.
func changed(t *testing.T, pairs ...string) string {
	t.Helper()
	s := clean
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("the clean file has no %q", pairs[i])
		}
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	return s
}

// read reads a text that is not refused.
func read(t *testing.T, text string) ([]*iati.Activity, []iati.Issue) {
	t.Helper()
	var activities []*iati.Activity
	var issues []iati.Issue
	_, err := iati.Reader{Now: now}.Read(t.Context(), strings.NewReader(text), func(_ context.Context, c iati.Checked) error {
		if c.Activity != nil {
			activities = append(activities, c.Activity)
		}
		issues = append(issues, c.Issues...)
		return nil
	})
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return activities, issues
}

func ruleNames(issues []iati.Issue) []string {
	var names []string
	for _, i := range issues {
		names = append(names, i.Rule)
	}
	slices.Sort(names)
	return names
}

var lastName = regexp.MustCompile(`([A-Za-z0-9_.-]+)(\[\d+\])?$`)

// mustPoint checks that every issue stands on the line where its element begins,
// and that its sentences are whole.
func mustPoint(t *testing.T, text string, issues []iati.Issue) {
	t.Helper()
	lines := strings.Split(text, "\n")
	for _, i := range issues {
		name := lastName.FindStringSubmatch(i.Path)
		if i.Line < 1 || i.Line > len(lines) || name == nil || !strings.Contains(lines[i.Line-1], "<"+name[1]) {
			t.Errorf("rule %s: line %d does not begin %s", i.Rule, i.Line, i.Path)
		}
		for _, s := range []string{i.Message.EN, i.Message.ES, i.Message.FR} {
			if s == "" || strings.Contains(s, "%!") || strings.Contains(s, "%s") || strings.Contains(s, "%d") {
				t.Errorf("rule %s: sentence %q", i.Rule, s)
			}
		}
	}
}

func TestCleanFile(t *testing.T) {
	t.Parallel()
	activities, issues := read(t, clean)
	for _, i := range issues {
		t.Errorf("line %d: %s %s", i.Line, i.Rule, i.Message.EN)
	}
	if len(activities) != 1 {
		t.Fatalf("%d activities", len(activities))
	}
	a := activities[0]
	if a.Identifier != "XM-ACS-1" || a.Line != 3 || a.Language != "en" || a.Currency != "USD" || !a.Humanitarian || *a.Hierarchy != 2 || a.StatusCode != "2" {
		t.Errorf("activity: %+v", a)
	}
	if a.Reporting.Ref != "XM-ACS" || a.Reporting.Type != "40" || a.Reporting.Name.EN != "Association" {
		t.Errorf("reporting: %+v", a.Reporting)
	}
	if a.Title.EN != "Title" || a.Title.ES != "Título" || a.Title.FR != "Titre" || a.Title.Authentic != "en" {
		t.Errorf("title: %+v", a.Title)
	}
	if a.Description.EN != "One\n\nTwo" {
		t.Errorf("description: %q", a.Description.EN)
	}
	if a.PlannedStart != "2020-01-01" || a.ActualStart != "2020-02-01" || a.PlannedEnd != "2021-01-01" || a.ActualEnd != "2021-02-01" {
		t.Errorf("dates: %s %s %s %s", a.PlannedStart, a.ActualStart, a.PlannedEnd, a.ActualEnd)
	}
	if p := a.Participants; len(p) != 1 || p[0].Role != "1" || p[0].Ref != "XM-KR" || p[0].ActivityID != "XM-KR-1" || p[0].Name.EN != "Korea" {
		t.Errorf("participants: %+v", p)
	}
	if s := a.Sectors; len(s) != 2 || s[0].Vocabulary != "1" || s[0].Code != "43060" || s[0].Percentage != "60" || *s[0].Micro != 60_000_000 {
		t.Errorf("sectors: %+v", s)
	}
	if s := a.Countries; len(s) != 2 || s[0].Vocabulary != "" || s[0].Code != "CR" {
		t.Errorf("countries: %+v", s)
	}
	if len(a.Transactions) != 2 {
		t.Fatalf("%d transactions", len(a.Transactions))
	}
	first, second := a.Transactions[0], a.Transactions[1]
	if first.Ref != "T1" || first.Type != "2" || first.Date != "2020-03-01" || first.ValueDate != "2020-03-02" || !first.Humanitarian ||
		first.Value.Published != "1234.5" || *first.Value.Micro != 1_234_500_000 || first.Value.Currency != "USD" || !first.Value.Assumed ||
		first.Description.EN != "Paid" || first.Provider.ActivityID != "XM-KR-1" || first.Receiver.Ref != "XM-ACS" {
		t.Errorf("first transaction: %+v", first)
	}
	if *second.Value.Micro != -7_000_000 || second.Value.Currency != "EUR" || second.Value.Assumed || second.Humanitarian {
		t.Errorf("second transaction: %+v", second)
	}
	if lines := strings.Split(clean, "\n"); !strings.HasPrefix(lines[first.Line-1], `<transaction ref="T1"`) {
		t.Errorf("line %d is %q", first.Line, lines[first.Line-1])
	}
}
