package filestore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"gocloud.dev/blob/memblob"

	"acs-aec.org/hub/internal/filestore"
)

const key, other = "abcdefgh1234", "ijklmnop5678"

// each runs a test on a store of each kind.
func each(t *testing.T, test func(t *testing.T, s *filestore.Store)) {
	t.Helper()
	for name, open := range map[string]func(t *testing.T) *filestore.Store{
		"folder": func(t *testing.T) *filestore.Store { return filestore.Folder(filepath.Join(t.TempDir(), "files")) },
		"bucket": func(*testing.T) *filestore.Store { return filestore.Bucket(memblob.OpenBucket(nil), "mem") },
		"s3":     func(t *testing.T) *filestore.Store { return s3(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			test(t, s)
		})
	}
}

func keys(t *testing.T, s *filestore.Store) []string {
	t.Helper()
	var all []string
	if err := s.Each(t.Context(), func(k string) error { all = append(all, k); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func TestFiles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *filestore.Store) {
		ctx := t.Context()
		if all := keys(t, s); len(all) != 0 {
			t.Errorf("before: %v", all)
		}
		if _, err := s.Open(ctx, key); !errors.Is(err, filestore.ErrMissing) {
			t.Errorf("what is not there: %v", err)
		}
		if err := s.Delete(ctx, key); err != nil {
			t.Errorf("deleting what is not there: %v", err)
		}
		content := bytes.Repeat([]byte("0123456789"), 1_200_000) // longer than a piece of any store
		if err := s.Put(ctx, key, bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		if err := s.Put(ctx, other, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
		c, err := s.Open(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, content) || c.Size() != int64(len(content)) {
			t.Errorf("%d of %d bytes: %v", len(got), c.Size(), err)
		}
		if _, err := c.Seek(-15, io.SeekEnd); err != nil {
			t.Error(err)
		}
		if got, err := io.ReadAll(c); err != nil || string(got) != "567890123456789" {
			t.Errorf("the end: %q, %v", got, err)
		}
		if got := keys(t, s); !slices.Equal(got, []string{key, other}) {
			t.Errorf("there are %v", got)
		}
		if err := s.Delete(ctx, key); err != nil {
			t.Error(err)
		}
		if got := keys(t, s); !slices.Equal(got, []string{other}) {
			t.Errorf("there are %v", got)
		}
		if _, err := s.Open(ctx, key); !errors.Is(err, filestore.ErrMissing) {
			t.Errorf("what was deleted: %v", err)
		}
	})
}

// A file that did not come whole is not there, nor anything of it.
func TestHalfAFileIsNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *filestore.Store) {
		broken := errors.New("the sender is gone")
		cut := io.MultiReader(strings.NewReader(strings.Repeat("x", 6<<20)), iotest.ErrReader(broken))
		if err := s.Put(t.Context(), key, cut); !errors.Is(err, broken) {
			t.Errorf("cut: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		read := 0
		late := readerFunc(func(p []byte) (int, error) {
			if read++; read == 3 {
				cancel()
			}
			return len(p), nil
		})
		if err := s.Put(ctx, key, io.LimitReader(late, 20<<20)); err == nil {
			t.Error("a file whose time is over is kept")
		}
		if got := keys(t, s); len(got) != 0 {
			t.Errorf("there are %v", got)
		}
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// Delete takes away what a killed process left of an upload, and files are open to
// their owner alone.
func TestAFolderKeepsNothingUnknown(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "files")
	s := filestore.Folder(path)
	if err := s.Put(t.Context(), key, strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(path, key[:2], key)
	for name, want := range map[string]fs.FileMode{place: 0o600, path: 0o700 | fs.ModeDir, filepath.Dir(place): 0o700 | fs.ModeDir} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if err := os.Rename(place, place+".partial"); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, s); !slices.Equal(got, []string{key}) {
		t.Errorf("there are %v", got)
	}
	if err := s.Delete(t.Context(), key); err != nil || len(keys(t, s)) != 0 {
		t.Errorf("still there: %v, %v", keys(t, s), err)
	}
}

func TestKeysAreNoPaths(t *testing.T) {
	t.Parallel()
	s := filestore.Folder(t.TempDir())
	for _, k := range []string{"", "..", "../../etc/passwd", "abcdefg/", "ABCDEFGH", "short", strings.Repeat("a", 41)} {
		if err := s.Put(t.Context(), k, strings.NewReader("x")); err == nil {
			t.Errorf("kept under %q", k)
		}
		if _, err := s.Open(t.Context(), k); err == nil {
			t.Errorf("read from %q", k)
		}
		if err := s.Delete(t.Context(), k); err == nil {
			t.Errorf("deleted %q", k)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := filestore.Open(t.Context(), filestore.FolderAddress(dir))
	if err != nil || s.Path() != dir {
		t.Errorf("%v, %v", s, err)
	}
	for _, a := range []string{"", "files", "file://host/x", "file:///x?a=b", "http://x", "s3://", "mem://", "gs://x"} {
		if _, err := filestore.Open(t.Context(), a); !errors.Is(err, filestore.ErrAddress) {
			t.Errorf("%q: %v", a, err)
		}
	}
}
