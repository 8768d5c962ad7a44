package record

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"acs-aec.org/hub/internal/i18n"
)

// Source is where the parts of a record come from. Lists come in order, and may
// be asked for more than once.
type Source interface {
	Thread(ctx context.Context) (*Thread, error)
	Messages(ctx context.Context) iter.Seq2[*Message, error]
	Requests(ctx context.Context) iter.Seq2[*Request, error]
	Events(ctx context.Context) iter.Seq2[*Event, error]
	// Content is what is in an attachment.
	Content(ctx context.Context, a Attachment) (io.ReadCloser, error)
}

// Making is how a record is made.
type Making struct {
	Key      ed25519.PrivateKey
	At       time.Time
	By       *Person
	Language i18n.Lang // of the headings of index.html
}

// errDigest says that an attachment is not what it was.
var errDigest = errors.New("an attachment's content is not what it was when it was uploaded")

// writer writes the files of a record and remembers them.
type writer struct {
	zip      *zip.Writer
	manifest Manifest
	at       time.Time
}

// Write writes the record of a discussion. It keeps nothing in memory but one
// message at a time. The manifest comes back.
func Write(ctx context.Context, to io.Writer, m Making, src Source) (*Manifest, error) {
	public, ok := m.Key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, ErrKey
	}
	t, err := src.Thread(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{zip: zip.NewWriter(to), at: m.At, manifest: Manifest{
		Format: formatName, Thread: t.ID, Title: t.Title, ExportedAt: m.At, ExportedBy: m.By, Key: KeyID(public),
	}}
	steps := []func(context.Context, *Thread, Source) error{w.thread, w.messages, w.requests, w.events, w.attachments}
	for _, step := range steps {
		if err := step(ctx, t, src); err != nil {
			return nil, err
		}
	}
	if err := w.page(ctx, m.Language, t, src); err != nil {
		return nil, err
	}
	return &w.manifest, w.sign(m.Key, public)
}

// create writes a file of the record.
func (w *writer) create(path string, write func(io.Writer) error) error {
	entry, err := w.zip.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate, Modified: w.at})
	if err != nil {
		return err
	}
	sum := sha256.New()
	count := &counter{to: io.MultiWriter(entry, sum)}
	if err := write(count); err != nil {
		return err
	}
	w.manifest.Files = append(w.manifest.Files, File{Path: path, Size: count.n, SHA256: sum.Sum(nil)})
	return nil
}

// counter counts what is written.
type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	return n, err
}

func (w *writer) thread(_ context.Context, t *Thread, _ Source) error {
	return w.create(fileThread, func(to io.Writer) error {
		e := json.NewEncoder(to)
		e.SetIndent("", "  ")
		return e.Encode(t)
	})
}

// lines writes a list, one JSON object a line.
func lines[T any](to io.Writer, all iter.Seq2[T, error], each func(T)) error {
	e := json.NewEncoder(to)
	for row, err := range all {
		if err != nil {
			return err
		}
		each(row)
		if err := e.Encode(row); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) messages(ctx context.Context, _ *Thread, src Source) error {
	return w.create(fileMessages, func(to io.Writer) error {
		return lines(to, src.Messages(ctx), func(*Message) { w.manifest.Messages++ })
	})
}

func (w *writer) requests(ctx context.Context, _ *Thread, src Source) error {
	return w.create(fileFormal, func(to io.Writer) error {
		return lines(to, src.Requests(ctx), func(*Request) {})
	})
}

func (w *writer) events(ctx context.Context, _ *Thread, src Source) error {
	return w.create(fileEvents, func(to io.Writer) error {
		return lines(to, src.Events(ctx), func(e *Event) {
			w.manifest.Events++
			w.manifest.Chain = e.Chain
		})
	})
}

func (w *writer) attachments(ctx context.Context, _ *Thread, src Source) error {
	for m, err := range src.Messages(ctx) {
		if err != nil {
			return err
		}
		for _, a := range m.Attachments {
			if err := w.attachment(ctx, a, src); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) attachment(ctx context.Context, a Attachment, src Source) error {
	content, err := src.Content(ctx, a)
	if err != nil {
		return err
	}
	defer content.Close()
	err = w.create(a.Path, func(to io.Writer) error {
		_, err := io.Copy(to, content)
		return err
	})
	if err != nil {
		return err
	}
	if f := w.manifest.Files[len(w.manifest.Files)-1]; !bytes.Equal(f.SHA256, a.SHA256) {
		return fmt.Errorf("%s: %w", a.ID, errDigest)
	}
	return nil
}

// sign writes what the signature is over, the signature and the key.
func (w *writer) sign(key ed25519.PrivateKey, public ed25519.PublicKey) error {
	manifest, err := json.MarshalIndent(w.manifest, "", "  ")
	if err != nil {
		return err
	}
	pem, err := MarshalKey(public)
	if err != nil {
		return err
	}
	signature := base64.StdEncoding.EncodeToString(ed25519.Sign(key, manifest)) + "\n"
	for _, f := range []struct {
		path    string
		content []byte
	}{{fileManifest, manifest}, {fileSignature, []byte(signature)}, {fileKey, pem}} {
		entry, err := w.zip.CreateHeader(&zip.FileHeader{Name: f.path, Method: zip.Deflate, Modified: w.at})
		if err != nil {
			return err
		}
		if _, err := entry.Write(f.content); err != nil {
			return err
		}
	}
	return w.zip.Close()
}
