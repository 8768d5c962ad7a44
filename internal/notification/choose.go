package notification

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	stdsql "database/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/notificationsettings"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Choosing is what to change of the settings.
type Choosing struct {
	Expected   int
	TimeZone   *string
	QuietHours command.Field[QuietHours]
	DigestAt   *date.TimeOfDay
	Kinds      []Choose
}

// Choose is a choice of one kind; nil leaves it as it is.
type Choose struct {
	Kind     Kind
	Delivery *Delivery
	Mail     *bool
}

var (
	msgZone = i18n.Message{
		EN: "There is no such time zone. Choose one such as America/Port_of_Spain.",
		ES: "Esa zona horaria no existe. Elija una como America/Port_of_Spain.",
		FR: "Ce fuseau horaire n'existe pas. Choisissez-en un, par exemple America/Port_of_Spain.",
	}
	msgQuiet = i18n.Message{
		EN: "Quiet hours end at another time than they begin.", ES: "Las horas de silencio terminan a otra hora que la de inicio.",
		FR: "Les heures calmes se terminent à une autre heure que celle du début.",
	}
	msgTwice = i18n.Message{EN: "This kind is named twice.", ES: "Este tipo figura dos veces.", FR: "Ce type est indiqué deux fois."}
)

// check refuses what can't be chosen.
func (c Choosing) check() error {
	if c.TimeZone != nil {
		if z := *c.TimeZone; z == "" || z == "Local" || len(z) > 64 {
			return apperr.Invalid("input.timeZone", msgZone)
		} else if _, err := time.LoadLocation(z); err != nil {
			return apperr.Invalid("input.timeZone", msgZone).Because(err)
		}
	}
	if q := c.QuietHours.Value; q != nil && q.From == q.To {
		return apperr.Invalid("input.quietHours.to", msgQuiet)
	}
	for i, k := range c.Kinds {
		if slices.ContainsFunc(c.Kinds[:i], func(other Choose) bool { return other.Kind == k.Kind }) {
			return apperr.Invalid(fmt.Sprintf("input.kinds[%d].kind", i), msgTwice)
		}
	}
	return nil
}

// Choose changes how the person who asks is told. Nobody is UNAUTHENTICATED,
// another revision a CONFLICT. If nothing changes, nothing is written.
func (s *Service) Choose(ctx context.Context, c Choosing) (*Settings, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil || !v.SignedIn() {
		return nil, command.Receipt{}, apperr.ErrSignIn
	}
	if err := c.check(); err != nil {
		return nil, command.Receipt{}, err
	}
	row, rec, err := command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.NotificationSettings, error) {
		row, err := s.lockSettings(ctx, tx, v.Person)
		if err != nil {
			return nil, err
		}
		now := fromRow(row)
		if err := command.Unchanged(now.Revision, c.Expected); err != nil {
			return nil, err
		}
		to := now.changed(c)
		if to.equal(now) {
			return row, nil
		}
		return s.write(ctx, row, to)
	})
	if err != nil {
		return nil, rec, err
	}
	return fromRow(row), rec, nil
}

// changed is the settings with what was chosen.
func (s *Settings) changed(c Choosing) *Settings {
	out := *s
	out.deliveries, out.unmailed = map[string]string{}, slices.Clone(s.unmailed)
	for k, d := range s.deliveries {
		out.deliveries[k] = d
	}
	if c.TimeZone != nil {
		out.TimeZone = *c.TimeZone
	}
	out.QuietHours = c.QuietHours.OrNil(s.QuietHours)
	if c.DigestAt != nil {
		out.DigestAt = *c.DigestAt
	}
	for _, k := range c.Kinds {
		if k.Delivery != nil {
			out.deliveries[string(k.Kind)] = string(*k.Delivery)
		}
		if k.Mail != nil {
			out.unmailed = slices.DeleteFunc(out.unmailed, func(u string) bool { return u == string(k.Kind) })
			if !*k.Mail {
				out.unmailed = append(out.unmailed, string(k.Kind))
			}
		}
	}
	slices.Sort(out.unmailed)
	return &out
}

func (s *Settings) equal(t *Settings) bool {
	quiet := s.QuietHours == t.QuietHours || s.QuietHours != nil && t.QuietHours != nil && *s.QuietHours == *t.QuietHours
	return quiet && s.TimeZone == t.TimeZone && s.DigestAt == t.DigestAt && maps.Equal(s.deliveries, t.deliveries) && slices.Equal(s.unmailed, t.unmailed)
}

