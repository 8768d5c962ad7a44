package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/signinattempt"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// How often a password may be tried within the window: for one address from one
// origin, and from one origin, behind which a whole office may sit.
const (
	window      = 15 * time.Minute
	pairLimit   = 10
	originLimit = 100
)

// From all places together an address may be tried addressFree times; then
// each further failure doubles how long the next attempt waits, up to
// addressDelay. It begins anew when nobody failed for addressQuiet. From where
// the person signed in, knownLife long, this does not hold: nobody elsewhere can
// bar them.
const (
	addressFree  = 50
	addressDelay = time.Minute
	addressQuiet = time.Hour
	knownLife    = 90 * 24 * time.Hour
)

var msgTooMany = i18n.Message{
	EN: "Too many attempts. Try again in %d seconds.", ES: "Demasiados intentos. Inténtelo de nuevo en %d segundos.",
	FR: "Trop de tentatives. Réessayez dans %d secondes.",
}

// counter is a counter of attempts.
type counter struct {
	key   string
	life  time.Duration // how long it counts
	limit int           // 0: it delays instead, see delay
}

// counters are those that an attempt at an address counts in, in the order in
// which they are locked.
func (s *Service) counters(ctx context.Context, email string) []counter {
	origin := viewer.OriginFrom(ctx)
	all := []counter{
		{s.addressKey(email), addressQuiet, 0},
		{s.pairKey("address and origin", email, origin), window, pairLimit},
	}
	if origin != "" {
		all = append(all, counter{s.counterKey("origin", origin), window, originLimit})
	}
	slices.SortFunc(all, func(a, b counter) int { return strings.Compare(a.key, b.key) })
	return all
}

func (s *Service) addressKey(email string) string { return s.counterKey("address", normal(email)) }

func (s *Service) pairKey(kind, email, origin string) string {
	return s.counterKey(kind, normal(email)+"\x00"+origin)
}

// counterKey names a counter so that nobody can read from it whose it is.
func (s *Service) counterKey(kind, value string) string {
	mac := hmac.New(sha256.New, s.Key)
	mac.Write([]byte("sign-in attempts by " + kind + ": " + value))
	return hex.EncodeToString(mac.Sum(nil))
}

// count counts an attempt before it is made, or refuses it with RATE_LIMITED.
// An attempt that is refused is not counted, so that waiting helps. It does the
// same for every address, there or not, known here or not.
func (s *Service) count(ctx context.Context, email string) error {
	now := s.Time()
	return store.InTx(hub(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		known, err := tx.SignInAttempt.Query().
			Where(signinattempt.ID(s.pairKey("known", email, viewer.OriginFrom(ctx))), signinattempt.WindowStartGT(now)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("account: look whether the origin is known: %w", err)
		}
		wait := 0
		for _, c := range s.counters(ctx, email) {
			row, err := c.add(ctx, tx, now)
			if err != nil {
				return err
			}
			left := row.WindowStart.Add(c.life).Sub(now)
			over := row.Failures > c.limit
			if c.limit == 0 {
				left = row.WindowStart.Add(delay(row.Failures - 1)).Sub(now)
				over = left > 0 && !known
				if err := row.Update().SetWindowStart(now).Exec(ctx); err != nil { // of the latest attempt
					return fmt.Errorf("account: date an attempt: %w", err)
				}
			}
			if over {
				wait = max(wait, 1, int((left+time.Second-1)/time.Second))
			}
		}
		if wait > 0 {
			return apperr.New(apperr.RateLimited, msgTooMany, wait).With("retryAfterSeconds", wait)
		}
		return nil
	})
}

// delay is how long after that many failures the next attempt waits.
func delay(failures int) time.Duration {
	if failures < addressFree {
		return 0
	}
	return min(addressDelay, time.Second<<min(failures-addressFree, 10))
}

// add counts one more, in a row that it locks.
func (c counter) add(ctx context.Context, tx *ent.Client, now time.Time) (*ent.SignInAttempt, error) {
	over := now.Add(-c.life)
	began, failures := sql.Table(signinattempt.Table).C(signinattempt.FieldWindowStart), sql.Table(signinattempt.Table).C(signinattempt.FieldFailures)
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
		return nil, fmt.Errorf("account: count an attempt: %w", err)
	}
	row, err := tx.SignInAttempt.Get(ctx, c.key)
	if err != nil {
		return nil, fmt.Errorf("account: read the attempts: %w", err)
	}
	return row, nil
}

// forgive takes a counted attempt back that was never made.
func (s *Service) forgive(ctx context.Context, email string) error {
	return store.InTx(hub(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		for _, c := range s.counters(ctx, email) {
			if err := c.takeBack(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c counter) takeBack(ctx context.Context, tx *ent.Client) error {
	_, err := tx.SignInAttempt.Update().Where(signinattempt.ID(c.key), signinattempt.FailuresGT(0)).AddFailures(-1).Save(ctx)
	if err != nil {
		return fmt.Errorf("account: take an attempt back: %w", err)
	}
	return nil
}

// succeeded takes an attempt back that was right: the address begins anew, and
// the origin is known from now on.
func (s *Service) succeeded(ctx context.Context, email string) error {
	origin := viewer.OriginFrom(ctx)
	return store.InTx(hub(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		for _, c := range s.counters(ctx, email) {
			if origin != "" && c.key == s.counterKey("origin", origin) {
				if err := c.takeBack(ctx, tx); err != nil {
					return err
				}
				continue
			}
			if _, err := tx.SignInAttempt.Delete().Where(signinattempt.ID(c.key)).Exec(ctx); err != nil {
				return fmt.Errorf("account: forget the attempts: %w", err)
			}
		}
		// Its window begins when the origin ceases to be known.
		err := tx.SignInAttempt.Create().SetID(s.pairKey("known", email, origin)).SetWindowStart(s.Time().Add(knownLife)).
			OnConflictColumns(signinattempt.FieldID).UpdateWindowStart().Exec(ctx)
		if err != nil {
			return fmt.Errorf("account: remember the origin: %w", err)
		}
		return nil
	})
}

// Sweep deletes counters that count nothing any more. Nothing depends on it but the
// size of the table.
func (s *Service) Sweep(ctx context.Context) error {
	return store.InTx(hub(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		_, err := tx.SignInAttempt.Delete().Where(signinattempt.WindowStartLTE(s.Time().Add(-addressQuiet))).Exec(ctx)
		return err
	})
}

// hub is a context in which the hub itself reads and writes what it alone may:
// the checks have been made.
func hub(ctx context.Context) context.Context { return viewer.With(ctx, viewer.System()) }
