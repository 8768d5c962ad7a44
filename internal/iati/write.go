package iati

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

// Writer writes activities as a file of version 2.03, one after the other. What it
// writes says the same when it is read again, and then it is written in the same
// bytes. Elements stand in the order of the schema.
type Writer struct {
	w   *bufio.Writer
	now time.Time
	// anyway writes what is wrong too, for tests.
	anyway bool
}

// NewWriter begins a file. now is the present time, for the rules about the future;
// the zero time switches them off.
func NewWriter(w io.Writer, now time.Time) *Writer {
	out := &Writer{w: bufio.NewWriter(w), now: now}
	_, _ = out.w.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<iati-activities version=\"2.03\">\n") // Close tells
	return out
}

// Write writes an activity, unless a published rule is broken in it or it could not
// be taken back: then nothing is written, and the errors are returned. What only
// looks wrong is written.
func (w *Writer) Write(ctx context.Context, a *Activity) ([]Issue, error) {
	root := a.element()
	c := &check{root: root, now: w.now}
	if !w.now.IsZero() {
		c.today = date.Date(w.now.UTC().Format(time.DateOnly))
	}
	err := c.identify(ctx, func(context.Context, string) (bool, error) { return false, nil })
	if err != nil {
		return nil, err
	}
	inOrder(root, activitySchema)
	c.checkSchema(root, activitySchema)
	c.checkCodes(root, ".")
	c.checkRules()
	if (c.failed || c.critical) && !w.anyway {
		return slices.DeleteFunc(c.inOrder(), func(i Issue) bool { return i.Severity == Warning }), nil
	}
	w.element(root, 1)
	if err := w.w.Flush(); err != nil {
		return nil, fmt.Errorf("iati: write: %w", err)
	}
	return nil, nil
}

// Close ends the file.
func (w *Writer) Close() error {
	_, _ = w.w.WriteString("</iati-activities>\n") // Flush tells
	if err := w.w.Flush(); err != nil {
		return fmt.Errorf("iati: write: %w", err)
	}
	return nil
}

// inOrder puts children and attributes into the order of the schema.
func inOrder(n *node, e *element) {
	slices.SortStableFunc(n.children, func(a, b *node) int { return cmp.Compare(e.place[a.name], e.place[b.name]) })
	place := func(a attr) int {
		return slices.IndexFunc(e.attrs, func(s attribute) bool { return s.name == a.name })
	}
	slices.SortStableFunc(n.attrs, func(a, b attr) int { return cmp.Compare(place(a), place(b)) })
	for _, child := range n.children {
		if at, known := e.place[child.name]; known {
			inOrder(child, e.children[at])
		}
	}
}

func (w *Writer) element(n *node, depth int) {
	margin := strings.Repeat("  ", depth)
	_, _ = w.w.WriteString(margin + "<" + n.name)
	for _, a := range n.attrs {
		_, _ = w.w.WriteString(" " + a.name + `="` + attributeText.Replace(a.value) + `"`)
	}
	switch {
	case len(n.children) > 0:
		_, _ = w.w.WriteString(">\n")
		for _, child := range n.children {
			w.element(child, depth+1)
		}
		_, _ = w.w.WriteString(margin + "</" + n.name + ">\n")
	case len(n.text) > 0:
		_, _ = w.w.WriteString(">" + elementText.Replace(string(n.text)) + "</" + n.name + ">\n")
	default:
		_, _ = w.w.WriteString("/>\n")
	}
}

// A reader would make a line feed of a carriage return, and a space of both in an
// attribute.
var (
	elementText   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	attributeText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#xD;", "\n", "&#xA;", "\t", "&#x9;")
)

// element writes the activity as the tree that it would be read as.
func (a *Activity) element() *node {
	f := &a.Further
	r := &node{name: "iati-activity"}
	r.set(xmlLang, a.Language)
	r.set("default-currency", a.Currency)
	r.set("last-updated-datetime", f.Updated)
	r.set("linked-data-uri", f.LinkedData)
	r.set("budget-not-provided", f.BudgetNotProvided)
	if a.Humanitarian {
		r.set("humanitarian", "1")
	}
	if a.Hierarchy != nil {
		r.set("hierarchy", fmt.Sprint(*a.Hierarchy))
	}
	r.add("iati-identifier").text = []byte(a.Identifier)
	a.putReporting(r)
	r.add("title").say(orWritten(f.Title, a.Title, a.Language, MaxTitle, " / "))
	putAll(r, "description", a.descriptions())
	for _, p := range a.Participants {
		n := a.putOrganisation(r.add("participating-org"), p.Organisation)
		n.set("role", p.Role)
		n.set("activity-id", p.ActivityID)
		n.set("crs-channel-code", p.Channel)
	}
	putAll(r, "other-identifier", f.OtherIdentifiers)
	putCode(r, "activity-status", a.StatusCode)
	putAll(r, "activity-date", a.dates())
	putAll(r, "contact-info", f.Contacts)
	putCode(r, "activity-scope", f.Scope)
	a.putShares(r, a.Countries, a.Regions, a.Sectors)
	putAll(r, "location", f.Locations)
	putAll(r, "tag", a.Tags)
	if f.BudgetItems != nil {
		put(r.add("country-budget-items"), f.BudgetItems)
	}
	putAll(r, "humanitarian-scope", f.Humanitarian)
	putAll(r, "policy-marker", a.Markers)
	putCode(r, "collaboration-type", f.Collaboration)
	putCode(r, "default-flow-type", f.Flow)
	putCode(r, "default-finance-type", f.Finance)
	putAll(r, "default-aid-type", f.AidTypes)
	putCode(r, "default-tied-status", f.Tied)
	a.putBudgets(r, "budget", a.Budgets)
	a.putBudgets(r, "planned-disbursement", a.Disbursements)
	if f.CapitalSpend != "" {
		r.add("capital-spend").set("percentage", f.CapitalSpend)
	}
	for i := range a.Transactions {
		a.putTransaction(r.add("transaction"), &a.Transactions[i])
	}
	putAll(r, "document-link", a.Documents)
	putAll(r, "related-activity", a.Related)
	putAll(r, "legacy-data", f.Legacy)
	if len(a.Conditions) > 0 || f.Attached != "" {
		n := r.add("conditions")
		if n.set("attached", f.Attached); f.Attached == "" {
			n.set("attached", "1")
		}
		putAll(n, "condition", a.Conditions)
	}
	putAll(r, "result", a.Results)
	if f.CRS != nil {
		put(r.add("crs-add"), f.CRS)
	}
	if f.FSS != nil {
		put(r.add("fss"), f.FSS)
	}
	return r
}

