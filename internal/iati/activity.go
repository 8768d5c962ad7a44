package iati

import (
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

// Activity is one iati-activity as it was published.
type Activity struct {
	// Identifier is without outer spaces, 1 to MaxIdentifier bytes long.
	Identifier string `json:"identifier"`
	Line       int    `json:"line"`
	// Language and Currency are the defaults of the activity: a tag as published;
	// three capital letters. "" is none.
	Language     string `json:"language,omitempty"`
	Currency     string `json:"currency,omitempty"`
	Humanitarian bool   `json:"humanitarian,omitempty"`
	// Flagged says that a published rule is broken in it.
	Flagged bool `json:"flagged,omitempty"`
	// Hierarchy is nil where none was published.
	Hierarchy    *int          `json:"hierarchy,omitempty"`
	Reporting    Organisation  `json:"reporting"`
	Title        i18n.Text     `json:"title"`
	Description  i18n.Text     `json:"description"`
	Participants []Participant `json:"participants,omitempty"`
	// StatusCode is the code as published; unknown codes are kept.
	StatusCode   string        `json:"status_code"`
	PlannedStart date.Date     `json:"planned_start,omitempty"`
	ActualStart  date.Date     `json:"actual_start,omitempty"`
	PlannedEnd   date.Date     `json:"planned_end,omitempty"`
	ActualEnd    date.Date     `json:"actual_end,omitempty"`
	Countries    []Share       `json:"countries,omitempty"`
	Regions      []Share       `json:"regions,omitempty"`
	Sectors      []Share       `json:"sectors,omitempty"`
	Transactions []Transaction `json:"transactions,omitempty"`
	// Budgets and Disbursements, which are planned, are in the order of the file.
	Budgets       []Budget    `json:"budgets,omitempty"`
	Disbursements []Budget    `json:"disbursements,omitempty"`
	Documents     []Document  `json:"documents,omitempty"`
	Related       []Related   `json:"related,omitempty"`
	Results       []Result    `json:"results,omitempty"`
	Tags          []Class     `json:"tags,omitempty"`
	Markers       []Class     `json:"markers,omitempty"`
	Conditions    []Condition `json:"conditions,omitempty"`
	Further       Further     `json:"further"`
	// Parts are the digests of what the activity says, part by part, as Sum left them.
	Parts []byte `json:"parts,omitempty"`
}

// Further is what an activity says beside what stands in fields of its own.
type Further struct {
	// Updated is when the publisher changed it last, as published.
	Updated           string `json:"updated,omitempty"`
	LinkedData        string `json:"linked_data,omitempty"`
	BudgetNotProvided string `json:"budget_not_provided,omitempty"`
	// ReportingType is the OrganisationType code of who reports.
	ReportingType string `json:"reporting_type,omitempty"`
	// Secondary says, as published, that who reports does so for others.
	Secondary string `json:"secondary,omitempty"`
	// ReportingNames, Title and Descriptions are set where the texts alone do not
	// give again what was published, and Dates where the four days do not.
	ReportingNames Narratives     `json:"reporting_names,omitempty"`
	Title          Narratives     `json:"title,omitempty"`
	Descriptions   []Description  `json:"descriptions,omitempty"`
	Dates          []ActivityDate `json:"dates,omitempty"`

	OtherIdentifiers []OtherIdentifier `json:"other_identifiers,omitempty"`
	Contacts         []Contact         `json:"contacts,omitempty"`
	Scope            string            `json:"scope,omitempty"`
	Locations        []Location        `json:"locations,omitempty"`
	BudgetItems      *BudgetItems      `json:"budget_items,omitempty"`
	Humanitarian     []Class           `json:"humanitarian,omitempty"`
	Collaboration    string            `json:"collaboration,omitempty"`
	Flow             string            `json:"flow,omitempty"`
	Finance          string            `json:"finance,omitempty"`
	AidTypes         []AidType         `json:"aid_types,omitempty"`
	Tied             string            `json:"tied,omitempty"`
	CapitalSpend     string            `json:"capital_spend,omitempty"`
	Legacy           []Legacy          `json:"legacy,omitempty"`
	// Attached says, as published, whether there are conditions.
	Attached string `json:"attached,omitempty"`
	CRS      *CRS   `json:"crs,omitempty"`
	FSS      *FSS   `json:"fss,omitempty"`
}

// Organisation is an organisation as an activity names it. Ref is without outer
// spaces.
type Organisation struct {
	Ref  string `json:"ref,omitempty"`
	Type string `json:"type,omitempty"`
	// Name has at most MaxName bytes in each language.
	Name i18n.Text `json:"name"`
	// Names are set where the name alone, in the activity's language, does not give
	// again what was published.
	Names Narratives `json:"names,omitempty"`
}

// Participant is an organisation that takes part in an activity. Role is a code of
// the OrganisationRole list; ActivityID is that organisation's own activity.
type Participant struct {
	Organisation
	Role       string `json:"role"`
	ActivityID string `json:"activity_id,omitempty"`
	// Channel is a code of the CRSChannelCode list.
	Channel string `json:"channel,omitempty"`
}

// Party is the provider or the receiver of a transaction. ActivityID is that
// organisation's own activity.
type Party struct {
	Organisation
	ActivityID string `json:"activity_id,omitempty"`
}

// Share gives a share to a country, a region or a sector.
type Share struct {
	// Vocabulary is "" for countries, and otherwise "1" where none was published.
	Vocabulary string    `json:"vocabulary,omitempty"`
	URI        string    `json:"uri,omitempty"`
	Code       string    `json:"code"`
	Narrative  i18n.Text `json:"narrative"`
	// Names are set where the narrative alone, in the activity's language, does not
	// give again what was published.
	Names Narratives `json:"names,omitempty"`
	// Percentage is the text as published, "" if there was none.
	Percentage string `json:"percentage,omitempty"`
	// Micro is the percentage in millionths of a percent, nil if it cannot be told
	// exactly.
	Micro *int64 `json:"micro,omitempty"`
}

// Transaction is money that was promised or moved.
type Transaction struct {
	Line int    `json:"line"`
	Ref  string `json:"ref,omitempty"`
	// Type is a code of the TransactionType list as published.
	Type         string    `json:"type"`
	Date         date.Date `json:"date,omitempty"`
	Value        Amount    `json:"value"`
	ValueDate    date.Date `json:"value_date,omitempty"`
	Humanitarian bool      `json:"humanitarian,omitempty"`
	Description  i18n.Text `json:"description"`
	Provider     Party     `json:"provider"`
	Receiver     Party     `json:"receiver"`
	Countries    []Share   `json:"countries,omitempty"`
	Regions      []Share   `json:"regions,omitempty"`
	Sectors      []Share   `json:"sectors,omitempty"`

	Further TransactionFurther `json:"further"`
}

// TransactionFurther is what a transaction says beside what stands in fields of
// its own. Its codes stand in place of the activity's defaults.
type TransactionFurther struct {
	// Description is set where the text alone does not give again what was published.
	Description Narratives `json:"description,omitempty"`
	Channel     string     `json:"channel,omitempty"`
	Flow        string     `json:"flow,omitempty"`
	Finance     string     `json:"finance,omitempty"`
	AidTypes    []AidType  `json:"aid_types,omitempty"`
	Tied        string     `json:"tied,omitempty"`
}

// Budget is money that an activity is to have in a period, or, as a planned
// disbursement, to pay.
type Budget struct {
	Line int `json:"line"`
	// Type is a code of the BudgetType list; Status one of BudgetStatus, which planned
	// disbursements do not have.
	Type      string    `json:"type,omitempty"`
	Status    string    `json:"status,omitempty"`
	From      date.Date `json:"from,omitempty"`
	To        date.Date `json:"to,omitempty"`
	Value     Amount    `json:"value"`
	ValueDate date.Date `json:"value_date,omitempty"`
	// Provider and Receiver are those of a planned disbursement.
	Provider Party `json:"provider"`
	Receiver Party `json:"receiver"`
}

// Amount is an amount as published.
type Amount struct {
	// Published is the text without outer spaces, at most MaxNumber bytes: what was cut
	// ends with an ellipsis.
	Published string `json:"published,omitempty"`
	// Micro is the amount in millionths; nil where the text is no number, has more
	// than six decimals, does not fit, or has no currency.
	Micro *int64 `json:"micro,omitempty"`
	// Currency has three capital letters or is "".
	Currency string `json:"currency,omitempty"`
	// Assumed says that the currency is the activity's default.
	Assumed bool `json:"assumed,omitempty"`
}
