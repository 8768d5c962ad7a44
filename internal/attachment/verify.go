package attachment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/ent/generated/ent/storedfile"
	"acs-aec.org/hub/internal/filestore"
)

// sampleSize is how many attachments Verify looks at unless it looks at all.
const sampleSize = 100

// Verified is what Verify found.
type Verified struct {
	// Files is how many were looked at.
	Files int
	// Missing are attachments whose content is not there, Broken those whose content
	// is another: at most the first ten of each.
	Missing, Broken []uuid.UUID
	// Unknown is how many files of the store the database does not know. It is
	// counted only if all were looked at.
	Unknown int
}

// Verify compares the store of files with the database: the latest attachments and
// the sizes of their files, or with deep all of them, digests too, and what else
// lies in the store. It changes nothing.
func (s *Service) Verify(ctx context.Context, deep bool) (Verified, error) {
	ctx = system(ctx)
	var v Verified
	if s.o.Files == nil {
		return v, errNoFiles
	}
	from := uuid.Max
	for {
		rows, err := s.DB.Client.Attachment.Query().Where(
			attachment.StatusIn(attachment.StatusPending, attachment.StatusAttached), attachment.IDLT(from),
		).Order(ent.Desc(attachment.FieldID)).Limit(sampleSize).All(ctx)
		if err != nil {
			return v, err
		}
		for _, a := range rows {
			if err := s.verifyOne(ctx, a, deep, &v); err != nil {
				return v, err
			}
			from = a.ID
		}
		if !deep || len(rows) < sampleSize {
			break
		}
	}
	if !deep {
		return v, nil
	}
	return v, s.countUnknown(ctx, &v)
}

// findingsLimit bounds what Verify names.
const findingsLimit = 10

func note(list []uuid.UUID, u uuid.UUID) []uuid.UUID {
	if len(list) < findingsLimit {
		list = append(list, u)
	}
	return list
}

func (s *Service) verifyOne(ctx context.Context, a *ent.Attachment, deep bool, v *Verified) error {
	v.Files++
	content, err := s.o.Files.Open(ctx, a.FileKey)
	if errors.Is(err, filestore.ErrMissing) {
		// Not if it was erased since it was read.
		now, err := s.DB.Client.Attachment.Get(ctx, a.ID)
		if err == nil && now.FileKey == a.FileKey {
			v.Missing = note(v.Missing, a.ID)
		}
		if ent.IsNotFound(err) {
			return nil
		}
		return err
	}
	if err != nil {
		return err
	}
	defer content.Close()
	whole := content.Size() == a.Size
	if whole && deep {
		h := sha256.New()
		if _, err := io.Copy(h, content); err != nil {
			return err
		}
		whole = bytes.Equal(h.Sum(nil), a.Sha256)
	}
	if !whole {
		v.Broken = note(v.Broken, a.ID)
	}
	return nil
}

// countUnknown counts what lies in the store and not in the database.
func (s *Service) countUnknown(ctx context.Context, v *Verified) error {
	var keys []string
	look := func() error {
		known, err := s.DB.Client.StoredFile.Query().Where(storedfile.IDIn(keys...)).Count(ctx)
		v.Unknown += len(keys) - known
		keys = keys[:0]
		return err
	}
	err := s.o.Files.Each(ctx, func(key string) error {
		keys = append(keys, key)
		if len(keys) < 500 {
			return nil
		}
		return look()
	})
	if err == nil && len(keys) > 0 {
		err = look()
	}
	return err
}
