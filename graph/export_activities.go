package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/export"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/table"
)

func activityColumns(ctx context.Context) []table.Column {
	t := func(m i18n.Message) string { return title(ctx, m) }
	return []table.Column{
		{Key: "iati_identifier", Title: t(i18n.Message{EN: "IATI identifier", ES: "Identificador IATI", FR: "Identifiant IITA"}), HXL: "#activity+id"},
		{Key: "title", Title: t(i18n.Message{EN: "Title", ES: "Título", FR: "Titre"}), HXL: "#activity+name"},
		{Key: "status_code", Title: t(i18n.Message{EN: "Status code", ES: "Código del estado", FR: "Code de l'état"}), HXL: "#status+code"},
		{Key: "status", Title: t(i18n.Message{EN: "Status", ES: "Estado", FR: "État"}), HXL: "#status+name"},
		{Key: "origin", Title: t(i18n.Message{EN: "Origin", ES: "Origen", FR: "Origine"})},
		{Key: "reporting_organisation", Title: t(i18n.Message{EN: "Reporting organisation", ES: "Organización informante", FR: "Organisation déclarante"}), HXL: "#org+reporting+name"},
		{Key: "reporting_ref", Title: t(i18n.Message{EN: "Identifier of the reporting organisation", ES: "Identificador de la organización informante", FR: "Identifiant de l'organisation déclarante"}), HXL: "#org+reporting+code"},
		{Key: "planned_start", Title: t(i18n.Message{EN: "Planned start", ES: "Inicio previsto", FR: "Début prévu"}), HXL: "#date+start+planned", Kind: table.Day},
		{Key: "actual_start", Title: t(i18n.Message{EN: "Actual start", ES: "Inicio real", FR: "Début effectif"}), HXL: "#date+start", Kind: table.Day},
		{Key: "planned_end", Title: t(i18n.Message{EN: "Planned end", ES: "Fin prevista", FR: "Fin prévue"}), HXL: "#date+end+planned", Kind: table.Day},
		{Key: "actual_end", Title: t(i18n.Message{EN: "Actual end", ES: "Fin real", FR: "Fin effective"}), HXL: "#date+end", Kind: table.Day},
		{Key: "countries", Title: t(i18n.Message{EN: "Recipient countries", ES: "Países receptores", FR: "Pays bénéficiaires"}), HXL: "#country+code+list"},
		{Key: "regions", Title: t(i18n.Message{EN: "Recipient regions", ES: "Regiones receptoras", FR: "Régions bénéficiaires"}), HXL: "#region+code+list"},
		{Key: "sectors", Title: t(i18n.Message{EN: "Sectors", ES: "Sectores", FR: "Secteurs"}), HXL: "#sector+code+list"},
		{Key: "description", Title: t(i18n.Message{EN: "Description", ES: "Descripción", FR: "Description"}), HXL: "#description"},
		{Key: "dataset", Title: t(i18n.Message{EN: "Dataset", ES: "Conjunto de datos", FR: "Ensemble de données"}), HXL: "#meta+source"},
	}
}

// activitySheet is the list of activities.
func (r *Resolver) activitySheet(ctx context.Context, f *model.ActivityFilter) (export.Sheet, error) {
	return export.Sheet{
		Name: title(ctx, i18n.Message{EN: "Activities", ES: "Actividades", FR: "Activités"}), Columns: activityColumns(ctx),
		Rows: export.Pages(func(after uuid.UUID) ([]*ent.Activity, error) {
			q := r.client.Activity.Query().Where(activity.IDGT(after)).Order(ent.Asc(activity.FieldID)).Limit(export.PageSize)
			for _, c := range activityConditions(ctx, f) {
				q.Where(func(s *sql.Selector) { c(s) })
			}
			return q.All(ctx)
		}, func(a *ent.Activity) uuid.UUID { return a.ID }, func(rows []*ent.Activity) ([][]table.Cell, error) {
			out := make([][]table.Cell, len(rows))
			for i, a := range batch.Join(rows) {
				shares, err := a.AllAllocations(ctx)
				if err != nil {
					return nil, err
				}
				out[i] = []table.Cell{
					table.Cell(a.IatiIdentifier), table.Cell(a.TitleText().Speak(ctx, nil)), table.Cell(a.StatusCode), codeName(ctx, codelist.ActivityStatus, a.StatusCode),
					table.Cell(a.Origin), table.Cell(a.ReportingName), table.Cell(a.ReportingRef),
					dayCell(a.PlannedStart), dayCell(a.ActualStart), dayCell(a.PlannedEnd), dayCell(a.ActualEnd),
					shareCell(shares, nil, allocation.DimensionCountry), shareCell(shares, nil, allocation.DimensionRegion),
					shareCell(shares, nil, allocation.DimensionSector), table.Cell(a.DescriptionText().Speak(ctx, nil)), table.Cell(a.DatasetName),
				}
			}
			return out, nil
		}),
	}, nil
}
