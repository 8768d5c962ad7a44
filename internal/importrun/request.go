package importrun

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Checking is a wish to have a file checked.
type Checking struct {
	File uuid.UUID
	// Dataset is what the file is a state of; nil: it is named like the file.
	Dataset *string
	OnError importrun.OnError // "" imports what has errors
	Own     bool
}

var (
	msgFileGone = i18n.Message{
		EN: "The file is not kept any more. Upload it again.", ES: "El archivo ya no se conserva. Súbalo de nuevo.",
		FR: "Le fichier n'est plus conservé. Envoyez-le de nouveau.",
	}
	msgDataset = i18n.Message{
		EN: "Name the dataset in 1 to %d bytes, with characters that can be shown and without “/”.",
		ES: "Dé al conjunto de datos un nombre de 1 a %d bytes, con caracteres visibles y sin «/».",
		FR: "Donnez à l'ensemble de données un nom de 1 à %d octets, avec des caractères visibles et sans « / ».",
	}
	msgOvertaken = i18n.Message{
		EN: "Another file of the dataset was applied after this one was checked. Check this one again.",
		ES: "Se aplicó otro archivo del conjunto de datos después de revisar este. Revise este de nuevo.",
		FR: "Un autre fichier de l'ensemble de données a été appliqué après la vérification de celui-ci. Vérifiez celui-ci de nouveau.",
	}
)

// RequestCheck has a node check an uploaded file: the run that comes of it is
// CHECKING, and later CHECKED, or REFUSED with the reason. For the Secretariat. A run
// that checks the same file in the same way, or has done so and was not overtaken, is
// that run. It returns NOT_FOUND for no file, CONFLICT for one that is not kept any
// more and while the dataset is being imported.
func (s *Service) RequestCheck(ctx context.Context, in Checking, key *string) (*ent.ImportRun, command.Receipt, error) {
	if err := allow(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	if s.Files == nil {
		return nil, command.Receipt{}, errNoFiles
	}
	how := Source{OnError: in.OnError, Own: in.Own}
	if in.Dataset != nil && (*in.Dataset == "" || cleaned(*in.Dataset) != *in.Dataset) {
		return nil, command.Receipt{}, apperr.Invalid("input.datasetName", msgDataset, datasetLimit)
	}
	in.OnError = how.onError()
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "checkImport", Input: in},
		func(ctx context.Context, tx *ent.Client) (*ent.ImportRun, error) {
			who := viewer.From(ctx)
			ctx = system(ctx)
			if err := lockImports(ctx, tx); err != nil {
				return nil, err
			}
			f, err := tx.ImportFile.Get(ctx, in.File)
			if err != nil {
				return nil, command.Found(err)
			}
			if !s.Kept(f) {
				return nil, apperr.New(apperr.Conflict, msgFileGone).In("input.fileId")
			}
			dataset := f.Name
			if in.Dataset != nil {
				dataset = *in.Dataset
			}
			if run, err := s.same(ctx, tx, dataset, f.Sha256, in); run != nil || err != nil {
				return run, err
			}
			if _, err := s.keepLonger(ctx, tx, f); err != nil {
				return nil, err
			}
			now := s.Time()
			c := tx.ImportRun.Create().SetID(s.NewID(id.ImportRun)).SetCreatedAt(now).SetUpdatedAt(now).SetDatasetName(dataset).SetFileID(f.ID).
				SetSha256(f.Sha256).SetSize(f.Size).SetVersion(f.Version).SetOnError(in.OnError).SetOwn(in.Own).SetWork(importrun.WorkWaiting)
			if who.SignedIn() {
				c.SetStartedByID(who.Person)
			}
			store.AfterCommit(ctx, s.wake)
			return c.Save(ctx)
		}, runID, runAgain)
}

func runID(r *ent.ImportRun) uuid.UUID { return r.ID }

func runAgain(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.ImportRun, error) {
	return tx.ImportRun.Get(ctx, u)
}

// same is the run that checks the same file in the same way, or has done so; nil for
// none. CONFLICT while the dataset is being imported otherwise.
func (s *Service) same(ctx context.Context, tx *ent.Client, dataset string, sum []byte, in Checking) (*ent.ImportRun, error) {
	fits := func(r *ent.ImportRun) bool {
		return bytes.Equal(r.Sha256, sum) && r.OnError == in.OnError && r.Own == in.Own
	}
	at, err := underway(ctx, tx, dataset, uuid.Nil)
	switch {
	case err != nil:
		return nil, err
	case at != nil && fits(at):
		return at, nil
	case at != nil:
		return nil, busy(dataset)
	}
	last, err := tx.ImportRun.Query().Where(importrun.DatasetName(dataset), importrun.StatusEQ(importrun.StatusChecked)).
		Order(ent.Desc(importrun.FieldID)).First(ctx)
	if ent.IsNotFound(err) || err == nil && !fits(last) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, err
	}
	if over, err := overtaken(ctx, tx, last); over || err != nil {
		return nil, err
	}
	return last, nil
}

