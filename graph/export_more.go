package graph

import (
	"context"
	"strconv"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/aidstatistic"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/export"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/table"
)

func number(n int) table.Cell { return table.Cell(strconv.Itoa(n)) }

// opportunitySheet is the list of funding opportunities, in the language of each
// original: it can be brought in again.
func (r *Resolver) opportunitySheet(ctx context.Context, f *model.OpportunityFilter) (export.Sheet, error) {
	conditions, err := r.opportunityConditions(ctx, f)
	if err != nil {
		return export.Sheet{}, err
	}
	t := func(m i18n.Message) string { return title(ctx, m) }
	return export.Sheet{
		Name: t(i18n.Message{EN: "Funding opportunities", ES: "Oportunidades de financiamiento", FR: "Opportunités financières"}),
		Columns: []table.Column{
			{Key: "source", Title: t(i18n.Message{EN: "Source", ES: "Fuente", FR: "Source"}), HXL: "#meta+source"},
			{Key: "source_id", Title: t(i18n.Message{EN: "Source identifier", ES: "Identificador de la fuente", FR: "Identifiant de la source"}), HXL: "#meta+id"},
			{Key: "language", Title: t(i18n.Message{EN: "Language", ES: "Idioma", FR: "Langue"}), HXL: "#meta+language"},
			{Key: "title", Title: t(i18n.Message{EN: "Title", ES: "Título", FR: "Titre"}), HXL: "#activity+name"},
			{Key: "description", Title: t(i18n.Message{EN: "Description", ES: "Descripción", FR: "Description"}), HXL: "#description"},
			{Key: "donor", Title: t(i18n.Message{EN: "Donor", ES: "Donante", FR: "Bailleur de fonds"}), HXL: "#org+funder+name"},
			{Key: "opens", Title: t(i18n.Message{EN: "Opens", ES: "Abre", FR: "Ouvre"}), HXL: "#date+start", Kind: table.Day},
			{Key: "closes", Title: t(i18n.Message{EN: "Closes", ES: "Cierra", FR: "Clôture"}), HXL: "#date+end", Kind: table.Day},
			{Key: "minimum", Title: t(i18n.Message{EN: "Minimum amount", ES: "Importe mínimo", FR: "Montant minimal"}), HXL: "#value+min", Kind: table.Number},
			{Key: "maximum", Title: t(i18n.Message{EN: "Maximum amount", ES: "Importe máximo", FR: "Montant maximal"}), HXL: "#value+max", Kind: table.Number},
			{Key: "currency", Title: t(i18n.Message{EN: "Currency", ES: "Moneda", FR: "Devise"}), HXL: "#currency+code"},
			{Key: "countries", Title: t(i18n.Message{EN: "Countries", ES: "Países", FR: "Pays"}), HXL: "#country+code+list"},
			{Key: "url", Title: t(i18n.Message{EN: "Web address", ES: "Dirección web", FR: "Adresse web"}), HXL: "#meta+url"},
			{Key: "status", Title: t(i18n.Message{EN: "Status", ES: "Estado", FR: "État"}), HXL: "#status"},
		},
		Rows: export.Pages(func(after uuid.UUID) ([]*ent.Opportunity, error) {
			q := r.client.Opportunity.Query().Where(opportunity.IDGT(after)).Order(ent.Asc(opportunity.FieldID)).Limit(export.PageSize)
			for _, c := range conditions {
				q.Where(func(s *sql.Selector) { c(s) })
			}
			return q.All(ctx)
		}, func(o *ent.Opportunity) uuid.UUID { return o.ID }, func(rows []*ent.Opportunity) ([][]table.Cell, error) {
			out := make([][]table.Cell, len(rows))
			for i, o := range batch.Join(rows) {
				donor, err := partyName(ctx, "", o.Donor)
				if err != nil {
					return nil, err
				}
				lang := o.TitleText().Authentic // what is brought in again must be the original
				currency := o.MaximumCurrency
				if currency == "" {
					currency = o.MinimumCurrency
				}
				out[i] = []table.Cell{
					table.Cell(o.Source), table.Cell(deref(o.SourceID)), table.Cell(lang), table.Cell(o.TitleText().Get(lang)), table.Cell(o.DescriptionText().Get(lang)),
					donor, dayCell(o.Opens), dayCell(o.Closes), amountCell(o.MinimumPublished, o.MinimumMicro), amountCell(o.MaximumPublished, o.MaximumMicro),
					table.Cell(currency), table.Cell(strings.Join(o.Countries, ";")), table.Cell(o.URL),
					table.Cell(deref(ifFollowed(ctx, r.opportunities.Status(o)))),
				}
			}
			return out, nil
		}),
	}.Totalled(i18n.From(ctx), export.Sum{Amount: "minimum", Currency: "currency"}, export.Sum{Amount: "maximum", Currency: "currency"}), nil
}

