package graph

import (
	"context"
	"io"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/tableimport"
	"acs-aec.org/hub/internal/tabular"
)

// tableKinds are the kinds of tables as the schema names them.
var tableKinds = map[model.TableKind]*tabular.Kind{
	model.TableKindTransactions: tabular.Transactions, model.TableKindOpportunities: tabular.Opportunities,
	model.TableKindAidStatistics: tabular.AidStatistics,
}

// importTable brings a table in. The file of the request is read more than once.
func (r *Resolver) importTable(ctx context.Context, in model.ImportTableInput) (*model.ImportTablePayload, error) {
	kind := tableKinds[in.Kind]
	var m tabular.Mapping
	if in.Mapping != nil {
		var err error
		if m, err = tabular.ParseMapping(kind, []byte(*in.Mapping)); err != nil {
			return nil, err
		}
	}
	report, err := r.tables.Import(ctx, tableimport.Input{
		Kind: kind, Mapping: m, LeaveOut: in.LeaveOut, DryRun: in.DryRun,
		Open: func() (io.ReadCloser, error) {
			if _, err := in.File.File.Seek(0, io.SeekStart); err != nil {
				return nil, apperr.Invalid("input.file", msgNoFile)
			}
			return io.NopCloser(in.File.File), nil
		},
	}, nil)
	if err != nil {
		return nil, err
	}
	cursor, err := r.position(ctx)
	if err != nil {
		return nil, err
	}
	out := &model.ImportTablePayload{
		Rows: report.Rows, Created: report.Created, Updated: report.Updated, Unchanged: report.Unchanged, Wrong: report.Wrong,
		Refused: report.Refused, Issues: make([]*tableimport.Issue, len(report.Issues)), Cursor: cursor,
	}
	for i := range report.Issues {
		out.Issues[i] = &report.Issues[i]
	}
	return out, nil
}

func tableFields(k model.TableKind) []*tabular.Field {
	kind := tableKinds[k]
	out := make([]*tabular.Field, len(kind.Fields))
	for i := range kind.Fields {
		out[i] = &kind.Fields[i]
	}
	return out
}
