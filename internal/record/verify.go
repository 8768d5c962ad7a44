package record

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
)

const (
	manifestLimit = 64 << 20 // bytes; some 400,000 files
	lineLimit     = 32 << 20 // bytes of a message with all of its texts
)

// Fault says why a file is not a record as it was signed.
type Fault struct{ Why string }

func (f *Fault) Error() string { return f.Why }

func fault(format string, args ...any) error { return &Fault{fmt.Sprintf(format, args...)} }

// Verify checks a record: the signature with the key, each file with the
// manifest, the hash chain of the events, and the texts with the digests that
// their events told. What is wrong is a *Fault that says what; other errors are
// those of reading. It needs no database.
func Verify(r io.ReaderAt, size int64, key ed25519.PublicKey) (*Manifest, error) {
	v, err := open(r, size)
	if err != nil {
		return nil, err
	}
	if err := v.signature(key); err != nil {
		return nil, err
	}
	if err := v.complete(); err != nil {
		return nil, err
	}
	told, err := v.chain()
	if err != nil {
		return nil, err
	}
	return &v.manifest, v.texts(told)
}

// Signer is the key that a record says it was signed with. It vouches for
// nothing: whoever makes a record puts the key there.
func Signer(r io.ReaderAt, size int64) (ed25519.PublicKey, error) {
	v, err := open(r, size)
	if err != nil {
		return nil, err
	}
	pem, err := v.read(fileKey, 10_000)
	if err != nil {
		return nil, err
	}
	return ParseKey(string(pem))
}

// verifier is a record that is being checked.
type verifier struct {
	files    map[string]*zip.File
	manifest Manifest
}

func open(r io.ReaderAt, size int64) (*verifier, error) {
	z, err := zip.NewReader(r, size)
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrInsecurePath) {
		return nil, fault("this is no record: it is not a zip archive as hub writes them")
	}
	if err != nil {
		return nil, fmt.Errorf("record: read: %w", err)
	}
	v := &verifier{files: map[string]*zip.File{}}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0 {
			continue // a folder, as archives that were packed anew name them
		}
		if f.Name != path.Clean(f.Name) || path.IsAbs(f.Name) || strings.HasPrefix(f.Name, "..") || strings.ContainsAny(f.Name, "\\\x00") {
			return nil, fault("%q is no name of a file in a record", f.Name)
		}
		if v.files[f.Name] != nil {
			return nil, fault("%s is there twice", f.Name)
		}
		v.files[f.Name] = f
	}
	return v, nil
}

// read reads a small file.
func (v *verifier) read(name string, limit int64) ([]byte, error) {
	f := v.files[name]
	if f == nil {
		return nil, fault("%s is missing", name)
	}
	content, err := f.Open()
	if err != nil {
		return nil, damaged(name, err)
	}
	defer content.Close()
	b, err := io.ReadAll(io.LimitReader(content, limit+1))
	if err != nil {
		return nil, damaged(name, err)
	}
	if int64(len(b)) > limit {
		return nil, fault("%s is too large", name)
	}
	return b, nil
}

// damaged tells what the archive itself says against a file.
func damaged(name string, err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrAlgorithm) || errors.Is(err, zip.ErrFormat) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt) {
		return fault("%s is damaged", name)
	}
	return fmt.Errorf("record: read %s: %w", name, err)
}

func (v *verifier) signature(key ed25519.PublicKey) error {
	raw, err := v.read(fileManifest, manifestLimit)
	if err != nil {
		return err
	}
	text, err := v.read(fileSignature, 1000)
	if err != nil {
		return err
	}
	signature, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || !ed25519.Verify(key, raw, signature) {
		return fault("the signature is not of this key (%s): the record was changed, or another deployment made it", KeyID(key))
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&v.manifest); err != nil {
		return fault("the manifest can't be read: %v", err)
	}
	if v.manifest.Format != formatName {
		return fault("the record is of the form %q, which this version of hub does not know", v.manifest.Format)
	}
	pem, err := v.read(fileKey, 10_000)
	if err != nil {
		return err
	}
	if named, err := ParseKey(string(pem)); err != nil || !named.Equal(key) {
		return fault("%s is not the key that signed", fileKey)
	}
	return nil
}

