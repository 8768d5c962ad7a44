package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/tableimport"
	"acs-aec.org/hub/internal/tabular"
)

type importTableCmd struct {
	File     string `arg:"" help:"The table: CSV in UTF-8, or XLSX, of which the first sheet counts." type:"path"`
	As       string `required:"" enum:"transactions,opportunities,aid-statistics" help:"What its rows are: ${enum}."`
	Mapping  string `help:"Where fields come from: JSON, or @FILE. Columns that are called like a field need none." placeholder:"JSON"`
	LeaveOut bool   `help:"Leave wrong rows out; without it they refuse the whole table."`
	DryRun   bool   `help:"Only say what is wrong."`
}

// Help tells the fields.
func (*importTableCmd) Help() string {
	var b strings.Builder
	b.WriteString(`A mapping names for a field its column or a constant: {"amount": {"column": "Value", "times": "1000000"}, "currency": {"constant": "USD"}}.` + "\n")
	for _, k := range tabular.Kinds() {
		keys := make([]string, len(k.Fields))
		for i, f := range k.Fields {
			keys[i] = f.Key
			if f.Required {
				keys[i] += "*"
			}
		}
		fmt.Fprintf(&b, "\n%s: %s.\n", k.Name, strings.Join(keys, ", "))
	}
	b.WriteString("\n* must not be empty.")
	return b.String()
}

// Run brings the table in, or says what is wrong with it.
func (i *importTableCmd) Run(ctx context.Context, t terminal, c *cli) error {
	kind := tabular.Find(i.As)
	m, err := i.mapping(kind)
	if err != nil {
		return err
	}
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	live := isTerminal(t.err)
	report, err := tableimport.New(o.Runner).Import(system(ctx), tableimport.Input{
		Kind: kind, Mapping: m, LeaveOut: i.LeaveOut, DryRun: i.DryRun, Open: func() (io.ReadCloser, error) { return os.Open(i.File) },
	}, func(done, total int) {
		if live {
			_, _ = fmt.Fprintf(t.err, "\r\x1b[K%s: %d of %d rows", i.File, done, total)
		}
	})
	if live {
		_, _ = fmt.Fprint(t.err, "\r\x1b[K")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", i.File, err)
	}
	for _, issue := range report.Issues {
		say(t.err, "%s, line %d: %s %s", i.File, issue.Line, issue.Column, issue.Message.In(i18n.EN))
	}
	say(t.out, "%s", tableimport.Summary(i.File, report))
	if report.Refused {
		return errors.New("the table has wrong rows: nothing of it was taken; --leave-out takes the others")
	}
	return nil
}

func (i *importTableCmd) mapping(k *tabular.Kind) (tabular.Mapping, error) {
	text := []byte(i.Mapping)
	if name, file := strings.CutPrefix(i.Mapping, "@"); file {
		var err error
		if text, err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	if len(text) == 0 {
		return nil, nil //nolint:nilnil // columns are known by their names
	}
	return tabular.ParseMapping(k, text)
}
