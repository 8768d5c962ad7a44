package query

import (
	"errors"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// at gives a refusal its place in the document.
func at(pos *ast.Position, refusal *apperr.Error) *gqlerror.Error {
	out := &gqlerror.Error{Err: refusal, Message: refusal.Sentence(i18n.EN)}
	if pos != nil && pos.Line > 0 {
		out.Locations = []gqlerror.Location{{Line: pos.Line, Column: pos.Column}}
	}
	return out
}

// alone is a refusal as the only error of an answer.
func alone(refusal *apperr.Error) gqlerror.List { return gqlerror.List{at(nil, refusal)} }

// found is what gqlparser found, in its own words.
func found(err error) *gqlerror.Error {
	var located *gqlerror.Error
	if errors.As(err, &located) {
		return located
	}
	return gqlerror.Wrap(err)
}

func invalid(text i18n.Message) *apperr.Error { return apperr.New(apperr.InvalidInput, text) }

var (
	errNotFoundByHash = apperr.New(apperr.NotFound, i18n.Message{
		// Apollo and urql look for exactly this word and send the text then.
		EN: "PersistedQueryNotFound", ES: "PersistedQueryNotFound", FR: "PersistedQueryNotFound",
	})
	errHashMalformed = invalid(i18n.Message{
		EN: "extensions.persistedQuery is malformed: it holds version 1 and sha256Hash, 64 hexadecimal digits in small letters.",
		ES: "extensions.persistedQuery está mal formado: contiene version 1 y sha256Hash, 64 dígitos hexadecimales en minúsculas.",
		FR: "extensions.persistedQuery est mal formé : il contient version 1 et sha256Hash, 64 chiffres hexadécimaux en minuscules.",
	})
	errHashDiffers = invalid(i18n.Message{
		EN: "The hash of the persisted query is not that of the query.",
		ES: "El resumen de la consulta persistida no es el de la consulta.",
		FR: "L'empreinte de la requête persistante n'est pas celle de la requête.",
	})
	errNoQuery = invalid(i18n.Message{
		EN: "The request has no query.", ES: "La solicitud no contiene ninguna consulta.", FR: "La requête ne contient aucune interrogation.",
	})
	errNoOperation = invalid(i18n.Message{
		EN: "The document has no operation.", ES: "El documento no contiene ninguna operación.", FR: "Le document ne contient aucune opération.",
	})
	errManyOperations = invalid(i18n.Message{
		EN: "The document has several operations: name one in operationName.",
		ES: "El documento contiene varias operaciones: nombre una en operationName.",
		FR: "Le document contient plusieurs opérations : nommez-en une dans operationName.",
	})
	errUnknownOperation = invalid(i18n.Message{
		EN: "The document has no operation with this operationName.",
		ES: "El documento no contiene ninguna operación con este operationName.",
		FR: "Le document ne contient aucune opération portant cet operationName.",
	})
	errCycle = invalid(i18n.Message{
		EN: "A fragment contains itself.", ES: "Un fragmento se contiene a sí mismo.", FR: "Un fragment se contient lui-même.",
	})
	errNumber = invalid(i18n.Message{
		EN: "A number in the document is too large. Very large ones are written as strings.",
		ES: "Un número del documento es demasiado grande. Los muy grandes se escriben como cadenas.",
		FR: "Un nombre du document est trop grand. Les très grands s'écrivent comme des chaînes.",
	})
	errDefer = invalid(i18n.Message{
		EN: "Answers come in one piece here: @defer is not supported.",
		ES: "Aquí las respuestas se dan de una vez: no se admite @defer.",
		FR: "Ici, les réponses viennent d'un seul tenant : @defer n'est pas pris en charge.",
	})
	errCondition = invalid(i18n.Message{
		EN: "The condition of @skip or @include is neither true nor false.",
		ES: "La condición de @skip o @include no es ni verdadera ni falsa.",
		FR: "La condition de @skip ou @include n'est ni vraie ni fausse.",
	})
	errIntrospection = apperr.New(apperr.Forbidden, i18n.Message{
		EN: "Questions about the schema are switched off here. It is at /schema.graphql.",
		ES: "Aquí están desactivadas las preguntas sobre el esquema. Se encuentra en /schema.graphql.",
		FR: "Les questions sur le schéma sont désactivées ici. Il se trouve sous /schema.graphql.",
	})
)

var (
	msgOneOf = i18n.Message{
		EN: "Name exactly one of the fields, and not null.", ES: "Indique exactamente uno de los campos, y no null.",
		FR: "Indiquez exactement un des champs, et pas null.",
	}
	msgNumberWanted = i18n.Message{EN: "Write a number, not a string.", ES: "Escriba un número, no una cadena.", FR: "Écrivez un nombre, pas une chaîne."}
	msgStringWanted = i18n.Message{EN: "Write a string, not a number.", ES: "Escriba una cadena, no un número.", FR: "Écrivez une chaîne, pas un nombre."}
)
