package graph

import (
	"context"
	"math/big"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/export"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/table"
)

func summaryQuery(in *model.FundingSummaryInput) *funding.Query {
	return &funding.Query{
		Filter: fundingFilter(in.Filter, nil), GroupBy: in.GroupBy, Measures: in.Measures, Currency: deref(in.Currency), RateSource: deref(in.RateSource),
		SectorVocabulary: in.SectorVocabulary, Order: fundingOrder(in.OrderBy),
	}
}

// flowsAsked are the transactions behind a figure, as they are sealed into a link.
type flowsAsked struct {
	Query    funding.Query
	Internal bool
}

func rowsQuery(in *model.FundingRowsInput) *flowsAsked {
	return &flowsAsked{funding.Query{
		Filter: fundingFilter(in.Filter, in.Only), Measures: in.Measures, Currency: deref(in.Currency), RateSource: deref(in.RateSource),
		SectorVocabulary: in.SectorVocabulary,
	}, in.Internal}
}

// keyTags are the HXL hashtags of what rows can be of.
var keyTags = map[funding.Dimension]string{
	funding.Year: "#date+year", funding.Quarter: "#date+quarter", funding.TransactionType: "#x_transaction+type", funding.Currency: "#currency",
	funding.Status: "#status", funding.Programme: "#activity+programme", funding.Area: "#subsector+area", funding.Activity: "#activity",
	funding.Provider: "#org+funder", funding.Receiver: "#org+impl", funding.Reporting: "#org+reporting", funding.Agreement: "#x_agreement",
	funding.Country: "#country", funding.Region: "#region", funding.SectorOf: "#sector", funding.SectorCategory: "#sector+category", funding.SDG: "#x_sdg",
	funding.Goals: "#x_sdg+named", funding.Marker: "#x_marker", funding.Significance: "#x_marker+significance",
}

// dimensionTitles are what rows can be of, in words.
var dimensionTitles = map[funding.Dimension]i18n.Message{
	funding.Year:            {EN: "Year", ES: "Año", FR: "Année"},
	funding.Quarter:         {EN: "Quarter", ES: "Trimestre", FR: "Trimestre"},
	funding.TransactionType: {EN: "Type", ES: "Tipo", FR: "Type"},
	funding.Currency:        {EN: "Currency", ES: "Moneda", FR: "Devise"},
	funding.Status:          {EN: "Status", ES: "Estado", FR: "État"},
	funding.Programme:       {EN: "Programme", ES: "Programa", FR: "Programme"},
	funding.Area:            {EN: "Priority area", ES: "Área prioritaria", FR: "Domaine prioritaire"},
	funding.Activity:        {EN: "Activity", ES: "Actividad", FR: "Activité"},
	funding.Provider:        {EN: "Provider", ES: "Proveedor", FR: "Fournisseur"},
	funding.Receiver:        {EN: "Receiver", ES: "Receptor", FR: "Bénéficiaire"},
	funding.Reporting:       {EN: "Reporting organisation", ES: "Organización informante", FR: "Organisation déclarante"},
	funding.Agreement:       {EN: "Agreement", ES: "Acuerdo", FR: "Accord"},
	funding.Country:         {EN: "Recipient country", ES: "País receptor", FR: "Pays bénéficiaire"},
	funding.Region:          {EN: "Region", ES: "Región", FR: "Région"},
	funding.SectorOf:        {EN: "Sector", ES: "Sector", FR: "Secteur"},
	funding.SectorCategory:  {EN: "Group of sectors", ES: "Grupo de sectores", FR: "Groupe de secteurs"},
	funding.SDG:             {EN: "Sustainable Development Goal", ES: "Objetivo de Desarrollo Sostenible", FR: "Objectif de développement durable"},
	funding.Goals:           {EN: "Goal named", ES: "Objetivo mencionado", FR: "Objectif mentionné"},
	funding.Marker:          {EN: "Policy marker", ES: "Marcador de política", FR: "Marqueur de politique"},
	funding.Significance:    {EN: "Significance", ES: "Importancia", FR: "Importance"},
}