// orWritten are the published narratives as long as they say what the text says,
// or else those that the text is published as.
func orWritten(published Narratives, t i18n.Text, language string, most int, between string) Narratives {
	if published != nil && alike(published.Text(language, most, between), t) {
		return published
	}
	return Written(t)
}

func (a *Activity) descriptions() []Description {
	if all := a.Further.Descriptions; all != nil && alike(joined(all).Text(a.Language, MaxDescription, "\n\n"), a.Description) {
		return all
	}
	return described(a.Description)
}

// dates are the published ones as long as they give the activity's four days.
func (a *Activity) dates() []ActivityDate {
	if a.Further.Dates == nil {
		return a.days()
	}
	first := map[string]string{}
	for _, d := range a.Further.Dates {
		if first[d.Type] == "" {
			first[d.Type] = d.Day
		}
	}
	for i, d := range []date.Date{a.PlannedStart, a.ActualStart, a.PlannedEnd, a.ActualEnd} {
		if first[string(rune('1'+i))] != string(d) {
			return a.days()
		}
	}
	return a.Further.Dates
}

func (a *Activity) putReporting(r *node) {
	n := a.putOrganisation(r.add("reporting-org"), a.Reporting)
	n.set("secondary-reporter", a.Further.Secondary)
}

func (a *Activity) putOrganisation(n *node, o Organisation) *node {
	n.set("ref", o.Ref)
	n.set("type", o.Type)
	n.say(a.names(o.Names, o.Name))
	return n
}

// names are the published ones, or the name in the activity's language.
func (a *Activity) names(published Narratives, name i18n.Text) Narratives {
	if published != nil {
		return published
	}
	return nameIn(name.In(name.Authentic), a.Language)
}

func (a *Activity) putParty(in *node, name, activity string, p Party) {
	if p.Ref == "" && p.Type == "" && p.ActivityID == "" && p.Names == nil && p.Name.In(p.Name.Authentic) == "" {
		return
	}
	a.putOrganisation(in.add(name), p.Organisation).set(activity, p.ActivityID)
}

func (a *Activity) putShares(in *node, countries, regions, sectors []Share) {
	add := func(name string, all []Share) {
		for _, s := range all {
			n := in.add(name)
			n.set("vocabulary", s.Vocabulary)
			n.set("vocabulary-uri", s.URI)
			n.set("code", s.Code)
			n.set("percentage", s.Percentage)
			n.say(a.names(s.Names, s.Narrative))
		}
	}
	add("recipient-country", countries)
	add("recipient-region", regions)
	add("sector", sectors)
}

func (a *Activity) putBudgets(in *node, name string, all []Budget) {
	for _, b := range all {
		n := in.add(name)
		n.set("type", b.Type)
		n.set("status", b.Status)
		putDay(n, "period-start", b.From)
		putDay(n, "period-end", b.To)
		putAmount(n, b.Value, b.ValueDate)
		a.putParty(n, "provider-org", "provider-activity-id", b.Provider)
		a.putParty(n, "receiver-org", "receiver-activity-id", b.Receiver)
	}
}

func (a *Activity) putTransaction(n *node, t *Transaction) {
	n.set("ref", t.Ref)
	if t.Humanitarian {
		n.set("humanitarian", "1")
	}
	putCode(n, "transaction-type", t.Type)
	putDay(n, "transaction-date", t.Date)
	putAmount(n, t.Value, t.ValueDate)
	if said := orWritten(t.Further.Description, t.Description, a.Language, MaxTransactionDescription, "\n\n"); len(said) > 0 {
		n.add("description").say(said)
	}
	a.putParty(n, "provider-org", "provider-activity-id", t.Provider)
	a.putParty(n, "receiver-org", "receiver-activity-id", t.Receiver)
	putCode(n, "disbursement-channel", t.Further.Channel)
	a.putShares(n, t.Countries, t.Regions, t.Sectors)
	putCode(n, "flow-type", t.Further.Flow)
	putCode(n, "finance-type", t.Further.Finance)
	putAll(n, "aid-type", t.Further.AidTypes)
	putCode(n, "tied-status", t.Further.Tied)
}

func putAmount(in *node, v Amount, on date.Date) {
	if v.Published == "" && on == "" {
		return
	}
	n := in.add("value")
	n.text = []byte(v.Published)
	if !v.Assumed {
		n.set("currency", v.Currency)
	}
	n.set("value-date", string(on))
}

func putDay(in *node, name string, d date.Date) {
	if d != "" {
		in.add(name).set("iso-date", string(d))
	}
}

func putCode(in *node, name, code string) {
	if code != "" {
		in.add(name).set("code", code)
	}
}
