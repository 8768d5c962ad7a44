package graph

import (
	"io"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/attachment"
)

func uploading(in model.UploadAttachmentInput) attachment.Uploading {
	out := attachment.Uploading{
		Thread: in.ThreadID, Name: in.File.Filename, Description: in.Description, Declared: in.File.ContentType,
		Size: in.File.Size, Content: content(in.File),
	}
	if in.Name != nil {
		out.Name = *in.Name
	}
	return out
}

// content is a file from its beginning, also where one variable stands in several
// places of an operation.
func content(u graphql.Upload) io.Reader {
	if at, ok := u.File.(io.ReaderAt); ok {
		return io.NewSectionReader(at, 0, u.Size)
	}
	return u.File
}

// unlessEmpty is a text, nil if there is none.
func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
