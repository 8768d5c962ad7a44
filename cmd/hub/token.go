package main

import (
	"context"
	"fmt"
	"time"

	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/id"
)

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token for a person and print it, once."`
	List   tokenListCmd   `cmd:"" help:"List a person's tokens."`
	Revoke tokenRevokeCmd `cmd:"" help:"End a token at once."`
}

type tokenCreateCmd struct {
	Person string `required:"" help:"The person's address." placeholder:"EMAIL"`
	Name   string `help:"What it is for." default:"command line"`
	Days   int    `help:"How many days it is valid: 1 to 366." default:"90"`
}

// Run prints the token and nothing else.
func (k *tokenCreateCmd) Run(ctx context.Context, t terminal, c *cli) error {
	if k.Days < 1 || k.Days > 366 {
		return usageError{fmt.Errorf("--days: a token is valid for 1 to 366 days")}
	}
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	p, err := find(ctx, o, k.Person)
	if err != nil {
		return err
	}
	secret, _, err := account.New(o.Runner).CreateToken(system(ctx), p.ID, k.Name, time.Duration(k.Days)*24*time.Hour)
	if err != nil {
		return err
	}
	say(t.out, "%s", secret)
	return nil
}

type tokenListCmd struct {
	Person string `required:"" help:"The person's address." placeholder:"EMAIL"`
}

// Run lists what is valid.
func (k *tokenListCmd) Run(ctx context.Context, t terminal, c *cli) error {
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	p, err := find(ctx, o, k.Person)
	if err != nil {
		return err
	}
	tokens, err := account.New(o.Runner).ListTokens(system(ctx), p.ID)
	if err != nil {
		return err
	}
	for _, row := range tokens {
		say(t.out, "%s  until %s  %s", id.Format(row.ID), row.ExpiresAt.UTC().Format(time.DateOnly), row.Name)
	}
	return nil
}

type tokenRevokeCmd struct {
	ID string `arg:"" help:"The token's identifier, from hub token list."`
}

// Run ends the token.
func (k *tokenRevokeCmd) Run(ctx context.Context, t terminal, c *cli) error {
	u, err := id.ParseKind(k.ID, id.Token)
	if err != nil {
		return usageError{fmt.Errorf("%q is no identifier of a token: hub token list shows them", k.ID)}
	}
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	if err := account.New(o.Runner).RevokeToken(system(ctx), u); err != nil {
		return err
	}
	say(t.out, "revoked")
	return nil
}
