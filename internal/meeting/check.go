package meeting

import (
	"context"
	"time"
	_ "time/tzdata" // zones are known on every machine

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
)

// Limits of what a meeting holds.
const (
	referenceLimit = 60
	titleLimit     = 300
	placeLimit     = 300
	linkLimit      = 2000
	reasonLimit    = 1000
	longest        = 31 * 24 * time.Hour
)

// usualZone is that of the Secretariat's seat.
const usualZone = "America/Port_of_Spain"

var (
	msgReference = i18n.Message{
		EN: "Another meeting of this body has this reference.", ES: "Otra reunión de este órgano tiene esta referencia.",
		FR: "Une autre réunion de cet organe porte cette référence.",
	}
	msgDissolved = i18n.Message{
		EN: "This body was dissolved: it does not meet any more.", ES: "Este órgano fue disuelto: ya no se reúne.",
		FR: "Cet organe a été dissous : il ne se réunit plus.",
	}
	msgOrder = i18n.Message{
		EN: "A meeting ends after it begins.", ES: "Una reunión termina después de empezar.", FR: "Une réunion finit après avoir commencé.",
	}
	msgLong = i18n.Message{
		EN: "A meeting lasts 31 days at most.", ES: "Una reunión dura 31 días como máximo.", FR: "Une réunion dure 31 jours au plus.",
	}
	msgZone = i18n.Message{
		EN: "There is no such time zone. Choose one such as America/Port_of_Spain.",
		ES: "Esa zona horaria no existe. Elija una como America/Port_of_Spain.",
		FR: "Ce fuseau horaire n'existe pas. Choisissez-en un, par exemple America/Port_of_Spain.",
	}
)

// checkTimes refuses a meeting that does not end after it begins, or only long
// after.
func checkTimes(starts, ends time.Time) error {
	switch {
	case !ends.After(starts):
		return apperr.Invalid("input.ends", msgOrder)
	case ends.Sub(starts) > longest:
		return apperr.Invalid("input.ends", msgLong)
	}
	return nil
}

// checkZone refuses a time zone that there is not.
func checkZone(zone string) error {
	if zone == "" || zone == "Local" || len(zone) > 64 {
		return apperr.Invalid("input.timeZone", msgZone)
	}
	if _, err := time.LoadLocation(zone); err != nil {
		return apperr.Invalid("input.timeZone", msgZone).Because(err)
	}
	return nil
}

// checkBody refuses a body that does not exist or was dissolved.
func checkBody(ctx context.Context, tx *ent.Client, u uuid.UUID) error {
	b, err := tx.Body.Get(ctx, u)
	if err != nil {
		return command.AtField("input.bodyId", err)
	}
	if b.Status != body.StatusActive {
		return apperr.Invalid("input.bodyId", msgDissolved)
	}
	return nil
}

// stored is a moment as it is kept.
func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// told is a moment as the log tells it.
func told(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }
