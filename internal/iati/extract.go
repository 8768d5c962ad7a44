package iati

import (
	"errors"
	"regexp"
	"strconv"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/money"
)

var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

// extract writes down what is kept of an activity. What cannot be read is left out;
// the checks that ran before have said so, or this does.
func (c *check) extract() *Activity {
	r := c.root
	a := &Activity{
		Identifier:   c.identifier,
		Line:         r.line,
		Currency:     currency(r.get("default-currency")),
		Humanitarian: truth(r.get("humanitarian")),
	}
	c.spoken = tag(r.get(xmlLang))
	a.Language = c.spoken
	title := c.narratives(r.first("title"))
	a.Title = c.text(title, MaxTitle, " / ", r.first("title"))
	a.Further.Title = title.Beside(a.Title)
	c.describe(a)
	if h, err := strconv.ParseInt(r.get("hierarchy"), 10, 32); err == nil {
		level := int(h)
		a.Hierarchy = &level
	}
	a.Countries, a.Regions, a.Sectors = c.shares(r, "recipient-country", ""), c.shares(r, "recipient-region", "1"), c.shares(r, "sector", "1")
	if n := r.first("reporting-org"); n != nil {
		a.Reporting = c.organisation(n)
		a.Further.ReportingType, a.Further.Secondary = a.Reporting.Type, yes(n.get("secondary-reporter"))
		a.Further.ReportingNames = a.Reporting.Names
	}
	for _, n := range r.all("participating-org") {
		a.Participants = append(a.Participants, Participant{
			Organisation: c.organisation(n),
			Role:         c.short(n, "role", MaxCode),
			ActivityID:   c.short(n, "activity-id", MaxRef),
			Channel:      c.short(n, "crs-channel-code", MaxCode),
		})
	}
	if n := r.first("activity-status"); n != nil {
		a.StatusCode = c.short(n, "code", MaxCode)
	}
	a.PlannedStart, a.ActualStart = c.dateOf("1"), c.dateOf("2")
	a.PlannedEnd, a.ActualEnd = c.dateOf("3"), c.dateOf("4")
	for _, n := range r.all("transaction") {
		a.Transactions = append(a.Transactions, c.transaction(n, a.Currency))
	}
	c.further(a)
	return a
}

// dateOf is the activity's date of a type. Where several are given the first one
// that can be read counts, and the others are reported.
func (c *check) dateOf(typ string) date.Date {
	d := c.activityDate(typ)
	if d.at == nil {
		return ""
	}
	for _, n := range c.root.all("activity-date") {
		if n == d.at || n.get("type") != typ {
			continue
		}
		if other, ok := day(n.get("iso-date")); ok && other != d.day {
			c.report("date-twice", n, string(d.day))
		}
	}
	return d.day
}

func (c *check) organisation(n *node) Organisation {
	o := Organisation{Ref: c.short(n, "ref", MaxRef), Type: c.short(n, "type", MaxCode)}
	o.Name, o.Names = c.name(n)
	return o
}

func (c *check) party(n *node, activity string) Party {
	if n == nil {
		return Party{}
	}
	return Party{Organisation: c.organisation(n), ActivityID: c.short(n, activity, MaxRef)}
}

// short is an attribute that is a code: left out and reported where it is longer
// than what can be kept, since a part of it would be another code.
func (c *check) short(n *node, attr string, most int) string {
	v := n.get(attr)
	if len(v) > most {
		c.report("code-too-long", n, attr, most)
		return ""
	}
	return v
}

func (c *check) shares(in *node, name, vocabulary string) []Share {
	var shares []Share
	for _, n := range in.all(name) {
		s := Share{Code: c.short(n, "code", MaxShareCode), URI: n.get("vocabulary-uri")}
		if s.Code == "" {
			continue // reported: the schema asks for a code
		}
		s.Narrative, s.Names = c.name(n)
		if vocabulary != "" {
			s.Vocabulary = vocabulary
			if n.get("vocabulary") != "" {
				s.Vocabulary = c.short(n, "vocabulary", MaxCode)
			}
		}
		s.Percentage, s.Micro = c.exact(n, n.get("percentage"), "percentage-inexact")
		shares = append(shares, s)
	}
	return shares
}

// exact is a number as published and in millionths, if it can be told exactly.
func (c *check) exact(n *node, text, rule string) (string, *int64) {
	if text == "" {
		return "", nil
	}
	micro, err := money.Parse(text)
	kept := text
	if len(text) > MaxNumber { // nobody is to take the rest for a number
		kept = clip(text, MaxNumber-len("…")) + "…"
	}
	switch {
	case err == nil && kept == text:
		return text, &micro
	case errors.Is(err, money.ErrMalformed) && len(text) <= MaxNumber:
		return text, nil // its type is reported
	case rule == "amount-inexact" && len(text) <= money.MostCharacters:
		rule = "amount-digits" // sums count it by its text
	}
	c.report(rule, n, quote(text))
	return kept, nil
}

func (c *check) transaction(n *node, standard string) Transaction {
	t := Transaction{
		Line:         n.line,
		Ref:          c.short(n, "ref", MaxRef),
		Humanitarian: truth(n.get("humanitarian")),
		Provider:     c.party(n.first("provider-org"), "provider-activity-id"),
		Receiver:     c.party(n.first("receiver-org"), "receiver-activity-id"),
		Countries:    c.shares(n, "recipient-country", ""),
		Regions:      c.shares(n, "recipient-region", "1"),
		Sectors:      c.shares(n, "sector", "1"),
	}
	if d := n.first("description"); d != nil {
		said := c.narratives(d)
		t.Description = c.text(said, MaxTransactionDescription, "\n\n", d)
		t.Further.Description = said.Beside(t.Description)
	}
	c.furtherOf(n, &t.Further)
	if k := n.first("transaction-type"); k != nil {
		t.Type = c.short(k, "code", MaxCode)
	}
	t.Date = dateOf(n.first("transaction-date")).day
	t.Value, t.ValueDate = c.amount(n.first("value"), standard)
	return t
}

// amount is what a value says, in its own currency or the activity's.
func (c *check) amount(v *node, standard string) (a Amount, on date.Date) {
	if v == nil {
		return a, ""
	}
	on, _ = day(v.get("value-date"))
	a.Published, a.Micro = c.exact(v, v.content(), "amount-inexact")
	if own := v.get("currency"); own != "" {
		a.Currency = currency(own)
	} else if standard != "" {
		a.Currency, a.Assumed = standard, true
	}
	if a.Currency == "" {
		a.Micro = nil
	}
	return a, on
}

// currency is a code that looks like one, or "".
func currency(code string) string {
	if currencyCode.MatchString(code) {
		return code
	}
	return ""
}

func truth(text string) bool { return text == "1" || text == "true" }
