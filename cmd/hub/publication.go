package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/publication"
)

// reporting is under what name the ACS publishes.
type reporting struct {
	IATIOrganisationRef  string `name:"iati-organisation-ref" help:"Identifier under which the ACS reports to IATI; the default is a placeholder." default:"XI-IATI-ACSDEMO" placeholder:"REF"`
	IATIOrganisationName string `name:"iati-organisation-name" help:"Name under which the ACS reports to IATI." default:"Association of Caribbean States" placeholder:"NAME"`
	IATIOrganisationType string `name:"iati-organisation-type" help:"IATI OrganisationType code of the ACS." default:"40" placeholder:"CODE"`
}

func (o *opened) publication() *publication.Service {
	return &publication.Service{Client: o.DB.Client, Now: o.Now, Organisation: publication.Organisation{
		Ref: o.reports.IATIOrganisationRef, Type: o.reports.IATIOrganisationType, Name: o.reports.IATIOrganisationName,
	}}
}

// imports is the service of imports, which knows what the ACS reports itself.
func (o *opened) imports() *importrun.Service {
	s := importrun.New(o.Runner)
	s.Organisation = o.reports.IATIOrganisationRef
	return s
}

type exportIATICmd struct {
	Out string `help:"The file; without it, the standard output. Without an activity to publish none is made." type:"path" placeholder:"FILE"`
}

// Run writes the ACS's own portfolio. Activities in which a rule is broken are left
// out and named. Without an activity it fails, and no file is made or changed.
func (e *exportIATICmd) Run(ctx context.Context, t terminal, c *cli) (err error) {
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	out := t.out
	if e.Out != "" {
		file := &lateFile{name: e.Out}
		defer func() { err = errors.Join(err, file.Close()) }()
		out = file
	}
	b := bufio.NewWriter(out)
	n, err := o.publication().Write(ctx, b, tellLeft(t.err))
	if errors.Is(err, publication.ErrNothing) {
		return errors.New("there is no activity to publish, and a file of IATI needs one: publish one of the ACS's own that breaks no rule. No file was written")
	}
	if err = errors.Join(err, b.Flush()); err != nil {
		return err
	}
	if e.Out != "" {
		say(t.out, "%s: %d activities", e.Out, n)
	}
	return nil
}

// lateFile is a file that is made when something is written to it.
type lateFile struct {
	name string
	file *os.File
}

func (l *lateFile) Write(p []byte) (n int, err error) {
	if l.file == nil {
		if l.file, err = os.Create(l.name); err != nil {
			l.file = nil
			return 0, err
		}
	}
	return l.file.Write(p)
}

// Close closes the file, if it was made.
func (l *lateFile) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// tellLeft names the activities that are left out, and what is wrong with them.
func tellLeft(w io.Writer) func(publication.Left) {
	return func(l publication.Left) {
		for _, i := range l.Issues {
			say(w, "left out: %s: rule %s at %s: %s", l.Identifier, i.Rule, i.Path, i.Message.EN)
		}
	}
}

// publishes says how what is published stands. Nothing of it is a fault of the
// deployment.
func (c *cli) publishes(ctx context.Context, t terminal) (string, error) {
	o, err := c.open(ctx, t)
	if err != nil {
		return "", err
	}
	defer o.Close()
	left := 0
	n, err := o.publication().Write(ctx, io.Discard, func(publication.Left) { left++ })
	if errors.Is(err, publication.ErrNothing) {
		err = nil
	}
	how := fmt.Sprintf("%d activities, reported by %s", n, c.IATIOrganisationRef)
	if left > 0 {
		how += fmt.Sprintf("; %d are left out, as they break rules: hub export iati names them", left)
	}
	if c.IATIOrganisationRef == publication.Placeholder {
		how += "; WARNING: that identifier is a placeholder, set --iati-organisation-ref"
	}
	return how, err
}
