package graph

import (
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/attachment"
)

func uploading(in model.UploadAttachmentInput) attachment.Uploading {
	out := attachment.Uploading{
		Thread: in.ThreadID, Name: in.File.Filename, Description: in.Description, Declared: in.File.ContentType,
		Size: in.File.Size, Content: in.File.File,
	}
	if in.Name != nil {
		out.Name = *in.Name
	}
	return out
}

// unlessEmpty is a text, nil if there is none.
func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
