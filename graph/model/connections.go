// Package model holds the Go types of the schema that are neither entities nor
// generated.
package model

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/search"
)

// The connections and their edges: internal/page under the names of the schema.
type (
	CountryConnection      struct{ *page.Connection[*ent.Country] }
	CountryEdge            struct{ *page.Edge[*ent.Country] }
	CountryGroupConnection struct {
		*page.Connection[*ent.CountryGroup]
	}
	CountryGroupEdge     struct{ *page.Edge[*ent.CountryGroup] }
	MembershipConnection struct {
		*page.Connection[*ent.Membership]
	}
	MembershipEdge         struct{ *page.Edge[*ent.Membership] }
	OrganisationConnection struct {
		*page.Connection[*ent.Organisation]
	}
	OrganisationEdge    struct{ *page.Edge[*ent.Organisation] }
	PersonConnection    struct{ *page.Connection[*ent.Person] }
	PersonEdge          struct{ *page.Edge[*ent.Person] }
	BodyConnection      struct{ *page.Connection[*ent.Body] }
	BodyEdge            struct{ *page.Edge[*ent.Body] }
	SeatConnection      struct{ *page.Connection[*ent.Seat] }
	SeatEdge            struct{ *page.Edge[*ent.Seat] }
	AgreementConnection struct {
		*page.Connection[*ent.Agreement]
	}
	AgreementEdge       struct{ *page.Edge[*ent.Agreement] }
	ProgrammeConnection struct {
		*page.Connection[*ent.Programme]
	}
	ProgrammeEdge      struct{ *page.Edge[*ent.Programme] }
	ProposalConnection struct {
		*page.Connection[*ent.Proposal]
	}
	ProposalEdge       struct{ *page.Edge[*ent.Proposal] }
	ActivityConnection struct {
		*page.Connection[*ent.Activity]
	}
	ActivityEdge       struct{ *page.Edge[*ent.Activity] }
	BudgetConnection   struct{ *page.Connection[*ent.Budget] }
	BudgetEdge         struct{ *page.Edge[*ent.Budget] }
	DocumentConnection struct {
		*page.Connection[*ent.Document]
	}
	DocumentEdge          struct{ *page.Edge[*ent.Document] }
	ResultConnection      struct{ *page.Connection[*ent.Result] }
	ResultEdge            struct{ *page.Edge[*ent.Result] }
	TransactionConnection struct {
		*page.Connection[*ent.Transaction]
	}
	TransactionEdge        struct{ *page.Edge[*ent.Transaction] }
	ThreadConnection       struct{ *page.Connection[*ent.Thread] }
	ThreadEdge             struct{ *page.Edge[*ent.Thread] }
	MessageConnection      struct{ *page.Connection[*ent.Message] }
	MessageEdge            struct{ *page.Edge[*ent.Message] }
	NotificationConnection struct {
		*page.Connection[*ent.Notification]
	}
	NotificationEdge       struct{ *page.Edge[*ent.Notification] }
	MessageDraftConnection struct {
		*page.Connection[*ent.MessageDraft]
	}
	MessageDraftEdge     struct{ *page.Edge[*ent.MessageDraft] }
	AttachmentConnection struct {
		*page.Connection[*ent.Attachment]
	}
	AttachmentEdge       struct{ *page.Edge[*ent.Attachment] }
	ImportFileConnection struct {
		*page.Connection[*ent.ImportFile]
	}
	ImportFileEdge      struct{ *page.Edge[*ent.ImportFile] }
	ImportRunConnection struct {
		*page.Connection[*ent.ImportRun]
	}
	ImportRunEdge         struct{ *page.Edge[*ent.ImportRun] }
	ImportIssueConnection struct {
		*page.Connection[*ent.ImportIssue]
	}
	ImportIssueEdge struct{ *page.Edge[*ent.ImportIssue] }
	// SearchResultConnection counts its hits itself.
	SearchResultConnection    struct{ *search.Results }
	SearchResultEdge          struct{ *page.Edge[*search.Hit] }
	WebhookConnection         struct{ *page.Connection[*ent.Webhook] }
	WebhookEdge               struct{ *page.Edge[*ent.Webhook] }
	WebhookDeliveryConnection struct {
		*page.Connection[*ent.Delivery]
	}
	WebhookDeliveryEdge struct{ *page.Edge[*ent.Delivery] }
)

