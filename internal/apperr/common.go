package apperr

import "acs-aec.org/hub/internal/i18n"

// Refusals that every area uses.
var (
	ErrSignIn = New(Unauthenticated, i18n.Message{
		EN: "Sign in first.", ES: "Inicie sesión primero.", FR: "Connectez-vous d'abord.",
	})
	ErrForbidden = New(Forbidden, i18n.Message{
		EN: "You do not have the right to do this.", ES: "No tiene derecho a hacer esto.", FR: "Vous n'avez pas le droit de faire cela.",
	})
	ErrNotFound = New(NotFound, i18n.Message{
		EN: "There is nothing here, or it is not open to you.", ES: "Aquí no hay nada, o no está abierto para usted.",
		FR: "Il n'y a rien ici, ou ce ne vous est pas ouvert.",
	})
	ErrInternal = New(Internal, i18n.Message{
		EN: "Something went wrong on our side. Nothing was changed. Tell the administrator the request id.",
		ES: "Algo falló de nuestra parte. No se cambió nada. Comunique al administrador el identificador de la solicitud.",
		FR: "Une erreur s'est produite de notre côté. Rien n'a été modifié. Communiquez l'identifiant de la requête à l'administrateur.",
	})
	ErrUnavailable = New(Unavailable, i18n.Message{
		EN: "The hub can't answer just now. Try again in a moment.", ES: "El sistema no puede responder en este momento. Inténtelo de nuevo en un instante.",
		FR: "Le système ne peut pas répondre pour l'instant. Réessayez dans un moment.",
	})
)

// Invalid is a refusal of one input field.
func Invalid(field string, text i18n.Message, args ...any) *Error {
	return New(InvalidInput, text, args...).In(field)
}

// StaleRevision answers an edit made on an older state; the current revision comes with it.
func StaleRevision(current int) *Error {
	return New(Conflict, i18n.Message{
		EN: "This was changed meanwhile (now at revision %d). Load it again and repeat your change.",
		ES: "Esto fue modificado entretanto (ahora en la revisión %d). Cárguelo de nuevo y repita su cambio.",
		FR: "Ceci a été modifié entre-temps (révision actuelle : %d). Rechargez-le et refaites votre modification.",
	}, current).With("currentRevision", current)
}
