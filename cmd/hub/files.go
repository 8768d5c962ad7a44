package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/clamd"
	"acs-aec.org/hub/internal/filestore"
	"acs-aec.org/hub/internal/store"
)

// filesAddress names the store of attachments that the command line means: beside
// an embedded database, "" with PostgreSQL, whose nodes need one that all reach.
func (c *cli) filesAddress() (string, error) {
	if c.Files != "" {
		return c.Files, nil
	}
	name, err := c.database()
	if err != nil {
		return "", err
	}
	path, embedded := store.EmbeddedPath(name)
	if !embedded {
		return "", nil
	}
	path, err = filepath.Abs(strings.TrimSuffix(path, ".db") + ".files")
	return filestore.FolderAddress(path), err
}

// files opens the store of attachments; nil if none is named.
func (c *cli) files(ctx context.Context) (*filestore.Store, error) {
	address, err := c.filesAddress()
	if err != nil || address == "" {
		return nil, err
	}
	files, err := filestore.Open(ctx, address)
	if err != nil {
		return nil, usageError{fmt.Errorf("--files: %w", err)}
	}
	return files, nil
}

// attachments puts together what looks after files. Whoever asks closes the store,
// nil if there is none.
func (c *cli) attachments(ctx context.Context, o *opened, log *slog.Logger, limit int64) (*attachment.Service, *filestore.Store, error) {
	files, err := c.files(ctx)
	if err != nil {
		return nil, nil, err
	}
	options := attachment.Options{Files: files, Limit: limit, Logger: log}
	if c.Clamd != "" {
		scanner, err := clamd.New(c.Clamd)
		if err != nil {
			return nil, nil, usageError{fmt.Errorf("--clamd: %w", err)}
		}
		options.Scanner = scanner
	}
	s, err := attachment.New(o.Runner, options)
	return s, files, err
}

// filesFit says whether the contents of attachments are where they must be.
func (c *cli) filesFit(ctx context.Context, o *opened, log *slog.Logger, deep bool) (string, error) {
	s, files, err := c.attachments(ctx, o, log, 0)
	if err != nil {
		return "", err
	}
	if files == nil {
		return "no place for attachments: name one with --files", nil
	}
	defer files.Close()
	v, err := s.Verify(ctx, deep)
	switch {
	case err != nil:
		return "", fmt.Errorf("%s: %w", files, err)
	case len(v.Missing) > 0 || len(v.Broken) > 0:
		return "", fmt.Errorf("of %d attachments that were looked at in %s, the contents of %d are missing and of %d are others: restore the files of the same time as the database",
			v.Files, files, len(v.Missing), len(v.Broken))
	case !deep:
		return fmt.Sprintf("the latest %d lie in %s; --deep looks at all, and at their digests", v.Files, files), nil
	case v.Unknown > 0:
		return fmt.Sprintf("all %d lie in %s, with the right digests; %d more files there belong to nothing", v.Files, files, v.Unknown), nil
	}
	return fmt.Sprintf("all %d lie in %s, with the right digests", v.Files, files), nil
}

// scannerAnswers says whether the virus scanner is there.
func (c *cli) scannerAnswers(ctx context.Context) (string, error) {
	if c.Clamd == "" {
		return "none: attachments are not scanned", nil
	}
	scanner, err := clamd.New(c.Clamd)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := scanner.Ping(ctx); err != nil {
		return "", fmt.Errorf("%w. Until it answers, new attachments can't be posted", err)
	}
	return "answers at " + scanner.String(), nil
}
