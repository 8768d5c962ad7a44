package activity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/store"
)

// RecordInput is a new transaction of an own activity.
type RecordInput struct {
	Activity    uuid.UUID
	TypeCode    string
	Date        date.Date
	Value       *money.Input
	ValueDate   *date.Date
	Ref         *string
	Description *i18n.TextInput
	Provider    *uuid.UUID
	Receiver    *uuid.UUID
	// The IATI identifiers of the provider's and the receiver's own activities, known
	// here or not.
	ProviderActivity *string
	ReceiverActivity *string
}

// EditTransactionInput is a correction of a transaction. What is not given stays.
type EditTransactionInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	TypeCode         command.Field[string]
	Date             command.Field[date.Date]
	Value            command.Field[money.Input]
	ValueDate        command.Field[date.Date]
	Ref              command.Field[string]
	Description      *i18n.TextInput
	Provider         command.Field[uuid.UUID]
	Receiver         command.Field[uuid.UUID]
	ProviderActivity command.Field[string]
	ReceiverActivity command.Field[string]
}

// Longest texts of a transaction.
const (
	refLimit  = 400
	noteLimit = 5000
)

// types are the codes of the IATI TransactionType list.
var types = strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13")

var msgType = i18n.Message{
	EN: "This is not a code of the IATI TransactionType list: 1 to 13.", ES: "No es un código de la lista TransactionType de la IATI: de 1 a 13.",
	FR: "Ce n'est pas un code de la liste TransactionType de l'IITA : de 1 à 13.",
}

// Record records a transaction of an own activity. For the Secretariat. The
// amount may be negative.
func (s *Service) Record(ctx context.Context, in RecordInput, key *string) (*ent.Transaction, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "recordTransaction", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Transaction, error) {
		a, err := lock(ctx, tx, in.Activity)
		if err != nil {
			return nil, command.AtField("input.activityId", err)
		}
		if err := s.checkEditor(ctx, a); err != nil {
			return nil, err
		}
		now := s.Time()
		if err := s.checkTransaction(in.TypeCode, in.Date); err != nil {
			return nil, err
		}
		value, err := command.Money("input.value", in.Value)
		if err == nil && value == nil {
			err = apperr.Invalid("input.value", msgNoValue)
		}
		if err != nil {
			return nil, err
		}
		ref, err := command.Optional("input.ref", in.Ref, refLimit)
		if err != nil {
			return nil, err
		}
		description, err := command.Text(ctx, "input.description", in.Description, noteLimit, false, now)
		if err != nil {
			return nil, err
		}
		provider, err := partyAt(ctx, tx, "input.providerId", in.Provider)
		if err != nil {
			return nil, err
		}
		receiver, err := partyAt(ctx, tx, "input.receiverId", in.Receiver)
		if err != nil {
			return nil, err
		}
		providerActivity, err := counterpart(ctx, tx, "input.providerActivityRef", in.ProviderActivity)
		if err != nil {
			return nil, err
		}
		receiverActivity, err := counterpart(ctx, tx, "input.receiverActivityRef", in.ReceiverActivity)
		if err != nil {
			return nil, err
		}
		last, err := tx.Transaction.Query().Where(transaction.ActivityID(a.ID)).Order(ent.Desc(transaction.FieldPosition)).First(ctx)
		position := 0
		if err == nil {
			position = last.Position + 1
		} else if !ent.IsNotFound(err) {
			return nil, fmt.Errorf("activity: read the last transaction: %w", err)
		}
		providerKey, receiverKey := funding.Parties(in.TypeCode, provider.counted(in.Provider), receiver.counted(in.Receiver), reporting(a))
		valueDate := in.Date
		if in.ValueDate != nil {
			valueDate = *in.ValueDate
		}
		t, err := tx.Transaction.Create().SetID(s.NewID(id.Transaction)).SetCreatedAt(now).SetUpdatedAt(now).SetActivityID(a.ID).
			SetPosition(position).SetTypeCode(in.TypeCode).SetDate(in.Date).SetValueDate(valueDate).SetRef(ref).SetDescriptionText(description).
			SetValuePublished(value.Published).SetValueMicro(value.Micro).SetValueCurrency(value.Currency).
			SetNillableProviderID(in.Provider).SetProviderRef(provider.ref).SetProviderName(provider.name).SetProviderType(provider.typeCode).
			SetNillableReceiverID(in.Receiver).SetReceiverRef(receiver.ref).SetReceiverName(receiver.name).SetReceiverType(receiver.typeCode).
			SetProviderKey(providerKey).SetReceiverKey(receiverKey).
			SetProviderActivityRef(providerActivity.ref).SetNillableProviderActivityID(providerActivity.id).
			SetReceiverActivityRef(receiverActivity.ref).SetNillableReceiverActivityID(receiverActivity.id).
			Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("activity: record a transaction: %w", err)
		}
		sums, err := funding.Begin(ctx, tx, funding.Of{})
		if err != nil {
			return nil, err
		}
		if err := sums.End(ctx, tx, funding.Of{Transactions: []uuid.UUID{t.ID}}); err != nil {
			return nil, err
		}
		return t, s.Log.Append(ctx, event("TransactionRecorded", t.ID, a, eventlog.Facts{}))
	}, func(t *ent.Transaction) uuid.UUID { return t.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Transaction, error) {
		t, err := tx.Transaction.Get(ctx, u)
		return t, command.Found(err)
	})
}

