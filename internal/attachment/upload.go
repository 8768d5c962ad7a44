package attachment

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/storedfile"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/filetype"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Uploading is a file to upload.
type Uploading struct {
	Thread      uuid.UUID
	Name        string
	Description *string
	// Declared is what the sender says that it is; "" if it says nothing.
	Declared string
	// Size is how many bytes the sender says there are; 0 if it does not say. What
	// is too large by that is refused before it is read.
	Size int64
	// Content is read once, to its end.
	Content io.Reader
}

var (
	msgName = i18n.Message{
		EN: "Give the file a name of 1 to %d characters.", ES: "Dé al archivo un nombre de 1 a %d caracteres.",
		FR: "Donnez au fichier un nom de 1 à %d caractères.",
	}
	msgTooLarge = i18n.Message{
		EN: "The file is too large: at most %d bytes.", ES: "El archivo es demasiado grande: %d bytes como máximo.",
		FR: "Le fichier est trop grand : %d octets au maximum.",
	}
	msgEmpty = i18n.Message{
		EN: "The file is empty. Choose another one.", ES: "El archivo está vacío. Elija otro.", FR: "Le fichier est vide. Choisissez-en un autre.",
	}
	msgType = i18n.Message{
		EN: "Files of this type can't be attached. These can: %s.", ES: "No se pueden adjuntar archivos de este tipo. Estos sí: %s.",
		FR: "Les fichiers de ce type ne peuvent pas être joints. Ceux-ci le peuvent : %s.",
	}
	msgLies = i18n.Message{
		EN: "The content of the file is not what its name or its type says. Give it the right name.",
		ES: "El contenido del archivo no es lo que indican su nombre o su tipo. Dele el nombre correcto.",
		FR: "Le contenu du fichier n'est pas ce qu'indiquent son nom ou son type. Donnez-lui le bon nom.",
	}
	msgMacros = i18n.Message{
		EN: "Documents with macros can't be attached. Save it without them.", ES: "No se pueden adjuntar documentos con macros. Guárdelo sin ellas.",
		FR: "Les documents contenant des macros ne peuvent pas être joints. Enregistrez-le sans elles.",
	}
	msgInfected = i18n.Message{
		EN: "The virus scanner found something harmful in the file (%s). It was not kept.",
		ES: "El antivirus encontró algo dañino en el archivo (%s). No se guardó.",
		FR: "L'antivirus a trouvé quelque chose de nuisible dans le fichier (%s). Il n'a pas été conservé.",
	}
	msgMany = i18n.Message{
		EN: "You have %d files that are in no message yet. Post or discard some of them first.",
		ES: "Tiene %d archivos que aún no están en ningún mensaje. Publique o descarte algunos primero.",
		FR: "Vous avez %d fichiers qui ne sont dans aucun message. Publiez-en ou supprimez-en d'abord.",
	}
	msgCut = i18n.Message{
		EN: "The file did not arrive whole. Send it again.", ES: "El archivo no llegó completo. Envíelo de nuevo.",
		FR: "Le fichier n'est pas arrivé en entier. Renvoyez-le.",
	}
)

