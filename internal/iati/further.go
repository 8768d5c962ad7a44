package iati

import (
	"cmp"
	"slices"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

// further writes down what stands beside the core of an activity.
func (c *check) further(a *Activity) {
	r, f := c.root, &a.Further
	f.Updated, f.LinkedData, f.BudgetNotProvided = r.get("last-updated-datetime"), r.get("linked-data-uri"), r.get("budget-not-provided")
	c.furtherDates(a)
	f.OtherIdentifiers = collect[OtherIdentifier](c, r, "other-identifier")
	f.Contacts = collect[Contact](c, r, "contact-info")
	f.Locations = collect[Location](c, r, "location")
	f.Humanitarian = collect[Class](c, r, "humanitarian-scope")
	f.Legacy = collect[Legacy](c, r, "legacy-data")
	f.Scope = codeOf(r, "activity-scope")
	f.Collaboration, f.Flow, f.Finance = codeOf(r, "collaboration-type"), codeOf(r, "default-flow-type"), codeOf(r, "default-finance-type")
	f.Tied = codeOf(r, "default-tied-status")
	f.AidTypes = c.aidTypes(r, "default-aid-type")
	f.BudgetItems, f.CRS, f.FSS = only[BudgetItems](c, r, "country-budget-items"), only[CRS](c, r, "crs-add"), only[FSS](c, r, "fss")
	if n := r.first("capital-spend"); n != nil {
		f.CapitalSpend = n.get("percentage")
	}
	if n := r.first("conditions"); n != nil {
		f.Attached = yes(n.get("attached"))
		a.Conditions = collect[Condition](c, n, "condition")
	}
	for _, n := range r.children {
		switch n.name {
		case "budget":
			a.Budgets = append(a.Budgets, c.budget(n, a.Currency))
		case "planned-disbursement":
			a.Disbursements = append(a.Disbursements, c.budget(n, a.Currency))
		}
	}
	a.Documents = c.documents(collect[Document](c, r, "document-link"))
	a.Related = collect[Related](c, r, "related-activity")
	a.Tags, a.Markers = collect[Class](c, r, "tag"), collect[Class](c, r, "policy-marker")
	for i := range a.Markers {
		if a.Markers[i].Vocabulary == "" {
			a.Markers[i].Vocabulary = "1" // as the standard has it
		}
	}
	a.Results = collect[Result](c, r, "result")
	for i := range a.Results {
		c.tidy(&a.Results[i])
	}
}

// tidy writes days and truth values of a result as they are kept.
func (c *check) tidy(r *Result) {
	r.Aggregation, r.Documents = yes(r.Aggregation), c.documents(r.Documents)
	for i := range r.Indicators {
		ind := &r.Indicators[i]
		ind.Ascending, ind.Aggregation, ind.Documents = yes(ind.Ascending), yes(ind.Aggregation), c.documents(ind.Documents)
		for j := range ind.Baselines {
			ind.Baselines[j].Documents = c.documents(ind.Baselines[j].Documents)
		}
		for j := range ind.Periods {
			p := &ind.Periods[j]
			p.Start, p.End = dayOf(p.Start), dayOf(p.End)
			for _, m := range [][]Measured{p.Targets, p.Actuals} {
				for k := range m {
					m[k].Documents = c.documents(m[k].Documents)
				}
			}
		}
	}
}

func (*check) documents(all []Document) []Document {
	for i := range all {
		all[i].Date = dayOf(all[i].Date)
	}
	return all
}

// dayOf is the day that a text names, "" if it names none.
func dayOf(text string) string {
	d, _ := day(text)
	return string(d)
}

// yes writes a truth value in one way, "" if it is none.
func yes(text string) string {
	switch text {
	case "1", "true":
		return "1"
	case "0", "false":
		return "0"
	}
	return ""
}

func codeOf(n *node, name string) string {
	if child := n.first(name); child != nil {
		return child.get("code")
	}
	return ""
}

// only reads the first child of a name, nil if there is none.
func only[T any](c *check, n *node, name string) *T {
	child := n.first(name)
	if child == nil {
		return nil
	}
	into := new(T)
	c.fill(child, into)
	return into
}

func (c *check) aidTypes(n *node, name string) []AidType {
	all := collect[AidType](c, n, name)
	for i := range all {
		if all[i].Vocabulary == "" {
			all[i].Vocabulary = "1" // as the standard has it
		}
	}
	return all
}

// furtherOf writes down the codes that a transaction has of its own.
func (c *check) furtherOf(n *node, f *TransactionFurther) {
	for _, child := range n.children {
		switch child.name {
		case "disbursement-channel":
			f.Channel = child.get("code")
		case "flow-type":
			f.Flow = child.get("code")
		case "finance-type":
			f.Finance = child.get("code")
		case "tied-status":
			f.Tied = child.get("code")
		case "aid-type":
			f.AidTypes = append(f.AidTypes, AidType{Vocabulary: child.vocabulary("1"), Code: child.get("code")})
		}
	}
}

func (c *check) budget(n *node, standard string) Budget {
	from, to := period(n)
	b := Budget{
		Line: n.line, Type: c.short(n, "type", MaxCode), Status: c.short(n, "status", MaxCode), From: from.day, To: to.day,
		Provider: c.party(n.first("provider-org"), "provider-activity-id"),
		Receiver: c.party(n.first("receiver-org"), "receiver-activity-id"),
	}
	b.Value, b.ValueDate = c.amount(n.first("value"), standard)
	return b
}

// describe writes down the descriptions: as one text, and each of them where that
// does not give them again.
func (c *check) describe(a *Activity) {
	all := collect[Description](c, c.root, "description")
	first := c.root.first("description")
	a.Description = c.text(joined(all), MaxDescription, "\n\n", first)
	if !slices.EqualFunc(all, described(a.Description), sameDescription) {
		a.Further.Descriptions = all
	}
}

func joined(all []Description) Narratives {
	var out Narratives
	for _, d := range all {
		out = append(out, d.Texts...)
	}
	return out
}

// described is the one description that a text is published as: of type 1, which
// the standard takes one without a type for.
func described(t i18n.Text) []Description {
	said := Written(t)
	if len(said) == 0 {
		return nil
	}
	return []Description{{Type: "1", Texts: said}}
}

func sameDescription(a, b Description) bool {
	return orOne(a.Type) == orOne(b.Type) && slices.Equal(a.Texts, b.Texts)
}

func orOne(code string) string {
	if code == "" {
		return "1"
	}
	return code
}

// furtherDates keeps the dates of the activity where its four days do not give
// them again.
func (c *check) furtherDates(a *Activity) {
	all := collect[ActivityDate](c, c.root, "activity-date")
	for i := range all {
		all[i].Day = dayOf(all[i].Day)
	}
	plain := slices.Clone(all)
	slices.SortStableFunc(plain, func(a, b ActivityDate) int { return cmp.Compare(a.Type, b.Type) })
	if !slices.EqualFunc(plain, a.days(), sameDate) {
		a.Further.Dates = all
	}
}

// days are the four days of the activity as they are published.
func (a *Activity) days() []ActivityDate {
	var out []ActivityDate
	for i, d := range []date.Date{a.PlannedStart, a.ActualStart, a.PlannedEnd, a.ActualEnd} {
		if d != "" {
			out = append(out, ActivityDate{Type: string(rune('1' + i)), Day: string(d)})
		}
	}
	return out
}

func sameDate(a, b ActivityDate) bool {
	return a.Type == b.Type && a.Day == b.Day && slices.Equal(a.Notes, b.Notes)
}
