package importrun

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/i18n"
)

// Source is a file that can be opened more than once.
type Source struct {
	// Name names the dataset: folders and the ending are left out.
	Name string
	Open func() (io.ReadCloser, error)
	// OnError is what becomes of an activity with errors; "" imports it.
	OnError importrun.OnError
	// Own takes the activities as the ACS's own: those alone that the configured
	// organisation reports.
	Own bool
}

func (in Source) onError() importrun.OnError {
	if in.OnError == "" {
		return importrun.OnErrorImport
	}
	return in.OnError
}

// File is a source in the file system.
func File(name string) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) {
		return os.Open(name) //nolint:gosec // whoever imports names the file
	}}
}

// fingerprint is what tells one import from another.
type fingerprint struct {
	dataset string
	sum     []byte
	size    int64
}

// fingerprint reads the file once.
func (in Source) fingerprint(ctx context.Context) (fingerprint, error) {
	file, err := in.Open()
	if err != nil {
		return fingerprint{}, fmt.Errorf("importrun: open the file: %w", err)
	}
	defer file.Close()
	h := sha256.New()
	size, err := io.Copy(h, stoppable{ctx, file})
	if err != nil {
		return fingerprint{}, fmt.Errorf("importrun: read the file: %w", err)
	}
	return fingerprint{dataset: datasetName(in.Name), sum: h.Sum(nil), size: size}, nil
}

// stoppable is a reader that ends with its context.
type stoppable struct {
	ctx context.Context //nolint:containedctx // a reader has no place for one
	r   io.Reader
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// reading counts and digests what is read.
type reading struct {
	r    io.Reader
	hash hash.Hash
	n    int64
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.n += int64(n)
	r.hash.Write(p[:n])
	return n, err
}

// datasetLimit is how many bytes the name of a dataset can have.
const datasetLimit = 200

// datasetName is the file's name without folders and ending.
func datasetName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	if name = cleaned(strings.TrimSuffix(name, path.Ext(name))); name == "" {
		return "dataset"
	}
	return name
}

// cleaned is a name without what can't be shown, as long as it may be.
func cleaned(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == '/' {
			return -1
		}
		return r
	}, name)
	return strings.Trim(clip(name, datasetLimit), " .")
}

// clip cuts a text to a number of bytes, at a character.
func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

var msgMovedFile = i18n.Message{
	EN: "The file was changed while it was read. Import it again.", ES: "El archivo cambió mientras se leía. Impórtelo de nuevo.",
	FR: "Le fichier a été modifié pendant sa lecture. Importez-le de nouveau.",
}
