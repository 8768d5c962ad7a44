package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/signinattempt"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// How often a password may be tried within the window: for one address, and from
// one origin, behind which a whole office may sit.
const (
	window       = 15 * time.Minute
	addressLimit = 10
	originLimit  = 100
)

var msgTooMany = i18n.Message{
	EN: "Too many attempts. Try again in %d seconds.", ES: "Demasiados intentos. Inténtelo de nuevo en %d segundos.",
	FR: "Trop de tentatives. Réessayez dans %d secondes.",
}

// counter is a counter of attempts.
type counter struct {
	key   string
	limit int
}

// counters are those that an attempt at an address counts in, in the order in
// which they are locked.
func (s *Service) counters(ctx context.Context, email string) []counter {
	all := []counter{{s.counterKey("address", normal(email)), addressLimit}}
	if origin := viewer.OriginFrom(ctx); origin != "" {
		all = append(all, counter{s.counterKey("origin", origin), originLimit})
	}
	slices.SortFunc(all, func(a, b counter) int {
		if a.key < b.key {
			return -1
		}
		return 1
	})
	return all
}

// counterKey names a counter so that nobody can read from it whose it is.
func (s *Service) counterKey(kind, value string) string {
	mac := hmac.New(sha256.New, s.Key)
	mac.Write([]byte("sign-in attempts by " + kind + ": " + value))
	return hex.EncodeToString(mac.Sum(nil))
}

// count counts an attempt before it is made, or refuses it with RATE_LIMITED.
// An attempt that is refused is not counted, so that waiting helps.
func (s *Service) count(ctx context.Context, email string) error {
	now := s.Time()
	over := now.Add(-window)
	began, failures := sql.Table(signinattempt.Table).C(signinattempt.FieldWindowStart), sql.Table(signinattempt.Table).C(signinattempt.FieldFailures)
	return store.InTx(hub(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		for _, c := range s.counters(ctx, email) {
			err := tx.SignInAttempt.Create().SetID(c.key).SetWindowStart(now).SetFailures(1).
				OnConflict(sql.ConflictColumns(signinattempt.FieldID), sql.ResolveWith(func(u *sql.UpdateSet) {
					u.Set(signinattempt.FieldFailures, sql.ExprFunc(func(b *sql.Builder) {
						b.WriteString("CASE WHEN ").Ident(began).WriteString(" <= ").Arg(over).WriteString(" THEN 1 ELSE ").Ident(failures).WriteString(" + 1 END")
					}))
					u.Set(signinattempt.FieldWindowStart, sql.ExprFunc(func(b *sql.Builder) {
						b.WriteString("CASE WHEN ").Ident(began).WriteString(" <= ").Arg(over).WriteString(" THEN ").Arg(now).WriteString(" ELSE ").Ident(began).WriteString(" END")
					}))
				})).Exec(ctx)
			if err != nil {
				return fmt.Errorf("account: count an attempt: %w", err)
			}
			row, err := tx.SignInAttempt.Get(ctx, c.key)
			if err != nil {
				return fmt.Errorf("account: read the attempts: %w", err)
			}
			if row.Failures > c.limit {
				wait := max(1, int((row.WindowStart.Add(window).Sub(now)+time.Second-1)/time.Second))
				return apperr.New(apperr.RateLimited, msgTooMany, wait).With("retryAfterSeconds", wait)
			}
		}
		return nil
	})
}

// forgive takes a counted attempt back: it succeeded, or was never made. If it
// succeeded, the address begins anew.
func (s *Service) forgive(ctx context.Context, email string, succeeded bool) error {
	address := s.counterKey("address", normal(email))
	return store.InTx(hub(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		for _, c := range s.counters(ctx, email) {
			if succeeded && c.key == address {
				if _, err := tx.SignInAttempt.Delete().Where(signinattempt.ID(c.key)).Exec(ctx); err != nil {
					return fmt.Errorf("account: forget the attempts: %w", err)
				}
				continue
			}
			_, err := tx.SignInAttempt.Update().Where(signinattempt.ID(c.key), signinattempt.FailuresGT(0)).AddFailures(-1).Save(ctx)
			if err != nil {
				return fmt.Errorf("account: take an attempt back: %w", err)
			}
		}
		return nil
	})
}

// Sweep deletes counters whose window is over. Nothing depends on it but the
// size of the table.
func (s *Service) Sweep(ctx context.Context) error {
	return store.InTx(hub(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		_, err := tx.SignInAttempt.Delete().Where(signinattempt.WindowStartLTE(s.Time().Add(-window))).Exec(ctx)
		return err
	})
}

// hub is a context in which the hub itself reads and writes what it alone may:
// the checks have been made.
func hub(ctx context.Context) context.Context { return viewer.With(ctx, viewer.System()) }
