package iati_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/iati"
)

const cuba = `<recipient-country code="CU" percentage="50"/>`

// Each row changes the clean file so that it breaks the rules that are named, and
// no other.
func TestRules(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rules   string // separated by spaces, sorted
		path    string // of the first issue, "" if it does not matter
		changes []string
	}{
		// The identifier.
		{"identifier-missing", "iati-activity", []string{"<iati-identifier>XM-ACS-1</iati-identifier>\n", ""}},
		{"identifier-missing", "iati-activity", []string{">XM-ACS-1<", "> \n<"}},
		{"identifier-too-long", "iati-activity/iati-identifier", []string{">XM-ACS-1<", ">XM-ACS-" + strings.Repeat("1", 400) + "<"}},
		{"1.3.1", "iati-activity/iati-identifier", []string{">XM-ACS-1<", "> XM-ACS-1\n<"}},
		{"1.3.13", "iati-activity/iati-identifier", []string{">XM-ACS-1<", ">XM-ACS-1/2<"}},
		{"1.1.3", "iati-activity/iati-identifier", []string{">XM-ACS-1<", ">XM-ACS<"}},
		{"1.1.21", "iati-activity/iati-identifier", []string{">XM-ACS-1<", ">XM-OTHER-1<"}},
		{"", "", []string{">XM-ACS-1<", ">OLD-1<", `ref="OLD-1" type="A2"`, `ref="OLD" type="B1"`}},
		{"1.16.1", "iati-activity/other-identifier", []string{`ref="OLD-1" type="A2"`, `ref="OLD-1 " type="B1"`}},
		{"1.6.1", "iati-activity/other-identifier", []string{`ref="OLD-1" type="A2"`, `ref="OLD-1 " type="A3"`}},
		// Identifiers elsewhere.
		{"1.14.1", "iati-activity/reporting-org", []string{`<reporting-org ref="XM-ACS"`, `<reporting-org ref=" XM-ACS"`}},
		{"1.1.21 1.14.13", "", []string{`<reporting-org ref="XM-ACS"`, `<reporting-org ref="XM|ACS"`}},
		{"1.11.1", "iati-activity/other-identifier/owner-org", []string{`"XM-OLD"`, `"XM-OLD "`}},
		{"1.11.13", "iati-activity/other-identifier/owner-org", []string{`"XM-OLD"`, `"XM?OLD"`}},
		{"1.8.1", "iati-activity/participating-org", []string{`ref="XM-KR" activity-id`, `ref=" XM-KR" activity-id`}},
		{"1.8.13", "iati-activity/participating-org", []string{`ref="XM-KR" activity-id`, `ref="XM/KR" activity-id`}},
		{"1.9.1", "iati-activity/participating-org", []string{` activity-id="XM-KR-1"`, ` activity-id="XM-KR-1 "`}},
		{"1.10.1", "iati-activity/transaction[1]/provider-org", []string{`<provider-org ref="XM-KR"`, `<provider-org ref="XM-KR "`}},
		{"1.10.13", "iati-activity/transaction[1]/provider-org", []string{`<provider-org ref="XM-KR"`, `<provider-org ref="XM&amp;KR"`}},
		{"1.4.1", "iati-activity/transaction[1]/provider-org", []string{`provider-activity-id="XM-KR-1"`, `provider-activity-id=" XM-KR-1"`}},
		{"1.15.1", "iati-activity/transaction[1]/receiver-org", []string{`<receiver-org ref="XM-ACS"`, `<receiver-org ref="XM-ACS "`}},
		{"1.15.13", "iati-activity/transaction[1]/receiver-org", []string{`<receiver-org ref="XM-ACS"`, `<receiver-org ref="XM/ACS"`}},
		{"1.5.1", "iati-activity/transaction[1]/receiver-org", []string{`receiver-activity-id="XM-ACS-1"`, `receiver-activity-id="XM-ACS-1 "`}},
		{"1.7.1", "iati-activity/related-activity", []string{`ref="XM-ACS-2"`, `ref="XM-ACS-2 "`}},
		// Defaults.
		{"4.1.1", "iati-activity/reporting-org/narrative", []string{` xml:lang="en"`, ""}},
		{"7.8.1", "iati-activity/budget/value", []string{` default-currency="USD"`, ""}},
		// Texts.
		{"4.3.1", "iati-activity/result/title", []string{"<narrative>Result</narrative>", "<narrative> </narrative>"}},
		{"4.4.1", "iati-activity/description[2]", []string{"<narrative>Two</narrative>", "<narrative/>"}},
		// Dates.
		{"6.11.1", "iati-activity", []string{`<activity-date type="1" iso-date="2020-01-01"/>`, "", `<activity-date type="2" iso-date="2020-02-01"/>`, ""}},
		{"11.1.2", "iati-activity/activity-date[3]", []string{`type="3" iso-date="2021-01-01"`, `type="3" iso-date="2019-01-01"`}},
		{"11.1.3", "iati-activity/activity-date[4]", []string{`type="4" iso-date="2021-02-01"`, `type="4" iso-date="2019-01-01"`}},
		{"", "", []string{`type="4" iso-date="2021-02-01"`, `type="4" iso-date="2020-02-01"`}},
		{"11.1.1", "iati-activity", []string{`hierarchy="2"`, `hierarchy="2" last-updated-datetime="2025-06-01T12:00:01Z"`}},
		{"", "", []string{`hierarchy="2"`, `hierarchy="2" last-updated-datetime="2025-06-01T14:00:00.5+02:00"`}},
		{"11.1.3 11.1.4", "", []string{`type="2" iso-date="2020-02-01"`, `type="2" iso-date="2025-06-02"`}},
		{"11.1.5", "iati-activity/activity-date[4]", []string{`type="4" iso-date="2021-02-01"`, `type="4" iso-date="2025-06-02"`}},
		{"", "", []string{`type="4" iso-date="2021-02-01"`, `type="4" iso-date="2025-06-01"`}},
		{"11.2.1", "iati-activity/transaction[1]/transaction-date", []string{`iso-date="2020-03-01"`, `iso-date="2030-03-01"`}},
		{"11.2.2", "iati-activity/transaction[1]/value", []string{`value-date="2020-03-02"`, `value-date="2030-03-02"`}},
		{"date-twice", "iati-activity/activity-date[5]", []string{`<activity-date type="4" iso-date="2021-02-01"/>`, `<activity-date type="4" iso-date="2021-02-01"/>` + "\n" + `<activity-date type="4" iso-date="2021-03-01"/>`}},
		// Where sectors and recipients stand.
		{"6.2.2", "iati-activity", []string{`<sector vocabulary="1" code="43060" percentage="60"/>`, "", `<sector vocabulary="1" code="41010" percentage="40"/>`, ""}},
		{"6.7.2", "iati-activity/transaction[2]", []string{`<sector vocabulary="1" code="43060" percentage="60"/>`, "", `<sector vocabulary="1" code="41010" percentage="40"/>`, "", `<aid-type`, `<sector code="43060"/><aid-type`}},
		{"6.6.2", "iati-activity/transaction[1]/sector", []string{`<aid-type`, `<sector code="43060"/><aid-type`}},
		{"3.7.1", "iati-activity", []string{`<recipient-country code="CR" percentage="50"/>`, "", cuba, ""}},
		{"3.7.2", "iati-activity/transaction[2]", []string{`<recipient-country code="CR" percentage="50"/>`, "", cuba, "", `<aid-type`, `<recipient-country code="CU"/><aid-type`}},
		{"3.6.2", "iati-activity/transaction[1]/recipient-region", []string{`<aid-type`, `<recipient-region code="389"/><aid-type`}},
		// Percentages.
		{"2.1.1", "iati-activity/sector[1]", []string{`code="43060" percentage="60"`, `code="43060"`}},
		{"2.1.2", "iati-activity/sector[1]", []string{`code="43060" percentage="60"`, `code="43060" percentage="59.99"`}},
		{"2.1.4", "iati-activity/sector", []string{`<sector vocabulary="1" code="41010" percentage="40"/>`, ""}},
		{"", "", []string{`<sector vocabulary="1" code="41010" percentage="40"/>`, "", `percentage="60"`, `percentage="100.00"`}},
		{"3.1.1", "iati-activity/recipient-country[2]", []string{cuba, `<recipient-country code="CU"/>`}},
		{"3.1.2", "iati-activity/recipient-country[1]", []string{cuba, `<recipient-country code="CU" percentage="49"/>`}},
		{"3.1.4", "iati-activity/recipient-country", []string{cuba, ""}},
		{"", "", []string{cuba, `<recipient-region code="389" percentage="50"/>`}},
		{"3.4.1", "iati-activity/recipient-region", []string{cuba, `<recipient-region code="389"/>`}},
		{"3.4.2", "iati-activity/recipient-region", []string{cuba, `<recipient-region code="389" percentage="40"/>`}},
		{"3.4.4", "iati-activity/recipient-region", []string{`<recipient-country code="CR" percentage="50"/>`, "", cuba, `<recipient-region code="389" percentage="40"/>`}},
		{"12.1.1 3.1.2", "", []string{cuba, `<recipient-country code="CU" percentage="-50"/>`}},
		{"12.3.1 2.1.2", "", []string{`percentage="60"`, `percentage="101"`}},
		{"12.2.1", "iati-activity/capital-spend", []string{`<capital-spend percentage="10"/>`, `<capital-spend percentage="100.1"/>`}},
		{"7.9.1", "iati-activity/country-budget-items/budget-item[1]", []string{`code="1.1.1" percentage="30"`, `code="1.1.1"`}},
		{"7.9.2", "iati-activity/country-budget-items/budget-item[1]", []string{`percentage="30"`, `percentage="31"`}},
		{"7.9.4", "iati-activity/country-budget-items/budget-item", []string{`<budget-item code="1.1.1" percentage="30"/>`, ""}},
		{"percentage-inexact percentage-inexact", "iati-activity/sector[1]", []string{`percentage="60"`, `percentage="59.99999999"`, `percentage="40"`, `percentage="40.00000001"`}},
		// Sectors and aid types of other vocabularies.
		{"2.2.1", "iati-activity/sector[3]", []string{`<country-budget-items`, `<sector vocabulary="99" code="X"/>` + "\n" + `<country-budget-items`}},
		{"102.1.1", "iati-activity/sector", []string{`<sector vocabulary="1" code="43060" percentage="60"/>`, "", `<sector vocabulary="1" code="41010" percentage="40"/>`, `<sector vocabulary="99" code="X"><narrative>Own</narrative></sector>`}},
		{"107.1.1", "iati-activity/default-aid-type", []string{`<default-aid-type code="C01"/>`, `<default-aid-type code="1" vocabulary="2"/>`}},
		{"107.1.2", "iati-activity/default-aid-type[2]", []string{`<default-aid-type code="C01"/>`, `<default-aid-type code="C01"/>` + "\n" + `<default-aid-type code="B01"/>`}},
		{"107.2.1", "iati-activity/transaction[1]/aid-type", []string{`<aid-type code="C01"/>`, `<aid-type code="1" vocabulary="2"/>`}},
		{"107.2.2", "iati-activity/transaction[1]/aid-type[2]", []string{`<aid-type code="C01"/>` + "\n</tr", `<aid-type code="C01"/>` + "\n" + `<aid-type code="B01"/>` + "\n</tr"}},
		// Who has a name.
		{"6.8.1", "iati-activity/other-identifier/owner-org", []string{`<owner-org ref="XM-OLD"><narrative>Old</narrative></owner-org>`, `<owner-org/>`}},
		{"6.9.1", "iati-activity/transaction[1]/provider-org", []string{`<provider-org ref="XM-KR" provider-activity-id="XM-KR-1" type="10"><narrative>Korea</narrative></provider-org>`, `<provider-org type="10"/>`}},
		{"6.9.2", "iati-activity/transaction[1]/receiver-org", []string{`<receiver-org ref="XM-ACS" receiver-activity-id="XM-ACS-1" type="40"><narrative>Association</narrative></receiver-org>`, `<receiver-org type="40"/>`}},
		{"6.10.1", "iati-activity/participating-org", []string{` ref="XM-KR" activity-id="XM-KR-1"><narrative>Korea</narrative>`, `><narrative/>`}},
		{"6.14.1", "iati-activity/policy-marker", []string{` significance="2"`, ""}},
		{"6.13.1", "iati-activity/policy-marker", []string{`<policy-marker vocabulary="1" code="7" significance="2"/>`, `<policy-marker vocabulary="99" code="own"/>`}},
		// Periods.
		{"7.5.3", "iati-activity/budget", []string{`<period-end iso-date="2020-12-31"/>`, `<period-end iso-date="2021-01-02"/>`}},
		{"", "", []string{`<period-end iso-date="2020-12-31"/>`, `<period-end iso-date="2021-01-01"/>`}},
		{"8.6.3", "iati-activity/budget/period-end", []string{`<period-end iso-date="2020-12-31"/>`, `<period-end iso-date="2019-12-31"/>`}},
		{"8.6.3", "iati-activity/planned-disbursement/period-end", []string{"<planned-disbursement>\n" + `<period-start iso-date="2020-01-01"/>`, "<planned-disbursement>\n" + `<period-start iso-date="2022-01-01"/>`}},
		{"8.6.1", "iati-activity/result/indicator/period/period-end", []string{"<period>\n" + `<period-start iso-date="2020-01-01"/>`, "<period>\n" + `<period-start iso-date="2022-01-01"/>`}},
		// Results.
		{"8.11.1", "iati-activity/result/indicator/reference", []string{`<indicator measure="1">`, `<reference vocabulary="99" code="B"/><indicator measure="1">`}},
		{"8.8.1", "iati-activity/result/indicator/baseline", []string{` value="0"`, ""}},
		{"8.8.2", "iati-activity/result/indicator/baseline", []string{` value="0"`, ` value="none"`}},
		{"8.9.1", "iati-activity/result/indicator/period/target", []string{`<target value="8"/>`, `<target/>`}},
		{"8.9.2", "iati-activity/result/indicator/period/target", []string{`<target value="8"/>`, `<target value="8,000"/>`}},
		{"8.10.1", "iati-activity/result/indicator/period/actual", []string{`<actual value="9"/>`, `<actual/>`}},
		{"8.8.2", "iati-activity/result/indicator/baseline", []string{` value="0"`, ` value=""`}},
		{"8.9.2", "iati-activity/result/indicator/period/target", []string{`<target value="8"/>`, `<target value=""/>`}},
		{"8.10.2", "iati-activity/result/indicator/period/actual", []string{`<actual value="9"/>`, `<actual value=""/>`}},
		{"8.10.2", "iati-activity/result/indicator/period/actual", []string{`<actual value="9"/>`, `<actual value="9 m"/>`}},
		{"8.10.3 8.8.3 8.9.3", "", []string{`measure="1"`, `measure="5"`}},
		// Codelists.
		{"9.3.1", "iati-activity", []string{`default-currency="USD"`, `default-currency="USX"`}},
		{"9.5.1", "iati-activity/activity-status", []string{`<activity-status code="2"/>`, `<activity-status code="7"/>`}},
		{"9.41.1", "iati-activity/participating-org", []string{`role="1"`, `role="Funding"`}},
		{"9.50.1", "iati-activity/recipient-country[2]", []string{`code="CU"`, `code="XX"`}},
		{"9.76.1", "iati-activity/sector[1]", []string{`code="43060"`, `code="43069"`}},
		{"9.93.1", "iati-activity/transaction[1]/transaction-type", []string{`<transaction-type code="2"/>`, `<transaction-type code="99"/>`}},
		{"9.94.1", "iati-activity/transaction[2]/value", []string{`currency="EUR"`, `currency="eur"`}},
		// The schema.
		{"xsd-order", "iati-activity/activity-status", []string{"<activity-status code=\"2\"/>\n", "", "<capital-spend", "<activity-status code=\"2\"/>\n<capital-spend"}},
		{"xsd-order", "iati-activity/transaction[2]/transaction-type", []string{`<transaction-type code="3"/>` + "\n" + `<transaction-date iso-date="2020-04-01"/>`, `<transaction-date iso-date="2020-04-01"/>` + "\n" + `<transaction-type code="3"/>`}},
		{"xsd-missing", "iati-activity", []string{`<activity-status code="2"/>`, ""}},
		{"xsd-missing", "iati-activity/transaction[2]", []string{`<transaction-date iso-date="2020-04-01"/>`, ""}},
		{"xsd-missing", "iati-activity/result/indicator", []string{`<title><narrative>Indicator</narrative></title>`, ""}},
		{"xsd-repeated", "iati-activity/activity-status[2]", []string{`<activity-status code="2"/>`, `<activity-status code="2"/>` + "\n" + `<activity-status code="3"/>`}},
		{"xsd-unknown-element", "iati-activity/own-thing", []string{`<capital-spend`, "<own-thing><deep/></own-thing>\n<capital-spend"}},
		{"", "", []string{`<capital-spend`, `<x:own-thing xmlns:x="urn:x"><deep/></x:own-thing><capital-spend x:own="1" xmlns:x="urn:x"`}},
		{"xsd-attribute", "iati-activity/transaction[1]/value", []string{` value-date="2020-03-02"`, ""}},
		{"xsd-unknown-attribute", "iati-activity/capital-spend", []string{`<capital-spend`, `<capital-spend own="1"`}},
		{"xsd-text", "iati-activity/budget", []string{"<budget>\n", "<budget>about\n"}},
		{"xsd-type", "iati-activity/transaction[1]/value", []string{">1234.5<", ">1,234.5<"}},
		{"xsd-type", "iati-activity/transaction[1]/value", []string{">1234.5<", "><"}},
		{"xsd-type", "iati-activity/transaction[1]/transaction-date", []string{`iso-date="2020-03-01"`, `iso-date="2020-02-30"`}},
		{"xsd-type", "iati-activity/activity-date[3]", []string{`iso-date="2021-01-01"`, `iso-date="01/01/2021"`}},
		{"", "", []string{`iso-date="2021-01-01"`, `iso-date=" 2021-01-01Z"`}},
		{"xsd-type", "iati-activity", []string{`humanitarian="1"`, `humanitarian="yes"`}},
		{"xsd-type", "iati-activity", []string{`hierarchy="2"`, `hierarchy="top"`}},
		{"xsd-type", "iati-activity", []string{`hierarchy="2"`, `hierarchy="2" last-updated-datetime="yesterday"`}},
		{"xsd-type", "iati-activity/result/indicator/baseline", []string{`year="2019"`, `year="-1"`}},
		{"xsd-type", "iati-activity/recipient-country[2]", []string{cuba, `<recipient-country code="CU" percentage="50%"/>`}},
		// What cannot be kept exactly.
		{"amount-digits", "iati-activity/transaction[1]/value", []string{">1234.5<", ">1234.1234567<"}},
		{"amount-digits", "iati-activity/transaction[1]/value", []string{">1234.5<", ">9223372036855<"}},
		{"amount-digits", "iati-activity/transaction[1]/value", []string{">1234.5<", ">0." + strings.Repeat("1234567890", 9) + "12345678<"}},
		{"amount-inexact", "iati-activity/transaction[1]/value", []string{">1234.5<", ">0." + strings.Repeat("1234567890", 9) + "123456789<"}},
		{"", "", []string{">1234.5<", ">9223372036854.775807<"}},
		{"", "", []string{">1234.5<", ">1234.50000000<"}},
		{"code-too-long", "iati-activity/transaction[1]", []string{`ref="T1"`, `ref="` + strings.Repeat("T", 401) + `"`}},
		{"text-too-long", "iati-activity/title", []string{">Title<", ">" + strings.Repeat("é", 10_001) + "<"}},
	} {
		t.Run(fmt.Sprintf("%s %s", row.rules, row.path), func(t *testing.T) {
			t.Parallel()
			text := changed(t, row.changes...)
			activities, issues := read(t, text)
			want := strings.Fields(row.rules)
			slices.Sort(want)
			if got := ruleNames(issues); !slices.Equal(got, want) {
				t.Fatalf("broken: %v, want %v", got, want)
			}
			mustPoint(t, text, issues)
			if len(issues) == 0 {
				return
			}
			if row.path != "" && issues[0].Path != row.path {
				t.Errorf("path %s, want %s", issues[0].Path, row.path)
			}
			kept := !slices.ContainsFunc(issues, func(i iati.Issue) bool { return i.Severity == iati.Critical })
			if kept != (len(activities) == 1) {
				t.Errorf("%d activities were kept", len(activities))
			}
		})
	}
}
