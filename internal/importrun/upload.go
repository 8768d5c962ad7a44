package importrun

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importfile"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/storedfile"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

const (
	// DefaultLimit is how many bytes an uploaded file may have where nothing else was
	// chosen.
	DefaultLimit = 512 << 20
	// FileLife is how long a file is kept after it was uploaded, or a check of it began.
	FileLife = 3 * 24 * time.Hour
	// FilesKept is how many files are kept at a time: older ones go earlier.
	FilesKept = 20

	uploadTime = time.Hour
	// lease is how long the store keeps what an upload writes if nobody takes it.
	lease = 2 * time.Hour
)

// Uploading is a file to upload.
type Uploading struct {
	// Name is the file's name: the dataset is named after it.
	Name string
	// Size is how many bytes the sender says there are; 0 if it does not say.
	Size int64
	// Content is read once, to its end.
	Content io.Reader
}

var (
	errNoFiles = apperr.New(apperr.Unavailable, i18n.Message{
		EN: "This hub has no place to keep files. Whoever runs it names one that all nodes reach: hub serve --files file:///PATH or s3://BUCKET.",
		ES: "Este sistema no tiene dónde guardar archivos. Quien lo administra indica uno al que lleguen todos los nodos: hub serve --files file:///RUTA o s3://BUCKET.",
		FR: "Ce système n'a pas d'endroit où conserver des fichiers. La personne qui l'administre en indique un que tous les nœuds atteignent : hub serve --files file:///CHEMIN ou s3://BUCKET.",
	})
	msgTooLarge = i18n.Message{
		EN: "The file is too large: at most %d bytes.", ES: "El archivo es demasiado grande: %d bytes como máximo.",
		FR: "Le fichier est trop grand : %d octets au maximum.",
	}
	msgCut = i18n.Message{
		EN: "The file did not arrive whole. Send it again.", ES: "El archivo no llegó completo. Envíelo de nuevo.",
		FR: "Le fichier n'est pas arrivé en entier. Renvoyez-le.",
	}
	msgManyFiles = i18n.Message{
		EN: "%d files are being checked already. Wait for one of them, or cancel it.",
		ES: "Ya se están revisando %d archivos. Espere a que termine alguno o cancélelo.",
		FR: "%d fichiers sont déjà en cours de vérification. Attendez que l'un se termine, ou annulez-le.",
	}
)

// Upload keeps a file to be checked. For the Secretariat. The same file under the
// same name, as long as it is kept, is the same upload. What is too large, or by its
// beginning no file of activities of IATI version 2, is INVALID_INPUT. Whatever goes
// wrong, and if the sender goes away, nothing is kept. It runs many short
// transactions, so it is no part of another.
func (s *Service) Upload(ctx context.Context, in Uploading, key *string) (*ent.ImportFile, command.Receipt, error) {
	none := command.Receipt{}
	if err := allow(ctx); err != nil {
		return nil, none, err
	}
	if s.Files == nil {
		return nil, none, errNoFiles
	}
	if in.Size > s.Limit {
		return nil, none, tooLarge(s.Limit)
	}
	ctx, cancel := context.WithTimeout(ctx, uploadTime)
	defer cancel()
	place, err := s.beginUpload(ctx)
	if err != nil {
		return nil, none, err
	}
	kept := false
	defer func() {
		if !kept {
			s.forget(context.WithoutCancel(ctx), place)
		}
	}()
	got := &received{r: in.Content, limit: s.Limit, hash: sha256.New()}
	if err := s.Files.Put(ctx, place, got); err != nil {
		return nil, none, got.refusal(err)
	}
	version, err := s.begins(ctx, place)
	if err != nil {
		return nil, none, err
	}
	made := &ent.ImportFile{
		ID: s.NewID(id.Upload), Name: datasetName(in.Name), Version: clip(version, 20), Size: got.n, Sha256: got.hash.Sum(nil), FileKey: place,
	}
	claim := command.Claim{Key: key, Mutation: "uploadImportFile", Input: wish{made.Name, made.Sha256}}
	f, rec, err := command.Create(ctx, s.Runner, claim,
		func(ctx context.Context, tx *ent.Client) (*ent.ImportFile, error) { return s.keep(ctx, tx, made) },
		func(f *ent.ImportFile) uuid.UUID { return f.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.ImportFile, error) {
			return tx.ImportFile.Get(ctx, u)
		})
	kept = err == nil && f.FileKey == place
	return f, rec, err
}

// wish is what an upload asks for, for its idempotency key.
type wish struct {
	Name   string
	SHA256 []byte
}

func tooLarge(limit int64) *apperr.Error {
	return apperr.Invalid("input.file", msgTooLarge, limit).With("limit", limit)
}

// beginUpload names a new file to the database before it is written.
func (s *Service) beginUpload(ctx context.Context) (string, error) {
	place := strings.ToLower(rand.Text())
	return place, s.inTx(ctx, func(ctx context.Context, tx *ent.Client) error {
		return tx.StoredFile.Create().SetID(place).SetCreatedAt(s.Time()).SetEraseAt(s.Time().Add(lease)).Exec(ctx)
	})
}

// begins reads the beginning of a file and says which version it follows, or why it
// can't be checked.
func (s *Service) begins(ctx context.Context, place string) (string, error) {
	file, err := s.Files.Open(ctx, place)
	if err != nil {
		return "", apperr.ErrUnavailable.Because(err)
	}
	defer file.Close()
	said, err := iati.Head(ctx, file)
	var refused *iati.Refusal
	if errors.As(err, &refused) {
		return "", apperr.Invalid("input.file", refused.Message).With("line", refused.Line).With("rule", refused.Rule)
	}
	return said.Version, err
}

