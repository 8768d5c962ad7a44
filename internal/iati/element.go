package iati

// What an activity consists of beside its core, element by element. The tags say
// where in the XML a field stands (see bind.go); what is published is kept as text.

// OtherIdentifier is an identifier that the activity has or had elsewhere.
type OtherIdentifier struct {
	Ref   string `x:"@ref" json:"ref,omitempty"`
	Type  string `x:"@type" json:"type,omitempty"`
	Owner *Owner `x:"owner-org" json:"owner,omitempty"`
}

// Owner is the organisation that gave an identifier.
type Owner struct {
	Ref   string     `x:"@ref" json:"ref,omitempty"`
	Names Narratives `x:"narrative" json:"names,omitempty"`
}

// ActivityDate is a date of the activity's life, with what is said of it.
type ActivityDate struct {
	Type  string     `x:"@type" json:"type,omitempty"`
	Day   string     `x:"@iso-date" json:"day,omitempty"`
	Notes Narratives `x:"narrative" json:"notes,omitempty"`
}

// Description is one of the activity's descriptions.
type Description struct {
	Type  string     `x:"@type" json:"type,omitempty"`
	Texts Narratives `x:"narrative" json:"texts,omitempty"`
}

// Contact is whom to ask about the activity.
type Contact struct {
	Type         string     `x:"@type" json:"type,omitempty"`
	Organisation Narratives `x:"organisation/narrative" json:"organisation,omitempty"`
	Department   Narratives `x:"department/narrative" json:"department,omitempty"`
	Person       Narratives `x:"person-name/narrative" json:"person,omitempty"`
	JobTitle     Narratives `x:"job-title/narrative" json:"job_title,omitempty"`
	Telephones   []string   `x:"telephone" json:"telephones,omitempty"`
	Emails       []string   `x:"email" json:"emails,omitempty"`
	Websites     []string   `x:"website" json:"websites,omitempty"`
	Addresses    []Address  `x:"mailing-address" json:"addresses,omitempty"`
}

// Address is where mail goes.
type Address struct {
	Lines Narratives `x:"narrative" json:"lines,omitempty"`
}

// Location is a place of the activity below the country.
type Location struct {
	Ref                 string           `x:"@ref" json:"ref,omitempty"`
	Reach               string           `x:"location-reach/@code" json:"reach,omitempty"`
	IDs                 []LocationID     `x:"location-id" json:"ids,omitempty"`
	Name                Narratives       `x:"name/narrative" json:"name,omitempty"`
	Description         Narratives       `x:"description/narrative" json:"description,omitempty"`
	ActivityDescription Narratives       `x:"activity-description/narrative" json:"activity_description,omitempty"`
	Administrative      []Administrative `x:"administrative" json:"administrative,omitempty"`
	Point               *Point           `x:"point" json:"point,omitempty"`
	Exactness           string           `x:"exactness/@code" json:"exactness,omitempty"`
	Class               string           `x:"location-class/@code" json:"class,omitempty"`
	Feature             string           `x:"feature-designation/@code" json:"feature,omitempty"`
}

// LocationID is a place by its code in a gazetteer.
type LocationID struct {
	Vocabulary string `x:"@vocabulary" json:"vocabulary,omitempty"`
	Code       string `x:"@code" json:"code,omitempty"`
}

// Administrative is a division that a place lies in.
type Administrative struct {
	Vocabulary string `x:"@vocabulary" json:"vocabulary,omitempty"`
	Level      string `x:"@level" json:"level,omitempty"`
	Code       string `x:"@code" json:"code,omitempty"`
}

// Point is a place by its coordinates: latitude, a space, longitude.
type Point struct {
	System   string `x:"@srsName" json:"system,omitempty"`
	Position string `x:"pos" json:"position,omitempty"`
}

// Class is what an activity is classed as: a tag, a policy marker, a humanitarian
// scope. Which of its fields an element has follows from the schema.
type Class struct {
	Type         string     `x:"@type,20" json:"type,omitempty"`
	Vocabulary   string     `x:"@vocabulary,20" json:"vocabulary,omitempty"`
	URI          string     `x:"@vocabulary-uri,2000" json:"uri,omitempty"`
	Code         string     `x:"@code,200" json:"code,omitempty"`
	Significance string     `x:"@significance,20" json:"significance,omitempty"`
	Names        Narratives `x:"narrative" json:"names,omitempty"`
}

