package tableimport

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/organisation"
	"acs-aec.org/hub/internal/tabular"
)

var msgParty = i18n.Message{
	EN: "No organisation, or more than one, is known here by %q. Name it by its identifier, or create it first.",
	ES: "Ninguna organización, o más de una, se conoce aquí como %q. Indíquela por su identificador o créela antes.",
	FR: "Aucune organisation, ou plusieurs, n'est connue ici sous %q. Désignez-la par son identifiant ou créez-la d'abord.",
}

// parties finds organisations by identifier or name, and remembers some of them.
type parties struct {
	*Service
	met map[[2]string]*uuid.UUID
}

// remembered is how many parties are remembered.
const remembered = 10_000

// find is the organisation with the identifier, or else the one active organisation
// that has the name; nil for none.
func (p *parties) find(ctx context.Context, ref, name string) (*uuid.UUID, error) {
	k := [2]string{ref, name}
	if ref == "" && name == "" {
		return nil, nil //nolint:nilnil // nobody is named
	}
	if u, met := p.met[k]; met {
		return u, nil
	}
	var found *uuid.UUID
	var err error
	if ref != "" {
		found, err = organisation.ByIdentifier(ctx, p.DB.Client, ref)
	} else {
		found, err = organisation.ByName(ctx, p.DB.Client, i18n.Fold(name))
	}
	if err != nil {
		return nil, err
	}
	if p.met == nil || len(p.met) >= remembered {
		p.met = map[[2]string]*uuid.UUID{}
	}
	p.met[k] = found
	return found, nil
}

// unknown is an issue for each party of a row that is not known; keys are those of
// the fields of identifier and name.
func (p *parties) unknown(ctx context.Context, r tabular.Record, ref, name string) ([]Issue, error) {
	if r.Values[ref] == "" && r.Values[name] == "" {
		return nil, nil
	}
	u, err := p.find(ctx, r.Values[ref], r.Values[name])
	if err != nil || u != nil {
		return nil, err
	}
	said, column := r.Values[ref], ref
	if said == "" {
		said, column = r.Values[name], name
	}
	return []Issue{{"organisation", r.Line, column, filled(msgParty, []any{said})}}, nil
}
