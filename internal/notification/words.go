package notification

import (
	"acs-aec.org/hub/ent/generated/ent/notification"
	"acs-aec.org/hub/internal/i18n"
)

// headings say what happened. %s is who did it.
var headings = map[Kind]i18n.Message{
	notification.KindMention:      {EN: "%s mentioned you", ES: "%s le ha mencionado", FR: "%s vous a mentionné"},
	notification.KindReply:        {EN: "%s answered your message", ES: "%s ha respondido a su mensaje", FR: "%s a répondu à votre message"},
	notification.KindMessage:      {EN: "%s wrote", ES: "%s ha escrito", FR: "%s a écrit"},
	notification.KindAccess:       {EN: "%s opened a discussion to you", ES: "%s le ha abierto una discusión", FR: "%s vous a ouvert une discussion"},
	notification.KindHeldPost:     {EN: "A post of %s waits for its release", ES: "Una contribución de %s espera su publicación", FR: "Une contribution de %s attend sa publication"},
	notification.KindReleasedPost: {EN: "%s released your post", ES: "%s ha publicado su contribución", FR: "%s a publié votre contribution"},
	notification.KindReturnedPost: {EN: "%s returned your post to you", ES: "%s le ha devuelto su contribución", FR: "%s vous a renvoyé votre contribution"},
	notification.KindRequest:      {EN: "A request for information from %s", ES: "Una solicitud de información de %s", FR: "Une demande d'information de %s"},
	notification.KindAnswer:       {EN: "%s answered your request for information", ES: "%s ha respondido a su solicitud de información", FR: "%s a répondu à votre demande d'information"},
	notification.KindNotice:       {EN: "An official notice from %s", ES: "Una nota oficial de %s", FR: "Une note officielle de %s"},
	notification.KindDue:          {EN: "Something is overdue", ES: "Hay un asunto vencido", FR: "Une échéance est dépassée"},
	notification.KindDecision:     {EN: "A decision on your proposal", ES: "Una decisión sobre su propuesta", FR: "Une décision sur votre proposition"},
	notification.KindAssignment:   {EN: "A seat or post was given to you", ES: "Se le ha asignado un puesto", FR: "Un siège ou un poste vous a été attribué"},
}

var (
	msgSomeone = i18n.Message{EN: "Someone", ES: "Alguien", FR: "Quelqu'un"}
	msgHub     = i18n.Message{EN: "the hub", ES: "el sistema", FR: "le système"}
	// Of confidential and closed discussions.
	msgHushed     = i18n.Message{EN: "There is something new in a discussion of yours", ES: "Hay novedades en una de sus discusiones", FR: "Il y a du nouveau dans une de vos discussions"}
	msgHushedNote = i18n.Message{
		EN: "Mails tell nothing of this discussion. Open it to read.", ES: "Los correos no dicen nada de esta discusión. Ábrala para leer.",
		FR: "Les courriels ne disent rien de cette discussion. Ouvrez-la pour lire.",
	}
	msgTranslated = i18n.Message{
		EN: "Official translation. The original prevails.", ES: "Traducción oficial. El original prevalece.", FR: "Traduction officielle. L'original fait foi.",
	}
	msgDigest = i18n.Message{EN: "Your day in the hub: %d new", ES: "Su día en el sistema: %d novedades", FR: "Votre journée dans le système : %d nouveautés"}
	msgMore   = i18n.Message{EN: "There is more in your inbox.", ES: "Hay más en su bandeja de entrada.", FR: "Il y en a davantage dans votre boîte de réception."}
	msgWhy    = i18n.Message{
		EN: "You get this mail as %s, who takes part in the hub of the Association of Caribbean States.",
		ES: "Recibe este correo como %s, que participa en el sistema de la Asociación de Estados del Caribe.",
		FR: "Vous recevez ce courriel en tant que %s, qui participe au système de l'Association des États de la Caraïbe.",
	}
)

// What the sender of a mail is told that is not taken.
var (
	msgNoAddress = i18n.Message{
		EN: "Nobody reads this address: answer a mail of the hub.", ES: "Nadie lee esta dirección: responda a un correo del sistema.",
		FR: "Personne ne lit cette adresse : répondez à un courriel du système.",
	}
	msgSender = i18n.Message{
		EN: "Answers are taken only from the address that the mail went to. Write from that one, or answer in the hub.",
		ES: "Solo se aceptan respuestas desde la dirección a la que se envió el correo. Escriba desde ella, o responda en el sistema.",
		FR: "Les réponses ne sont acceptées que de l'adresse à laquelle le courriel a été envoyé. Écrivez depuis celle-ci, ou répondez dans le système.",
	}
	msgAttached = i18n.Message{
		EN: "Files can't be sent by mail. Answer without them, and add them in the hub.",
		ES: "No se pueden enviar archivos por correo. Responda sin ellos y añádalos en el sistema.",
		FR: "Les fichiers ne peuvent pas être envoyés par courriel. Répondez sans eux et ajoutez-les dans le système.",
	}
	msgNothing = i18n.Message{
		EN: "There is nothing above the quoted text. Write your answer there.", ES: "No hay nada encima del texto citado. Escriba allí su respuesta.",
		FR: "Il n'y a rien au-dessus du texte cité. Écrivez-y votre réponse.",
	}
)
