package chaos

import (
	"context"
	"fmt"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
)

// Stage opens a discussion on an organisation to which whoever has the
// deployment's token belongs, among nobody else, and returns its identifier.
func Stage(ctx context.Context, d *Deployment) (id string, err error) {
	c, who, base := api.New(20*time.Second), api.Credential{Bearer: d.Token}, d.direct()
	tag := fmt.Sprintf("%x", time.Now().UnixMicro())
	var me struct {
		Viewer struct {
			Person struct {
				ID           string
				Revision     int
				Organisation *struct{ ID string }
			}
		}
	}
	if err := c.Do(ctx, base, who, `{ viewer { person { id revision organisation { id } } } }`, nil, &me); err != nil {
		return "", err
	}
	p := me.Viewer.Person
	if p.Organisation == nil {
		var made struct {
			CreateOrganisation struct{ Organisation struct{ ID string } }
		}
		err := c.Do(ctx, base, who, `mutation($in: CreateOrganisationInput!) { createOrganisation(input: $in) { organisation { id } } }`, map[string]any{
			"in": map[string]any{"name": map[string]any{"en": "Livecheck " + tag}, "kinds": []string{"PARTNER"}},
		}, &made)
		if err != nil {
			return "", err
		}
		p.Organisation = &struct{ ID string }{made.CreateOrganisation.Organisation.ID}
		err = c.Do(ctx, base, who, `mutation($in: EditPersonInput!) { editPerson(input: $in) { eventIds } }`, map[string]any{
			"in": map[string]any{"id": p.ID, "expectedRevision": p.Revision, "organisationId": p.Organisation.ID},
		}, nil)
		if err != nil {
			return "", err
		}
	}
	t := thread{subject: p.Organisation.ID, audience: []string{p.ID}}
	id, _, err = openThread(ctx, c, base, who, t, "bench"+tag)
	return id, err
}