// measureTitles are the kinds of money in words.
var measureTitles = map[funding.Measure]i18n.Message{
	funding.IncomingFunds:       {EN: "Incoming funds", ES: "Fondos recibidos", FR: "Fonds entrants"},
	funding.OutgoingCommitment:  {EN: "Outgoing commitments", ES: "Compromisos salientes", FR: "Engagements sortants"},
	funding.Disbursement:        {EN: "Disbursements", ES: "Desembolsos", FR: "Décaissements"},
	funding.Expenditure:         {EN: "Expenditure", ES: "Gastos", FR: "Dépenses"},
	funding.InterestPayment:     {EN: "Interest payments", ES: "Pagos de intereses", FR: "Paiements d'intérêts"},
	funding.LoanRepayment:       {EN: "Loan repayments", ES: "Reembolsos de préstamos", FR: "Remboursements de prêts"},
	funding.Reimbursement:       {EN: "Reimbursements", ES: "Reembolsos", FR: "Remboursements"},
	funding.PurchaseOfEquity:    {EN: "Purchase of equity", ES: "Compra de capital", FR: "Achat d'actions"},
	funding.SaleOfEquity:        {EN: "Sale of equity", ES: "Venta de capital", FR: "Vente d'actions"},
	funding.CreditGuarantee:     {EN: "Credit guarantees", ES: "Garantías de crédito", FR: "Garanties de crédit"},
	funding.IncomingCommitment:  {EN: "Incoming commitments", ES: "Compromisos entrantes", FR: "Engagements entrants"},
	funding.OutgoingPledge:      {EN: "Outgoing pledges", ES: "Promesas salientes", FR: "Promesses sortantes"},
	funding.IncomingPledge:      {EN: "Incoming pledges", ES: "Promesas entrantes", FR: "Promesses entrantes"},
	funding.Budget:              {EN: "Budgets", ES: "Presupuestos", FR: "Budgets"},
	funding.PlannedDisbursement: {EN: "Planned disbursements", ES: "Desembolsos previstos", FR: "Décaissements prévus"},
	funding.Spent:               {EN: "Disbursed and spent", ES: "Desembolsado y gastado", FR: "Décaissé et dépensé"},
	funding.Other:               {EN: "Other", ES: "Otros", FR: "Autres"},
}

// summarySheet is a summary with all of its rows.
func (r *Resolver) summarySheet(ctx context.Context, q *funding.Query) (export.Sheet, error) {
	s, err := r.funding.Summarise(ctx, *q)
	if err != nil {
		return export.Sheet{}, err
	}
	count := i18n.Message{EN: "Transactions", ES: "Transacciones", FR: "Transactions"}
	if slices.ContainsFunc(s.Measures, func(m funding.Measure) bool { return m == funding.Budget || m == funding.PlannedDisbursement }) {
		count = i18n.Message{EN: "Transactions and budgets", ES: "Transacciones y presupuestos", FR: "Transactions et budgets"}
	}
	share := i18n.Message{EN: "Share in per cent", ES: "Parte en porcentaje", FR: "Part en pour cent"}
	var columns []table.Column
	for _, d := range s.Dimensions {
		key := strings.ToLower(string(d))
		columns = append(columns,
			table.Column{Key: key + "_code", Title: title(ctx, dimensionTitles[d]) + " (" + title(ctx, i18n.Message{EN: "code", ES: "código", FR: "code"}) + ")", HXL: keyTags[d] + "+code"},
			table.Column{Key: key, Title: title(ctx, dimensionTitles[d]), HXL: keyTags[d] + "+name"})
	}
	for _, m := range s.Measures {
		key, tag := strings.ToLower(string(m)), strings.ReplaceAll(strings.ToLower(string(m)), "_", "")
		name, in := title(ctx, measureTitles[m]), ""
		if q.Currency != "" {
			name, in = name+" ("+q.Currency+")", "+"+strings.ToLower(q.Currency)
		}
		columns = append(columns,
			table.Column{Key: key, Title: name, HXL: "#value+" + tag + in, Kind: table.Number, Computed: true},
			table.Column{Key: key + "_share", Title: title(ctx, measureTitles[m]) + ": " + title(ctx, share), HXL: "#indicator+share+" + tag, Kind: table.Number, Computed: true})
	}
	columns = append(columns, table.Column{Key: "transactions", Title: title(ctx, count), HXL: "#meta+count", Kind: table.Number})
	return export.Sheet{
		Name: title(ctx, i18n.Message{EN: "Funding", ES: "Financiamiento", FR: "Financement"}), Columns: columns,
		Rows: func(yield func([]table.Cell, error) bool) {
			for _, row := range s.Rows {
				var cells []table.Cell
				for _, k := range row.Keys {
					cells = append(cells, table.Cell(deref(k.Code)), table.Cell(k.Name))
				}
				for _, a := range row.Amounts {
					cells = append(cells, exactCell(a.Exact()), table.Cell(a.Share))
				}
				if !yield(append(cells, number(row.Count)), nil) {
					return
				}
			}
		},
		Totals: func() [][]table.Cell { return summaryTotals(ctx, s) },
	}, nil
}

