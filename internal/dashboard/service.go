package dashboard

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/dashboard"
	"acs-aec.org/hub/ent/generated/ent/dashboardtile"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Limits.
const (
	MaxTiles  = 24
	MaxOwn    = 50 // dashboards of a person
	titleMost = 200
	queryMost = 20_000
)

var (
	msgTiles = i18n.Message{
		EN: "A dashboard has 1 to %d tiles.", ES: "Un tablero tiene de 1 a %d elementos.", FR: "Un tableau de bord a de 1 à %d éléments.",
	}
	msgOwn = i18n.Message{
		EN: "You have %d dashboards already. Delete one first.", ES: "Ya tiene %d tableros. Elimine uno antes.", FR: "Vous avez déjà %d tableaux de bord. Supprimez-en un d'abord.",
	}
	msgAudience = i18n.Message{
		EN: "Only the Secretariat may show a dashboard to all who hold a seat, or to everybody.",
		ES: "Solo la Secretaría puede mostrar un tablero a todos los que ocupan un puesto, o a todo el mundo.",
		FR: "Seul le Secrétariat peut montrer un tableau de bord à tous ceux qui occupent un siège, ou à tout le monde.",
	}
	msgOrganisation = i18n.Message{
		EN: "Name the organisation whose people may see it, and only for this audience. It is your own, unless you are of the Secretariat.",
		ES: "Indique la organización cuyas personas pueden verlo, y solo para este público. Es la suya, salvo que usted sea de la Secretaría.",
		FR: "Indiquez l'organisation dont les personnes peuvent le voir, et seulement pour ce public. C'est la vôtre, sauf si vous êtes du Secrétariat.",
	}
	msgCurrency = i18n.Message{
		EN: "%s is no currency of ISO 4217.", ES: "%s no es una moneda de la norma ISO 4217.", FR: "%s n'est pas une monnaie de la norme ISO 4217.",
	}
	msgLongQuery = i18n.Message{
		EN: "The question of this tile is too long. Name fewer values in the filter.",
		ES: "La pregunta de este elemento es demasiado larga. Indique menos valores en el filtro.",
		FR: "La question de cet élément est trop longue. Indiquez moins de valeurs dans le filtre.",
	}
)

// Service holds the commands.
type Service struct {
	*command.Runner
	funding *funding.Service
}

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r, funding.New(r)} }

// TileInput is a tile to be saved.
type TileInput struct {
	Title *i18n.TextInput
	Chart Chart
	Query funding.Query
}

// Input is a new dashboard.
type Input struct {
	Title        *i18n.TextInput
	Audience     dashboard.Audience
	Organisation *uuid.UUID
	Currency     string
	Tiles        []TileInput
	Key          *string
}

// Create makes a dashboard of the person who asks. INVALID_INPUT says what is wrong,
// FORBIDDEN that the audience is not theirs to give.
func (s *Service) Create(ctx context.Context, in Input) (*ent.Dashboard, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	title, err := command.Text(ctx, "input.title", in.Title, titleMost, true, s.Time())
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if err := checkCurrency(in.Currency); err != nil {
		return nil, command.Receipt{}, err
	}
	tiles, err := s.tiles(ctx, in.Tiles)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: in.Key, Mutation: "createDashboard", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Dashboard, error) {
		// The person's row keeps two that are made at once from passing the limit.
		if _, err := tx.Person.Query().Where(person.ID(v.Person), store.Locked(tx)).Only(ctx); err != nil {
			return nil, command.Found(err)
		}
		own, err := tx.Dashboard.Query().Where(dashboard.OwnerID(v.Person)).Count(viewer.With(ctx, viewer.System()))
		if err != nil {
			return nil, fmt.Errorf("dashboard: count: %w", err)
		}
		if own >= MaxOwn {
			return nil, apperr.New(apperr.Conflict, msgOwn, MaxOwn).With("limit", MaxOwn)
		}
		if err := s.checkAudience(ctx, tx, v, in.Audience, in.Organisation); err != nil {
			return nil, err
		}
		now := s.Time()
		d, err := tx.Dashboard.Create().SetID(s.NewID(id.Dashboard)).SetCreatedAt(now).SetUpdatedAt(now).SetOwnerID(v.Person).
			SetAudience(in.Audience).SetNillableOrganisationID(in.Organisation).SetCurrency(in.Currency).
			SetTitleText(title).SetTitleKeyEn(i18n.Fold(title.In(i18n.EN))).SetTitleKeyEs(i18n.Fold(title.In(i18n.ES))).
			SetTitleKeyFr(i18n.Fold(title.In(i18n.FR))).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("dashboard: create: %w", err)
		}
		if err := s.write(ctx, tx, d.ID, tiles); err != nil {
			return nil, err
		}
		return d, s.tell(ctx, "DashboardCreated", d)
	}, func(d *ent.Dashboard) uuid.UUID { return d.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Dashboard, error) {
		d, err := tx.Dashboard.Get(ctx, u)
		return d, command.Found(err)
	})
}