// complete compares every file with the manifest.
func (v *verifier) complete() error {
	named := map[string]bool{fileManifest: true, fileSignature: true, fileKey: true}
	for _, want := range v.manifest.Files {
		f := v.files[want.Path]
		if f == nil {
			return fault("%s is missing", want.Path)
		}
		named[want.Path] = true
		content, err := f.Open()
		if err != nil {
			return damaged(want.Path, err)
		}
		sum := sha256.New()
		n, err := io.Copy(sum, io.LimitReader(content, want.Size+1))
		_ = content.Close()
		if err != nil {
			return damaged(want.Path, err)
		}
		if n != want.Size || !bytes.Equal(sum.Sum(nil), want.SHA256) {
			return fault("%s is not as it was signed", want.Path)
		}
	}
	for name := range v.files {
		if !named[name] {
			return fault("%s does not belong to the record", name)
		}
	}
	return nil
}

// each reads a list, one JSON object a line.
func each[T any](v *verifier, name string, visit func(*T) error) error {
	f := v.files[name]
	if f == nil {
		return fault("%s is missing", name)
	}
	content, err := f.Open()
	if err != nil {
		return damaged(name, err)
	}
	defer content.Close()
	s := bufio.NewScanner(content)
	s.Buffer(nil, lineLimit)
	for line := 1; s.Scan(); line++ {
		row := new(T)
		if err := json.Unmarshal(s.Bytes(), row); err != nil {
			return fault("%s can't be read in line %d: %v", name, line, err)
		}
		if err := visit(row); err != nil {
			return err
		}
	}
	if err := s.Err(); err != nil {
		return damaged(name, err)
	}
	return nil
}

// chain follows the hash chain of the events. The digests of texts that they
// told come back, by what the texts are of.
func (v *verifier) chain() (map[string]map[string]bool, error) {
	var head []byte
	n := 0
	told := map[string]map[string]bool{}
	err := each(v, fileEvents, func(e *Event) error {
		n++
		u, err := id.ParseKind(e.ID, id.Event)
		if err != nil {
			return fault("event %d has no identifier", n)
		}
		head = eventlog.Chain(head, u, e.Kind, e.Facts)
		if !bytes.Equal(head, e.Chain) {
			return fault("the hash chain breaks at event %d (%s)", n, e.ID)
		}
		facts, err := eventlog.DecodeFacts(e.Facts)
		if err != nil {
			return fault("the facts of event %d can't be read", n)
		}
		if len(facts.Digest) > 0 {
			if told[e.Subject] == nil {
				told[e.Subject] = map[string]bool{}
			}
			told[e.Subject][string(facts.Digest)] = true
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case n != v.manifest.Events:
		return nil, fault("there are %d events, and the manifest says %d", n, v.manifest.Events)
	case !bytes.Equal(head, v.manifest.Chain):
		return nil, fault("the events end before the discussion does, or after it")
	}
	return told, nil
}

// texts compares every text with the digests that events told.
func (v *verifier) texts(told map[string]map[string]bool) error {
	n := 0
	err := each(v, fileMessages, func(m *Message) error {
		n++
		if m.Number != n {
			return fault("message %d is missing", n)
		}
		if m.Withdrawn != nil {
			return nil
		}
		texts := []string{m.Body}
		for _, t := range m.Earlier {
			texts = append(texts, t.Body)
		}
		for _, text := range texts {
			sum := sha256.Sum256([]byte(text))
			if !told[m.ID][string(sum[:])] {
				return fault("a text of message %d is not the one that the event log told", n)
			}
		}
		for _, t := range m.Transl {
			sum := sha256.Sum256([]byte(t.Body))
			if !told[t.ID][string(sum[:])] {
				return fault("a translation of message %d is not the one that the event log told", n)
			}
		}
		return nil
	})
	if err == nil && n != v.manifest.Messages {
		err = fault("there are %d messages, and the manifest says %d", n, v.manifest.Messages)
	}
	return err
}
