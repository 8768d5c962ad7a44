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
	// Language and Currency are the defaults of the activity: a language without
	// region, "und" if it cannot be read; three capital letters. "" is none.
	Language     string `json:"language,omitempty"`
	Currency     string `json:"currency,omitempty"`
	Humanitarian bool   `json:"humanitarian,omitempty"`
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
}

// Organisation is an organisation as an activity names it. Ref is without outer
// spaces.
type Organisation struct {
	Ref  string `json:"ref,omitempty"`
	Type string `json:"type,omitempty"`
	// Name has at most MaxName bytes in each language.
	Name i18n.Text `json:"name"`
}

// Participant is an organisation that takes part in an activity. Role is a code of
// the OrganisationRole list; ActivityID is that organisation's own activity.
type Participant struct {
	Organisation
	Role       string `json:"role"`
	ActivityID string `json:"activity_id,omitempty"`
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
	Code       string    `json:"code"`
	Narrative  i18n.Text `json:"narrative"`
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
}

// Amount is an amount as published.
type Amount struct {
	// Published is the text without outer spaces, at most MaxNumber bytes.
	Published string `json:"published,omitempty"`
	// Micro is the amount in millionths; nil where the text is no number, has more
	// than six decimals, does not fit, or has no currency.
	Micro *int64 `json:"micro,omitempty"`
	// Currency has three capital letters or is "".
	Currency string `json:"currency,omitempty"`
	// Assumed says that the currency is the activity's default.
	Assumed bool `json:"assumed,omitempty"`
}