// keep makes a written file one that can be checked, unless the same one is kept
// already.
func (s *Service) keep(ctx context.Context, tx *ent.Client, made *ent.ImportFile) (*ent.ImportFile, error) {
	who := viewer.From(ctx)
	ctx = system(ctx)
	if err := lockImports(ctx, tx); err != nil {
		return nil, err
	}
	now := s.Time()
	same, err := tx.ImportFile.Query().Where(importfile.KeptUntilGT(now), importfile.Sha256(made.Sha256), importfile.Name(made.Name)).
		Order(ent.Asc(importfile.FieldID)).First(ctx)
	if err == nil {
		return s.keepLonger(ctx, tx, same)
	}
	if !ent.IsNotFound(err) {
		return nil, err
	}
	if err := s.makeRoom(ctx, tx); err != nil {
		return nil, err
	}
	n, err := tx.StoredFile.Update().Where(storedfile.ID(made.FileKey), storedfile.EraseAtGT(now.Add(lease-uploadTime-time.Minute))).
		SetEraseAt(now.Add(FileLife)).Save(ctx)
	if err == nil && n != 1 { // its time is over, or nearly
		err = apperr.Invalid("input.file", msgCut)
	}
	if err != nil {
		return nil, err
	}
	create := tx.ImportFile.Create().SetID(made.ID).SetCreatedAt(now).SetName(made.Name).SetVersion(made.Version).SetSize(made.Size).
		SetSha256(made.Sha256).SetFileKey(made.FileKey).SetKeptUntil(now.Add(FileLife))
	if who.SignedIn() {
		create.SetUploadedByID(who.Person)
	}
	return create.Save(ctx)
}

// keepLonger lets a file be kept as long as a new one.
func (s *Service) keepLonger(ctx context.Context, tx *ent.Client, f *ent.ImportFile) (*ent.ImportFile, error) {
	until := s.Time().Add(FileLife)
	if err := tx.StoredFile.Update().Where(storedfile.ID(f.FileKey)).SetEraseAt(until).Exec(ctx); err != nil {
		return nil, err
	}
	return f.Update().SetKeptUntil(until).Save(ctx)
}

// makeRoom lets the oldest files go that nobody is checking, until there is room for
// one more. The imports are locked.
func (s *Service) makeRoom(ctx context.Context, tx *ent.Client) error {
	now := s.Time()
	kept, err := tx.ImportFile.Query().Where(importfile.KeptUntilGT(now)).Order(ent.Asc(importfile.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	left := len(kept)
	for _, f := range kept {
		if left < FilesKept {
			return nil
		}
		needed, err := tx.ImportRun.Query().Where(importrun.FileID(f.ID), importrun.StatusEQ(importrun.StatusChecking)).Exist(ctx)
		if err != nil {
			return err
		}
		if needed {
			continue
		}
		if err := tx.StoredFile.Update().Where(storedfile.ID(f.FileKey)).SetEraseAt(now).Exec(ctx); err != nil {
			return err
		}
		if err := f.Update().SetKeptUntil(now).Exec(ctx); err != nil {
			return err
		}
		left--
	}
	if left < FilesKept {
		return nil
	}
	return apperr.New(apperr.Conflict, msgManyFiles, left).In("input.file").With("limit", FilesKept)
}

// forget erases a file that nobody took, or leaves that to those who look after the
// store.
func (s *Service) forget(ctx context.Context, place string) {
	ctx, cancel := context.WithTimeout(system(ctx), 10*time.Second)
	defer cancel()
	err := s.Files.Delete(ctx, place)
	if err == nil {
		err = s.inTx(ctx, func(ctx context.Context, tx *ent.Client) error {
			_, err := tx.StoredFile.Delete().Where(storedfile.ID(place)).Exec(ctx)
			return err
		})
	}
	if err != nil {
		s.Logger.LogAttrs(ctx, slog.LevelWarn, "a file of an upload that failed is erased later", slog.String("cause", err.Error()))
	}
}

// received is a file on its way: it is measured as it passes, and turns into an error
// instead of ending if it may not be kept.
type received struct {
	r     io.Reader
	limit int64
	hash  hash.Hash

	n      int64
	failed error // what reading failed with, or what is wrong with the file
}

var errTooLarge = errors.New("importrun: too large")

// cut is a failure of the sender.
type cut struct{ error }

func (g *received) Read(p []byte) (int, error) {
	if g.failed != nil {
		return 0, g.failed
	}
	n, err := g.r.Read(p)
	if g.n += int64(n); g.n > g.limit {
		g.failed = errTooLarge
		return 0, g.failed
	}
	_, _ = g.hash.Write(p[:n]) // never fails
	if err != nil && !errors.Is(err, io.EOF) {
		g.failed = cut{err}
		return 0, g.failed
	}
	return n, err
}

// refusal is what the sender is told when the file could not be kept.
func (g *received) refusal(err error) error {
	var gone cut
	switch {
	case errors.Is(g.failed, errTooLarge):
		return tooLarge(g.limit)
	case errors.As(g.failed, &gone):
		return apperr.Invalid("input.file", msgCut).Because(gone.error)
	case store.IsFull(err):
		return store.ErrFull.Because(err)
	}
	return apperr.ErrUnavailable.Because(err)
}
