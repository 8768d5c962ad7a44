package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/graph/generated"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/columns"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

// Schema is the executable schema over the resolvers.
func Schema(r *Resolver) graphql.ExecutableSchema {
	return &positioned{r: r, ExecutableSchema: generated.NewExecutableSchema(generated.Config{
		Resolvers:  r,
		Directives: generated.DirectiveRoot{IdOf: idOf},
		Complexity: complexity(),
	})}
}

// positioned reads the log's position before anything else of an operation, and of
// rows what the operation needs.
type positioned struct {
	graphql.ExecutableSchema
	r *Resolver
}

// Exec executes the operation of the context.
func (p *positioned) Exec(ctx context.Context) graphql.ResponseHandler {
	ctx, err := p.r.withPosition(ctx)
	if err != nil {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{ErrorPresenter(ctx, err)}})
	}
	answer := p.ExecutableSchema.Exec(ctx)
	need := needOf(graphql.GetOperationContext(ctx))
	if need == nil {
		return answer
	}
	return func(ctx context.Context) *graphql.Response { return answer(columns.With(ctx, need)) }
}

var msgID = i18n.Message{
	EN: "This is not an identifier of the right kind.", ES: "Esto no es un identificador del tipo adecuado.",
	FR: "Ce n'est pas un identifiant du bon type.",
}

var kindOf = map[model.IDKind]id.Kind{
	model.IDKindCountry: id.Country, model.IDKindCountryGroup: id.CountryGroup, model.IDKindOrganisation: id.Organisation,
	model.IDKindMembership: id.Membership, model.IDKindPerson: id.Person, model.IDKindBody: id.Body, model.IDKindSeat: id.Seat,
	model.IDKindStaffPost: id.StaffPost, model.IDKindAgreement: id.Agreement, model.IDKindProgramme: id.Programme,
	model.IDKindProposal: id.Proposal, model.IDKindActivity: id.Activity, model.IDKindTransaction: id.Transaction,
	model.IDKindThread: id.Thread, model.IDKindMessage: id.Message, model.IDKindSession: id.Session, model.IDKindImportRun: id.ImportRun,
	model.IDKindDraft:       id.Draft,
	model.IDKindTranslation: id.Translation, model.IDKindNotification: id.Notification, model.IDKindAttachment: id.Attachment,
	model.IDKindNotice: id.Notice, model.IDKindInformationRequest: id.Request, model.IDKindRequestExtension: id.Extension,
	model.IDKindWebhook: id.Webhook, model.IDKindDelivery: id.Delivery,
	model.IDKindImportFile: id.Upload,
	model.IDKindAidDonor:   id.AidDonor, model.IDKindDashboard: id.Dashboard,
	model.IDKindLegalHold: id.Hold, model.IDKindOpportunity: id.Opportunity, model.IDKindMeeting: id.Meeting,
}

// idOf refuses an identifier that is none or of a kind that does not belong here.
func idOf(ctx context.Context, _ any, next graphql.Resolver, kinds []model.IDKind) (any, error) {
	v, err := next(ctx)
	if err != nil {
		return nil, err
	}
	fits := func(u uuid.UUID) bool {
		return slices.ContainsFunc(kinds, func(k model.IDKind) bool { return id.KindOf(u) == kindOf[k] })
	}
	ok := true
	switch u := v.(type) {
	case uuid.UUID:
		ok = fits(u)
	case *uuid.UUID:
		ok = u == nil || fits(*u)
	case []uuid.UUID:
		ok = !slices.ContainsFunc(u, func(u uuid.UUID) bool { return !fits(u) })
	}
	if !ok {
		return nil, apperr.Invalid(inputPath(ctx), msgID)
	}
	return v, nil
}

// inputPath is the path of the argument or input field that is being read.
func inputPath(ctx context.Context) string {
	fc := graphql.GetFieldContext(ctx)
	p := graphql.GetPath(ctx)
	if fc == nil || len(p) <= len(fc.Path()) {
		return ""
	}
	return strings.TrimPrefix(p[len(fc.Path()):].String(), ".")
}