// BudgetItems share the money out by the functions of the recipient's own budget.
type BudgetItems struct {
	Vocabulary string       `x:"@vocabulary" json:"vocabulary,omitempty"`
	Items      []BudgetItem `x:"budget-item" json:"items,omitempty"`
}

// BudgetItem is one such function with its share.
type BudgetItem struct {
	Code        string     `x:"@code" json:"code,omitempty"`
	Percentage  string     `x:"@percentage" json:"percentage,omitempty"`
	Description Narratives `x:"description/narrative" json:"description,omitempty"`
}

// AidType is a type of aid in a vocabulary.
type AidType struct {
	Vocabulary string `x:"@vocabulary" json:"vocabulary,omitempty"`
	Code       string `x:"@code" json:"code,omitempty"`
}

// Document is a document that is linked to.
type Document struct {
	Line        int        `x:"line" json:"line,omitempty"`
	URL         string     `x:"@url,4000" json:"url,omitempty"`
	Format      string     `x:"@format,200" json:"format,omitempty"`
	Title       Narratives `x:"title/narrative" json:"title,omitempty"`
	Description Narratives `x:"description/narrative" json:"description,omitempty"`
	Categories  []string   `x:"category/@code" json:"categories,omitempty"`
	Languages   []string   `x:"language/@code" json:"languages,omitempty"`
	Date        string     `x:"document-date/@iso-date" json:"date,omitempty"`
}

// Related is another activity that this one belongs to, contains or stands beside.
type Related struct {
	Ref  string `x:"@ref,400" json:"ref,omitempty"`
	Type string `x:"@type,20" json:"type,omitempty"`
}

// Legacy is a value of the publisher's own older form.
type Legacy struct {
	Name       string `x:"@name" json:"name,omitempty"`
	Value      string `x:"@value" json:"value,omitempty"`
	Equivalent string `x:"@iati-equivalent" json:"equivalent,omitempty"`
}

// Condition is a condition that the activity is under.
type Condition struct {
	Type  string     `x:"@type,20" json:"type,omitempty"`
	Texts Narratives `x:"narrative" json:"texts,omitempty"`
}

// Result is what the activity is to bring about.
type Result struct {
	Line        int         `x:"line" json:"line,omitempty"`
	Type        string      `x:"@type,20" json:"type,omitempty"`
	Aggregation string      `x:"@aggregation-status" json:"aggregation,omitempty"`
	Title       Narratives  `x:"title/narrative" json:"title,omitempty"`
	Description Narratives  `x:"description/narrative" json:"description,omitempty"`
	Documents   []Document  `x:"document-link" json:"documents,omitempty"`
	References  []Reference `x:"reference" json:"references,omitempty"`
	Indicators  []Indicator `x:"indicator" json:"indicators,omitempty"`
}

// Reference names a result or an indicator in a vocabulary.
type Reference struct {
	Vocabulary   string `x:"@vocabulary" json:"vocabulary,omitempty"`
	Code         string `x:"@code" json:"code,omitempty"`
	URI          string `x:"@vocabulary-uri" json:"uri,omitempty"`
	IndicatorURI string `x:"@indicator-uri" json:"indicator_uri,omitempty"`
}

// Indicator is what a result is measured by.
type Indicator struct {
	Line        int         `x:"line" json:"line,omitempty"`
	Measure     string      `x:"@measure,20" json:"measure,omitempty"`
	Ascending   string      `x:"@ascending" json:"ascending,omitempty"`
	Aggregation string      `x:"@aggregation-status" json:"aggregation,omitempty"`
	Title       Narratives  `x:"title/narrative" json:"title,omitempty"`
	Description Narratives  `x:"description/narrative" json:"description,omitempty"`
	Documents   []Document  `x:"document-link" json:"documents,omitempty"`
	References  []Reference `x:"reference" json:"references,omitempty"`
	Baselines   []Measured  `x:"baseline" json:"baselines,omitempty"`
	Periods     []Period    `x:"period" json:"periods,omitempty"`
}

