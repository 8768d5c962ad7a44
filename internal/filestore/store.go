package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/s3blob" // registers s3://
)

// ErrMissing says that there is no such file.
var ErrMissing = errors.New("filestore: no such file")

// ErrAddress says that an address names no store.
var ErrAddress = errors.New("files lie in a folder, file:///PATH, or in a store, s3://BUCKET?region=REGION")

// Content is a file that is read.
type Content interface {
	io.ReadSeekCloser
	Size() int64
}

// backend is a kind of store. Keys are checked before.
type backend interface {
	put(ctx context.Context, key string, r io.Reader) error
	open(ctx context.Context, key string) (Content, error)
	remove(ctx context.Context, key string) error
	each(ctx context.Context, found func(key string) error) error
	close() error
}

// Store keeps files.
type Store struct {
	backend
	name string
}

// Open opens a store by its address: file:///PATH, or s3://BUCKET with the
// parameters of gocloud.dev's s3blob (region, endpoint, use_path_style …), whose
// credentials come from AWS's own variables and files. A folder is made when it is
// first needed. It returns ErrAddress for what is none.
func Open(ctx context.Context, address string) (*Store, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, ErrAddress
	}
	switch {
	case u.Scheme == "file" && u.Host == "" && u.Path != "" && u.RawQuery == "":
		return Folder(filepath.FromSlash(u.Path)), nil
	case u.Scheme == "s3" && u.Host != "":
		b, err := blob.OpenBucket(ctx, address)
		if err != nil {
			return nil, fmt.Errorf("open the store of files: %w", err)
		}
		return Bucket(b, "s3://"+u.Host), nil
	}
	return nil, ErrAddress
}

// Folder is a store in a folder.
func Folder(path string) *Store { return &Store{&folder{path}, path} }

// Bucket is a store in a bucket, which it closes. name is what people are told.
func Bucket(b *blob.Bucket, name string) *Store { return &Store{&bucket{b}, name} }

// FolderAddress is the address of a folder.
func FolderAddress(path string) string {
	slashed := filepath.ToSlash(path)
	if runtime.GOOS == "windows" && !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String()
}

// String is the store's name for people.
func (s *Store) String() string { return s.name }

// Path is the folder; "" for a store that is none.
func (s *Store) Path() string {
	if f, ok := s.backend.(*folder); ok {
		return f.path
	}
	return ""
}

var validKey = regexp.MustCompile(`^[0-9a-z]{8,40}$`)

func checked(key string) error {
	if !validKey.MatchString(key) {
		return fmt.Errorf("filestore: %q is no key", key)
	}
	return nil
}

// Put keeps what is read under a key that is new. If reading or writing fails, or
// ctx ends, there is no such file.
func (s *Store) Put(ctx context.Context, key string, r io.Reader) error {
	if err := checked(key); err != nil {
		return err
	}
	return s.put(ctx, key, r)
}

// Open reads a file. It returns ErrMissing if there is none. Reading ends with ctx.
func (s *Store) Open(ctx context.Context, key string) (Content, error) {
	if err := checked(key); err != nil {
		return nil, err
	}
	return s.open(ctx, key)
}

// Delete takes a file away, and what an upload of it left. What is not there is
// no error.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := checked(key); err != nil {
		return err
	}
	return s.remove(ctx, key)
}

// Each names every file, in no order.
func (s *Store) Each(ctx context.Context, found func(key string) error) error {
	return s.each(ctx, found)
}

// Close ends the connections to the store.
func (s *Store) Close() error { return s.close() }

// place is where a key lies: in one of a thousand folders, so that none grows long.
func place(key string) string { return key[:2] + "/" + key }
