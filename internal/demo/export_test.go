package demo

import (
	"context"

	"github.com/alexedwards/argon2id"

	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/command"
)

// FillCheaply is Fill with passwords that cost little to check.
func FillCheaply(ctx context.Context, r *command.Runner) (*World, error) {
	a := account.New(r)
	a.Params = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	return fill(ctx, r, a)
}

// Place is where a project of the reference data stands in the world, and with
// which amount.
type Place struct{ Activity, Programme, Amount, Currency string }

// SeedTitles are the places of the projects by their titles in the reference
// data.
func SeedTitles() (map[string]Place, error) {
	f, err := load()
	if err != nil {
		return nil, err
	}
	out := map[string]Place{}
	for _, a := range f.Activities {
		p := Place{Activity: a.Identifier}
		if a.Amount != nil {
			p.Amount, p.Currency = a.Amount.Amount, a.Amount.Currency
		}
		out[a.SeedTitle] = p
	}
	for _, p := range f.Programmes {
		if p.SeedTitle != "" {
			out[p.SeedTitle] = Place{Programme: p.Code, Amount: p.Envelope.Amount, Currency: p.Envelope.Currency}
		}
	}
	return out, nil
}