// Edit is what to change in a dashboard. What is not given stays.
type Edit struct {
	ID               uuid.UUID
	ExpectedRevision int
	Title            *i18n.TextInput
	Audience         *dashboard.Audience
	Organisation     command.Field[uuid.UUID]
	Currency         *string
	// Tiles are all of them; nil: they stay.
	Tiles []TileInput
}

// Edit changes a dashboard. For its owner and the Secretariat; others find nothing or
// are FORBIDDEN. CONFLICT if it was changed meanwhile.
func (s *Service) Edit(ctx context.Context, in Edit) (*ent.Dashboard, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if in.Currency != nil {
		if err := checkCurrency(*in.Currency); err != nil {
			return nil, command.Receipt{}, err
		}
	}
	var tiles []saved
	if in.Tiles != nil {
		if tiles, err = s.tiles(ctx, in.Tiles); err != nil {
			return nil, command.Receipt{}, err
		}
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Dashboard, error) {
		d, err := s.lock(ctx, tx, v, in.ID, in.ExpectedRevision)
		if err != nil {
			return nil, err
		}
		now := s.Time()
		title, _, err := command.EditText(ctx, "input.title", d.TitleText(), in.Title, titleMost, true, now)
		if err != nil {
			return nil, err
		}
		audience, of := d.Audience, in.Organisation.OrNil(d.OrganisationID)
		if in.Audience != nil {
			audience = *in.Audience
		}
		if in.Audience != nil || in.Organisation.Given {
			if err := s.checkAudience(ctx, tx, v, audience, of); err != nil {
				return nil, err
			}
		}
		u := d.Update().SetUpdatedAt(now).SetRevision(d.Revision + 1).SetAudience(audience).
			SetTitleText(title).SetTitleKeyEn(i18n.Fold(title.In(i18n.EN))).SetTitleKeyEs(i18n.Fold(title.In(i18n.ES))).
			SetTitleKeyFr(i18n.Fold(title.In(i18n.FR)))
		command.Put(of, u.SetOrganisationID, u.ClearOrganisationID)
		if in.Currency != nil {
			u.SetCurrency(*in.Currency)
		}
		if d, err = u.Save(ctx); err != nil {
			return nil, fmt.Errorf("dashboard: edit: %w", err)
		}
		if in.Tiles != nil {
			if _, err := tx.DashboardTile.Delete().Where(dashboardtile.DashboardID(d.ID)).Exec(ctx); err != nil {
				return nil, fmt.Errorf("dashboard: clear tiles: %w", err)
			}
			if err := s.write(ctx, tx, d.ID, tiles); err != nil {
				return nil, err
			}
		}
		return d, s.tell(ctx, "DashboardEdited", d)
	})
}

// Delete takes a dashboard away. For its owner and the Secretariat.
func (s *Service) Delete(ctx context.Context, u uuid.UUID, expected int) (command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return command.Receipt{}, err
	}
	_, rec, err := command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Dashboard, error) {
		d, err := s.lock(ctx, tx, v, u, expected)
		if err != nil {
			return nil, err
		}
		if err := s.tell(ctx, "DashboardDeleted", d); err != nil {
			return nil, err
		}
		if err := tx.Dashboard.DeleteOne(d).Exec(ctx); err != nil {
			return nil, fmt.Errorf("dashboard: delete: %w", err)
		}
		return d, nil
	})
	return rec, err
}