// lockSettings is the row of a person's settings, made if it was not there, and
// kept from others until the transaction ends.
func (s *Service) lockSettings(ctx context.Context, tx *ent.Client, person uuid.UUID) (*ent.NotificationSettings, error) {
	usual := defaults()
	err := tx.NotificationSettings.Create().SetID(s.NewID(id.Notification)).SetCreatedAt(s.Time()).SetUpdatedAt(s.Time()).SetRevision(1).
		SetPersonID(person).SetTimeZone(usual.TimeZone).SetDigestAt(int(usual.DigestAt)).SetDeliveries(map[string]string{}).SetUnmailed([]string{}).
		OnConflict(sql.ConflictColumns(notificationsettings.FieldPersonID), sql.DoNothing()).Exec(ctx)
	if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
		return nil, fmt.Errorf("notification: make settings: %w", err)
	}
	return tx.NotificationSettings.Query().Where(notificationsettings.PersonID(person), store.Locked(tx)).Only(ctx)
}

func (s *Service) write(ctx context.Context, row *ent.NotificationSettings, to *Settings) (*ent.NotificationSettings, error) {
	u := row.Update().SetTimeZone(to.TimeZone).SetDigestAt(int(to.DigestAt)).SetDeliveries(to.deliveries).SetUnmailed(to.unmailed).
		SetRevision(row.Revision + 1).SetUpdatedAt(s.Time()).ClearQuietFrom().ClearQuietTo()
	if q := to.QuietHours; q != nil {
		u.SetQuietFrom(int(q.From)).SetQuietTo(int(q.To))
	}
	return u.Save(ctx)
}

// Unsubscriber makes and honours the links by which mails of a kind are stopped
// without signing in.
type Unsubscriber struct {
	service *Service
	sealer  *seal.Sealer
}

// NewUnsubscriber makes one.
func NewUnsubscriber(s *Service) (*Unsubscriber, error) {
	sealer, err := seal.New(s.Key, "unsubscribe")
	if err != nil {
		return nil, err
	}
	return &Unsubscriber{s, sealer}, nil
}

// Token is for a person and a kind alone; "" is the digest.
func (u *Unsubscriber) Token(person uuid.UUID, k Kind) string {
	return u.sealer.Seal(append(person[:], k...))
}

// Knows says whether the token is one of ours, and in which language its person
// reads.
func (u *Unsubscriber) Knows(ctx context.Context, token string) (i18n.Lang, error) {
	person, _, err := u.open(token)
	if err != nil {
		return i18n.EN, err
	}
	p, err := u.service.DB.Client.Person.Get(viewer.With(ctx, viewer.System()), person)
	if err != nil {
		return i18n.EN, command.Found(err)
	}
	return languageOf(p), nil
}

// Stop has no more mails of the kind sent to the person; the inbox stays as it
// is. It may be called again. A token that is none of ours is NOT_FOUND.
func (u *Unsubscriber) Stop(ctx context.Context, token string) error {
	person, kind, err := u.open(token)
	if err != nil {
		return err
	}
	ctx = viewer.Command(viewer.With(ctx, viewer.System()))
	err = store.InTx(ctx, u.service.DB, func(ctx context.Context, tx *ent.Client) error {
		row, err := u.service.lockSettings(ctx, tx, person)
		if err != nil {
			return err
		}
		now, no := fromRow(row), false
		var c Choosing
		for _, k := range Kinds {
			if (k == kind || kind == "" && now.Delivery(k) == Digest) && now.Mailed(k) {
				c.Kinds = append(c.Kinds, Choose{Kind: k, Mail: &no})
			}
		}
		if len(c.Kinds) == 0 {
			return nil
		}
		_, err = u.service.write(ctx, row, now.changed(c))
		return err
	})
	if store.IsForeignKey(err) {
		return apperr.ErrNotFound.Because(err)
	}
	return err
}

func (u *Unsubscriber) open(token string) (uuid.UUID, Kind, error) {
	raw, err := u.sealer.Open(token)
	if err != nil || len(raw) < 16 {
		return uuid.Nil, "", apperr.ErrNotFound
	}
	return uuid.UUID(raw[:16]), Kind(raw[16:]), nil
}

func languageOf(p *ent.Person) i18n.Lang {
	if p.Language == "" {
		return i18n.EN
	}
	return p.Language
}
