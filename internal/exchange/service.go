package exchange

import (
	"context"
	"crypto/sha256"
	stdsql "database/sql"
	"errors"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/exchangerate"
	"acs-aec.org/hub/ent/generated/ent/exchangeratesource"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// Input is a file of rates.
type Input struct {
	// Source is who published them.
	Source string
	// FileName is told with the import.
	FileName string
	Content  []byte
}

// Report is what an import did, or would do.
type Report struct {
	// Created are rates of a currency and a year that the source had none of, Changed
	// those that have another number, Unchanged those that are the same.
	Created, Changed, Unchanged int
	// Issues are what is wrong with the file, in its order, at most 100.
	Issues []Issue
	// Errors and Warnings count all.
	Errors, Warnings int
}

// nameLimit is how long the names of a source and of a file may be.
const nameLimit = 200

var msgRefused = i18n.Message{
	EN: "Line %d: %s Nothing of the file was taken; a dry run lists all that is wrong (%d).",
	ES: "Línea %d: %s No se tomó nada del archivo; una prueba enumera todo lo que está mal (%d).",
	FR: "Ligne %d : %s Rien du fichier n'a été pris ; un essai énumère tout ce qui ne va pas (%d).",
}

// check reads the file. The person's right is checked before anything of it.
func (s *Service) check(ctx context.Context, in Input) (Input, *sheet, error) {
	if err := command.Secretariat(ctx); err != nil {
		return in, nil, err
	}
	var err error
	if in.Source, err = command.Line("input.source", in.Source, nameLimit); err != nil {
		return in, nil, err
	}
	if in.FileName, err = command.Optional("input.file", &in.FileName, nameLimit); err != nil {
		return in, nil, err
	}
	return in, read(in.Content, date.Of(s.Now())), nil
}

func (s *sheet) report() *Report {
	return &Report{Issues: s.issues(), Errors: s.counts[Error], Warnings: s.counts[Warning]}
}

// Try says what an import would do. For the Secretariat. It writes and tells
// nothing. Where there are errors, it counts what the rest would do.
func (s *Service) Try(ctx context.Context, in Input) (*Report, error) {
	in, file, err := s.check(ctx, in)
	if err != nil {
		return nil, err
	}
	r := file.report()
	source, err := s.DB.Client.ExchangeRateSource.Query().Where(exchangeratesource.Name(in.Source)).Only(ctx)
	if ent.IsNotFound(err) {
		r.Created = len(file.lines)
		return r, nil
	}
	if err != nil {
		return nil, fmt.Errorf("exchange: read a source: %w", err)
	}
	_, err = r.compare(ctx, s.DB.Client, source.ID, file)
	return r, err
}

// Import brings a file in. For the Secretariat. A file with an error is
// INVALID_INPUT and nothing of it is taken. The same file again changes no rate and
// tells nothing; it is recorded.
func (s *Service) Import(ctx context.Context, in Input, key *string) (*ent.ExchangeRateImport, *Report, command.Receipt, error) {
	in, file, err := s.check(ctx, in)
	if err != nil {
		return nil, nil, command.Receipt{}, err
	}
	if len(file.errors) > 0 {
		i := file.errors[0]
		said := i18n.Message{EN: i.In(i18n.EN), ES: i.In(i18n.ES), FR: i.In(i18n.FR)}
		return nil, nil, command.Receipt{}, apperr.Invalid("input.file", msgRefused, i.Line, said, file.counts[Error]).With("line", i.Line)
	}
	sum := sha256.Sum256(in.Content)
	claim := command.Claim{Key: key, Mutation: "importExchangeRates", Input: struct {
		Source, FileName string
		Digest           []byte
	}{in.Source, in.FileName, sum[:]}}
	row, rec, err := command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.ExchangeRateImport, error) {
		return s.write(ctx, tx, in, file, sum[:])
	}, func(r *ent.ExchangeRateImport) uuid.UUID { return r.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.ExchangeRateImport, error) {
		r, err := tx.ExchangeRateImport.Get(ctx, u)
		return r, command.Found(err)
	})
	if err != nil {
		return nil, nil, command.Receipt{}, err
	}
	r := file.report()
	r.Created, r.Changed, r.Unchanged = row.Created, row.Changed, row.Unchanged
	return row, r, rec, nil
}

// source is the row of a source, locked; it is made if there is none.
func (s *Service) source(ctx context.Context, tx *ent.Client, name string) (*ent.ExchangeRateSource, error) {
	err := tx.ExchangeRateSource.Create().SetID(s.NewID(id.RateSource)).SetCreatedAt(s.Time()).SetName(name).
		OnConflict(sql.ConflictColumns(exchangeratesource.FieldName), sql.DoNothing()).Exec(ctx)
	if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
		return nil, fmt.Errorf("exchange: make a source: %w", err)
	}
	row, err := tx.ExchangeRateSource.Query().Where(exchangeratesource.Name(name), store.Locked(tx)).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("exchange: lock a source: %w", err)
	}
	return row, nil
}

