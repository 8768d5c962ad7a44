package graph

import (
	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/money"
)

// moneyOf is an amount as it was written, or else as its millionths say; nil
// where there is none.
func moneyOf(published string, micro *int64, currency string) *model.Money {
	if micro == nil {
		return nil
	}
	return &model.Money{Amount: money.Written(published, *micro), Currency: currency}
}

// moneyInput hands an amount on to a command, which checks it.
func moneyInput(in *model.MoneyInput) *money.Input {
	if in == nil {
		return nil
	}
	return &money.Input{Amount: in.Amount, Currency: in.Currency}
}

// moneyField hands an amount on that may be left out.
func moneyField(o graphql.Omittable[*model.MoneyInput]) command.Field[money.Input] {
	v, given := o.ValueOK()
	return command.Field[money.Input]{Given: given, Value: moneyInput(v)}
}
