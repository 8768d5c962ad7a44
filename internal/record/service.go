package record

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	stdsql "database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/setting"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

const (
	// keySetting is the setting that holds the seed of the signing key.
	keySetting = "record key"
	// linkLife is how long a link to a record holds.
	linkLife = 5 * time.Minute
	// attempts is how often a discussion that goes on meanwhile is read anew.
	attempts = 5
)

var (
	msgHistory = i18n.Message{
		EN: "A record holds the whole discussion, and you see a part of it: ask a colleague who takes part with the whole history.",
		ES: "Un expediente contiene toda la discusión, y usted ve una parte: pídalo a quien participe con todo el historial.",
		FR: "Un dossier contient toute la discussion, et vous n'en voyez qu'une partie : demandez à quelqu'un qui participe avec tout l'historique.",
	}
	errBusy = apperr.New(apperr.Unavailable, i18n.Message{
		EN: "The discussion changed each time it was read. Try again in a moment.",
		ES: "La discusión cambió cada vez que se leyó. Inténtelo de nuevo en un momento.",
		FR: "La discussion a changé à chaque lecture. Réessayez dans un moment.",
	})
)

var errNoFiles = apperr.New(apperr.Unavailable, i18n.Message{
	EN: "The discussion has attachments, and no place is known where their files are.",
	ES: "La discusión tiene adjuntos y no se sabe dónde están sus archivos.",
	FR: "La discussion a des pièces jointes, et on ne sait pas où sont leurs fichiers.",
})

// Files gives what is in an attachment, by its row.
type Files interface {
	Content(ctx context.Context, attachment uuid.UUID) (io.ReadCloser, error)
}

// Service makes records.
type Service struct {
	*command.Runner
	links *seal.Sealer
	files Files
}

// New makes a service. files may be nil where nobody fetches records.
func New(r *command.Runner, files Files) (*Service, error) {
	links, err := seal.New(r.Key, "link to a record")
	if err != nil {
		return nil, err
	}
	return &Service{Runner: r, links: links, files: files}, nil
}

// signingKey reads the deployment's signing key, or makes it the first time; nodes
// that do so at once agree on one.
func (s *Service) signingKey(ctx context.Context) (ed25519.PrivateKey, error) {
	var key ed25519.PrivateKey
	ctx = viewer.With(ctx, viewer.System())
	row, err := s.DB.Client.Setting.Get(ctx, keySetting)
	if err == nil {
		return keyOf(row)
	}
	if !ent.IsNotFound(err) {
		return nil, fmt.Errorf("record: read the signing key: %w", err)
	}
	err = store.InTx(ctx, s.DB, func(ctx context.Context, tx *ent.Client) error {
		seed := make([]byte, ed25519.SeedSize)
		if _, err := rand.Read(seed); err != nil {
			return err
		}
		err := tx.Setting.Create().SetID(keySetting).SetValue(seed).
			OnConflict(sql.ConflictColumns(setting.FieldID), sql.DoNothing()).Exec(ctx)
		if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
			return err
		}
		row, err := tx.Setting.Get(ctx, keySetting)
		if err != nil {
			return err
		}
		key, err = keyOf(row)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("record: make the signing key: %w", err)
	}
	return key, nil
}

// keyOf is the key that a setting holds the seed of.
func keyOf(row *ent.Setting) (ed25519.PrivateKey, error) {
	if len(row.Value) != ed25519.SeedSize {
		return nil, errors.New("record: the signing key in the database is damaged")
	}
	return ed25519.NewKeyFromSeed(row.Value), nil
}

// PublicKey is the key by which this deployment's records are checked. The first
// time it is asked for, the signing key is made.
func (s *Service) PublicKey(ctx context.Context) (ed25519.PublicKey, error) {
	key, err := s.signingKey(ctx)
	if err != nil {
		return nil, err
	}
	return key.Public().(ed25519.PublicKey), nil //nolint:forcetypeassert // ed25519 says so
}

// CanMake says whether the viewer may make the record of a discussion with this
// audience.
func (s *Service) CanMake(ctx context.Context, audience []*ent.ThreadAudience) bool {
	v := viewer.From(ctx)
	return v.Secretariat() && (v.IsSystem() || whole(v, access.PartiesIn(audience)))
}

// whole says whether the viewer sees all of the discussion of these parties: every
// message, and with the Secretariat's rights every event.
func whole(v *viewer.Viewer, parties access.Parties) bool {
	from, in := parties.From(v)
	return in && from == 0
}

// Made is a record that may be fetched.
type Made struct {
	Thread *ent.Thread
	// Link is what Open takes, for five minutes.
	Link string
}

