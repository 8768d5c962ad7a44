package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/i18n"
)

type importRatesCmd struct {
	File   string `arg:"" help:"The file; its first line names the columns: currency, year or date, and lcu_per_usd or usd_per_unit." type:"path"`
	Source string `required:"" help:"Who published the rates: always the same name for the same source."`
	DryRun bool   `help:"Only say what it would do."`
}

// Run brings the file in, or says what that would do. A file with an error changes
// nothing.
func (i *importRatesCmd) Run(ctx context.Context, t terminal, c *cli) error {
	content, err := i.read()
	if err != nil {
		return err
	}
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	ctx, s := system(ctx), exchange.New(o.Runner)
	in := exchange.Input{Source: i.Source, FileName: filepath.Base(i.File), Content: content}
	report, err := s.Try(ctx, in) // lists what is wrong before anything is done
	if err != nil {
		return fmt.Errorf("%s: %w", i.File, err)
	}
	for _, issue := range report.Issues {
		say(t.err, "%s, line %d: %s: %s", i.File, issue.Line, issue.Severity, issue.In(i18n.EN))
	}
	if report.Errors > 0 {
		say(t.out, "%s", exchange.Summary(i.File, report))
		return errors.New("the file has errors: nothing of it was taken")
	}
	if !i.DryRun {
		if _, report, _, err = s.Import(ctx, in, nil); err != nil {
			return fmt.Errorf("%s: %w", i.File, err)
		}
	}
	say(t.out, "%s", exchange.Summary(i.File, report))
	return nil
}

// read reads the file, no more of it than an import takes.
func (i *importRatesCmd) read() ([]byte, error) {
	f, err := os.Open(i.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, exchange.MaxBytes+1))
}
