package exchange

import (
	"context"
	"fmt"
	"strings"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/exchangeratesource"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

var (
	msgNoSource = i18n.Message{
		EN: "No source of exchange rates is called %q here. There are: %s. Name one of them as it is written, or none: the query exchangeRates says who published each rate.",
		ES: "Aquí ninguna fuente de tipos de cambio se llama %q. Las que hay son: %s. Indique una tal como está escrita, o ninguna: la consulta exchangeRates dice quién publicó cada tipo.",
		FR: "Ici, aucune source de taux de change ne s'appelle %q. Il y a : %s. Indiquez-en une telle qu'elle est écrite, ou aucune : la requête exchangeRates dit qui a publié chaque taux.",
	}
	msgNoSources = i18n.Message{
		EN: "No source of exchange rates is called %q here: none have been brought in yet. The Secretariat does that by importExchangeRates.",
		ES: "Aquí ninguna fuente de tipos de cambio se llama %q: todavía no se ha incorporado ninguna. La Secretaría lo hace con importExchangeRates.",
		FR: "Ici, aucune source de taux de change ne s'appelle %q : aucune n'a encore été introduite. Le Secrétariat le fait par importExchangeRates.",
	}
)

// sourcesTold is how many sources a refusal names.
const sourcesTold = 20

// Named refuses the name of a source that there is not: INVALID_INPUT at the field,
// with the names of those that there are. "" names none and is no fault. It costs one
// statement, and another one for a refusal.
func Named(ctx context.Context, client *ent.Client, field, name string) error {
	if name == "" {
		return nil
	}
	there, err := client.ExchangeRateSource.Query().Where(exchangeratesource.Name(name)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("exchange: look for a source: %w", err)
	}
	if there {
		return nil
	}
	all, err := client.ExchangeRateSource.Query().Order(ent.Asc(exchangeratesource.FieldID)).Limit(sourcesTold + 1).All(ctx)
	if err != nil {
		return fmt.Errorf("exchange: read the sources: %w", err)
	}
	if len(all) == 0 {
		return apperr.Invalid(field, msgNoSources, name)
	}
	names := make([]string, 0, sourcesTold)
	for _, s := range all[:min(len(all), sourcesTold)] {
		names = append(names, s.Name)
	}
	told := strings.Join(names, ", ")
	if len(all) > sourcesTold {
		told += ", …"
	}
	return apperr.Invalid(field, msgNoSource, name, told).With("sources", names)
}