// summaryTotals are the rows of totals: one, or where nothing is converted one for each
// currency. The number of transactions is known of all of them together.
func summaryTotals(ctx context.Context, s *funding.Summary) [][]table.Cell {
	var out [][]table.Cell
	of := slices.Index(s.Dimensions, funding.Currency)
	for one := range slices.Chunk(s.Totals, max(len(s.Measures), 1)) {
		cells := make([]table.Cell, 2*len(s.Dimensions))
		if len(cells) > 0 {
			cells[0] = table.Cell(title(ctx, i18n.Message{EN: "Total", ES: "Total", FR: "Total"}))
		}
		if of >= 0 && s.Query.Currency == "" {
			cells[2*of+1] = codeName(ctx, codelist.Currency, one[0].Currency)
			if of > 0 {
				cells[2*of] = table.Cell(one[0].Currency)
			} else {
				cells[0] += table.Cell(" " + one[0].Currency)
			}
		}
		for _, a := range one {
			cells = append(cells, exactCell(a.Exact()), "")
		}
		count := table.Cell("")
		if len(s.Totals) == len(s.Measures) {
			count = number(s.Count)
		}
		out = append(out, append(cells, count))
	}
	return out
}

// exactCell is a sum to twelve decimals, without zeros at the end; empty for none.
func exactCell(r *big.Rat) table.Cell {
	if r == nil {
		return ""
	}
	s := money.Rounded(r, 12)
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return table.Cell(s)
}

// flowSheet are the transactions behind a figure, each with what it adds.
func (r *Resolver) flowSheet(ctx context.Context, f *flowsAsked) (export.Sheet, error) {
	conditions, err := r.funding.Conditions(ctx, f.Query, f.Internal)
	if err != nil {
		return export.Sheet{}, err
	}
	t := func(m i18n.Message) string { return title(ctx, m) }
	columns := append(transactionColumns(ctx), addedColumns(ctx)...)
	return export.Sheet{
		Name: t(i18n.Message{EN: "Flows", ES: "Flujos", FR: "Flux"}), Columns: columns,
		Rows: export.Pages(func(after uuid.UUID) ([]*ent.Transaction, error) {
			q := r.client.Transaction.Query().Where(transaction.IDGT(after)).Order(ent.Asc(transaction.FieldID)).Limit(export.PageSize)
			for _, c := range conditions {
				q.Where(func(s *sql.Selector) { c(s) })
			}
			return q.All(ctx)
		}, func(t *ent.Transaction) uuid.UUID { return t.ID }, func(rows []*ent.Transaction) ([][]table.Cell, error) {
			flows, err := r.funding.Flows(ctx, f.Query, rows)
			if err != nil {
				return nil, err
			}
			out := make([][]table.Cell, len(rows))
			for i, row := range batch.Join(rows) {
				cells, err := transactionCells(ctx, row)
				if err != nil {
					return nil, err
				}
				out[i] = append(cells, addedCells(flows[row.ID], row.ValueCurrency)...)
			}
			return out, nil
		}),
	}.Totalled(i18n.From(ctx), export.Sum{Amount: "amount", Currency: "currency"}, export.Sum{Amount: "adds", Currency: "adds_currency"}), nil
}

// addedColumns are what a row adds to a figure.
func addedColumns(ctx context.Context) []table.Column {
	t := func(m i18n.Message) string { return title(ctx, m) }
	return []table.Column{
		{Key: "part", Title: t(i18n.Message{EN: "Part in per cent", ES: "Parte en porcentaje", FR: "Part en pour cent"}), HXL: "#indicator+part", Kind: table.Number, Computed: true},
		{Key: "adds", Title: t(i18n.Message{EN: "Adds", ES: "Aporta", FR: "Ajoute"}), HXL: "#value+converted", Kind: table.Number, Computed: true},
		{Key: "adds_currency", Title: t(i18n.Message{EN: "Currency of what it adds", ES: "Moneda de lo que aporta", FR: "Devise de ce qu'elle ajoute"}), HXL: "#currency+converted"},
		{Key: "not_converted", Title: t(i18n.Message{EN: "Not converted because", ES: "No convertido porque", FR: "Non converti parce que"})},
	}
}

func addedCells(f *funding.Flow, published string) []table.Cell {
	if f == nil {
		return make([]table.Cell, 4)
	}
	in := f.Conversion.Currency
	if in == "" {
		in = published
	}
	if f.Exact == nil {
		in = ""
	}
	return []table.Cell{table.Cell(percent(f.Part)), exactCell(f.Exact), table.Cell(in), table.Cell(f.Conversion.Reason)}
}
