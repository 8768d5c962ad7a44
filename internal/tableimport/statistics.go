package tableimport

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/aidstatistic"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/tabular"
	"acs-aec.org/hub/internal/viewer"
)

// statistics are rows of aid statistics.
type statistics struct{ *Service }

func (*statistics) key(r tabular.Record) string {
	v := r.Values
	return v["source"] + "\x00" + v["year"] + "\x00" + v["recipient"] + "\x00" + aidstatistic.Key(v["donor"])
}

func (*statistics) check(context.Context, []tabular.Record) ([]Issue, error) { return nil, nil }

// apply writes the rows by one short transaction.
func (s *statistics) apply(ctx context.Context, rows []tabular.Record, into *Report) error {
	in := make([]aidstatistic.Row, 0, len(rows))
	for _, r := range rows {
		micro, err := money.Parse(r.Values["amount"])
		if err != nil {
			return err // package tabular has read it
		}
		in = append(in, aidstatistic.Row{
			Source: r.Values["source"], Year: r.Number("year"), Recipient: r.Values["recipient"], Donor: r.Values["donor"], DonorRef: r.Values["donor_ref"],
			Value: money.Amount{Published: r.Values["amount"], Micro: micro, Currency: r.Values["currency"]}, Line: r.Line,
		})
	}
	var n aidstatistic.Counts
	err := store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		var err error
		n, err = s.statistics.Put(ctx, tx, nil, in)
		return err
	})
	into.Created += n.Created
	into.Updated += n.Updated
	into.Unchanged += n.Unchanged
	return err
}
