package webhook

import (
	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/internal/i18n"
)

var explanations = map[delivery.Failure]i18n.Message{
	delivery.FailureStatus: {
		EN: "The receiver answered with the status %d. It must answer 200 to 299; redirects are not followed.",
		ES: "El receptor respondió con el estado %d. Debe responder de 200 a 299; no se siguen las redirecciones.",
		FR: "Le destinataire a répondu par le statut %d. Il doit répondre de 200 à 299 ; les redirections ne sont pas suivies.",
	},
	delivery.FailureTimeout: {
		EN: "The receiver did not answer within ten seconds. Have it answer first and work afterwards.",
		ES: "El receptor no respondió en diez segundos. Haga que responda primero y trabaje después.",
		FR: "Le destinataire n'a pas répondu en dix secondes. Faites-le répondre d'abord et travailler ensuite.",
	},
	delivery.FailureUnreachable: {
		EN: "The receiver can't be reached: there is no such machine, nobody listens there, or the connection broke.",
		ES: "No se puede llegar al receptor: no existe esa máquina, nadie escucha allí o se cortó la conexión.",
		FR: "Le destinataire est injoignable : cette machine n'existe pas, personne n'y écoute, ou la connexion a été rompue.",
	},
	delivery.FailureTLS: {
		EN: "There is no secure connection to the receiver: see to its certificate.",
		ES: "No hay conexión segura con el receptor: revise su certificado.",
		FR: "Aucune connexion sûre avec le destinataire : vérifiez son certificat.",
	},
	delivery.FailureAddress: {
		EN: "The name leads to an address to which nothing is sent: it is not of the public internet.",
		ES: "El nombre lleva a una dirección a la que no se envía nada: no es de la internet pública.",
		FR: "Le nom mène à une adresse à laquelle rien n'est envoyé : elle n'est pas de l'internet public.",
	},
	delivery.FailureNoAccess: {
		EN: "You may not see this event any more: it is not sent.", ES: "Usted ya no puede ver este evento: no se envía.",
		FR: "Vous ne pouvez plus voir cet événement : il n'est pas envoyé.",
	},
}

// Explain says in a sentence what went wrong with a delivery last; false if
// nothing did.
func Explain(d *ent.Delivery, l i18n.Lang) (string, bool) {
	if d.Failure == nil {
		return "", false
	}
	if *d.Failure == delivery.FailureStatus {
		return explanations[*d.Failure].In(l, d.HTTPStatus), true
	}
	return explanations[*d.Failure].In(l), true
}
