package publication

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/viewer"
)

// Placeholder is the identifier of the ACS until its own is configured, the same as
// in the demonstration: the DAC has none for it.
const Placeholder = "XI-IATI-ACSDEMO"

// Organisation is who publishes: an identifier, an IATI OrganisationType code, a
// name in English.
type Organisation struct{ Ref, Type, Name string }

// Service publishes.
type Service struct {
	Client *ent.Client
	Now    func() time.Time
	Organisation
}

// form numbers what the same content is written as. It is a part of revisions.
const form = "publication 2"

// Revision names the content: another one means other bytes. Days count, since
// what lies in the future is left out.
func (s *Service) Revision(ctx context.Context) (string, error) {
	ctx = viewer.With(ctx, viewer.Nobody())
	activities, err := summary(ctx, s.Client.Activity.Query().Where(public()).Modify(summed(activity.FieldRevision, activity.FieldUpdatedAt)))
	if err != nil {
		return "", err
	}
	transactions, err := summary(ctx, s.Client.Transaction.Query().Where(transaction.HasActivityWith(public())).
		Modify(summed(transaction.FieldRevision, transaction.FieldUpdatedAt)))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(fmt.Sprint(form, s.Organisation, s.Now().UTC().Format(time.DateOnly), activities, ";", transactions)))
	return hex.EncodeToString(sum[:16]), nil
}

// summary is how many rows there are, the sum of their revisions, and when the
// latest was changed.
func summary(ctx context.Context, q interface {
	Scan(ctx context.Context, v any) error
},
) (string, error) {
	var rows []struct {
		N      int     `sql:"n"`
		Sum    *int64  `sql:"revisions"`
		Newest *string `sql:"newest"`
	}
	if err := q.Scan(ctx, &rows); err != nil {
		return "", fmt.Errorf("publication: look at what there is: %w", err)
	}
	said := ""
	for _, r := range rows {
		said += fmt.Sprintf(" %d", r.N)
		if r.Sum != nil && r.Newest != nil {
			said += fmt.Sprintf(" %d %s", *r.Sum, *r.Newest)
		}
	}
	return said, nil
}

func summed(revision, updated string) func(*sql.Selector) {
	return func(s *sql.Selector) {
		s.Select(sql.As(sql.Count("*"), "n"), sql.As(sql.Sum(s.C(revision)), "revisions")).
			AppendSelectExprAs(sql.Raw("CAST(MAX("+s.C(updated)+") AS TEXT)"), "newest")
	}
}

// public admits what is published: the ACS's own activities that are public and
// that its own file, if they came with one, has.
func public() func(*sql.Selector) {
	return func(s *sql.Selector) {
		s.Where(sql.And(sql.EQ(s.C(activity.FieldOrigin), string(activity.OriginOwn)), sql.EQ(s.C(activity.FieldPublished), true),
			sql.IsNull(s.C(activity.FieldVanishedAt))))
	}
}

// pageSize is how many activities are held at a time.
const pageSize = 20

// Left is an activity that is left out, and why.
type Left struct {
	Identifier string
	Issues     []iati.Issue
}

// Check says of activities of the ACS's own what keeps each out of the file, whether
// it is published or not: the errors, in the order of its elements. Imported ones are
// not looked at. It reads as the viewer of the context.
func (s *Service) Check(ctx context.Context, rows []*ent.Activity) (map[uuid.UUID][]iati.Issue, error) {
	var own []*ent.Activity
	for _, r := range rows {
		if r.Origin == activity.OriginOwn {
			own = append(own, r)
		}
	}
	out := make(map[uuid.UUID][]iati.Issue, len(own))
	if len(own) == 0 {
		return out, nil
	}
	all, err := s.assemble(ctx, own)
	if err != nil {
		return nil, err
	}
	for i, a := range all {
		// Each alone: an identifier that two have is an error of the file.
		if out[own[i].ID], err = iati.NewWriter(io.Discard, s.Now()).Write(ctx, a); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ErrNothing says that there is no activity to publish: the standard knows no file
// without one.
var ErrNothing = apperr.New(apperr.NotFound, i18n.Message{
	EN: "No activity is published here. Publish one of the ACS's own that breaks no rule: a file of IATI needs one at least.",
	ES: "Aquí no hay ninguna actividad publicada. Publique una propia de la AEC que no incumpla ninguna regla: un archivo IATI necesita al menos una.",
	FR: "Aucune activité n'est publiée ici. Publiez-en une de l'AEC qui n'enfreigne aucune règle : un fichier de l'IITA en exige au moins une.",
})

// Write writes the file. It returns how many activities are in it, and tells of
// each that is left out, if anybody listens. Where none would be in it, nothing is
// written and it returns ErrNothing.
func (s *Service) Write(ctx context.Context, out io.Writer, left func(Left)) (int, error) {
	w, written := iati.NewWriter(out, s.Now()), 0
	err := s.each(ctx, func(ctx context.Context, a *iati.Activity) (bool, error) {
		issues, err := w.Write(ctx, a)
		switch {
		case err != nil:
			return false, err
		case len(issues) == 0:
			written++
		case left != nil:
			left(Left{a.Identifier, issues})
		}
		return true, nil
	})
	switch {
	case err != nil:
		return written, err
	case written == 0:
		return 0, ErrNothing // what began the file is not written without an activity
	}
	return written, w.Close()
}

// Any says whether there is an activity that Write would write.
func (s *Service) Any(ctx context.Context) (found bool, err error) {
	w := iati.NewWriter(io.Discard, s.Now())
	err = s.each(ctx, func(ctx context.Context, a *iati.Activity) (bool, error) {
		issues, err := w.Write(ctx, a)
		found = err == nil && len(issues) == 0
		return !found, err
	})
	return found, err
}

// each hands what is public over, a page at a time, until take wants no more.
func (s *Service) each(ctx context.Context, take func(ctx context.Context, a *iati.Activity) (bool, error)) error {
	ctx = viewer.With(ctx, viewer.Nobody())
	for after := ""; ; {
		rows, err := s.Client.Activity.Query().Where(public(), activity.IatiIdentifierGT(after)).
			Order(ent.Asc(activity.FieldIatiIdentifier)).Limit(pageSize).All(ctx)
		if err != nil {
			return fmt.Errorf("publication: read activities: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		after = rows[len(rows)-1].IatiIdentifier
		all, err := s.assemble(ctx, rows)
		if err != nil {
			return err
		}
		for _, a := range all {
			if more, err := take(ctx, a); err != nil || !more {
				return err
			}
		}
	}
}
