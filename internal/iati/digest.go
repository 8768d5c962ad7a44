package iati

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
)

// digestForm numbers the form that digests are taken of. A digest of another form
// differs, so that a form that knows more brings what it knows.
const digestForm = "iati activity 2\n"

// Part is a part of what an activity says.
type Part string

// The parts.
const (
	PartTitle         Part = "title"
	PartDescription   Part = "description"
	PartStatus        Part = "status"
	PartDates         Part = "dates"
	PartReporting     Part = "reporting"
	PartParticipants  Part = "participants"
	PartCountries     Part = "countries"
	PartRegions       Part = "regions"
	PartSectors       Part = "sectors"
	PartTransactions  Part = "transactions"
	PartBudgets       Part = "budgets"
	PartDisbursements Part = "plannedDisbursements"
	PartDocuments     Part = "documents"
	PartRelated       Part = "relatedActivities"
	PartResults       Part = "results"
	PartTags          Part = "tags"
	PartMarkers       Part = "policyMarkers"
	PartConditions    Part = "conditions"
	PartContacts      Part = "contacts"
	PartLocations     Part = "locations"
	PartDefaults      Part = "defaults"
	PartFurther       Part = "details"
)

// partDigest is how many bytes of a part's digest are kept.
const partDigest = 8

// parts are what the activity says, part by part. New parts come at the end.
func (a *Activity) parts() []struct {
	part Part
	says any
} {
	a = a.unplaced()
	f := a.Further
	return []struct {
		part Part
		says any
	}{
		{PartTitle, []any{a.Title, f.Title}},
		{PartDescription, []any{a.Description, f.Descriptions}},
		{PartStatus, a.StatusCode},
		{PartDates, []any{a.days(), f.Dates}},
		{PartReporting, []any{a.Reporting, f.ReportingType, f.Secondary, f.ReportingNames}},
		{PartParticipants, a.Participants},
		{PartCountries, a.Countries},
		{PartRegions, a.Regions},
		{PartSectors, a.Sectors},
		{PartTransactions, a.Transactions},
		{PartBudgets, a.Budgets},
		{PartDisbursements, a.Disbursements},
		{PartDocuments, a.Documents},
		{PartRelated, a.Related},
		{PartResults, a.Results},
		{PartTags, a.Tags},
		{PartMarkers, a.Markers},
		{PartConditions, []any{a.Conditions, f.Attached}},
		{PartContacts, f.Contacts},
		{PartLocations, f.Locations},
		{PartDefaults, []any{a.Language, a.Currency, a.Humanitarian, f.Collaboration, f.Flow, f.Finance, f.AidTypes, f.Tied}},
		{PartFurther, []any{
			a.Hierarchy, a.Flagged, f.LinkedData, f.BudgetNotProvided, f.OtherIdentifiers, f.Scope, f.BudgetItems, f.Humanitarian, f.CapitalSpend,
			f.Legacy, f.CRS, f.FSS,
		}},
	}
}

// Sum is the SHA-256 of what the activity says: equal for activities that differ
// only in lines, white space between elements, the order of attributes, and when
// the publisher changed them last. It leaves the digests of the parts in Parts.
func (a *Activity) Sum() [sha256.Size]byte {
	whole := sha256.New()
	whole.Write([]byte(digestForm + a.Identifier))
	a.Parts = a.Parts[:0]
	var b bytes.Buffer
	write := json.NewEncoder(&b)
	for _, p := range a.parts() {
		b.Reset()
		// Neither a buffer nor these types can fail.
		if err := write.Encode(p.says); err != nil {
			panic(fmt.Sprintf("iati: digest: %v", err))
		}
		sum := sha256.Sum256(b.Bytes())
		whole.Write(sum[:])
		a.Parts = append(a.Parts, sum[:partDigest]...)
	}
	return [sha256.Size]byte(whole.Sum(nil))
}

// Changed are the parts that differ between two activities, by their Parts. What
// was summed in an older form differs in nothing that can be named: then it is nil.
func Changed(before, after []byte) []Part {
	parts := (&Activity{}).parts()
	if len(before) != len(parts)*partDigest || len(after) != len(before) {
		return nil
	}
	var out []Part
	for i, p := range parts {
		if at := i * partDigest; !bytes.Equal(before[at:at+partDigest], after[at:at+partDigest]) {
			out = append(out, p.part)
		}
	}
	return out
}

// unplaced is the activity without lines.
func (a *Activity) unplaced() *Activity {
	out := *a
	out.Line = 0
	out.Transactions = slices.Clone(a.Transactions)
	for i := range out.Transactions {
		out.Transactions[i].Line = 0
	}
	out.Budgets, out.Disbursements = slices.Clone(a.Budgets), slices.Clone(a.Disbursements)
	for _, list := range [][]Budget{out.Budgets, out.Disbursements} {
		for i := range list {
			list[i].Line = 0
		}
	}
	out.Documents = unplacedDocuments(a.Documents)
	out.Results = slices.Clone(a.Results)
	for i := range out.Results {
		r := &out.Results[i]
		r.Line, r.Documents, r.Indicators = 0, unplacedDocuments(r.Documents), slices.Clone(r.Indicators)
		for j := range r.Indicators {
			ind := &r.Indicators[j]
			ind.Line, ind.Documents = 0, unplacedDocuments(ind.Documents)
			ind.Baselines, ind.Periods = unplacedMeasured(ind.Baselines), slices.Clone(ind.Periods)
			for k := range ind.Periods {
				p := &ind.Periods[k]
				p.Targets, p.Actuals = unplacedMeasured(p.Targets), unplacedMeasured(p.Actuals)
			}
		}
	}
	return &out
}

func unplacedDocuments(all []Document) []Document {
	out := slices.Clone(all)
	for i := range out {
		out[i].Line = 0
	}
	return out
}

func unplacedMeasured(all []Measured) []Measured {
	out := slices.Clone(all)
	for i := range out {
		out[i].Documents = unplacedDocuments(out[i].Documents)
	}
	return out
}
