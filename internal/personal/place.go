package personal

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
)

// Place is where somebody who follows what concerns them alone stands: in the log,
// and in the changes of what is their own.
type Place struct {
	Log     eventlog.Position
	Version Version
}

// place as it is sealed: the position, its tag, the version, its tag, the person.
const placeSize = 8 + 16 + 8 + 8 + 16

// Cursor seals a place of a person: all have the same length, and two of the same
// place are not the same.
func (c *Counters) Cursor(person uuid.UUID, p Place) string {
	raw := make([]byte, 0, placeSize)
	raw = binary.BigEndian.AppendUint64(raw, uint64(p.Log.Seq)) //nolint:gosec // numbers are positive
	raw = append(raw, p.Log.Tag[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(p.Version.Number)) //nolint:gosec // as above
	raw = binary.BigEndian.AppendUint64(raw, uint64(p.Version.Tag))    //nolint:gosec // as above
	return c.sealer.Seal(append(raw, person[:]...))
}

// cursorLength is the length of every cursor: base 64 of nonce, place and check.
const cursorLength = (12 + placeSize + 16) * 4 / 3

var msgCursor = i18n.Message{
	EN: "This is not a cursor of yours: give one that came with viewerEvents, or viewerPosition.",
	ES: "Esto no es un cursor suyo: dé uno que llegó con viewerEvents, o viewerPosition.",
	FR: "Ce n'est pas un de vos curseurs : donnez-en un qui est venu avec viewerEvents, ou viewerPosition.",
}

// ErrUnknown says that a cursor was made by another deployment, or is one of the
// log alone: what came before it is not known here.
var ErrUnknown = errors.New("personal: not a cursor of this deployment")

// Open reads a cursor of the person. What does not even look like one, and one of
// somebody else's, is an INVALID_INPUT for "after"; one that was sealed by another
// deployment is ErrUnknown, as is one of the log alone.
func (c *Counters) Open(person uuid.UUID, cursor string) (Place, error) {
	if len(cursor) != cursorLength {
		if _, err := c.log.Open(cursor); apperr.CodeOf(err) != apperr.InvalidInput {
			return Place{}, ErrUnknown
		}
		return Place{}, apperr.Invalid("after", msgCursor)
	}
	raw, err := c.sealer.Open(cursor)
	if err != nil || len(raw) != placeSize {
		return Place{}, ErrUnknown
	}
	if uuid.UUID(raw[40:]) != person {
		return Place{}, apperr.Invalid("after", msgCursor)
	}
	p := Place{
		Log:     eventlog.Position{Seq: int64(binary.BigEndian.Uint64(raw)), Tag: uuid.UUID(raw[8:24])},                   //nolint:gosec // sealed by Cursor
		Version: Version{Number: int64(binary.BigEndian.Uint64(raw[24:])), Tag: int64(binary.BigEndian.Uint64(raw[32:]))}, //nolint:gosec // as above
	}
	return p, nil
}

// Now is where a person stands who has seen all there is.
func (c *Counters) Now(ctx context.Context, person uuid.UUID) (Place, error) {
	head, err := c.log.Head(ctx)
	if err != nil {
		return Place{}, err
	}
	v, err := c.Version(ctx, person)
	return Place{head, v}, err
}
