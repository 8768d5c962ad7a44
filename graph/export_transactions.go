package graph

import (
	"context"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/export"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/share"
	"acs-aec.org/hub/internal/table"
)

// title is the title of a column in the language of the file.
func title(ctx context.Context, m i18n.Message) string { return m.In(i18n.From(ctx)) }

func transactionColumns(ctx context.Context) []table.Column {
	t := func(m i18n.Message) string { return title(ctx, m) }
	return []table.Column{
		{Key: "id", Title: t(i18n.Message{EN: "Identifier", ES: "Identificador", FR: "Identifiant"})},
		{Key: "activity_identifier", Title: t(i18n.Message{EN: "Activity identifier", ES: "Identificador de la actividad", FR: "Identifiant de l'activité"}), HXL: "#activity+id"},
		{Key: "activity_title", Title: t(i18n.Message{EN: "Activity", ES: "Actividad", FR: "Activité"}), HXL: "#activity+name"},
		{Key: "type_code", Title: t(i18n.Message{EN: "Type code", ES: "Código del tipo", FR: "Code du type"}), HXL: "#x_transaction+type+code"},
		{Key: "type", Title: t(i18n.Message{EN: "Type", ES: "Tipo", FR: "Type"}), HXL: "#x_transaction+type+name"},
		{Key: "date", Title: t(i18n.Message{EN: "Date", ES: "Fecha", FR: "Date"}), HXL: "#date", Kind: table.Day},
		{Key: "value_date", Title: t(i18n.Message{EN: "Value date", ES: "Fecha de valor", FR: "Date de valeur"}), HXL: "#date+value", Kind: table.Day},
		{Key: "amount", Title: t(i18n.Message{EN: "Amount", ES: "Importe", FR: "Montant"}), HXL: "#value", Kind: table.Number},
		{Key: "currency", Title: t(i18n.Message{EN: "Currency", ES: "Moneda", FR: "Devise"}), HXL: "#currency+code"},
		{Key: "provider", Title: t(i18n.Message{EN: "Provider", ES: "Proveedor", FR: "Fournisseur"}), HXL: "#org+funder+name"},
		{Key: "provider_ref", Title: t(i18n.Message{EN: "Provider identifier", ES: "Identificador del proveedor", FR: "Identifiant du fournisseur"}), HXL: "#org+funder+code"},
		{Key: "receiver", Title: t(i18n.Message{EN: "Receiver", ES: "Receptor", FR: "Bénéficiaire"}), HXL: "#org+impl+name"},
		{Key: "receiver_ref", Title: t(i18n.Message{EN: "Receiver identifier", ES: "Identificador del receptor", FR: "Identifiant du bénéficiaire"}), HXL: "#org+impl+code"},
		{Key: "countries", Title: t(i18n.Message{EN: "Recipient countries", ES: "Países receptores", FR: "Pays bénéficiaires"}), HXL: "#country+code+list"},
		{Key: "sectors", Title: t(i18n.Message{EN: "Sectors", ES: "Sectores", FR: "Secteurs"}), HXL: "#sector+code+list"},
		{Key: "description", Title: t(i18n.Message{EN: "Description", ES: "Descripción", FR: "Description"}), HXL: "#description"},
		{Key: "humanitarian", Title: t(i18n.Message{EN: "Humanitarian", ES: "Humanitario", FR: "Humanitaire"}), Kind: table.Truth},
		{Key: "dataset", Title: t(i18n.Message{EN: "Dataset", ES: "Conjunto de datos", FR: "Ensemble de données"}), HXL: "#meta+source"},
	}
}

// transactionSheet is the list of transactions. Countries and sectors are those of
// the transaction, or of its activity where it has none of its own.
func (r *Resolver) transactionSheet(ctx context.Context, f *model.TransactionFilter) (export.Sheet, error) {
	return export.Sheet{
		Name: title(ctx, i18n.Message{EN: "Transactions", ES: "Transacciones", FR: "Transactions"}), Columns: transactionColumns(ctx),
		Rows: export.Pages(func(after uuid.UUID) ([]*ent.Transaction, error) {
			q := r.client.Transaction.Query().Where(transaction.IDGT(after)).Order(ent.Asc(transaction.FieldID)).Limit(export.PageSize)
			for _, c := range transactionConditions(f) {
				q.Where(func(s *sql.Selector) { c(s) })
			}
			return q.All(ctx)
		}, func(t *ent.Transaction) uuid.UUID { return t.ID }, func(rows []*ent.Transaction) ([][]table.Cell, error) {
			out := make([][]table.Cell, len(rows))
			for i, t := range batch.Join(rows) {
				var err error
				if out[i], err = transactionCells(ctx, t); err != nil {
					return nil, err
				}
			}
			return out, nil
		}),
	}.Totalled(i18n.From(ctx), export.Sum{Amount: "amount", Currency: "currency"}), nil
}

