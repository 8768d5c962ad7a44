package command

import (
	"errors"
	"regexp"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
)

var (
	msgAmount = i18n.Message{
		EN: "This is not an amount of money.", ES: "Esto no es una cantidad de dinero.", FR: "Ce n'est pas une somme d'argent.",
	}
	msgTooFine = i18n.Message{
		EN: "An amount has at most six decimals.", ES: "Una cantidad tiene seis decimales como máximo.",
		FR: "Une somme compte au plus six décimales.",
	}
	msgTooLarge = i18n.Message{
		EN: "This amount is too large to be kept exactly.", ES: "Esta cantidad es demasiado grande para guardarla con exactitud.",
		FR: "Cette somme est trop grande pour être conservée exactement.",
	}
	msgNegative = i18n.Message{
		EN: "This amount can't be below zero.", ES: "Esta cantidad no puede ser inferior a cero.", FR: "Cette somme ne peut être inférieure à zéro.",
	}
	msgCurrency = i18n.Message{
		EN: "A currency is written with three capitals, such as USD.", ES: "Una moneda se escribe con tres mayúsculas, como USD.",
		FR: "Une devise s'écrit avec trois majuscules, comme USD.",
	}
)

var currency = regexp.MustCompile(`^[A-Z]{3}$`)

// Money checks an amount that a person gave; nil is none. It refuses more than
// six decimals and what is too large: nothing is rounded.
func Money(field string, in *money.Input) (*money.Amount, error) {
	if in == nil {
		return nil, nil //nolint:nilnil // no amount
	}
	if !currency.MatchString(in.Currency) || !codelist.Find(codelist.Currency).Has(in.Currency) {
		return nil, apperr.Invalid(field+".currency", msgCurrency)
	}
	micro, err := money.Parse(in.Amount)
	switch {
	case errors.Is(err, money.ErrTooFine):
		return nil, apperr.Invalid(field+".amount", msgTooFine).Because(err)
	case errors.Is(err, money.ErrTooLarge):
		return nil, apperr.Invalid(field+".amount", msgTooLarge).Because(err)
	case err != nil:
		return nil, apperr.Invalid(field+".amount", msgAmount).Because(err)
	}
	a := &money.Amount{Published: in.Amount, Micro: micro, Currency: in.Currency}
	if len(a.Published) > publishedLimit {
		a.Published = money.Format(micro)
	}
	return a, nil
}

// publishedLimit is how long the text of an amount may be.
const publishedLimit = 40

// NotNegative is Money for amounts that can't be below zero.
func NotNegative(field string, in *money.Input) (*money.Amount, error) {
	a, err := Money(field, in)
	if err == nil && a != nil && a.Micro < 0 {
		return nil, apperr.Invalid(field+".amount", msgNegative)
	}
	return a, err
}
