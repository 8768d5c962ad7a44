package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/importrun"
)

type importCmd struct {
	Iati  importIATICmd  `cmd:"" name:"iati" help:"Bring in activity files of IATI version 2."`
	Rates importRatesCmd `cmd:"" name:"rates" help:"Bring in yearly average exchange rates from a CSV file."`
	Table importTableCmd `cmd:"" name:"table" help:"Bring in a table of transactions, funding opportunities or aid statistics."`
}

type importIATICmd struct {
	Files   []string `arg:"" name:"file" help:"The files." type:"path"`
	OnError string   `name:"on-error" enum:"import,refuse" default:"import" help:"What becomes of an activity that breaks a published rule: import takes it and flags it, refuse leaves it out."`
	Own     bool     `help:"Take the activities as the ACS's own: those that --iati-organisation-ref reports. They are public at once."`
}

// Run brings the files in, one after the other. A file that is refused does not
// keep the others out.
func (i *importIATICmd) Run(ctx context.Context, t terminal, c *cli) error {
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	refused := 0
	for _, file := range i.Files {
		p := &progress{t: t, name: filepath.Base(file)}
		source := importrun.File(file)
		source.OnError, source.Own = entrun.OnError(strings.ToUpper(i.OnError)), i.Own
		run, err := o.imports().Import(system(ctx), source, p.tell)
		p.done()
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if run.Status == entrun.StatusRefused {
			refused++
			at := ""
			if run.RefusalLine > 0 {
				at = fmt.Sprintf(", at line %d", run.RefusalLine)
			}
			say(t.err, "%s is refused%s: %s", file, at, run.RefusalEn)
		}
		say(t.out, "%s", importrun.Summary(file, run))
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d files refused: nothing of them was taken", refused, len(i.Files))
	}
	return nil
}

// isTerminal says whether a person watches.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
