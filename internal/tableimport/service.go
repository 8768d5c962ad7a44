package tableimport

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/aidstatistic"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/opportunity"
	"acs-aec.org/hub/internal/table"
	"acs-aec.org/hub/internal/tabular"
)

// Service holds the commands.
type Service struct {
	*command.Runner
	activities    *activity.Service
	opportunities *opportunity.Service
	statistics    *aidstatistic.Service
}

// New makes a service.
func New(r *command.Runner) *Service {
	return &Service{r, activity.New(r), opportunity.New(r), aidstatistic.New(r)}
}

// Input is a table and what to do with it.
type Input struct {
	Kind    *tabular.Kind
	Mapping tabular.Mapping
	// Open opens the file; it is read more than once.
	Open func() (io.ReadCloser, error)
	// LeaveOut takes the good rows of a table that has wrong ones.
	LeaveOut bool
	// DryRun checks the table and does nothing.
	DryRun bool
}

// Report is what an import did, or what was wrong.
type Report struct {
	Rows                        int
	Created, Updated, Unchanged int
	// Wrong is how many rows cannot be taken; Issues say why, in the order of the
	// table, the first MaxIssues of them.
	Wrong  int
	Issues []Issue
	// Refused says that nothing was done, because of the wrong rows.
	Refused bool
}

// MaxIssues is how many issues a report tells.
const MaxIssues = 500

// Issue is what is wrong with a row.
type Issue struct {
	Rule   string
	Line   int
	Column string
	// Message is whole: it takes no arguments.
	Message i18n.Message
}

var (
	msgTwice = i18n.Message{
		EN: "The same is in a row before. Each may be there once.", ES: "Lo mismo está en una fila anterior. Cada uno puede figurar una vez.",
		FR: "La même chose figure dans une ligne précédente. Chacune ne peut figurer qu'une fois.",
	}
	msgTable = i18n.Message{EN: "Line %d: %s", ES: "Línea %d: %s", FR: "Ligne %d : %s"}
)

// applier does what rows of a kind say.
type applier interface {
	// key is what there is one of.
	key(r tabular.Record) string
	// check says what is wrong with rows beside their form; it changes nothing.
	check(ctx context.Context, rows []tabular.Record) ([]Issue, error)
	// apply does what rows say and counts it. Rows that break a rule are issues.
	apply(ctx context.Context, rows []tabular.Record, into *Report) error
}

// atOnce is how many rows are looked at together.
const atOnce = 200

// Import brings a table in. For the Secretariat. A table that can't be read is
// INVALID_INPUT with the line; a report with Refused that nothing was done. progress
// is told how many rows are done, and may be nil.
func (s *Service) Import(ctx context.Context, in Input, progress func(done, total int)) (*Report, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, err
	}
	if err := in.Mapping.Check(in.Kind); err != nil {
		return nil, err
	}
	a, err := s.applier(in.Kind)
	if err != nil {
		return nil, err
	}
	out, wrong := &Report{Issues: []Issue{}}, map[int]bool{}
	seen := map[[16]byte]struct{}{}
	err = s.read(ctx, in, func(ctx context.Context, rows []tabular.Record) error {
		out.Rows += len(rows)
		issues, err := a.check(ctx, good(rows, nil))
		if err != nil {
			return err
		}
		for _, r := range rows {
			for _, i := range r.Issues {
				issues = append(issues, Issue{i.Rule, i.Line, i.Column, filled(i.Message, i.Args)})
			}
			if len(r.Issues) > 0 {
				continue
			}
			sum := sha256.Sum256([]byte(a.key(r)))
			k := [16]byte(sum[:16])
			if _, twice := seen[k]; twice {
				issues = append(issues, Issue{"twice", r.Line, "", msgTwice})
			}
			seen[k] = struct{}{}
		}
		slices.SortStableFunc(issues, func(x, y Issue) int { return x.Line - y.Line })
		for _, i := range issues {
			if !wrong[i.Line] {
				wrong[i.Line] = true
				out.Wrong++
			}
			out.add(i)
		}
		return nil
	})
	if err != nil {
		return nil, refusal(err)
	}
	if out.Wrong > 0 && !in.LeaveOut {
		out.Refused = true
	}
	if out.Refused || in.DryRun {
		return out, nil
	}
	done := 0
	err = s.read(ctx, in, func(ctx context.Context, rows []tabular.Record) error {
		if err := a.apply(ctx, good(rows, wrong), out); err != nil {
			return err
		}
		if done += len(rows); progress != nil {
			progress(done, out.Rows)
		}
		return nil
	})
	if err != nil {
		return nil, refusal(err)
	}
	return out, nil
}