// Upload keeps a file for a message that is not written yet. For persons who may
// post in the discussion; a closed one and too many such files are a CONFLICT. What
// is empty, too large, of a type that is not allowed, or not what it says, and what
// the scanner finds harmful, is INVALID_INPUT. Whatever goes wrong, and if the
// sender goes away, nothing is kept. It runs many short transactions, so it is no
// part of another.
func (s *Service) Upload(ctx context.Context, in Uploading, key *string) (*ent.Attachment, command.Receipt, error) {
	none := command.Receipt{}
	who := viewer.From(ctx)
	if !who.SignedIn() { // the hub itself has nothing to say
		return nil, none, apperr.ErrSignIn
	}
	if s.o.Files == nil {
		return nil, none, errNoFiles
	}
	if in.Size > s.o.Limit {
		return nil, none, tooLarge(s.o.Limit)
	}
	in, description, err := checked(in)
	if err != nil {
		return nil, none, err
	}
	if err := mayPost(ctx, s.DB.Client, in.Thread); err != nil {
		return nil, none, err
	}
	ctx, cancel := context.WithTimeout(ctx, uploadTime)
	defer cancel()
	file, err := s.begin(ctx, who.Person)
	if err != nil {
		return nil, none, err
	}
	kept := false
	defer func() {
		if !kept {
			s.forget(context.WithoutCancel(ctx), file)
		}
	}()
	got := &received{r: in.Content, limit: s.o.Limit, hash: sha256.New(), look: filetype.NewReader(in.Name, in.Declared)}
	if err := s.o.Files.Put(ctx, file, got); err != nil {
		return nil, none, got.refusal(err)
	}
	verdict, err := s.firstScan(ctx, file)
	if err != nil {
		return nil, none, err
	}
	sum := got.hash.Sum(nil)
	claim := command.Claim{Key: key, Mutation: "uploadAttachment", Input: wish{in.Thread, in.Name, description, sum}}
	a, rec, err := command.Create(ctx, s.Runner, claim,
		func(ctx context.Context, tx *ent.Client) (*ent.Attachment, error) {
			if err := s.take(ctx, tx, in.Thread, file); err != nil {
				return nil, err
			}
			create := tx.Attachment.Create().SetID(s.NewID(id.Attachment)).SetCreatedAt(s.Time()).SetThreadID(in.Thread).SetUploadedByID(who.Person).
				SetName(in.Name).SetNameKey(nameKey(in.Name)).SetDescription(description).SetMediaType(got.mediaType).SetSize(got.n).
				SetSha256(sum).SetFileKey(file).SetScan(verdict)
			if verdict == attachment.ScanWaiting {
				create.SetScanAt(s.Time().Add(scanPause))
			}
			return create.Save(ctx)
		},
		func(a *ent.Attachment) uuid.UUID { return a.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Attachment, error) {
			a, err := tx.Attachment.Get(ctx, u)
			if ent.IsNotFound(err) {
				return nil, nil //nolint:nilnil // done, but not for these eyes, or gone
			}
			return a, err
		})
	kept = err == nil && a != nil && a.FileKey == file
	return a, rec, err
}

// wish is what an upload asks for, for its idempotency key.
type wish struct {
	Thread            uuid.UUID
	Name, Description string
	SHA256            []byte
}

// checked checks what can be said before the content is read.
func checked(in Uploading) (Uploading, string, error) {
	in.Name = filetype.CleanName(in.Name)
	if n := utf8.RuneCountInString(in.Name); n < 1 || n > filetype.NameLimit {
		return in, "", apperr.Invalid("input.name", msgName, filetype.NameLimit).With("limit", filetype.NameLimit)
	}
	if _, ok := filetype.Named(in.Name); !ok {
		return in, "", notAllowed()
	}
	description, err := command.Optional("input.description", in.Description, descriptionLimit)
	return in, description, err
}

func tooLarge(limit int64) *apperr.Error {
	return apperr.Invalid("input.file", msgTooLarge, limit).With("limit", limit)
}

func notAllowed() *apperr.Error {
	return apperr.Invalid("input.file", msgType, strings.Join(filetype.Extensions(), ", "))
}

// nameKey is what lists compare names by.
func nameKey(name string) string {
	folded := []rune(i18n.Fold(name))
	return string(folded[:min(len(folded), 2*filetype.NameLimit)])
}

// mayPost refuses a discussion that the viewer does not take part in (NOT_FOUND) or
// that is closed (CONFLICT).
func mayPost(ctx context.Context, client *ent.Client, u uuid.UUID) error {
	t, err := client.Thread.Get(ctx, u)
	if err != nil {
		return command.Found(err)
	}
	if t.Status != thread.StatusOpen {
		return command.WrongState(string(t.Status), t.Revision)
	}
	return nil
}

// begin names a new file to the database before it is written. Only this counts a
// person's files, under the lock of the person's row.
func (s *Service) begin(ctx context.Context, who uuid.UUID) (string, error) {
	file := strings.ToLower(rand.Text())
	err := store.InTx(system(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		if _, err := tx.Person.Query().Where(person.ID(who), store.Locked(tx)).Select(person.FieldID).Only(ctx); err != nil {
			return err
		}
		pending, err := tx.Attachment.Query().Where(attachment.UploadedByID(who), attachment.StatusEQ(attachment.StatusPending), attachment.DraftIDIsNil()).Count(ctx)
		if err != nil {
			return err
		}
		coming, err := tx.StoredFile.Query().Where(storedfile.PersonID(who), storedfile.EraseAtGT(s.Time())).Count(ctx)
		if err != nil {
			return err
		}
		if n := pending + coming; n >= PerPerson {
			return apperr.New(apperr.Conflict, msgMany, n).In("input.file").With("limit", PerPerson)
		}
		return tx.StoredFile.Create().SetID(file).SetCreatedAt(s.Time()).SetPersonID(who).SetEraseAt(s.Time().Add(lease)).Exec(ctx)
	})
	return file, err
}

