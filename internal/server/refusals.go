package server

import (
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

func invalid(en, es, fr string) *apperr.Error {
	return apperr.New(apperr.InvalidInput, i18n.Message{EN: en, ES: es, FR: fr})
}

var (
	errOrigin = apperr.New(apperr.Forbidden, i18n.Message{
		EN: "This page may not use your session.",
		ES: "Esta página no puede utilizar su sesión.",
		FR: "Cette page ne peut pas utiliser votre session.",
	})
	errPreflight = apperr.New(apperr.Forbidden, i18n.Message{
		EN: "A multipart request needs one of the headers GraphQL-Preflight, Apollo-Require-Preflight or X-Requested-With.",
		ES: "Una solicitud multipart necesita una de las cabeceras GraphQL-Preflight, Apollo-Require-Preflight o X-Requested-With.",
		FR: "Une requête multipart doit porter l'un des en-têtes GraphQL-Preflight, Apollo-Require-Preflight ou X-Requested-With.",
	})
	errUploadPreflight = apperr.New(apperr.Forbidden, i18n.Message{
		EN: "A file is sent with one of the headers GraphQL-Preflight, Apollo-Require-Preflight or X-Requested-With, whatever its value: add GraphQL-Preflight: 1.",
		ES: "Un archivo se envía con una de las cabeceras GraphQL-Preflight, Apollo-Require-Preflight o X-Requested-With, con cualquier valor: añada GraphQL-Preflight: 1.",
		FR: "Un fichier s'envoie avec l'un des en-têtes GraphQL-Preflight, Apollo-Require-Preflight ou X-Requested-With, quelle qu'en soit la valeur : ajoutez GraphQL-Preflight: 1.",
	})
	errToken = apperr.New(apperr.Unauthenticated, i18n.Message{
		EN: "The token is not valid, or no longer.", ES: "El token no es válido, o ya no lo es.", FR: "Le jeton n'est pas valide, ou ne l'est plus.",
	})
	errMethod = invalid("GraphQL is asked by GET or POST.", "GraphQL se consulta con GET o POST.", "GraphQL s'interroge par GET ou POST.")
	errByGet  = invalid("What changes something is sent by POST.", "Lo que cambia algo se envía con POST.", "Ce qui modifie quelque chose s'envoie par POST.")
	errMedia  = invalid(
		"The request is neither application/json in UTF-8 nor multipart/form-data.",
		"La solicitud no es ni application/json en UTF-8 ni multipart/form-data.",
		"La requête n'est ni de l'application/json en UTF-8 ni du multipart/form-data.")
	errAccept = invalid(
		"Answers are application/graphql-response+json, application/json or text/event-stream: Accept names none of them.",
		"Las respuestas son application/graphql-response+json, application/json o text/event-stream: Accept no nombra ninguna de ellas.",
		"Les réponses sont de type application/graphql-response+json, application/json ou text/event-stream : Accept n'en nomme aucun.")
	errBody  = invalid("The request is not well-formed JSON.", "La solicitud no es JSON bien formado.", "La requête n'est pas du JSON bien formé.")
	errBatch = invalid(
		"Several operations in one request are not answered: send one at a time.",
		"No se responde a varias operaciones en una solicitud: envíelas de una en una.",
		"Plusieurs opérations dans une requête ne reçoivent pas de réponse : envoyez-les une à une.")
	errNoQuery   = invalid("The request has no query.", "La solicitud no contiene ninguna consulta.", "La requête ne contient aucune interrogation.")
	errMultipart = invalid(
		"The request does not follow the GraphQL multipart request specification.",
		"La solicitud no sigue la especificación GraphQL multipart request.",
		"La requête ne suit pas la spécification GraphQL multipart request.")
	errStream = invalid(
		"A subscription is answered as text/event-stream or over a websocket.",
		"Una suscripción se responde como text/event-stream o por un websocket.",
		"Un abonnement reçoit sa réponse en text/event-stream ou par un websocket.")
	errNoLive = apperr.New(apperr.Unavailable, i18n.Message{
		EN: "There are no subscriptions here.", ES: "Aquí no hay suscripciones.", FR: "Il n'y a pas d'abonnements ici.",
	})
	errSlow = apperr.New(apperr.Unavailable, i18n.Message{
		EN: "The request came too slowly.", ES: "La solicitud llegó con demasiada lentitud.", FR: "La requête est arrivée trop lentement.",
	})
)

// wrongParameter refuses a parameter of the wrong type.
func wrongParameter(name string) *apperr.Error {
	return apperr.New(apperr.InvalidInput, i18n.Message{
		EN: "The parameter %s is of the wrong type.", ES: "El parámetro %s es de tipo incorrecto.", FR: "Le paramètre %s est d'un mauvais type.",
	}, name).With("parameter", name)
}

// tooLarge refuses a body.
func tooLarge(limit int64) *apperr.Error {
	return apperr.New(apperr.QueryTooCostly, i18n.Message{
		EN: "The request is too large: at most %d bytes.", ES: "La solicitud es demasiado grande: %d bytes como máximo.",
		FR: "La requête est trop grande : %d octets au maximum.",
	}, limit).With("limit", limit).With("limitName", "body")
}

// tooManyFiles refuses uploads.
func tooManyFiles(limit int) *apperr.Error {
	return apperr.New(apperr.QueryTooCostly, i18n.Message{
		EN: "Too many files in one request: at most %d.", ES: "Demasiados archivos en una solicitud: %d como máximo.",
		FR: "Trop de fichiers dans une requête : %d au maximum.",
	}, limit).With("limit", limit).With("limitName", "files")
}
