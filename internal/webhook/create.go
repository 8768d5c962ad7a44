package webhook

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	entperson "acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
)

var (
	msgTooMany = i18n.Message{
		EN: "You have %d webhooks already. End one that is not needed any more.",
		ES: "Ya tiene %d webhooks. Termine alguno que ya no haga falta.",
		FR: "Vous avez déjà %d webhooks. Mettez fin à un webhook devenu inutile.",
	}
	msgKinds = i18n.Message{
		EN: "Name at most %d kinds of events.", ES: "Indique %d tipos de eventos como máximo.", FR: "Indiquez au plus %d types d'événements.",
	}
	msgKind = i18n.Message{
		EN: "There is no kind of event with this name: use the names of the types of Event.",
		ES: "No hay ningún tipo de evento con este nombre: use los nombres de los tipos de Event.",
		FR: "Aucun type d'événement ne porte ce nom : utilisez les noms des types de Event.",
	}
)

// Creation is a webhook to create.
type Creation struct {
	Name, URL string
	Scope     eventlog.Scope
	// Kinds are the kinds of events that it tells; none: all.
	Kinds []string
}

// Create makes a webhook that tells what happens from now on, and its secret,
// which is told this once: a repetition has none. For persons. A scope that the
// person may not see is INVALID_INPUT, as are an address to which nothing is sent
// and a kind of event that there is not; one webhook too many is a CONFLICT.
func (s *Service) Create(ctx context.Context, in Creation, key *string) (*ent.Webhook, string, command.Receipt, error) {
	v, err := person(ctx)
	if err != nil {
		return nil, "", command.Receipt{}, err
	}
	if in.Name, err = command.Line("input.name", in.Name, nameLimit); err != nil {
		return nil, "", command.Receipt{}, err
	}
	if in.URL, err = s.address(in.URL); err != nil {
		return nil, "", command.Receipt{}, err
	}
	if in.Kinds, err = s.kinds(in.Kinds); err != nil {
		return nil, "", command.Receipt{}, err
	}
	var secret string
	w, rec, err := command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "createWebhook", Input: in},
		func(ctx context.Context, tx *ent.Client) (w *ent.Webhook, err error) {
			w, secret, err = s.create(ctx, tx, v.Person, in)
			return w, err
		},
		func(w *ent.Webhook) uuid.UUID { return w.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Webhook, error) {
			secret = ""
			w, err := tx.Webhook.Get(ctx, u)
			return w, command.Found(err)
		})
	if err != nil {
		return nil, "", command.Receipt{}, err
	}
	return w, secret, rec, nil
}

func (s *Service) create(ctx context.Context, tx *ent.Client, owner uuid.UUID, in Creation) (*ent.Webhook, string, error) {
	// Keeps the person's other creations out, so that the count holds.
	if _, err := tx.Person.Query().Where(entperson.ID(owner), store.Locked(tx)).Only(ctx); err != nil {
		return nil, "", command.Found(err)
	}
	n, err := tx.Webhook.Query().Where(webhook.OwnerID(owner), webhook.StateNEQ(webhook.StateEnded)).Count(ctx)
	if err != nil {
		return nil, "", err
	}
	if n >= perPerson {
		return nil, "", apperr.New(apperr.Conflict, msgTooMany, n).With("limit", perPerson)
	}
	seen, err := visible(ctx, tx, in.Scope)
	if err == nil && !seen {
		err = apperr.ErrNotFound.In("input.in")
	}
	if err != nil {
		return nil, "", err
	}
	at, err := head(ctx, tx)
	if err != nil {
		return nil, "", err
	}
	now := s.Time()
	secret, kept := s.secrets.make()
	w, err := tx.Webhook.Create().SetID(s.NewID(id.Webhook)).SetCreatedAt(now).SetUpdatedAt(now).SetOwnerID(owner).SetName(in.Name).SetURL(in.URL).
		SetNillableThreadID(in.Scope.Thread).SetNillableProposalID(in.Scope.Proposal).SetNillableBodyID(in.Scope.Body).SetNillableMeetingID(in.Scope.Meeting).SetEventKinds(in.Kinds).
		SetSecret(kept).SetPositionSeq(at.Seq).SetPositionTag(at.Tag).Save(ctx)
	if err != nil {
		return nil, "", err
	}
	return w, secret, s.tell(ctx, "WebhookCreated", w, eventlog.Facts{})
}

func (s *Service) address(url string) (string, error) {
	if err := command.Fits("input.url", url, 4000); err != nil {
		return "", err
	}
	return s.guard.Check("input.url", url)
}

// kinds are kinds of events, each once.
func (s *Service) kinds(all []string) ([]string, error) {
	out := []string{}
	for _, k := range all {
		if !s.known(k) {
			return nil, apperr.Invalid("input.eventKinds", msgKind)
		}
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
		if len(out) > kindsLimit {
			return nil, apperr.Invalid("input.eventKinds", msgKinds, kindsLimit).With("limit", kindsLimit)
		}
	}
	slices.Sort(out)
	return out, nil
}