// EditTransaction corrects a transaction of an own activity. For the
// Secretariat.
func (s *Service) EditTransaction(ctx context.Context, in EditTransactionInput) (*ent.Transaction, command.Receipt, error) {
	if _, err := command.SignedIn(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Transaction, error) {
		seen, err := tx.Transaction.Get(ctx, in.ID)
		if err != nil {
			return nil, command.Found(err)
		}
		a, err := lock(ctx, tx, seen.ActivityID)
		if err != nil {
			return nil, command.Found(err)
		}
		t, err := tx.Transaction.Query().Where(transaction.ID(in.ID), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := s.checkEditor(ctx, a); err != nil {
			return nil, err
		}
		if err := command.Unchanged(t.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		return s.correct(ctx, tx, a, t, in)
	})
}

// correct writes the changes of a transaction that is locked.
func (s *Service) correct(ctx context.Context, tx *ent.Client, a *ent.Activity, t *ent.Transaction, in EditTransactionInput) (*ent.Transaction, error) {
	now := s.Time()
	typeCode, err := in.TypeCode.Or("input.typeCode", t.TypeCode)
	if err != nil {
		return nil, err
	}
	day, err := in.Date.Or("input.date", zero(t.Date))
	if err != nil {
		return nil, err
	}
	if err := s.checkTransaction(typeCode, day); err != nil {
		return nil, err
	}
	before, value := ValueOf(t), ValueOf(t)
	if in.Value.Given {
		if value, err = command.Money("input.value", in.Value.Value); err != nil {
			return nil, err
		}
		if value == nil {
			return nil, apperr.Invalid("input.value", msgNoValue)
		}
	}
	ref := t.Ref
	if in.Ref.Given {
		if ref, err = command.Optional("input.ref", in.Ref.Value, refLimit); err != nil {
			return nil, err
		}
	}
	description, rewritten, err := command.EditText(ctx, "input.description", t.DescriptionText(), in.Description, noteLimit, false, now)
	if err != nil {
		return nil, err
	}
	providerActivity, err := editedCounterpart(ctx, tx, "input.providerActivityRef", in.ProviderActivity, side{t.ProviderActivityRef, t.ProviderActivityID})
	if err != nil {
		return nil, err
	}
	receiverActivity, err := editedCounterpart(ctx, tx, "input.receiverActivityRef", in.ReceiverActivity, side{t.ReceiverActivityRef, t.ReceiverActivityID})
	if err != nil {
		return nil, err
	}
	valueDate := in.valueDate(t, day)
	providerID, receiverID := in.Provider.OrNil(t.ProviderID), in.Receiver.OrNil(t.ReceiverID)
	var d eventlog.Diff
	d.Value("typeCode", t.TypeCode, typeCode)
	d.Value("date", command.Word(t.Date), string(day))
	d.Value("value", before.String(), value.String())
	d.Value("valueDate", command.Word(t.ValueDate), string(valueDate))
	d.Value("ref", t.Ref, ref)
	d.Text("description", rewritten)
	d.Value("provider", command.Ref(t.ProviderID), command.Ref(providerID))
	d.Value("receiver", command.Ref(t.ReceiverID), command.Ref(receiverID))
	d.Value("providerActivityRef", t.ProviderActivityRef, providerActivity.ref)
	d.Value("receiverActivityRef", t.ReceiverActivityRef, receiverActivity.ref)
	if !d.Any() {
		return t, nil
	}
	sums, err := funding.Begin(ctx, tx, funding.Of{Transactions: []uuid.UUID{t.ID}})
	if err != nil {
		return nil, err
	}
	u := t.Update().SetUpdatedAt(now).SetRevision(t.Revision + 1).SetTypeCode(typeCode).SetDate(day).SetValueDate(valueDate).
		SetRef(ref).SetDescriptionText(description)
	if value != nil {
		u.SetValuePublished(value.Published).SetValueMicro(value.Micro).SetValueCurrency(value.Currency).
			SetCurrencyAssumed(t.CurrencyAssumed && value.Currency == t.ValueCurrency)
	}
	gave, got := party{t.ProviderRef, t.ProviderName, t.ProviderType}, party{t.ReceiverRef, t.ReceiverName, t.ReceiverType}
	if command.Ref(providerID) != command.Ref(t.ProviderID) {
		p, err := partyAt(ctx, tx, "input.providerId", providerID)
		if err != nil {
			return nil, err
		}
		command.Put(providerID, u.SetProviderID, u.ClearProviderID)
		gave = p
		if !in.ProviderActivity.Given { // the one that it had is of another organisation
			providerActivity = side{}
		}
		u.SetProviderRef(p.ref).SetProviderName(p.name).SetProviderType(p.typeCode).ClearProviderNames()
	}
	if command.Ref(receiverID) != command.Ref(t.ReceiverID) {
		p, err := partyAt(ctx, tx, "input.receiverId", receiverID)
		if err != nil {
			return nil, err
		}
		command.Put(receiverID, u.SetReceiverID, u.ClearReceiverID)
		got = p
		if !in.ReceiverActivity.Given { // the one that it had is of another organisation
			receiverActivity = side{}
		}
		u.SetReceiverRef(p.ref).SetReceiverName(p.name).SetReceiverType(p.typeCode).ClearReceiverNames()
	}
	providerKey, receiverKey := funding.Parties(typeCode, gave.counted(providerID), got.counted(receiverID), reporting(a))
	u.SetProviderKey(providerKey).SetReceiverKey(receiverKey)
	u.SetProviderActivityRef(providerActivity.ref).SetReceiverActivityRef(receiverActivity.ref)
	command.Put(providerActivity.id, u.SetProviderActivityID, u.ClearProviderActivityID)
	command.Put(receiverActivity.id, u.SetReceiverActivityID, u.ClearReceiverActivityID)
	if t, err = u.Save(ctx); err != nil {
		return nil, fmt.Errorf("activity: correct a transaction: %w", err)
	}
	if err := sums.End(ctx, tx, funding.Of{}); err != nil {
		return nil, err
	}
	return t, s.Log.Append(ctx, event("TransactionEdited", t.ID, a, eventlog.Facts{Changes: d.Changes}))
}

// valueDate is the day whose exchange rate applies after the edit. One that was
// the date itself goes with the date.
func (in EditTransactionInput) valueDate(t *ent.Transaction, day date.Date) date.Date {
	switch {
	case in.ValueDate.Given && in.ValueDate.Value != nil:
		return *in.ValueDate.Value
	case in.ValueDate.Given, t.ValueDate == nil, *t.ValueDate == zero(t.Date):
		return day
	}
	return *t.ValueDate
}

func zero(d *date.Date) date.Date { return date.Date(command.Word(d)) }

// ValueOf is the amount of a transaction; nil where it could not be read.
func ValueOf(t *ent.Transaction) *money.Amount {
	if t.ValueMicro == nil {
		return nil
	}
	return &money.Amount{Published: t.ValuePublished, Micro: *t.ValueMicro, Currency: t.ValueCurrency}
}

var msgNoValue = i18n.Message{EN: "Give the amount.", ES: "Indique la cantidad.", FR: "Indiquez la somme."}

// checkTransaction refuses unknown types and days in the future.
func (s *Service) checkTransaction(typeCode string, day date.Date) error {
	if !slices.Contains(types, typeCode) {
		return apperr.Invalid("input.typeCode", msgType)
	}
	if day > s.today() {
		return apperr.Invalid("input.date", msgFuture)
	}
	return nil
}

// partyAt is the organisation that a field names, as it is published.
func partyAt(ctx context.Context, tx *ent.Client, field string, u *uuid.UUID) (party, error) {
	if u == nil {
		return party{}, nil
	}
	o, err := tx.Organisation.Get(ctx, *u)
	if err != nil {
		return party{}, command.AtField(field, err)
	}
	return partyOf(o), checkOrganisation(field, o)
}
