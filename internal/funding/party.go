package funding

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/id"
)

// Party is an organisation as a transaction or an activity names it; ID is nil where
// it is not known here.
type Party struct {
	ID        *uuid.UUID
	Ref, Name string
}

// longestParty is how many characters of an identifier or a name make a key.
const longestParty = 400

// key is what sums know the organisation by; "" is nobody.
func (p Party) key() string {
	switch {
	case p.ID != nil:
		return p.ID.String()
	case p.Ref != "":
		return byRef + cut(p.Ref)
	case p.Name != "":
		return byName + cut(p.Name)
	}
	return ""
}

func cut(s string) string {
	if r := []rune(s); len(r) > longestParty {
		return string(r[:longestParty])
	}
	return s
}

// Types of flows that come from the organisation that reports them where no provider
// is stated, and that go to it where no receiver is. Interest and repayments go
// either way.
var (
	given    = []string{"2", "3", "4", "7", "8", "10", "12"}
	received = []string{"1", "9", "11", "13"}
)

// Parties are who gave and who received as sums count it, for the columns
// provider_key and receiver_key: who is stated, or else who reports, as the IATI
// standard has it.
func Parties(typeCode string, provider, receiver, reporting Party) (providerKey, receiverKey string) {
	providerKey, receiverKey = provider.key(), receiver.key()
	if providerKey == "" && slices.Contains(given, typeCode) {
		providerKey = reporting.key()
	}
	if receiverKey == "" && slices.Contains(received, typeCode) {
		receiverKey = reporting.key()
	}
	return providerKey, receiverKey
}

// keysOf are the keys of organisations that are known here; nil for nil.
func keysOf(ids []uuid.UUID) []string {
	if ids == nil {
		return nil
	}
	out := make([]string, len(ids))
	for i, u := range ids {
		out[i] = u.String()
	}
	return out
}

// partyKey is what the key of an organisation is in the columns.
func (k KeyOf) partyKey() string {
	if k.Code == nil {
		return ""
	}
	if strings.HasPrefix(*k.Code, byRef) || strings.HasPrefix(*k.Code, byName) {
		return *k.Code
	}
	u, err := id.Parse(*k.Code)
	if err != nil {
		return "no such organisation"
	}
	return u.String()
}

// mergedAtOnce is how many flows Merged holds at a time.
var mergedAtOnce = 2000

// Merged lets sums count one organisation as another. It is one step of the
// transaction that merges them, so that nobody reads half of what an organisation gave
// and received, under either name; so it takes as long as they have flows. It holds a
// bounded number of them, and the changes of sums, which are as many as there are sums
// of the two.
func Merged(ctx context.Context, tx *ent.Client, from, into uuid.UUID) error {
	c := &Change{sums: newRollups()}
	old := from.String()
	for {
		// Those that are done do not match any more.
		ids, err := tx.Transaction.Query().Where(transaction.Or(transaction.ProviderKey(old), transaction.ReceiverKey(old))).
			Order(ent.Asc(transaction.FieldID)).Limit(mergedAtOnce).IDs(system(ctx))
		if err != nil {
			return fmt.Errorf("funding: find what one gave and received: %w", err)
		}
		if len(ids) == 0 {
			return c.sums.write(ctx)
		}
		if err := c.take(ctx, tx, Of{Transactions: ids}, -1); err != nil {
			return err
		}
		some := predicate.Transaction(batch.In(transaction.FieldID, ids))
		err = tx.Transaction.Update().Where(some, transaction.ProviderKey(old)).SetProviderKey(into.String()).Exec(ctx)
		if err == nil {
			err = tx.Transaction.Update().Where(some, transaction.ReceiverKey(old)).SetReceiverKey(into.String()).Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("funding: move what one gave and received: %w", err)
		}
		if err := c.take(ctx, tx, Of{Transactions: ids}, 1); err != nil {
			return err
		}
	}
}

// take adds flows to the change of the sums, or takes them away.
func (c *Change) take(ctx context.Context, tx *ent.Client, of Of, sign int64) error {
	flows, err := read(ctx, tx, of)
	for _, f := range flows {
		c.sums.add(f, sign)
	}
	return err
}