// take makes a written file an attachment's own, in a discussion where the viewer
// may still post.
func (s *Service) take(ctx context.Context, tx *ent.Client, in uuid.UUID, file string) error {
	// The discussion is locked first: who closes it or ends the viewer's access waits,
	// or was before and is seen by the second look.
	if _, err := tx.Thread.Query().Where(thread.ID(in), store.Locked(tx)).Select(thread.FieldID).Only(ctx); err != nil {
		return command.Found(err)
	}
	if err := mayPost(ctx, tx, in); err != nil {
		return err
	}
	n, err := tx.StoredFile.Update().Where(storedfile.ID(file), storedfile.EraseAtGT(s.Time().Add(lease-uploadTime-time.Minute))).
		ClearEraseAt().ClearPersonID().Save(ctx)
	if err == nil && n != 1 { // its time is over, or nearly
		err = apperr.New(apperr.InvalidInput, msgCut).In("input.file")
	}
	return err
}

// forget erases a file that no attachment took, or leaves that to Work.
func (s *Service) forget(ctx context.Context, file string) {
	ctx, cancel := context.WithTimeout(system(ctx), 10*time.Second)
	defer cancel()
	err := store.InTx(ctx, s.DB, func(ctx context.Context, tx *ent.Client) error {
		return tx.StoredFile.Update().Where(storedfile.ID(file), storedfile.EraseAtNotNil()).SetEraseAt(s.Time()).ClearPersonID().Exec(ctx)
	})
	if err == nil {
		err = s.eraseOne(ctx, file)
	}
	if err != nil {
		s.o.Logger.LogAttrs(ctx, slog.LevelWarn, "a file of an upload that failed is erased later", slog.String("cause", err.Error()))
	}
}

// received is a file on its way: it is measured and looked at as it passes, and
// turns into an error instead of ending if it may not be kept.
type received struct {
	r     io.Reader
	limit int64
	hash  interface {
		io.Writer
		Sum(b []byte) []byte
	}
	look *filetype.Reader

	n         int64
	mediaType string
	failed    error // what reading failed with, or what is wrong with the file
}

var errTooLarge, errEmpty = errors.New("attachment: too large"), errors.New("attachment: empty")

// cut is a failure of the sender.
type cut struct{ error }

func (g *received) Read(p []byte) (int, error) {
	if g.failed != nil {
		return 0, g.failed
	}
	n, err := g.r.Read(p)
	g.n += int64(n)
	if g.n > g.limit {
		g.failed = errTooLarge
		return 0, g.failed
	}
	_, _ = g.hash.Write(p[:n]) // never fails
	if _, wrong := g.look.Write(p[:n]); wrong != nil {
		g.failed = wrong
		return 0, g.failed
	}
	switch {
	case errors.Is(err, io.EOF) && g.n == 0:
		g.failed = errEmpty
	case errors.Is(err, io.EOF):
		g.mediaType, g.failed = g.look.Type()
	case err != nil:
		g.failed = cut{err}
	}
	if g.failed != nil {
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
	case errors.Is(g.failed, errEmpty):
		return apperr.Invalid("input.file", msgEmpty)
	case errors.Is(g.failed, filetype.ErrNotAllowed):
		return notAllowed()
	case errors.Is(g.failed, filetype.ErrLies):
		return apperr.Invalid("input.file", msgLies)
	case errors.Is(g.failed, filetype.ErrMacros):
		return apperr.Invalid("input.file", msgMacros)
	case errors.As(g.failed, &gone):
		return apperr.Invalid("input.file", msgCut).Because(gone.error)
	case store.IsFull(err):
		return store.ErrFull.Because(err)
	}
	return apperr.ErrUnavailable.Because(err)
}