// Period is a time for which an indicator has targets and what was reached.
type Period struct {
	Start   string     `x:"period-start/@iso-date" json:"start,omitempty"`
	End     string     `x:"period-end/@iso-date" json:"end,omitempty"`
	Targets []Measured `x:"target" json:"targets,omitempty"`
	Actuals []Measured `x:"actual" json:"actuals,omitempty"`
}

// Measured is a baseline, a target, or what was reached. Day and Year are a
// baseline's. Blank says that there is a value, and that it is empty.
type Measured struct {
	Day        string      `x:"@iso-date" json:"day,omitempty"`
	Year       string      `x:"@year" json:"year,omitempty"`
	Value      string      `x:"@value" json:"value,omitempty"`
	Blank      bool        `x:"?value" json:"blank,omitempty"`
	Locations  []string    `x:"location/@ref" json:"locations,omitempty"`
	Dimensions []Dimension `x:"dimension" json:"dimensions,omitempty"`
	Comment    Narratives  `x:"comment/narrative" json:"comment,omitempty"`
	Documents  []Document  `x:"document-link" json:"documents,omitempty"`
}

// Dimension says which part of the whole was measured, such as sex: female.
type Dimension struct {
	Name  string `x:"@name" json:"name,omitempty"`
	Value string `x:"@value" json:"value,omitempty"`
}

// CRS is what is added for the DAC's Creditor Reporting System.
type CRS struct {
	Flags   []CRSFlag   `x:"other-flags" json:"flags,omitempty"`
	Terms   *LoanTerms  `x:"loan-terms" json:"terms,omitempty"`
	Status  *LoanStatus `x:"loan-status" json:"status,omitempty"`
	Channel string      `x:"channel-code" json:"channel,omitempty"`
}

// CRSFlag is a flag of the Creditor Reporting System.
type CRSFlag struct {
	Code         string `x:"@code" json:"code,omitempty"`
	Significance string `x:"@significance" json:"significance,omitempty"`
}

// LoanTerms are the terms of a loan.
type LoanTerms struct {
	Rate1          string `x:"@rate-1" json:"rate_1,omitempty"`
	Rate2          string `x:"@rate-2" json:"rate_2,omitempty"`
	RepaymentType  string `x:"repayment-type/@code" json:"repayment_type,omitempty"`
	RepaymentPlan  string `x:"repayment-plan/@code" json:"repayment_plan,omitempty"`
	Commitment     string `x:"commitment-date/@iso-date" json:"commitment,omitempty"`
	FirstRepayment string `x:"repayment-first-date/@iso-date" json:"first_repayment,omitempty"`
	LastRepayment  string `x:"repayment-final-date/@iso-date" json:"last_repayment,omitempty"`
}

// LoanStatus is how a loan stands in a year.
type LoanStatus struct {
	Year                 string `x:"@year" json:"year,omitempty"`
	Currency             string `x:"@currency" json:"currency,omitempty"`
	ValueDate            string `x:"@value-date" json:"value_date,omitempty"`
	InterestReceived     string `x:"interest-received" json:"interest_received,omitempty"`
	PrincipalOutstanding string `x:"principal-outstanding" json:"principal_outstanding,omitempty"`
	PrincipalArrears     string `x:"principal-arrears" json:"principal_arrears,omitempty"`
	InterestArrears      string `x:"interest-arrears" json:"interest_arrears,omitempty"`
}

// FSS is what is added for the DAC's Forward Spending Survey.
type FSS struct {
	Extracted string     `x:"@extraction-date" json:"extracted,omitempty"`
	Priority  string     `x:"@priority" json:"priority,omitempty"`
	Phaseout  string     `x:"@phaseout-year" json:"phaseout,omitempty"`
	Forecasts []Forecast `x:"forecast" json:"forecasts,omitempty"`
}

// Forecast is money expected in a year.
type Forecast struct {
	Year      string `x:"@year" json:"year,omitempty"`
	Currency  string `x:"@currency" json:"currency,omitempty"`
	ValueDate string `x:"@value-date" json:"value_date,omitempty"`
	Value     string `x:"#" json:"value,omitempty"`
}