// statisticSheet is the list of aid statistics. It can be brought in again.
func (r *Resolver) statisticSheet(ctx context.Context, f *model.AidStatisticFilter) (export.Sheet, error) {
	t := func(m i18n.Message) string { return title(ctx, m) }
	return export.Sheet{
		Name: t(i18n.Message{EN: "Aid statistics", ES: "Estadísticas de la ayuda", FR: "Statistiques de l'aide"}),
		Columns: []table.Column{
			{Key: "source", Title: t(i18n.Message{EN: "Source", ES: "Fuente", FR: "Source"}), HXL: "#meta+source"},
			{Key: "year", Title: t(i18n.Message{EN: "Year", ES: "Año", FR: "Année"}), HXL: "#date+year", Kind: table.Number},
			{Key: "recipient", Title: t(i18n.Message{EN: "Recipient", ES: "Receptor", FR: "Bénéficiaire"}), HXL: "#country+code"},
			{Key: "donor", Title: t(i18n.Message{EN: "Donor", ES: "Donante", FR: "Bailleur de fonds"}), HXL: "#org+funder+name"},
			{Key: "amount", Title: t(i18n.Message{EN: "Amount", ES: "Importe", FR: "Montant"}), HXL: "#value", Kind: table.Number},
			{Key: "currency", Title: t(i18n.Message{EN: "Currency", ES: "Moneda", FR: "Devise"}), HXL: "#currency+code"},
		},
		Rows: export.Pages(func(after uuid.UUID) ([]*ent.AidStatistic, error) {
			q := r.client.AidStatistic.Query().Where(aidstatistic.IDGT(after)).Order(ent.Asc(aidstatistic.FieldID)).Limit(export.PageSize)
			for _, c := range aidStatisticConditions(f) {
				q.Where(func(s *sql.Selector) { c(s) })
			}
			return q.All(ctx)
		}, func(a *ent.AidStatistic) uuid.UUID { return a.ID }, func(rows []*ent.AidStatistic) ([][]table.Cell, error) {
			out := make([][]table.Cell, len(rows))
			for i, a := range batch.Join(rows) {
				donor, err := a.Donor(ctx)
				if err != nil {
					return nil, err
				}
				name := ""
				if donor != nil {
					name = donor.Name
				}
				out[i] = []table.Cell{
					table.Cell(a.Source), number(a.Year), table.Cell(a.RecipientCode), table.Cell(name), amountCell(a.ValuePublished, a.ValueMicro),
					table.Cell(a.ValueCurrency),
				}
			}
			return out, nil
		}),
	}.Totalled(i18n.From(ctx), export.Sum{Amount: "amount", Currency: "currency"}), nil
}

// prospectSheet is the list of prospects by score, with a row for each year of the
// evidence.
func (r *Resolver) prospectSheet(ctx context.Context, f *model.ProspectFilter) (export.Sheet, error) {
	t := func(m i18n.Message) string { return title(ctx, m) }
	yes := map[bool]table.Cell{true: "true", false: "false"}
	return export.Sheet{
		Name: t(i18n.Message{EN: "Prospects", ES: "Posibles socios", FR: "Partenaires potentiels"}),
		Columns: []table.Column{
			{Key: "donor", Title: t(i18n.Message{EN: "Donor", ES: "Donante", FR: "Bailleur de fonds"}), HXL: "#org+funder+name"},
			{Key: "score", Title: t(i18n.Message{EN: "Score", ES: "Puntuación", FR: "Note"}), HXL: "#indicator+score", Kind: table.Number},
			{Key: "agreement_in_force", Title: t(i18n.Message{EN: "Agreement in force", ES: "Acuerdo en vigor", FR: "Accord en vigueur"}), Kind: table.Truth},
			{Key: "observer", Title: t(i18n.Message{EN: "Observer", ES: "Observador", FR: "Observateur"}), Kind: table.Truth},
			{Key: "year", Title: t(i18n.Message{EN: "Year", ES: "Año", FR: "Année"}), HXL: "#date+year", Kind: table.Number},
			{Key: "statistics", Title: t(i18n.Message{EN: "Statistics (USD)", ES: "Estadísticas (USD)", FR: "Statistiques (USD)"}), HXL: "#value+statistics+usd", Kind: table.Number, Computed: true},
			{Key: "published", Title: t(i18n.Message{EN: "Published activities (USD)", ES: "Actividades publicadas (USD)", FR: "Activités publiées (USD)"}), HXL: "#value+published+usd", Kind: table.Number, Computed: true},
		},
		Rows: func(yield func([]table.Cell, error) bool) {
			after := (*string)(nil)
			for {
				first := 100
				c, err := r.prospects(ctx, f, nil, page.Args{First: &first, After: after})
				if err != nil {
					yield(nil, err)
					return
				}
				nodes, err := c.Nodes(ctx)
				if err != nil {
					yield(nil, err)
					return
				}
				for _, p := range nodes {
					for _, y := range p.Prospect.Years {
						row := []table.Cell{
							table.Cell(prospectName(ctx, p, nil)), number(p.Score()), yes[p.AgreementInForce()], yes[p.Observer], number(y.Year),
							exactCell(y.Statistics), exactCell(y.Published),
						}
						if !yield(row, nil) {
							return
						}
					}
				}
				info, err := c.PageInfo(ctx)
				if err != nil {
					yield(nil, err)
					return
				}
				if !info.HasNextPage {
					return
				}
				after = info.EndCursor
			}
		},
	}.Totalled(i18n.From(ctx), export.Sum{Amount: "statistics"}, export.Sum{Amount: "published"}), nil
}
