package graph

import (
	"context"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/search"
)

func searchFilter(f *model.SearchFilter) search.Filter {
	if f == nil {
		return search.Filter{}
	}
	return search.Filter{
		Body: f.BodyID, Author: f.AuthorID, Subject: f.SubjectID, Thread: f.ThreadID, Language: f.Language,
		Kinds: f.Kinds, From: f.From, To: f.To, Attachments: f.HasAttachments,
	}
}

func searchOrder(o *search.Order) search.Order {
	if o == nil {
		return search.Relevance
	}
	return *o
}

// snippet is where in what was found the question stands.
func (r *Resolver) snippet(ctx context.Context, h *search.Hit) ([]*search.Part, error) {
	text, err := r.foundText(ctx, h)
	if err != nil {
		return nil, err
	}
	parts := h.Snippet(text)
	out := make([]*search.Part, len(parts))
	for i := range parts {
		out[i] = &parts[i]
	}
	return out, nil
}

// foundText is the text of a hit in its language; "" if it is gone meanwhile.
func (r *Resolver) foundText(ctx context.Context, h *search.Hit) (string, error) {
	if h.MessageID != nil {
		m, err := h.Message(ctx)
		if m == nil || err != nil {
			return "", err
		}
		t, err := r.threads.TextIn(ctx, m, h.Language)
		if err != nil || t.Body == nil {
			return "", err
		}
		texts := []i18n.Text{{Other: *t.Body}}
		files, err := r.attachmentsOf(ctx, m)
		if err != nil {
			return "", err
		}
		for _, f := range files {
			texts = append(texts, i18n.Text{Other: f.Name})
		}
		return h.Best(texts), nil
	}
	t, err := h.Thread(ctx)
	if t == nil || err != nil {
		return "", err
	}
	if !h.Subject {
		return t.TitleText().In(h.Language), nil
	}
	subject, err := threadSubject(ctx, t)
	if err != nil || subject == nil {
		return "", err
	}
	return h.Best(search.NamesOf(subject)), nil
}
