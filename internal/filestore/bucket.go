package filestore

import (
	"context"
	"errors"
	"io"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// bucket is a store that gocloud.dev speaks to.
type bucket struct{ b *blob.Bucket }

func (b *bucket) put(ctx context.Context, key string, r io.Reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := b.b.NewWriter(ctx, place(key), &blob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, r); err != nil {
		cancel() // closing a writer whose context has ended keeps nothing
		_ = w.Close()
		return err
	}
	return w.Close()
}

func (b *bucket) open(ctx context.Context, key string) (Content, error) {
	r, err := b.b.NewReader(ctx, place(key), nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (b *bucket) remove(ctx context.Context, key string) error {
	err := b.b.Delete(ctx, place(key))
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	return err
}

func (b *bucket) each(ctx context.Context, found func(key string) error) error {
	for list := b.b.List(nil); ; {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := found(o.Key[strings.LastIndexByte(o.Key, '/')+1:]); err != nil {
			return err
		}
	}
}

func (b *bucket) close() error { return b.b.Close() }
