package command

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	stdsql "database/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/claim"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Claim is a person's wish that a creation happens once, however often it is
// sent.
type Claim struct {
	// Key is the person's own, 1 to 64 characters; nil: no such wish.
	Key *string
	// Mutation names what is done.
	Mutation string
	// Input is what is asked for, in a form whose JSON is the same for the same
	// wish. Digests stand for files; the key itself is no part of it.
	Input any
}

var (
	msgKey = i18n.Message{
		EN: "The idempotency key has 1 to 64 characters.", ES: "La clave de idempotencia tiene de 1 a 64 caracteres.",
		FR: "La clé d'idempotence compte de 1 à 64 caractères.",
	}
	msgReused = i18n.Message{
		EN: "This idempotency key was used before for something else.", ES: "Esta clave de idempotencia ya se usó para otra cosa.",
		FR: "Cette clé d'idempotence a déjà servi à autre chose.",
	}
)

// outcome is what came of a claim.
type outcome struct {
	Result uuid.UUID         `json:"result"`
	Events []uuid.UUID       `json:"events"`
	Last   eventlog.Position `json:"last"`
}

// Create runs a command that creates. With a key it runs once for a person: a
// repetition gives what was created then, read again under today's rights by
// again, with the same events. Another input under the same key is
// IDEMPOTENCY_KEY_REUSED. A refusal is not kept: the key is free again.
func Create[T Entity[T]](ctx context.Context, r *Runner, c Claim, fn func(ctx context.Context, tx *ent.Client) (T, error),
	idOf func(T) uuid.UUID, again func(ctx context.Context, tx *ent.Client, u uuid.UUID) (T, error),
) (T, Receipt, error) {
	if c.Key == nil {
		return Do(ctx, r, fn)
	}
	var none T
	person := viewer.From(ctx)
	if n := len([]rune(*c.Key)); n < 1 || n > 64 {
		return none, Receipt{}, apperr.Invalid("input.idempotencyKey", msgKey)
	}
	if !person.SignedIn() {
		return none, Receipt{}, apperr.ErrSignIn
	}
	digest, err := c.digest()
	if err != nil {
		return none, Receipt{}, err
	}
	var before *outcome
	out, rec, err := Do(ctx, r, func(ctx context.Context, tx *ent.Client) (T, error) {
		before = nil
		row, fresh, err := c.take(ctx, r, tx, person.Person, digest)
		if err != nil {
			return none, err
		}
		if !fresh {
			if row.Mutation != c.Mutation || !bytes.Equal(row.InputHash, digest) {
				return none, apperr.New(apperr.IdempotencyKeyReused, msgReused).In("input.idempotencyKey")
			}
			before = &outcome{}
			if err := json.Unmarshal(row.Outcome, before); err != nil {
				return none, fmt.Errorf("command: read the outcome of a claim: %w", err)
			}
			return again(ctx, tx, before.Result)
		}
		out, err := fn(ctx, tx)
		if err != nil {
			return none, err
		}
		told, err := r.Log.Told(ctx)
		if err != nil {
			return none, err
		}
		// After the log's own hook, which Told has registered.
		store.BeforeCommit(ctx, func(ctx context.Context, tx *ent.Client) error {
			raw, err := json.Marshal(outcome{Result: idOf(out), Events: told.IDs, Last: told.Last})
			if err != nil {
				return err
			}
			return tx.Claim.UpdateOneID(row.ID).SetOutcome(raw).Exec(ctx)
		})
		return out, nil
	})
	if err != nil || before == nil {
		return out, rec, err
	}
	rec, err = r.receipt(ctx, before.Events, before.Last)
	return out, rec, err
}

func (c Claim) digest() ([]byte, error) {
	raw, err := json.Marshal(c.Input)
	if err != nil {
		return nil, fmt.Errorf("command: digest the input: %w", err)
	}
	sum := sha256.Sum256(raw)
	return sum[:], nil
}

// take claims the key, or finds who claimed it before. It waits for a
// transaction that is claiming the same key.
func (c Claim) take(ctx context.Context, r *Runner, tx *ent.Client, person uuid.UUID, digest []byte) (*ent.Claim, bool, error) {
	n, err := tx.Claim.Create().SetPersonID(person).SetKey(*c.Key).SetMutation(c.Mutation).SetInputHash(digest).
		SetCreatedAt(r.Time()).OnConflict(sql.ConflictColumns(claim.FieldPersonID, claim.FieldKey), sql.DoNothing()).ID(ctx)
	fresh := err == nil
	if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
		return nil, false, fmt.Errorf("command: claim the key: %w", err)
	}
	if fresh {
		return &ent.Claim{ID: n}, true, nil
	}
	row, err := tx.Claim.Query().Where(claim.PersonID(person), claim.Key(*c.Key)).Only(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("command: read the claim: %w", err)
	}
	return row, false, nil
}