// Make allows the viewer to fetch the record of a discussion, and tells that. For
// the Secretariat that takes part with the whole history; others are FORBIDDEN.
func (s *Service) Make(ctx context.Context, u uuid.UUID, in i18n.Lang) (*Made, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	t, rec, err := command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Thread, error) {
		t, err := tx.Thread.Query().Where(thread.ID(u), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Allow(ctx, v.Secretariat()); err != nil {
			return nil, err
		}
		parties, err := access.PartiesOf(ctx, tx, u)
		if err == nil && !v.IsSystem() && !whole(v, parties) {
			err = apperr.New(apperr.Forbidden, msgHistory)
		}
		if err != nil {
			return nil, err
		}
		return t, s.Log.Append(ctx, eventlog.Event{
			Kind: "RecordMade", Subject: t.ID, Thread: &t.ID,
			Proposal: t.ProposalID, Body: t.BodyID, Agreement: t.AgreementID, Programme: t.ProgrammeID, Opportunity: t.OpportunityID, Meeting: t.MeetingID,
		})
	})
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return &Made{Thread: t, Link: s.link(v.Person, u, in)}, rec, nil
}

// link seals who may fetch which record until when.
func (s *Service) link(person, u uuid.UUID, in i18n.Lang) string {
	until := s.Now().Add(linkLife).Unix()
	content := append(append(person[:], u[:]...), byte(until>>32), byte(until>>24), byte(until>>16), byte(until>>8), byte(until))
	return s.links.Seal(append(content, in...))
}

// Linked reads a link of Make: the discussion and the language. One that is
// foreign, over, or another person's is NOT_FOUND.
func (s *Service) Linked(ctx context.Context, link string) (uuid.UUID, i18n.Lang, error) {
	content, err := s.links.Open(link)
	if err != nil || len(content) < 37 {
		return uuid.Nil, "", apperr.ErrNotFound
	}
	until := int64(0)
	for _, b := range content[32:37] {
		until = until<<8 | int64(b)
	}
	if v := viewer.From(ctx); !v.SignedIn() || uuid.UUID(content[:16]) != v.Person || s.Now().Unix() > until {
		return uuid.Nil, "", apperr.ErrNotFound
	}
	return uuid.UUID(content[16:32]), i18n.Lang(content[37:]), nil
}

// Write writes the record of a discussion into an empty file, as it is now. For
// the Secretariat that takes part with the whole history, and the hub itself;
// others find nothing. A discussion that goes on meanwhile is read anew, and is
// UNAVAILABLE if it does not stop.
func (s *Service) Write(ctx context.Context, to *os.File, u uuid.UUID, in i18n.Lang) (*Manifest, error) {
	v := viewer.From(ctx)
	if !v.Secretariat() {
		return nil, apperr.ErrNotFound
	}
	var by *Person
	if v.SignedIn() {
		p, err := s.DB.Client.Person.Get(ctx, v.Person)
		if err != nil {
			return nil, command.Found(err)
		}
		by = person(p, p.ID)
	}
	key, err := s.signingKey(ctx)
	if err != nil {
		return nil, err
	}
	for range attempts {
		if _, err := to.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		if err := to.Truncate(0); err != nil {
			return nil, err
		}
		before, err := s.head(ctx, u)
		if err != nil {
			return nil, err
		}
		m, err := Write(ctx, to, Making{Key: key, At: s.Time(), By: by, Language: in}, &source{s: s, thread: u})
		if err != nil {
			return nil, err
		}
		after, err := s.head(ctx, u)
		if err != nil {
			return nil, err
		}
		if before == after && before == string(m.Chain) {
			return m, nil
		}
		parties, err := access.PartiesOf(ctx, s.DB.Client, u)
		if err != nil {
			return nil, err
		}
		if !v.IsSystem() && !whole(v, parties) { // its events don't make the chain
			return nil, apperr.ErrNotFound
		}
	}
	return nil, errBusy
}

// head is the head of a discussion's hash chain.
func (s *Service) head(ctx context.Context, u uuid.UUID) (string, error) {
	t, err := s.DB.Client.Thread.Query().Where(thread.ID(u)).Select(thread.FieldChain).Only(ctx)
	if err != nil {
		return "", command.Found(err)
	}
	return string(t.Chain), nil
}

// person is somebody as a record names them; the name is missing where it is not
// known.
func person(p *ent.Person, u uuid.UUID) *Person {
	out := &Person{ID: id.Format(u)}
	if p != nil {
		out.Name = p.Name
	}
	return out
}
