package tabular

import (
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/i18n"
)

// Form is what the text of a field must be.
type Form int

// The forms.
const (
	Free     Form = iota // any text
	Line                 // a text on one line
	Code                 // an identifier: no white space inside
	Amount               // an exact decimal number
	Measured             // a decimal number that was measured: what is finer than six decimals is rounded, half away from zero
	Day                  // YYYY-MM-DD
	Year                 // YYYY
	Currency             // three capital letters
	Country              // an ISO 3166-1 code of two letters, or a country's name
	Listed               // a code of a list, or its name in a language
	Truth                // yes or no
	Address              // an http or https address
	List                 // several codes, with semicolons between them
)

// Field is what a row of a kind of table says.
type Field struct {
	Key      string
	Title    i18n.Message
	Form     Form
	Required bool
	// Most is how many characters it may have.
	Most int
	// Codes names the list of a Listed field.
	Codes string
}

// Kind is a kind of table.
type Kind struct {
	Name   string
	Title  i18n.Message
	Fields []Field
}

// The kinds. Transactions are those of the ACS's own activities.
var (
	Transactions = &Kind{
		Name:  "transactions",
		Title: i18n.Message{EN: "Transactions", ES: "Transacciones", FR: "Transactions"},
		Fields: []Field{
			{Key: "activity_identifier", Form: Line, Required: true, Most: 400, Title: i18n.Message{EN: "Activity identifier", ES: "Identificador de la actividad", FR: "Identifiant de l'activité"}},
			{Key: "ref", Form: Line, Required: true, Most: 400, Title: i18n.Message{EN: "Reference", ES: "Referencia", FR: "Référence"}},
			{Key: "type", Form: Listed, Codes: codelist.TransactionType, Required: true, Most: 100, Title: i18n.Message{EN: "Type", ES: "Tipo", FR: "Type"}},
			{Key: "date", Form: Day, Required: true, Title: i18n.Message{EN: "Date", ES: "Fecha", FR: "Date"}},
			{Key: "amount", Form: Amount, Required: true, Title: i18n.Message{EN: "Amount", ES: "Importe", FR: "Montant"}},
			{Key: "currency", Form: Currency, Required: true, Title: i18n.Message{EN: "Currency", ES: "Moneda", FR: "Devise"}},
			{Key: "value_date", Form: Day, Title: i18n.Message{EN: "Value date", ES: "Fecha de valor", FR: "Date de valeur"}},
			{Key: "description", Form: Free, Most: 10_000, Title: i18n.Message{EN: "Description", ES: "Descripción", FR: "Description"}},
			{Key: "provider", Form: Line, Most: 1000, Title: i18n.Message{EN: "Provider", ES: "Proveedor", FR: "Fournisseur"}},
			{Key: "provider_ref", Form: Line, Most: 400, Title: i18n.Message{EN: "Provider identifier", ES: "Identificador del proveedor", FR: "Identifiant du fournisseur"}},
			{Key: "provider_activity", Form: Line, Most: 400, Title: i18n.Message{EN: "Provider activity", ES: "Actividad del proveedor", FR: "Activité du fournisseur"}},
			{Key: "receiver", Form: Line, Most: 1000, Title: i18n.Message{EN: "Receiver", ES: "Receptor", FR: "Bénéficiaire"}},
			{Key: "receiver_ref", Form: Line, Most: 400, Title: i18n.Message{EN: "Receiver identifier", ES: "Identificador del receptor", FR: "Identifiant du bénéficiaire"}},
			{Key: "receiver_activity", Form: Line, Most: 400, Title: i18n.Message{EN: "Receiver activity", ES: "Actividad del receptor", FR: "Activité du bénéficiaire"}},
		},
	}
	Opportunities = &Kind{
		Name:  "opportunities",
		Title: i18n.Message{EN: "Funding opportunities", ES: "Oportunidades de financiamiento", FR: "Opportunités financières"},
		Fields: []Field{
			{Key: "source", Form: Line, Required: true, Most: 200, Title: i18n.Message{EN: "Source", ES: "Fuente", FR: "Source"}},
			{Key: "source_id", Form: Line, Required: true, Most: 200, Title: i18n.Message{EN: "Source identifier", ES: "Identificador de la fuente", FR: "Identifiant de la source"}},
			{Key: "title", Form: Line, Required: true, Most: 400, Title: i18n.Message{EN: "Title", ES: "Título", FR: "Titre"}},
			{Key: "description", Form: Free, Most: 10_000, Title: i18n.Message{EN: "Description", ES: "Descripción", FR: "Description"}},
			{Key: "language", Form: Code, Most: 2, Title: i18n.Message{EN: "Language", ES: "Idioma", FR: "Langue"}},
			{Key: "donor", Form: Line, Most: 400, Title: i18n.Message{EN: "Donor", ES: "Donante", FR: "Bailleur de fonds"}},
			{Key: "donor_ref", Form: Line, Most: 200, Title: i18n.Message{EN: "Donor identifier", ES: "Identificador del donante", FR: "Identifiant du bailleur"}},
			{Key: "opens", Form: Day, Title: i18n.Message{EN: "Opens", ES: "Abre", FR: "Ouvre"}},
			{Key: "closes", Form: Day, Title: i18n.Message{EN: "Closes", ES: "Cierra", FR: "Clôture"}},
			{Key: "minimum", Form: Amount, Title: i18n.Message{EN: "Minimum amount", ES: "Importe mínimo", FR: "Montant minimal"}},
			{Key: "maximum", Form: Amount, Title: i18n.Message{EN: "Maximum amount", ES: "Importe máximo", FR: "Montant maximal"}},
			{Key: "currency", Form: Currency, Title: i18n.Message{EN: "Currency", ES: "Moneda", FR: "Devise"}},
			{Key: "eligibility", Form: Free, Most: 10_000, Title: i18n.Message{EN: "Eligibility", ES: "Elegibilidad", FR: "Éligibilité"}},
			{Key: "url", Form: Address, Most: 2000, Title: i18n.Message{EN: "Web address", ES: "Dirección web", FR: "Adresse web"}},
			{Key: "countries", Form: List, Most: 400, Title: i18n.Message{EN: "Countries", ES: "Países", FR: "Pays"}},
			{Key: "sectors", Form: List, Most: 400, Title: i18n.Message{EN: "Sectors", ES: "Sectores", FR: "Secteurs"}},
		},
	}
	// AidStatistics tell what a donor gave to a country in a year, as compiled by
	// somebody: the Creditor Reporting System of the OECD's DAC, for example.
	AidStatistics = &Kind{
		Name:  "aid-statistics",
		Title: i18n.Message{EN: "Aid statistics", ES: "Estadísticas de la ayuda", FR: "Statistiques de l'aide"},
		Fields: []Field{
			{Key: "source", Form: Line, Required: true, Most: 200, Title: i18n.Message{EN: "Source", ES: "Fuente", FR: "Source"}},
			{Key: "year", Form: Year, Required: true, Title: i18n.Message{EN: "Year", ES: "Año", FR: "Année"}},
			{Key: "recipient", Form: Country, Required: true, Most: 100, Title: i18n.Message{EN: "Recipient", ES: "Receptor", FR: "Bénéficiaire"}},
			{Key: "donor", Form: Line, Required: true, Most: 400, Title: i18n.Message{EN: "Donor", ES: "Donante", FR: "Bailleur de fonds"}},
			{Key: "donor_ref", Form: Line, Most: 200, Title: i18n.Message{EN: "Donor identifier", ES: "Identificador del donante", FR: "Identifiant du bailleur"}},
			{Key: "amount", Form: Measured, Required: true, Title: i18n.Message{EN: "Amount", ES: "Importe", FR: "Montant"}},
			{Key: "currency", Form: Currency, Required: true, Title: i18n.Message{EN: "Currency", ES: "Moneda", FR: "Devise"}},
		},
	}
)

// Kinds are all kinds.
func Kinds() []*Kind { return []*Kind{Transactions, Opportunities, AidStatistics} }

// Find is the kind of this name; nil if there is none.
func Find(name string) *Kind {
	for _, k := range Kinds() {
		if k.Name == name {
			return k
		}
	}
	return nil
}

func (k *Kind) field(key string) *Field {
	for i := range k.Fields {
		if k.Fields[i].Key == key {
			return &k.Fields[i]
		}
	}
	return nil
}
