package attachment

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
)

const (
	// scanPause is how long a file waits until the scanner is asked again.
	scanPause = 30 * time.Second
	// firstScanTime is how long an upload waits for the scanner; scanTime how long
	// Work does, and for how long another node leaves the file alone.
	firstScanTime, scanTime = time.Minute, 5 * time.Minute
	scansAtOnce             = 10
)

// firstScan asks the scanner about a file that was just written: what it finds
// harmful is INVALID_INPUT. If it is away, the file waits.
func (s *Service) firstScan(ctx context.Context, file string) (attachment.Scan, error) {
	if s.o.Scanner == nil {
		return attachment.ScanNotScanned, nil
	}
	within, cancel := context.WithTimeout(ctx, firstScanTime)
	defer cancel()
	finding, err := s.scan(within, file)
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		s.o.Logger.LogAttrs(ctx, slog.LevelWarn, "a file waits for the virus scanner", slog.String("cause", err.Error()))
		return attachment.ScanWaiting, nil
	case finding != "":
		return "", apperr.Invalid("input.file", msgInfected, finding).With("finding", finding)
	}
	return attachment.ScanClean, nil
}

func (s *Service) scan(ctx context.Context, file string) (string, error) {
	content, err := s.o.Files.Open(ctx, file)
	if err != nil {
		return "", err
	}
	defer content.Close()
	finding, err := s.o.Scanner.Scan(ctx, content)
	return string(cutRunes(finding, findingLimit)), err
}

func cutRunes(s string, n int) []rune {
	r := []rune(s)
	return r[:min(len(r), n)]
}

// rescan asks the scanner about files that wait for it, a few at a time. It stops
// at the first that the scanner can't answer for: the others wait as well.
func (s *Service) rescan(ctx context.Context) error {
	if s.o.Scanner == nil {
		return nil
	}
	rows, err := s.DB.Client.Attachment.Query().
		Where(attachment.ScanEQ(attachment.ScanWaiting), attachment.ScanAtLTE(s.Time()), attachment.StatusEQ(attachment.StatusPending)).
		Order(ent.Asc(attachment.FieldScanAt)).Limit(scansAtOnce).All(ctx)
	if err != nil {
		return err
	}
	for _, a := range rows {
		mine, err := s.until(ctx, a, scanTime)
		if err != nil {
			return err
		}
		if !mine {
			continue
		}
		within, cancel := context.WithTimeout(ctx, scanTime)
		finding, err := s.scan(within, a.FileKey)
		cancel()
		if err != nil {
			_, again := s.until(ctx, a, scanPause)
			s.o.Logger.LogAttrs(ctx, slog.LevelWarn, "files wait for the virus scanner", slog.String("cause", err.Error()))
			return again
		}
		if err := s.judge(ctx, a.ID, finding); err != nil {
			return err
		}
	}
	return nil
}

// until puts the next scan of a file off, and says whether it was still waiting for
// this one: of several nodes one gets it.
func (s *Service) until(ctx context.Context, a *ent.Attachment, pause time.Duration) (mine bool, err error) {
	at := s.Time().Add(pause)
	err = store.InTx(ctx, s.DB, func(ctx context.Context, tx *ent.Client) error {
		n, err := tx.Attachment.Update().Where(attachment.ID(a.ID), attachment.ScanEQ(attachment.ScanWaiting), attachment.ScanAt(*a.ScanAt)).
			SetScanAt(at).Save(ctx)
		mine = n == 1
		return err
	})
	if mine && err == nil {
		a.ScanAt = &at
	}
	return mine, err
}

// judge writes down what the scanner said of a file, and tells its uploader and the
// Secretariat if the content is erased for it.
func (s *Service) judge(ctx context.Context, u uuid.UUID, finding string) error {
	_, _, err := command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Attachment, error) {
		a, err := tx.Attachment.Query().Where(attachment.ID(u), store.Locked(tx)).Only(ctx)
		if ent.IsNotFound(err) { // it was discarded meanwhile
			return nil, nil //nolint:nilnil // nothing to do
		}
		if err != nil || a.Scan != attachment.ScanWaiting {
			return nil, err
		}
		if finding == "" {
			return nil, a.Update().SetScan(attachment.ScanClean).ClearScanAt().Exec(ctx)
		}
		if err := CheckMove(a.Status, attachment.StatusRefused); err != nil {
			return nil, err
		}
		err = a.Update().SetStatus(attachment.StatusRefused).SetScan(attachment.ScanInfected).SetFinding(finding).SetFileKey("").ClearScanAt().Exec(ctx)
		if err != nil {
			return nil, err
		}
		if err := doom(ctx, tx, s.Time(), a.FileKey); err != nil {
			return nil, err
		}
		return nil, s.Log.Append(ctx, eventlog.Event{
			Kind: "AttachmentRefused", Subject: a.ID, Person: &a.UploadedByID, Personal: true, Facts: eventlog.Facts{Digest: a.Sha256},
		})
	})
	return err
}
