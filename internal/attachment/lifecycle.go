package attachment

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
)

var next = map[attachment.Status][]attachment.Status{
	attachment.StatusPending:  {attachment.StatusAttached, attachment.StatusRefused},
	attachment.StatusAttached: {attachment.StatusErased},
}

var msgMove = i18n.Message{
	EN: "This can't be done with this file: its state is “%s”.", ES: "Esto no se puede hacer con este archivo: su estado es «%s».",
	FR: "Cela n'est pas possible avec ce fichier : son état est « %s ».",
}

// CheckMove refuses a move that the status does not allow: CONFLICT, with the
// current status.
func CheckMove(from, to attachment.Status) error {
	if slices.Contains(next[from], to) {
		return nil
	}
	return wrongState(from)
}

func wrongState(s attachment.Status) *apperr.Error {
	word, _ := command.State(string(s))
	return apperr.New(apperr.Conflict, msgMove, word).With("currentStatus", string(s))
}

// Open says whether the content of a file in this state may be read by who may see
// the file, and whether a message may take it.
func Open(status attachment.Status, scan attachment.Scan) bool {
	return (status == attachment.StatusPending || status == attachment.StatusAttached) &&
		(scan == attachment.ScanClean || scan == attachment.ScanNotScanned)
}
