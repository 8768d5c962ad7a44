package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/importrun"
)

type importCmd struct {
	Iati  importIATICmd  `cmd:"" name:"iati" help:"Bring in activity files of IATI version 2."`
	Rates importRatesCmd `cmd:"" name:"rates" help:"Bring in yearly average exchange rates from a CSV file."`
}

type importIATICmd struct {
	Files []string `arg:"" name:"file" help:"The files." type:"path"`
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
		run, err := importrun.New(o.Runner).Import(system(ctx), importrun.File(file), p.tell)
		p.done()
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if run.Status == entrun.StatusRefused {
			refused++
			say(t.err, "%s is refused, at line %d: %s", file, run.RefusalLine, run.RefusalEn)
		}
		say(t.out, "%s", importrun.Summary(file, run))
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d files refused: nothing of them was taken", refused, len(i.Files))
	}
	return nil
}

// progress tells how far an import has come: on one line of a terminal, by a line
// now and then elsewhere.
type progress struct {
	t     terminal
	name  string
	last  time.Time
	wrote bool
}

func (p *progress) tell(now importrun.Progress) {
	every := 5 * time.Second
	live := isTerminal(p.t.err)
	if live {
		every = 100 * time.Millisecond
	}
	if at := p.t.now(); at.Sub(p.last) < every && now.Done < now.Total {
		return
	} else if p.last.IsZero() && !live {
		p.last = at // a short import needs no line
		return
	} else {
		p.last = at
	}
	what, unit := "checking", "bytes"
	if now.Status == entrun.StatusApplying || now.Status == entrun.StatusApplied {
		what, unit = "applying", "activities"
	}
	percent := int64(100)
	if now.Total > 0 {
		percent = 100 * now.Done / now.Total
	}
	line := fmt.Sprintf("%s: %s %3d %% (%d of %d %s)", p.name, what, percent, now.Done, now.Total, unit)
	if live {
		_, _ = fmt.Fprintf(p.t.err, "\r\x1b[K%s", line)
		p.wrote = true
		return
	}
	say(p.t.err, "%s", line)
}

// done leaves the terminal's line clean.
func (p *progress) done() {
	if p.wrote {
		_, _ = fmt.Fprint(p.t.err, "\r\x1b[K")
	}
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
