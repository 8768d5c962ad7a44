package funding

import (
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

// Query asks for a summary. Its JSON is what saved queries are kept as: fields are
// added and never renamed.
type Query struct {
	Filter Filter `json:"filter,omitzero"`
	// GroupBy are up to three dimensions, each once; none: one row.
	GroupBy []Dimension `json:"groupBy,omitempty"`
	// Measures are the columns, in this order; none: those of which there is money.
	Measures []Measure `json:"measures,omitempty"`
	// Currency is what amounts are converted to; "": they are not, and each row is of
	// one currency.
	Currency string `json:"currency,omitempty"`
	// RateSource is whose exchange rates alone to use; "": the source that counts.
	RateSource string `json:"rateSource,omitempty"`
	// SectorVocabulary is that of the dimension Sector; "" is the DAC's five digits.
	SectorVocabulary string `json:"sectorVocabulary,omitempty"`
	// Order is how the rows run; nil: by their keys.
	Order *Order `json:"order,omitempty"`
	// First is how many rows to give; 0: all.
	First int `json:"first,omitempty"`

	standing bool // the organisations that it names were merged into no other: see Standing
}

// Filter says of which flows of which activities. A nil list or pointer does not
// restrict; an empty list admits nothing, also after it was kept as JSON.
type Filter struct {
	// Conditions on activities.
	Activities    []uuid.UUID `json:"activities,omitzero"`
	Origin        *string     `json:"origin,omitempty"` // OWN, IMPORTED
	Statuses      []string    `json:"statuses,omitzero"`
	Programmes    []uuid.UUID `json:"programmes,omitzero"`
	Areas         []string    `json:"areas,omitzero"`
	Agreements    []uuid.UUID `json:"agreements,omitzero"`
	Reporting     []uuid.UUID `json:"reporting,omitzero"`
	ReportingRefs []string    `json:"reportingRefs,omitzero"`
	Participants  []uuid.UUID `json:"participants,omitzero"`
	Datasets      []string    `json:"datasets,omitzero"`
	Run           *uuid.UUID  `json:"run,omitempty"`
	Identifiers   []string    `json:"identifiers,omitzero"`
	Text          *string     `json:"text,omitempty"`
	// Vanished selects activities too that their datasets do not have any more.
	Vanished bool `json:"vanished,omitempty"`
	// Conditions on flows.
	Types        []string    `json:"types,omitzero"`
	From         *date.Date  `json:"from,omitempty"`
	To           *date.Date  `json:"to,omitempty"`
	Currencies   []string    `json:"currencies,omitzero"`
	Providers    []uuid.UUID `json:"providers,omitzero"`
	Receivers    []uuid.UUID `json:"receivers,omitzero"`
	Parties      []uuid.UUID `json:"parties,omitzero"` // provider or receiver
	Humanitarian *bool       `json:"humanitarian,omitempty"`
	Countries    []string    `json:"countries,omitzero"`
	Regions      []string    `json:"regions,omitzero"`
	Sectors      *Sectors    `json:"sectors,omitempty"`
	Goals        []string    `json:"goals,omitzero"`
	Markers      *Markers    `json:"markers,omitempty"`
	// Keys are those of a row of a summary with the same filter: only what is in it.
	Keys []KeyOf `json:"keys,omitzero"`
}

// Sectors are sectors of one vocabulary.
type Sectors struct {
	Vocabulary string   `json:"vocabulary"`
	Codes      []string `json:"codes"`
}

// Markers are policies by their DAC codes; without significances, as far as they are
// served.
type Markers struct {
	Codes         []string `json:"codes"`
	Significances []string `json:"significances,omitzero"`
}

// KeyOf is a key of a row: the code of a dimension, nil for what has none.
type KeyOf struct {
	Dimension Dimension `json:"dimension"`
	Code      *string   `json:"code"`
}

// Order is how rows run; ties by their keys.
type Order struct {
	By OrderField `json:"by"`
	// Measure is the one that Amount and Count look at; "": the first of the answer.
	Measure Measure `json:"measure,omitempty"`
	Desc    bool    `json:"desc,omitempty"`
}

// OrderField is what rows can be ordered by.
type OrderField string

// The fields.
const (
	ByKey    OrderField = "KEY"
	ByAmount OrderField = "AMOUNT"
	ByCount  OrderField = "COUNT"
)

// MostRows is how many rows a summary gives at most where it is asked for a number.
const MostRows = 1000

// mostDimensions is by how many dimensions one may group.
const mostDimensions = 3

var (
	msgDimensions = i18n.Message{
		EN: "Group by at most %d dimensions, each once.", ES: "Agrupe por %d dimensiones como máximo, cada una una vez.",
		FR: "Regroupez selon %d dimensions au plus, chacune une fois.",
	}
	msgUnknown  = i18n.Message{EN: "%q is not known here.", ES: "%q no se conoce aquí.", FR: "%q n'est pas connu ici."}
	msgTwice    = i18n.Message{EN: "This stands here twice.", ES: "Esto figura dos veces.", FR: "Ceci figure deux fois."}
	msgNoColumn = i18n.Message{
		EN: "The rows have no column %s to order them by: name it in measures too.",
		ES: "Las filas no tienen ninguna columna %s por la que ordenarlas: indíquela también en measures.",
		FR: "Les lignes n'ont pas de colonne %s selon laquelle les trier : indiquez-la aussi dans measures.",
	}
	msgFirst = i18n.Message{
		EN: "Ask for 1 to %d rows.", ES: "Pida de 1 a %d filas.", FR: "Demandez de 1 à %d lignes.",
	}
	msgOneVocabulary = i18n.Message{
		EN: "Money is split by one vocabulary of sectors at a time: these are of several.",
		ES: "El dinero se reparte según un solo vocabulario de sectores a la vez: estos son de varios.",
		FR: "L'argent est réparti selon un seul vocabulaire de secteurs à la fois : ceux-ci relèvent de plusieurs.",
	}
)

// Check refuses what can't be asked: INVALID_INPUT with the argument at fault.
func (q Query) Check() error {
	if len(q.GroupBy) > mostDimensions {
		return apperr.Invalid("groupBy", msgDimensions, mostDimensions).With("limit", mostDimensions)
	}
	for i, d := range q.GroupBy {
		if !d.known() {
			return apperr.Invalid("groupBy", msgUnknown, string(d))
		}
		if slices.Contains(q.GroupBy[:i], d) {
			return apperr.Invalid("groupBy", msgDimensions, mostDimensions).With("limit", mostDimensions)
		}
	}
	for i, m := range q.Measures {
		if !m.known() {
			return apperr.Invalid("measures", msgUnknown, string(m))
		}
		if slices.Contains(q.Measures[:i], m) {
			return apperr.Invalid("measures", msgTwice)
		}
	}
	if q.Currency != "" && !codelist.Find(codelist.Currency).Has(q.Currency) {
		return apperr.Invalid("currency", msgUnknown, q.Currency)
	}
	if q.First < 0 || q.First > MostRows {
		return apperr.Invalid("first", msgFirst, MostRows).With("limit", MostRows)
	}
	if q.Order != nil {
		if !slices.Contains([]OrderField{ByKey, ByAmount, ByCount}, q.Order.By) {
			return apperr.Invalid("orderBy", msgUnknown, string(q.Order.By))
		}
		if m := q.Order.Measure; m != "" && !m.known() {
			return apperr.Invalid("orderBy.measure", msgUnknown, string(m))
		} else if m != "" && !q.column(m) {
			return apperr.Invalid("orderBy.measure", msgNoColumn, string(m))
		}
	}
	_, err := splitOf(q)
	return err
}

// column says whether rows may have a column of the measure: it is asked for, or comes
// unasked.
func (q Query) column(m Measure) bool {
	if len(q.Measures) > 0 {
		return slices.Contains(q.Measures, m)
	}
	return m != Spent && !m.planned()
}

// vocabulary is that of the dimension Sector.
func (q Query) vocabulary() string {
	if q.SectorVocabulary == "" {
		return dac
	}
	return q.SectorVocabulary
}

// dimensions are those of the rows: those asked for, and the currency where nothing
// is converted.
func (q Query) dimensions() []Dimension {
	if q.Currency != "" || slices.Contains(q.GroupBy, Currency) {
		return q.GroupBy
	}
	return append(q.GroupBy[:len(q.GroupBy):len(q.GroupBy)], Currency)
}
