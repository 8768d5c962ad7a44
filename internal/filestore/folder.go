package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// folder is a store in a folder.
type folder struct{ path string }

func (f *folder) at(key string) string { return filepath.Join(f.path, filepath.FromSlash(place(key))) }

// partial ends the names of files that are being written.
const partial = ".partial"

func (f *folder) put(ctx context.Context, key string, r io.Reader) (err error) {
	to := f.at(key)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(to+partial, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600) //nolint:gosec // a checked key
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	_, err = io.Copy(out, &bounded{ctx, r})
	if err == nil {
		err = out.Sync()
	}
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if err := os.Rename(out.Name(), to); err != nil {
		return err
	}
	return settle(filepath.Dir(to))
}

// settle makes sure that the names in a folder are on disk, where the system can.
func settle(path string) error {
	d, err := os.Open(path) //nolint:gosec // a folder of the store
	if err != nil {
		return err
	}
	_ = d.Sync() // not every system syncs folders
	return d.Close()
}

// bounded is a reader that ends with its context. It lives as long as a call.
type bounded struct {
	ctx context.Context
	r   io.Reader
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	return b.r.Read(p)
}

type openFile struct {
	*os.File
	size int64
}

func (o *openFile) Size() int64 { return o.size }

func (f *folder) open(_ context.Context, key string) (Content, error) {
	in, err := os.Open(f.at(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, err
	}
	info, err := in.Stat()
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return &openFile{in, info.Size()}, nil
}

func (f *folder) remove(_ context.Context, key string) error {
	for _, name := range []string{f.at(key), f.at(key) + partial} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (f *folder) each(ctx context.Context, found func(key string) error) error {
	err := filepath.WalkDir(f.path, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // no file was kept yet, or it is gone
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return found(strings.TrimSuffix(d.Name(), partial))
	})
	if err != nil {
		return fmt.Errorf("look through the folder of files: %w", err)
	}
	return nil
}

func (f *folder) close() error { return nil }
