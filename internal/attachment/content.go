package attachment

import (
	"context"
	"io"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
)

// Content is what is in an attachment that the viewer may see. One whose content is
// not open is NOT_FOUND. Whoever asked closes it; reading ends with ctx.
func (s *Service) Content(ctx context.Context, u uuid.UUID) (io.ReadCloser, error) {
	if s.o.Files == nil {
		return nil, errNoFiles
	}
	a, err := s.DB.Client.Attachment.Get(ctx, u)
	if err != nil {
		return nil, command.Found(err)
	}
	if !Open(a.Status, a.Scan) {
		return nil, apperr.ErrNotFound
	}
	return s.o.Files.Open(ctx, a.FileKey)
}