// change is a line of the file, and the rate that it changes; nil for a new one.
type change struct {
	line   line
	before *ent.ExchangeRate
}

// compare counts what the file does to the rates of a source, and gives what is
// new or changed.
func (r *Report) compare(ctx context.Context, client *ent.Client, source uuid.UUID, file *sheet) ([]change, error) {
	rows, err := client.ExchangeRate.Query().Where(exchangerate.SourceID(source)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("exchange: read the rates of a source: %w", err)
	}
	before := make(map[of]*ent.ExchangeRate, len(rows))
	for _, row := range rows {
		before[of{row.Currency, row.Year}] = row
	}
	var out []change
	for _, l := range file.lines {
		row := before[l.of]
		if row == nil {
			r.Created++
			out = append(out, change{l, nil})
			continue
		}
		was, err := PerUSD(row)
		if err != nil {
			return nil, err
		}
		if was.Cmp(l.perUSD) == 0 {
			r.Unchanged++
			continue
		}
		r.Changed++
		out = append(out, change{l, row})
	}
	return out, nil
}

// write is the import's transaction: lock the source, compare, write, tell.
func (s *Service) write(ctx context.Context, tx *ent.Client, in Input, file *sheet, sum []byte) (*ent.ExchangeRateImport, error) {
	source, err := s.source(ctx, tx, in.Source)
	if err != nil {
		return nil, err
	}
	var r Report
	changes, err := r.compare(ctx, tx, source.ID, file)
	if err != nil {
		return nil, err
	}
	now := s.Time()
	c := tx.ExchangeRateImport.Create().SetID(s.NewID(id.RateImport)).SetCreatedAt(now).SetSourceID(source.ID).SetFileName(in.FileName).
		SetSha256(sum).SetCreated(r.Created).SetChanged(r.Changed).SetUnchanged(r.Unchanged)
	if v := viewer.From(ctx); v.SignedIn() {
		c.SetImportedByID(v.Person)
	}
	origin, err := c.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("exchange: record an import: %w", err)
	}
	if len(changes) == 0 {
		return origin, nil
	}
	rows := make([]*ent.ExchangeRateCreate, len(changes))
	for i, c := range changes {
		u, revision, created := s.NewID(id.ExchangeRate), 1, now
		if c.before != nil {
			u, revision, created = c.before.ID, c.before.Revision+1, c.before.CreatedAt
		}
		rows[i] = tx.ExchangeRate.Create().SetID(u).SetCreatedAt(created).SetUpdatedAt(now).SetRevision(revision).SetSourceID(source.ID).
			SetCurrency(c.line.of.currency).SetYear(c.line.of.year).SetPublished(c.line.published).SetQuote(c.line.quote).SetOriginID(origin.ID)
	}
	for chunk := range slices.Chunk(rows, 200) {
		err := tx.ExchangeRate.CreateBulk(chunk...).OnConflict(
			sql.ConflictColumns(exchangerate.FieldSourceID, exchangerate.FieldCurrency, exchangerate.FieldYear), sql.ResolveWith(correct)).Exec(ctx)
		if err != nil {
			return nil, fmt.Errorf("exchange: write rates: %w", err)
		}
	}
	return origin, s.tell(ctx, origin.ID, changes)
}

// correct takes over what an import changes of a rate that is there.
func correct(u *sql.UpdateSet) {
	for _, column := range []string{
		exchangerate.FieldUpdatedAt, exchangerate.FieldRevision, exchangerate.FieldPublished, exchangerate.FieldQuote, exchangerate.FieldOriginID,
	} {
		u.SetExcluded(column)
	}
}

// tell tells the import, and each correction.
func (s *Service) tell(ctx context.Context, origin uuid.UUID, changes []change) error {
	if err := s.Log.Append(ctx, eventlog.Event{Kind: "ExchangeRatesImported", Subject: origin, Public: true}); err != nil {
		return err
	}
	for _, c := range changes {
		if c.before == nil {
			continue
		}
		var d eventlog.Diff
		d.Value("published", c.before.Published, c.line.published)
		d.Value("quote", string(c.before.Quote), string(c.line.quote))
		err := s.Log.Append(ctx, eventlog.Event{
			Kind: "ExchangeRateCorrected", Subject: c.before.ID, Public: true, Facts: eventlog.Facts{Changes: d.Changes},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Summary is what is said of an import at its end, after the name of its file.
func Summary(file string, r *Report) string {
	return fmt.Sprintf("%s: %d rates (%d new, %d changed, %d unchanged), %d errors, %d warnings",
		file, r.Created+r.Changed+r.Unchanged, r.Created, r.Changed, r.Unchanged, r.Errors, r.Warnings)
}
