package graph

import (
	"context"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/person"
	"acs-aec.org/hub/internal/viewer"
)

func createPersonInput(in model.CreatePersonInput) person.CreateInput {
	out := person.CreateInput{Email: in.Email, Name: in.Name, Organisation: in.OrganisationID}
	if in.Language != nil {
		out.Language = *in.Language
	}
	return out
}

func editPersonInput(in model.EditPersonInput) person.EditInput {
	return person.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Name: in.Name,
		Language: field[i18n.Lang](in.Language), Organisation: field(in.OrganisationID),
	}
}

// signedIn puts a new session where the browser keeps it. From here on the
// request is that of the person who signed in.
func signedIn(ctx context.Context, in *account.SignedIn) {
	viewer.JarFrom(ctx).SetSession(in.Secret, in.Session.ExpiresAt)
	viewer.Become(ctx, in.Viewer)
}

// rotated puts the session's new secret where the browser keeps it.
func rotated(ctx context.Context, done account.PasswordChanged) {
	if done.Secret != "" {
		viewer.JarFrom(ctx).SetSession(done.Secret, done.Expires)
	}
}

// signedOut takes the session away from the browser, and from the request.
func signedOut(ctx context.Context) {
	viewer.JarFrom(ctx).ClearSession()
	viewer.Become(ctx, viewer.Nobody())
}

// seen is the value if the viewer may see it.
func seen[T any](may bool, v T) *T {
	if !may {
		return nil
	}
	return &v
}

// told is a secret that is told once; nil if it was told before.
func told(secret string) *string { return seen(secret != "", secret) }
