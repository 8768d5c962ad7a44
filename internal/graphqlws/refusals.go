package graphqlws

import (
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// longestID is how many bytes an operation's id may have.
const longestID = 256

var (
	errOrigin = apperr.New(apperr.Forbidden, i18n.Message{
		EN: "This page may not open a websocket here.", ES: "Esta página no puede abrir un websocket aquí.",
		FR: "Cette page ne peut pas ouvrir de websocket ici.",
	})
	errHandshake = apperr.New(apperr.InvalidInput, i18n.Message{
		EN: "This is not a websocket handshake of version 13.", ES: "Esto no es un inicio de websocket de la versión 13.",
		FR: "Ceci n'est pas une ouverture de websocket de la version 13.",
	})
	errFull = apperr.New(apperr.Unavailable, i18n.Message{
		EN: "This node takes no more websockets just now. Come back in a moment.",
		ES: "Este nodo no acepta más websockets en este momento. Vuelva en un instante.",
		FR: "Ce nœud n'accepte plus de websockets pour l'instant. Revenez dans un moment.",
	})
	errNoSubscriptions = apperr.New(apperr.Unavailable, i18n.Message{
		EN: "There are no subscriptions here.", ES: "Aquí no hay suscripciones.", FR: "Il n'y a pas d'abonnements ici.",
	})
	errID = apperr.New(apperr.InvalidInput, i18n.Message{
		EN: "The operation's id is too long: at most %d bytes.", ES: "El identificador de la operación es demasiado largo: %d bytes como máximo.",
		FR: "L'identifiant de l'opération est trop long : %d octets au maximum.",
	}, longestID)
)

// tooMany refuses an operation beside so many others.
func tooMany(limit int) *apperr.Error {
	return apperr.New(apperr.RateLimited, i18n.Message{
		EN: "Too many operations on this socket: at most %d at a time. Complete one, or open another socket.",
		ES: "Demasiadas operaciones en este socket: %d a la vez como máximo. Complete una, o abra otro socket.",
		FR: "Trop d'opérations sur ce socket : %d à la fois au maximum. Terminez-en une, ou ouvrez un autre socket.",
	}, limit).With("limit", limit)
}
