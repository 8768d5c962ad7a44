package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/budget"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/export"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/table"
)

// budgetsQuery asks for budgets of both kinds where no measure is named.
func budgetsQuery(in *model.FundingRowsInput) *flowsAsked {
	asked := rowsQuery(in)
	if asked.Query.Measures == nil {
		asked.Query.Measures = []funding.Measure{funding.Budget, funding.PlannedDisbursement}
	}
	return asked
}

// budgetSheet are the budgets behind a figure, each with what it adds, or with why
// it is left out.
func (r *Resolver) budgetSheet(ctx context.Context, f *flowsAsked) (export.Sheet, error) {
	conditions, err := r.funding.BudgetConditions(ctx, f.Query, f.Internal)
	if err != nil {
		return export.Sheet{}, err
	}
	t := func(m i18n.Message) string { return title(ctx, m) }
	columns := append([]table.Column{
		{Key: "id", Title: t(i18n.Message{EN: "Identifier", ES: "Identificador", FR: "Identifiant"})},
		{Key: "activity_identifier", Title: t(i18n.Message{EN: "Activity identifier", ES: "Identificador de la actividad", FR: "Identifiant de l'activité"}), HXL: "#activity+id"},
		{Key: "activity_title", Title: t(i18n.Message{EN: "Activity", ES: "Actividad", FR: "Activité"}), HXL: "#activity+name"},
		{Key: "kind", Title: t(i18n.Message{EN: "Kind", ES: "Clase", FR: "Nature"}), HXL: "#x_budget+kind"},
		{Key: "type_code", Title: t(i18n.Message{EN: "Type code", ES: "Código del tipo", FR: "Code du type"}), HXL: "#x_budget+type+code"},
		{Key: "type", Title: t(i18n.Message{EN: "Type", ES: "Tipo", FR: "Type"}), HXL: "#x_budget+type+name"},
		{Key: "status_code", Title: t(i18n.Message{EN: "Status code", ES: "Código del estado", FR: "Code de l'état"}), HXL: "#status+code"},
		{Key: "period_start", Title: t(i18n.Message{EN: "First day", ES: "Primer día", FR: "Premier jour"}), HXL: "#date+start", Kind: table.Day},
		{Key: "period_end", Title: t(i18n.Message{EN: "Last day", ES: "Último día", FR: "Dernier jour"}), HXL: "#date+end", Kind: table.Day},
		{Key: "value_date", Title: t(i18n.Message{EN: "Value date", ES: "Fecha de valor", FR: "Date de valeur"}), HXL: "#date+value", Kind: table.Day},
		{Key: "amount", Title: t(i18n.Message{EN: "Amount", ES: "Importe", FR: "Montant"}), HXL: "#value", Kind: table.Number},
		{Key: "currency", Title: t(i18n.Message{EN: "Currency", ES: "Moneda", FR: "Devise"}), HXL: "#currency+code"},
		{Key: "provider", Title: t(i18n.Message{EN: "Provider", ES: "Proveedor", FR: "Fournisseur"}), HXL: "#org+funder+name"},
		{Key: "receiver", Title: t(i18n.Message{EN: "Receiver", ES: "Receptor", FR: "Bénéficiaire"}), HXL: "#org+impl+name"},
		{Key: "dataset", Title: t(i18n.Message{EN: "Dataset", ES: "Conjunto de datos", FR: "Ensemble de données"}), HXL: "#meta+source"},
	}, addedColumns(ctx)...)
	columns = append(columns,
		table.Column{Key: "left_out", Title: t(i18n.Message{EN: "Left out because", ES: "Excluido porque", FR: "Exclu parce que"})},
		table.Column{Key: "counts_in", Title: t(i18n.Message{EN: "Counts in", ES: "Cuenta en", FR: "Compte dans"}), HXL: "#activity+id+counterpart"},
	)
	return export.Sheet{
		Name: t(i18n.Message{EN: "Budgets", ES: "Presupuestos", FR: "Budgets"}), Columns: columns,
		Rows: export.Pages(func(after uuid.UUID) ([]*ent.Budget, error) {
			q := r.client.Budget.Query().Where(budget.IDGT(after)).Order(ent.Asc(budget.FieldID)).Limit(export.PageSize)
			for _, c := range conditions {
				q.Where(func(s *sql.Selector) { c(s) })
			}
			return q.All(ctx)
		}, func(b *ent.Budget) uuid.UUID { return b.ID }, func(rows []*ent.Budget) ([][]table.Cell, error) {
			flows, err := r.funding.BudgetFlows(ctx, f.Query, rows)
			if err != nil {
				return nil, err
			}
			elsewhere, err := r.funding.Elsewhere(ctx, f.Query, rows)
			if err != nil {
				return nil, err
			}
			out := make([][]table.Cell, len(rows))
			for i, row := range batch.Join(rows) {
				if out[i], err = budgetCells(ctx, row); err != nil {
					return nil, err
				}
				reason, in := "", ""
				if e := elsewhere[row.ID]; e != nil {
					reason = string(e.Reason)
					if e.Activity != nil {
						in = e.Activity.IatiIdentifier
					}
				}
				out[i] = append(append(out[i], addedCells(flows[row.ID], row.ValueCurrency)...), table.Cell(reason), table.Cell(in))
			}
			return out, nil
		}),
	}.Totalled(i18n.From(ctx), export.Sum{Amount: "amount", Currency: "currency"}, export.Sum{Amount: "adds", Currency: "adds_currency"}), nil
}

func budgetCells(ctx context.Context, b *ent.Budget) ([]table.Cell, error) {
	a, err := b.Activity(ctx)
	if err != nil {
		return nil, err
	}
	var identifier, name, dataset string
	if a != nil {
		identifier, name, dataset = a.IatiIdentifier, a.TitleText().Speak(ctx, nil), a.DatasetName
	}
	provider, err := partyName(ctx, b.ProviderName, b.Provider)
	if err != nil {
		return nil, err
	}
	receiver, err := partyName(ctx, b.ReceiverName, b.Receiver)
	if err != nil {
		return nil, err
	}
	return []table.Cell{
		table.Cell(id.Format(b.ID)), table.Cell(identifier), table.Cell(name), table.Cell(b.Kind), table.Cell(b.TypeCode),
		codeName(ctx, codelist.BudgetType, b.TypeCode), table.Cell(b.StatusCode), dayCell(b.PeriodStart), dayCell(b.PeriodEnd), dayCell(b.ValueDate),
		amountCell(b.ValuePublished, b.ValueMicro), table.Cell(b.ValueCurrency), provider, receiver, table.Cell(dataset),
	}, nil
}
