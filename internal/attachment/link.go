package attachment

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/filestore"
	"acs-aec.org/hub/internal/filetype"
	"acs-aec.org/hub/internal/viewer"
)

// Path is the place on the hub's address under which links lie.
const Path = "/attachments/"

// Link is where the viewer can download an attachment for the next minutes; nil if
// its content is not open. It is sealed: it can't be guessed, changed or used by
// another person.
func (s *Service) Link(ctx context.Context, a *ent.Attachment, inline bool) *string {
	v := viewer.From(ctx)
	if s.o.Files == nil || !v.SignedIn() || !Open(a.Status, a.Scan) {
		return nil
	}
	raw := make([]byte, 0, 41)
	raw = append(append(raw, a.ID[:]...), v.Person[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(s.Time().Add(LinkLife).Unix())) //nolint:gosec // after 1970
	show := byte(0)
	if inline && filetype.Shows(a.MediaType) {
		show = 1
	}
	link := Path + s.links.Seal(append(raw, show))
	return &link
}

// Download is an attachment that is read. Whoever asked for it closes the Content.
type Download struct {
	Attachment *ent.Attachment
	// Inline says that it may be shown in place.
	Inline  bool
	Content filestore.Content
}

// Open opens what a link leads to. Nobody is UNAUTHENTICATED. A link that is another
// person's, too old or none, and an attachment that the viewer may not see any more
// or whose content is not open, are NOT_FOUND. Reading ends with ctx.
func (s *Service) Open(ctx context.Context, link string) (*Download, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return nil, apperr.ErrSignIn
	}
	if s.o.Files == nil {
		return nil, errNoFiles
	}
	raw, err := s.links.Open(link)
	if err != nil || len(raw) != 41 {
		return nil, apperr.ErrNotFound
	}
	u, who := uuid.UUID(raw[:16]), uuid.UUID(raw[16:32])
	until := time.Unix(int64(binary.BigEndian.Uint64(raw[32:40])), 0) //nolint:gosec // we wrote it
	if who != v.Person || s.Time().After(until) {
		return nil, apperr.ErrNotFound
	}
	a, err := s.DB.Client.Attachment.Get(ctx, u)
	if ent.IsNotFound(err) || err == nil && !Open(a.Status, a.Scan) {
		return nil, apperr.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	content, err := s.o.Files.Open(ctx, a.FileKey)
	if errors.Is(err, filestore.ErrMissing) {
		// Erased this moment, or lost: which of the two, the attachment says.
		now, again := s.DB.Client.Attachment.Get(ctx, u)
		if ent.IsNotFound(again) || again == nil && !Open(now.Status, now.Scan) {
			return nil, apperr.ErrNotFound
		}
		return nil, errors.Join(err, again)
	}
	if err != nil {
		return nil, apperr.ErrUnavailable.Because(err)
	}
	return &Download{Attachment: a, Inline: raw[40] == 1 && filetype.Shows(a.MediaType), Content: content}, nil
}