// edges gives the edges of a page their type in the schema.
func edges[T, E any](ctx context.Context, c *page.Connection[T], as func(*page.Edge[T]) E) ([]E, error) {
	list, err := c.Edges(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]E, len(list))
	for i, e := range list {
		out[i] = as(e)
	}
	return out, nil
}

// Edges are the entries of the page with their cursors.
func (c *CountryConnection) Edges(ctx context.Context) ([]*CountryEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Country]) *CountryEdge { return &CountryEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *CountryGroupConnection) Edges(ctx context.Context) ([]*CountryGroupEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.CountryGroup]) *CountryGroupEdge { return &CountryGroupEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *MembershipConnection) Edges(ctx context.Context) ([]*MembershipEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Membership]) *MembershipEdge { return &MembershipEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *OrganisationConnection) Edges(ctx context.Context) ([]*OrganisationEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Organisation]) *OrganisationEdge { return &OrganisationEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *PersonConnection) Edges(ctx context.Context) ([]*PersonEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Person]) *PersonEdge { return &PersonEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *BodyConnection) Edges(ctx context.Context) ([]*BodyEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Body]) *BodyEdge { return &BodyEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *SeatConnection) Edges(ctx context.Context) ([]*SeatEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Seat]) *SeatEdge { return &SeatEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *AgreementConnection) Edges(ctx context.Context) ([]*AgreementEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Agreement]) *AgreementEdge { return &AgreementEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *ProgrammeConnection) Edges(ctx context.Context) ([]*ProgrammeEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Programme]) *ProgrammeEdge { return &ProgrammeEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *ProposalConnection) Edges(ctx context.Context) ([]*ProposalEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Proposal]) *ProposalEdge { return &ProposalEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *ActivityConnection) Edges(ctx context.Context) ([]*ActivityEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Activity]) *ActivityEdge { return &ActivityEdge{e} })
}

// Edges are the entries with their cursors.
func (c *BudgetConnection) Edges(ctx context.Context) ([]*BudgetEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Budget]) *BudgetEdge { return &BudgetEdge{e} })
}

// Edges are the entries with their cursors.
func (c *DocumentConnection) Edges(ctx context.Context) ([]*DocumentEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Document]) *DocumentEdge { return &DocumentEdge{e} })
}

// Edges are the entries with their cursors.
func (c *ResultConnection) Edges(ctx context.Context) ([]*ResultEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Result]) *ResultEdge { return &ResultEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *TransactionConnection) Edges(ctx context.Context) ([]*TransactionEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Transaction]) *TransactionEdge { return &TransactionEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *ThreadConnection) Edges(ctx context.Context) ([]*ThreadEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Thread]) *ThreadEdge { return &ThreadEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *MessageConnection) Edges(ctx context.Context) ([]*MessageEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Message]) *MessageEdge { return &MessageEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *NotificationConnection) Edges(ctx context.Context) ([]*NotificationEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Notification]) *NotificationEdge { return &NotificationEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *AttachmentConnection) Edges(ctx context.Context) ([]*AttachmentEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Attachment]) *AttachmentEdge { return &AttachmentEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *ImportFileConnection) Edges(ctx context.Context) ([]*ImportFileEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.ImportFile]) *ImportFileEdge { return &ImportFileEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *ImportRunConnection) Edges(ctx context.Context) ([]*ImportRunEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.ImportRun]) *ImportRunEdge { return &ImportRunEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *ImportIssueConnection) Edges(ctx context.Context) ([]*ImportIssueEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.ImportIssue]) *ImportIssueEdge { return &ImportIssueEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *MessageDraftConnection) Edges(ctx context.Context) ([]*MessageDraftEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.MessageDraft]) *MessageDraftEdge { return &MessageDraftEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *SearchResultConnection) Edges(ctx context.Context) ([]*SearchResultEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*search.Hit]) *SearchResultEdge { return &SearchResultEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *WebhookConnection) Edges(ctx context.Context) ([]*WebhookEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Webhook]) *WebhookEdge { return &WebhookEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *WebhookDeliveryConnection) Edges(ctx context.Context) ([]*WebhookDeliveryEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Delivery]) *WebhookDeliveryEdge { return &WebhookDeliveryEdge{e} })
}
