package person

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/staffpost"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct {
	*command.Runner
	accounts *account.Service
}

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r, account.New(r)} }

var (
	emailAddress = regexp.MustCompile(`^[^\s@A-Z]+@[^\s@A-Z]+$`)

	msgEmail = i18n.Message{
		EN: "This is not an address of electronic mail.", ES: "Esto no es una dirección de correo electrónico.",
		FR: "Ce n'est pas une adresse de courrier électronique.",
	}
	msgTaken = i18n.Message{
		EN: "Somebody has this address already.", ES: "Alguien ya tiene esta dirección.", FR: "Quelqu'un a déjà cette adresse.",
	}
	msgOneself = i18n.Message{
		EN: "You can't take your own access away.", ES: "No puede retirarse su propio acceso.", FR: "Vous ne pouvez pas retirer votre propre accès.",
	}
	msgLast = i18n.Message{
		EN: "Nobody else with a post in the Secretariat would have access.", ES: "Nadie más con un cargo en la Secretaría tendría acceso.",
		FR: "Plus personne occupant un poste au Secrétariat n'aurait accès.",
	}
)

// MayCreate says whether the viewer may add people and give or take access.
func (*Service) MayCreate(v *viewer.Viewer) bool { return v.Secretariat() }

// MayEdit says whether the viewer may edit the person.
func (*Service) MayEdit(v *viewer.Viewer, p uuid.UUID) bool {
	return v.Secretariat() || v.SignedIn() && v.Person == p
}

// MaySeeAccount says whether the viewer may see the person's address, language
// and status.
func (s *Service) MaySeeAccount(v *viewer.Viewer, p uuid.UUID) bool { return s.MayEdit(v, p) }

// CreateInput is a new person.
type CreateInput struct {
	Email        string
	Name         string
	Language     i18n.Lang // "" for none
	Organisation *uuid.UUID
}

// Create adds a person and makes the secret of a one-time link that sets the
// password, which is told this once: a repetition has none. For the Secretariat.
// An address that is taken is ALREADY_EXISTS.
func (s *Service) Create(ctx context.Context, in CreateInput, key *string) (*ent.Person, string, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, "", command.Receipt{}, err
	}
	in.Email = strings.ToLower(strings.TrimSpace(in.Email))
	if len(in.Email) > 254 || !emailAddress.MatchString(in.Email) {
		return nil, "", command.Receipt{}, apperr.Invalid("input.email", msgEmail)
	}
	if err := command.Fits("input.email", in.Email, 254); err != nil {
		return nil, "", command.Receipt{}, err
	}
	name, err := command.Line("input.name", in.Name, 200)
	if err != nil {
		return nil, "", command.Receipt{}, err
	}
	var secret string
	claim := command.Claim{Key: key, Mutation: "createPerson", Input: in}
	p, rec, err := command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Person, error) {
		if err := there(ctx, tx, in.Organisation); err != nil {
			return nil, err
		}
		now := s.Time()
		p, err := tx.Person.Create().SetID(s.NewID(id.Person)).SetCreatedAt(now).SetUpdatedAt(now).SetEmail(in.Email).SetName(name).
			SetNameKey(i18n.Fold(name)).SetLanguage(in.Language).SetNillableOrganisationID(in.Organisation).Save(ctx)
		if err := store.Taken(err, person.FieldEmail, apperr.New(apperr.AlreadyExists, msgTaken).In("input.email")); err != nil {
			return nil, err
		}
		if secret, err = s.accounts.CreatePasswordLink(ctx, p.ID); err != nil {
			return nil, err
		}
		return p, s.tell(ctx, "PersonCreated", p.ID, nil)
	}, func(p *ent.Person) uuid.UUID { return p.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Person, error) {
		secret = ""
		p, err := tx.Person.Get(ctx, u)
		return p, command.Found(err)
	})
	if err != nil {
		return nil, "", command.Receipt{}, err
	}
	return p, secret, rec, nil
}

// EditInput is a change of a person. What is not given stays.
type EditInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Name             *string
	Language         command.Field[i18n.Lang]
	Organisation     command.Field[uuid.UUID]
}

// Edit changes a person: the Secretariat anyone, others their own name and
// language.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Person, command.Receipt, error) {
	if _, err := command.SignedIn(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	v := viewer.From(ctx)
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Person, error) {
		p, err := lock(ctx, tx, in.ID)
		if err != nil {
			return nil, err
		}
		if !s.MayEdit(v, p.ID) {
			return nil, apperr.ErrForbidden
		}
		if in.Organisation.Given && !v.Secretariat() {
			return nil, apperr.ErrForbidden.In("input.organisationId")
		}
		if err := command.Unchanged(p.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		name := p.Name
		if in.Name != nil {
			if name, err = command.Line("input.name", *in.Name, 200); err != nil {
				return nil, err
			}
		}
		language := p.Language
		if in.Language.Given {
			language = ""
			if in.Language.Value != nil {
				language = *in.Language.Value
			}
		}
		organisation := in.Organisation.OrNil(p.OrganisationID)
		var d eventlog.Diff
		d.Text("name", name != p.Name)
		d.Value("language", string(p.Language), string(language))
		d.Value("organisation", idText(p.OrganisationID), idText(organisation))
		if !d.Any() {
			return p, nil
		}
		u := p.Update().SetUpdatedAt(s.Time()).SetRevision(p.Revision + 1).SetName(name).SetNameKey(i18n.Fold(name)).SetLanguage(language)
		if organisation == nil {
			u.ClearOrganisationID()
		} else if idText(organisation) != idText(p.OrganisationID) {
			if err := there(ctx, tx, organisation); err != nil {
				return nil, err
			}
			u.SetOrganisationID(*organisation)
		}
		if p, err = u.Save(ctx); err != nil {
			return nil, fmt.Errorf("person: edit a person: %w", err)
		}
		return p, s.tell(ctx, "PersonEdited", p.ID, d.Changes)
	})
}

