package iati

import (
	"math/big"
	"strings"
	"time"

	"acs-aec.org/hub/internal/date"
)

// checkRules applies the standard ruleset. Rule 1.14.8 is left out: it needs the
// register of organisation identifiers.
func (c *check) checkRules() {
	c.checkIdentifiers()
	c.checkDefaults()
	c.checkDates()
	c.checkPlacement()
	c.checkShares()
	c.checkAidTypes()
	c.root.walk(c.checkElement)
}

// spot is an attribute that holds an identifier: which rule forbids outer spaces
// there, and which the symbols / & | ?.
type spot struct{ attr, spaces, symbols string }

var spots = map[string][]spot{
	"reporting-org":     {{"ref", "1.14.1", "1.14.13"}},
	"owner-org":         {{"ref", "1.11.1", "1.11.13"}},
	"participating-org": {{"ref", "1.8.1", "1.8.13"}, {"activity-id", "1.9.1", ""}},
	"provider-org":      {{"ref", "1.10.1", "1.10.13"}, {"provider-activity-id", "1.4.1", ""}},
	"receiver-org":      {{"ref", "1.15.1", "1.15.13"}, {"receiver-activity-id", "1.5.1", ""}},
	"related-activity":  {{"ref", "1.7.1", ""}},
}

const symbols = "/&|?"

func (c *check) checkIdentifiers() {
	own := c.root.first("iati-identifier")
	if own != nil && c.identifier != "" {
		if text := string(own.text); strings.TrimSpace(text) != text {
			c.report("1.3.1", own)
		}
		if strings.ContainsAny(c.identifier, symbols) {
			c.report("1.3.13", own)
		}
		if org := c.root.first("reporting-org"); org != nil && org.get("ref") != "" {
			c.checkPrefix(own, org.get("ref"))
		}
	}
	for _, n := range c.root.all("other-identifier") {
		ref, _ := n.find("ref")
		if strings.TrimSpace(ref) == ref {
			continue
		}
		switch n.get("type") {
		case "B1":
			c.report("1.16.1", n)
		case "A3":
			c.report("1.6.1", n)
		}
	}
}

func (c *check) checkPrefix(own *node, ref string) {
	if c.identifier == ref {
		c.report("1.1.3", own)
		return
	}
	prefixes := []string{ref}
	for _, n := range c.root.all("other-identifier") {
		if n.get("type") == "B1" && n.get("ref") != "" {
			prefixes = append(prefixes, n.get("ref"))
		}
	}
	for _, p := range prefixes {
		if strings.HasPrefix(c.identifier, p+"-") {
			return
		}
	}
	c.report("1.1.21", own, quote(ref+"-"))
}

// checkDefaults asks for a language and a currency wherever there is no default.
func (c *check) checkDefaults() {
	if c.root.get(xmlLang) == "" {
		c.root.walk(func(n *node) {
			if n.name == "narrative" && c.language(n) == "" {
				c.once("4.1.1", n)
			}
		})
	}
	if c.root.get("default-currency") == "" {
		c.root.walk(func(n *node) {
			money := n.name == "value" || n.name == "forecast" || n.name == "loan-status"
			if money && n != c.root && n.get("currency") == "" {
				c.once("7.8.1", n)
			}
		})
	}
}

// once reports a rule at the first place that breaks it.
func (c *check) once(rule string, n *node, args ...any) {
	for _, i := range c.issues {
		if i.Rule == rule {
			return
		}
	}
	c.report(rule, n, args...)
}

// language is that of a narrative, its own or the nearest around it, "" if there
// is none.
func (c *check) language(n *node) string {
	for ; n != nil; n = n.parent {
		if lang := n.get(xmlLang); lang != "" {
			return lang
		}
	}
	return ""
}

// dated is a date with the element that has it.
type dated struct {
	day date.Date
	at  *node
}

// activityDate is the first date of a type that can be read.
func (c *check) activityDate(typ string) dated {
	for _, n := range c.root.all("activity-date") {
		if n.get("type") == typ {
			if d, ok := day(n.get("iso-date")); ok {
				return dated{d, n}
			}
		}
	}
	return dated{}
}

func (c *check) checkDates() {
	starts := false
	for _, n := range c.root.all("activity-date") {
		starts = starts || n.get("type") == "1" || n.get("type") == "2"
	}
	if !starts {
		c.report("6.11.1", c.root)
	}
	c.inSequence("11.1.2", c.activityDate("1"), c.activityDate("3"))
	c.inSequence("11.1.3", c.activityDate("2"), c.activityDate("4"))
	if c.today == "" {
		return
	}
	if t, ok := moment(c.root.get("last-updated-datetime")); ok && t.After(c.now) {
		c.report("11.1.1", c.root)
	}
	for _, n := range c.root.all("activity-date") {
		switch n.get("type") {
		case "2":
			c.notFuture("11.1.4", n, "iso-date")
		case "4":
			c.notFuture("11.1.5", n, "iso-date")
		}
	}
	for _, t := range c.root.all("transaction") {
		for _, n := range t.children {
			switch n.name {
			case "transaction-date":
				c.notFuture("11.2.1", n, "iso-date")
			case "value":
				c.notFuture("11.2.2", n, "value-date")
			}
		}
	}
}

func (c *check) inSequence(rule string, from, to dated) {
	if from.at != nil && to.at != nil && from.day > to.day {
		c.report(rule, to.at, string(from.day), string(to.day))
	}
}

