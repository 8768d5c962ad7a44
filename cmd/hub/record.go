package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/record"
)

type verifyCmd struct {
	File string `arg:"" help:"A record, as makeRecord or hub export record gives it." type:"path"`
	Key  string `required:"" help:"The deployment's public key: a file with what hub key prints, or the line between its dashes. Get it from the deployment, not with the record." placeholder:"KEY"`
}

// Run checks a record without a database.
func (v *verifyCmd) Run(t terminal) error {
	text := v.Key
	if content, err := os.ReadFile(v.Key); err == nil {
		text = string(content)
	} else if !errors.Is(err, fs.ErrNotExist) && !strings.Contains(v.Key, "BEGIN") {
		return err
	}
	key, err := record.ParseKey(text)
	if err != nil {
		return usageError{fmt.Errorf("--key: %w", err)}
	}
	f, err := os.Open(v.File)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	m, err := record.Verify(f, info.Size(), key)
	if err != nil {
		return fmt.Errorf("%s: %w", v.File, err)
	}
	by := "the hub itself"
	if m.ExportedBy != nil {
		by = m.ExportedBy.Name
	}
	say(t.out, "%s: as it was signed by %s on %s for %s: %q, %d messages, %d events, %d files", v.File, m.Key,
		m.ExportedAt.UTC().Format(time.RFC3339), by, m.Title, m.Messages, m.Events, len(m.Files))
	return nil
}

type keyCmd struct{}

// Run prints the public key by which records are checked.
func (*keyCmd) Run(ctx context.Context, t terminal, c *cli) error {
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	s, err := record.New(o.Runner, nil)
	if err != nil {
		return err
	}
	key, err := s.PublicKey(ctx)
	if err != nil {
		return err
	}
	pem, err := record.MarshalKey(key)
	if err != nil {
		return err
	}
	say(t.out, "%s", strings.TrimSpace(string(pem)))
	return nil
}

type exportCmd struct {
	Iati   exportIATICmd   `cmd:"" name:"iati" help:"Write the ACS's own public activities as an IATI file."`
	Record exportRecordCmd `cmd:"" help:"Write the signed record of a discussion into a file."`
}

type exportRecordCmd struct {
	Thread   string `arg:"" help:"The discussion's identifier: thr_…"`
	File     string `arg:"" help:"The new file." type:"path"`
	Language string `help:"Of the headings of the page to read." enum:"en,es,fr" default:"en"`
}

// Run writes the record. A file that is there already is not touched.
func (e *exportRecordCmd) Run(ctx context.Context, t terminal, c *cli) (err error) {
	u, err := id.ParseKind(e.Thread, id.Thread)
	if err != nil {
		return usageError{fmt.Errorf("%q is no identifier of a discussion", e.Thread)}
	}
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	attachments, files, err := c.attachments(ctx, o, c.logger(t), 0)
	if err != nil {
		return err
	}
	if files != nil {
		defer files.Close()
	}
	s, err := record.New(o.Runner, attachments)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(e.File, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(e.File))
		}
	}()
	m, err := s.Write(i18n.With(system(ctx), i18n.Lang(e.Language)), f, u, i18n.Lang(e.Language))
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	say(t.out, "%s: %q, %d messages, %d events, signed by %s", e.File, m.Title, m.Messages, m.Events, m.Key)
	return nil
}
