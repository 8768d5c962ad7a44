package tableimport

import (
	"context"
	"fmt"

	"acs-aec.org/hub/ent/generated/ent"
	entactivity "acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/tabular"
)

var (
	msgNoActivity = i18n.Message{
		EN: "The ACS has no activity %q of its own.", ES: "La AEC no tiene ninguna actividad propia %q.", FR: "L'AEC n'a pas d'activité propre %q.",
	}
	msgFuture = i18n.Message{
		EN: "A transaction lies in the past.", ES: "Una transacción está en el pasado.", FR: "Une transaction se situe dans le passé.",
	}
	msgSeveral = i18n.Message{
		EN: "The activity has several transactions with the reference %q.", ES: "La actividad tiene varias transacciones con la referencia %q.",
		FR: "L'activité a plusieurs transactions avec la référence %q.",
	}
)

// transactions are rows of transactions of own activities.
type transactions struct {
	*Service
	parties parties
}

func (*transactions) key(r tabular.Record) string {
	return r.Values["activity_identifier"] + "\x00" + r.Values["ref"]
}

// found are the activities and transactions that rows are about.
type found struct {
	activities map[string]*ent.Activity
	// transactions are by activity and reference; several are told by nil.
	transactions map[string]*ent.Transaction
}

func (a *transactions) find(ctx context.Context, rows []tabular.Record) (*found, error) {
	f := &found{activities: map[string]*ent.Activity{}, transactions: map[string]*ent.Transaction{}}
	var identifiers, refs []string
	for _, r := range rows {
		identifiers, refs = append(identifiers, r.Values["activity_identifier"]), append(refs, r.Values["ref"])
	}
	all, err := a.DB.Client.Activity.Query().
		Where(entactivity.IatiIdentifierIn(identifiers...), entactivity.OriginEQ(entactivity.OriginOwn)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("tableimport: read activities: %w", err)
	}
	identifier := map[string]string{}
	for _, row := range all {
		f.activities[row.IatiIdentifier] = row
		identifier[row.ID.String()] = row.IatiIdentifier
	}
	known, err := a.DB.Client.Transaction.Query().Where(
		transaction.RefIn(refs...),
		transaction.HasActivityWith(entactivity.IatiIdentifierIn(identifiers...), entactivity.OriginEQ(entactivity.OriginOwn)),
	).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("tableimport: read transactions: %w", err)
	}
	for _, t := range known {
		k := identifier[t.ActivityID.String()] + "\x00" + t.Ref
		if _, several := f.transactions[k]; several {
			t = nil
		}
		f.transactions[k] = t
	}
	return f, nil
}

func (a *transactions) check(ctx context.Context, rows []tabular.Record) ([]Issue, error) {
	a.parties.Service = a.Service
	f, err := a.find(ctx, rows)
	if err != nil {
		return nil, err
	}
	var out []Issue
	for _, r := range rows {
		if f.activities[r.Values["activity_identifier"]] == nil {
			out = append(out, Issue{"activity", r.Line, "activity_identifier", filled(msgNoActivity, []any{r.Values["activity_identifier"]})})
			continue
		}
		if today := date.Of(a.Now()); date.Date(r.Values["date"]) > today {
			out = append(out, Issue{"future", r.Line, "date", msgFuture})
		}
		if t, there := f.transactions[a.key(r)]; there && t == nil {
			out = append(out, Issue{"several", r.Line, "ref", filled(msgSeveral, []any{r.Values["ref"]})})
		}
		for _, side := range []string{"provider", "receiver"} {
			unknown, err := a.parties.unknown(ctx, r, side+"_ref", side)
			if err != nil {
				return nil, err
			}
			out = append(out, unknown...)
		}
	}
	return out, nil
}

func (a *transactions) apply(ctx context.Context, rows []tabular.Record, into *Report) error {
	a.parties.Service = a.Service
	f, err := a.find(ctx, rows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := a.row(ctx, f, r, into); err != nil {
			return fmt.Errorf("tableimport: line %d: %w", r.Line, err)
		}
	}
	return nil
}

// row records or corrects one transaction.
func (a *transactions) row(ctx context.Context, f *found, r tabular.Record, into *Report) error {
	v := r.Values
	provider, err := a.parties.find(ctx, v["provider_ref"], v["provider"])
	if err != nil {
		return err
	}
	receiver, err := a.parties.find(ctx, v["receiver_ref"], v["receiver"])
	if err != nil {
		return err
	}
	value := money.Input{Amount: v["amount"], Currency: v["currency"]}
	on := date.Date(v["date"])
	t := f.transactions[a.key(r)]
	if t == nil {
		of := f.activities[v["activity_identifier"]]
		if of == nil {
			return into.leave(r.Line, command.Found(&ent.NotFoundError{}))
		}
		_, _, err := a.activities.Record(ctx, activity.RecordInput{
			Activity: of.ID, TypeCode: v["type"], Date: on, Value: &value, ValueDate: given[date.Date](v["value_date"]),
			Ref: given[string](v["ref"]), Description: said(v["description"]), Provider: provider, Receiver: receiver,
			ProviderActivity: given[string](v["provider_activity"]), ReceiverActivity: given[string](v["receiver_activity"]),
		}, nil)
		if err != nil {
			return into.leave(r.Line, err)
		}
		into.Created++
		return nil
	}
	in := activity.EditTransactionInput{
		ID: t.ID, ExpectedRevision: t.Revision, TypeCode: command.Set(v["type"]), Date: command.Set(on), Value: command.Set(value),
		Description: said(v["description"]),
	}
	if provider != nil {
		in.Provider = command.Set(*provider)
	}
	if receiver != nil {
		in.Receiver = command.Set(*receiver)
	}
	if d := v["value_date"]; d != "" {
		in.ValueDate = command.Set(date.Date(d))
	}
	if ref := v["provider_activity"]; ref != "" {
		in.ProviderActivity = command.Set(ref)
	}
	if ref := v["receiver_activity"]; ref != "" {
		in.ReceiverActivity = command.Set(ref)
	}
	_, rec, err := a.activities.EditTransaction(ctx, in)
	return into.changed(r.Line, len(rec.EventIDs), err)
}

// changed counts a change by what it told.
func (r *Report) changed(line, events int, err error) error {
	switch {
	case err != nil:
		return r.leave(line, err)
	case events > 0:
		r.Updated++
	default:
		r.Unchanged++
	}
	return nil
}

// given is a value that may be left out.
func given[T ~string](s string) *T {
	if s == "" {
		return nil
	}
	v := T(s)
	return &v
}

// said is a text in English, the language of tables that name none.
func said(s string) *i18n.TextInput { return saidIn(i18n.EN, s) }

func saidIn(l i18n.Lang, s string) *i18n.TextInput {
	if s == "" {
		return nil
	}
	t := &i18n.TextInput{}
	switch l {
	case i18n.ES:
		t.Es = &s
	case i18n.FR:
		t.Fr = &s
	default:
		t.En = &s
	}
	return t
}