// Disable takes a person's access away: sessions, tokens and links end with it.
// For the Secretariat; not for oneself (FORBIDDEN). A person without access, and
// the last one with a post in the Secretariat, are CONFLICT.
func (s *Service) Disable(ctx context.Context, u uuid.UUID, expectedRevision int) (*ent.Person, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Person, error) {
		staff, err := s.lockStaffAnd(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		p, err := lock(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if v := viewer.From(ctx); v.SignedIn() && v.Person == u {
			return nil, apperr.New(apperr.Forbidden, msgOneself)
		}
		if err := command.Unchanged(p.Revision, expectedRevision); err != nil {
			return nil, err
		}
		if p.Status != person.StatusActive {
			return nil, command.WrongState(string(p.Status), p.Revision)
		}
		if staff[u] && len(staff) == 1 {
			return nil, apperr.New(apperr.Conflict, msgLast).With("currentRevision", p.Revision)
		}
		p, err = p.Update().SetStatus(person.StatusDisabled).SetUpdatedAt(s.Time()).SetRevision(p.Revision + 1).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("person: disable a person: %w", err)
		}
		if err := s.tell(ctx, "PersonDisabled", u, nil); err != nil {
			return nil, err
		}
		return p, s.accounts.Shut(ctx, tx, u)
	})
}

// Enable gives a disabled person access again, with the password they had. For
// the Secretariat. A person with access is CONFLICT.
func (s *Service) Enable(ctx context.Context, u uuid.UUID, expectedRevision int) (*ent.Person, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Person, error) {
		p, err := lock(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if err := command.Unchanged(p.Revision, expectedRevision); err != nil {
			return nil, err
		}
		if p.Status != person.StatusDisabled {
			return nil, command.WrongState(string(p.Status), p.Revision)
		}
		p, err = p.Update().SetStatus(person.StatusActive).SetUpdatedAt(s.Time()).SetRevision(p.Revision + 1).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("person: enable a person: %w", err)
		}
		return p, s.tell(ctx, "PersonEnabled", u, nil)
	})
}

// Find is the person with the address, as far as the viewer may see them.
func (s *Service) Find(ctx context.Context, email string) (*ent.Person, error) {
	p, err := s.DB.Client.Person.Query().Where(person.Email(strings.ToLower(strings.TrimSpace(email)))).Only(ctx)
	return p, command.Found(err)
}

// lock reads a person that the viewer may see and keeps others from changing it.
func lock(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Person, error) {
	p, err := tx.Person.Query().Where(person.ID(u), store.Locked(tx)).Only(ctx)
	if err != nil {
		return nil, command.Found(err)
	}
	return p, nil
}

// lockStaffAnd locks, in the order of their ids, the person and all who have
// access and a post in the Secretariat today, so that two of them cannot take
// each other's access away at once. It gives the latter.
func (s *Service) lockStaffAnd(ctx context.Context, tx *ent.Client, u uuid.UUID) (map[uuid.UUID]bool, error) {
	today := date.Of(s.Now())
	held := func(sel *sql.Selector) *sql.Predicate {
		posts := sql.Table(staffpost.Table)
		return sql.Exists(sql.Select(posts.C(staffpost.FieldID)).From(posts).Where(sql.And(
			sql.ColumnsEQ(posts.C(staffpost.FieldPersonID), sel.C(person.FieldID)), body.InForceP(posts.C, today))))
	}
	active := func(sel *sql.Selector) *sql.Predicate { return sql.EQ(sel.C(person.FieldStatus), person.StatusActive) }
	_, err := tx.Person.Query().Where(func(sel *sql.Selector) {
		sel.Where(sql.Or(sql.EQ(sel.C(person.FieldID), u), sql.And(active(sel), held(sel))))
	}, store.Locked(tx)).Order(ent.Asc(person.FieldID)).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("person: lock the staff: %w", err)
	}
	ids, err := tx.Person.Query().Where(func(sel *sql.Selector) { sel.Where(sql.And(active(sel), held(sel))) }).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("person: read the staff: %w", err)
	}
	staff := make(map[uuid.UUID]bool, len(ids))
	for _, p := range ids {
		staff[p] = true
	}
	return staff, nil
}

// there refuses an organisation that is not there.
func there(ctx context.Context, tx *ent.Client, u *uuid.UUID) error {
	if u == nil {
		return nil
	}
	_, err := tx.Organisation.Get(ctx, *u)
	return command.AtField("input.organisationId", err)
}

// tell appends an event that is for the person and the Secretariat.
func (s *Service) tell(ctx context.Context, kind string, p uuid.UUID, changes []eventlog.Change) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: p, Person: &p, Personal: true, Facts: eventlog.Facts{Changes: changes}})
}

func idText(u *uuid.UUID) string {
	if u == nil {
		return ""
	}
	return id.Format(*u)
}