// CanEdit says whether the viewer may edit a dashboard.
func CanEdit(v *viewer.Viewer, d *ent.Dashboard) bool {
	return d != nil && (v.Secretariat() || v.SignedIn() && d.OwnerID == v.Person)
}

// lock reads a dashboard that the viewer may edit.
func (s *Service) lock(ctx context.Context, tx *ent.Client, v *viewer.Viewer, u uuid.UUID, expected int) (*ent.Dashboard, error) {
	d, err := tx.Dashboard.Query().Where(dashboard.ID(u), store.Locked(tx)).Only(ctx)
	if err != nil {
		return nil, command.Found(err)
	}
	if err := command.Allow(ctx, CanEdit(v, d)); err != nil {
		return nil, err
	}
	return d, command.Unchanged(d.Revision, expected)
}

func checkCurrency(code string) error {
	if !codelist.Find(codelist.Currency).Has(code) {
		return apperr.Invalid("input.currency", msgCurrency, code)
	}
	return nil
}

// checkAudience refuses an audience that is not the viewer's to give.
func (s *Service) checkAudience(ctx context.Context, tx *ent.Client, v *viewer.Viewer, a dashboard.Audience, of *uuid.UUID) error {
	if (a == dashboard.AudienceSeated || a == dashboard.AudienceEverybody) && !v.Secretariat() {
		return apperr.New(apperr.Forbidden, msgAudience).In("input.audience")
	}
	if (a == dashboard.AudienceOrganisation) != (of != nil) {
		return apperr.Invalid("input.organisationId", msgOrganisation)
	}
	if of == nil {
		return nil
	}
	if !v.Secretariat() && *of != v.Organisation {
		return apperr.Invalid("input.organisationId", msgOrganisation)
	}
	there, err := tx.Organisation.Query().Where(organisation.ID(*of), organisation.StatusEQ(organisation.StatusActive)).Exist(ctx)
	if err == nil && !there {
		err = apperr.Invalid("input.organisationId", msgOrganisation)
	}
	return err
}

// saved is a tile as it is kept.
type saved struct {
	title i18n.Text
	chart Chart
	query string
}

// tiles checks tiles: each asks what can be asked.
func (s *Service) tiles(ctx context.Context, in []TileInput) ([]saved, error) {
	if len(in) == 0 || len(in) > MaxTiles {
		return nil, apperr.Invalid("input.tiles", msgTiles, MaxTiles).With("limit", MaxTiles)
	}
	out := make([]saved, len(in))
	for i, t := range in {
		at := fmt.Sprintf("input.tiles[%d]", i)
		title, err := command.Text(ctx, at+".title", t.Title, titleMost, true, s.Time())
		if err != nil {
			return nil, err
		}
		t.Query.Currency = ""
		if err := s.funding.Askable(ctx, t.Query); err != nil {
			return nil, apperr.Under(at, err)
		}
		raw, err := json.Marshal(t.Query)
		if err != nil {
			return nil, fmt.Errorf("dashboard: write a query: %w", err)
		}
		if len(raw) > queryMost {
			return nil, apperr.Invalid(at+".filter", msgLongQuery)
		}
		out[i] = saved{title, t.Chart, string(raw)}
	}
	return out, nil
}

func (s *Service) write(ctx context.Context, tx *ent.Client, u uuid.UUID, tiles []saved) error {
	now := s.Time()
	rows := make([]*ent.DashboardTileCreate, len(tiles))
	for i, t := range tiles {
		rows[i] = tx.DashboardTile.Create().SetID(s.NewID(id.Tile)).SetCreatedAt(now).SetDashboardID(u).SetPosition(i).
			SetChart(t.chart).SetQuery(t.query).SetTitleText(t.title)
	}
	if err := tx.DashboardTile.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("dashboard: write tiles: %w", err)
	}
	return nil
}

// tell tells the owner and the Secretariat.
func (s *Service) tell(ctx context.Context, kind string, d *ent.Dashboard) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: d.ID, Person: &d.OwnerID, Personal: true})
}