func (c *check) notFuture(rule string, n *node, attr string) {
	if d, ok := day(n.get(attr)); ok && d > c.today {
		c.report(rule, n, string(d))
	}
}

// checkPlacement asks that sectors and recipients stand in the activity or in all
// of its transactions.
func (c *check) checkPlacement() {
	isSector := func(n *node) bool { return n.name == "sector" }
	isRecipient := func(n *node) bool { return n.name == "recipient-country" || n.name == "recipient-region" }
	c.checkPlaced(isSector, "6.2.2", "6.7.2", "6.6.2")
	c.checkPlaced(isRecipient, "3.7.1", "3.7.2", "3.6.2")
}

func (c *check) checkPlaced(is func(*node) bool, nowhere, some, both string) {
	own := contains(c.root, is)
	var first, without *node // the first in a transaction; the first transaction that has none
	for _, t := range c.root.all("transaction") {
		switch in := contains(t, is); {
		case in != nil && first == nil:
			first = in
		case in == nil && without == nil:
			without = t
		}
	}
	switch {
	case own == nil && first == nil:
		c.report(nowhere, c.root)
	case own == nil && without != nil:
		c.report(some, without)
	case own != nil && first != nil:
		c.report(both, first)
	}
}

func contains(n *node, is func(*node) bool) *node {
	for _, child := range n.children {
		if is(child) {
			return child
		}
	}
	return nil
}

// checkElement applies the rules that look at one element.
func (c *check) checkElement(n *node) {
	if n.parent == nil {
		return
	}
	c.checkSpots(n)
	switch n.name {
	case "title", "description":
		if !n.spoken() {
			c.report(map[string]string{"title": "4.3.1", "description": "4.4.1"}[n.name], n)
		}
	case "owner-org":
		c.named(n, "6.8.1")
	case "provider-org":
		c.named(n, "6.9.1")
	case "receiver-org":
		c.named(n, "6.9.2")
	case "participating-org":
		c.named(n, "6.10.1")
	case "policy-marker":
		if n.vocabulary("1") == "1" && n.get("significance") == "" {
			c.report("6.14.1", n)
		}
		if n.get("vocabulary") == "99" && !n.spoken() {
			c.report("6.13.1", n)
		}
	case "recipient-country", "recipient-region":
		c.inRange(n, "12.1.1")
	case "sector":
		c.inRange(n, "12.3.1")
	case "capital-spend", "budget-item":
		c.inRange(n, "12.2.1")
	case "budget":
		from, to := period(n)
		c.inSequence("8.6.3", from, to)
		if from.at != nil && to.at != nil && yearAfter(from.day) < to.day {
			c.report("7.5.3", n, string(from.day), string(to.day))
		}
	case "planned-disbursement":
		from, to := period(n)
		c.inSequence("8.6.3", from, to)
	case "indicator":
		c.checkIndicator(n)
	}
}

func (c *check) checkSpots(n *node) {
	for _, s := range spots[n.name] {
		v, there := n.find(s.attr)
		if !there {
			continue
		}
		if strings.TrimSpace(v) != v {
			c.report(s.spaces, n, s.attr)
		}
		if s.symbols != "" && strings.ContainsAny(v, symbols) {
			c.report(s.symbols, n, s.attr)
		}
	}
}

func (c *check) named(n *node, rule string) {
	if n.get("ref") == "" && !n.spoken() {
		c.report(rule, n)
	}
}

func (c *check) inRange(n *node, rule string) {
	p, ok := number(n.get("percentage"))
	if ok && (p.Sign() < 0 || p.Cmp(big.NewRat(100, 1)) > 0) {
		c.report(rule, n, quote(n.get("percentage")))
	}
}

// period is what the period-start and the period-end of an element say.
func period(n *node) (from, to dated) {
	return dateOf(n.first("period-start")), dateOf(n.first("period-end"))
}

func dateOf(n *node) dated {
	if n == nil {
		return dated{}
	}
	d, ok := day(n.get("iso-date"))
	if !ok {
		return dated{}
	}
	return dated{d, n}
}

// yearAfter is the same day of the next year.
func yearAfter(d date.Date) date.Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return date.Date(t.AddDate(1, 0, 0).Format(time.DateOnly))
}

func (c *check) checkIndicator(n *node) {
	if n.first("reference") != nil && n.parent.first("reference") != nil {
		c.report("8.11.1", n.first("reference"))
	}
	measure := n.get("measure")
	for _, b := range n.all("baseline") {
		c.checkMeasured(b, measure, "8.8")
	}
	for _, p := range n.all("period") {
		from, to := period(p)
		c.inSequence("8.6.1", from, to)
		for _, t := range p.all("target") {
			c.checkMeasured(t, measure, "8.9")
		}
		for _, a := range p.all("actual") {
			c.checkMeasured(a, measure, "8.10")
		}
	}
}

// checkMeasured asks for a value that is a number, or for none where the measure
// is of quality. As in the published ruleset, a value that is there and empty is no
// number, and not missing.
func (c *check) checkMeasured(n *node, measure, rule string) {
	value, there := n.find("value")
	switch measure {
	case "1", "2", "3", "4":
		if !there {
			c.report(rule+".1", n)
		} else if _, ok := number(value); !ok {
			c.report(rule+".2", n, quote(value))
		}
	case "5":
		if there {
			c.report(rule+".3", n)
		}
	}
}
