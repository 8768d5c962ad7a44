package main

import (
	"context"
	"fmt"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/internal/account"
	bodies "acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/person"
	"acs-aec.org/hub/internal/store"
)

type personCmd struct {
	Create  personCreateCmd  `cmd:"" help:"Add a person and print a one-time link to set a password."`
	Reset   personResetCmd   `cmd:"" help:"Print a new one-time link for a person."`
	Disable personDisableCmd `cmd:"" help:"Take a person's access away: sessions and tokens end at once."`
}

// base is the address that links begin with.
type base struct {
	URL string `help:"Address of the hub as people reach it." default:"http://127.0.0.1:8080" placeholder:"URL"`
}

// link is where a secret sets a password.
func (b base) link(secret string) string { return b.URL + "/#set-password=" + secret }

type personCreateCmd struct {
	base
	Email       string `arg:"" help:"The person's address."`
	Name        string `arg:"" help:"The person's name."`
	Secretariat bool   `help:"Give the person a post in the Secretariat, from today: needed for the first person."`
}

// Run adds the person, and the post, both or neither.
func (p *personCreateCmd) Run(ctx context.Context, t terminal, c *cli) error {
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	var secret string
	err = store.InTx(system(ctx), o.DB, func(ctx context.Context, tx *ent.Client) error {
		created, s, _, err := person.New(o.Runner).Create(ctx, person.CreateInput{Email: p.Email, Name: p.Name}, nil)
		if err != nil {
			return err
		}
		secret = s
		if !p.Secretariat {
			return nil
		}
		return employ(ctx, o, tx, created)
	})
	if err != nil {
		return err
	}
	say(t.err, "The link is valid once, for three days. Give it to the person:")
	say(t.out, "%s", p.link(secret))
	return nil
}

// employ gives a person a post in the Secretariat, which is made if there is
// none.
func employ(ctx context.Context, o *opened, tx *ent.Client, p *ent.Person) error {
	service := bodies.New(o.Runner)
	secretariat, err := tx.Body.Query().Where(body.KindEQ(body.KindSecretariat), body.ParentIDIsNil()).First(ctx)
	if ent.IsNotFound(err) {
		en, es, fr := "Secretariat", "Secretaría", "Secrétariat"
		secretariat, _, err = service.Create(ctx, bodies.CreateInput{
			Code: "SEC", Kind: body.KindSecretariat, Name: &i18n.TextInput{En: &en, Es: &es, Fr: &fr},
		}, nil)
	}
	if err != nil {
		return err
	}
	en, es, fr := "Officer", "Oficial", "Chargé de mission"
	_, _, err = service.AssignStaffPost(ctx, bodies.AssignPostInput{
		Body: secretariat.ID, Person: p.ID, Title: &i18n.TextInput{En: &en, Es: &es, Fr: &fr},
	}, nil)
	return err
}

// find is the person with the address.
func find(ctx context.Context, o *opened, email string) (*ent.Person, error) {
	p, err := person.New(o.Runner).Find(system(ctx), email)
	if err != nil {
		return nil, fmt.Errorf("there is nobody with the address %s", email)
	}
	return p, nil
}

type personResetCmd struct {
	base
	Email string `arg:"" help:"The person's address."`
}

// Run makes the link.
func (p *personResetCmd) Run(ctx context.Context, t terminal, c *cli) error {
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	found, err := find(ctx, o, p.Email)
	if err != nil {
		return err
	}
	secret, err := account.New(o.Runner).CreatePasswordLink(system(ctx), found.ID)
	if err != nil {
		return err
	}
	say(t.err, "The link is valid once, for three days. Give it to the person:")
	say(t.out, "%s", p.link(secret))
	return nil
}

type personDisableCmd struct {
	Email string `arg:"" help:"The person's address."`
}

// Run takes the access away.
func (p *personDisableCmd) Run(ctx context.Context, t terminal, c *cli) error {
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	found, err := find(ctx, o, p.Email)
	if err != nil {
		return err
	}
	if _, _, err := person.New(o.Runner).Disable(system(ctx), found.ID, found.Revision); err != nil {
		return err
	}
	say(t.out, "%s has no access any more", found.Email)
	return nil
}
