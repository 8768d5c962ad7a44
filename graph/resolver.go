// Package graph is the API: the schema and its thin resolvers. A resolver calls
// one service, returns one query, or subscribes; nobody else knows GraphQL.
package graph

import (
	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/agreement"
	"acs-aec.org/hub/internal/aidstatistic"
	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/country"
	"acs-aec.org/hub/internal/dashboard"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/export"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/informationrequest"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/meeting"
	"acs-aec.org/hub/internal/notice"
	"acs-aec.org/hub/internal/notification"
	"acs-aec.org/hub/internal/opportunity"
	"acs-aec.org/hub/internal/organisation"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/person"
	"acs-aec.org/hub/internal/personal"
	"acs-aec.org/hub/internal/programme"
	"acs-aec.org/hub/internal/proposal"
	"acs-aec.org/hub/internal/publication"
	"acs-aec.org/hub/internal/reading"
	"acs-aec.org/hub/internal/record"
	"acs-aec.org/hub/internal/retention"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/tableimport"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/webhook"
)

//go:generate go run -mod=mod gqlgen.go quick.go

// Resolver holds what the resolvers call.
type Resolver struct {
	client *ent.Client
	log    *eventlog.Log
	pager  *page.Pager
	own    *personal.Counters
	live   *live.Engine // nil: nobody listens
	mails  bool         // this deployment sends mails

	accounts      *account.Service
	activities    *activity.Service
	agreements    *agreement.Service
	aid           *aidstatistic.Service
	attachments   *attachment.Service
	bodies        *body.Service
	countries     *country.Service
	dashboards    *dashboard.Service
	exchange      *exchange.Service
	exports       *export.Service
	funding       *funding.Service
	imports       *importrun.Service
	meetings      *meeting.Service
	notifications *notification.Service
	notices       *notice.Service
	opportunities *opportunity.Service
	organisations *organisation.Service
	persons       *person.Service
	programmes    *programme.Service
	proposals     *proposal.Service
	publications  *publication.Service
	readings      *reading.Service
	records       *record.Service
	requests      *informationrequest.Service
	retention     *retention.Service
	searches      *search.Service
	tables        *tableimport.Service
	threads       *thread.Service
	webhooks      *webhook.Service

	today func() date.Date
}

// New makes the resolvers over what commands run with.
func New(r *command.Runner) (*Resolver, error) {
	pager, err := page.NewPager(r.Key)
	if err != nil {
		return nil, err
	}
	attachments, err := attachment.New(r, attachment.Options{})
	if err != nil {
		return nil, err
	}
	searches, err := search.New(r)
	if err != nil {
		return nil, err
	}
	webhooks, err := webhook.New(r, outbound.Guard{}, model.Known)
	if err != nil {
		return nil, err
	}
	records, err := record.New(r, attachments)
	if err != nil {
		return nil, err
	}
	exports, err := export.New(r)
	if err != nil {
		return nil, err
	}
	return &Resolver{
		client: r.DB.Client, log: r.Log, pager: pager, own: r.Personal,
		accounts: account.New(r), activities: activity.New(r), agreements: agreement.New(r), aid: aidstatistic.New(r), attachments: attachments, bodies: body.New(r),
		countries: country.New(r), dashboards: dashboard.New(r), exchange: exchange.New(r), exports: exports, funding: funding.New(r), imports: importrun.New(r), meetings: meeting.New(r), notices: notice.New(r),
		notifications: notification.New(r), opportunities: opportunity.New(r), organisations: organisation.New(r), persons: person.New(r),
		programmes: programme.New(r), proposals: proposal.New(r), readings: reading.New(r), records: records,
		publications: &publication.Service{Client: r.DB.Client, Now: r.Now, Organisation: publication.Organisation{Ref: publication.Placeholder, Type: "40", Name: "ACS"}},
		requests:     informationrequest.New(r), retention: retention.New(r),
		searches: searches, tables: tableimport.New(r), threads: thread.New(r), webhooks: webhooks,
		today: func() date.Date { return date.Of(r.Now()) },
	}, nil
}

// WithAttachments gives the resolvers the service that keeps files; without it there
// is no place for them.
func (r *Resolver) WithAttachments(s *attachment.Service) *Resolver {
	r.attachments = s
	return r
}

// WithPublication gives the resolvers the service that publishes, in place of one
// that reports under the placeholder.
func (r *Resolver) WithPublication(s *publication.Service) *Resolver {
	r.publications = s
	return r
}

// WithFunding gives the resolvers the service that adds up, in place of one with the
// default limit.
func (r *Resolver) WithFunding(s *funding.Service) *Resolver {
	r.funding = s
	return r
}