func (r *Report) add(i Issue) {
	if len(r.Issues) < MaxIssues {
		r.Issues = append(r.Issues, i)
	}
}

// leave notes a row that a rule keeps out. Errors that are no refusals come back.
func (r *Report) leave(line int, err error) error {
	var e *apperr.Error
	if !errors.As(err, &e) || e.Code == apperr.Internal || e.Code == apperr.Unavailable || e.Code == apperr.Unauthenticated {
		return err
	}
	r.Wrong++
	r.add(Issue{strings.ToLower(string(e.Code)), line, strings.TrimPrefix(e.Field, "input."), i18n.Message{
		EN: e.Sentence(i18n.EN), ES: e.Sentence(i18n.ES), FR: e.Sentence(i18n.FR),
	}})
	return nil
}

// read hands the rows over, some at a time.
func (s *Service) read(ctx context.Context, in Input, handle func(context.Context, []tabular.Record) error) error {
	file, err := in.Open()
	if err != nil {
		return fmt.Errorf("tableimport: open the file: %w", err)
	}
	defer file.Close()
	var waiting []tabular.Record
	err = tabular.Reader{Kind: in.Kind, Mapping: in.Mapping}.Read(ctx, file, func(ctx context.Context, r tabular.Record) error {
		if waiting = append(waiting, r); len(waiting) < atOnce {
			return nil
		}
		rows := waiting
		waiting = nil
		return handle(ctx, rows)
	})
	if err != nil || len(waiting) == 0 {
		return err
	}
	return handle(ctx, waiting)
}

// refusal says of a table that can't be read where and why.
func refusal(err error) error {
	var r *table.Refusal
	if !errors.As(err, &r) {
		return err
	}
	said := i18n.Message{EN: r.In(i18n.EN), ES: r.In(i18n.ES), FR: r.In(i18n.FR)}
	return apperr.Invalid("input.file", msgTable, r.Line, said).With("line", r.Line)
}

func good(rows []tabular.Record, wrong map[int]bool) []tabular.Record {
	var out []tabular.Record
	for _, r := range rows {
		if len(r.Issues) == 0 && !wrong[r.Line] {
			out = append(out, r)
		}
	}
	return out
}

func filled(m i18n.Message, args []any) i18n.Message {
	return i18n.Message{
		EN: m.In(i18n.EN, slices.Clone(args)...), ES: m.In(i18n.ES, slices.Clone(args)...), FR: m.In(i18n.FR, slices.Clone(args)...),
	}
}

func (s *Service) applier(k *tabular.Kind) (applier, error) {
	switch k {
	case tabular.Transactions:
		return &transactions{Service: s}, nil
	case tabular.Opportunities:
		return &opportunities{Service: s}, nil
	case tabular.AidStatistics:
		return &statistics{Service: s}, nil
	}
	return nil, fmt.Errorf("tableimport: no rows of %s", k.Name)
}

// Summary is what is said of an import at its end, after the name of its file.
func Summary(file string, r *Report) string {
	return fmt.Sprintf("%s: %d rows (%d new, %d updated, %d unchanged), %d wrong", file, r.Rows, r.Created, r.Updated, r.Unchanged, r.Wrong)
}