// underway is the run of a dataset that a node works on or is to, other than one; nil
// for none.
func underway(ctx context.Context, tx *ent.Client, dataset string, but uuid.UUID) (*ent.ImportRun, error) {
	r, err := tx.ImportRun.Query().Where(
		importrun.DatasetName(dataset), importrun.StatusIn(importrun.StatusChecking, importrun.StatusApplying),
		importrun.WorkIn(importrun.WorkWaiting, importrun.WorkTaken), importrun.IDNEQ(but),
	).First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // there is none
	}
	return r, err
}

// longStill is since when an import by a command must have stood still to be taken
// for stopped.
const longStill = time.Minute

// RequestApply has a node apply a checked run, exactly as it was checked. For the
// Secretariat. One that a command on the machine began to apply and that stands still
// is gone on with. It returns NOT_FOUND for no run, and CONFLICT for one in another
// status, on another revision than expected, that was overtaken by another file of the
// dataset, and while the dataset is being imported.
func (s *Service) RequestApply(ctx context.Context, run uuid.UUID, expected int, key *string) (*ent.ImportRun, command.Receipt, error) {
	if err := allow(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "applyImport", Input: []any{run, expected}}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.ImportRun, error) {
		who := viewer.From(ctx)
		ctx = system(ctx)
		if err := lockImports(ctx, tx); err != nil {
			return nil, err
		}
		r, err := locked(ctx, tx, run)
		if err != nil {
			return nil, err
		}
		if !s.stopped(r) {
			if err := CheckMove(r.Status, importrun.StatusApplying, r.Revision); err != nil {
				return nil, err
			}
		}
		if err := command.Unchanged(r.Revision, expected); err != nil {
			return nil, err
		}
		other, err := underway(ctx, tx, r.DatasetName, r.ID)
		if err == nil && other != nil {
			err = busy(r.DatasetName)
		}
		if err != nil {
			return nil, err
		}
		over, err := overtaken(ctx, tx, r)
		if err == nil && over {
			err = apperr.New(apperr.Conflict, msgOvertaken)
		}
		if err != nil {
			return nil, err
		}
		u := r.Update().SetStatus(importrun.StatusApplying).SetWork(importrun.WorkWaiting).SetRevision(r.Revision + 1).SetUpdatedAt(s.Time())
		if who.SignedIn() {
			u.SetAppliedByID(who.Person)
		}
		store.AfterCommit(ctx, s.wake)
		return u.Save(ctx)
	}, runID, runAgain)
}

func locked(ctx context.Context, tx *ent.Client, run uuid.UUID) (*ent.ImportRun, error) {
	r, err := tx.ImportRun.Query().Where(importrun.ID(run), store.Locked(tx)).Only(ctx)
	return r, command.Found(err)
}

// Cancel ends a run for ever. For the Secretariat. One that is checked or to be
// applied leaves nothing but its report. One that is being applied ends after the
// transaction under way: what is applied stays, and the counts say how much that is;
// nothing more is applied once Cancel has returned. A run that was cancelled before
// stays so. It returns NOT_FOUND for no run, and CONFLICT for one that has ended.
func (s *Service) Cancel(ctx context.Context, run uuid.UUID) (*ent.ImportRun, command.Receipt, error) {
	if err := allow(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.ImportRun, error) {
		r, err := locked(system(ctx), tx, run)
		if err != nil || r.Status == importrun.StatusCancelled {
			return r, err
		}
		if err := CheckMove(r.Status, importrun.StatusCancelled, r.Revision); err != nil {
			return nil, err
		}
		now := s.Time()
		// A node takes the staging away.
		r, err = r.Update().SetStatus(importrun.StatusCancelled).SetWork(importrun.WorkWaiting).SetRevision(r.Revision + 1).
			SetUpdatedAt(now).SetFinishedAt(now).Save(system(ctx))
		if err != nil {
			return nil, err
		}
		store.AfterCommit(ctx, s.wake)
		return r, s.Log.Append(ctx, eventlog.Event{Kind: "ImportCancelled", Subject: r.ID})
	})
}

// Kept says whether a file can be checked still.
func (s *Service) Kept(f *ent.ImportFile) bool { return f.KeptUntil.After(s.Time()) }

// MayApply says whether somebody may have a run applied in its status. Another file of
// its dataset may still stand in the way: Hindered knows.
func (s *Service) MayApply(v *viewer.Viewer, r *ent.ImportRun) bool {
	return v.Secretariat() && (slices.Contains(next[r.Status], importrun.StatusApplying) || s.stopped(r))
}

// MayCancel says whether somebody may cancel a run in its status.
func (s *Service) MayCancel(v *viewer.Viewer, r *ent.ImportRun) bool {
	return v.Secretariat() && slices.Contains(next[r.Status], importrun.StatusCancelled)
}

// stopped says whether a command on the machine began to apply a run and has stopped.
func (s *Service) stopped(r *ent.ImportRun) bool {
	return r.Status == importrun.StatusApplying && r.Work == importrun.WorkNone && s.Time().Sub(r.UpdatedAt) > longStill
}

// wake has this node look for work at once.
func (s *Service) wake() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// conflict says whether others stand in the way.
func conflict(err error) bool {
	return apperr.CodeOf(err) == apperr.Conflict || errors.Is(err, errMoved)
}