func transactionCells(ctx context.Context, t *ent.Transaction) ([]table.Cell, error) {
	a, err := t.Activity(ctx)
	if err != nil {
		return nil, err
	}
	own, err := t.AllAllocations(ctx)
	if err != nil {
		return nil, err
	}
	var shared []*ent.Allocation
	var identifier, name, dataset string
	if a != nil {
		identifier, name, dataset = a.IatiIdentifier, a.TitleText().Speak(ctx, nil), a.DatasetName
		if shared, err = a.AllAllocations(ctx); err != nil {
			return nil, err
		}
	}
	provider, err := partyName(ctx, t.ProviderName, t.Provider)
	if err != nil {
		return nil, err
	}
	receiver, err := partyName(ctx, t.ReceiverName, t.Receiver)
	if err != nil {
		return nil, err
	}
	return []table.Cell{
		table.Cell(id.Format(t.ID)), table.Cell(identifier), table.Cell(name), table.Cell(t.TypeCode), codeName(ctx, codelist.TransactionType, t.TypeCode),
		dayCell(t.Date), dayCell(t.ValueDate), amountCell(t.ValuePublished, t.ValueMicro), table.Cell(t.ValueCurrency),
		provider, table.Cell(t.ProviderRef), receiver, table.Cell(t.ReceiverRef),
		shareCell(own, shared, allocation.DimensionCountry), shareCell(own, shared, allocation.DimensionSector),
		table.Cell(t.DescriptionText().Speak(ctx, nil)), table.Bool(t.Humanitarian), table.Cell(dataset),
	}, nil
}

// partyName is the name of a provider or receiver as published, or else of the
// organisation that is known here.
func partyName(ctx context.Context, published string, of func(context.Context) (*ent.Organisation, error)) (table.Cell, error) {
	o, err := of(ctx)
	if err != nil || published != "" || o == nil {
		return table.Cell(published), err
	}
	return table.Cell(o.NameText().Speak(ctx, nil)), nil
}

// codeName is the name of a code; a code that is not known names itself.
func codeName(ctx context.Context, list, code string) table.Cell {
	i := codelist.Of(list, code)
	if i == nil {
		return ""
	}
	return table.Cell(i.Speak(ctx, nil))
}

func dayCell(d *date.Date) table.Cell {
	if d == nil {
		return ""
	}
	return table.Cell(*d)
}

func amountCell(published string, micro *int64) table.Cell {
	if micro == nil {
		if _, ok := money.Exact(published); !ok {
			return ""
		}
		return table.Cell(plain(published)) // more digits than millionths have
	}
	return table.Cell(plain(money.Written(published, *micro)))
}

// plain is a published number as every program reads it: without a plus sign, zeros
// in front, or a lonely point. Its value and its decimals stay.
func plain(number string) string {
	number = strings.TrimSuffix(strings.TrimPrefix(number, "+"), ".")
	digits, negative := strings.CutPrefix(number, "-")
	digits = strings.TrimLeft(digits, "0")
	if digits == "" || digits[0] == '.' {
		digits = "0" + digits
	}
	if negative {
		return "-" + digits
	}
	return digits
}

// shareCell lists the codes with their percentages: "CR 40; PA 60".
func shareCell(own, shared []*ent.Allocation, d allocation.Dimension) table.Cell {
	rows := share.Of(own, d)
	if len(rows) == 0 {
		rows = share.Of(shared, d)
	}
	parts := make([]string, len(rows))
	for i, a := range rows {
		parts[i] = a.Code
		if d != allocation.DimensionCountry && a.Vocabulary != "" && a.Vocabulary != "1" {
			parts[i] = a.Vocabulary + ":" + a.Code
		}
		if p := percentageOf(a); p != nil {
			parts[i] += " " + *p
		}
	}
	return table.Cell(strings.Join(parts, "; "))
}
